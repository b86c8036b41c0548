import type { Knex } from 'knex';
import { scopeOf } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import type { Sql } from '../../kernel/crud/scope.js';
import type { Pins } from '../analytics/definition.pins.js';
import { audiences, type DashboardChange, type DashboardRow, type DashboardVersionRow, type Shown } from './dashboard.types.js';

const table = 'crm_core.crm_dashboards';
const select = `SELECT t.id, t.key, t.name, t.name_ar, t.role, t.owner_id, u.name AS owner_name, t.shared_roles, t.shared_team_ids, t.shared_user_ids, t.based_on_id, t.layout, t.period, t.filters, t.version, t.pins, t.created_at, t.updated_at, t.xmin::text AS __version
  FROM ${table} t LEFT JOIN crm_core.crm_users u ON u.id = t.owner_id`;

/** The dashboards that a caller is shown: those delivered, one's own, and what is shared with one's roles, one's teams or oneself; with everybody's to write, all that are shared. */
function visible({ actor }: Call): Sql {
  const parts = ['t.owner_id IS NULL', 't.shared_roles && ?::text[]', 't.shared_team_ids && ?::uuid[]'];
  const bindings: Knex.Value[] = [[...actor.roles], [...actor.teamIds]];
  if (actor.userId !== null) {
    parts.push('t.owner_id = ?', 't.shared_user_ids && ARRAY[?]::uuid[]');
    bindings.push(actor.userId, actor.userId);
  }
  if (scopeOf(actor, 'dashboards', 'write') === 'all') parts.push('cardinality(t.shared_roles) + cardinality(t.shared_team_ids) + cardinality(t.shared_user_ids) > 0');
  return { sql: `(${parts.join(' OR ')})`, bindings };
}

/** Dashboards that the caller is shown: those delivered in their order, then the others by name. */
export async function listDashboards(db: Reader, call: Call): Promise<DashboardRow[]> {
  const { sql, bindings } = visible(call);
  return (await db.raw<{ rows: DashboardRow[] }>(`${select} WHERE t.deleted_at IS NULL AND ${sql} ORDER BY array_position(?::text[], t.key), t.name, t.id LIMIT 1000`, [...bindings, [...audiences]])).rows;
}

/** One dashboard that the caller is shown, locked where asked for. */
export async function findDashboard(db: Reader, call: Call, id: string, lock: boolean): Promise<DashboardRow | undefined> {
  const { sql, bindings } = visible(call);
  return (await db.raw<{ rows: DashboardRow[] }>(`${select} WHERE t.id = ? AND t.deleted_at IS NULL AND ${sql}${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, [id, ...bindings])).rows[0];
}

/** A dashboard after its change, whether or not the caller is still shown it: an administrator who ends a sharing is not. */
export async function readDashboard(trx: Knex.Transaction, id: string): Promise<DashboardRow> {
  const [row] = (await trx.raw<{ rows: DashboardRow[] }>(`${select} WHERE t.id = ?`, [id])).rows;
  if (!row) throw new Error(`The dashboard ${id} is gone in the transaction that wrote it`);
  return row;
}

/** How many dashboards somebody has, and which of them stands in for another. The owner's row is locked, so that two requests at once cannot pass a limit. */
export async function ownedBy(trx: Knex.Transaction, ownerId: string, basedOnId: string | null): Promise<{ readonly count: number; readonly copy: string | null }> {
  await trx.raw('SELECT 1 FROM crm_core.crm_users WHERE id = ? FOR NO KEY UPDATE', [ownerId]);
  const { rows } = await trx.raw<{ rows: { id: string; based_on_id: string | null }[] }>(`SELECT id, based_on_id FROM ${table} WHERE owner_id = ? AND deleted_at IS NULL`, [ownerId]);
  return { count: rows.length, copy: basedOnId === null ? null : rows.find((row) => row.based_on_id === basedOnId)?.id ?? null };
}

/** What is written of a dashboard. */
export type DashboardValues = DashboardChange & { readonly pins?: Pins; readonly version?: number; readonly deleted_at?: Date };

// These are jsonb, for which the driver would take an array as one of Postgres.
function stored(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined).map(([name, value]) => [name, name === 'layout' || name === 'filters' || name === 'pins' ? JSON.stringify(value) : value]));
}

/** Stores a dashboard. */
export async function insertDashboard(trx: Knex.Transaction, values: DashboardValues & { readonly owner_id: string; readonly based_on_id: string | null }): Promise<string> {
  const [row] = await trx(table).insert(stored(values)).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a dashboard. */
export async function updateDashboard(trx: Knex.Transaction, id: string, values: DashboardValues): Promise<void> {
  await trx(table).where({ id }).update(stored(values));
}

/** Stores a version, which nothing changes any more. */
export async function insertVersion(trx: Knex.Transaction, values: Shown & Pick<DashboardVersionRow, 'version' | 'note' | 'restored_from' | 'author_id'> & { readonly dashboard_id: string }): Promise<void> {
  await trx('crm_core.crm_dashboard_versions').insert(stored(values));
}

const versions = 'crm_core.crm_dashboard_versions t LEFT JOIN crm_core.crm_users u ON u.id = t.author_id';
const told = 't.version, t.note, t.restored_from, t.author_id, u.name AS author_name, t.created_at';

/** Versions of a dashboard without what they show, the newest first, below a version where there are earlier pages; one more than `limit` where there are more. */
export async function listVersions(db: Reader, dashboardId: string, before: number | null, limit: number): Promise<Omit<DashboardVersionRow, keyof Shown>[]> {
  return (await db.raw<{ rows: DashboardVersionRow[] }>(`SELECT ${told} FROM ${versions} WHERE t.dashboard_id = ?${before === null ? '' : ' AND t.version < ?'} ORDER BY t.version DESC LIMIT ?`, [dashboardId, ...(before === null ? [] : [before]), limit + 1])).rows;
}

/** One version with what it shows. */
export async function findVersion(db: Reader, dashboardId: string, version: number): Promise<DashboardVersionRow | undefined> {
  return (await db.raw<{ rows: DashboardVersionRow[] }>(`SELECT ${told}, t.layout, t.period, t.filters, t.pins FROM ${versions} WHERE t.dashboard_id = ? AND t.version = ?`, [dashboardId, version])).rows[0];
}
