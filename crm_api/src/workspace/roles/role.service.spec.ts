import { roleMatrix } from 'crm_db';
import { allServices } from '../../app.js';
import { startApi, type Answer, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { fieldProblems, permissionProblems } from './role.rules.js';
import { askGraphql, makeRole, makeUser } from './role.world.testing.js';

interface Problem { code: string; errors?: { path: string; code: string }[] }

describe('roles', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const role = async (key: string): Promise<Json> => (await admin.get<{ items: Json[] }>('/roles')).body.items.find((one) => one['key'] === key) as Json;
  const made = async (key: string, permissions: object, fields: object = {}): Promise<Answer> => admin.post('/roles', { key, name: key, name_ar: key, permissions, fields });

  it('as delivered would be accepted as they are', () => {
    const known = allServices().map((service) => service.resource);
    for (const { key, permissions, fields } of roleMatrix) expect([...permissionProblems(permissions), ...fieldProblems(fields, known)]).withContext(key).toEqual([]);
  });

  it('are made, changed, deleted and reverted, each change kept with who, when, before and after', async () => {
    const created = await made('support', { tickets: { read: 'all', write: 'all' }, accounts: { read: 'all' } }, { accounts: { annual_revenue: 'hidden' } });
    expect([created.status, created.body['version'], created.headers['location']]).withContext(created.text).toEqual([201, 1, `/crm/v1/roles/${created.body.id}`]);
    const path = `/roles/${created.body.id}`;
    const tag = String(created.headers['etag']);
    const changed = await admin.call<Json>('PATCH', path, { permissions: { tickets: { read: 'team' } } }, { 'if-match': tag });
    expect([changed.status, changed.body['version']]).withContext(changed.text).toEqual([200, 2]);
    expect((await admin.call('PATCH', path, { name: 'Late' }, { 'if-match': tag })).status).toBe(412);
    expect((await admin.patch<Json>(path, { name: 'support' })).body['version']).toBe(2);
    const reverted = await admin.post<Json>(`${path}/revert`, { version: 1 });
    expect([reverted.body['version'], reverted.body['permissions'], reverted.body['fields']]).toEqual([3, created.body['permissions'], created.body['fields']]);
    expect((await admin.post<Problem>(`${path}/revert`, { version: 9 })).body.code).toBe('role_version_not_found');
    expect((await admin.del(path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    const rows = await api.db('crm_core.crm_role_versions').where({ role_id: created.body.id }).orderBy('version').select<{ action: string; before: object | null; after: object | null; actor_id: string }[]>('action', 'before', 'after', 'actor_id');
    expect(rows.map(({ action, before, after }) => [action, before !== null, after !== null])).toEqual([['create', false, true], ['update', true, true], ['revert', true, true], ['delete', true, false]]);
    expect(new Set(rows.map((row) => row.actor_id))).toEqual(new Set([(await admin.get('/me')).body.id]));
    // The application has no right to it, and the owner who has is held back as well.
    for (const [db, refusal] of [[api.db, /permission denied/], [api.admin, /append-only/]] as const) {
      await expectAsync(db('crm_core.crm_role_versions').where({ role_id: created.body.id }).update({ action: 'create' })).toBeRejectedWithError(refusal);
      await expectAsync(db('crm_core.crm_role_versions').where({ role_id: created.body.id }).delete()).toBeRejectedWithError(refusal);
    }
  });

  it('as delivered can be brought back after their first change', async () => {
    const finance = await role('finance');
    await admin.patch(`/roles/${finance.id}`, { fields: { contacts: { mobile: 'hidden' } } });
    const versions = (await admin.get<{ items: { version: number; actor: { name: string }; before: Json }[] }>(`/roles/${finance.id}/versions`)).body.items;
    expect([versions.length, versions[0]?.version, versions[0]?.actor.name, versions[0]?.before['fields']]).toEqual([1, 2, 'Amal Haddad', {}]);
    expect((await admin.post<Json>(`/roles/${finance.id}/revert`, { version: 1 })).body['fields']).toEqual({});
  });

  it('refuse what they cannot mean, with the place and the cure', async () => {
    const wrong: [object, object, string][] = [
      [{ dealz: { read: 'all' } }, {}, 'unknown_resource'], [{ deals: { peek: 'all' } }, {}, 'unknown_action'], [{ deals: { read: 'galaxy' } }, {}, 'unknown_scope'], [{ deals: { write: 'own' } }, {}, 'unreadable'],
      [{ deals: { read: 'own', write: 'team' } }, {}, 'beyond_read'], [{ products: { read: 'own' } }, {}, 'not_owned'], [{ acquisition: { read: 'team' } }, {}, 'not_owned'], [{ deals: 'all' }, {}, 'invalid'],
      [{}, { deals: { nonsense: 'hidden' } }, 'unknown_field'], [{}, { deals: { constructor: 'hidden' } }, 'unknown_field'], [{}, { deals: { status: 'hidden' } }, 'not_hideable'], [{}, { accounts: { legal_name_ar: 'hidden' } }, 'not_hideable'],
      [{}, { deals: { source: 'blurred' } }, 'unknown_rule'], [{}, { subscriptions: { mrr: 'read_only' } }, 'already_read_only'], [{}, { deals: { name: 'read_only' } }, 'required_field'], [{}, { flags: { key: 'hidden' } }, 'unknown_resource'],
    ];
    for (const [permissions, fields, code] of wrong) {
      const answer = (await made('wrong', permissions, fields)) as unknown as Answer<Problem>;
      expect([answer.status, answer.body.errors?.[0]?.code]).withContext(JSON.stringify([permissions, fields])).toEqual([422, code]);
    }
    expect((await made('admin', {})).status).toBe(409);
  });

  it('can speak of the custom fields in use, with their labels, as far as whoever asks may know them', async () => {
    const define = async (key: string): Promise<Json> => (await admin.post('/custom-fields', { entity: 'deals', key, label: `Label ${key}`, label_ar: `اسم ${key}`, type: 'text' })).body;
    const [shown, archived] = [await define('ruled'), await define('ruled_before'), await define('ruled_secret')];
    await admin.patch(`/custom-fields/${archived.id}`, { archived: true });
    type Offered = { name: string }[];
    const offered = async (who: Caller): Promise<Offered> => {
      const { resources } = (await who.get<{ resources: { name: string; fields: Offered }[] }>('/roles/catalogue')).body;
      return (resources.find(({ name }) => name === 'deals')?.fields ?? []).filter(({ name }) => name.startsWith('custom.'));
    };
    expect(shown['key']).toBe('ruled');
    const one = { name: 'custom.ruled', hidden: true, read_only: true, label: 'Label ruled', label_ar: 'اسم ruled' };
    expect(await offered(admin)).toEqual([one, jasmine.objectContaining({ name: 'custom.ruled_secret' })]);
    const answer = await made('ruled', { deals: { read: 'all' } }, { deals: { 'custom.ruled': 'read_only' } });
    expect([answer.status, answer.body['fields']]).toEqual([201, { deals: { 'custom.ruled': 'read_only' } }]);
    await makeRole(api, 'ruled_less', { deals: { read: 'all' }, roles: { read: 'all' }, custom_fields: { read: 'all' } }, { deals: { 'custom.ruled_secret': 'hidden' } });
    await makeRole(api, 'ruled_none', { roles: { read: 'all' } });
    for (const login of ['ruled_less', 'ruled_none']) await makeUser(api, { login, team: null, region: null, roles: [login] });
    expect(await offered(await api.as('ruled_less'))).toEqual([one]);
    expect(await offered(await api.as('ruled_none'))).toEqual([]);
    await admin.patch('/flags/crm_feature_custom_fields', { enabled: false });
    expect(await offered(admin)).toEqual([]);
    await admin.patch('/flags/crm_feature_custom_fields', { enabled: true });
  });

  it('never lock the last administrator out, nor disappear while somebody has them', async () => {
    const { id } = await role('admin');
    for (const permissions of [{}, { roles: { read: 'all' }, users: { read: 'all', write: 'all' } }]) expect((await admin.patch<Problem>(`/roles/${id}`, { permissions })).body.code).toBe('last_administrator');
    expect((await admin.patch<Problem>(`/roles/${id}`, { fields: { users: { email: 'hidden' } } })).body.code).toBe('last_administrator');
    expect((await admin.del(`/roles/${id}`)).status).toBe(409);
    expect(((await admin.del(`/roles/${(await role('rep')).id}`)) as unknown as Answer<Problem>).body.code).toBe('role_in_use');
  });

  it('give nobody what the giver does not have', async () => {
    await makeRole(api, 'deputy', { roles: { read: 'all', write: 'all' }, users: { read: 'all', write: 'all' }, deals: { read: 'team', write: 'own' } }, { deals: { expected_value: 'hidden' } });
    const me = await makeUser(api, { login: 'deputy', team: null, region: null, roles: ['deputy'] });
    const deputy = await api.as('deputy');
    const attempt = async (permissions: object, fields: object = {}): Promise<number> => (await deputy.post('/roles', { key: `try_${Math.random().toString(36).slice(2, 8)}`, name: 'x', name_ar: 'x', permissions, fields })).status;
    expect(await attempt({ deals: { read: 'all' } }, { deals: { expected_value: 'hidden' } })).toBe(403);
    expect(await attempt({ invoices: { read: 'own' } })).toBe(403);
    expect(await attempt({ deals: { read: 'own' } })).toBe(403);
    expect(await attempt({ deals: { read: 'own' } }, { deals: { expected_value: 'hidden' } })).toBe(201);
    const raised = await deputy.call<Problem>('PUT', `/users/${me}/roles`, { roles: ['deputy', 'admin'] });
    expect([raised.status, raised.body.code]).toEqual([403, 'beyond_your_role']);
    expect((await deputy.call('PUT', `/users/${me}/roles`, { roles: ['deputy'] })).status).toBe(200);
  });

  it('are in force for the next request, fields as well as rows: answers, filters, sorts, searches, writes, history and GraphQL', async () => {
    await made('clerk', { contacts: { read: 'all', write: 'all' }, deals: { read: 'all', write: 'all' }, products: { read: 'all' } });
    await makeUser(api, { login: 'clerk', team: null, region: null, roles: ['clerk'] });
    const clerk = await api.as('clerk');
    const contact = (await admin.post('/contacts', { full_name: 'Field Rule', email: 'secret.box@example.com', phone: '+14155552671' })).body.id;
    const deal = (await admin.post('/deals', { name: 'Field deal', expected_value: '77.00', currency: 'USD' })).body.id;
    expect((await clerk.get(`/contacts/${contact}`)).body['email']).toBe('secret.box@example.com');
    const path = `/roles/${(await role('clerk')).id}`;
    await admin.patch(path, { fields: { contacts: { email: 'hidden', city: 'read_only' }, deals: { expected_value: 'hidden', win_probability: 'hidden' } } });
    const one = (await clerk.get(`/contacts/${contact}`)).body;
    expect([one['email'], one['phone'], one['full_name']]).toEqual([null, '+14155552671', 'Field Rule']);
    expect((await clerk.get<{ items: Json[] }>(`/contacts?filter[id]=${contact}`)).body.items[0]?.['email']).toBeNull();
    for (const query of ['filter[email]=secret.box@example.com', 'filter[email][null]=true', 'filter[email][contains]=sec']) expect((await clerk.get<Problem>(`/contacts?${query}`)).body.code).withContext(query).toBe('field_hidden');
    expect((await clerk.get<Problem>('/deals?sort=expected_value')).body.code).toBe('field_hidden');
    const found = async (q: string): Promise<number> => (await clerk.get<{ items: Json[] }>(`/contacts?q=${encodeURIComponent(q)}`)).body.items.length;
    expect([await found('secret.box'), await found('field rule'), await found('+1415555'), await found('rule secret')]).toEqual([0, 1, 1, 0]);
    for (const body of [{ email: 'x@example.com' }, { city: 'x' }]) expect((await clerk.patch<Problem>(`/contacts/${contact}`, body)).body.code).toBe('field_read_only');
    expect((await clerk.post<Problem>('/contacts', { full_name: 'New', email: 'new@example.com' })).body.code).toBe('field_read_only');
    expect((await clerk.post<{ results: { status: number }[] }>('/contacts/bulk', { operations: [{ op: 'update', id: contact, values: { email: null } }] })).body.results[0]?.status).toBe(403);
    const renamed = await clerk.patch<Json>(`/contacts/${contact}`, { job_title: 'CEO' });
    expect([renamed.status, renamed.body['email']]).toEqual([200, null]);
    expect((await admin.get(`/contacts/${contact}`)).body['email']).toBe('secret.box@example.com');
    const history = (await clerk.get<{ items: Json[] }>(`/deals/${deal}/history`)).body.items;
    expect(history.map((entry) => entry['amount'])).toEqual([null]);
    const graph = await askGraphql(clerk, 'query($c: ID!, $d: ID!) { contact(id: $c) { email phone } deal(id: $d) { expected_value name } }', { c: contact, d: deal });
    expect(graph).toEqual({ code: null, data: { contact: { email: null, phone: '+14155552671' }, deal: { expected_value: null, name: 'Field deal' } } });
    expect((await askGraphql(clerk, '{ contacts(filter: {email: {contains: "secret"}}) { total } }')).code).toBe('field_hidden');
    await admin.patch(path, { fields: {}, permissions: { contacts: { read: 'own' } } });
    expect([(await clerk.get(`/contacts/${contact}`)).status, (await clerk.get('/deals')).status]).toEqual([404, 403]);
  });

  it('keep a score from telling what its role hides, and its reasons summing to the same', async () => {
    const deal = (await admin.post('/deals', { name: 'Scored', expected_value: '500.00', currency: 'USD' })).body.id;
    const reasons = [{ feature: 'amount', contribution: 0.5, value: 500 }, { feature: 'stage', contribution: 0.25, value: 'Open' }, { feature: 'other', contribution: -0.1, value: null }].map((one) => ({ ...one, label_en: 'x', label_ar: 'x', direction: 'up' }));
    const [made_] = await api.db('crm_core.crm_models').insert({ kind: 'win', version: 1, state: 'active' }).returning<{ id: string }[]>('id');
    await api.db('crm_core.crm_deal_scores').insert({ deal_id: deal, model_id: made_?.id, probability: 0.6, base_probability: 0.4, reasons: JSON.stringify(reasons), scored_at: new Date() });
    await makeRole(api, 'blind', { deals: { read: 'all' } }, { deals: { expected_value: 'hidden' } });
    await makeUser(api, { login: 'blind', team: null, region: null, roles: ['blind'] });
    const scoreOf = async (who: Caller): Promise<{ feature: string; contribution: number }[]> => ((await who.get(`/deals/${deal}`)).body['score'] as { reasons: { feature: string; contribution: number }[] }).reasons;
    const [all, blind] = [await scoreOf(admin), await scoreOf(await api.as('blind'))];
    expect(all.map(({ feature }) => feature)).toEqual(['amount', 'stage', 'other']);
    expect(blind.map(({ feature }) => feature)).toEqual(['stage', 'other']);
    const sum = (list: { contribution: number }[]): number => Math.round(list.reduce((total, { contribution }) => total + contribution, 0) * 1e4);
    expect(sum(blind)).toBe(sum(all));
  });

  it('cannot be changed where their feature is off, and stay in force', async () => {
    await admin.patch('/flags/crm_feature_role_admin', { enabled: false });
    const [role] = (await admin.get<{ items: { id: string; key: string }[] }>('/roles')).body.items;
    const path = `/roles/${role?.id ?? ''}`;
    for (const answer of [await admin.patch(path, { name: 'x' }), await admin.get(`${path}/versions`), await admin.post(`${path}/revert`, { version: 1 }), await admin.post('/roles', { key: 'off', name: 'x', name_ar: 'x', permissions: {} })]) expect(answer.body['code']).toBe('feature_disabled');
    expect((await admin.get(path)).status).toBe(200);
    await admin.patch('/flags/crm_feature_role_admin', { enabled: true });
    expect((await admin.get(`${path}/versions`)).status).toBe(200);
  });
});
