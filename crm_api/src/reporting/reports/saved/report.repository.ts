import type { Knex } from 'knex';
import type { Call, Reader } from '../../../kernel/context/call.js';
import type { Pins } from '../../analytics/definition.pins.js';
import { reach, reportTables } from './reach.sql.js';
import type { ReportChanges, ReportRow, ReportSummary, VersionRow } from './saved.types.js';

const summary = `t.id, t.name, t.name_ar, t.description, t.description_ar, CASE WHEN f.rank > 0 THEN t.folder_id END AS folder_id, t.owner_id, u.name AS owner_name, t.version,
  t.definition ->> 'view' AS view, t.definition -> 'show' ->> 'shape' AS shape, r.rank, t.created_at, t.updated_at, t.xmin::text AS __version`;
const whole = `${summary}, t.definition, t.pins, t.folder_id AS placed_in, coalesce(f.rank, 0) AS folder_rank`;

/** What of the reports is asked for. */
export interface ReportQuery {
  /** In this folder, not in those within it; null: in none that the caller is shown. */
  readonly folder_id?: string | null;
  /** Part of the name in either language. */
  readonly q?: string;
  /** The name and id of the last one before. */
  readonly after: readonly [name: string, id: string] | null;
  readonly limit: number;
}

/** Reports that the caller is shown, by name; one more than `limit` where there are more. */
export async function listReports(db: Reader, call: Call, { folder_id: folder, q, after, limit }: ReportQuery): Promise<ReportSummary[]> {
  const { sql, bindings } = reach(call);
  const conditions = ['t.deleted_at IS NULL', 'r.rank > 0'];
  const more: Knex.Value[] = [];
  const also = (condition: string, ...values: Knex.Value[]): void => { conditions.push(condition); more.push(...values); };
  if (folder === null) also('coalesce(f.rank, 0) = 0');
  else if (folder !== undefined) also('t.folder_id = ? AND f.rank > 0', folder);
  if (q !== undefined) also(`crm_core.crm_fold(concat_ws(' ', t.name, t.name_ar)) LIKE '%' || regexp_replace(crm_core.crm_fold(?::text), '([\\\\%_])', '\\\\\\1', 'g') || '%'`, q);
  if (after !== null) also('(t.name, t.id) > (?, ?::uuid)', ...after);
  return (await db.raw<{ rows: ReportSummary[] }>(`${sql} SELECT ${summary} FROM ${reportTables} WHERE ${conditions.join(' AND ')} ORDER BY t.name, t.id LIMIT ?`, [...bindings, ...more, limit + 1])).rows;
}

/** One report that the caller is shown, locked where asked for. */
export async function findReport(db: Reader, call: Pick<Call, 'actor'>, id: string, lock: boolean): Promise<ReportRow | undefined> {
  const { sql, bindings } = reach(call);
  return (await db.raw<{ rows: ReportRow[] }>(`${sql} SELECT ${whole} FROM ${reportTables} WHERE t.id = ? AND t.deleted_at IS NULL AND r.rank > 0${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, [...bindings, id])).rows[0];
}

/** A report after its change, whether or not the caller is still shown it: who takes it out of a folder may not be. */
export async function readReport(trx: Knex.Transaction, call: Call, id: string): Promise<ReportRow> {
  const { sql, bindings } = reach(call);
  const [row] = (await trx.raw<{ rows: ReportRow[] }>(`${sql} SELECT ${whole} FROM ${reportTables} WHERE t.id = ?`, [...bindings, id])).rows;
  if (!row) throw new Error(`The report ${id} is gone in the transaction that wrote it`);
  return row;
}

/** How many rows of a table somebody owns. The owner's row is locked, so that two requests at once cannot pass a limit. */
export async function countOwned(trx: Knex.Transaction, table: 'crm_reports' | 'crm_report_folders', ownerId: string): Promise<number> {
  await trx.raw('SELECT 1 FROM crm_core.crm_users WHERE id = ? FOR NO KEY UPDATE', [ownerId]);
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM crm_core.${table} WHERE owner_id = ? AND deleted_at IS NULL`, [ownerId]);
  return rows[0]?.n ?? 0;
}

/** What is written of a report. */
export type ReportValues = Omit<ReportChanges, 'note'> & { readonly pins?: Pins; readonly version?: number; readonly deleted_at?: Date };

// Both are jsonb, which the driver would take for text of its own making.
const stored = ({ definition, pins, ...rest }: ReportValues): Record<string, unknown> => ({ ...rest, ...(definition === undefined ? {} : { definition: JSON.stringify(definition) }), ...(pins === undefined ? {} : { pins: JSON.stringify(pins) }) });

/** Stores a report. */
export async function insertReport(trx: Knex.Transaction, values: ReportValues & { readonly owner_id: string }): Promise<string> {
  const [row] = await trx('crm_core.crm_reports').insert(stored(values)).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a report; without values only its ETag, as something beside it changed. */
export async function updateReport(trx: Knex.Transaction, id: string, values: ReportValues): Promise<void> {
  await trx('crm_core.crm_reports').where({ id }).update({ ...stored(values), updated_at: trx.fn.now() });
}

/** Stores a version, which nothing changes any more. */
export async function insertVersion(trx: Knex.Transaction, { definition, pins, ...rest }: Pick<VersionRow, 'version' | 'definition' | 'pins' | 'note' | 'restored_from' | 'author_id'> & { readonly report_id: string }): Promise<void> {
  await trx('crm_core.crm_report_versions').insert({ ...rest, definition: JSON.stringify(definition), pins: JSON.stringify(pins) });
}

const versions = 'crm_core.crm_report_versions t LEFT JOIN crm_core.crm_users u ON u.id = t.author_id';
const told = 't.version, t.note, t.restored_from, t.author_id, u.name AS author_name, t.created_at';

/** Versions of a report without their definitions, the newest first, below a version where there are earlier pages; one more than `limit` where there are more. */
export async function listVersions(db: Reader, reportId: string, before: number | null, limit: number): Promise<Omit<VersionRow, 'definition' | 'pins'>[]> {
  return (await db.raw<{ rows: VersionRow[] }>(`SELECT ${told} FROM ${versions} WHERE t.report_id = ?${before === null ? '' : ' AND t.version < ?'} ORDER BY t.version DESC LIMIT ?`, [reportId, ...(before === null ? [] : [before]), limit + 1])).rows;
}

/** One version with its definition. */
export async function findVersion(db: Reader, reportId: string, version: number): Promise<VersionRow | undefined> {
  return (await db.raw<{ rows: VersionRow[] }>(`SELECT ${told}, t.definition, t.pins FROM ${versions} WHERE t.report_id = ? AND t.version = ?`, [reportId, version])).rows[0];
}
