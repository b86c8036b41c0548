import type { Answer, Caller, TestApi } from '../../testing/api.testing.js';
import { startApi } from '../../testing/api.testing.js';
import { makeRole, makeTeam, makeUser } from '../roles/role.world.testing.js';

describe('API clients', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const token = (client_id: unknown, client_secret: unknown): Promise<Answer> => api.inject({
    method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ grant_type: 'client_credentials', client_id: String(client_id), client_secret: String(client_secret) }).toString(),
  });
  const withToken = (bearer: unknown, path: string): Promise<Answer> => api.inject({ url: `/crm/v1${path}`, headers: { authorization: `Bearer ${String(bearer)}` } });
  const make = async (body: object): Promise<Answer> => {
    const made = await admin.post('/api-clients', { name: 'Loader', role: 'analyst', ...body });
    expect(made.status).withContext(made.text).toBe(201);
    return made;
  };

  it('are given a secret once, which works, and nothing that is kept shows it', async () => {
    const made = await make({ scopes: ['crm:deals:read'] });
    expect(made.headers['cache-control']).toBe('no-store');
    const secret = String(made.body['client_secret']);
    const signed = await token(made.body['client_id'], secret);
    expect([signed.status, signed.body['scope']]).withContext(signed.text).toEqual([200, 'crm:deals:read']);
    expect((await withToken(signed.body['access_token'], '/deals')).status).toBe(200);
    expect((await withToken(signed.body['access_token'], '/accounts')).status).toBe(403);
    const read = await admin.get(`/api-clients/${made.body.id}`);
    expect(read.body).toEqual(jasmine.objectContaining({ name: 'Loader', role: jasmine.objectContaining({ key: 'analyst' }), user: null, scopes: ['crm:deals:read'], is_active: true, last_used_at: jasmine.any(String) }));
    const kept = JSON.stringify([read.body, (await admin.get('/api-clients')).body, await api.db('crm_core.crm_audit_log').where({ entity_id: made.body.id }), await api.db('crm_core.crm_api_clients').where({ id: made.body.id }), await api.db('crm_core.crm_idempotency_keys')]);
    expect(kept).not.toContain(secret);
    expect(Object.keys(read.body)).not.toContain('secret_hash');
  });

  it('lose the old secret with a new one, and every token when they are switched off', async () => {
    const { body } = await make({ client_id: 'nightly', name: 'Nightly' });
    const rotated = await admin.post(`/api-clients/${body.id}/secret`);
    expect([rotated.status, rotated.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await token('nightly', body['client_secret'])).status).toBe(401);
    const signed = await token('nightly', rotated.body['client_secret']);
    expect(signed.status).toBe(200);
    expect((await admin.patch(`/api-clients/${body.id}`, { is_active: false })).body['is_active']).toBeFalse();
    expect((await withToken(signed.body['access_token'], '/deals')).status).toBe(401);
    expect((await token('nightly', rotated.body['client_secret'])).status).toBe(401);
    await admin.patch(`/api-clients/${body.id}`, { is_active: true, name: 'Nightly load', role: 'exec', redirect_uris: ['http://127.0.0.1:9000/back'] });
    expect((await token('nightly', rotated.body['client_secret'])).status).toBe(200);
    expect((await admin.del(`/api-clients/${body.id}`)).status).toBe(204);
    expect((await token('nightly', rotated.body['client_secret'])).status).toBe(401);
    expect((await admin.get(`/api-clients/${body.id}`)).body['code']).toBe('api_client_not_found');
    // The name stays taken, so that nobody poses as a client that is gone.
    expect((await admin.post('/api-clients', { client_id: 'nightly', name: 'Again', role: 'exec' })).status).toBe(409);
    const entries = await api.db('crm_core.crm_audit_log').where({ entity: 'api_clients', entity_id: body.id, status: null }).orderBy('id').select<{ action: string; before: object | null; after: object | null }[]>('action', 'before', 'after');
    expect(entries.map((one) => one.action)).toEqual(['create', 'secret_rotate', 'update', 'update', 'delete']);
    expect([entries[3]?.before, entries[3]?.after]).toEqual([
      { is_active: false, name: 'Nightly', role: 'analyst', redirect_uris: [] }, { is_active: true, name: 'Nightly load', role: 'exec', redirect_uris: ['http://127.0.0.1:9000/back'] }]);
  });

  it('refuse what cannot be, with its place', async () => {
    const unknownUser = '01890000-0000-7000-8000-000000000000';
    const wrong: [object, string, string][] = [
      [{ role: 'nobody' }, 'roles', 'unknown_reference'], [{ user_id: unknownUser }, 'user_id', 'unknown_reference'], [{ scopes: ['crm:deals:fly'] }, 'scopes.0', 'not_allowed'], [{ scopes: [] }, 'scopes', 'array_min'],
      [{ redirect_uris: ['http://evil.example/'] }, 'redirect_uris.0', 'wrong_type'], [{ redirect_uris: ['https://a.example/#x'] }, 'redirect_uris.0', 'wrong_type'], [{ client_id: 'crm_ui' }, 'client_id', 'any_invalid'], [{ is_admin: true }, 'is_admin', 'unknown_field'],
    ];
    for (const [change, path, code] of wrong) {
      const answer = await admin.post('/api-clients', { name: 'Wrong', role: 'analyst', ...change });
      expect([answer.status, (answer.body['errors'] as { path: string; code: string }[])[0]]).withContext(answer.text).toEqual([422, jasmine.objectContaining({ path, code })]);
    }
    expect((await api.db('crm_core.crm_api_clients').where({ name: 'Wrong' })).length).toBe(0);
  });

  it('know whether somebody else changed them meanwhile', async () => {
    const { body } = await make({ name: 'Tagged' });
    const { headers } = await admin.get(`/api-clients/${body.id}`);
    const patch = (name: string): Promise<Answer> => admin.call('PATCH', `/api-clients/${body.id}`, { name }, { 'if-match': String(headers['etag']) });
    expect((await patch('First')).status).toBe(200);
    expect((await patch('Second')).body['code']).toBe('changed_meanwhile');
  });

  it('are never worth more than who makes them', async () => {
    const team = await makeTeam(api, 'Desk', 'R1');
    const own = { read: 'own' as const };
    await makeRole(api, 'small', { roles: { read: 'all', write: 'all', delete: 'all' }, deals: own });
    await makeRole(api, 'readers', { deals: own });
    const me = await makeUser(api, { login: 'small', team, region: null, roles: ['small'] });
    const other = await makeUser(api, { login: 'other', team, region: null, roles: [] });
    const small = await api.as('small');
    const strong = (await make({ client_id: 'strong', role: 'admin' })).body;
    for (const [answer, context] of [
      [await small.post('/api-clients', { name: 'x', role: 'admin' }), 'a role beyond'], [await small.post('/api-clients', { name: 'x', role: 'readers', user_id: other }), 'as somebody else'],
      [await small.post(`/api-clients/${strong.id}/secret`), 'the secret of a stronger one'], [await small.patch(`/api-clients/${strong.id}`, { name: 'mine' }), 'a change of a stronger one'],
    ] as const) expect([answer.status, answer.body['code']]).withContext(context).toEqual([403, 'beyond_your_role']);
    expect((await small.post('/api-clients', { name: 'x', role: 'readers', user_id: me })).status).toBe(201);
    // Switching off gives nothing to anybody.
    expect((await small.patch(`/api-clients/${strong.id}`, { is_active: false })).status).toBe(200);
    expect((await small.patch(`/api-clients/${strong.id}`, { is_active: true })).status).toBe(403);
    expect((await admin.post('/api-clients', { name: 'As other', role: 'readers', user_id: other })).status).toBe(201);
  });

  it('are not found where their feature is off, and go on working', async () => {
    const { body } = await make({ client_id: 'steady' });
    await admin.patch('/flags/crm_feature_api_clients', { enabled: false });
    for (const answer of [await admin.get('/api-clients'), await admin.post('/api-clients', { name: 'x', role: 'analyst' }), await admin.post(`/api-clients/${body.id}/secret`)]) expect([answer.status, answer.body['code']]).toEqual([404, 'feature_disabled']);
    expect((await token('steady', body['client_secret'])).status).toBe(200);
    await admin.patch('/flags/crm_feature_api_clients', { enabled: true });
    expect((await admin.get('/api-clients')).status).toBe(200);
  });
});
