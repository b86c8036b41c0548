import { decodeJwt } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../../config.js';
import { FeatureFlags } from '../../kernel/flags.js';
import { openLog } from '../../kernel/telemetry/part.log.js';
import { startApi, type Caller, type TestApi } from '../../testing/api.testing.js';
import { AnalyticsService } from '../analytics/analytics.service.js';
import { startAlertWorker } from './alert.worker.js';

interface Alert { id: string; name: string; state: string; value: string | null; expected: object | null; problem: string | null; firing_since: string | null; watermark: { lsn: string } | null; is_enabled: boolean; checked_at: string | null }
interface Notification { id: string; kind: string; title: string; params: { alert_id: string; value: string }; read_at: string | null }
interface Problem { code: string; errors?: { path: string; code: string }[] }

const question = { measure: 'deals.open_amount' };
const condition = { kind: 'above', threshold: '1000' };

/** The semantic layer and the warehouse's watermark, as far as alerts ask for them; judged questions are the spec's business. */
describe('alerts', () => {
  let api: TestApi;
  let peer: Server;
  let rep: Caller;
  let exec: Caller;
  let env: Record<string, string>;
  let amount: string | null = '500';
  let status = 200;
  let waits = 0;
  const askedBy = new Set<string>();
  beforeAll(async () => {
    peer = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => {
        const { url = '' } = request;
        if (body.includes('_watermark')) { response.end('{"lsn":"77","committed":"1764410400000","observed":"1764410400000"}\n'); return; }
        if (!url.startsWith('/cubejs-api')) { response.end(''); return; }
        const claims = decodeJwt(String(request.headers.authorization));
        if (url.includes('/meta')) {
          const measures = [{ name: 'deals.open_amount', meta: { additive: true } }, { name: 'deals.win_rate', meta: {} }, ...((claims['roles'] as string[]).includes('rep') ? [] : [{ name: 'acquisition.cac' }])];
          response.end(JSON.stringify({ cubes: [{ name: 'deals', measures }] }));
          return;
        }
        askedBy.add(String(claims['user_id']));
        if (waits > 0) { waits--; response.end('{"error":"Continue wait"}'); return; }
        response.writeHead(status).end(status === 200 ? JSON.stringify({ data: [{ 'deals.open_amount': amount }] }) : '{"error":"You requested hidden member"}');
      });
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
    env = { CRM_CUBE_URL: url, CRM_CUBE_SECRET: 'a-secret-of-the-spec-with-some-length', CRM_CLICKHOUSE_URL: url };
    api = await startApi(env);
    [rep, exec] = await Promise.all([api.as('rep'), api.as('exec')]);
  }, 120_000);
  beforeEach(async () => {
    [amount, status, waits] = ['500', 200, 0];
    await api.db('crm_core.crm_notifications').delete();
    await api.db('crm_core.crm_alerts').delete();
  });
  afterAll(async () => {
    await api.stop();
    peer.close();
    peer.closeAllConnections();
  });

  const make = async (who: Caller, change: object = {}): Promise<Alert> => await who.make('/alerts', { name: 'Pipeline', question, condition, ...change }) as unknown as Alert;
  const check = async (who: Caller, id: string, value: string | null): Promise<Alert> => {
    amount = value;
    const answer = await who.post<Alert>(`/alerts/${id}/check`);
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body;
  };
  const told = async (who: Caller, query = ''): Promise<{ items: Notification[]; unread: number }> => (await who.get<{ items: Notification[]; unread: number }>(`/notifications${query}`)).body;
  const until = async (what: string, done: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 10_000;
    while (!await done()) {
      if (Date.now() > end) throw new Error(`Not within 10 s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('are looked at when they are made, and tell where firing begins and ends, each once', async () => {
    waits = 2;
    const made = await make(rep);
    expect(made).toEqual(jasmine.objectContaining({ state: 'ok', value: '500', problem: null, firing_since: null, watermark: { lsn: '77', committed_at: '2025-11-29T10:00:00.000Z' } } as never));
    expect((await check(rep, made.id, '1000.01')).state).toBe('firing');
    amount = '2000';
    await Promise.all([1, 2, 3].map(() => rep.post(`/alerts/${made.id}/check`)));
    const lost = await check(rep, made.id, null);
    expect([lost.state, lost.problem, lost.firing_since === null]).toEqual(['unknown', 'no_value', false]);
    expect((await check(rep, made.id, '3000')).state).toBe('firing');
    expect((await check(rep, made.id, '1000.00')).firing_since).toBeNull();
    const { items, unread } = await told(rep);
    expect([items.map(({ kind, title, params }) => [kind, title, params.alert_id, params.value]), unread]).toEqual([[['alert_ended', 'Pipeline', made.id, '1000.00'], ['alert_firing', 'Pipeline', made.id, '1000.01']], 2]);
    expect((await rep.post<Notification>(`/notifications/${items[0]?.id ?? ''}/read`)).body.read_at).not.toBeNull();
    expect((await told(rep, '?unread=true&limit=5')).items.map(({ kind }) => kind)).toEqual(['alert_firing']);
    expect((await exec.post(`/notifications/${items[1]?.id ?? ''}/read`)).status).toBe(404);
    expect([(await rep.post('/notifications/read')).status, (await told(rep)).unread, (await told(exec)).items.length]).toEqual([204, 0, 0]);
  });

  it('belong to one person, and their ETag changes with what people change, not with every look', async () => {
    const { id } = await make(rep);
    const etag = String((await rep.get(`/alerts/${id}`)).headers['etag']);
    await check(rep, id, '700');
    const changed = await rep.call<Alert>('PATCH', `/alerts/${id}`, { condition: { kind: 'below', threshold: '800' } }, { 'if-match': etag });
    expect([changed.status, changed.body.state]).withContext(changed.text).toEqual([200, 'firing']);
    expect((await rep.call('PATCH', `/alerts/${id}`, { name: 'Late' }, { 'if-match': etag })).status).toBe(412);
    const admin = await api.as('admin');
    for (const who of [exec, admin]) {
      expect((await who.get<{ items: Alert[] }>('/alerts')).body.items).toEqual([]);
      expect([(await who.get(`/alerts/${id}`)).status, (await who.patch(`/alerts/${id}`, { name: 'Mine' })).status, (await who.post(`/alerts/${id}/check`)).status, (await who.del(`/alerts/${id}`)).status]).toEqual([404, 404, 404, 404]);
    }
    expect((await rep.del(`/alerts/${id}`)).status).toBe(204);
    expect((await rep.get<{ items: Alert[] }>('/alerts')).body.items).toEqual([]);
  });

  it('about nothing, or about what one may not see, are refused', async () => {
    const cases: [object, string, string][] = [
      [{ question: { measure: 'acquisition.cac' } }, 'question.measure', 'unknown_reference'], [{ question: { ...question, period: 'thisMonth' } }, 'question.date', 'required'],
      [{ condition: { kind: 'anomaly', grain: 'day' } }, 'question.date', 'required'], [{ question: { ...question, date: 'deals.closed_at', period: 'today' }, condition: { kind: 'anomaly', grain: 'day' } }, 'question.period', 'not_allowed'],
      [{ condition: { kind: 'above', threshold: 'much' } }, 'condition.threshold', 'wrong_type'], [{ condition: { kind: 'above', grain: 'day' } }, 'condition.threshold', 'required'], [{ question: { measure: 'deals' } }, 'question.measure', 'wrong_type'],
    ];
    for (const [wrong, path, code] of cases) {
      const answer = await rep.post<Problem>('/alerts', { name: 'No', question, condition, ...wrong });
      expect([answer.status, answer.body.errors?.[0]?.path, answer.body.errors?.[0]?.code]).withContext(`${JSON.stringify(wrong)} ${answer.text}`).toEqual([422, path, code]);
    }
    await make(exec, { question: { measure: 'acquisition.cac' } });
    status = 403;
    expect((await rep.post<Problem>('/alerts', { name: 'No', question, condition })).body.errors?.[0]?.code).toBe('query_forbidden');
  });

  it('are unknown where they cannot be asked any more, and stay as they were while nothing answers', async () => {
    const { id } = await make(rep);
    await check(rep, id, '2000');
    status = 503;
    expect((await rep.post<Problem>(`/alerts/${id}/check`)).body.code).toBe('analytics_unavailable');
    expect((await rep.get<Alert>(`/alerts/${id}`)).body.state).toBe('firing');
    status = 403;
    const hidden = await check(rep, id, '2000');
    expect([hidden.state, hidden.value, hidden.problem]).toEqual(['unknown', null, 'query_forbidden']);
  });

  it('are looked at by the worker when due, with the eyes of their owner, but not while switched off', async () => {
    const [mine, theirs, paused] = [await make(rep), await make(exec), await make(exec, { name: 'Paused', is_enabled: false })];
    const gone = await make(await api.as('finance'), { name: 'Gone' });
    await api.db('crm_core.crm_users').where({ email: 'finance@crm.test' }).update({ is_active: false });
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_alerts' }).update({ enabled: false });
    amount = '5000';
    askedBy.clear();
    const worker = await startAlertWorker({ db: api.db, jobs: api.jobs, log: openLog('jobs', 'silent', { write: () => undefined }), flags: new FeatureFlags(api.db), analytics: new AnalyticsService(readConfig({ CRM_PG_URL: api.database.appUrl, ...env })) });
    await api.jobs.send('crm_alert', {});
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(askedBy.size).toBe(0);
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_alerts' }).update({ enabled: true });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await api.jobs.send('crm_alert', {});
    await until('both told', async () => (await told(rep)).items.length + (await told(exec)).items.length === 2);
    expect([...askedBy].sort()).toEqual([(await rep.get('/me')).body.id, (await exec.get('/me')).body.id].sort());
    const rows = await api.db('crm_core.crm_alerts').whereIn('id', [mine.id, theirs.id, paused.id, gone.id]).select<{ id: string; state: string; due: boolean }[]>('id', 'state', api.db.raw(`next_check_at < now() + interval '4 minutes' AS due`));
    expect(new Map(rows.map(({ id, state, due }) => [id, `${state} ${String(due)}`]))).toEqual(new Map([[mine.id, 'firing false'], [theirs.id, 'firing false'], [paused.id, 'ok true'], [gone.id, 'ok false']]));
    expect((await exec.patch<Alert>(`/alerts/${paused.id}`, { is_enabled: true })).body.is_enabled).toBeTrue();
    await until('woken', async () => (await told(exec)).items.some(({ title }) => title === 'Paused'));
    await worker.stop();
    await api.db('crm_core.crm_users').where({ email: 'finance@crm.test' }).update({ is_active: true });
  }, 30_000);
});
