import type { Knex } from 'knex';
import type { Call } from '../../../kernel/context/call.js';
import { audit } from '../../../kernel/crud/trail.js';
import { CrmError, notFound } from '../../../kernel/errors/crm.error.js';
import { findPerson } from '../erasure.subject.js';
import type { SubjectType } from '../erasure.types.js';
import { pack, sha256 } from './access.archive.js';
import { collect } from './access.collector.js';
import { findExport, findOpen, insertExport, localeOf, readFile, storeFile, subjectExists, type AccessExportRow } from './access.repository.js';
import type { AccessLocale } from './access.words.js';

/** A week: long enough to hand the file over, short enough that a copy of a person does not lie around. */
export const fileDays = 7;

/**
 * Notes that everything about a person is asked for; the worker makes the file.
 * @throws CrmError 404 without such a record, 409 while one is being made.
 */
export async function requestExport(trx: Knex.Transaction, call: Call, type: SubjectType, id: string, locale: AccessLocale | undefined): Promise<AccessExportRow> {
  if (!(await subjectExists(trx, type, id))) throw notFound(type, id);
  const open = await findOpen(trx, type, id);
  if (open !== undefined) throw new CrmError(409, 'export_running', `The export ${open.id} of this person is being made. Wait for it.`);
  const row = await insertExport(trx, { subject_type: type, subject_id: id, locale: locale ?? (await localeOf(trx, type, id)) ?? 'en', requested_by: call.actor.userId });
  await audit(trx, call, { action: 'create', entity: 'access_exports', entityId: row.id, after: { subject_type: type, subject_id: id, locale: row.locale } });
  return row;
}

/** Makes the file of a request: everything as it was at one moment. A person who was erased meanwhile leaves a request that fails. */
export async function makeExport(db: Knex, row: AccessExportRow): Promise<void> {
  const made = new Date();
  const collected = await db.transaction(async (trx) => collect(trx, await findPerson(trx, row.subject_type, row.subject_id, false)), { isolationLevel: 'repeatable read', readOnly: true });
  const content = await pack(collected, row, made);
  const counts = Object.fromEntries(collected.tables.map(({ table, rows }) => [table, rows.length]));
  await db.transaction((trx) => storeFile(trx, row.id, content, {
    row_counts: JSON.stringify(counts), byte_count: content.length, sha256: sha256(content), finished_at: trx.fn.now(), error_code: null, expires_at: new Date(made.getTime() + fileDays * 24 * 3600_000),
  }));
}

/**
 * The file, once; each time is in the audit log.
 * @throws CrmError 404 without such a request, 409 while it is being made or has failed, 410 when its time is over.
 */
export async function downloadExport(trx: Knex.Transaction, call: Call, id: string): Promise<{ row: AccessExportRow; content: Buffer }> {
  const row = await findExport(trx, id);
  if (row === undefined) throw notFound('access_export', id);
  if (row.status === 'failed') throw new CrmError(409, 'export_failed', 'The export could not be made. Ask for it again.');
  if (row.status === 'queued' || row.status === 'running') throw new CrmError(409, 'export_not_ready', 'The export is being made. Try again in a few seconds.');
  const content = row.status === 'done' && row.expires_at !== null && row.expires_at.getTime() > Date.now() ? await readFile(trx, id) : null;
  if (content === null) throw new CrmError(410, 'export_expired', 'The file is gone: its time was over, or a person was erased meanwhile. Ask for a new one.');
  await trx('crm_core.crm_access_exports').where({ id }).increment('downloads', 1);
  await audit(trx, call, { action: 'export', entity: 'access_exports', entityId: id, after: { subject_type: row.subject_type, subject_id: row.subject_id, sha256: row.sha256 } });
  return { row, content };
}
