import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTestCluster } from 'crm_db';
import { readConfig, type MlConfig } from './config.js';
import { columnOf } from './features/frame.model.js';
import { createReader } from './features/warehouse.reader.js';
import { readClosedSummary, readOpenExamples, readTrainingExamples, type WinExamples } from './features/win.source.js';
import { activeModel, latestModel } from './registry/model.registry.js';
import type { Reason } from './scoring/reason.builder.js';
import { WinService } from './scoring/win.service.js';
import { generateBusiness, loadBusiness, testId, type Business } from './testing/business.testing.js';
import { startTestProduct, type TestProduct, type TestRow } from './testing/product.testing.js';
import { logit } from './training/logit.math.js';
import { trainWinModel } from './training/win.trainer.js';
import { startWorker, type MlWorker } from './worker.service.js';

/** Repeats a question until the answer is no longer null; fails with its name after the deadline. */
async function until<T>(what: string, ask: () => Promise<T | null>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(50);
  }
}

function valueOf(examples: WinExamples, name: string, row: number): number | string | null {
  const column = columnOf(examples.frame, name);
  return column.kind === 'number' ? (column.values[row] as number) : column.levels[column.codes[row] as number] ?? null;
}

const SLOW = 180_000;
const now = new Date();
const business: Business = generateBusiness(900, 3, now);

function settings(product: TestProduct): MlConfig {
  return { ...readConfig({}), pgUrl: product.pgUrl, clickhouseUrl: product.clickhouseUrl, pollMs: 100, heartbeatMs: 200, countMs: 200 };
}

describe('win model worker', () => {
  let product: TestProduct, config: MlConfig;
  const lines: string[] = [];

  beforeAll(async () => {
    product = await startTestProduct();
    config = settings(product);
  }, SLOW);
  afterAll(async () => { await product.stop(); }, SLOW);

  const scores = async (): Promise<{ deal_id: string; probability: string; base_probability: string; reasons: Reason[]; scored_at: Date; model_id: string }[]> =>
    (await product.pool.query('SELECT * FROM crm_core.crm_deal_scores ORDER BY deal_id')).rows as never;

  it('goes from an empty product over too little data to scores that follow each change', async () => {
    let worker: MlWorker = await startWorker(config, (line) => lines.push(line));
    try {
      expect(await latestModel(product.pool, 'win')).withContext('nothing is said before the first snapshot is complete').toBeNull();
      await product.mirror('crm_deals');
      const first = await until('a first word', async () => {
        const model = await latestModel(product.pool, 'win');
        return model?.state === 'insufficient_data' ? model : null;
      });
      expect(first).toEqual(jasmine.objectContaining({ version: 1, won: 0, lost: 0 }));
      const { rows: [refusal] } = await product.pool.query('SELECT message, metrics FROM crm_core.crm_models') as { rows: { message: string; metrics: unknown }[] };
      expect(refusal?.message).toContain('at least 200 closed deals with 50 of each');
      expect(refusal?.metrics).toEqual({ n_closed: 0, n_won: 0, n_lost: 0, n_open: 0, min_closed: 200, min_of_each: 50 });
      expect(await scores()).toEqual([]);

      await loadBusiness(product, business, now);
      const model = await until('a model', async () => await activeModel(product.pool, 'win'));
      expect(model.skill).toBe('good');
      expect(model.version).withContext('a version without a model is opened again').toBe(1);
      const open = (business.rows['crm_deals'] as TestRow[]).filter((deal) => deal['status'] === 'open').map((deal) => deal['id'] as string).sort();
      const scored = await until('scores of all open deals', async () => {
        const found = await scores();
        return found.length === open.length ? found : null;
      });
      expect(scored.map((s) => s.deal_id)).toEqual(open);
      for (const score of scored) {
        const sum = score.reasons.reduce((s, r) => s + r.contribution, 0);
        expect(sum).toBeCloseTo(logit(Number(score.probability)) - logit(Number(score.base_probability)), 2);
      }
      const named = scored.flatMap((s) => s.reasons.slice(0, 3).map((r) => r.feature));
      const drivers = named.filter((f) => ['owner', 'owner_win_rate', 'owner_region', 'account_industry', 'activities', 'meetings', 'activities_30_days'].includes(f));
      expect(drivers.length / named.length).withContext('reasons name the true drivers').toBeGreaterThan(0.7);

      const [deal, other] = scored;
      if (!deal || !other) return fail('no scores');
      await product.pool.query('UPDATE crm_core.crm_deals SET owner_id = $2 WHERE id = $1', [deal.deal_id, testId(1, Number(deal.probability) > 0.5 ? 0 : 7)]);
      await product.mirror('crm_deals', new Date(), [deal.deal_id]);
      const changed = await until('a new score within seconds of the change', async () => (await scores()).find((s) => s.deal_id === deal.deal_id && s.probability !== deal.probability) ?? null, 30);
      expect(Number(changed.probability) > 0.5).toBe(Number(deal.probability) <= 0.5);
      expect((await scores()).find((s) => s.deal_id === other.deal_id)?.scored_at).withContext('others are left alone').toEqual(other.scored_at);

      const beats = async (): Promise<Date | null> => (await product.pool.query<{ beat_at: Date }>(`SELECT beat_at FROM crm_core.crm_part_heartbeats WHERE part = 'ml'`)).rows[0]?.beat_at ?? null;
      const beat = await until('a heartbeat', beats);
      await until('a later heartbeat', async () => ((await beats()) as Date) > beat || null);

      // A worker that was killed in the middle of a training leaves its job active; the next one goes on.
      const before = (await activeModel(product.pool, 'win'))?.version ?? 0;
      await worker.stop();
      await product.pool.query(`INSERT INTO crm_jobs.job (name, state, started_on, policy) VALUES ('crm_ml_train_win', 'active', now(), 'singleton')`);
      worker = await startWorker(config, (line) => lines.push(line));
      // How many trainings the load above asked for depends on how its pieces arrived; what counts is that a newer one takes over.
      await until('a newer model', async () => ((await activeModel(product.pool, 'win'))?.version ?? 0) > before || null);
      const { rows: states } = await product.pool.query<{ state: string }>(`SELECT state FROM crm_core.crm_models WHERE state <> 'training' ORDER BY version`);
      expect(states.filter((s) => s.state === 'active').length).toBe(1);
      expect(states.filter((s) => s.state === 'retired').length).toBe(states.length - 1);
    } finally {
      await worker.stop();
    }
  }, SLOW);
});

