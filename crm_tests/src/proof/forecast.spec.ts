import { AnalyticsService, createServer, FeatureFlags, JobQueue, openLog, readConfig, startSnapshotWorker } from 'crm_api';
import { createKnex, startTestCluster, testPassword, type TestCluster } from 'crm_db';
import { allTasks } from 'crm_semantic';
import fc from 'fast-check';
import { readConfig as readTestConfig } from '../config.js';
import { differences, ProofFixture } from './proof.fixture.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 300_000; // Servers start in here, on machines that others use as well.

type Figures = Readonly<Record<string, string>>;
interface Group { readonly id: string | null; readonly team: { readonly id: string } | null; readonly adjustable: boolean; readonly figures: Figures }
interface Forecast { readonly groups: readonly Group[]; readonly total: Figures; readonly currency: string; readonly watermark: { readonly committed_at: string } }
interface Story { readonly adjustable: boolean; readonly current: { readonly delta: string; readonly version: number } | null; readonly versions: readonly { readonly delta: string; readonly reason: string; readonly author: { readonly name: string } | null }[]; readonly code?: string }
interface Answer<T> { readonly status: number; readonly etag: string; readonly body: T; readonly text: string }

const money = ['won', 'commit', 'best_case', 'pipeline', 'open', 'weighted_open', 'forecast', 'model_weighted_open', 'model_forecast', 'quota', 'gap', 'adjustment', 'adjusted'];
/** Millionths, so that sums are exact. */
const micros = (text: string | undefined): bigint => {
  const [, sign, whole = '', part = ''] = /^(-?)(\d+)\.(\d+)$/.exec(text ?? '') ?? [];
  if (whole === '' || part.length > 8) throw new Error(`${text} is no exact decimal`);
  return BigInt(`${sign}${whole}${part.padEnd(8, '0')}`);
};
const sum = (list: readonly (string | undefined)[]): bigint => list.reduce((all, one) => all + micros(one), 0n);
const seed = readTestConfig().seed;

