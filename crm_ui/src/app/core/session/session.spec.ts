import { TestBed } from '@angular/core/testing';
import { backend, settle, testProviders, useLanguage } from '@testing/setup';
import { AuthService } from '../auth/auth.service';
import { TokenStore } from '../auth/token.store';
import { NAV_ENTRIES, NavService } from '../nav/nav.service';
import { NavEntry } from '../nav/nav.model';
import { permits } from './permissions';
import { SessionService } from './session.service';

const ENTRIES: readonly NavEntry[] = [
  { group: 'home', label: 'nav.dashboard', path: '/', icon: 'gauge' },
  { group: 'sell', label: 'nav.deals', path: '/sell/deals', icon: 'handshake', needs: { resource: 'deals', action: 'read' } },
  { group: 'admin', label: 'nav.imports', path: '/admin/imports', icon: 'upload', feature: 'crm_feature_imports' },
];
const ME = { id: '1', name: 'Eman', email: 'e@x', roles: ['exec'], locale: 'ar', team: null, permissions: { deals: { read: 'all' } }, features: { crm_feature_imports: false } };

describe('session', () => {
  beforeEach(async () => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders({ provide: NAV_ENTRIES, useValue: ENTRIES }) });
    TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
    await useLanguage('en');
  });

  afterEach(() => localStorage.clear());

  it('permits what is named, and nothing else', () => {
    expect(permits({ deals: { read: 'own' } }, 'deals', 'read')).toBeTrue();
    expect(permits({ deals: { read: 'own' } }, 'deals', 'write')).toBeFalse();
    expect(permits({}, 'deals', 'read')).toBeFalse();
    expect(permits(undefined, 'deals', 'read')).toBeFalse();
  });

  it('reads the person, takes their language and shows what they may see', async () => {
    const session = TestBed.inject(SessionService);
    const nav = TestBed.inject(NavService);
    expect(nav.groups().map(({ group }) => group)).toEqual(['home', 'admin']);
    const loaded = session.load();
    await settle();
    backend().expectOne('/crm/v1/me').flush(ME);
    await loaded;
    await settle();
    expect(session.me()?.name).toBe('Eman');
    expect(session.can('deals', 'read')).toBeTrue();
    expect(session.feature('crm_feature_imports')).toBeFalse();
    expect(session.feature('crm_feature_new')).toBeTrue();
    expect(session.currency()).toBe('USD');
    expect(nav.groups().map(({ group }) => group)).toEqual(['home', 'sell']);
    await settle();
    TestBed.tick();
    expect(document.documentElement.dir).toBe('rtl');
    TestBed.inject(AuthService).signOut();
    backend().expectOne('/crm/v1/auth/session').error(new ProgressEvent('error'));
    TestBed.tick();
    expect(session.me()).toBeNull();
  });

  it('says why the person could not be read', async () => {
    const session = TestBed.inject(SessionService);
    const loaded = session.load();
    await settle();
    backend().expectOne('/crm/v1/me').flush({ code: 'unavailable' }, { status: 503, statusText: 'x' });
    await loaded;
    expect(session.problem()?.code).toBe('unavailable');
  });

  it('remembers that the side is folded', () => {
    const nav = TestBed.inject(NavService);
    nav.toggle();
    expect(nav.collapsed()).toBeTrue();
    expect(localStorage.getItem('crm.nav')).toBe('collapsed');
    nav.toggle();
    expect(localStorage.getItem('crm.nav')).toBeNull();
  });
});
