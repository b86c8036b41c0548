import Hapi from '@hapi/hapi';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createKnex, testsWithoutOptional } from 'crm_db';
import { startApi, type Caller, type TestApi } from '../testing/api.testing.js';
import { requireAccess } from './server.js';

interface Problem { type: string; title: string; status: number; detail: string; code: string; instance: string; errors?: { path: string; code: string; message: string }[] }

describe('the server', () => {
  let api: TestApi;
  let admin: Caller;

  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const problem = (answer: { status: number; headers: Record<string, unknown>; body: unknown }): Problem => {
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const body = answer.body as Problem;
    expect(body.status).toBe(answer.status);
    expect(body.type).toBe(`urn:crm:problem:${body.code}`);
    expect(body.detail.length).toBeGreaterThan(20);
    expect(body.instance).toMatch(/^urn:crm:request:/);
    return body;
  };

  it('answers every kind of bad request with a problem that has a code', async () => {
    const json = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' };
    const cases: [string, string, unknown, Record<string, string>, number, string][] = [
      ['POST', '/contacts', '{"full_name": ', json, 400, 'malformed_body'],
      ['POST', '/contacts', '{"__proto__": {"admin": true}, "full_name": "x"}', json, 400, 'malformed_body'],
      ['POST', '/contacts', '[1, 2]', json, 422, 'validation_failed'],
      ['POST', '/contacts', 'null', json, 422, 'validation_failed'],
      ['POST', '/contacts', '{"full_name": "x", "nope": 1}', json, 422, 'validation_failed'],
      ['POST', '/contacts', '{"full_name": 5}', json, 422, 'validation_failed'],
      ['POST', '/contacts', 'full_name=x', { ...json, 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
      ['POST', '/contacts', '<x/>', { ...json, 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
      ['POST', '/contacts', JSON.stringify({ full_name: 'x'.repeat(2_000_000) }), json, 413, 'body_too_large'],
      ['GET', '/nothing', undefined, json, 404, 'route_not_found'],
      ['PUT', '/contacts', '{}', json, 405, 'method_not_allowed'],
      ['DELETE', '/health', undefined, json, 405, 'method_not_allowed'],
      ['GET', '/contacts/not-a-uuid', undefined, json, 400, 'invalid_parameter'],
      ['GET', '/contacts/01890000-0000-7000-8000-000000000000', undefined, json, 404, 'contact_not_found'],
      ['PATCH', '/contacts/01890000-0000-7000-8000-000000000000', '{}', json, 422, 'validation_failed'],
      ['GET', '/contacts', undefined, {}, 401, 'token_missing'],
      ['GET', '/contacts', undefined, { authorization: 'Bearer x.y.z' }, 401, 'token_invalid'],
      ['GET', '/contacts', undefined, { authorization: admin.token }, 401, 'token_malformed'],
      ['GET', '/me?x=1', undefined, json, 400, 'invalid_parameter'],
    ];
    for (const [method, path, payload, headers, status, code] of cases) {
      const answer = await api.inject({ method, url: `/crm/v1${path}`, headers, ...(payload === undefined ? {} : { payload: payload as string }) });
      const body = problem(answer);
      expect([answer.status, body.code]).withContext(`${method} ${path} ${String(payload).slice(0, 60)}`).toEqual([status, code]);
    }
  });

  it('names every wrong field at once, and the methods that a path has', async () => {
    const answer = await admin.post('/deals', { expected_value: '1,000', currency: 'XYZ', close_date: '2026-02-30', is_test: 'yes', owner_id: 7, extra: true });
    expect(problem(answer).errors?.map((one) => [one.path, one.code])).toEqual([
      ['name', 'required'], ['expected_value', 'invalid_money'], ['currency', 'invalid_currency'], ['close_date', 'invalid_date'],
      ['is_test', 'wrong_type'], ['owner_id', 'wrong_type'], ['extra', 'unknown_field'],
    ].sort((a, b) => order(String(a[0])) - order(String(b[0]))));
    const wrong = await admin.call('PUT', '/deals', {});
    expect(wrong.headers['allow']).toBe('GET, POST');
  });
  const order = (path: string): number => ['name', 'owner_id', 'expected_value', 'currency', 'close_date', 'is_test', 'extra'].indexOf(path);

  it('maps what Postgres refuses, and never shows its own faults', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    await admin.post('/contacts', { full_name: 'One', email: 'same@example.com' });
    const twice = await admin.post('/contacts', { full_name: 'Two', email: 'SAME@example.com' });
    expect(problem(twice)).toEqual(jasmine.objectContaining({ status: 409, code: 'already_exists', errors: [jasmine.objectContaining({ path: 'email' })] }));
    await admin.post('/accounts', { legal_name: 'Al-Noor Trading', region: 'Gulf' });
    const spelled = await admin.post('/accounts', { legal_name: 'AL NOOR  TRADING', region: 'Gulf' });
    expect(problem(spelled).code).toBe('already_exists');
    expect((await admin.post('/accounts', { legal_name: 'Al-Noor Trading', region: 'Levant' })).status).toBe(201);
    const dates = await admin.post('/campaigns', { name: 'x', starts_on: '2026-02-01', ends_on: '2026-01-01' });
    expect([dates.status, problem(dates).code]).toEqual([422, 'rule_violated']);
    await api.admin.raw('ALTER TABLE crm_core.crm_campaigns RENAME COLUMN channel TO hidden_channel');
    try {
      const broken = await admin.get('/campaigns');
      const body = problem(broken);
      expect([broken.status, body.code]).toEqual([500, 'internal_error']);
      expect(JSON.stringify(body)).not.toContain('channel');
      expect(api.logged.some((line) => JSON.stringify(line).includes('channel') && line['request_id'] === body.instance.replace('urn:crm:request:', ''))).toBeTrue();
    } finally {
      await api.admin.raw('ALTER TABLE crm_core.crm_campaigns RENAME COLUMN hidden_channel TO channel');
    }
  });

  it('sets security headers, an id and compression on every answer', async () => {
    const answer = await api.inject({ url: '/crm/v1/openapi.json', headers: { 'accept-encoding': 'gzip', 'x-request-id': 'trace-12345' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(answer.headers['x-request-id']).toBe('trace-12345');
    const brotli = await api.inject({ url: '/crm/v1/openapi.json', headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.bytes).toString()).toBe(gunzipSync(answer.bytes).toString());
    for (const url of ['/crm/v1/openapi.json', '/crm/v1/nothing', '/crm/v1/contacts']) {
      const { headers } = await api.inject(url);
      expect(headers['content-security-policy']).withContext(url).toContain("default-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}-[0-9a-f]{16}$/);
    }
  });

  it('refuses to start with a route that declares no permission, or opens one that does', async () => {
    const bare = Hapi.server();
    bare.route({ method: 'GET', path: '/crm/v1/leak', handler: () => 'x' });
    expect(() => requireAccess(bare)).toThrowError(/GET \/crm\/v1\/leak declares no permission/);
    const open = Hapi.server();
    const spec = { method: 'GET', path: '/x', id: 'x', tag: 'x', summary: '', access: 'signed_in', responses: {}, handle: () => Promise.resolve(1) } as const;
    open.route({ method: 'GET', path: '/crm/v1/x', options: { auth: false, plugins: { crm: { spec } } }, handler: () => 'x' });
    expect(() => requireAccess(open)).toThrowError(/is open/);
    expect(() => requireAccess(api.server)).not.toThrow();
  });

  it('hides the routes of a feature that is off, within a second, and only from then on', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    expect((await admin.get('/tickets')).status).toBe(200);
    expect((await admin.call('PATCH', '/flags/crm_feature_tickets', { enabled: false })).status).toBe(200);
    const off = await admin.get('/tickets');
    expect([off.status, problem(off).code]).toEqual([404, 'feature_disabled']);
    expect((await admin.get<{ features: Record<string, boolean> }>('/me')).body.features['crm_feature_tickets']).toBeFalse();
    const rep = await api.as('rep');
    expect((await rep.call('PATCH', '/flags/crm_feature_tickets', { enabled: true })).status).toBe(403);
    expect((await admin.call('PATCH', '/flags/crm_feature_nothing', { enabled: true })).status).toBe(404);
    // By another process: noticed without being told.
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_tickets' }).update({ enabled: true });
    const deadline = Date.now() + 3000;
    let status = 404;
    while (status !== 200 && Date.now() < deadline) status = (await admin.get('/tickets')).status;
    expect(status).toBe(200);
  });

  it('outlives its database: 503 while it is gone', async () => {
    const gone = await startApi({ CRM_PG_URL: 'postgres://crm_app:x@127.0.0.1:1/none' }, (config) => createKnex(config.pgUrl));
    const answer = await gone.inject({ url: '/crm/v1/contacts', headers: { authorization: `Bearer ${admin.token}` } });
    expect([answer.status, problem(answer).code]).toEqual([503, 'database_unavailable']);
    const health = await gone.inject('/crm/v1/health');
    expect([health.status, (health.body['components'] as Record<string, { status: string }>)['postgres']?.status]).toEqual([503, 'down']);
    expect((await gone.inject('/crm/v1/openapi.json')).status).toBe(200);
    await gone.stop();
  }, 60_000);
});
