import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Action, Resource } from 'crm_db';
import { requireScope, scopeOf } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import { fieldRule } from '../../kernel/crud/field.access.js';
import { CrmError, forbidden, invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import { findEntity, importEntities } from './entities/index.js';
import { ImportFileError } from './import.errors.js';
import { findImport, groupProblems, insertImport, listProblemRows, storeFile, updateImport, type ImportRecord } from './import.repository.js';
import type { EntityDefinition, ImportMapping } from './import.types.js';
import { mappingSchema } from './mapping/mapping.schema.js';
import { suggestColumns, suggestEntity } from './mapping/mapping.suggestion.js';
import { mappedFields } from './mapping/mapping.targets.js';
import { bindMapping } from './mapping/row.mapper.js';
import { importPresets, matchPresetFile } from './presets/index.js';
import { encodings } from './reading/encoding.js';
import { detectFormat, openTable } from './reading/file.reader.js';
import { accessOf, allTargets, withTargets } from './targets/target.reader.js';
import { canCreate } from './writing/reference.creation.js';

/** A file that hapi has put on disk. */
export interface UploadedFile {
  readonly path: string;
  readonly filename: string;
  readonly bytes: number;
}

const sampleRows = 5;

/** An upload problem as the API answers it: 422 with the file's own code. */
function asProblem(error: unknown): unknown {
  return error instanceof ImportFileError ? new CrmError(422, error.code, error.message, { cause: error }) : error;
}

function requireEntity(name: string): EntityDefinition {
  const entity = findEntity(name);
  if (entity === undefined) throw invalidBody([{ path: 'entity', code: 'unknown_entity', message: `“${name}” cannot be imported. Choose one of: ${importEntities.map((each) => each.entity).join(', ')}.` }]);
  return entity;
}

/** Rows of a file belong to many owners: only who may write all records of a kind can import it. */
function requireAll(call: Call, entity: string, action: Action): void {
  const resource: Resource = entity === 'stages' ? 'pipelines' : (entity as Resource);
  if (requireScope(call.actor, resource, action) !== 'all') {
    throw forbidden(`Importing ${entity} needs the right to ${action} all ${entity}; your role reaches fewer. Ask an administrator to import the file.`);
  }
}

/** A file must not write what its sender may not, nor make records of another kind that the sender may not make. */
function requireFields(call: Call, entity: EntityDefinition, mapping: ImportMapping): void {
  const refused = mappedFields(mapping).filter((key) => {
    const definition = entity.fields.find((one) => one.key === key);
    return [key, definition?.column ?? key, `${key}_id`].some((name) => fieldRule(call.actor, entity.entity as Resource, name) !== null);
  });
  if (refused.length > 0) throw forbidden(`Your role may not write ${refused.join(', ')} of ${entity.entity}; leave these columns out of the mapping.`);
  for (const [key, missing] of Object.entries(mapping.on_missing ?? {})) {
    const field = entity.fields.find((one) => one.key === key);
    const reference = field?.tags === true ? 'tags' : field?.reference;
    if (missing === 'create' && reference !== undefined && reference !== entity.entity) requireAll(call, reference, 'write');
  }
}

async function head(file: UploadedFile): Promise<Buffer> {
  const handle = await open(file.path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* pieces(path: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Buffer;
}

/** Looks at a file: columns, samples, the likely entity and mapping. Nothing is kept. */
export async function previewFile(call: Call, file: UploadedFile, wanted: { readonly entity?: string; readonly encoding?: string }): Promise<object> {
  try {
    const format = detectFormat(file.filename, await head(file));
    const table = await openTable(pieces(file.path), { format, encoding: wanted.encoding });
    const samples: Record<string, string>[] = [];
    for await (const row of table.rows) {
      samples.push(row.cells);
      if (samples.length >= sampleRows) break;
    }
    const known = matchPresetFile(file.filename, table.columns);
    const preset = known === undefined || known === 'ignored' ? undefined : known;
    const entities = await allTargets(call.db, accessOf(call));
    const entity = wanted.entity ?? preset?.file.entity ?? (known === 'ignored' ? undefined : suggestEntity(file.filename, table.columns, entities)?.entity);
    const definition = entities.find((one) => one.entity === entity);
    const suggested: ImportMapping | null =
      preset !== undefined && preset.file.entity === entity ? preset.file.mapping : definition === undefined ? null : { columns: suggestColumns(definition, table.columns) };
    const mapping = suggested === null || wanted.encoding === undefined ? suggested : { ...suggested, encoding: wanted.encoding };
    return {
      file_name: file.filename,
      format,
      columns: table.columns.map((name) => {
        const mapped = mapping?.columns[name] ?? null;
        return { name, samples: samples.map((row) => (row[name] ?? '').slice(0, 100)), field: mapped === null ? null : typeof mapped === 'string' ? mapped : mapped.field };
      }),
      entity: entity ?? null,
      mapping,
      preset: preset === undefined ? null : { name: preset.preset.name, label: preset.preset.label },
      holds_records: known !== 'ignored',
    };
  } catch (error) {
    throw asProblem(error);
  } finally {
    await rm(file.path, { force: true });
  }
}

/** Takes in a file and queues its import. A file that cannot be read as a table with this mapping is refused before anything is stored. */
export async function createImport(call: Call, file: UploadedFile, request: { readonly entity: string; readonly mapping: string; readonly dryRun: boolean }): Promise<ImportRecord> {
  try {
    const entity = await withTargets(call.db, requireEntity(request.entity), accessOf(call));
    requireAll(call, entity.entity, 'write');
    const mapping = parseMapping(request.mapping);
    requireFields(call, entity, mapping);
    const format = detectFormat(file.filename, await head(file));
    const table = await openTable(pieces(file.path), { format, delimiter: mapping.delimiter, encoding: mapping.encoding, sheet: mapping.sheet });
    bindMapping(entity, mapping, table.columns);
    const record = await call.db.transaction(async (trx) => {
      const made = await insertImport(trx, { entity: entity.entity, fileName: file.filename.slice(0, 255), format, mapping, dryRun: request.dryRun, requestedBy: call.actor.userId });
      await storeFile(trx, made.id, pieces(file.path));
      return made;
    });
    await call.jobs.send('crm_import', { import_id: record.id });
    return record;
  } catch (error) {
    throw asProblem(error);
  } finally {
    await rm(file.path, { force: true });
  }
}

function parseMapping(text: string): ImportMapping {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CrmError(422, 'mapping_invalid', 'The part “mapping” is not valid JSON. Send an object such as {"columns": {"Name": "legal_name"}}.', { cause });
  }
  const { error, value } = mappingSchema.validate(json, { abortEarly: false });
  if (error !== undefined) throw invalidBody(error.details.map((detail) => ({ path: `mapping.${detail.path.join('.')}`, code: 'mapping_invalid', message: detail.message })));
  return value;
}

/** An import as the API answers it. */
export function presentImport(record: ImportRecord): object {
  const { id, entity, file_name, format, source, dry_run, status, total_rows, processed_rows, error, started_at, finished_at, created_at, updated_at } = record;
  return {
    id, entity, file_name, format, source, dry_run, status, total_rows, processed_rows,
    counts: { created: record.created_count, updated: record.updated_count, unchanged: record.unchanged_count, skipped: record.skipped_count, errors: record.error_count },
    error, started_at, finished_at, created_at, updated_at,
  };
}

/** One import with its problems. Who may only read own imports sees only these. */
export async function getImport(call: Call, id: string): Promise<object> {
  const record = await visibleImport(call, id);
  const [groups, rows] = await Promise.all([groupProblems(call.db, id), listProblemRows(call.db, id, 100)]);
  return {
    ...presentImport(record),
    mapping: record.mapping,
    problem_groups: groups,
    errors: rows.map(({ row_number, outcome, problems, raw }) => ({ row: row_number, outcome, problems, raw })),
  };
}

/** The import, if the caller may see it. */
export async function visibleImport(call: Call, id: string): Promise<ImportRecord> {
  const record = await findImport(call.db, id);
  const reach = requireScope(call.actor, 'imports', 'read');
  if (record === undefined || (reach !== 'all' && record.requested_by !== call.actor.userId)) throw notFound('import', id);
  return record;
}

/** Stops an import after its present batch; what is written stays written. */
export async function cancelImport(call: Call, id: string): Promise<object> {
  const record = await visibleImport(call, id);
  if (!['queued', 'running'].includes(record.status)) throw new CrmError(409, 'import_ended', `The import is ${record.status} already; there is nothing to cancel.`);
  await updateImport(call.db, id, { status: 'cancelled', finished_at: call.db.fn.now() });
  return presentImport(await visibleImport(call, id));
}

/** Entities, fields and presets, for people and for tools; of tags and custom fields those that the caller may write. */
export async function importCatalogue(call: Call): Promise<object> {
  const canTag = scopeOf(call.actor, 'tags', 'write') === 'all';
  return {
    entities: (await allTargets(call.db, accessOf(call))).map(({ entity, label, fields }) => ({
      entity,
      label,
      fields: fields.map((field) => ({
        key: field.key, label: field.label, type: field.tags === true ? 'tags' : field.custom?.type ?? field.type, required: field.required === true,
        ...(field.choices === undefined ? {} : { choices: field.choices }),
        ...(field.reference === undefined ? {} : { reference: field.reference, can_create: canCreate(field.reference) }),
        ...(field.tags === true ? { reference: 'tags', can_create: canTag } : {}),
        ...(field.custom === undefined ? {} : { custom: true, required_for_new: field.custom.required }),
      })),
    })),
    presets: importPresets.map(({ name, label }) => ({ name, label })),
    encodings: [...encodings],
  };
}
