import type { Knex } from 'knex';
import type { DraftRow, ImportMapping, RowProblem } from './import.types.js';

/** State of an import. */
export type ImportStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A row of `crm_imports`. */
export interface ImportRecord {
  readonly id: string;
  readonly entity: string;
  readonly file_name: string;
  readonly format: 'csv' | 'xlsx';
  readonly source: string;
  readonly mapping: ImportMapping;
  readonly dry_run: boolean;
  readonly status: ImportStatus;
  readonly total_rows: number | null;
  readonly processed_rows: number;
  readonly created_count: number;
  readonly updated_count: number;
  readonly unchanged_count: number;
  readonly skipped_count: number;
  readonly error_count: number;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly requested_by: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Problems that many rows share, for people to solve at once. */
export interface ProblemGroup {
  readonly field: string | null;
  readonly code: string;
  readonly value: string | null;
  readonly message: string;
  readonly suggestion: string | null;
  readonly count: number;
}

/** A row that did not go in as it is. */
export interface ProblemRow {
  readonly row_number: number;
  readonly outcome: 'error' | 'warning';
  readonly problems: readonly RowProblem[];
  readonly raw: Readonly<Record<string, string>>;
}

/** Counts that a batch adds. */
export type ImportCounts = Record<'created_count' | 'updated_count' | 'unchanged_count' | 'skipped_count' | 'error_count', number>;

type Reader = Knex | Knex.Transaction;
/** Rows kept with their problems; beyond it only the count goes on, so that a hopeless file cannot fill the disk. */
export const maxKeptProblems = 50_000;
const pieceBytes = 1024 * 1024;

/** Reads one import. */
export async function findImport(db: Reader, id: string): Promise<ImportRecord | undefined> {
  return db<ImportRecord>('crm_core.crm_imports').where({ id }).whereNull('deleted_at').first();
}

/** The newest imports first, before the given one. */
export async function listImports(db: Reader, limit: number, before?: { readonly created_at: string; readonly id: string }): Promise<ImportRecord[]> {
  const query = db<ImportRecord>('crm_core.crm_imports').whereNull('deleted_at').orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id', order: 'desc' }]).limit(limit);
  if (before !== undefined) void query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [before.created_at, before.id]);
  return query;
}

/** Notes a new import. */
export async function insertImport(
  trx: Knex.Transaction,
  values: { readonly entity: string; readonly fileName: string; readonly format: string; readonly mapping: ImportMapping; readonly dryRun: boolean; readonly requestedBy: string | null },
): Promise<ImportRecord> {
  const [made] = await trx('crm_core.crm_imports')
    .insert({
      entity: values.entity, file_name: values.fileName, format: values.format, source: values.mapping.source ?? 'file', mapping: JSON.stringify(values.mapping),
      dry_run: values.dryRun, requested_by: values.requestedBy,
    })
    .returning<ImportRecord[]>('*');
  if (made === undefined) throw new Error('The import was not stored');
  return made;
}

/** Stores an upload in pieces while it arrives; memory stays at one piece. */
export async function storeFile(trx: Knex.Transaction, importId: string, chunks: AsyncIterable<Buffer>): Promise<number> {
  let waiting: Buffer[] = [];
  let size = 0;
  let position = 0;
  let total = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    await trx<{ import_id: string; position: number; content: Buffer }>('crm_core.crm_import_files').insert({ import_id: importId, position, content: Buffer.concat(waiting) });
    position += 1;
    waiting = [];
    size = 0;
  };
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    total += chunk.length;
    if (size >= pieceBytes) await flush();
  }
  await flush();
  return total;
}

/** The upload again, piece by piece. */
export async function* readFile(db: Knex, importId: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += 1) {
    const piece = await db<{ import_id: string; position: number; content: Buffer }>('crm_core.crm_import_files').where({ import_id: importId, position }).first('content');
    if (piece === undefined) return;
    yield piece.content;
  }
}

