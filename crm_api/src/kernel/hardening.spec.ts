import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { readConfig } from '../config.js';
import { startApi, type Answer, type Caller, type Json, type TestApi } from '../testing/api.testing.js';
import { TestBrowser } from '../testing/browser.testing.js';

describe('hardening', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi({ CRM_PORT: '8080', CRM_MAX_UPLOAD_MB: '1', CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('sends the security headers with every kind of answer: page, API, errors, the provider of sign-in', async () => {
    const json = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' };
    const answers: [string, number, Answer][] = [
      ['page', 200, await api.inject('/')], ['API', 200, await api.inject({ url: '/crm/v1/me', headers: json })], ['401', 401, await api.inject('/crm/v1/me')], ['404', 404, await api.inject('/crm/v1/nothing')],
      ['400', 400, await api.inject({ method: 'POST', url: '/crm/v1/accounts', headers: json, payload: '{' })], ['405', 405, await api.inject({ method: 'PUT', url: '/crm/v1/accounts', headers: json, payload: '{}' })],
      ['413', 413, await api.inject({ method: 'POST', url: '/crm/v1/accounts', headers: json, payload: JSON.stringify({ legal_name: 'x'.repeat(1_100_000) }) })],
      ['415', 415, await api.inject({ method: 'POST', url: '/crm/v1/accounts', headers: { ...json, 'content-type': 'text/plain' }, payload: 'x' })], ['422', 422, await api.inject({ method: 'POST', url: '/crm/v1/accounts', headers: json, payload: '{}' })],
      ['file', 404, await api.inject('/main-GONE0000.js')], ['discovery', 200, await api.inject('/crm/v1/oidc/.well-known/openid-configuration')], ['authorization', 400, await api.inject('/crm/v1/oidc/auth?client_id=nobody')], ['health', 503, await api.inject('/crm/v1/health')],
    ];
    for (const [name, status, { status: given, headers }] of answers) {
      expect(name === 'page' && given === 503 ? 200 : given).withContext(name).toBe(status);
      const policy = String(headers['content-security-policy']);
      expect(policy).withContext(name).toContain("frame-ancestors 'none'");
      const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? /default-src ([^;]*)/.exec(policy)?.[1] ?? '*';
      expect(scripts.trim()).withContext(`${name}: nothing inline, nothing evaluated, nobody else's`).toMatch(/^'(self|none)'$/);
      expect([headers['x-content-type-options'], headers['x-frame-options'], headers['cross-origin-opener-policy'], headers['cross-origin-resource-policy']]).withContext(name).toEqual(['nosniff', 'DENY', 'same-origin', 'same-origin']);
      expect(headers['permissions-policy']).withContext(name).toContain('camera=()');
      expect(headers['referrer-policy']).withContext(name).toMatch(/^(same-origin|no-referrer)$/);
      // Discovery is made for others: public keys and addresses.
      if (name !== 'discovery') expect(headers['access-control-allow-origin']).withContext(`${name}: no other site reads answers`).toBeUndefined();
      expect(headers['access-control-allow-credentials']).withContext(name).toBeUndefined();
      expect(headers['server'] ?? headers['x-powered-by']).withContext(name).toBeUndefined();
    }
  });

  it('gives the page no script of its own to run inline', () => {
    const page = readFileSync(new URL('../../../crm_ui/src/index.html', import.meta.url), 'utf8');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>[^<]/);
    expect(page).not.toMatch(/\son\w+=/);
    expect(page).not.toMatch(/javascript:/i);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('takes no cookie for a sign-in, and refuses what another site sends with one', async () => {
    const browser = new TestBrowser(api, '127.0.0.1:8080');
    const begun = await browser.begin();
    for (const cookie of [begun.headers['set-cookie']].flat().map(String)) for (const part of [/httponly/i, /samesite=(lax|strict)/i, /path=\/crm\/v1/i]) expect(cookie).toMatch(part);
    const cookies = [begun.headers['set-cookie']].flat().map((one) => String(one).split(';')[0]).join('; ');
    for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) expect((await api.inject({ method, url: '/crm/v1/accounts', headers: { cookie: `${cookies}; crm_refresh_8080=x`, 'content-type': 'application/json' }, ...(method === 'GET' ? {} : { payload: '{}' }) })).status).withContext(method).not.toBe(200);
    expect((await api.inject({ url: '/crm/v1/accounts', headers: { cookie: cookies } })).status).toBe(401);
    // Every route that a cookie opens, found by asking the table, so that a new one cannot be forgotten.
    const byCookie = api.server.table().flatMap((one) => (one.settings.plugins?.crm ? [one.settings.plugins.crm.spec] : []))
      .filter((spec) => spec.access === 'public' && spec.method !== 'GET' && /^\/auth\/(interaction|session)/.test(spec.path));
    expect(byCookie.map((spec) => spec.id).sort()).toEqual(['closeSession', 'openSession', 'refreshSession', 'signInByCode', 'signInByPassword']);
    const bodies: Record<string, unknown> = { signInByPassword: { email: 'a@b.c', password: 'x' }, signInByCode: { code: '1' }, openSession: { code: 'c', code_verifier: 'v', redirect_uri: 'r' } };
    for (const spec of byCookie) {
      const foreigners: Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }];
      for (const foreign of foreigners) {
        const answer = await api.inject({ method: spec.method, url: `/crm/v1${spec.path}`, headers: { host: '127.0.0.1:8080', cookie: cookies, 'content-type': 'application/json', ...foreign }, payload: JSON.stringify(bodies[spec.id] ?? {}) });
        expect([answer.status, answer.body['code']]).withContext(`${spec.id} ${JSON.stringify(foreign)}`).toEqual([403, 'foreign_site']);
      }
    }
  });

  it('takes no body that is too large, packed or not, and keeps nothing of a file that is', async () => {
    const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' };
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const packed = await api.inject({ method: 'POST', url: '/crm/v1/accounts', headers: { ...headers, 'content-encoding': 'gzip' }, payload: bomb });
    expect([400, 413]).toContain(packed.status);
    const boundary = 'x1';
    const file = Buffer.concat([Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="entity"\r\n\r\ncontacts\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="c.csv"\r\ncontent-type: text/csv\r\n\r\nfull_name\r\n`), Buffer.alloc(1_200_000, 0x61), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    const upload = await api.inject({ method: 'POST', url: '/crm/v1/imports', headers: { authorization: headers.authorization, 'content-type': `multipart/form-data; boundary=${boundary}` }, payload: file });
    expect(upload.status).withContext(upload.text).toBe(413);
    expect(await api.db('crm_core.crm_imports')).toEqual([]);
    expect(await api.db('crm_core.crm_import_files')).toEqual([]);
  }, 30_000);

  it('limits what one question can cost: page size, filters, words, depth and cost of GraphQL, operations in bulk', async () => {
    expect((await admin.get('/contacts?limit=201')).status).toBe(400);
    expect((await admin.get(`/contacts?${Array.from({ length: 21 }, (_, n) => `filter[city][ne]=${n}&filter[job_title][contains]=${n}`).join('&')}`)).status).toBe(400);
    expect((await admin.get(`/contacts?q=${'x'.repeat(201)}`)).status).toBe(400);
    expect((await admin.post('/contacts/bulk', { operations: Array.from({ length: 2000 }, () => ({ op: 'create', values: {} })) })).status).toBe(422);
    expect((await admin.post('/graphql', { query: `{ accounts { items { ${'contacts { items { account { '.repeat(6)}id${' } } }'.repeat(6)} } } }` })).status).toBe(400);
    expect((await admin.post('/graphql', { query: '{ accounts(limit: 200) { items { contacts(limit: 200) { items { id } } } } }' })).status).toBe(400);
    expect((await admin.post('/graphql', { query: `{ ${'a'.repeat(60_000)} }` })).status).toBe(422);
  });

  it('lets nobody set what only the product sets', async () => {
    const other = '01890000-0000-7000-8000-000000000000';
    for (const [path, least, members] of [
      ['/contacts', { full_name: 'Mass' }, ['id', 'created_at', 'updated_at', 'deleted_at', 'merged_into_id', 'search_text', 'consents']],
      ['/deals', { name: 'Mass' }, ['id', 'created_at', 'closed_at', 'win_probability', 'score']],
      ['/users', { name: 'Mass', email: 'mass@example.com' }, ['id', 'password_hash', 'permissions']],
    ] as const) {
      for (const member of members) {
        const answer = await admin.post<{ errors?: { path: string }[] }>(path, { ...least, [member]: /_at$/.test(member) ? '2020-01-01T00:00:00Z' : other });
        expect([answer.status, answer.body.errors?.map((one) => one.path)]).withContext(`${path} ${member}`).toEqual([422, [member]]);
      }
    }
    expect((await admin.get<{ items: unknown[] }>('/contacts?q=Mass')).body.items).toEqual([]);
  });

  it('keeps the flows that hurt when a machine runs them to those who may, once, and slowly', async () => {
    const limited = await startApi({ CRM_RATE_WRITE: '10' });
    try {
      const [boss, rep] = [await limited.as('admin'), await limited.as('rep')];
      const person = (await boss.post('/contacts', { full_name: 'Flow Person', email: 'flow@example.com' })).body;
      // Taking people out, or their data: for few, and one export of a person at a time.
      expect((await rep.post('/privacy/erasures', { subject_type: 'contact', subject_id: person.id, reason: 'request' })).status).toBe(403);
      expect((await rep.post('/privacy/access-exports', { subject_type: 'contact', subject_id: person.id })).status).toBe(403);
      const wish = { subject_type: 'contact', subject_id: person.id };
      expect([(await boss.post('/privacy/access-exports', wish)).status, (await boss.post('/privacy/access-exports', wish)).body['code']]).toEqual([201, 'export_running']);
      // Creating in bulk by script: slowed down by caller, and told until when.
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await rep.post('/contacts', { full_name: `Flood ${n}` })).status);
      expect([statuses.filter((one) => one === 201).length, statuses.at(-1)]).toEqual([10, 429]);
      // The person in front of the screen beside it goes on.
      expect((await boss.post('/contacts', { full_name: 'Calm' })).status).toBe(201);
      expect((await boss.get(`/contacts/${person.id}/consents/check?purpose=marketing&channel=email`)).body).toEqual(jasmine.objectContaining({ allowed: false, reason: 'no_consent' }) as unknown as Json);
    } finally {
      await limited.stop();
    }
  }, 30_000);
});

describe('TLS of the API', () => {
  let folder: string;
  let api: TestApi | undefined;
  let files: Record<string, string>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-tls-'));
    files = { CRM_TLS_CERT: join(folder, 'cert.pem'), CRM_TLS_KEY: join(folder, 'key.pem') };
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', files['CRM_TLS_KEY'] ?? '', '-out', files['CRM_TLS_CERT'] ?? ''], { stdio: 'ignore' });
    api = await startApi(files);
    await api.server.start();
  }, 120_000);
  afterAll(async () => {
    await api?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ca = (): Buffer => readFileSync(files['CRM_TLS_CERT'] ?? '');
  const ask = (path: string, body?: string): Promise<{ status: number; headers: Record<string, unknown>; text: string }> => new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: api?.server.info.port, path, method: body === undefined ? 'GET' : 'POST', ca: ca(), headers: body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '198.51.100.66' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, text }); });
    });
    sent.on('error', reject).end(body);
  });
  const speak = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> => new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(api?.server.info.port), ca: ca(), servername: 'localhost', minVersion: version, maxVersion: version, ...(version === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}) }, () => { resolve(String(socket.getProtocol())); socket.destroy(); });
    socket.on('error', () => { resolve('refused'); });
  });

  it('serves by 1.2 and 1.3 and nothing older', async () => {
    expect(await Promise.all([speak('TLSv1.1'), speak('TLSv1.2'), speak('TLSv1.3')])).toEqual(['refused', 'TLSv1.2', 'TLSv1.3']);
    expect((await ask('/crm/v1/openapi.json')).status).toBe(200);
  });

  it('tells browsers to come by TLS only, with and only with TLS', async () => {
    for (const path of ['/crm/v1/openapi.json', '/crm/v1/nothing', '/crm/v1/oidc/jwks']) expect((await ask(path)).headers['strict-transport-security']).withContext(path).toBe('max-age=31536000; includeSubDomains');
    const plain = await startApi();
    expect((await plain.inject('/crm/v1/openapi.json')).headers['strict-transport-security']).toBeUndefined();
    await plain.stop();
    const behind = await startApi({ CRM_ISSUER: 'https://crm.example.com/crm/v1/oidc' });
    expect((await behind.inject('/crm/v1/openapi.json')).headers['strict-transport-security']).toContain('max-age=');
    await behind.stop();
  }, 60_000);

  it('believes nobody about the address of a caller, as no proxy is in front', async () => {
    const answer = await ask('/crm/v1/auth/token', 'grant_type=password&username=nobody%40crm.test&password=wrong');
    expect(answer.status).withContext(answer.text).toBe(400);
    const row = await api?.db('crm_core.crm_audit_log').where({ action: 'login_failed' }).first<{ ip: string }>('ip');
    expect(String(row?.ip)).toContain('127.0.0.1');
  });

  it('is set by a certificate and a key, both or neither', () => {
    const env = { CRM_PG_URL: 'postgres://x' };
    expect(readConfig(env).tls).toBeNull();
    expect(readConfig({ ...env, ...files, CRM_TLS_MIN_VERSION: '1.3' }).tls?.minVersion).toBe('TLSv1.3');
    expect(readConfig({ ...env, ...files }).issuer).toMatch(/^https:/);
    expect(() => readConfig({ ...env, CRM_TLS_CERT: 'c.pem' })).toThrowError(/CRM_TLS_KEY is missing/);
    expect(() => readConfig({ ...env, CRM_TLS_KEY: 'k.pem' })).toThrowError(/CRM_TLS_CERT is missing/);
    expect(() => readConfig({ ...env, ...files, CRM_TLS_MIN_VERSION: '1.0' })).toThrowError(/use 1.2 or 1.3/);
  });

  it('says which file it cannot read', async () => {
    writeFileSync(join(folder, 'cert2.pem'), ca());
    await expectAsync(startApi({ CRM_TLS_CERT: join(folder, 'cert2.pem'), CRM_TLS_KEY: join(folder, 'none.pem') })).toBeRejectedWithError(/CRM_TLS_KEY names .*none.pem, which cannot be read/);
  });
});
