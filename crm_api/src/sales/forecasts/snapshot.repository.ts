import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { ForecastPeriod } from './forecast.period.js';

const table = 'crm_core.crm_forecast_snapshots';
// Parameters of one statement are limited to 65,535.
const chunk = 2_000;

/** A number of a snapshot; of a person, or of a team as a whole. */
export interface SnapshotRow {
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly source: 'rep' | 'manager' | 'model' | 'stage';
  readonly category: 'pipeline' | 'best_case' | 'commit' | 'closed' | 'weighted';
  readonly amount: string;
  readonly adjusted_amount: string | null;
  readonly adjustment_reason: string | null;
}

/** What all numbers of a snapshot have in common; `taken_on` is empty for one on demand. */
export interface SnapshotHead {
  readonly taken_at: Date;
  readonly taken_on: string | null;
  readonly currency: string;
  readonly period: ForecastPeriod;
}

/** Stores a snapshot; of a day only what is not there yet. Gives how many numbers were added. */
export async function insertSnapshots(trx: Knex.Transaction, { period, ...head }: SnapshotHead, rows: readonly SnapshotRow[]): Promise<number> {
  let added = 0;
  for (let start = 0; start < rows.length; start += chunk) {
    const made = await trx(table).insert(rows.slice(start, start + chunk).map((row) => ({ ...row, ...head, period_start: period.start, period_end: period.end }))).onConflict().ignore().returning<{ id: string }[]>('id');
    added += made.length;
  }
  return added;
}

/** The day of the last daily snapshot. */
export async function lastDaily(db: Reader): Promise<string | null> {
  const { rows } = await db.raw<{ rows: { day: string | null }[] }>(`SELECT max(taken_on)::text AS day FROM ${table} WHERE taken_on IS NOT NULL AND deleted_at IS NULL`);
  return rows[0]?.day ?? null;
}

/** Why people and teams were last adjusted for a period, by id. */
export async function readReasons(db: Reader, period: ForecastPeriod): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.raw<{ rows: { id: string; reason: string }[] }>(`SELECT DISTINCT ON (user_id, team_id) coalesce(user_id, team_id) AS id, reason FROM crm_core.crm_forecast_adjustments
    WHERE period_start = ? AND period_end = ? AND deleted_at IS NULL ORDER BY user_id, team_id, version DESC`, [period.start, period.end]);
  return new Map(rows.map(({ id, reason }) => [id, reason]));
}

/** Keeps a second worker from taking the same snapshot at the same time. */
export async function lockSnapshots(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`SELECT pg_advisory_xact_lock(hashtextextended('forecast snapshots', 0))`);
}
