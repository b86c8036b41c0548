import type { Knex } from 'knex';
import { FeatureFlags } from '../../kernel/flags.js';
import { findEntity } from './entities/index.js';
import { ImportFileError } from './import.errors.js';
import {
  addProgress, dropFile, findImport, insertProblemRows, readFile, reportingCurrency, updateImport, withImportLock, type ImportCounts, type ImportRecord,
} from './import.repository.js';
import type { DraftRow, EntityDefinition, FieldDefinition } from './import.types.js';
import { bindMapping, type RowMapper } from './mapping/row.mapper.js';
import { openTable, type FileTable } from './reading/file.reader.js';
import { surveyFile } from './import.survey.js';
import { withTargets } from './targets/target.reader.js';
import { writeBatch, writeSelfLinks, type BatchContext } from './writing/batch.writer.js';

/** Rows written in one transaction: large enough to be fast, small enough for progress to be seen and a crash to cost little. */
const batchRows = 500;

class DryRun extends Error {}

/**
 * Carries out an import from where it stands. The whole file is checked for structure first, so that a broken file changes nothing;
 * then batches are written, each with its progress in one transaction: after a crash the next run goes on behind the last batch.
 */
export async function runImport(db: Knex, importId: string): Promise<void> {
  await withImportLock(db, importId, async () => {
    const record = await findImport(db, importId);
    if (record === undefined || !['queued', 'running'].includes(record.status)) return;
    try {
      await execute(db, record);
    } catch (error) {
      if (!(error instanceof ImportFileError)) throw error;
      await finish(db, importId, 'failed', { code: error.code, message: error.message });
    }
  });
}

async function open(db: Knex, record: ImportRecord, entity: EntityDefinition): Promise<{ table: FileTable; mapper: RowMapper }> {
  const { delimiter, encoding, sheet } = record.mapping;
  const table = await openTable(readFile(db, record.id), { format: record.format, delimiter, encoding, sheet });
  return { table, mapper: bindMapping(entity, record.mapping, table.columns) };
}

/** The entity with what can be filled now. What its sender may write was judged when the file was taken in. */
async function entityOf(db: Knex, name: string): Promise<EntityDefinition> {
  const entity = findEntity(name);
  if (entity === undefined) throw new ImportFileError('entity_unknown', `“${name}” cannot be imported.`);
  const flags = new FeatureFlags(db);
  await flags.refresh();
  return withTargets(db, entity, { feature: (key) => flags.isOn(key), rule: () => null });
}

async function execute(db: Knex, record: ImportRecord): Promise<void> {
  const entity = await entityOf(db, record.entity);
  const source = record.mapping.source ?? 'file';
  const first = await open(db, record, entity);
  const survey = await surveyFile(first.table, first.mapper, entity);
  await updateImport(db, record.id, { status: 'running', total_rows: survey.total, started_at: record.started_at ?? db.fn.now() });

  const { table, mapper } = await open(db, record, entity);
  const selfFields = entity.fields.filter((field) => mapper.fields.has(field.key) && field.reference !== undefined && field.reference === entity.entity);
  const context: BatchContext = {
    importId: record.id, entity, mapping: record.mapping, source, actorId: record.requested_by, selfFields,
    isInFile: (text) => survey.names.has(text.trim().toLowerCase()), reportingCurrency: await reportingCurrency(db),
  };
  let seen = 0;
  let batch: DraftRow[] = [];
  let skipped = 0;
  const flush = async (): Promise<boolean> => {
    if (batch.length + skipped === 0) return true;
    const rows = batch;
    const counts = { skipped_count: skipped };
    batch = [];
    skipped = 0;
    return runBatch(db, record, rows, context, seen, counts);
  };
  for await (const row of table.rows) {
    seen += 1;
    if (seen <= record.processed_rows) continue;
    if (mapper.isSkipped(row)) skipped += 1;
    else {
      const draft = mapper.map(row);
      const twin = survey.repeated.get(row.rowNumber);
      if (twin !== undefined && draft.problems.length === 0) draft.problems.push(twin);
      batch.push(draft);
    }
    if (batch.length + skipped >= batchRows && !(await flush())) return;
  }
  if (!(await flush())) return;
  if (selfFields.length > 0 && !record.dry_run) await linkSelf(db, record, entity, context, selfFields);
  await finish(db, record.id, 'done', null);
}

/** False when somebody cancelled the import. */
async function runBatch(db: Knex, record: ImportRecord, rows: readonly DraftRow[], context: BatchContext, seen: number, extra: { readonly skipped_count: number }): Promise<boolean> {
  const counts: ImportCounts = { created_count: 0, updated_count: 0, unchanged_count: 0, error_count: 0, ...extra };
  const write = async (trx: Knex.Transaction): Promise<void> => {
    const written = await writeBatch(trx, rows, context);
    for (const { outcome } of written) counts[`${outcome}_count`] += 1;
    counts.error_count += rows.filter((row) => row.problems.length > 0).length;
  };
  const note = async (trx: Knex.Transaction): Promise<void> => {
    await insertProblemRows(trx, record.id, rows);
    await addProgress(trx, record.id, seen, counts);
  };
  return db.transaction(async (trx) => {
    const state = await trx<ImportRecord>('crm_core.crm_imports').where({ id: record.id }).forUpdate().first('status');
    if (state?.status === 'cancelled') return false;
    if (record.dry_run) {
      // The real work in a savepoint that is always taken back: what it reports is what would happen.
      await trx.transaction(async (savepoint) => {
        await write(savepoint);
        throw new DryRun();
      }).catch((error: unknown) => {
        if (!(error instanceof DryRun)) throw error;
      });
    } else await write(trx);
    await note(trx);
    return true;
  });
}

async function linkSelf(db: Knex, record: ImportRecord, entity: EntityDefinition, context: BatchContext, selfFields: readonly FieldDefinition[]): Promise<void> {
  const { table, mapper } = await open(db, record, entity);
  let batch: DraftRow[] = [];
  const flush = async (): Promise<void> => {
    const rows = batch.filter((row) => row.problems.length === 0 && selfFields.some((field) => typeof row.values[field.key] === 'string'));
    batch = [];
    if (rows.length > 0) await db.transaction((trx) => writeSelfLinks(trx, rows, context));
  };
  for await (const row of table.rows) {
    if (!mapper.isSkipped(row)) batch.push(mapper.map(row));
    if (batch.length >= batchRows) await flush();
  }
  await flush();
}

async function finish(db: Knex, id: string, status: 'done' | 'failed', error: { readonly code: string; readonly message: string } | null): Promise<void> {
  await db.transaction(async (trx) => {
    await updateImport(trx, id, { status, finished_at: trx.fn.now(), error: error === null ? null : JSON.stringify(error) });
    await dropFile(trx, id);
  });
}
