import { AnalyticsService, createServer, FeatureFlags, JobQueue, openLog, readConfig, startSnapshotWorker } from 'crm_api';
import { createKnex, startTestCluster, testPassword, type TestCluster } from 'crm_db';
import { allTasks, ledgerStatement, viewProofs } from 'crm_semantic';
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
/** Any decimal as the API writes it: Postgres keeps the zeros of a product, and counts have no point. */
const decimal = (value: string | number | null | undefined): string => {
  const [whole = '0', part = ''] = String(value ?? 0).split('.');
  return `${whole}.${part.replace(/0+$/, '').padEnd(2, '0')}`;
};
const sum = (list: readonly (string | undefined)[]): bigint => list.reduce((all, one) => all + micros(one), 0n);
const seed = readTestConfig().seed;

describe('the forecast', () => {
  let cluster: TestCluster;
  let fixture: ProofFixture;
  let stop: () => Promise<void>;
  let ask: <T>(role: string, method: 'GET' | 'PATCH' | 'PUT' | 'POST', path: string, body?: object, headers?: Record<string, string>) => Promise<Answer<T>>;
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

  it('counts fiscal periods and days of the zone: figures of random calendars equal SQL on Postgres', async () => {
    const { client } = fixture;
    const proof = viewProofs.find(({ view }) => view === 'forecast');
    const measures = ['won_amount', 'open_amount', 'commit_amount', 'forecast_amount', 'quota_amount', 'adjustment_amount', 'count'];
    const calendars = fc.sample(fc.record({
      zone: fc.constantFrom('Asia/Riyadh', 'Pacific/Auckland', 'America/Los_Angeles', 'Australia/Adelaide', 'UTC'), month: fc.integer({ min: 1, max: 12 }), number: fc.integer({ min: 1, max: 4 }), kind: fc.constantFrom('quarter', 'quarter', 'year', 'month'),
      by: fc.constantFrom('owner', 'team', 'region'), minutes: fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 6, maxLength: 6 }),
    }), { numRuns: 3, seed });
    try {
      for (const { zone, month, number, kind, by, minutes } of calendars) {
        expect((await ask('admin', 'PATCH', '/settings/calendar', { time_zone: zone, fiscal_year_start_month: month })).status).toBe(200);
        const key = kind === 'year' ? String(year) : kind === 'quarter' ? `${year}-Q${number}` : `${year}-${String(month).padStart(2, '0')}`;
        // The period by the calendar of Postgres, and deals that were won around the midnights it lies between.
        const [period] = (await client.query<{ start: string; last: string }>(`SELECT s::date::text AS start, (s + make_interval(months => $3::int) - interval '1 day')::date::text AS last
          FROM (SELECT make_date($1, $2, 1)::timestamp - CASE WHEN $2 > 1 AND $3 <> 1 THEN interval '1 year' ELSE interval '0' END + make_interval(months => $4::int) AS s) p`,
        [year, month, kind === 'year' ? 12 : kind === 'quarter' ? 3 : 1, kind === 'quarter' ? (number - 1) * 3 : 0])).rows;
        await client.query(`UPDATE crm_deals d SET closed_at = least(now(), (CASE WHEN n % 2 = 0 THEN $1::date ELSE $2::date + 1 END)::timestamp AT TIME ZONE $3 + make_interval(mins => ($4::int[])[n]))
          FROM (SELECT id, row_number() OVER (ORDER BY id)::int AS n FROM crm_deals WHERE status = 'won' AND NOT is_test AND deleted_at IS NULL LIMIT 6) w WHERE w.id = d.id`, [period?.start, period?.last, zone, minutes]);
        const dimension = { owner: ['owner_id', 'team_id'], team: ['team_id'], region: ['region'] }[by] ?? [];
        if (!proof || !period) throw new Error('There is nothing to prove it by');
        const { sql, values } = ledgerStatement(proof, { name: key, dimensions: dimension, measures, timeZone: zone, period: { dimension: 'close_date', from: period.start, to: period.last } }, new Date());
        const expected = (await client.query<Record<string, string | null>>(sql, [...values])).rows.map((row) => [dimension.map((_, index) => row[`d${index}`]), measures.map((_, index) => micros(decimal(row[`m${index}`]))).join()]);
        // While the model is built anew for another fiscal year there may be no answer.
        const told = async (): Promise<unknown[]> => ((await ask<Partial<Forecast>>('admin', 'GET', `/forecasts?period=${key}&by=${by}`)).body.groups ?? []).map(({ id, team, figures }) => [
          by === 'owner' ? [id, team?.id ?? null] : [id], ['won', 'open', 'commit', 'forecast', 'quota', 'adjustment', 'deals'].map((name) => micros(decimal(figures[name]))).join(),
        ]);
        let found = await told();
        // Until the warehouse has the deals that were moved.
        for (const end = Date.now() + 120_000; JSON.stringify(found.map(String).sort()) !== JSON.stringify(expected.map(String).sort()) && Date.now() < end;) found = await told();
        expect(found).withContext(`${key} in ${zone}, years from month ${month}, by ${by}, seed ${seed}`).toEqual(jasmine.arrayWithExactContents(expected));
        expect((await ask<{ period: object }>('admin', 'GET', `/forecasts?period=${key}`)).body.period).toEqual(jasmine.objectContaining({ start: period.start }));
      }
    } finally {
      await ask('admin', 'PATCH', '/settings/calendar', { time_zone: 'UTC', fiscal_year_start_month: 1 });
    }
  });

  it('leads from each figure, of a line and of all, to the records that sum to it', async () => {
    interface Rows { readonly value: string; readonly items: readonly { readonly resource: string | null; readonly record_id: string | null; readonly parts: Readonly<Record<string, string | null>> }[]; readonly next_cursor: string | null }
    const { period, groups, total } = (await ask<Forecast & { period: { start: string; end: string } }>('admin', 'GET', `/forecasts?period=${quarter}&by=owner`)).body;
    const last = new Date(Date.parse(period.end) - 86_400_000).toISOString().slice(0, 10);
    const lines = [{ figures: total, point: {} }, ...groups.filter(({ id }) => id !== null).slice(0, 2).map(({ id, team, figures }) => ({ figures, point: { 'forecast.owner_id': id, 'forecast.team_id': team?.id ?? null } }))];
    let deals = 0;
    for (const { figures, point } of lines) for (const name of ['won', 'commit', 'best_case', 'pipeline', 'forecast', 'quota', 'gap', 'adjusted']) {
      const measure = `forecast.${name}_amount`;
      const query = { measures: [measure], dimensions: Object.keys(point), timeDimensions: [{ dimension: 'forecast.close_date', dateRange: [period.start, last] }] };
      const items: Rows['items'][number][] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await ask<Rows>('admin', 'POST', '/analytics/rows', { query, measure, point, limit: 200, ...(cursor ? { cursor } : {}) });
        expect(page.status).withContext(page.text).toBe(200);
        items.push(...page.body.items);
        cursor = page.body.next_cursor;
      }
      expect(sum(items.map(({ parts }) => decimal(parts[measure])))).withContext(`${name} of ${JSON.stringify(point)}`).toBe(micros(figures[name]));
      const opened = items.flatMap(({ resource, record_id }) => (record_id === null ? [] : [`${resource}`]));
      deals += opened.length;
      expect(new Set(opened).size).withContext('deals alone open').toBeLessThanOrEqual(1);
      // A category has its open deals and no others.
      if (name === 'commit') expect(items.length).toBe(opened.length);
    }
    expect(deals).toBeGreaterThan(50);
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

  it('is told as a distribution of the deals that one may see, whose mean is that of independent SQL, and tested against a past that is known', async () => {
    const { client, warehouse } = fixture;
    await fixture.prove([]);
    interface Simulation extends Figures { readonly histogram: never; readonly deals: never; readonly unscored: never; readonly common_factor: never }
    const simulated = async (role: string, more = ''): Promise<Simulation> => {
      const answer = await ask<Simulation>(role, 'GET', `/forecasts/simulation?period=${quarter}${more}`);
      expect(answer.status).withContext(answer.text).toBe(200);
      return answer.body;
    };
    const [all, told] = [await simulated('admin'), await forecast(quarter, 'owner')];
    expect([all['won'], all['quota']]).toEqual([told.total['won'], told.total['quota']].map((text) => text?.replace(/^(-?\d+\.\d\d).*$/, '$1')));
    // Nothing was scored: the probability of the stage counts for each deal, so that the expected figure is the weighted forecast but for the cents of each deal.
    expect(Number(all.unscored)).toBe(Number(all.deals));
    expect(Math.abs(Number(all['expected']) - Number(told.total['forecast']))).toBeLessThan(0.005 * Number(all.deals) + 0.01);
    expect(Math.abs(Number(all['mean']) / Number(all['expected']) - 1)).toBeLessThan(0.02);
    const [p10, p50, p90] = [Number(all['p10']), Number(all['p50']), Number(all['p90'])];
    expect(Number(all['won']) <= p10 && p10 <= p50 && p50 <= p90 && p90 <= Number(all['best'])).toBeTrue();
    expect(await simulated('admin')).toEqual(jasmine.objectContaining({ p10: all['p10'], p90: all['p90'], seed: all['seed'] } as never));
    const open = `SELECT count(*)::int AS n FROM crm_deals d LEFT JOIN crm_accounts a ON a.id = d.account_id WHERE d.status = 'open' AND d.deleted_at IS NULL AND NOT d.is_test AND NOT coalesce(a.is_test, false) AND d.close_date >= $1::date AND d.close_date < $1::date + interval '3 months'`;
    const first = `${monthsOf(quarter)[0]}-01`;
    expect((await client.query<{ n: number }>(open, [first])).rows[0]?.n).toBe(Number(all.deals));
    const rep = (await client.query<{ id: string }>(`SELECT id FROM crm_users WHERE email = 'rep@crm.test'`)).rows[0]?.id ?? '';
    expect((await client.query<{ n: number }>(`${open} AND d.owner_id = $2`, [first, rep])).rows[0]?.n).toBe(Number((await simulated('rep')).deals));
    expect((await simulated('admin', `&owner_id=${rep}`))['won']).toBe((await simulated('rep'))['won'] ?? '');
    // A scenario that changes nothing is the simulation; one that wins an open deal and adds business is that much higher, to the cent.
    interface Result { readonly base: Figures; readonly scenario: Figures; readonly missing_deals: number }
    const tried = async (role: string, changes: object): Promise<Result> => { const answer = await ask<Result>(role, 'POST', '/forecasts/scenarios/preview', { period: quarter, changes }); expect(answer.status).withContext(answer.text).toBe(200); return answer.body; };
    const names = ['won', 'expected', 'p10', 'p50', 'p90', 'quota'];
    const same = await tried('admin', {});
    for (const side of [same.base, same.scenario]) expect(names.map((name) => side[name])).toEqual(names.map((name) => all[name]));
    const deal = (await client.query<{ id: string; amount: string }>(`SELECT d.id, d.expected_value::text AS amount FROM crm_deals d JOIN crm_accounts a ON a.id = d.account_id WHERE d.status = 'open' AND d.currency = 'USD' AND d.expected_value > 0 AND d.deleted_at IS NULL AND NOT d.is_test AND NOT a.is_test AND d.owner_id <> $1 ORDER BY d.close_date DESC LIMIT 1`, [rep])).rows[0];
    const better = { deals: [{ id: deal?.id, outcome: 'won' }], new_business: '1000.01' };
    const { base, scenario } = await tried('admin', better);
    expect(Number(scenario['won'])).toBeCloseTo(Number(base['won']) + Number(deal?.amount) + 1000.01, 2);
    expect(Number(scenario['gap'])).toBeCloseTo(Number(base['quota']) - Number(scenario['won']), 2);
    expect((await tried('rep', better)).missing_deals).withContext('not theirs to see').toBe(1);
    interface Coverage { readonly asked: number; readonly known: number; readonly covered: number; readonly interval: readonly number[] | null; readonly probabilities: string; readonly periods: readonly { readonly scored: number; readonly unscored: number; readonly as_of: string; readonly actual: string; readonly p10: string; readonly p90: string; readonly inside: boolean }[] }
    const coverage = async (key: string): Promise<Coverage> => { const answer = await ask<Coverage>('admin', 'GET', `/forecasts/simulation/coverage?period=${key}`); expect(answer.status).withContext(answer.text).toBe(200); return answer.body; };
    expect(await coverage(`${year + 2}-Q2`)).toEqual(jasmine.objectContaining({ asked: 8, known: 0, covered: 0, interval: null } as never));
    // A past in which the deals were as they are but for the won ones, which were still open, as if history had been kept for years; in the reporting currency, since rates go back less far.
    for (const table of ['crm_deals', 'crm_stages']) {
      await warehouse.command(`ALTER TABLE crm_history.${table} UPDATE _committed_at = subtractYears(_committed_at, 8) WHERE 1 SETTINGS mutations_sync = 2`);
      await warehouse.command(`ALTER TABLE crm_raw._history_begins DELETE WHERE table_name = '${table}' SETTINGS mutations_sync = 2`);
      await warehouse.command(`INSERT INTO crm_raw._history_begins VALUES ('${table}', '2015-01-01 00:00:00', 'snapshot', 1)`);
    }
    await warehouse.command(`ALTER TABLE crm_history.crm_deals UPDATE status = 'open', closed_at = NULL WHERE status = 'won' SETTINGS mutations_sync = 2`);
    await warehouse.command(`ALTER TABLE crm_history.crm_deals UPDATE currency = 'USD' WHERE 1 SETTINGS mutations_sync = 2`);
    const { known, covered, periods, interval, probabilities } = await coverage(`${year + 1}-Q1`);
    expect([probabilities, periods.some(({ scored }) => scored > 0), periods.some(({ unscored }) => unscored > 0)]).toEqual(['stage', false, true]);
    expect([known, periods.length, periods.filter(({ inside }) => inside).length, interval?.length]).toEqual([8, 8, covered, 2]);
    expect(periods.every(({ as_of: at }) => at < new Date().toISOString())).toBeTrue();
    const { rows } = await client.query<{ won: string }>(`SELECT count(*)::text AS won FROM crm_deals WHERE status = 'won' AND closed_at < date_trunc('quarter', now()) AND closed_at >= date_trunc('quarter', now()) - interval '3 months' AND deleted_at IS NULL`);
    expect(Number(periods[0]?.actual) > 0).toBe(Number(rows[0]?.won) > 0);
    // The model was sure of every deal for years, and thinks nothing of any since today: what was told then is not touched by that.
    for (const [probability, at, lsn] of [[1, `toDateTime64('2016-01-01 00:00:00', 6, 'UTC')`, 1], [0, `now64(6, 'UTC')`, 2]] as const) {
      await warehouse.command(`INSERT INTO crm_history.crm_deal_scores (id, deal_id, model_id, probability, reasons, scored_at, created_at, updated_at, _op, _lsn, _seq, _committed_at)
        SELECT DISTINCT id, id, id, ${probability}, '[]', ${at}, ${at}, ${at}, 'u', ${lsn}, 0, ${at} FROM crm_history.crm_deals`);
    }
    await warehouse.command(`ALTER TABLE crm_raw._history_begins DELETE WHERE table_name = 'crm_deal_scores' SETTINGS mutations_sync = 2`);
    await warehouse.command(`INSERT INTO crm_raw._history_begins VALUES ('crm_deal_scores', '2015-01-01 00:00:00', 'snapshot', 1)`);
    const scored = await coverage(`${year + 1}-Q2`);
    expect([scored.probabilities, scored.known, scored.periods.some((one) => one.unscored > 0)]).toEqual(['model', 8, false]);
    for (const one of scored.periods) expect([one.p10 === one.p90, Number(one.p10) > 0]).withContext(one.as_of).toEqual([true, one.scored > 0]);
    expect(scored.periods.some((one) => one.scored > 0)).toBeTrue();
  });
});
