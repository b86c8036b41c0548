import { testsWithoutOptional } from 'crm_db';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

interface Page { items: Json[]; next_cursor: string | null; total?: number }

describe('row scopes', () => {
  let api: TestApi;
  const callers: Record<string, Caller> = {};
  const deals: Record<string, string> = {};
  const users: Record<string, string> = {};

  beforeAll(async () => {
    api = await startApi();
    const rows = await api.db('crm_core.crm_users').select<{ id: string; email: string }[]>('id', 'email');
    for (const row of rows) users[row.email.split('@')[0] ?? ''] = row.id;
    const [team] = await api.db('crm_core.crm_teams').insert({ name: 'Gulf', region: 'Gulf', manager_id: users['manager'] }).returning<{ id: string }[]>('id');
    await api.db('crm_core.crm_users').where({ id: users['rep'] }).update({ team_id: team?.id });
    for (const role of ['admin', 'manager', 'rep', 'exec', 'finance', 'analyst']) callers[role] = await api.as(role);
    const admin = callers['admin'] as Caller;
    for (const [name, owner] of [['mine', 'rep'], ['boss', 'manager'], ['foreign', 'exec']] as const) {
      const account = await admin.post('/accounts', { legal_name: `Account of ${name}`, owner_id: users[owner], region: name === 'foreign' ? 'Levant' : null });
      deals[name] = (await admin.post('/deals', { name: `Deal of ${name}`, source: 'scope', owner_id: users[owner], account_id: account.body.id })).body.id;
    }
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const as = (role: string): Caller => callers[role] ?? (fail(role) as never);

  it('cut lists, counts, searches, records, stories and histories alike', async () => {
    const visible: Record<string, string[]> = { admin: ['boss', 'foreign', 'mine'], exec: ['boss', 'foreign', 'mine'], manager: ['boss', 'mine'], rep: ['mine'] };
    for (const [role, names] of Object.entries(visible)) {
      for (const query of ['', '&q=deal', '&filter[status]=open', '&sort=name']) {
        const page = await as(role).get<Page>(`/deals?count=true&filter[source]=scope${query}`);
        expect(page.body.items.map((one) => String(one['name']).replace('Deal of ', '')).sort()).withContext(`${role} ${query}`).toEqual(names);
        expect(page.body.total).toBe(names.length);
      }
      for (const name of ['mine', 'boss', 'foreign']) {
        const expected = names.includes(name) ? 200 : 404;
        for (const path of ['', '/history', '/timeline']) {
          expect((await as(role).get(`/deals/${deals[name]}${path}`)).status).withContext(`${role} ${name}${path}`).toBe(expected);
        }
      }
    }
  });

  it('cut writes, and let nobody give away or take over what is out of reach', async () => {
    const rep = as('rep');
    expect((await rep.patch(`/deals/${deals['foreign']}`, { name: 'x' })).status).toBe(404);
    expect((await rep.del(`/deals/${deals['boss']}`)).status).toBe(404);
    expect((await rep.patch(`/deals/${deals['mine']}`, { next_step: 'Call' })).status).toBe(200);
    const given = await rep.patch(`/deals/${deals['mine']}`, { owner_id: users['manager'] });
    expect([given.status, given.body['code']]).toEqual([403, 'outside_scope']);
    expect((await rep.get(`/deals/${deals['mine']}`)).body['owner_id']).toBe(users['rep'] as string);
    expect((await rep.post('/deals', { name: 'For another', owner_id: users['exec'] })).status).toBe(403);
    expect((await rep.post('/deals', { name: 'My own' })).body['owner_id']).toBe(users['rep'] as string);
    expect((await as('exec').patch(`/deals/${deals['mine']}`, { name: 'x' })).status).toBe(403);
    expect((await as('manager').patch(`/deals/${deals['mine']}`, { owner_id: users['manager'] })).status).toBe(200);
    expect((await as('manager').patch(`/deals/${deals['mine']}`, { owner_id: users['rep'] })).status).toBe(200);
  });

  it('do not let a record point at what its writer may not see', async () => {
    const foreign = (await as('admin').get<Page>('/accounts?q=foreign')).body.items[0]?.id;
    const answer = await as('rep').patch<{ errors: { code: string }[] }>(`/deals/${deals['mine']}`, { account_id: foreign });
    expect([answer.status, answer.body.errors[0]?.code]).toEqual([422, 'unknown_reference']);
  });

  it('keep an account\'s story from telling of records out of reach', async () => {
    const mine = String((await as('rep').get(`/deals/${deals['mine']}`)).body['account_id']);
    await as('admin').post('/deals', { name: 'Secret', account_id: mine, owner_id: users['exec'] });
    const told = async (role: string): Promise<boolean> => (await as(role).get<{ items: { summary: string }[] }>(`/accounts/${mine}/timeline`)).body.items.some((one) => one.summary.includes('Secret'));
    expect(await told('admin')).toBeTrue();
    expect(await told('rep')).toBeFalse();
  });

  it('by region follow the account, then the owner\'s team', async () => {
    const role = await api.db('crm_core.crm_roles').where({ key: 'analyst' }).first<{ id: string; permissions: object }>('id', 'permissions');
    await api.db('crm_core.crm_roles').where({ id: role.id }).update({ permissions: JSON.stringify({ deals: { read: 'region' } }) });
    await api.db('crm_core.crm_users').where({ id: users['analyst'] }).update({ region: 'Levant' });
    const names = async (): Promise<unknown[]> => {
      const page = await as('analyst').get<Page>('/deals?sort=name&filter[source]=scope');
      return page.body.items.map((one) => one['name']);
    };
    const until = async (expected: string[]): Promise<void> => {
      const deadline = Date.now() + 3000;
      let seen = await names();
      while (JSON.stringify(seen) !== JSON.stringify(expected) && Date.now() < deadline) seen = await names();
      expect(seen).toEqual(expected);
    };
    await until(['Deal of foreign']);
    await api.db('crm_core.crm_users').where({ id: users['analyst'] }).update({ region: 'Gulf' });
    await until(['Deal of mine']);
    expect((await as('analyst').get('/contacts')).status).toBe(403);
    await api.db('crm_core.crm_roles').where({ id: role.id }).update({ permissions: JSON.stringify(role.permissions) });
  });

  it('are checked by role and route: every pair is allowed or forbidden as the matrix says', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    const resources = ['accounts', 'contacts', 'leads', 'deals', 'activities', 'products', 'pipelines', 'tickets', 'quotes', 'invoices', 'subscriptions', 'campaigns', 'users', 'teams'];
    for (const role of ['admin', 'manager', 'rep', 'exec', 'finance']) {
      const { permissions } = (await as(role).get<{ permissions: Record<string, Record<string, string>> }>('/me')).body;
      for (const resource of resources) {
        const context = `${role} ${resource}`;
        expect((await as(role).get(`/${resource}`)).status).withContext(context).toBe(permissions[resource]?.['read'] ? 200 : 403);
        expect((await as(role).post(`/${resource}`, { nope: 1 })).status).withContext(context).toBe(permissions[resource]?.['write'] ? 422 : 403);
        expect((await as(role).del(`/${resource}/01890000-0000-7000-8000-000000000000`)).status).withContext(context).toBe(permissions[resource]?.['delete'] ? 404 : 403);
      }
    }
  }, 30_000);
});
