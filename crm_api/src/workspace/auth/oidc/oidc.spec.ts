import { testPassword, testsWithoutOptional } from 'crm_db';
import fc from 'fast-check';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { startApi, type Answer, type TestApi } from '../../../testing/api.testing.js';
import { TestBrowser } from '../../../testing/browser.testing.js';
import { hashPassword } from '../password.hash.js';

describe('signing in by code and PKCE', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi({ CRM_PORT: '8080' }); }, 120_000);
  afterAll(async () => { await api.stop(); });

  const me = (token: unknown): Promise<Answer> => api.inject({ url: '/crm/v1/me', headers: { authorization: `Bearer ${String(token)}` } });
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
    api.inject({ method: 'POST', url: `/crm/v1${path}`, payload: new URLSearchParams(form).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  const codeOf = (url: URL): string => url.searchParams.get('code') ?? '';

  it('leads through the login page to a session whose refresh token no script sees', async () => {
    const browser = new TestBrowser(api, '127.0.0.1:8080', '192.0.2.77');
    const page = await browser.begin();
    expect(page.headers['location']).toMatch(/^\/login\?interaction=[\w-]+$/);
    expect((await browser.send('GET', '/crm/v1/auth/interaction')).body).toEqual(jasmine.objectContaining({ next: 'password', client: { id: 'crm_ui', name: 'CRM' } }));
    expect((await browser.send('POST', '/crm/v1/auth/interaction', { email: 'rep@crm.test', password: 'wrong' })).body['code']).toBe('invalid_grant');
    const step = await browser.send('POST', '/crm/v1/auth/interaction', { email: 'rep@crm.test', password: testPassword });
    const back = await browser.resume(String(step.body['redirect_to']));
    expect([back.origin + back.pathname, back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual([browser.callback, browser.state, 'http://127.0.0.1:8080/crm/v1/oidc']);
    const session = await browser.exchange(codeOf(back));
    expect(session.status).withContext(session.text).toBe(200);
    expect(session.body['refresh_token']).toBeUndefined();
    const cookie = String([session.headers['set-cookie']].flat()[0]);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/crm/v1/auth/session']) expect(cookie).toContain(part);
    expect((await me(session.body['access_token'])).body['email']).toBe('rep@crm.test');
    const renewed = await browser.send('POST', '/crm/v1/auth/session/refresh');
    expect(renewed.status).withContext(renewed.text).toBe(200);
    expect((await browser.send('DELETE', '/crm/v1/auth/session')).status).toBe(204);
    expect((await me(renewed.body['access_token'])).status).toBe(401);
    expect((await browser.send('POST', '/crm/v1/auth/session/refresh')).status).toBe(401);
    expect(browser.cookie('crm_refresh')).toBeUndefined();
    const story = await api.db('crm_core.crm_audit_log').whereIn('action', ['login', 'login_failed']).where('ip', '192.0.2.77').orderBy('id').select<{ action: string }[]>('action');
    expect(story.map((one) => one.action)).toEqual(['login_failed', 'login']);
  });

  it('is refused without PKCE, with a plain challenge, to a foreign address or to an unknown client', async () => {
    const browser = new TestBrowser(api);
    const refusal = async (changes: Record<string, string | undefined>): Promise<string> => {
      const answer = await browser.begin(changes);
      const location = answer.headers['location'];
      return location === undefined ? `${answer.status} ${String(answer.body['error'])}` : /[?&#]error=(\w+)/.exec(String(location))?.[1] ?? String(location);
    };
    expect(await refusal({ code_challenge: undefined, code_challenge_method: undefined })).toBe('invalid_request');
    expect(await refusal({ code_challenge_method: 'plain' })).toBe('invalid_request');
    expect(await refusal({ redirect_uri: 'https://evil.example/login/callback' })).toBe('400 invalid_redirect_uri');
    expect(await refusal({ redirect_uri: `${browser.callback}/more` })).toBe('400 invalid_redirect_uri');
    // This machine by its name is the same place.
    expect(await refusal({ redirect_uri: browser.callback.replace('127.0.0.1', 'localhost') })).toMatch(/\/login\?interaction=/);
    expect(await refusal({ client_id: 'nobody' })).toBe('400 invalid_client');
    expect(await refusal({ response_type: 'token' })).toBe('unsupported_response_type');
  });

  it('gives nothing for a wrong verifier or another address, and ends everything when a code comes twice', async () => {
    const wrong = new TestBrowser(api);
    const first = codeOf(await wrong.code('exec@crm.test', testPassword));
    expect((await wrong.exchange(first, { code_verifier: 'x'.repeat(43) })).body['code']).toBe('invalid_grant');
    expect((await wrong.exchange(first, { redirect_uri: 'http://localhost:8080/login/callback' })).body['code']).toBe('invalid_grant');
    const browser = new TestBrowser(api);
    const code = codeOf(await browser.code('exec@crm.test', testPassword));
    const session = await browser.exchange(code);
    expect(session.status).toBe(200);
    expect((await browser.exchange(code)).body['code']).toBe('invalid_grant');
    await expectGone(session.body['access_token']);
    expect((await browser.send('POST', '/crm/v1/auth/session/refresh')).status).toBe(401);
  });

  it('belongs to the browser that began it', async () => {
    const attacker = new TestBrowser(api);
    await attacker.begin();
    const victim = new TestBrowser(api);
    const step = await victim.send('POST', '/crm/v1/auth/interaction', { email: 'rep@crm.test', password: testPassword });
    expect([step.status, step.body['code']]).toEqual([409, 'sign_in_expired']);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }] as Record<string, string>[]) {
      expect((await attacker.send('POST', '/crm/v1/auth/interaction', { email: 'rep@crm.test', password: testPassword }, headers)).status).toBe(403);
      expect((await attacker.send('POST', '/crm/v1/auth/session/refresh', undefined, headers)).status).toBe(403);
    }
  });

  it('rotates refresh tokens, and one that comes again ends the sign-in with its access tokens', async () => {
    const signIn = (await post('/auth/token', { grant_type: 'password', username: 'exec@crm.test', password: testPassword })).body;
    const next = (await post('/auth/token', { grant_type: 'refresh_token', refresh_token: String(signIn['refresh_token']) })).body;
    expect((await me(next['access_token'])).status).toBe(200);
    expect((await post('/oidc/token', { grant_type: 'refresh_token', refresh_token: String(signIn['refresh_token']), client_id: 'crm_ui' })).body['error']).toBe('invalid_grant');
    await expectGone(next['access_token']);
    expect((await post('/auth/token', { grant_type: 'refresh_token', refresh_token: String(next['refresh_token']) })).status).toBe(400);
    const ended = await api.db('crm_core.crm_sessions').where({ ended_reason: 'revoked' }).select('id');
    expect(ended.length).toBeGreaterThan(0);
  });

  it('narrows tokens to scopes, for REST, GraphQL and clients alike', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    const narrow = (await post('/auth/token', { grant_type: 'password', username: 'admin@crm.test', password: testPassword, scope: 'crm:contacts:read crm:flags:write crm:nothing:read' })).body;
    expect(narrow['scope']).toBe('crm:contacts:read crm:flags:write');
    const call = (method: string, url: string, payload?: object): Promise<Answer> => api.inject({ method: method as 'GET', url: `/crm/v1${url}`, headers: { authorization: `Bearer ${String(narrow['access_token'])}`, ...(payload ? { 'content-type': 'application/json' } : {}) }, ...(payload ? { payload: JSON.stringify(payload) } : {}) });
    expect((await call('GET', '/contacts')).status).toBe(200);
    expect((await call('POST', '/contacts', { full_name: 'X' })).status).toBe(403);
    expect((await call('GET', '/deals')).status).toBe(403);
    expect((await call('POST', '/graphql', { query: '{ contacts { items { id } } }' })).text).not.toContain('"errors"');
    expect((await call('POST', '/graphql', { query: '{ deals { items { id } } }' })).text).toContain('"errors"');
    // What concerns the account itself needs the whole token.
    expect((await call('GET', '/sessions')).body['code']).toBe('person_only');
    const kept = (await post('/auth/token', { grant_type: 'refresh_token', refresh_token: String(narrow['refresh_token']) })).body;
    expect(kept['scope']).toBe('crm:contacts:read crm:flags:write');
    const role = await api.db('crm_core.crm_roles').where({ key: 'admin' }).first<{ id: string }>('id');
    await api.db('crm_core.crm_api_clients').insert({ client_id: 'loader', name: 'Loader', secret_hash: await hashPassword('s3cret'), role_id: role.id, scopes: ['crm:deals:read'] });
    const basic = { authorization: `Basic ${Buffer.from('loader:s3cret').toString('base64')}` };
    expect((await post('/auth/token', { grant_type: 'client_credentials' }, basic)).body['scope']).toBe('crm:deals:read');
    expect((await post('/auth/token', { grant_type: 'client_credentials', scope: 'crm crm:contacts:read' }, basic)).body['scope']).toBe('');
    const direct = await post('/oidc/token', { grant_type: 'client_credentials', scope: 'crm:deals:read' }, basic);
    expect((await api.inject({ url: '/crm/v1/deals', headers: { authorization: `Bearer ${String(direct.body['access_token'])}` } })).status).withContext(direct.text).toBe(200);
  });

  it('signs with a key of the published set; a new key is published first and the old one verifies on', async () => {
    const keys = async (): Promise<JSONWebKeySet> => (await api.inject('/crm/v1/oidc/jwks')).body as unknown as JSONWebKeySet;
    const found = (await api.inject('/crm/v1/oidc/.well-known/openid-configuration')).body;
    expect(found).toEqual(jasmine.objectContaining({ issuer: 'http://127.0.0.1:8080/crm/v1/oidc', code_challenge_methods_supported: ['S256'], token_endpoint: 'http://127.0.0.1:8080/crm/v1/oidc/token' }));
    const signIn = async (): Promise<string> => String((await post('/auth/token', { grant_type: 'password', username: 'admin@crm.test', password: testPassword })).body['access_token']);
    const before = await signIn();
    const verified = await jwtVerify(before, createLocalJWKSet(await keys()), { issuer: 'http://127.0.0.1:8080/crm/v1/oidc', audience: 'crm_api', typ: 'at+jwt' });
    expect(verified.protectedHeader.alg).toBe('EdDSA');
    const rotated = await api.inject({ method: 'POST', url: '/crm/v1/auth/keys/rotate', headers: { authorization: `Bearer ${before}` } });
    expect(rotated.status).withContext(rotated.text).toBe(200);
    expect(JSON.stringify(await keys())).not.toContain('"d"');
    expect((await keys()).keys.length).toBe(2);
    expect(decodeProtectedHeader(await signIn()).kid).toBe(decodeProtectedHeader(before).kid);
    await api.db('crm_core.crm_signing_keys').where({ id: rotated.body.id }).update({ activates_at: api.db.fn.now() });
    const deadline = Date.now() + 20_000;
    let after = await signIn();
    while (decodeProtectedHeader(after).kid !== rotated.body.id && Date.now() < deadline) after = await signIn();
    expect(decodeProtectedHeader(after).kid).toBe(rotated.body.id);
    expect([(await me(after)).status, (await me(before)).status]).toEqual([200, 200]);
  }, 40_000);

  it('has no answer of 5xx, whatever it is sent', async () => {
    const odd = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('\0', '%00', 'crm_ui', 'code', 'S256', 'openid crm', 'a'.repeat(43), 'eyJhbGciOiJub25lIn0.e30.', "' OR 1=1"));
    const names = ['client_id', 'response_type', 'scope', 'redirect_uri', 'state', 'code_challenge', 'code_challenge_method', 'grant_type', 'code', 'code_verifier', 'refresh_token', 'username', 'password', 'client_secret', 'token', 'resource', 'prompt', 'max_age'];
    const form = fc.dictionary(fc.constantFrom(...names), odd);
    const grant = fc.constantFrom('password', 'refresh_token', 'authorization_code', 'client_credentials', 'x');
    let address = 0;
    await fc.assert(fc.asyncProperty(form, grant, odd, async (fields, kind, text) => {
      const query = new URLSearchParams(fields).toString();
      const asForm = { 'content-type': 'application/x-www-form-urlencoded', cookie: `crm_interaction_8080=${encodeURIComponent(text)}; crm_refresh_8080=${encodeURIComponent(text)}` };
      const payload = new URLSearchParams({ client_id: 'crm_ui', ...fields, grant_type: kind }).toString();
      const remoteAddress = `198.51.${Math.floor(address / 250)}.${(address += 1) % 250}`;
      const shots = [
        { method: 'GET', url: `/crm/v1/oidc/auth?client_id=crm_ui&${query}` }, { method: 'GET', url: `/crm/v1/oidc/auth/${encodeURIComponent(text) || 'x'}` }, { method: 'POST', url: '/crm/v1/oidc/token', payload },
        { method: 'POST', url: '/crm/v1/oidc/token/revocation', payload }, { method: 'POST', url: '/crm/v1/auth/token', payload }, { method: 'POST', url: '/crm/v1/auth/revoke', payload },
        { method: 'POST', url: '/crm/v1/auth/session/refresh' }, { method: 'GET', url: '/crm/v1/auth/interaction' },
      ] as const;
      for (const shot of shots) {
        const answer = await api.inject({ ...shot, headers: asForm, remoteAddress });
        if (answer.status >= 500) throw new Error(`${shot.method} ${shot.url} ${'payload' in shot ? shot.payload : ''}: ${answer.status} ${answer.text}`);
      }
    }), { numRuns: 40, seed: 20_261_122, endOnFailure: true });
  }, 60_000);

  async function expectGone(token: unknown): Promise<void> {
    const deadline = Date.now() + 3000;
    let status = (await me(token)).status;
    while (status === 200 && Date.now() < deadline) status = (await me(token)).status;
    expect(status).toBe(401);
  }
});
