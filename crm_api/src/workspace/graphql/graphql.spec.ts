import { startApi, type Answer, type Caller, type TestApi } from '../../testing/api.testing.js';

interface Result { data?: Record<string, never> | null; errors?: { message: string; path?: string[]; extensions: { code: string; status?: number; errors?: { path: string }[] } }[] }
type Any = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

describe('GraphQL', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const ask = (query: string, variables: object = {}, who = admin): Promise<Answer<Result>> => who.post<Result>('/graphql', { query, variables });

  it('makes, reads, changes, hides and restores by the services of REST', async () => {
    const made = await ask('mutation($v: AccountCreate!) { createAccount(values: $v) { id legal_name annual_revenue created_at etag owner { name } } }', { v: { legal_name: 'Graph LLC', annual_revenue: '1250.50', currency: 'AED' } });
    expect(made.body.errors).withContext(made.text).toBeUndefined();
    const account = (made.body.data as Any)['createAccount'] as Any;
    expect([account['annual_revenue'], typeof account['owner']['name']]).toEqual(['1250.50', 'string']);
    const rest = await admin.get(`/accounts/${String(account['id'])}`);
    expect([rest.body['created_at'], rest.body['annual_revenue']]).toEqual([account['created_at'], account['annual_revenue']]);
    const changed = await ask('mutation($id: ID!, $tag: String) { updateAccount(id: $id, values: {city: "Dubai"}, if_match: $tag) { city } again: updateAccount(id: $id, values: {city: "Cairo"}, if_match: $tag) { city } }', { id: account['id'], tag: account['etag'] });
    expect([changed.body.errors?.[0]?.extensions.code, changed.body.errors?.[0]?.extensions.status]).toEqual(['changed_meanwhile', 412]);
    const gone = await ask('mutation($id: ID!) { deleteAccount(id: $id) restoreAccount(id: $id) { id } }', { id: account['id'] });
    expect((gone.body.data as Any)['deleteAccount']).toBeTrue();
    expect((await api.db('crm_core.crm_audit_log').where({ entity_id: account['id'] }).orderBy('occurred_at').pluck('action'))).toContain('restore');
  });

  it('walks from record to record, with one query for the references of a page', async () => {
    const accounts = await Promise.all([1, 2, 3].map(async (n) => (await admin.post('/accounts', { legal_name: `Walk ${n}` })).body.id));
    for (const id of accounts) for (const n of [1, 2]) await admin.post('/deals', { name: `Walk deal ${n}`, account_id: id, expected_value: '10.00', currency: 'USD' });
    const queries: string[] = [];
    const listen = ({ sql }: { sql: string }): void => { queries.push(sql); };
    api.db.on('query', listen);
    const answer = await ask('{ deals(q: "Walk deal", limit: 6, count: true) { total items { name account { legal_name } account_ref { id name } stage { name kind } } } }');
    api.db.off('query', listen);
    expect(answer.body.errors).withContext(answer.text).toBeUndefined();
    const { items, total } = (answer.body.data as Any)['deals'] as { items: Any[]; total: number };
    expect([total, items.length, new Set(items.map((one) => one['account']['legal_name'] as string)).size]).withContext(answer.text).toEqual([6, 6, 3]);
    expect(items.every((one) => one['account_ref'].name === one['account']['legal_name'])).toBeTrue();
    expect(queries.filter((sql) => sql.includes('"crm_core"."crm_accounts" as "t"')).length).toBe(1);
    const back = await ask('query($id: ID!) { account(id: $id) { deals(sort: "name", filter: {expected_value: {gte: "5"}}) { items { name } } } }', { id: accounts[0] });
    expect((back.body.data as Any)['account']['deals']['items']).withContext(back.text).toEqual([{ name: 'Walk deal 1' }, { name: 'Walk deal 2' }]);
  });

  it('shows nobody more than REST does', async () => {
    const id = (await admin.post('/accounts', { legal_name: 'Hidden LLC' })).body.id;
    const rep = await api.as('rep');
    expect(((await ask('query($id: ID!) { account(id: $id) { id } }', { id }, rep)).body.data as Any)['account']).toBeNull();
    expect(((await ask('{ accounts(q: "Hidden") { items { id } } }', {}, rep)).body.data as Any)['accounts']['items']).toEqual([]);
    const refused = await ask('mutation($id: ID!) { updateAccount(id: $id, values: {city: "x"}) { id } }', { id }, rep);
    expect(refused.body.errors?.[0]?.extensions.code).toBe('account_not_found');
    const exec = await ask('mutation { createAccount(values: {legal_name: "No"}) { id } }', {}, await api.as('exec'));
    expect([exec.body.errors?.[0]?.extensions.code, exec.body.errors?.[0]?.extensions.status]).toEqual(['forbidden', 403]);
    expect((await api.inject({ method: 'POST', url: '/crm/v1/graphql', payload: '{}' })).status).toBe(401);
  });

  it('refuses what is wrong in the words of REST', async () => {
    const answer = await ask('mutation { createContact(values: {email: "x"}) { id } }');
    expect([answer.body.errors?.[0]?.extensions.code, answer.body.errors?.[0]?.extensions.errors?.map((one) => one.path)]).toEqual(['validation_failed', ['email']]);
    const empty = await ask('mutation { createAccount(values: {city: "x"}) { id } }');
    const rest = await admin.post<{ errors: unknown[] }>('/accounts', { city: 'x' });
    expect(empty.body.errors?.[0]?.extensions.errors).toEqual(rest.body.errors as { path: string }[]);
    expect((await ask('{ deals(sort: "nope") { total } }')).body.errors?.[0]?.extensions.code).toBe('invalid_parameter');
    expect((await ask('{ account(id: "x") { id } }')).body.errors?.[0]?.extensions.code).toBe('validation_failed');
    const broken = await ask('{ nope }');
    expect([broken.status, broken.body.errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  });

  it('limits depth and cost before anything is asked of the database', async () => {
    let deep = 'id';
    for (let level = 0; level < 6; level++) deep = `account { deals { items { ${deep} } } }`;
    const tooDeep = await ask(`{ deals { items { ${deep} } } }`);
    expect([tooDeep.status, tooDeep.body.errors?.[0]?.extensions.code]).toEqual([400, 'too_deep']);
    const costly = await ask('{ accounts(limit: 200) { items { deals(limit: 200) { items { id } } } } }');
    expect([costly.status, costly.body.errors?.[0]?.extensions.code]).toEqual([400, 'too_costly']);
  });

  it('is off with its flag, and each resource with its own', async () => {
    const set = (key: string, enabled: boolean): Promise<Answer> => admin.call('PATCH', `/flags/${key}`, { enabled });
    expect((await set('crm_feature_quotes', false)).status).toBe(200);
    expect((await ask('{ quotes { items { id } } }')).body.errors?.[0]?.extensions.code).toBe('feature_disabled');
    await set('crm_feature_quotes', true);
    await set('crm_feature_graphql', false);
    expect((await ask('{ accounts { total } }')).status).toBe(404);
    await set('crm_feature_graphql', true);
  });

  it('has every resource of REST', async () => {
    const answer = await ask('{ __schema { queryType { fields { name } } mutationType { fields { name } } } }');
    const { queryType, mutationType } = (answer.body.data as Any)['__schema'] as { queryType: { fields: Any[] }; mutationType: { fields: Any[] } };
    expect([queryType.fields.length, mutationType.fields.length]).toEqual([28 + 4, 56 + 2]); // Beside the resources: consent of contacts and of leads.
  });
});
