import { jwtVerify } from 'jose';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApi, type Answer, type TestApi } from '../../testing/api.testing.js';

const secret = 'a-secret-of-the-spec-with-some-length';

/** A peer that speaks as much of Cube's and the warehouse's protocol as a case needs; the real ones meet in crm_tests. */
async function peer(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void | Promise<void>): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => { void answer(request, body, response); });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('analytics and health', () => {
  let api: TestApi;
  let cube: { server: Server; url: string };
  let warehouse: { server: Server; url: string };
  let token: string;
  let next: { status: number; body: string } = { status: 200, body: '{}' };
  let asked: { method?: string; url?: string; body: string; claims: Record<string, unknown> } = { body: '', claims: {} };
  let watermarkAge = 50;
  let warehouseStatus = 200;
  let proofs: Record<string, string>[] = [];
  let tablesRead: string | null = null;
  let proofsAsked = 0;
  let state = (): number => 1;
  let kept: string[] = [];

  beforeAll(async () => {
    cube = await peer(async (request, body, response) => {
      if (request.url === '/readyz') { response.writeHead(200).end('{}'); return; }
      if (request.url === '/state' || request.url === '/kept') {
        response.writeHead(200).end([JSON.stringify({ tables: { crm_deals: String(state()), crm_stages: '1' } }), ...(request.url === '/kept' ? kept : [])].join('\n'));
        return;
      }
      const { payload } = await jwtVerify(String(request.headers.authorization), new TextEncoder().encode(secret), { algorithms: ['HS256'] });
      asked = { method: request.method, url: request.url, body, claims: payload };
      response.writeHead(next.status, { 'content-type': 'application/json', ...(tablesRead === null ? {} : { 'x-crm-tables': tablesRead }) }).end(next.body);
    });
    warehouse = await peer((request, body, response) => {
      if (request.url === '/ping') { response.writeHead(warehouseStatus).end('Ok.\n'); return; }
      if (body.includes('crm_cdc.reconciliation')) {
        proofsAsked++;
        response.writeHead(warehouseStatus).end(proofs.map((row) => `${JSON.stringify(row)}\n`).join(''));
        return;
      }
      const right = request.headers['x-clickhouse-user'] === 'crm' && request.headers['x-clickhouse-key'] === 'p:w';
      const at = Date.now() - watermarkAge;
      response.writeHead(right ? warehouseStatus : 403).end(`${JSON.stringify({ lsn: '18446744073709551615', committed: String(at), observed: String(at) })}\n`);
    });
    api = await startApi({
      CRM_CUBE_URL: `${cube.url}/`, CRM_CUBE_SECRET: secret, CRM_CLICKHOUSE_URL: warehouse.url.replace('http://', 'http://crm:p%3Aw@'),
    });
    token = (await api.as('rep')).token;
    await api.db('crm_core.crm_part_heartbeats').insert({ part: 'jobs' });
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    cube.server.close();
    warehouse.server.close();
  });

  const ask = (method: string, path: string, body?: string, authorization = `Bearer ${token}`): Promise<Answer> => api.inject({
    method, url: `/crm/v1/analytics/${path}`, headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { payload: body }),
  });

  it('pass the query on with the caller\'s scopes and add the watermark without touching a digit', async () => {
    next = { status: 200, body: '{"query":{},"data":[{"deals.won_amount":"10005534.00","big":12345678901234567890}]}' };
    const answer = await ask('POST', 'load', '{"query":{"measures":["deals.count"]}}');
    expect(answer.status).withContext(answer.text).toBe(200);
    expect(answer.text).toContain('"big":12345678901234567890');
    expect(answer.body['watermark']).toEqual({ lsn: '18446744073709551615', committed_at: jasmine.stringMatching(/Z$/), lag_ms: jasmine.any(Number) });
    expect((answer.body['watermark'] as { lag_ms: number }).lag_ms).toBeGreaterThanOrEqual(50);
    expect([asked.method, asked.url, asked.body]).toEqual(['POST', '/cubejs-api/v1/load', '{"query":{"measures":["deals.count"]}}']);
    const me = await api.inject({ url: '/crm/v1/me', headers: { authorization: `Bearer ${token}` } });
    expect(asked.claims).toEqual(jasmine.objectContaining({ sub: me.body.id, user_id: me.body.id, roles: ['rep'], team_ids: [], region: null }));
    expect(asked.claims['scopes']).toEqual(jasmine.objectContaining({ deals: 'own', products: 'all' }));
  });

  it('add the proof of the tables that were read, and health shows that of all without going down for a difference', async () => {
    const proven = (table_name: string, lsn: string, wrong = '0'): Record<string, string> => ({
      table_name, lsn, wrong, committed: '1795356186750', checked: '1795356187250', good: String(Date.now() + 60_000), compared: '100', part_checked: '0', part_wrong: '0' });
    [tablesRead, proofs, next] = ['crm_deals,crm_stages', [proven('crm_deals', '9007199254740993'), proven('crm_stages', '18446744073709551615'), proven('crm_tickets', '5', '3')], { status: 200, body: '{"data":[]}' }];
    // A reading is kept for a second, so that the tiles of a dashboard share one.
    const deadline = Date.now() + 10_000;
    let answer = await ask('POST', 'load', '{"query":{}}');
    while ((answer.body['proof'] as { equal: unknown }).equal === null && Date.now() < deadline) answer = await ask('POST', 'load', '{"query":{}}');
    expect(answer.body['proof']).toEqual({
      equal: true, lsn: '9007199254740993', committed_at: '2026-11-22T14:03:06.750Z', checked_at: '2026-11-22T14:03:07.250Z', rows: 200, different: 0, tables: ['crm_deals', 'crm_stages'] });
    const before = proofsAsked;
    await Promise.all(Array.from({ length: 5 }, () => ask('POST', 'load', '{"query":{}}')));
    expect(proofsAsked - before).toBeLessThanOrEqual(1);
    tablesRead = null;
    expect((await ask('POST', 'load', '{"query":{}}')).body['proof']).toEqual(jasmine.objectContaining({ equal: false, different: 3, tables: ['crm_deals', 'crm_stages', 'crm_tickets'] }));
    await api.db('crm_core.crm_part_heartbeats').update({ beat_at: api.db.fn.now() });
    let health = await api.inject('/crm/v1/health');
    while (health.body['proof'] === null && Date.now() < deadline) health = await api.inject('/crm/v1/health');
    expect([health.status, health.body['proof']]).withContext(health.text).toEqual([200, { lsn: '5', committed_at: '2026-11-22T14:03:06.750Z', checked_at: '2026-11-22T14:03:07.250Z', rows: 300, different: 3 }]);
    proofs = [];
  });

  it('take the bare token that Cube\'s client sends, GET with its query, meta and sql', async () => {
    next = { status: 200, body: '{"cubes":[]}' };
    const bare = await ask('GET', 'load?query=%7B%22measures%22%3A%5B%22deals.count%22%5D%7D&queryType=multi', undefined, token);
    expect(bare.status).withContext(bare.text).toBe(200);
    expect(asked.url).toBe('/cubejs-api/v1/load?query=%7B%22measures%22%3A%5B%22deals.count%22%5D%7D&queryType=multi');
    const meta = await ask('GET', 'meta');
    expect([meta.status, meta.text]).toEqual([200, '{"cubes":[]}']);
    expect((await ask('POST', 'sql', '{"query":{}}')).status).toBe(200);
    expect((await ask('GET', 'meta', undefined, 'x')).status).toBe(401);
  });

  it('hand on the rows behind a number with watermark and proof, and refuse what is no question', async () => {
    const rows = {
      measure: 'deals.count', value: '1', parts: [{ member: 'deals.count', title: 'Deals', title_ar: 'الصفقات', unit: 'count', role: 'sum', total: '1' }], columns: [], total_rows: 1, next_cursor: null, moved: false,
      items: [{ id: 'a', resource: 'deals', record_id: 'a', values: { 'deals.name': 'x' }, parts: { 'deals.count': '1' } }],
      definition: { title: 'Deals', title_ar: 'الصفقات', description: 'All.', description_ar: 'الكل.', formula: 'number', formula_ar: 'عدد', unit: 'count', owner: 'sales', version: 1, kpi: null },
    };
    next = { status: 200, body: JSON.stringify(rows) };
    tablesRead = 'crm_deals';
    const question = { query: { measures: ['deals.count'] }, measure: 'deals.count', point: { 'deals.stage': null } };
    const answer = await ask('POST', 'rows', JSON.stringify(question));
    expect(answer.body as Record<string, unknown>).toEqual({ ...rows, watermark: jasmine.objectContaining({ lsn: '18446744073709551615' }), proof: jasmine.objectContaining({ tables: ['crm_deals'] }) });
    expect([asked.url, JSON.parse(asked.body)]).toEqual(['/rows', { ...question, limit: 50 }]);
    next = { status: 400, body: '{"error":"Unknown measure"}' };
    expect((await ask('POST', 'rows', JSON.stringify(question))).body['code']).toBe('query_invalid');
    for (const wrong of [{ ...question, limit: 201 }, { query: {} }]) expect((await ask('POST', 'rows', JSON.stringify(wrong))).status).toBe(422);
    tablesRead = null;
  });

  it('answer several queries from one state: those whose tables moved meanwhile again, and say so when they never rest', async () => {
    tablesRead = 'crm_deals';
    const batch = JSON.stringify({ queries: [{ key: 'a', query: { measures: ['deals.count'] } }, { key: 'b', query: { measures: ['deals.won_amount'] } }] });
    next = { status: 200, body: '{"data":[{"deals.count":12345678901234567890}]}' };
    let states = [1, 2, 2, 2];
    state = () => states.shift() ?? 9;
    const moved = await ask('POST', 'batch', batch);
    expect([moved.body['consistent'], states.length]).withContext(moved.text).toEqual([true, 0]);
    expect(moved.body['tables']).toEqual({ crm_deals: '2', crm_stages: '1' });
    expect(moved.text).toContain('"deals.count":12345678901234567890');
    expect(Object.entries(moved.body['answers'] as Record<string, { proof: { tables: string[] } }>).map(([key, one]) => [key, one.proof.tables])).toEqual([['a', ['crm_deals']], ['b', ['crm_deals']]]);
    [states, state] = [[], () => states.push(0)];
    expect([(await ask('POST', 'batch', batch)).body['consistent'], states.length]).toEqual([false, 6]);
    tablesRead = 'crm_stages';
    expect((await ask('POST', 'batch', batch)).body['consistent']).toBeTrue();
    next = { status: 400, body: '{"error":"Unknown member: deals.nope"}' };
    expect((await ask('POST', 'batch', batch)).body['answers']).toEqual(jasmine.objectContaining({ a: jasmine.objectContaining({ status: 400, code: 'query_invalid', detail: 'Unknown member: deals.nope' }) }));
    expect((await ask('POST', 'batch', JSON.stringify({ queries: [{ key: 'a', query: {} }, { key: 'a', query: {} }] }))).status).toBe(422);
    // Kept answers hold at the state that comes with them: nothing is asked and no state is read again.
    [next, kept, states] = [{ status: 500, body: 'nobody may ask' }, ['crm_deals\t{"data":[{"deals.count":12345678901234567891}]}', 'crm_stages\t{"data":[]}'], [3]];
    state = () => states.shift() ?? 9;
    const warm = await ask('POST', 'batch', batch);
    expect([warm.body['consistent'], warm.body['tables'], states.length]).toEqual([true, { crm_deals: '3', crm_stages: '1' }, 0]);
    expect(warm.text).toContain('"deals.count":12345678901234567891');
    expect((warm.body['answers'] as Record<string, { proof: { tables: string[] } }>)['b']?.proof.tables).toEqual(['crm_stages']);
    // One that is not kept is asked; meanwhile a table of the kept one moved, which then is asked again too.
    [next, kept, states] = [{ status: 200, body: '{"data":[1]}' }, ['', 'crm_stages\t{"data":[]}'], [4, 4]];
    tablesRead = 'crm_deals';
    expect((await ask('POST', 'batch', batch)).body['answers']).toEqual({ a: jasmine.objectContaining({ data: [1] }), b: jasmine.objectContaining({ data: [] }) });
    [kept, states] = [['crm_deals\t{"data":[0]}', ''], [4, 5, 5, 5]];
    expect((await ask('POST', 'batch', batch)).body).toEqual(jasmine.objectContaining({ consistent: true, tables: { crm_deals: '5', crm_stages: '1' } }));
    kept = [];
    [tablesRead, state] = [null, () => 1];
  });

  it('let "Continue wait" through as it is', async () => {
    next = { status: 200, body: '{"error":"Continue wait"}' };
    expect((await ask('POST', 'load', '{"query":{}}')).text).toBe('{"error":"Continue wait"}');
  });

  it('turn errors into problems that Cube\'s client understands, and say nothing of inner faults', async () => {
    const cases: [number, string, number, string, string][] = [
      [400, '{"error":"Unknown member: deals.nope"}', 400, 'query_invalid', 'Unknown member: deals.nope'],
      [403, '{"error":"You requested hidden member"}', 403, 'query_forbidden', 'You requested hidden member'],
      [500, '{"error":"Error: Code: 395. DB::Exception: No exchange rate from EUR to USD: while executing \'FUNCTION throwIf\'. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)"}', 422, 'figure_impossible', 'No exchange rate from EUR to USD'],
      [500, '{"error":"Error: Code: 60. DB::Exception: Unknown table crm_raw.secret"}', 502, 'analytics_failed', 'could not be computed'],
      [500, '{"error":"Error: connect ECONNREFUSED 127.0.0.1:1"}', 503, 'analytics_unavailable', 'Try again'],
      [504, 'gateway', 503, 'analytics_unavailable', 'Try again'],
    ];
    for (const [status, body, expected, code, text] of cases) {
      next = { status, body };
      const answer = await ask('POST', 'load', '{"query":{}}');
      expect([answer.status, answer.body['code']]).withContext(body).toEqual([expected, code]);
      expect(answer.body['error']).withContext(body).toContain(text);
      expect(answer.text).not.toContain('secret');
    }
  });

  it('refuse figures while the watermark cannot be read', async () => {
    next = { status: 200, body: '{"data":[]}' };
    warehouseStatus = 500;
    expect((await ask('POST', 'load', '{"query":{}}')).body['code']).toBe('analytics_unavailable');
    warehouseStatus = 200;
  });

  it('health: 200 while all serve, 503 with the part that is down', async () => {
    const well = await api.inject('/crm/v1/health');
    expect(well.status).withContext(well.text).toBe(200);
    expect(Object.keys(well.body['components'] as object)).toEqual(['postgres', 'warehouse', 'cdc', 'semantic', 'jobs']);
    expect((well.body['watermark'] as { lsn: string }).lsn).toBe('18446744073709551615');
    const state = async (): Promise<Record<string, string>> => {
      const answer = await api.inject('/crm/v1/health');
      expect(answer.status).toBe(503);
      return Object.fromEntries(Object.entries(answer.body['components'] as Record<string, { status: string }>).filter(([, one]) => one.status === 'down').map(([name, one]) => [name, (one as { detail?: string }).detail ?? '']));
    };
    watermarkAge = 12_000;
    expect(Object.keys(await state())).toEqual(['cdc']);
    watermarkAge = 50;
    warehouseStatus = 500;
    expect(Object.keys(await state())).toEqual(['warehouse', 'cdc']);
    warehouseStatus = 200;
    await api.db('crm_core.crm_part_heartbeats').update({ beat_at: '2020-01-01' });
    expect((await state())['jobs']).toMatch(/silent for \d+ s/);
    await api.db('crm_core.crm_part_heartbeats').update({ beat_at: api.db.fn.now() });
    const bare = await startApi();
    const answer = await bare.inject('/crm/v1/health');
    expect([answer.status, answer.body['watermark']]).toEqual([503, null]);
    expect((answer.body['components'] as Record<string, { status: string }>)['postgres']?.status).toBe('ok');
    await bare.stop();
  }, 30_000);
});