describe('win model on a loaded product', () => {
  let product: TestProduct;

  beforeAll(async () => {
    product = await startTestProduct();
    await loadBusiness(product, business, now);
  }, SLOW);
  afterAll(async () => { await product.stop(); }, SLOW);

  it('takes only what was known at the moment: facts of the future change no feature', async () => {
    const reader = createReader(product.warehouse);
    const before = await readTrainingExamples(reader, await readClosedSummary(reader));
    const closed = (business.rows['crm_deals'] as TestRow[]).filter((deal) => deal['status'] !== 'open').slice(0, 300);
    const stamps = { created_at: now.toISOString(), updated_at: now.toISOString() };
    const future: [string, TestRow[]][] = [
      ['crm_activities', closed.map((deal, i) => ({ id: testId(7, i), ...stamps, kind: 'meeting', subject: 'after', status: 'done', occurred_at: deal['closed_at'], deal_id: deal['id'] }))],
      ['crm_touches', closed.map((deal, i) => ({ id: testId(7, 10_000 + i), ...stamps, channel: 'web', kind: 'visit', occurred_at: now.toISOString(), deal_id: deal['id'] }))],
      ['crm_deal_stage_history', closed.map((deal, i) => ({ id: testId(7, 20_000 + i), ...stamps, deal_id: deal['id'], to_stage_id: testId(4, 2), entered_at: now.toISOString(), left_at: now.toISOString(), amount: 1 }))],
    ];
    for (const [table, rows] of future) {
      await product.insert(table, rows);
      await product.mirror(table);
    }
    await product.pool.query(`UPDATE crm_core.crm_deals SET owner_id = $1, source = 'later', expected_value = 1 WHERE id = ANY($2)`, [testId(1, 0), closed.map((deal) => deal['id'])]);
    await product.mirror('crm_deals');
    const after = await readTrainingExamples(reader, await readClosedSummary(reader));
    const table = (examples: WinExamples): string[] =>
      examples.dealIds.map((id, i) => [id, examples.asOf[i], ...examples.frame.columns.filter((c) => !/_(win_rate|closed)$/.test(c.name)).map((c) => valueOf(examples, c.name, i))].join('|')).sort();
    expect(before.dealIds.length).toBeGreaterThan(900);
    expect(table(after)).toEqual(table(before));
    expect([...columnOf(before.frame, 'calls').kind === 'number' ? new Set((columnOf(before.frame, 'calls') as { values: Float64Array }).values) : []]).withContext('thank-you calls after closing').toEqual([0]);
  }, SLOW);

  it('counts a feature as it stood: checked against a plain reckoning', async () => {
    const examples = await readTrainingExamples(createReader(product.warehouse), { won: 0, lost: 0, open: 0, medianSeconds: 86_400 * 40, totalSeconds: 0 });
    const activities = business.rows['crm_activities'] as TestRow[], deals = new Map((business.rows['crm_deals'] as TestRow[]).map((d) => [d['id'] as string, d]));
    for (let i = 0; i < examples.dealIds.length; i += 97) {
      const id = examples.dealIds[i] as string, at = examples.asOf[i] as number, deal = deals.get(id) as TestRow;
      const done = activities.filter((a) => a['deal_id'] === id && Date.parse(a['occurred_at'] as string) <= at);
      expect(valueOf(examples, 'activities', i)).toBe(done.length);
      expect(valueOf(examples, 'meetings', i)).toBe(done.filter((a) => a['kind'] === 'meeting').length);
      expect(valueOf(examples, 'age_days', i)).toBeCloseTo((at - Date.parse(deal['created_at'] as string)) / 86_400_000, 3);
      expect(valueOf(examples, 'days_to_close_date', i)).withContext('the close date of a deal loaded after closing is no forecast').toBeNaN();
      expect(valueOf(examples, 'amount', i)).toBeGreaterThanOrEqual(500);
      const record = [...deals.values()].filter((d) => d['account_id'] === deal['account_id'] && d['closed_at'] !== null && Date.parse(d['closed_at'] as string) < at);
      expect(valueOf(examples, 'account_closed', i)).toBe(record.length);
      if (record.length > 0) expect(valueOf(examples, 'account_win_rate', i)).toBeCloseTo((record.filter((d) => d['status'] === 'won').length + 2) / (record.length + 4), 9);
    }
  }, SLOW);

  it('writes only what changed, and nothing while the feature is switched off', async () => {
    const service = new WinService(product.pool, createReader(product.warehouse), settings(product));
    expect(await service.train(now)).toBe('active');
    const moment = new Date();
    const first = await service.score(undefined, moment);
    expect(first.scored).toBeGreaterThan(30);
    expect(await service.score(undefined, moment)).toEqual({ ...first, written: 0 });
    await product.pool.query(`UPDATE crm_core.crm_feature_flags SET enabled = false WHERE key = 'crm_feature_win_scores'`);
    expect((await service.score()).scored).toBe(0);
    await product.pool.query(`UPDATE crm_core.crm_feature_flags SET enabled = true WHERE key = 'crm_feature_win_scores'`);
  }, SLOW);

  it('gives the same model for the same data and seed', async () => {
    const reader = createReader(product.warehouse);
    const [a, b] = [await trainWinModel(reader, 5, now), await trainWinModel(reader, 5, now)];
    expect(a.state === 'trained' && JSON.stringify(a.scorer)).toEqual(b.state === 'trained' && JSON.stringify(b.scorer));
  }, SLOW);

  it('reads some deals exactly as it reads all', async () => {
    const reader = createReader(product.warehouse);
    const all = await readOpenExamples(reader, now);
    const ids = all.dealIds.filter((_, i) => i % 3 === 0);
    const some = await readOpenExamples(reader, now, [...ids, testId(5, 999_999)]);
    const table = (examples: WinExamples): string[] => examples.dealIds.map((id, i) => [id, ...examples.frame.columns.map((c) => valueOf(examples, c.name, i))].join('|')).sort();
    expect(some.dealIds.length).toBe(ids.length);
    expect(table(some)).toEqual(table(all).filter((line) => ids.includes(line.slice(0, 36))));
  }, SLOW);

  it('reads open deals as they are now', async () => {
    const open = await readOpenExamples(createReader(product.warehouse), now);
    expect(open.dealIds.length).toBeGreaterThan(30);
    expect(Number.isFinite(valueOf(open, 'days_to_close_date', 0))).toBeTrue();
  }, SLOW);
});