describe('the forecast', () => {
  let cluster: TestCluster;
  let fixture: ProofFixture;
  let stop: () => Promise<void>;
  let ask: <T>(role: string, method: 'GET' | 'PUT' | 'POST', path: string, body?: object, headers?: Record<string, string>) => Promise<Answer<T>>;
  const year = new Date().getUTCFullYear();
  const quarter = `${year}-Q${Math.floor(new Date().getUTCMonth() / 3) + 1}`;
  const monthsOf = (key: string): string[] => [1, 2, 3].map((n) => `${key.slice(0, 4)}-${String((Number(key.slice(-1)) - 1) * 3 + n).padStart(2, '0')}`);
  const forecast = async (key: string, by: string, role = 'admin'): Promise<Forecast> => {
    const answer = await ask<Forecast>(role, 'GET', `/forecasts?period=${key}&by=${by}`);
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body;
  };
  const follows = async (delta: bigint, key: string, by: string): Promise<void> => {
    for (const end = Date.now() + 60_000; ;) {
      const { total } = await forecast(key, by);
      if (micros(total['adjustment']) === delta) return;
      if (Date.now() > end) throw new Error(`The adjustments of ${key} are ${total['adjustment']} instead of ${delta}`);
    }
  };

  beforeAll(async () => {
    cluster = await startTestCluster();
    fixture = await ProofFixture.start(cluster, 11);
    const config = readConfig({ ...fixture.apiSettings, CRM_PORT: '0', CRM_DEMO_PASSWORD: testPassword, CRM_SECRETS_KEY: 'c'.repeat(64) });
    const db = createKnex(config.pgUrl, { max: 6, applicationName: 'crm_forecast_spec' });
    const jobs = new JobQueue(config.pgUrl, () => undefined);
    const server = await createServer(config, { db, jobs, log: openLog('api', 'error', { write: () => undefined }), flags: new FeatureFlags(db) }, { checkResponses: true });
    stop = async () => {
      await server.stop({ timeout: 1_000 });
      await jobs.stop();
      await db.destroy();
    };
    const tokens = new Map<string, Promise<string>>();
    const signIn = async (role: string): Promise<string> => {
      const answer = await server.inject({
        method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ grant_type: 'password', username: `${role}@crm.test`, password: testPassword }).toString(),
      });
      return (JSON.parse(answer.payload) as { access_token: string }).access_token;
    };
    ask = async (role, method, path, body, headers = {}) => {
      const token = await (tokens.get(role) ?? tokens.set(role, signIn(role)).get(role));
      const answer = await server.inject({ method, url: `/crm/v1${path}`, headers: { authorization: `Bearer ${token}`, ...headers }, ...(body ? { payload: body } : {}) });
      return { status: answer.statusCode, etag: String(answer.headers['etag'] ?? ''), text: answer.payload, body: JSON.parse(answer.payload) as never };
    };
    for (const end = Date.now() + 120_000; ;) {
      const answer = await ask<Forecast>('admin', 'GET', `/forecasts?period=${quarter}`);
      if (answer.status === 200 && answer.body.total['won'] !== '0.00') break;
      if (Date.now() > end) throw new Error(answer.text);
    }
  });
  afterAll(async () => {
    await stop();
    await fixture.stop();
    await cluster.stop();
  });

  it('adds up on random data: groups to the total, gross and adjustments to the adjusted, months to quarters, and equals Postgres', async () => {
    const { client } = fixture;
    const people = (await client.query<{ id: string; team_id: string | null }>('SELECT DISTINCT u.id, u.team_id FROM crm_users u JOIN crm_quotas q ON q.user_id = u.id ORDER BY 1')).rows;
    const teams = (await client.query<{ id: string }>('SELECT id FROM crm_teams ORDER BY id')).rows;
    const cents = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((n) => (n / 100).toFixed(2));
    const [change] = fc.sample(fc.array(fc.record({
      who: fc.constantFrom(...[...people, ...teams].map(({ id }) => id)), period: fc.constantFrom(quarter, ...monthsOf(quarter), `${year}-Q2`), delta: cents, currency: fc.constantFrom('USD', 'EUR', 'SAR'),
    }), { minLength: 25, maxLength: 40 }), { numRuns: 1, seed });
    for (const { who, period, delta, currency } of change ?? []) {
      const answer = await ask('admin', 'PUT', `/forecasts/${period}/adjustments/${who}`, { delta, currency, reason: 'At random' });
      expect(answer.status).withContext(answer.text).toBe(200);
    }
    // Quotas of periods that are no months, and one that cannot be divided evenly.
    await client.query(`INSERT INTO crm_quotas (user_id, period_start, period_end, amount, currency) SELECT id, '${year}-01-15', '${year}-05-10', 100.01, 'EUR' FROM crm_users WHERE id = ANY($1::uuid[])`, [people.slice(0, 3).map(({ id }) => id)]);
    // At one position of the log, which also waits for the stream.
    const found = differences(await fixture.prove(allTasks().filter(({ proof }) => proof.view.startsWith('forecast'))));
    expect(found).toEqual([]);
    for (const key of [quarter, `${year}-Q2`, String(year), ...monthsOf(quarter)]) {
      const answers = await Promise.all(['owner', 'team', 'region'].map((by) => forecast(key, by)));
      for (const { groups, total, currency } of answers) {
        expect(currency).toBe('USD');
        for (const name of money) expect(sum(groups.map(({ figures }) => figures[name]))).withContext(`${key} ${name}`).toBe(micros(total[name]));
        for (const line of [total, ...groups.map(({ figures }) => figures)]) {
          expect(micros(line['adjusted'])).toBe(micros(line['forecast']) + micros(line['adjustment']));
          expect(micros(line['forecast'])).toBe(micros(line['won']) + micros(line['weighted_open']));
          expect(micros(line['gap'])).toBe(micros(line['quota']) - micros(line['won']));
        }
      }
      expect(new Set(answers.map(({ total }) => JSON.stringify(total))).size).withContext(key).toBe(1);
    }
    for (const by of ['owner', 'region']) {
      const [whole, ...parts] = await Promise.all([quarter, ...monthsOf(quarter)].map((key) => forecast(key, by)));
      for (const name of ['quota', 'won', 'adjustment']) expect(sum(parts.map(({ total }) => total[name]))).withContext(name).toBe(micros(whole?.total[name]));
    }
  });

  it('is adjusted by managers for their own teams, in versions that nobody overwrites, by delta or amount', async () => {
    const { client } = fixture;
    await client.query('UPDATE crm_teams SET manager_id = NULL WHERE manager_id = (SELECT id FROM crm_users WHERE email = $1)', ['manager@crm.test']);
    const me = (await client.query<{ id: string; team_id: string }>(`SELECT id, team_id FROM crm_users WHERE email = 'manager@crm.test'`)).rows[0];
    const mate = (await client.query<{ id: string }>(`SELECT u.id FROM crm_users u JOIN crm_quotas q ON q.user_id = u.id WHERE u.team_id = $1 ORDER BY 1 LIMIT 1`, [me?.team_id])).rows[0]?.id ?? '';
    const stranger = (await client.query<{ id: string }>(`SELECT u.id FROM crm_users u JOIN crm_quotas q ON q.user_id = u.id WHERE u.team_id <> $1 ORDER BY 1 LIMIT 1`, [me?.team_id])).rows[0]?.id ?? '';
    const key = `${year + 1}-Q1`;
    const path = `/forecasts/${key}/adjustments/${mate}`;

    const first = await ask<Story>('manager', 'GET', path);
    expect([first.status, first.body.adjustable, first.body.current]).withContext(first.text).toEqual([200, true, null]);
    const made = await ask<Story>('manager', 'PUT', path, { delta: '-1500.5', reason: 'Two commits look weak' }, { 'if-match': first.etag });
    expect([made.status, made.body.current?.delta]).withContext(made.text).toEqual([200, '-1500.50']);
    const late = await ask<Story>('admin', 'PUT', path, { delta: '1.00', reason: 'Saw nothing of it' }, { 'if-match': first.etag });
    expect([late.status, late.body.code]).toEqual([412, 'changed_meanwhile']);
    await follows(micros('-1500.50'), key, 'owner');
    const gross = micros((await forecast(key, 'owner')).groups.find(({ id }) => id === mate)?.figures['forecast'] ?? '0.00');
    const set = await ask<Story>('manager', 'PUT', path, { amount: '123456.78', reason: 'Called it' }, { 'if-match': made.etag });
    expect(set.status).withContext(set.text).toBe(200);
    const half = 500_000n; // Half a cent, in hundred-millionths.
    expect([micros(set.body.current?.delta) - (micros('123456.78') - gross)].every((off) => off <= half && off >= -half)).toBeTrue();
    expect(set.body.versions.map(({ reason }) => reason)).toEqual(['Called it', 'Two commits look weak']);
    await expectAsync(client.query(`UPDATE crm_forecast_adjustments SET delta = 0`)).toBeRejectedWithError(/append-only/);

    for (const [role, target, status] of [['manager', stranger, 404], ['rep', mate, 403], ['exec', mate, 403], ['manager', me?.team_id ?? '', 200]] as const) {
      expect((await ask(role, 'PUT', `/forecasts/${key}/adjustments/${target}`, { delta: '10', reason: 'May I' })).status).withContext(`${role} ${target}`).toBe(status);
    }
    for (const body of [{ delta: '1', amount: '1', reason: 'both' }, { delta: '1' }, { delta: '1.005', reason: 'more than cents' }, { amount: '1', currency: 'EUR', reason: 'not comparable' }]) expect((await ask('manager', 'PUT', path, body)).status).withContext(JSON.stringify(body)).toBe(422);
    expect((await ask('manager', 'GET', '/forecasts?period=2026-Q5')).status).toBe(400);
    const { rows } = await client.query<{ action: string }>(`SELECT action FROM crm_audit_log WHERE entity = 'forecast_adjustments' AND after->>'period' = $1 ORDER BY id`, [key]);
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'create']);
    // Managers see their own teams, and only those lines can be adjusted.
    const mine = await forecast(quarter, 'owner', 'manager');
    expect(mine.groups.length).toBeGreaterThan(1);
    expect(mine.groups.every(({ adjustable, team }) => adjustable === (team?.id === me?.team_id))).toBeTrue();
    const own = await forecast(quarter, 'owner', 'rep');
    expect(own.groups.length).toBeLessThanOrEqual(1);
  });

  it('is kept once a day however often workers start, on demand for whom one may adjust, and told how near it came', async () => {
    const { client } = fixture;
    const config = readConfig({ ...fixture.apiSettings, CRM_PORT: '0' });
    const db = createKnex(config.pgUrl, { max: 2, applicationName: 'crm_snapshot_spec' });
    const kept = async (condition: string): Promise<number> => Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM crm_forecast_snapshots WHERE ${condition}`)).rows[0]?.n);
    const run = async (): Promise<void> => {
      const workers = [1, 2].map(() => startSnapshotWorker({ db, flags: new FeatureFlags(db), log: openLog('jobs', 'error', { write: () => undefined }), analytics: new AnalyticsService(config) }));
      await Promise.all(workers.map((worker) => worker.sweep()));
      await Promise.all(workers.map((worker) => worker.stop()));
    };
    await run();
    const daily = await kept('taken_on IS NOT NULL');
    expect(daily).toBeGreaterThan(20);
    const people = `SELECT coalesce(sum(amount), 0)::text AS gross FROM crm_forecast_snapshots WHERE taken_on IS NOT NULL AND source = 'stage' AND category = 'weighted' AND period_start = date_trunc('quarter', current_date)`;
    const gross = micros((await client.query<{ gross: string }>(people)).rows[0]?.gross);
    // To the cent by person: what nobody owns is nobody's forecast.
    const shown = (await forecast(quarter, 'owner')).groups.filter(({ id }) => id !== null);
    const off = gross - sum(shown.map(({ figures }) => figures['forecast']));
    expect(off <= 500_000n * BigInt(shown.length) && off >= -500_000n * BigInt(shown.length)).withContext(String(off)).toBeTrue();
    await run();
    expect(await kept('taken_on IS NOT NULL')).toBe(daily);
    const before = await kept('true');
    expect((await ask('rep', 'POST', '/forecasts/snapshots')).status).toBe(403);
    const taken = await ask<{ people: number; numbers: number }>('manager', 'POST', '/forecasts/snapshots');
    expect(taken.status).withContext(taken.text).toBe(201);
    expect(await kept('true')).toBe(before + taken.body.numbers);
    expect(taken.body.numbers).toBeGreaterThan(0);
    expect(await kept(`taken_on IS NULL AND taken_at > current_date AND user_id NOT IN (SELECT id FROM crm_users WHERE team_id = (SELECT team_id FROM crm_users WHERE email = 'manager@crm.test'))`)).toBe(0);
    await db.destroy();
    const told = await ask<{ ages: { weeks_left: number; snapshots: number }[]; total: { snapshots: number; rep: { accuracy: number | null }; manager: { accuracy: number | null }; model: { accuracy: number | null } } }>('admin', 'GET', '/forecasts/accuracy');
    expect(told.status).withContext(told.text).toBe(200);
    const { ages, total } = told.body;
    expect(ages.reduce((all, one) => all + one.snapshots, 0)).toBe(total.snapshots);
    expect(ages.length).toBeGreaterThan(10);
    // The model has spoken of no period that has ended.
    expect([typeof total.rep.accuracy, typeof total.manager.accuracy, total.model.accuracy]).toEqual(['number', 'number', null]);
  });
});
