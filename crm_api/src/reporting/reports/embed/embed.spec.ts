import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { startApi, type Answer, type Caller, type TestApi } from '../../../testing/api.testing.js';
import { makeRole, makeUser } from '../../../workspace/roles/role.world.testing.js';

interface Made { id: string; token: string; origins: string[]; version: number | null; expires_at: string }
interface Listed { items: { id: string; last_used_at: string | null }[] }

const page = 'https://intranet.example.com';
const definition = { v: 1, view: 'deals', rows: [{ member: 'deals.region' }], columns: [], values: [{ key: 'won', measure: 'deals.won_amount' }] };
/** Nobody answers for the semantic layer here: a token that is let in is told that the figures cannot be computed. With figures: crm_tests, journeys/embed.journey. */
const letIn = /^50[23]/;

describe('embed tokens', () => {
  let api: TestApi;
  let manager: Caller;
  let analyst: { id: string; caller: Caller };
  let report: string;
  beforeAll(async () => {
    api = await startApi({ CRM_CUBE_URL: 'http://127.0.0.1:9', CRM_CUBE_SECRET: 's'.repeat(32), CRM_RATE_ANALYTICS: '1000000', CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    await makeRole(api, 'embedder', { reports: { read: 'all', write: 'own', delete: 'own', export: 'all' }, deals: { read: 'own' } });
    const id = await makeUser(api, { login: 'embedder', team: null, region: null, roles: ['embedder'] });
    [manager, analyst] = [await api.as('manager'), { id, caller: await api.as('embedder') }];
    report = (await manager.make('/reports', { name: 'Won by region', definition })).id;
    await share([{ user_id: id, may: 'view' }]);
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const share = async (shares: object[]): Promise<void> => { expect((await manager.call('PUT', `/reports/${report}/shares`, { shares })).status).toBe(200); };
  const issue = async (who: Caller, change: object = {}, of = report): Promise<Made> => await who.make(`/reports/${of}/embed-tokens`, { origins: [page], ...change }) as unknown as Made;
  const ask = (token: string, origin: string | null = page, headers: Record<string, string> = {}): Promise<Answer> => api.inject({ method: 'POST', url: '/crm/v1/embed/report', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(origin === null ? {} : { origin }), ...headers }, payload: '{}' });
  const told = async (token: string, origin: string | null = page): Promise<string> => { const { status, body } = await ask(token, origin); return `${status} ${String(body['code'])}`; };
  const flag = async (key: string, enabled: boolean): Promise<void> => { await (await api.as('admin')).patch(`/flags/${key}`, { enabled }); };

  it('are let in from the pages they name and nowhere else, and note when they were used', async () => {
    const made = await issue(manager, { origins: [`${page.toUpperCase()}/`, 'http://localhost:8080', 'https://intranet.example.com:443'] });
    expect(made.origins).toEqual([page, 'http://localhost:8080']);
    expect(await told(made.token)).toMatch(letIn);
    expect(await told(made.token, 'http://localhost:8080')).toMatch(letIn);
    for (const origin of ['https://intranet.example.com.evil.example', 'http://intranet.example.com', 'null', null]) expect(await told(made.token, origin)).withContext(String(origin)).toBe('403 embed_origin_refused');
    const log = await api.db('crm_core.crm_audit_log').where({ entity: 'report_embeds', entity_id: made.id }).first<{ action: string; after: Record<string, unknown> }>();
    expect([log.action, log.after['origins'], JSON.stringify(log.after).includes(made.token)]).toEqual(['create', made.origins, false]);
  });

  it('serve for nothing else, and nothing else serves for them', async () => {
    const { token } = await issue(manager);
    expect(await told(manager.token)).withContext('an access token').toBe('401 embed_token_foreign');
    for (const [method, path] of [['GET', '/me'], ['GET', '/reports'], ['POST', '/analytics/report'], ['POST', '/analytics/rows'], ['GET', '/deals'], ['GET', '/embed-tokens']] as const) {
      const answer = await api.inject({ method, url: `/crm/v1${path}`, headers: { authorization: `Bearer ${token}`, origin: page }, ...(method === 'POST' ? { payload: definition } : {}) });
      expect([answer.status, answer.body['code'], answer.headers['access-control-allow-origin']]).withContext(path).toEqual([401, 'token_invalid', undefined]);
    }
  });

  it('are told apart: expired, signed elsewhere, changed, of another kind', async () => {
    const made = await issue(manager, { seconds: 60 });
    const [head, body, signature] = made.token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, string>;
    expect(Object.keys(claims).sort()).withContext('what a page gives away').toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub']);
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as { kid: string };
    const row = await api.db('crm_core.crm_signing_keys').where({ id: kid }).first<{ private_jwk: JWK }>();
    const own = await importJWK(row.private_jwk, 'EdDSA');
    const signed = (key: Parameters<SignJWT['sign']>[0], typ: string, audience: string, exp: number): Promise<string> => new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid, typ }).setIssuer(claims['iss']!).setAudience(audience).setSubject(claims['sub']!).setJti(claims['jti']!).setExpirationTime(exp).sign(key);
    const later = Math.floor(Date.now() / 1000) + 600;
    expect(await told(await signed(own, 'crm-embed+jwt', 'crm_embed', later))).withContext('the signature as we make it').toMatch(letIn);
    expect(await told(await signed(own, 'crm-embed+jwt', 'crm_embed', later - 700))).toBe('401 embed_token_expired');
    const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    expect((await exportJWK(stranger.publicKey)).crv).toBe('Ed25519');
    const other = `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: analyst.id })).toString('base64url')}.${signature}`;
    const forgeries = { foreign: await signed(stranger.privateKey, 'crm-embed+jwt', 'crm_embed', later), typ: await signed(own, 'at+jwt', 'crm_embed', later), audience: await signed(own, 'crm-embed+jwt', 'crm_api', later), other, none: `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'crm-embed+jwt' })).toString('base64url')}.${body}.`, junk: 'x' };
    for (const [name, token] of Object.entries(forgeries)) expect(await told(token)).withContext(name).toBe('401 embed_token_foreign');
    // What a token grants stands in the table: a longer life that somebody signed is none.
    await api.db('crm_core.crm_report_embeds').where({ id: made.id }).update({ expires_at: api.db.raw("now() - interval '1 second'") });
    expect(await told(await signed(own, 'crm-embed+jwt', 'crm_embed', later))).toBe('401 embed_token_expired');
    const { body: expired } = await ask(made.token);
    expect(String(expired['detail'])).toContain('POST /crm/v1/reports/{id}/embed-tokens');
  });

  it('end with being revoked, and with what their issuer is: the share, the role, the account, the report, the features', async () => {
    const { token, id } = await issue(analyst.caller);
    expect(await told(token)).toMatch(letIn);
    expect((await manager.del(`/embed-tokens/${id}`)).status).withContext('of somebody else').toBe(404);
    expect((await manager.get<Listed>('/embed-tokens')).body.items.map((one) => one.id)).not.toContain(id);
    const off = async (change: () => Promise<unknown>, back: () => Promise<unknown>, code = '401 embed_token_withdrawn'): Promise<void> => {
      await change();
      expect(await told(token)).withContext(String(change)).toBe(code);
      await back();
      expect(await told(token)).withContext(String(back)).toMatch(letIn);
    };
    await off(() => share([]), () => share([{ user_id: analyst.id, may: 'view' }]));
    const active = (is_active: boolean) => (): Promise<unknown> => api.db('crm_core.crm_users').where({ id: analyst.id }).update({ is_active });
    await off(active(false), active(true));
    const permissions = (value: object) => (): Promise<unknown> => api.db('crm_core.crm_roles').where({ key: 'embedder' }).update({ permissions: JSON.stringify(value) });
    await off(permissions({ reports: { read: 'all' }, deals: { read: 'own' } }), permissions({ reports: { read: 'all', export: 'all' }, deals: { read: 'own' } }));
    const deleted = (at: Date | null) => (): Promise<unknown> => api.db('crm_core.crm_reports').where({ id: report }).update({ deleted_at: at });
    await off(deleted(new Date()), deleted(null));
    for (const key of ['crm_feature_embed', 'crm_feature_reports']) await off(() => flag(key, false), () => flag(key, true), '404 feature_disabled');
    expect((await analyst.caller.get<Listed>(`/embed-tokens?report_id=${report}`)).body.items.map((one) => one.id)).toContain(id);
    expect((await analyst.caller.del(`/embed-tokens/${id}`)).status).toBe(204);
    expect((await analyst.caller.del(`/embed-tokens/${id}`)).status).toBe(404);
    expect(await told(token)).toBe('401 embed_token_withdrawn');
    expect((await analyst.caller.get<Listed>('/embed-tokens')).body.items.map((one) => one.id)).not.toContain(id);
  });

  it('issued by a client for its user reach no further than the client, and end with it', async () => {
    const admin = await api.as('admin');
    const client = await admin.make('/api-clients', { name: 'Intranet', role: 'embedder', user_id: analyst.id }) as unknown as { id: string; client_id: string; client_secret: string };
    const signed = await api.inject({ method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams({ grant_type: 'client_credentials', client_id: client.client_id, client_secret: client.client_secret }).toString() });
    const answer = await api.inject({ method: 'POST', url: `/crm/v1/reports/${report}/embed-tokens`, headers: { authorization: `Bearer ${String(signed.body['access_token'])}` }, payload: { origins: [page] } });
    expect(answer.status).withContext(answer.text).toBe(201);
    const { token, id } = answer.body as unknown as Made;
    expect(await told(token)).toMatch(letIn);
    const permissions = (scope: string): Promise<unknown> => api.db('crm_core.crm_report_embeds').where({ id }).update({ scope });
    await permissions('crm:deals:read');
    expect(await told(token)).withContext('scopes without the export of reports').toBe('401 embed_token_withdrawn');
    await permissions('crm');
    await api.db('crm_core.crm_api_clients').where({ id: client.id }).update({ is_active: false });
    expect(await told(token)).toBe('401 embed_token_withdrawn');
  });

  it('are issued to who is shown the report and may export, for origins that are some, for thirty days at most', async () => {
    const refused = async (who: Caller, body: object, of = report): Promise<[number, unknown, unknown]> => {
      const answer = await who.post<Record<string, unknown>>(`/reports/${of}/embed-tokens`, body);
      return [answer.status, answer.body['code'], (answer.body['errors'] as { path: string }[] | undefined)?.[0]?.path];
    };
    expect(await refused(await api.as('rep'), { origins: [page] })).toEqual([403, 'forbidden', undefined]);
    const hidden = (await manager.make('/reports', { name: 'Hidden', definition })).id;
    expect(await refused(analyst.caller, { origins: [page] }, hidden)).toEqual([404, 'report_not_found', undefined]);
    for (const origin of ['*', 'https://*.example.com', `${page}/reports`, 'ftp://example.com', 'https://user@example.com', 'intranet.example.com', 'null', '']) expect((await refused(manager, { origins: [origin] }))[0]).withContext(origin).toBe(422);
    expect(await refused(manager, { origins: [page, 'https://*'] })).toEqual([422, 'validation_failed', 'origins[1]']);
    expect((await refused(manager, {}))[0]).toBe(422);
    expect((await refused(manager, { origins: [] }))[0]).toBe(422);
    expect(await refused(manager, { origins: [page], version: 7 })).toEqual([422, 'validation_failed', 'version']);
    const long = await manager.post<{ detail: string }>(`/reports/${report}/embed-tokens`, { origins: [page], seconds: 31 * 86_400 });
    expect([long.status, long.body.detail]).toEqual([422, jasmine.stringContaining('thirty days') as unknown as string]);
    expect(Date.parse((await issue(manager, { version: 1 })).expires_at) - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  it('open one path to other origins, to those that are named, and never with a wildcard', async () => {
    await issue(manager, { origins: ['https://named.example'] });
    const preflight = (url: string, origin: string): Promise<Answer> => api.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });
    const named = await preflight('/crm/v1/embed/report', 'https://named.example');
    expect([named.status, named.headers['access-control-allow-origin'], named.headers['access-control-allow-credentials'], String(named.headers['vary']).split(',')[0]]).toEqual([204, 'https://named.example', undefined, 'origin']);
    expect((await preflight('/crm/v1/embed/report', 'https://other.example')).headers['access-control-allow-origin']).toBeUndefined();
    for (const path of ['/crm/v1/reports', '/crm/v1/analytics/report', '/crm/v1/embed-tokens', '/crm/v1/embed/report/x']) {
      const answer = await preflight(path, 'https://named.example');
      expect([answer.status >= 400, answer.headers['access-control-allow-origin']]).withContext(path).toEqual([true, undefined]);
    }
    // The page must be able to read why it is shown nothing.
    const { headers } = await ask('x', 'https://named.example');
    expect([headers['access-control-allow-origin'], headers['content-type']]).toEqual(['https://named.example', 'application/problem+json']);
    expect((await ask('x', 'https://other.example')).headers['access-control-allow-origin']).toBeUndefined();
    await flag('crm_feature_embed', false);
    expect((await preflight('/crm/v1/embed/report', 'https://named.example')).headers['access-control-allow-origin']).toBeUndefined();
    await flag('crm_feature_embed', true);
  });

  it('are counted apart from what their issuer asks', async () => {
    const { token } = await issue(manager);
    const first = String((await ask(token)).headers['ratelimit']);
    await manager.post('/analytics/report', definition);
    const left = (text: string): number => Number(/r=(\d+)/.exec(text)?.[1]);
    expect(left(String((await ask(token)).headers['ratelimit']))).toBe(left(first) - 1);
  });
});