describe('worker part', () => {
  const start = (env: Record<string, string>): ChildProcess =>
    fork(fileURLToPath(new URL('./worker.main.js', import.meta.url)), [], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });

  it('says in one line what is missing and ends with 1', async () => {
    for (const [env, cure] of [[{}, 'CRM_PG_URL'], [{ CRM_PG_URL: 'postgres://x:y@127.0.0.1:9/z', CRM_CLICKHOUSE_URL: 'http://x:y@127.0.0.1:9' }, 'run the migrations']] as const) {
      const child = start(env);
      const [message] = await once(child, 'message') as [{ type: string; message: string }];
      expect(message.type).toBe('failed');
      expect(message.message).toContain(cure);
      const [code] = await once(child, 'exit') as [number];
      expect(code).toBe(1);
    }
  }, SLOW);

  it('is ready without a warehouse, and stops on SIGTERM and when the launcher is gone', async () => {
    const cluster = await startTestCluster();
    try {
      const database = await cluster.createDatabase();
      for (const end of ['SIGTERM', 'disconnect'] as const) {
        const child = start({ CRM_PG_URL: database.appUrl, CRM_CLICKHOUSE_URL: 'http://crm_app:x@127.0.0.1:9' });
        const [message] = await once(child, 'message') as [{ type: string }];
        expect(message.type).toBe('ready');
        const ended = once(child, 'exit') as Promise<[number]>;
        if (end === 'SIGTERM') child.kill('SIGTERM');
        else child.disconnect();
        expect((await ended)[0]).toBe(0);
      }
    } finally {
      await cluster.stop();
    }
  }, SLOW);
});
