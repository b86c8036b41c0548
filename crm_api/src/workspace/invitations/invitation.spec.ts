import { testPassword } from 'crm_db';
import type { Answer, Caller, TestApi } from '../../testing/api.testing.js';
import { startApi } from '../../testing/api.testing.js';
import { makeRole, makeTeam, makeUser } from '../roles/role.world.testing.js';

const password = 'violet harbour cactus';

describe('invitations', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const post = (path: string, body: object): Promise<Answer> => api.inject({ method: 'POST', url: `/crm/v1${path}`, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) });
  const accept = (token: unknown, secret = password): Promise<Answer> => post('/auth/invitation', { token, password: secret });
  const signIn = (username: string, secret = password): Promise<Answer> => api.inject({
    method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams({ grant_type: 'password', username, password: secret }).toString(),
  });
  const person = async (email: string): Promise<string> => (await admin.post('/users', { name: 'Lina Saleh', name_ar: 'لينا صالح', email, time_zone: 'Asia/Riyadh' })).body.id;
  const invite = async (id: string): Promise<unknown> => {
    const made = await admin.post(`/users/${id}/invitation`);
    expect([made.status, made.headers['cache-control']]).withContext(made.text).toEqual([200, 'no-store']);
    expect(made.body['path']).toBe(`/invitation#${String(made.body['token'])}`);
    return made.body['token'];
  };

  it('let a new user choose a password once, and sign in', async () => {
    const id = await person('lina@crm.test');
    expect((await admin.get(`/users/${id}/login`)).body as object).toEqual({ has_password: false, password_changed_at: null, invited_until: null, second_factor: false, last_seen_at: null });
    const token = await invite(id);
    expect((await admin.get(`/users/${id}/login`)).body['invited_until']).toEqual(jasmine.any(String));
    expect((await post('/auth/invitation/lookup', { token })).body as object).toEqual(jasmine.objectContaining({ name: 'Lina Saleh', name_ar: 'لينا صالح', email: 'lina@crm.test' }));
    expect((await signIn('lina@crm.test')).status).toBe(400);
    const weak = await accept(token, 'lina');
    expect([weak.status, (weak.body['errors'] as { path: string }[])[0]?.path]).toEqual([422, 'new_password']);
    expect((await accept(token)).status).toBe(204);
    expect((await signIn('lina@crm.test')).status).toBe(200);
    for (const again of [await accept(token), await post('/auth/invitation/lookup', { token })]) expect([again.status, again.body['code']]).toEqual([404, 'invitation_over']);
    expect((await admin.get(`/users/${id}/login`)).body).toEqual(jasmine.objectContaining({ has_password: true, invited_until: null, last_seen_at: jasmine.any(String) }));
    const entries = await api.db('crm_core.crm_audit_log').where({ entity: 'users', entity_id: id, status: null }).orderBy('id').select<{ action: string; actor_id: string }[]>('action', 'actor_id');
    expect(entries.map((one) => one.action)).toEqual(['create', 'invite', 'password_change', 'login']);
    expect(entries[2]?.actor_id).toBe(id);
    expect(JSON.stringify([entries, await api.db('crm_core.crm_oidc_payloads').where({ uid: id }), await api.db('crm_core.crm_idempotency_keys')])).not.toContain(String(token));
  });

  it('replace a forgotten password and end the sessions that knew the old one', async () => {
    const rep = await api.as('rep');
    const id = (await rep.get('/me')).body.id;
    const token = await invite(id);
    expect((await rep.get('/me')).status).toBe(200);
    expect((await accept(token)).status).toBe(204);
    expect((await rep.get('/me')).status).toBe(401);
    expect((await signIn('rep@crm.test', testPassword)).status).toBe(400);
    expect((await signIn('rep@crm.test')).status).toBe(200);
  });

  it('end when another is made, when they are withdrawn, when their time is over and when the user is locked', async () => {
    const id = await person('omar@crm.test');
    const [first, second] = [await invite(id), await invite(id)];
    expect((await accept(first)).status).toBe(404);
    expect((await admin.del(`/users/${id}/invitation`)).status).toBe(204);
    expect([(await accept(second)).status, (await admin.del(`/users/${id}/invitation`)).status]).toEqual([404, 404]);
    const third = await invite(id);
    await api.db('crm_core.crm_oidc_payloads').where({ uid: id }).update({ expires_at: new Date(Date.now() - 1000) });
    expect((await accept(third)).status).toBe(404);
    const fourth = await invite(id);
    await admin.patch(`/users/${id}`, { is_active: false });
    expect((await accept(fourth)).status).toBe(404);
    const refused = await admin.post(`/users/${id}/invitation`);
    expect([refused.status, refused.body['code']]).toEqual([409, 'not_invitable']);
    const nameless = (await admin.post('/users', { name: 'No address' })).body.id;
    expect((await admin.post(`/users/${nameless}/invitation`)).body['code']).toBe('not_invitable');
  });

  it('are accepted by one of two at the same moment', async () => {
    const token = await invite(await person('twice@crm.test'));
    expect((await Promise.all([accept(token), accept(token)])).map((one) => one.status).sort()).toEqual([204, 404]);
  });

  it('are no way to become somebody stronger', async () => {
    const team = await makeTeam(api, 'Help desk', 'R1');
    await makeRole(api, 'helper', { users: { read: 'all', write: 'all' } });
    await makeRole(api, 'nothing', {});
    await makeUser(api, { login: 'helper', team, region: null, roles: ['helper'] });
    const weak = await makeUser(api, { login: 'weak', team, region: null, roles: ['nothing'] });
    const helper = await api.as('helper');
    const boss = (await admin.get('/me')).body.id;
    const refused = await helper.post(`/users/${boss}/invitation`);
    expect([refused.status, refused.body['code']]).toEqual([403, 'beyond_your_role']);
    expect((await helper.post(`/users/${weak}/invitation`)).status).toBe(200);
  });

  it('are not found where their feature is off', async () => {
    const id = await person('flag@crm.test');
    const token = await invite(id);
    await admin.patch('/flags/crm_feature_user_admin', { enabled: false });
    for (const answer of [await admin.post(`/users/${id}/invitation`), await admin.get(`/users/${id}/login`), await accept(token), await post('/auth/invitation/lookup', { token })]) expect([answer.status, answer.body['code']]).toEqual([404, 'feature_disabled']);
    await admin.patch('/flags/crm_feature_user_admin', { enabled: true });
    expect((await accept(token)).status).toBe(204);
  });
});
