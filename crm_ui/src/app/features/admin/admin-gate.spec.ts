import { TestBed } from '@angular/core/testing';
import { NAV } from '@core/nav/nav.model';
import { NavService } from '@core/nav/nav.service';
import { SessionService } from '@core/session/session.service';
import { signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { AdminGateComponent } from './admin-gate.component';

const ALL = { read: 'all', write: 'all', delete: 'all' };
const ADMIN = { users: ALL, teams: ALL, roles: ALL, flags: ALL, privacy: ALL, tags: ALL };
const PAGES = ['/admin/users', '/admin/teams', '/admin/roles', '/admin/api-clients', '/admin/privacy', '/admin/tags', '/admin/features'];

describe('the pages of administration', () => {
  afterEach(() => localStorage.clear());

  /** Reads the session again, with some features off. */
  async function withFeatures(features: Record<string, boolean>, permissions: object = ADMIN): Promise<void> {
    const loaded = TestBed.inject(SessionService).load();
    await settle();
    backend().expectOne('/crm/v1/me').flush({ id: 'u1', name: 'Me', email: 'm@x', roles: [], locale: 'en', team: null, permissions, features, currency: 'USD' });
    await loaded;
    await settle();
  }

  function gate(page: string): HTMLElement {
    const fixture = TestBed.createComponent(AdminGateComponent);
    fixture.componentRef.setInput('page', page);
    fixture.detectChanges();
    return fixture.nativeElement as HTMLElement;
  }

  const offered = (): string[] => TestBed.inject(NavService).entries().map(({ path }) => path).filter((path) => PAGES.includes(path));

  it('are all offered to an administrator, and opened', async () => {
    await signedIn('en', ADMIN);
    expect(offered()).toEqual(['/admin/users', '/admin/teams', '/admin/roles', '/admin/api-clients', '/admin/privacy', '/admin/tags', '/admin/features']);
    for (const page of PAGES) expect(gate(page).querySelector('router-outlet')).withContext(page).not.toBeNull();
  });

  it('go away with their feature and say how to have them back', async () => {
    await signedIn('en', ADMIN);
    for (const { path, feature } of NAV.filter((entry) => PAGES.includes(entry.path))) {
      if (feature === undefined) {
        expect(path).withContext('only the page with the switches has none').toBe('/admin/features');
        continue;
      }
      await withFeatures({ [feature]: false });
      expect(offered()).withContext(path).not.toContain(path);
      const page = gate(path);
      expect(page.querySelector('router-outlet')).withContext(path).toBeNull();
      expect(page.querySelector('a')?.getAttribute('href')).toBe('/admin/features');
      await withFeatures({ [feature]: true });
      expect(gate(path).querySelector('router-outlet')).withContext(path).not.toBeNull();
    }
  });

  it('are closed to everybody else, also by a typed address', async () => {
    await signedIn('ar', { users: { read: 'all' }, teams: { read: 'all' }, roles: { read: 'all' }, deals: ALL });
    expect(offered()).toEqual([]);
    for (const page of [...PAGES, '/admin/nothing']) {
      expect(gate(page).querySelector('router-outlet')).withContext(page).toBeNull();
      expect(gate(page).textContent).toContain('هذه الصفحة لمديري النظام');
    }
  });
});
