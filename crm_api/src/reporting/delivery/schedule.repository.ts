import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { ScheduleChange, ScheduleRow, Sources } from './delivery.types.js';

const table = 'crm_core.crm_report_schedules';
const select = `SELECT t.id, t.name, t.owner_id, u.name AS owner_name, t.dashboard_id, d.name AS dashboard_name, d.name_ar AS dashboard_name_ar, t.report_id, p.name AS report_name, p.name_ar AS report_name_ar, t.recipient_ids, t.cadence, t.locale, t.files, t.is_enabled, t.time_zone, t.next_run_at, t.problem,
  t.created_at, t.updated_at, t.xmin::text AS __version, (SELECT coalesce(json_agg(json_build_object('id', r.id, 'name', r.name) ORDER BY r.name, r.id), '[]') FROM crm_core.crm_users r WHERE r.id = ANY(t.recipient_ids)) AS recipients
  FROM ${table} t JOIN crm_core.crm_users u ON u.id = t.owner_id LEFT JOIN crm_core.crm_dashboards d ON d.id = t.dashboard_id LEFT JOIN crm_core.crm_reports p ON p.id = t.report_id`;

/** Somebody's schedules by name. */
export async function listSchedules(db: Reader, ownerId: string): Promise<ScheduleRow[]> {
  return (await db.raw<{ rows: ScheduleRow[] }>(`${select} WHERE t.owner_id = ? AND t.deleted_at IS NULL ORDER BY t.name, t.id LIMIT 1000`, [ownerId])).rows;
}

/** One schedule of somebody, or of anybody for the worker (`ownerId` null), locked where asked for. */
export async function findSchedule(db: Reader, ownerId: string | null, id: string, lock = false): Promise<ScheduleRow | undefined> {
  const mine = ownerId === null ? '' : ' AND t.owner_id = ?';
  return (await db.raw<{ rows: ScheduleRow[] }>(`${select} WHERE t.id = ? AND t.deleted_at IS NULL${mine}${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, ownerId === null ? [id] : [id, ownerId])).rows[0];
}

/** How many schedules somebody has. The owner's row is locked, so that two requests at once cannot pass a limit. */
export async function countSchedules(trx: Knex.Transaction, ownerId: string): Promise<number> {
  await trx.raw('SELECT 1 FROM crm_core.crm_users WHERE id = ? FOR NO KEY UPDATE', [ownerId]);
  const { rows } = await trx.raw<{ rows: { count: number }[] }>(`SELECT count(*)::int AS count FROM ${table} WHERE owner_id = ? AND deleted_at IS NULL`, [ownerId]);
  return rows[0]?.count ?? 0;
}

/** Those of the given ids that are active users with an address. */
export async function reachable(db: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db('crm_core.crm_users').whereIn('id', [...ids]).where({ is_active: true }).whereNull('deleted_at').whereNotNull('email').select<{ id: string }[]>('id');
  return new Set(rows.map(({ id }) => id));
}

type Stored = ScheduleChange & { readonly owner_id?: string; readonly time_zone?: string; readonly next_run_at?: Date; readonly problem?: string | null; readonly deleted_at?: Date };
const stored = ({ cadence, ...rest }: Stored): Record<string, unknown> => ({ ...rest, ...(cadence === undefined ? {} : { cadence: JSON.stringify(cadence) }) });

/** Stores a schedule. */
export async function insertSchedule(trx: Knex.Transaction, values: Stored): Promise<string> {
  const [row] = await trx(table).insert(stored(values)).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a schedule. */
export async function updateSchedule(trx: Reader, id: string, patch: Stored): Promise<void> {
  await trx(table).where({ id }).update(stored(patch));
}

/** Schedules that are due or count in another zone than the one given, locked: each is planned by one worker alone. */
export async function lockDue(trx: Knex.Transaction, zone: string, { dashboards, reports }: Sources, limit: number): Promise<ScheduleRow[]> {
  return (await trx.raw<{ rows: ScheduleRow[] }>(`${select} WHERE t.is_enabled AND t.deleted_at IS NULL AND (t.next_run_at <= now() OR t.time_zone <> ?) AND CASE WHEN t.report_id IS NULL THEN ?::boolean ELSE ?::boolean END ORDER BY t.next_run_at LIMIT ? FOR NO KEY UPDATE OF t SKIP LOCKED`, [zone, dashboards, reports, limit])).rows;
}
