import type { Knex } from 'knex';
import type { Reader } from '../../../kernel/context/call.js';
import type { SubjectType } from '../erasure.types.js';
import type { AccessLocale } from './access.words.js';

/** A row of `crm_access_exports`. */
export interface AccessExportRow {
  id: string;
  subject_type: SubjectType;
  subject_id: string;
  locale: AccessLocale;
  requested_by: string | null;
  status: 'queued' | 'running' | 'done' | 'failed' | 'expired';
  attempts: number;
  row_counts: Record<string, number>;
  byte_count: string | null;
  sha256: string | null;
  error_code: string | null;
  finished_at: Date | null;
  expires_at: Date | null;
  downloads: number;
  created_at: Date;
}

const table = 'crm_core.crm_access_exports';
const files = 'crm_core.crm_access_export_files';
const columns = ['id', 'subject_type', 'subject_id', 'locale', 'requested_by', 'status', 'attempts', 'row_counts', 'byte_count', 'sha256', 'error_code', 'finished_at', 'expires_at', 'downloads', 'created_at'] as const;
// One value of a row must fit in memory several times over.
const chunkBytes = 1024 * 1024;

/** Notes a request. */
export async function insertExport(trx: Knex.Transaction, values: Pick<AccessExportRow, 'subject_type' | 'subject_id' | 'locale' | 'requested_by'>): Promise<AccessExportRow> {
  const [row] = await trx(table).insert(values).returning<AccessExportRow[]>([...columns]);
  if (row === undefined) throw new Error('The request was not written');
  return row;
}

/** The language of a person, where a record says it. */
export async function localeOf(db: Reader, type: SubjectType, id: string): Promise<AccessLocale | null> {
  if (type !== 'contact' && type !== 'user') return null;
  const row = await db(`crm_core.crm_${type}s`).where({ id }).first<{ locale: string | null } | undefined>('locale');
  return row?.locale === 'ar' || row?.locale === 'en' ? row.locale : null;
}

/** Whether there is such a record, deleted or not. */
export async function subjectExists(db: Reader, type: SubjectType, id: string): Promise<boolean> {
  return (await db(`crm_core.crm_${type}s`).where({ id }).first<{ id: string } | undefined>('id')) !== undefined;
}

/** Requests, the newest first. */
export async function listExports(db: Reader, limit: number): Promise<AccessExportRow[]> {
  return db(table).whereNull('deleted_at').orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id', order: 'desc' }]).limit(limit).select<AccessExportRow[]>(...columns);
}

/** One request. */
export async function findExport(db: Reader, id: string): Promise<AccessExportRow | undefined> {
  return db(table).where({ id }).whereNull('deleted_at').first<AccessExportRow | undefined>(...columns);
}

/** A request of the same person that is not done yet. */
export async function findOpen(db: Reader, type: SubjectType, id: string): Promise<AccessExportRow | undefined> {
  return db(table).where({ subject_type: type, subject_id: id }).whereIn('status', ['queued', 'running']).whereNull('deleted_at').first<AccessExportRow | undefined>(...columns);
}

/** What the worker has to do, the oldest first. */
export async function listOpen(db: Reader): Promise<AccessExportRow[]> {
  return db(table).whereIn('status', ['queued', 'running']).whereNull('deleted_at').orderBy('id').select<AccessExportRow[]>(...columns);
}

/** Changes a request. */
export async function updateExport(db: Reader, id: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  await db(table).where({ id }).update(values);
}

/** Keeps the file of a request and says that it is there, both or neither. */
export async function storeFile(trx: Knex.Transaction, id: string, content: Buffer, values: Readonly<Record<string, unknown>>): Promise<void> {
  await trx(files).where({ export_id: id }).delete();
  for (let position = 0; position * chunkBytes < content.length; position += 1) {
    await trx(files).insert({ export_id: id, position, content: content.subarray(position * chunkBytes, (position + 1) * chunkBytes) });
  }
  await trx(table).where({ id }).update({ ...values, status: 'done' });
}

/** The file of a request; null where it is gone. */
export async function readFile(db: Reader, id: string): Promise<Buffer | null> {
  const parts = await db(files).where({ export_id: id }).orderBy('position').select<{ content: Buffer }[]>('content');
  return parts.length === 0 ? null : Buffer.concat(parts.map((part) => part.content));
}

/** Removes files whose time is over; answers how many. */
export async function expireFiles(db: Knex): Promise<number> {
  return db.transaction(async (trx) => {
    const over = await trx(table).where('status', 'done').where('expires_at', '<=', trx.fn.now()).update({ status: 'expired' }).returning<{ id: string }[]>('id');
    if (over.length > 0) await trx(files).whereIn('export_id', over.map((one) => one.id)).delete();
    return over.length;
  });
}

/** Removes every file, as an erasure does: what is packed cannot be searched for the person. Whoever still needs one asks again. */
export async function dropAllFiles(trx: Knex.Transaction): Promise<number> {
  await trx(table).whereIn('status', ['done']).update({ status: 'expired', expires_at: trx.fn.now() });
  return trx(files).delete();
}
