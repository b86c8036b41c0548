import { TestBed } from '@angular/core/testing';
import { Route } from '@angular/router';
import { NAV } from '@core/nav/nav.model';
import { TokenStore } from '@core/auth/token.store';
import { backend, settle, testProviders, useLanguage } from '@testing/setup';
import { ROUTES } from '../../app.routes';
import en from '../../../i18n/en';
import { matches, nameOf, PaletteSearch } from './palette.search';
import { SessionService } from '@core/session/session.service';

describe('navigation', () => {
  it('leads only to pages that exist, by words that exist', async () => {
    const inside = ROUTES.find((route) => route.children)?.children as Route[];
    const texts = en.nav as Record<string, unknown>;
    const administration = await (inside.find((route) => route.path === 'admin')?.loadChildren?.() as Promise<Route[]>);
    const pages = [...inside.map((route) => route.path), ...administration.map((route) => `admin/${route.path ?? ''}`)];
    for (const { path, label } of NAV) {
      expect(pages).withContext(path).toContain(path.slice(1));
      expect(typeof texts[label.replace('nav.', '')] === 'string' || label.includes('.')).withContext(label).toBeTrue();
    }
  });
});

describe('palette', () => {
  beforeEach(async () => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
    TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
    await useLanguage('en');
  });

  it('matches every word, whatever the case and the marks', () => {
    expect(matches('Switch to Árabic', 'arab SWITCH')).toBeTrue();
    expect(matches('لُوحة المتابعة', 'لوحة')).toBeTrue();
    expect(matches('Deals', 'deals x')).toBeFalse();
  });

  it('names a record by what it has', () => {
    expect(nameOf({ id: '1', name: 'A' })).toBe('A');
    expect(nameOf({ id: '1', legal_name: 'L' })).toBe('L');
    expect(nameOf({ id: '1', first_name: 'Sara', last_name: null })).toBe('Sara');
    expect(nameOf({ id: '1', email: 'a@b' })).toBe('a@b');
    expect(nameOf({ id: '1' })).toBe('1');
  });

  it('finds commands and records, and lives with a kind that fails', async () => {
    const search = TestBed.inject(PaletteSearch);
    expect(search.commands('dark').map(({ key }) => key)).toEqual(['actions']);
    expect(search.commands('zzz')).toEqual([]);
    const session = TestBed.inject(SessionService);
    const loaded = session.load();
    await settle();
    backend().expectOne('/crm/v1/me').flush({ id: '1', name: 'x', email: 'x', roles: [], locale: 'en', team: null, permissions: { deals: { read: 'all' }, accounts: { read: 'all' } }, features: {} });
    await loaded;
    const found = search.records('acme');
    await settle();
    backend().expectOne((request) => request.url === '/crm/v1/deals').flush({ items: [{ id: '1', name: 'Acme deal' }], next_cursor: null });
    backend().expectOne((request) => request.url === '/crm/v1/accounts').flush({}, { status: 500, statusText: 'x' });
    const groups = await found;
    expect(groups.map(({ key, items }) => [key, items[0]?.label])).toEqual([['deals', 'Acme deal']]);
  });
});
