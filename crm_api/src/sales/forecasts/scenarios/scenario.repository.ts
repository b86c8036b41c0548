import type { Knex } from 'knex';
import { scopeOf } from '../../../kernel/context/actor.js';
import type { Call, Reader } from '../../../kernel/context/call.js';
import type { Sql } from '../../../kernel/crud/scope.js';
import type { ScenarioChange, ScenarioRow } from './scenario.types.js';

const table = 'crm_core.crm_forecast_scenarios';
const select = `SELECT t.id, t.name, t.owner_id, u.name AS owner_name, t.period, t.filter, t.changes, t.shared_roles, t.shared_team_ids, t.created_at, t.updated_at, t.xmin::text AS __version
  FROM ${table} t LEFT JOIN crm_core.crm_users u ON u.id = t.owner_id`;

/** The scenarios that a caller is shown: one's own, those shared with a role or team of one's own; with everybody's to write, all that are shared. */
function visible({ actor }: Call): Sql {
  const parts = ['t.shared_roles && ?::text[]', 't.shared_team_ids && ?::uuid[]'];
  const bindings: Knex.Value[] = [[...actor.roles], [...actor.teamIds]];
  if (actor.userId !== null) {
    parts.push('t.owner_id = ?');
    bindings.push(actor.userId);
  }
  if (scopeOf(actor, 'scenarios', 'write') === 'all') parts.push('cardinality(t.shared_roles) + cardinality(t.shared_team_ids) > 0');
  return { sql: `(${parts.join(' OR ')})`, bindings };
}

/** Scenarios that the caller is shown, of one period where that is asked for, by name. */
export async function listScenarios(db: Reader, call: Call, period: string | null): Promise<ScenarioRow[]> {
  const { sql, bindings } = visible(call);
  return (await db.raw<{ rows: ScenarioRow[] }>(`${select} WHERE t.deleted_at IS NULL AND ${sql}${period === null ? '' : ' AND t.period = ?'} ORDER BY t.name, t.id LIMIT 1000`, period === null ? bindings : [...bindings, period])).rows;
}

/** One scenario that the caller is shown, locked where asked for. */
export async function findScenario(db: Reader, call: Call, id: string, lock: boolean): Promise<ScenarioRow | undefined> {
  const { sql, bindings } = visible(call);
  return (await db.raw<{ rows: ScenarioRow[] }>(`${select} WHERE t.id = ? AND t.deleted_at IS NULL AND ${sql}${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, [id, ...bindings])).rows[0];
}

/** A scenario after its change, whether or not the caller is still shown it. */
export async function readScenario(trx: Knex.Transaction, id: string): Promise<ScenarioRow> {
  const [row] = (await trx.raw<{ rows: ScenarioRow[] }>(`${select} WHERE t.id = ?`, [id])).rows;
  if (!row) throw new Error(`The scenario ${id} is gone in the transaction that wrote it`);
  return row;
}

/** How many scenarios somebody has. The owner's row is locked, so that two requests at once cannot pass a limit. */
export async function countOwned(trx: Knex.Transaction, ownerId: string): Promise<number> {
  await trx.raw('SELECT 1 FROM crm_core.crm_users WHERE id = ? FOR NO KEY UPDATE', [ownerId]);
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM ${table} WHERE owner_id = ? AND deleted_at IS NULL`, [ownerId]);
  return rows[0]?.n ?? 0;
}

// Both are jsonb; the arrays are Postgres' own, as the driver takes them.
const stored = ({ filter, changes, ...rest }: ScenarioChange): Record<string, unknown> => ({ ...rest, ...(filter === undefined ? {} : { filter: JSON.stringify(filter) }), ...(changes === undefined ? {} : { changes: JSON.stringify(changes) }) });

/** Stores a scenario. */
export async function insertScenario(trx: Knex.Transaction, values: ScenarioChange & { readonly owner_id: string }): Promise<string> {
  const [row] = await trx(table).insert(stored(values)).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a scenario. */
export async function updateScenario(trx: Knex.Transaction, id: string, patch: ScenarioChange & { readonly deleted_at?: Date }): Promise<void> {
  await trx(table).where({ id }).update(stored(patch));
}
