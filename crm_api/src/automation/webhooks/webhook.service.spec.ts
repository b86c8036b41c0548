import { testPassword } from 'crm_db';
import { hashPassword } from '../../workspace/auth/password.hash.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { makeRole, makeUser } from '../../workspace/roles/role.world.testing.js';
import { loopback, makeWebhook } from './webhook.testing.js';

describe('the webhooks of an installation', () => {
  let api: TestApi;
  let admin: Caller;
  const url = 'http://127.0.0.1:9/never';
  const body = (more: object = {}): object => ({ name: 'Spec', url, event_types: ['deal.won'], ...more });
  beforeAll(async () => {
    api = await startApi(loopback);
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });
  afterEach(async () => { await api.db('crm_core.crm_webhooks').delete(); });

  const narrow = async (scope: string): Promise<(path: string, payload: object) => Promise<{ status: number; body: Json }>> => {
    const token = (await api.inject({
      method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ grant_type: 'password', username: 'admin@crm.test', password: testPassword, scope }).toString(),
    })).body['access_token'];
    return (path, payload) => api.inject({ method: 'POST', url: `/crm/v1${path}`, headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' }, payload: JSON.stringify(payload) });
  };

  it('are made, read, changed with If-Match and deleted; who did it is in the audit log, the secret is not', async () => {
    const made = await admin.post<Json & { secret: string }>('/webhooks', body());
    expect([made.status, made.headers['location']]).toEqual([201, `/crm/v1/webhooks/${made.body.id}`]);
    expect(Buffer.from(made.body.secret.slice(6), 'base64').length).toBe(32);
    const read = await admin.get(`/webhooks/${made.body.id}`);
    expect(read.body).toEqual(jasmine.objectContaining({ name: 'Spec', url, event_types: ['deal.won'], is_enabled: true, owner: jasmine.objectContaining({ kind: 'user', name: 'Amal Haddad' }) }));
    const tag = String(read.headers['etag']);
    expect((await admin.call('PATCH', `/webhooks/${made.body.id}`, { name: 'Renamed', event_types: ['*'] }, { 'if-match': tag })).status).toBe(200);
    expect((await admin.call('PATCH', `/webhooks/${made.body.id}`, { name: 'Late' }, { 'if-match': tag })).body['code']).toBe('changed_meanwhile');
    expect((await admin.patch(`/webhooks/${made.body.id}`, { is_enabled: false })).body).toEqual(jasmine.objectContaining({ is_enabled: false, disabled_reason: 'switched_off' }));
    expect((await admin.del(`/webhooks/${made.body.id}`)).status).toBe(204);
    expect((await admin.get(`/webhooks/${made.body.id}`)).body['code']).toBe('webhook_not_found');
    const trail = await api.db('crm_core.crm_audit_log').where({ entity: 'webhooks', entity_id: made.body.id, status: null }).orderBy('id').select<{ action: string }[]>('*');
    expect(trail.map(({ action }) => action)).toEqual(['create', 'update', 'update', 'delete']);
    for (const text of [JSON.stringify(trail), read.text, (await admin.get('/webhooks')).text]) expect(text).not.toContain(made.body.secret);
  });

  it('do not leave their secret among remembered answers', async () => {
    const made = await admin.call<Json & { secret: string }>('POST', '/webhooks', body(), { 'idempotency-key': 'hook-1' });
    expect(made.status).toBe(201);
    await admin.call('POST', `/webhooks/${made.body.id}/rotate`, {}, { 'idempotency-key': 'hook-2' });
    expect(await api.db('crm_core.crm_idempotency_keys').whereIn('key', ['hook-1', 'hook-2'])).toEqual([]);
  });

  it('refuse targets and events that there are not, each with its place', async () => {
    const refused = async (more: object): Promise<string[]> => ((await admin.post<Json & { errors: { path: string; code: string }[] }>('/webhooks', body(more))).body.errors ?? []).map((one) => `${one.path} ${one.code}`);
    for (const target of ['http://10.0.0.1/', 'https://169.254.169.254/latest/meta-data/', 'http://[::ffff:10.0.0.1]/', 'http://[fd00::1]/', 'http://0x0a000001/', 'http://100.100.100.200/']) expect(await refused({ url: target })).withContext(target).toEqual(['url forbidden_address']);
    expect(await refused({ url: 'ftp://93.184.216.34/' })).toEqual(['url invalid_url']);
    expect(await refused({ event_types: ['deal.won', 'deal.sold', 'widget.*'] })).toEqual(['event_types.1 unknown_event_type', 'event_types.2 unknown_event_type']);
    expect(await refused({ event_types: [] })).toEqual(['event_types array_min']);
    expect(await refused({ owner: { kind: 'user', id: '00000000-0000-7000-8000-00000000dead' } })).toEqual(['owner.id unknown_owner']);
    const hook = await makeWebhook(admin, url, ['*']);
    expect((await admin.patch(`/webhooks/${hook.id}`, { url: 'http://192.168.1.1/' })).status).toBe(422);
    const closed = await startApi();
    expect((await (await closed.as('admin')).post('/webhooks', body())).status).withContext('loopback without the setting').toBe(422);
    await closed.stop();
  }, 60_000);

  it('are for administrators unless a role says otherwise, and never tell more than who sets them up may read', async () => {
    for (const role of ['exec', 'manager', 'rep', 'analyst', 'finance']) expect((await (await api.as(role)).get('/webhooks')).status).withContext(role).toBe(403);
    await makeRole(api, 'integrator', { webhooks: { read: 'all', write: 'all', delete: 'all' }, deals: { read: 'own' }, contacts: { read: 'all' } }, { contacts: { email: 'hidden' } });
    await makeRole(api, 'hooked', { webhooks: { read: 'own', write: 'own' }, deals: { read: 'own' } });
    const integrator = await makeUser(api, { login: 'integrator', team: null, region: null, roles: ['integrator'] });
    await makeUser(api, { login: 'hooked', team: null, region: null, roles: ['hooked'] });
    const [whole, own] = [await api.as('integrator'), await api.as('hooked')];
    const admins = await makeWebhook(admin, url, ['deal.*']);
    const mine = await makeWebhook(own, url, ['*']);
    const theirs = await makeWebhook(whole, url, ['deal.*', 'contact.*']);
    // Of oneself: as far as one reads. Of others: only what one reads whole.
    const code = async (who: Caller, method: 'PATCH' | 'POST', path: string, payload: object): Promise<unknown> => { const answer = await who.call(method, path, payload); return answer.body['code'] ?? answer.status; };
    const owner = { kind: 'user', id: (admins as unknown as { owner: Json }).owner.id };
    for (const types of [['deal.won'], ['contact.created'], ['*']]) expect(await code(whole, 'POST', '/webhooks', body({ owner, event_types: types }))).withContext(String(types)).toBe('beyond_your_role');
    expect(await code(whole, 'PATCH', `/webhooks/${admins.id}`, { url: 'http://127.0.0.1:10/elsewhere' })).toBe('beyond_your_role');
    expect(await code(whole, 'POST', `/webhooks/${admins.id}/rotate`, {})).toBe('beyond_your_role');
    expect(await code(whole, 'PATCH', `/webhooks/${mine.id}`, { name: 'x' })).toBe('beyond_your_role');
    expect(await code(whole, 'PATCH', `/webhooks/${theirs.id}`, { name: 'x' })).toBe(200);
    expect(await code(admin, 'POST', '/webhooks', body({ owner: { kind: 'user', id: integrator } }))).toBe(201);
    // Rows of the resource itself: "own" are one's own webhooks.
    expect((await own.get<{ items: Json[] }>('/webhooks')).body.items.map(({ id }) => id)).toEqual([mine.id]);
    for (const path of [`/webhooks/${admins.id}`, `/webhooks/${admins.id}/deliveries`]) expect((await own.get(path)).status).toBe(404);
    expect(await code(own, 'POST', '/webhooks', body({ owner, event_types: ['ticket.*'] }))).toBe('beyond_your_role');
    // A token for webhooks alone does not become a token for everything.
    const post = await narrow('crm:webhooks:read crm:webhooks:write');
    expect((await post('/webhooks', body())).body['code']).toBe('beyond_your_role');
    expect((await post(`/webhooks/${admins.id}/rotate`, {})).body['code']).toBe('beyond_your_role');
    expect((await (await narrow('crm:webhooks:write crm:webhooks:read crm:deals:read'))('/webhooks', body())).status).toBe(201);
  }, 60_000);

  it('belong to API clients as well', async () => {
    const role = await api.db('crm_core.crm_roles').where({ key: 'admin' }).first<{ id: string }>('id');
    const [client] = await api.db('crm_core.crm_api_clients').insert({ client_id: 'hooks', name: 'Hooks', secret_hash: await hashPassword('s3cret'), role_id: role.id }).returning<{ id: string }[]>('id');
    const token = (await api.inject({ method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from('hooks:s3cret').toString('base64')}` }, payload: 'grant_type=client_credentials' })).body['access_token'];
    const made = await api.inject({ method: 'POST', url: '/crm/v1/webhooks', headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' }, payload: JSON.stringify(body()) });
    expect([made.status, made.body['owner']]).toEqual([201, { kind: 'client', id: client?.id, name: 'Hooks' }]);
  });

  it('answer 404 while the feature is off', async () => {
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_webhooks' }).update({ enabled: false });
    const deadline = Date.now() + 5000;
    let code: unknown;
    do code = (await admin.get('/webhooks')).body['code']; while (code === undefined && Date.now() < deadline);
    expect(code).toBe('feature_disabled');
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_webhooks' }).update({ enabled: true });
    do code = (await admin.get('/webhooks')).status; while (code !== 200 && Date.now() < deadline + 5000);
    expect(code).toBe(200);
  });
});
