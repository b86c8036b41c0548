import { parse } from 'csv-parse/sync';
import { pino } from 'pino';
import { RequestRecorder, type RequestEntry } from '../../kernel/audit/request.recorder.js';
import { FeatureFlags } from '../../kernel/flags.js';
import { JobQueue } from '../../kernel/jobs.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { sealWaiting, startAuditSealer } from './audit.sealer.js';
import { verifyChain } from './chain.verifier.js';
import { startVerificationWorker } from './verification.worker.js';

type Page = Json & { items: Json[]; next_cursor: string | null };

describe('the audit of requests', () => {
  let api: TestApi;
  let admin: Caller;
  let rep: Caller;
  let serial = 0;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
    rep = await api.as('rep');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  /** Entries of a request once there are as many as expected; they are written behind the answer. */
  const entries = async (requestId: string, count: number): Promise<Json[]> => {
    for (const deadline = Date.now() + 10_000; ;) {
      const rows = await api.db('crm_core.crm_audit_log').where({ request_id: requestId }).orderBy([{ column: 'status', nulls: 'first' }, { column: 'id' }]).select<Json[]>('*', api.db.raw('host(ip) AS address'));
      if (rows.length >= count || Date.now() > deadline) return rows;
    }
  };
  const named = (): string => `audit-spec-${String(serial += 1).padStart(4, '0')}`;
  const send = async (who: Caller | null, method: string, url: string, payload?: object): Promise<{ id: string; status: number; body: Json }> => {
    const id = named();
    const answer = await api.inject({
      method, url: `/crm/v1${url}`, remoteAddress: '192.0.2.50', ...(payload ? { payload } : {}),
      headers: { 'x-request-id': id, 'user-agent': 'Spec/1.0', ...(who ? { authorization: `Bearer ${who.token}` } : {}) },
    });
    return { id, status: answer.status, body: answer.body };
  };

  it('outlives answers that a handler gives by itself, as the provider of sign-in does', async () => {
    const before = api.logged.length;
    // Over a connection of its own: hapi tells nobody of such answers to requests that were only injected.
    await api.server.start();
    const answers = await Promise.all(['/crm/v1/oidc/.well-known/openid-configuration', '/crm/v1/oidc/auth?client_id=nobody'].map((path) => fetch(`${api.server.info.uri}${path}`, { redirect: 'manual' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    await Promise.all(answers.map((answer) => answer.text()));
    expect((await fetch(`${api.server.info.uri}/crm/v1/health`)).status).toBeLessThan(504);
    expect(api.logged.slice(before).filter(({ msg }) => String(msg).includes('could not be noted'))).toEqual([]);
  });

  it('ties a change and the request that made it together: who, by which session, how, from where, how it ended', async () => {
    const made = await send(admin, 'POST', '/accounts', { legal_name: 'Audited LLC' });
    const changed = await send(admin, 'PATCH', `/accounts/${made.body.id}`, { city: 'Dubai' });
    const me = await admin.get('/me');
    const [change, request, ...more] = await entries(changed.id, 2);
    expect(more).toEqual([]);
    const shared = { actor_id: me.body.id, actor_kind: 'user', entity: 'accounts', entity_id: made.body.id, method: 'PATCH', route: '/crm/v1/accounts/{id}', address: '192.0.2.50', user_agent: 'Spec/1.0', client_id: null };
    expect(change).toEqual(jasmine.objectContaining({ ...shared, action: 'update', before: { city: null }, after: { city: 'Dubai' }, status: null, duration_ms: null }) as unknown as Json);
    expect(request).toEqual(jasmine.objectContaining({ ...shared, action: 'request', before: null, after: null, status: 200 }) as unknown as Json);
    expect(change?.['session_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(request?.['session_id']).toBe(change?.['session_id']);
    expect(Number(request?.['duration_ms'])).toBeGreaterThanOrEqual(0);
    const failed = await send(admin, 'PATCH', `/accounts/${made.body.id}`, { nope: 1 });
    expect((await entries(failed.id, 1)).map((one) => [one['action'], one['status']])).toEqual([['request', 422]]);
  });

  it('notes refusals, also of reads and of strangers', async () => {
    const account = (await admin.post('/accounts', { legal_name: 'Out of reach LLC' })).body.id;
    for (const [who, method, url, status, expected] of [
      [rep, 'GET', '/audit', 403, { entity: 'audit', entity_id: null, actor_kind: 'user' }],
      [rep, 'GET', `/accounts/${account}`, 404, { entity: 'accounts', entity_id: account, actor_kind: 'user' }],
      [rep, 'DELETE', `/users/${account}`, 403, { entity: 'users', entity_id: account, actor_kind: 'user' }],
      [null, 'GET', '/deals', 401, { entity: 'deals', entity_id: null, actor_kind: 'anonymous', actor_id: null, session_id: null }],
    ] as const) {
      const sent = await send(who, method, url);
      expect(sent.status).withContext(url).toBe(status);
      expect((await entries(sent.id, 1))).withContext(url).toEqual([jasmine.objectContaining<Record<string, unknown>>({ action: 'refusal', status, method, ...expected })] as unknown as Json[]);
    }
    const asked = await send(rep, 'POST', '/graphql', { query: 'mutation { createUser(values: {name: "X"}) { id } }' });
    expect((await entries(asked.id, 2)).map((one) => [one['action'], one['entity'], one['status']])).toEqual([['request', 'graphql', 200], ['refusal', 'createUser', 403]]);
  });

  it('notes who looked at a person, and not who read a list', async () => {
    const contact = (await admin.post('/contacts', { full_name: 'Seen Person', email: 'seen@example.com' })).body.id;
    const account = (await admin.post('/accounts', { legal_name: 'Seen LLC' })).body.id;
    const reads = [await send(admin, 'GET', `/contacts/${contact}`), await send(admin, 'GET', `/contacts/${contact}/timeline`), await send(admin, 'POST', '/graphql', { query: `{ contact(id: "${contact}") { email } contacts { items { id } } }` })];
    const quiet = [await send(admin, 'GET', `/accounts/${account}`), await send(admin, 'GET', '/contacts'), await send(admin, 'POST', '/graphql', { query: '{ contacts { items { id email } } }' })];
    for (const one of reads) expect((await entries(one.id, 1)).map((row) => [row['action'], row['entity'], row['entity_id'], row['status']])).withContext(one.id).toEqual([['read', 'contacts', contact, 200]]);
    // What was sent after them is there: so they left nothing.
    const later = await send(admin, 'PATCH', `/accounts/${account}`, { city: 'Cairo' });
    await entries(later.id, 2);
    for (const one of quiet) expect([one.status, ...await entries(one.id, 0)]).toEqual([200]);
    const shown = await send(admin, 'GET', `/privacy/subjects/contact/${contact}`);
    expect((await entries(shown.id, 1)).filter((row) => row['action'] === 'read').map((row) => row['entity'])).toEqual(['contacts']);
  });

  it('is read by those who may, by actor, action, resource, record, time and request, page by page', async () => {
    const started = new Date(Date.now() - 1000).toISOString();
    const ids = await Promise.all([1, 2, 3].map(async (n) => (await admin.post('/accounts', { legal_name: `Listed ${n}` })).body.id));
    const changed = await send(admin, 'PATCH', `/accounts/${ids[0] ?? ''}`, { city: 'Amman' });
    await entries(changed.id, 2);
    const list = async (query: string): Promise<Json[]> => {
      const answer = await admin.get<Page>(`/audit?${query}`);
      expect(answer.status).withContext(answer.text).toBe(200);
      return answer.body.items;
    };
    const me = (await admin.get('/me')).body;
    const [update] = await list(`filter[entity]=accounts&filter[entity_id]=${ids[0] ?? ''}&filter[action]=update`);
    expect(update).toEqual(jasmine.objectContaining({
      actor: jasmine.objectContaining({ id: me.id, name: me['name'] }), before: { city: null }, after: { city: 'Amman' }, request_id: changed.id, ip: '192.0.2.50', erased: false, position: null,
    }) as unknown as Json);
    expect((await list(`filter[request_id]=${changed.id}`)).map((one) => one['action']).sort()).toEqual(['request', 'update']);
    expect((await list(`filter[actor_id]=${me.id}&filter[action]=create&filter[occurred_at][gte]=${started}&filter[entity]=accounts&filter[entity_id][in]=${ids.join(',')}`)).length).toBe(3);
    expect(await list(`filter[occurred_at][lt]=2020-01-01`)).toEqual([]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = (await admin.get<Page>(`/audit?filter[action]=create&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).body;
      seen.push(...page.items.map((one) => one.id));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(Number((await api.db('crm_core.crm_audit_log').where({ action: 'create' }).count<{ count: string }[]>())[0]?.count));
    expect((await admin.get(`/audit/${update?.id ?? ''}`)).body['action']).toBe('update');
    for (const [role, status] of [['exec', 200], ['finance', 200], ['manager', 403], ['analyst', 403]] as const) expect((await (await api.as(role)).get('/audit')).status).withContext(role).toBe(status);
    expect((await admin.call('POST', '/audit', {})).status).toBe(405);
  });

  it('is exported as a file that runs no formula, by those who may, and says so itself', async () => {
    const made = await send(admin, 'POST', '/accounts', { legal_name: '=HYPERLINK("http://x")', city: 'Amman, "old town"' });
    const sent = named();
    const answer = await api.inject({ url: `/crm/v1/audit/entries.csv?filter[entity_id]=${made.body.id}&filter[action]=create`, headers: { authorization: `Bearer ${admin.token}`, 'x-request-id': sent } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const [head, line, ...rest] = parse(answer.text, { bom: true }) as string[][];
    expect(rest).toEqual([]);
    const cell = (name: string): string => line?.[head?.indexOf(name) ?? -1] ?? '';
    expect([cell('action'), cell('entity_id'), cell('actor')]).toEqual(['create', made.body.id, 'Amal Haddad']);
    expect(JSON.parse(cell('after'))).toEqual(jasmine.objectContaining({ legal_name: '=HYPERLINK("http://x")', city: 'Amman, "old town"' }));
    await api.inject({ method: 'POST', url: '/crm/v1/accounts', headers: { authorization: `Bearer ${admin.token}`, 'x-request-id': `formula-${sent}`, 'user-agent': '=cmd|calc' }, payload: { legal_name: 'Agent LLC' } });
    await entries(`formula-${sent}`, 2);
    const second = await admin.get(`/audit/entries.csv?filter[request_id]=formula-${sent}`);
    expect(second.text).toContain(`,'=cmd|calc,`);
    expect((await entries(sent, 1)).map((one) => [one['action'], one['entity'], one['status']])).toEqual([['export', 'audit', 200]]);
    for (const role of ['exec', 'manager']) expect((await (await api.as(role)).get('/audit/entries.csv')).status).withContext(role).toBe(403);
    expect((await admin.get('/audit/entries.csv?filter[nothing]=1')).status).toBe(400);
  });

  it('is verified on demand, one at a time, and names the first broken place', async () => {
    const jobs = new JobQueue(api.database.appUrl, () => undefined);
    const log = pino({ level: 'silent' });
    const finished = async (id: string): Promise<Json> => {
      for (const deadline = Date.now() + 20_000; ;) {
        const { body } = await admin.get(`/audit/verifications/${id}`);
        if (body['finished_at'] !== null || Date.now() > deadline) return body;
      }
    };
    await sealWaiting(api.db);
    const asked = await admin.post('/audit/verifications');
    expect([asked.status, asked.body['status'], asked.body['sound']]).withContext(asked.text).toEqual([201, 'queued', null]);
    expect((await admin.post('/audit/verifications')).body['code']).toBe('verification_running');
    expect((await rep.post('/audit/verifications')).status).toBe(403);
    let worker = await startVerificationWorker({ db: api.db, jobs, log, warehouse: null });
    const first = await finished(asked.body.id);
    expect(first).toEqual(jasmine.objectContaining({ status: 'done', sound: true, findings: [], error: null, anchors: null }));
    const chain = (await admin.get('/audit/chain')).body as unknown as { head: { position: number; hash: string }; waiting: number; sealing: boolean; verification: Json };
    expect([chain.verification.id, chain.sealing, chain.head.position]).toEqual([asked.body.id, true, Number(first['checked'])]);
    expect(chain.waiting).toBeGreaterThan(0);
    // Somebody with the rights of the owner changes what an entry says.
    const [victim] = await api.db('crm_core.crm_audit_chain').where({ position: 2 }).select<{ id: string }[]>('id');
    const [said] = await api.db('crm_core.crm_audit_log').where({ id: victim?.id }).select<{ route: string | null }[]>('route');
    const forge = (route: string | null): Promise<unknown> => api.admin.raw(`ALTER TABLE crm_core.crm_audit_log DISABLE TRIGGER USER; UPDATE crm_core.crm_audit_log SET route = ${route === null ? 'NULL' : `'${route}'`} WHERE id = '${victim?.id ?? ''}'; ALTER TABLE crm_core.crm_audit_log ENABLE TRIGGER USER`);
    await forge('/forged');
    const second = await finished((await admin.post('/audit/verifications')).body.id);
    expect([second['status'], second['sound']]).toEqual(['done', false]);
    expect((second['findings'] as Json[])[0]).toEqual(jasmine.objectContaining({ kind: 'altered', position: 2, id: victim?.id }));
    // The specs after this one verify the same chain.
    await forge(said?.route ?? null);
    await worker.stop();
    // What a worker leaves behind is taken up; what takes too long is ended.
    const third = (await admin.post('/audit/verifications')).body.id;
    worker = await startVerificationWorker({ db: api.db, jobs, log, warehouse: null, mostMs: -1 });
    expect(await finished(third)).toEqual(jasmine.objectContaining({ status: 'failed', error: 'too_long', sound: null }));
    await worker.stop();
    await jobs.stop();
  }, 60_000);

  it('is sealed in the background while its flag is on', async () => {
    const logged: Record<string, unknown>[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => { logged.push(JSON.parse(line) as Record<string, unknown>); } });
    const waiting = async (): Promise<number> => Number((await api.db('crm_core.crm_audit_pending').count<{ count: string }[]>())[0]?.count);
    await admin.patch('/flags/crm_feature_audit_chain', { enabled: false });
    const off = startAuditSealer({ db: api.db, flags: new FeatureFlags(api.db), log });
    await off.stop();
    expect(await waiting()).toBeGreaterThan(0);
    expect(logged).toEqual([]);
    await admin.patch('/flags/crm_feature_audit_chain', { enabled: true });
    const on = startAuditSealer({ db: api.db, flags: new FeatureFlags(api.db), log });
    for (const deadline = Date.now() + 10_000; await waiting() > 0 && Date.now() < deadline;) await admin.get('/me');
    await on.stop();
    const result = await verifyChain(api.db);
    expect(result.findings).toEqual([]);
    expect(logged.at(-1)).toEqual(jasmine.objectContaining({ position: result.head?.position, head: result.head?.head }));
    const [newest] = (await admin.get<Page>('/audit?filter[entity]=flags&limit=1')).body.items;
    expect(newest?.['position']).toBeGreaterThan(0);
  });

  it('stops with its flag, while changes of records are noted all the same', async () => {
    await admin.patch('/flags/crm_feature_audit', { enabled: false });
    expect((await admin.get('/audit')).body['code']).toBe('feature_disabled');
    const changed = await send(admin, 'POST', '/accounts', { legal_name: 'Quiet LLC' });
    await admin.patch('/flags/crm_feature_audit', { enabled: true });
    const later = await send(admin, 'POST', '/accounts', { legal_name: 'Loud LLC' });
    expect((await entries(later.id, 2)).length).toBe(2);
    expect((await entries(changed.id, 1)).map((one) => one['action'])).toEqual(['create']);
  });

  it('waits while the log cannot be written, and says what was left out', async () => {
    const recorder = new RequestRecorder(api.db, pino({ level: 'silent' }));
    const entry = (id: string): RequestEntry => ({
      occurred_at: new Date(), actor_id: null, actor_kind: 'system', action: 'request', entity: 'spec', entity_id: null, request_id: id, ip: null, session_id: null, client_id: null,
      method: 'POST', route: '/spec', status: 200, duration_ms: 1, user_agent: null, after: null,
    });
    await api.admin.raw('ALTER TABLE crm_core.crm_audit_log RENAME TO crm_audit_away');
    recorder.push(entry('recorder-1'));
    recorder.push(entry('recorder-2'));
    recorder.suppress();
    await recorder.flush();
    await api.admin.raw('ALTER TABLE crm_core.crm_audit_away RENAME TO crm_audit_log');
    await recorder.flush();
    expect((await entries('recorder-1', 1)).length).toBe(1);
    expect((await entries('recorder-2', 1)).length).toBe(1);
    const told = await api.db('crm_core.crm_audit_log').where({ action: 'suppressed' }).select<{ after: unknown }[]>('after');
    expect(told.map((one) => one.after)).toEqual([{ count: 1 }]);
  });

  it('lets nobody fill the disk with refusals', async () => {
    const own = await startApi();
    try {
      for (let n = 0; n < 700; n += 1) await own.inject({ url: '/crm/v1/deals', remoteAddress: '192.0.2.60' });
      await own.inject({ url: '/crm/v1/deals', remoteAddress: '192.0.2.61' });
      await own.server.stop();
      const rows = await own.db('crm_core.crm_audit_log').whereRaw(`host(ip) = '192.0.2.60'`).select('id');
      expect(rows.length).toBe(60);
      expect((await own.db('crm_core.crm_audit_log').whereRaw(`host(ip) = '192.0.2.61'`).select('id')).length).toBe(1);
      const told = await own.db('crm_core.crm_audit_log').where({ action: 'suppressed' }).select<{ after: { count: number } }[]>('after');
      expect(told.map((one) => one.after.count)).toEqual([640]);
    } finally {
      await own.stop();
    }
  }, 60_000);
});
