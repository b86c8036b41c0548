import { uniqueText } from '../../kernel/custom/custom.input.js';
import type { CellValue, EntityDefinition, RowProblem } from './import.types.js';
import type { RowMapper } from './mapping/row.mapper.js';
import type { FileTable } from './reading/file.reader.js';

/** What a first reading of the whole file tells. */
export interface FileSurvey {
  readonly total: number;
  /** Rows that repeat an earlier row's key, by row number. */
  readonly repeated: ReadonlyMap<number, RowProblem>;
  /** Everything by which a row of the file can be named, in lower case. */
  readonly names: ReadonlySet<string>;
}

/** Reads the file once without writing: counts rows, finds repeated keys, and meets every fault of the file's structure. */
export async function surveyFile(table: FileTable, mapper: RowMapper, entity: EntityDefinition): Promise<FileSurvey> {
  const repeated = new Map<number, RowProblem>();
  const names = new Set<string>();
  const firstRowOf = new Map<string, number>();
  const keys = [
    { field: 'external_id', unique: true, scope: undefined, custom: false },
    ...entity.naturalKeys.map((key) => ({ field: key.field, unique: key.unique === true, scope: entity.entity === 'accounts' ? 'region' : undefined, custom: false })),
    ...entity.fields.filter((field) => field.custom?.is_unique === true).map((field) => ({ field: field.key, unique: true, scope: undefined, custom: true })),
  ].filter((key) => mapper.fields.has(key.field));
  let total = 0;
  for await (const row of table.rows) {
    total += 1;
    if (row.problem !== undefined || mapper.isSkipped(row)) continue;
    const { values } = mapper.map(row);
    for (const { field, unique, scope, custom } of keys) {
      const value = textOf(values[field]);
      if (value === null) continue;
      const name = custom ? uniqueText(value) : value.trim().toLowerCase();
      if (!custom) names.add(name);
      if (!unique && typeof values['external_id'] === 'string') continue;
      const key = `${field}\u0000${name}\u0000${scope === undefined ? '' : String(values[scope] ?? '')}`;
      const earlier = firstRowOf.get(key);
      if (earlier === undefined) firstRowOf.set(key, row.rowNumber);
      else if (!repeated.has(row.rowNumber)) {
        repeated.set(row.rowNumber, { code: custom ? 'duplicate_value' : `duplicate_${field}`, field, value, message: `Row ${earlier} of the file already has this ${field.replaceAll('_', ' ')}. Remove one of them, or give each row its own.` });
      }
    }
  }
  return { total, repeated, names };
}

const textOf = (value: CellValue | undefined): string | null => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null);
