import type { Knex } from 'knex';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import { fromPostgres } from '../../../kernel/errors/pg.errors.js';
import type { DraftRow, EntityDefinition, FieldDefinition, ImportMapping, MissingReference, PrepareContext, RowProblem } from '../import.types.js';
import { tagTarget } from '../targets/custom.target.js';
import { judgeRows, writeCustomRows } from './custom.writer.js';
import { lockStages, recordStages } from './deal.history.js';
import { recordTrail } from './import.trail.js';
import { matchRecords } from './record.matcher.js';
import { writeRecords, type WrittenRow } from './record.writer.js';
import { ReferenceResolver } from './reference.resolver.js';
import { resolveTags, writeTags } from './tag.writer.js';

/** What a batch is written with. */
export interface BatchContext extends PrepareContext {
  readonly importId: string;
  readonly entity: EntityDefinition;
  readonly mapping: ImportMapping;
  readonly source: string;
  readonly actorId: string | null;
  /** Fields that point at records of the same file; they are linked in a pass of their own. */
  readonly selfFields: readonly FieldDefinition[];
  /** True when the file itself has the record that such a field names. */
  readonly isInFile: (text: string) => boolean;
}

/** Writes one batch inside `trx`: each row whole or not at all, problems noted on the row. */
export async function writeBatch(trx: Knex.Transaction, rows: readonly DraftRow[], context: BatchContext): Promise<WrittenRow[]> {
  const { entity, mapping } = context;
  const resolver = new ReferenceResolver(trx, context.source);
  await resolver.prepare();
  const policy = (field: FieldDefinition): MissingReference => mapping.on_missing?.[field.key] ?? 'error';
  const sound = rows.filter((row) => row.problems.length === 0);
  const own = new Set(context.selfFields.map((field) => field.key));
  await resolver.resolve(sound, entity.fields.filter((field) => field.reference !== undefined && !own.has(field.key)), policy);
  await checkSelfReferences(sound, context, resolver, policy);
  for (const row of sound) if (row.problems.length === 0) entity.prepare?.(row, resolver, context);
  const ready = sound.filter((row) => row.problems.length === 0);
  const matches = await matchRecords(trx, entity, ready, context.source);
  const customs = await judgeRows(trx, entity, ready.filter((row) => row.problems.length === 0), matches);
  const tags = await resolveTags(trx, ready.filter((row) => row.problems.length === 0), { onMissing: policy(tagTarget), importId: context.importId, actorId: context.actorId });
  const writable = ready.filter((row) => row.problems.length === 0);
  const write = async (inner: Knex.Transaction, part: readonly DraftRow[]): Promise<WrittenRow[]> => {
    const before = entity.entity === 'deals' ? await lockStages(inner, part.flatMap((row) => matches.get(row) ?? [])) : new Map<string, string>();
    const records = await writeRecords(inner, entity, part, matches, { source: context.source, ignored: own });
    const written = await writeTags(inner, entity, tags, await writeCustomRows(inner, entity, customs, records));
    if (entity.entity === 'deals') await recordStages(inner, written, before, context.actorId);
    await recordTrail(inner, entity, written, context.importId, context.actorId);
    return written;
  };
  try {
    return await trx.transaction((savepoint) => write(savepoint, writable));
  } catch (error) {
    if (!isRowError(error)) throw error;
  }
  // Some row of the batch breaks a rule of the database: one by one, so that only that row stays out.
  const written: WrittenRow[] = [];
  for (const row of writable) {
    try {
      written.push(...(await trx.transaction((savepoint) => write(savepoint, [row]))));
    } catch (error) {
      if (!isRowError(error)) throw error;
      row.problems.push(problemOf(error));
    }
  }
  return written;
}

function problemOf(error: unknown): RowProblem {
  const coded = error instanceof CrmError ? error : fromPostgres(error);
  const field = error instanceof CrmError ? error.errors?.[0]?.path : undefined;
  return { code: coded?.code ?? 'value_not_storable', message: coded?.message ?? 'The database refused the row.', ...(field === undefined ? {} : { field }) };
}

/** Errors of the data (class 22), of constraints (class 23) and coded ones belong to a row; all others, to the run. */
function isRowError(error: unknown): boolean {
  if (error instanceof CrmError) return true;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^2[23]/.test(code);
}

async function checkSelfReferences(rows: readonly DraftRow[], context: BatchContext, resolver: ReferenceResolver, policy: (field: FieldDefinition) => MissingReference): Promise<void> {
  for (const field of context.selfFields) {
    const texts = new Map(rows.flatMap((row) => (typeof row.values[field.key] === 'string' ? [[row, row.values[field.key] as string] as const] : [])));
    const outside = [...texts.keys()].filter((row) => !context.isInFile(texts.get(row) ?? ''));
    await resolver.resolve(outside, [field], policy);
    // The text is needed again when the links are made.
    for (const [row, text] of texts) if (row.values[field.key] !== null || !outside.includes(row)) row.values[field.key] = text;
  }
}

/** Links records of one file to each other, after all of them are there. Only links that differ are written. */
export async function writeSelfLinks(trx: Knex.Transaction, rows: readonly DraftRow[], context: BatchContext): Promise<void> {
  const { entity } = context;
  const texts = new Map(rows.map((row) => [row, Object.fromEntries(context.selfFields.map((field) => [field.key, row.values[field.key] ?? null]))]));
  const resolver = new ReferenceResolver(trx, context.source);
  await resolver.resolve(rows, context.selfFields, () => 'empty');
  const matches = await matchRecords(trx, entity, rows, context.source);
  for (const field of context.selfFields) {
    const column = field.column ?? field.key;
    const links = rows.flatMap((row) => {
      const id = matches.get(row);
      const target = row.values[field.key];
      return id !== undefined && row.mergedAway !== true && typeof target === 'string' && target !== id && texts.get(row)?.[field.key] !== null ? [{ id, target }] : [];
    });
    if (links.length === 0) continue;
    await trx.raw(
      `UPDATE crm_core.${entity.table} t SET ${column} = i.target FROM jsonb_to_recordset(?::jsonb) AS i(id uuid, target uuid)
        WHERE t.id = i.id AND t.${column} IS DISTINCT FROM i.target`,
      [JSON.stringify(links)],
    );
  }
}
