import type { Knex } from 'knex';
import { requireScope } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { scopeCondition } from '../../kernel/crud/scope.js';
import type { ForecastPeriod } from './forecast.period.js';
import type { AdjustmentRow, AdjustmentTarget } from './forecast.types.js';

const table = 'crm_core.crm_forecast_adjustments';
const ownership = { owner: 't.id', ownerColumn: 'id' } as const;
type Action = 'read' | 'write';

/** The people of `ids` whose forecast the caller may read or adjust. */
async function peopleInReach(db: Reader, call: Call, action: Action, ids: readonly string[]): Promise<AdjustmentTarget[]> {
  const within = scopeCondition(call.actor, 'forecast', action, ownership);
  const { rows } = await db.raw<{ rows: { id: string; name: string }[] }>(`SELECT t.id, t.name FROM crm_core.crm_users t WHERE t.id = ANY(?::uuid[]) AND t.deleted_at IS NULL${within ? ` AND ${within.sql}` : ''}`, [[...ids], ...(within?.bindings ?? [])]);
  return rows.map((row) => ({ ...row, kind: 'owner' }));
}

/** The teams of `ids` whose forecast the caller may read or adjust: a team as a whole is never one's own. */
async function teamsInReach(db: Reader, call: Call, action: Action, ids: readonly string[]): Promise<AdjustmentTarget[]> {
  const scope = requireScope(call.actor, 'forecast', action);
  if (scope === 'own') return [];
  const parts = scope === 'all' ? ['true'] : ['t.id = ANY(?::uuid[])', ...(scope === 'region' && call.actor.region !== null ? [`nullif(t.region, '') = ?`] : [])];
  const bindings: Knex.RawBinding[] = scope === 'all' ? [] : [[...call.actor.teamIds], ...(scope === 'region' && call.actor.region !== null ? [call.actor.region] : [])];
  const { rows } = await db.raw<{ rows: { id: string; name: string }[] }>(`SELECT t.id, t.name FROM crm_core.crm_teams t WHERE t.id = ANY(?::uuid[]) AND t.deleted_at IS NULL AND (${parts.join(' OR ')})`, [[...ids], ...bindings]);
  return rows.map((row) => ({ ...row, kind: 'team' }));
}

/** Those of `ids`, people or teams, whose forecast the caller may read or adjust. */
export async function targetsInReach(db: Reader, call: Call, action: Action, ids: readonly string[]): Promise<AdjustmentTarget[]> {
  return [...await peopleInReach(db, call, action, ids), ...await teamsInReach(db, call, action, ids)];
}

const columnOf = (target: AdjustmentTarget): 'user_id' | 'team_id' => (target.kind === 'owner' ? 'user_id' : 'team_id');

/** Every version of an adjustment, the one in force first. */
export async function listAdjustments(db: Reader, target: AdjustmentTarget, period: ForecastPeriod): Promise<AdjustmentRow[]> {
  const { rows } = await db.raw<{ rows: AdjustmentRow[] }>(`SELECT a.id, a.version, a.delta::text, a.target::text, a.currency::text, a.reason, a.author_id, u.name AS author_name, a.created_at
    FROM ${table} a LEFT JOIN crm_core.crm_users u ON u.id = a.author_id WHERE a.${columnOf(target)} = ? AND a.period_start = ? AND a.period_end = ? AND a.deleted_at IS NULL ORDER BY a.version DESC LIMIT 500`, [target.id, period.start, period.end]);
  return rows;
}

/** Keeps others from adjusting the same at the same time, until the transaction ends. */
export async function lockAdjustment(trx: Knex.Transaction, target: AdjustmentTarget, period: ForecastPeriod): Promise<void> {
  await trx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [`forecast adjustment ${target.id} ${period.start} ${period.end}`]);
}

/** Adds a version. */
export async function insertAdjustment(trx: Knex.Transaction, target: AdjustmentTarget, period: ForecastPeriod, values: Omit<AdjustmentRow, 'id' | 'author_name' | 'created_at'>): Promise<string> {
  const [row] = await trx(table).insert({ ...values, [columnOf(target)]: target.id, period_start: period.start, period_end: period.end }).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** The currency that all money is told in. */
export async function reportingCurrency(db: Reader): Promise<string> {
  const { rows } = await db.raw<{ rows: { code: string }[] }>('SELECT reporting_currency::text AS code FROM crm_core.crm_tenants WHERE deleted_at IS NULL LIMIT 1');
  return rows[0]?.code ?? 'USD';
}