/** Forgets the upload of an import that has ended. */
export async function dropFile(trx: Knex.Transaction, importId: string): Promise<void> {
  await trx('crm_core.crm_import_files').where({ import_id: importId }).delete();
}

/** Adds to an import's progress; in the same transaction as the rows, so that a crash repeats or loses none. */
export async function addProgress(trx: Knex.Transaction, id: string, processed: number, counts: ImportCounts): Promise<void> {
  await trx('crm_core.crm_imports').where({ id }).update({
    processed_rows: processed,
    ...Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, trx.raw(`?? + ?`, [name, value])])),
  });
}

/** Sets members of an import. */
export async function updateImport(db: Reader, id: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  await db('crm_core.crm_imports').where({ id }).update(values);
}

/** Keeps the rows that have problems or warnings. */
export async function insertProblemRows(trx: Knex.Transaction, importId: string, rows: readonly DraftRow[]): Promise<void> {
  const bad = rows.filter((row) => row.problems.length + row.warnings.length > 0);
  if (bad.length === 0) return;
  const { rows: kept } = await trx.raw<{ rows: { count: string }[] }>('SELECT count(*) FROM crm_core.crm_import_rows WHERE import_id = ?', [importId]);
  const room = maxKeptProblems - Number(kept[0]?.count ?? 0);
  if (room <= 0) return;
  await trx('crm_core.crm_import_rows')
    .insert(bad.slice(0, room).map((row) => ({
      import_id: importId, row_number: row.rowNumber, outcome: row.problems.length > 0 ? 'error' : 'warning',
      problems: JSON.stringify([...row.problems, ...row.warnings]), raw: JSON.stringify(row.raw),
    })))
    .onConflict(['import_id', 'row_number'])
    .merge(['outcome', 'problems']);
}

/** Rows with problems in the order of the file. */
export async function listProblemRows(db: Reader, importId: string, limit: number, after = 0): Promise<ProblemRow[]> {
  return db<ProblemRow & { import_id: string }>('crm_core.crm_import_rows').select('row_number', 'outcome', 'problems', 'raw').where({ import_id: importId }).where('row_number', '>', after).orderBy('row_number').limit(limit);
}

/** Problems counted by field, code and value, most frequent first. */
export async function groupProblems(db: Reader, importId: string, limit = 20): Promise<ProblemGroup[]> {
  const { rows } = await db.raw<{ rows: ProblemGroup[] }>(
    `SELECT p->>'field' AS field, p->>'code' AS code, p->>'value' AS value, min(p->>'message') AS message, min(p->>'suggestion') AS suggestion, count(*)::int AS count
       FROM crm_core.crm_import_rows r, jsonb_array_elements(r.problems) p WHERE r.import_id = ?
      GROUP BY 1, 2, 3 ORDER BY 6 DESC, 1, 2, 3 LIMIT ?`,
    [importId, limit],
  );
  return rows;
}

/** Imports that wait or were interrupted. */
export async function listUnfinished(db: Reader): Promise<string[]> {
  const rows = await db<ImportRecord>('crm_core.crm_imports').select('id').whereIn('status', ['queued', 'running']).whereNull('deleted_at').orderBy('created_at');
  return rows.map((row) => row.id);
}

/** Runs `work` while this process alone holds the import; undefined when another one does. The lock ends with the connection, so a crash frees it. */
export async function withImportLock<T>(db: Knex, id: string, work: () => Promise<T>): Promise<T | undefined> {
  const key = `crm_import:${id}`;
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { locked: boolean }[] }>('SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0)) AS locked', [key]);
    return rows[0]?.locked === true ? work() : undefined;
  });
}

/** Currency that amounts without one are in. */
export async function reportingCurrency(db: Reader): Promise<string> {
  const row = await db<{ reporting_currency: string }>('crm_core.crm_tenants').whereNull('deleted_at').first('reporting_currency');
  return row?.reporting_currency ?? 'USD';
}
