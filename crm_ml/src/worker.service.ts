import { setTimeout as pause } from 'node:timers/promises';
import { createWarehouse, type Warehouse } from 'crm_warehouse';
import { Pool } from 'pg';
import PgBoss from 'pg-boss';
import type { MlConfig } from './config.js';
import { createReader } from './features/warehouse.reader.js';
import { ModelError } from './model.errors.js';
import { ChangeWatcher } from './scoring/change.watcher.js';
import { WinService } from './scoring/win.service.js';

const TRAIN = 'crm_ml_train_win';
const SCORE = 'crm_ml_score_win';

/** A running worker. */
export interface MlWorker { stop(): Promise<void> }

/** How the worker reports; one line each. */
export type WorkerLog = (line: string) => void;

// Where a business never stands still a look costs most: it gets an eighth of the time, and no score is older than seconds.
const restPerWork = 7;
const longestRestMs = 5000;

/**
 * Starts training and scoring: two queues, looks at the warehouse and a heartbeat. Needs Postgres to start; later losses of
 * Postgres or of the warehouse are waited out.
 */
export async function startWorker(config: MlConfig, log: WorkerLog): Promise<MlWorker> {
  if (config.pgUrl === null || config.clickhouseUrl === null) {
    throw new ModelError('not_configured', 'Set CRM_PG_URL and CRM_CLICKHOUSE_URL, or start the product with npm start, which sets them.');
  }
  const pool = new Pool({ connectionString: config.pgUrl, max: 4, application_name: 'crm_ml' });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const warehouse = createWarehouse(config.clickhouseUrl, { retryForMs: 5000 });
  const boss = new PgBoss({ connectionString: config.pgUrl, schema: 'crm_jobs', migrate: false, schedule: false, max: 3, application_name: 'crm_ml' });
  boss.on('error', (error) => { log(`jobs: ${error.message}`); });
  try {
    await pool.query('SELECT 1 FROM crm_core.crm_models LIMIT 1');
    await boss.start();
    await freeAbandonedJobs(pool, boss);
  } catch (cause) {
    await closeAll(pool, warehouse, boss);
    throw new ModelError('not_ready', `Postgres cannot be used (${cause instanceof Error ? cause.message : String(cause)}); start it and run the migrations first.`, { cause });
  }
  const stopping = new AbortController();
  const watcher = await connect(pool, warehouse, boss, config, log);
  const loops = [
    repeat((tookMs) => Math.max(config.pollMs, Math.min(longestRestMs, tookMs * restPerWork)), stopping.signal, () => watcher.tick(), log),
    repeat(() => config.heartbeatMs, stopping.signal, () => beat(pool), log),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await closeAll(pool, warehouse, boss);
    },
  };
}

async function connect(pool: Pool, warehouse: Warehouse, boss: PgBoss, config: MlConfig, log: WorkerLog): Promise<ChangeWatcher> {
  const reader = createReader(warehouse);
  const service = new WinService(pool, reader, config);
  const watcher = new ChangeWatcher(pool, reader, service, {
    async train(reason) { await boss.send(TRAIN, { reason }); },
    async scoreAll(reason) { await boss.send(SCORE, { reason }); },
  }, config);
  const options = { pollingIntervalSeconds: 1, batchSize: 1 };
  await boss.work<{ reason?: string }>(TRAIN, options, async ([job]) => {
    const started = performance.now();
    try {
      const state = await service.train();
      log(`win model: ${state} after ${seconds(started)} (${job?.data.reason ?? 'asked for'})`);
      if (state === 'active') await boss.send(SCORE, { reason: 'new model' });
    } finally {
      watcher.trainingEnded();
    }
  });
  await boss.work<{ reason?: string }>(SCORE, options, async ([job]) => {
    const started = performance.now();
    const run = await service.score();
    watcher.scoredUpTo(run.lsn);
    log(`scores: ${run.scored} open deals, ${run.written} written in ${seconds(started)} (${job?.data.reason ?? 'asked for'})`);
  });
  return watcher;
}

/** Jobs that a killed worker left active would block their queue for an hour; this worker is the only consumer of both. */
async function freeAbandonedJobs(pool: Pool, boss: PgBoss): Promise<void> {
  const { rows } = await pool.query<{ id: string; name: string }>(`SELECT id, name FROM crm_jobs.job WHERE name = ANY($1) AND state = 'active'`, [[TRAIN, SCORE]]);
  for (const { id, name } of rows) await boss.fail(name, id, { message: 'The worker was stopped before it had finished.' });
}

async function beat(pool: Pool): Promise<void> {
  await pool.query(`INSERT INTO crm_core.crm_part_heartbeats (part, beat_at) VALUES ('ml', now()) ON CONFLICT (part) DO UPDATE SET beat_at = excluded.beat_at`);
}

/** Runs a piece of work again and again until stopped, with a rest that may depend on how long it took; a failure is reported once and then tried again. */
async function repeat(restMs: (tookMs: number) => number, signal: AbortSignal, work: () => Promise<void>, log: WorkerLog): Promise<void> {
  let failing = '';
  while (!signal.aborted) {
    const began = performance.now();
    try {
      await work();
      failing = '';
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== failing) log(`waiting: ${message.split('\n')[0] ?? message}`);
      failing = message;
    }
    await pause(restMs(performance.now() - began), undefined, { signal }).catch(() => undefined);
  }
}

async function closeAll(pool: Pool, warehouse: Warehouse, boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: true, timeout: 5000, wait: true }).catch(() => undefined);
  await Promise.allSettled([pool.end(), warehouse.close()]);
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
