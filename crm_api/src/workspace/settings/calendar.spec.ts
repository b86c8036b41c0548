import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

const query = { measures: ['deals.count'] };

describe('the calendar of the tenant', () => {
  let api: TestApi;
  let cube: Server;
  let admin: Caller;
  let rep: Caller;
  let asked: { url: string; body: string } = { url: '', body: '' };

  beforeAll(async () => {
    // Takes the questions as Cube would; that Cube answers them in their zone is proved where Cube is.
    cube = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => {
        asked = { url: request.url ?? '', body };
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"sql":{}}');
      });
    });
    await new Promise<void>((resolve) => cube.listen(0, '127.0.0.1', resolve));
    api = await startApi({ CRM_CUBE_URL: `http://127.0.0.1:${(cube.address() as AddressInfo).port}`, CRM_CUBE_SECRET: 'a-secret-of-the-spec-with-some-length' });
    [admin, rep] = [await api.as('admin'), await api.as('rep')];
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    cube.close();
  });
  beforeEach(async () => {
    await admin.patch('/settings/calendar', { time_zone: 'UTC', fiscal_year_start_month: 1 });
  });

  const zoneOf = (text: string): unknown => (JSON.parse(text) as { query: { timezone?: string } }).query.timezone;

  it('is read and changed by administrators alone, and every change is in the audit log', async () => {
    for (const [method, body] of [['GET', undefined], ['PATCH', { time_zone: 'Asia/Riyadh' }]] as const) expect((await rep.call(method, '/settings/calendar', body)).status).withContext(method).toBe(403);
    const read = await admin.get<Json>('/settings/calendar');
    expect(read.body).toEqual(jasmine.objectContaining({ time_zone: 'UTC', fiscal_year_start_month: 1 }));
    const entries = (): Promise<{ before: unknown; after: unknown }[]> => api.admin('crm_core.crm_audit_log').where({ entity: 'settings', action: 'update' }).whereNotNull('after').orderBy('created_at').select<{ before: unknown; after: unknown }[]>('before', 'after');
    const before = (await entries()).length;
    const changed = await admin.patch('/settings/calendar', { time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 });
    expect([changed.status, changed.body]).toEqual([200, jasmine.objectContaining({ time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 })]);
    expect((await entries()).slice(before)).toEqual([{ before: { time_zone: 'UTC', fiscal_year_start_month: 1 }, after: { time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 } }]);
    await admin.patch('/settings/calendar', { time_zone: 'Asia/Riyadh' });
    expect((await entries()).length).withContext('what changes nothing is no change').toBe(before + 1);
    // Everybody learns it, so that every screen means the same days.
    expect((await rep.get<Json>('/me')).body).toEqual(jasmine.objectContaining({ time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 }));
  });

  it('takes names of the IANA database and months of the year, and no change of what was changed meanwhile', async () => {
    for (const zone of ['Mars/Base', '+03:00', 'asia/riyadh', "UTC'; --", '']) {
      expect((await admin.patch('/settings/calendar', { time_zone: zone })).status).withContext(zone).toBe(422);
    }
    for (const month of [0, 13, 1.5, '2026']) expect((await admin.patch('/settings/calendar', { fiscal_year_start_month: month })).status).withContext(String(month)).toBe(422);
    expect((await admin.patch('/settings/calendar', {})).status).toBe(422);
    for (const zone of ['America/New_York', 'Pacific/Auckland', 'UTC']) expect((await admin.patch('/settings/calendar', { time_zone: zone })).status).withContext(zone).toBe(200);
    const read = await admin.get('/settings/calendar');
    await admin.patch('/settings/calendar', { fiscal_year_start_month: 7 });
    const stale = await admin.call('PATCH', '/settings/calendar', { fiscal_year_start_month: 2 }, { 'if-match': String(read.headers['etag']) });
    expect([stale.status, stale.body['code']]).toEqual([412, 'changed_meanwhile']);
  });

  it('is the zone of analytics questions that name none, of each of several and of those in the address', async () => {
    await admin.post('/analytics/sql', { query });
    expect(zoneOf(asked.body)).withContext('in UTC a question goes on as it came').toBeUndefined();
    await admin.patch('/settings/calendar', { time_zone: 'Pacific/Auckland' });
    await admin.post('/analytics/sql', { query });
    expect(zoneOf(asked.body)).toBe('Pacific/Auckland');
    await admin.post('/analytics/sql', { query: { ...query, timezone: 'Asia/Riyadh' } });
    expect(zoneOf(asked.body)).toBe('Asia/Riyadh');
    await admin.post('/analytics/sql', { query: [query, { ...query, timezone: 'UTC' }], queryType: 'multi' });
    expect(JSON.parse(asked.body)).toEqual({ query: [{ ...query, timezone: 'Pacific/Auckland' }, { ...query, timezone: 'UTC' }], queryType: 'multi' });
    await admin.get(`/analytics/sql?query=${encodeURIComponent(JSON.stringify(query))}&format=sql`);
    const search = new URL(asked.url, 'http://cube').searchParams;
    expect([JSON.parse(search.get('query') ?? ''), search.get('format')]).toEqual([{ ...query, timezone: 'Pacific/Auckland' }, 'sql']);
    await admin.get('/analytics/sql?query=nonsense');
    expect(asked.url).toContain('query=nonsense');
  });

  it('is read once for questions that come together, and a change of another process is in force within two seconds', async () => {
    const reads: string[] = [];
    const hear = ({ sql }: { sql: string }): void => void (sql.includes('fiscal_year_start_month') && reads.push(sql));
    api.db.on('query', hear);
    await Promise.all(Array.from({ length: 20 }, () => admin.post('/analytics/sql', { query })));
    api.db.removeListener('query', hear);
    expect(reads.length).toBeLessThan(2);
    await api.admin('crm_core.crm_tenants').update({ time_zone: 'Asia/Riyadh' });
    const until = Date.now() + 2_000;
    while (zoneOf(asked.body) === undefined && Date.now() < until) await admin.post('/analytics/sql', { query });
    expect(zoneOf(asked.body)).toBe('Asia/Riyadh');
  });

  it('is that of UTC and of calendar years while the feature is off', async () => {
    await admin.patch('/settings/calendar', { time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 });
    await admin.patch('/flags/crm_feature_calendar', { enabled: false });
    expect((await admin.get<Json>('/me')).body).toEqual(jasmine.objectContaining({ time_zone: 'UTC', fiscal_year_start_month: 1 }));
    await admin.post('/analytics/sql', { query });
    expect([zoneOf(asked.body), (await admin.get('/settings/calendar')).body['code']]).toEqual([undefined, 'feature_disabled']);
    await admin.patch('/flags/crm_feature_calendar', { enabled: true });
    expect((await admin.get<Json>('/settings/calendar')).body['time_zone']).toBe('Asia/Riyadh');
  });
});
