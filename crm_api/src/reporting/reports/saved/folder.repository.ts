import type { Knex } from 'knex';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { reach } from './reach.sql.js';
import type { FolderChanges, FolderRow } from './saved.types.js';

const table = 'crm_core.crm_report_folders';
const select = `SELECT t.id, t.name, t.name_ar, CASE WHEN p.rank > 0 THEN t.parent_id END AS parent_id, t.parent_id AS placed_in, coalesce(p.rank, 0) AS parent_rank, r.depth, t.owner_id, u.name AS owner_name, r.rank,
  t.created_at, t.updated_at, t.xmin::text AS __version
  FROM ${table} t JOIN tree r ON r.id = t.id LEFT JOIN tree p ON p.id = t.parent_id LEFT JOIN crm_core.crm_users u ON u.id = t.owner_id`;

/** All folders that the caller is shown, by name. */
export async function listFolders(db: Reader, call: Call): Promise<FolderRow[]> {
  const { sql, bindings } = reach(call);
  return (await db.raw<{ rows: FolderRow[] }>(`${sql} ${select} WHERE r.rank > 0 ORDER BY t.name, t.id`, [...bindings])).rows;
}

/** One folder that the caller is shown, locked where asked for. */
export async function findFolder(db: Reader, call: Call, id: string, lock: boolean): Promise<FolderRow | undefined> {
  const { sql, bindings } = reach(call);
  return (await db.raw<{ rows: FolderRow[] }>(`${sql} ${select} WHERE t.id = ? AND r.rank > 0${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, [...bindings, id])).rows[0];
}

/** A folder after its change, whether or not the caller is still shown it. */
export async function readFolder(trx: Knex.Transaction, call: Call, id: string): Promise<FolderRow> {
  const { sql, bindings } = reach(call);
  const [row] = (await trx.raw<{ rows: FolderRow[] }>(`${sql} ${select} WHERE t.id = ?`, [...bindings, id])).rows;
  if (!row) throw new Error(`The folder ${id} is gone in the transaction that wrote it`);
  return row;
}

/** Until the end of the transaction nobody else puts anything into a folder, moves or deletes one: two moves at once could make a circle, and a deletion beside a move lose a report. */
export async function lockTree(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`SELECT pg_advisory_xact_lock(hashtext('crm_report_folders'))`);
}

/** The folder and all that are in it, with the level of each below it, its own being 0. */
export async function subtree(trx: Knex.Transaction, id: string): Promise<readonly { readonly id: string; readonly level: number }[]> {
  return (await trx.raw<{ rows: { id: string; level: number }[] }>(`
    WITH RECURSIVE below AS (SELECT ?::uuid AS id, 0 AS level UNION ALL SELECT f.id, b.level + 1 FROM ${table} f JOIN below b ON f.parent_id = b.id WHERE f.deleted_at IS NULL)
    SELECT id, level FROM below`, [id])).rows;
}

/** How many reports and folders are in a folder, whoever is shown them. */
export async function countContent(trx: Knex.Transaction, id: string): Promise<{ readonly reports: number; readonly folders: number }> {
  const { rows } = await trx.raw<{ rows: { reports: number; folders: number }[] }>(`
    SELECT (SELECT count(*)::int FROM crm_core.crm_reports WHERE folder_id = ? AND deleted_at IS NULL) AS reports, (SELECT count(*)::int FROM ${table} WHERE parent_id = ? AND deleted_at IS NULL) AS folders`, [id, id]);
  return rows[0] ?? { reports: 0, folders: 0 };
}

/** Stores a folder. */
export async function insertFolder(trx: Knex.Transaction, values: FolderChanges & { readonly owner_id: string }): Promise<string> {
  const [row] = await trx(table).insert({ ...values }).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a folder; without values only its ETag, as something beside it changed. */
export async function updateFolder(trx: Knex.Transaction, id: string, patch: FolderChanges & { readonly deleted_at?: Date }): Promise<void> {
  await trx(table).where({ id }).update({ ...patch, updated_at: trx.fn.now() });
}
