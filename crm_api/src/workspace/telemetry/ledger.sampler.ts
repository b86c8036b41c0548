import { queues } from 'crm_db';
import { observed, type Observe } from 'crm_telemetry';
import type { Knex } from 'knex';
import type { ApiConfig } from '../../config.js';
import type { ApiTelemetry } from '../../kernel/telemetry/api.telemetry.js';
import { METRICS } from '../../kernel/telemetry/metric.list.js';
import { WatermarkReader } from '../../reporting/analytics/watermark.repository.js';

interface JobRow { readonly name: string; readonly state: string; readonly count: number; readonly oldest: number | null }
interface DeliveryRow { readonly pending: number; readonly dead: number; readonly late: number | null }
interface AuditRow { readonly waiting: number; readonly oldest: number | null }
interface ScoreRow { readonly name: string; readonly written: number }

const states = ['created', 'retry', 'active', 'failed'] as const;
const tables = { crm_deal_scores: 'deals', crm_account_scores: 'accounts' } as const;
// Several who read the metrics at once, or one who does so in a hurry, ask Postgres once.
const keepMs = 2_000;
const timeoutMs = 2_000;

/** Looks up what waits in Postgres whenever the metrics are read: jobs, deliveries, seals, scores, and the watermark of the warehouse. */
export function observeLedger({ telemetry: { meter } }: ApiTelemetry, db: Knex, config: Pick<ApiConfig, 'clickhouseUrl'>): void {
  // Each is asked by itself: what one table cannot tell must not hide the others.
  const jobs = kept(() => ask<JobRow>(db, `SELECT name, state::text AS state, count(*)::int AS count, max(extract(epoch FROM clock_timestamp() - start_after)) FILTER (WHERE state IN ('created', 'retry'))::float8 AS oldest
    FROM crm_jobs.job WHERE state IN ('created', 'retry', 'active', 'failed') GROUP BY name, state`));
  const deliveries = kept(() => ask<DeliveryRow>(db, `SELECT count(*) FILTER (WHERE status = 'pending')::int AS pending, count(*) FILTER (WHERE status = 'dead')::int AS dead,
    extract(epoch FROM clock_timestamp() - min(next_attempt_at) FILTER (WHERE status = 'pending'))::float8 AS late FROM crm_core.crm_webhook_deliveries WHERE status IN ('pending', 'dead')`));
  const audit = kept(() => ask<AuditRow>(db, `SELECT (SELECT count(*)::int FROM (SELECT FROM crm_core.crm_audit_pending LIMIT 100000) p) AS waiting,
    (SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM crm_core.crm_audit_pending ORDER BY id LIMIT 1) AS oldest`));
  const scores = kept(() => ask<ScoreRow>(db, `SELECT relname AS name, (n_tup_ins + n_tup_upd)::float8 AS written FROM pg_stat_user_tables WHERE schemaname = 'crm_core' AND relname = ANY (?)`, [Object.keys(tables)]));
  const warehouse = config.clickhouseUrl === null ? null : new WatermarkReader(config.clickhouseUrl);
  const watermark = kept(() => warehouse?.read(timeoutMs) ?? Promise.resolve(null));

  observed(meter, METRICS.jobs, async (observe) => {
    const rows = await jobs();
    if (rows === null) return;
    // Nothing waiting is a fact as well.
    for (const { name } of queues) for (const state of states) observe(rows.find((row) => row.name === name && row.state === state)?.count ?? 0, { queue: name, state });
  });
  observed(meter, METRICS.jobsOldest, async (observe) => {
    const rows = await jobs();
    if (rows !== null) for (const { name } of queues) observe(Math.max(0, ...rows.filter((row) => row.name === name).map((row) => row.oldest ?? 0)), { queue: name });
  });
  observed(meter, METRICS.webhooks, async (observe) => {
    const row = (await deliveries())?.[0];
    observe(row?.pending, { state: 'pending' });
    observe(row?.dead, { state: 'dead' });
  });
  one(METRICS.webhooksLate, async () => { const row = (await deliveries())?.[0]; return row && Math.max(0, row.late ?? 0); });
  one(METRICS.auditPending, async () => (await audit())?.[0]?.waiting);
  one(METRICS.auditLag, async () => { const row = (await audit())?.[0]; return row && Math.max(0, row.oldest ?? 0); });
  observed(meter, METRICS.scores, async (observe) => {
    for (const { name, written } of (await scores()) ?? []) observe(written, { entity: tables[name as keyof typeof tables] });
  });
  one(METRICS.watermarkLag, async () => (await watermark())?.lag_ms);

  function one(metric: (typeof METRICS)[keyof typeof METRICS], look: () => Promise<number | null | undefined>): void {
    observed(meter, metric, async (observe: Observe) => observe(await look()));
  }
}

async function ask<T>(db: Knex, statement: string, bindings: readonly Knex.RawBinding[] = []): Promise<readonly T[]> {
  const { rows } = await db.raw<{ rows: T[] }>(statement, bindings).timeout(timeoutMs);
  return rows;
}

/** The answer of the last two seconds; null where there is none. */
function kept<T>(look: () => Promise<T>): () => Promise<T | null> {
  let last: { readonly at: number; readonly answer: Promise<T | null> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at > keepMs) last = { at: now, answer: look().catch(() => null) };
    return last.answer;
  };
}
