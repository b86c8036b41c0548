import { testPassword, testsWithoutOptional } from 'crm_db';
import { startApi, type Answer, type TestApi } from '../../testing/api.testing.js';
import { AttemptRepository, addressKey, waitAfter } from './attempt.repository.js';
import { hashPassword } from './password.hash.js';

describe('tokens', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi(); }, 120_000);
  afterAll(async () => { await api.stop(); });

  const token = (form: Record<string, string>, headers: Record<string, string> = {}, address = '10.0.0.1'): Promise<Answer> => api.inject({
    method: 'POST', url: '/crm/v1/auth/token', payload: new URLSearchParams(form).toString(), remoteAddress: address,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
  const login = (email = 'exec@crm.test', password = testPassword, address?: string): Promise<Answer> => token({ grant_type: 'password', username: email, password }, {}, address);
  const me = (access: unknown): Promise<Answer> => api.inject({ url: '/crm/v1/me', headers: { authorization: `Bearer ${String(access)}` } });

  it('come for a password and say who one is', async () => {
    const answer = await login('EXEC@crm.test');
    expect(answer.status).withContext(answer.text).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual(jasmine.objectContaining({ token_type: 'Bearer', expires_in: 900 }));
    const who = await me(answer.body['access_token']);
    expect(who.body).toEqual(jasmine.objectContaining({ email: 'exec@crm.test', roles: ['exec'], locale: 'en', currency: 'USD', team: null }));
    expect((who.body['permissions'] as Record<string, unknown>)['deals']).toEqual({ read: 'all', export: 'all' });
  });

  it('are refused by the codes of OAuth2 inside problem documents', async () => {
    const cases: [Record<string, string>, number, string][] = [
      [{}, 400, 'invalid_request'],
      [{ grant_type: 'password', username: 'exec@crm.test' }, 400, 'invalid_request'],
      [{ grant_type: 'implicit' }, 400, 'unsupported_grant_type'],
      [{ grant_type: 'password', username: 'nobody@crm.test', password: 'x' }, 400, 'invalid_grant'],
      [{ grant_type: 'password', username: "x' OR 1=1 --", password: 'x' }, 400, 'invalid_grant'],
      [{ grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
      [{ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' }, 401, 'invalid_client'],
    ];
    for (const [form, status, code] of cases) {
      const answer = await token(form);
      expect([answer.status, answer.body['code'], answer.body['error']]).withContext(JSON.stringify(form)).toEqual([status, code, code]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
    const json = await api.inject({ method: 'POST', url: '/crm/v1/auth/token', payload: '{}', headers: { 'content-type': 'application/json' } });
    expect(json.status).toBe(415);
  });

  it('rotate, and a used refresh token ends the whole family', async () => {
    const first = (await login()).body;
    const second = await token({ grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) });
    expect(second.status).toBe(200);
    expect(second.body['refresh_token']).not.toBe(first['refresh_token']);
    expect((await token({ grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) })).status).toBe(400);
    expect((await token({ grant_type: 'refresh_token', refresh_token: String(second.body['refresh_token']) })).status).toBe(400);
  });

  it('used twice at the same moment are given out once', async () => {
    const refresh = String((await login()).body['refresh_token']);
    const answers = await Promise.all([1, 2, 3].map(() => token({ grant_type: 'refresh_token', refresh_token: refresh })));
    expect(answers.filter((one) => one.status === 200).length).toBe(1);
  });

  it('end by revocation, and unknown ones cause no error', async () => {
    const refresh = String((await login()).body['refresh_token']);
    const revoke = (value: string): Promise<Answer> => api.inject({
      method: 'POST', url: '/crm/v1/auth/revoke', payload: new URLSearchParams({ token: value }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect((await revoke(refresh)).status).toBe(200);
    expect((await revoke('unknown')).status).toBe(200);
    expect((await token({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
  });

  it('of API clients have the role of the client, by form or Basic', async () => {
    const role = await api.db('crm_core.crm_roles').where({ key: 'analyst' }).first<{ id: string }>('id');
    await api.db('crm_core.crm_api_clients').insert({ client_id: 'etl', name: 'Warehouse loader', secret_hash: await hashPassword('s3cret:&'), role_id: role.id });
    const form = await token({ grant_type: 'client_credentials', client_id: 'etl', client_secret: 's3cret:&' });
    expect(form.status).withContext(form.text).toBe(200);
    expect(form.body['refresh_token']).toBeUndefined();
    const basic = `Basic ${Buffer.from(`etl:${encodeURIComponent('s3cret:&')}`).toString('base64')}`;
    const header = await token({ grant_type: 'client_credentials' }, { authorization: basic });
    expect((await me(header.body['access_token'])).body).toEqual(jasmine.objectContaining({ name: 'Warehouse loader', kind: 'client', roles: ['analyst'], email: null }));
    await api.db('crm_core.crm_api_clients').where({ client_id: 'etl' }).update({ is_active: false });
    expect((await token({ grant_type: 'client_credentials' }, { authorization: basic })).status).toBe(401);
  });

  it('stop working within a second after the user is locked out', async () => {
    const access = (await login('finance@crm.test')).body['access_token'];
    expect((await me(access)).status).toBe(200);
    await api.db('crm_core.crm_users').where({ email: 'finance@crm.test' }).update({ is_active: false });
    const deadline = Date.now() + 3000;
    let answer = await me(access);
    while (answer.status === 200 && Date.now() < deadline) answer = await me(access);
    expect([answer.status, answer.body['code']]).toEqual([401, 'account_inactive']);
    expect((await login('finance@crm.test')).status).toBe(400);
  });

  it('make guessing slower by account, whatever the address', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await login('analyst@crm.test', 'wrong', `10.1.0.${attempt}`)).status).toBe(400);
    const slowed = await login('analyst@crm.test', testPassword, '10.1.0.99');
    expect([slowed.status, slowed.body['error']]).toEqual([429, 'slow_down']);
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    await api.db('crm_core.crm_login_attempts').update({ blocked_until: null });
    expect((await login('analyst@crm.test')).status).toBe(200);
  });

  it('make guessing slower by address, whatever the account, and remember it in Postgres', async () => {
    const [one, other] = [new AttemptRepository(api.db), new AttemptRepository(api.db)];
    for (let attempt = 0; attempt < 20; attempt += 1) expect((await (attempt % 2 ? one : other).reserve(addressKey('198.51.100.1'))).seconds).toBe(0);
    expect((await other.reserve(addressKey('198.51.100.1'))).seconds).toBe(1);
    expect((await other.reserve(addressKey('198.51.100.2'))).seconds).toBe(0);
    expect([4, 5, 6, 8, 40].map(waitAfter)).toEqual([0, 1, 2, 8, 900]);
    const [row] = await api.db('crm_core.crm_login_attempts').where({ key: 'address:198.51.100.1' }).select<{ failures: number }[]>('failures');
    expect(row?.failures).toBe(20);
  });

  it('do not become slower for an office that types wrongly once in a while and is right each time after', async () => {
    const attempts = new AttemptRepository(api.db);
    const waits: number[] = [];
    for (let person = 0; person < 30; person += 1) {
      waits.push((await attempts.reserve(addressKey('198.51.100.3'))).seconds, (await attempts.reserve(addressKey('198.51.100.3'))).seconds);
      await attempts.succeeded(addressKey('198.51.100.3'));
    }
    expect(Math.max(...waits)).toBe(0);
  });

  it('come for the right secret of an API client to all its processes at once', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    const role = await api.db('crm_core.crm_roles').where({ key: 'analyst' }).first<{ id: string }>('id');
    await api.db('crm_core.crm_api_clients').insert({ client_id: 'fleet', name: 'Fleet', secret_hash: await hashPassword('fleet-secret'), role_id: role.id });
    const answers = await Promise.all(Array.from({ length: 12 }, () => token({ grant_type: 'client_credentials', client_id: 'fleet', client_secret: 'fleet-secret' }, {}, '10.3.0.1')));
    expect(answers.map((one) => one.status)).toEqual(Array.from({ length: 12 }, () => 200));
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, n) => token({ grant_type: 'client_credentials', client_id: 'fleet', client_secret: 'x' }, {}, `10.3.1.${n}`)));
    expect(guesses.filter((one) => one.status === 429).length).toBeGreaterThan(0);
  });

  it('make guessing slower for accounts that do not exist just as for others', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await login('ghost@crm.test', 'wrong', `10.2.0.${attempt}`)).status).toBe(400);
    expect((await login('ghost@crm.test', 'wrong', '10.2.0.99')).status).toBe(429);
    const locks = await api.db('crm_core.crm_audit_log').where({ action: 'lock' }).whereNull('entity_id').select('id');
    expect(locks.length).toBe(1);
  });

  it('have no password grant and no demo logins outside the demo profile', async () => {
    const demo = await api.inject('/crm/v1/auth/demo');
    expect((demo.body['users'] as { email: string }[]).map((user) => user.email)).toContain('rep@crm.test');
    expect(demo.body['password']).toBe(testPassword);
    const production = await startApi({ CRM_PROFILE: 'production', CRM_ISSUER: 'https://crm.example.com/crm/v1/oidc' });
    expect((await production.inject('/crm/v1/auth/demo')).status).toBe(404);
    await expectAsync(production.as('admin')).toBeRejectedWithError(/unsupported_grant_type/);
    await production.stop();
  }, 30_000);
});
