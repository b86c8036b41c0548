import { mirrorType, type TableDescription } from 'crm_warehouse';
import type { Outcome } from '../outcomes/outcome.types.js';
import type { ChangeEnvelope, RowText } from './change.envelope.js';
import type { ColumnShape, TableShape } from './table.shape.js';

/** Maps the envelopes of one table to what its warehouse table takes. */
export interface RowMapper {
  readonly shape: TableShape;
  map(envelope: ChangeEnvelope): Outcome<ChangeEnvelope>;
}

/** True for a column whose warehouse type is a decimal that has neither NaN nor NULL: there is no way to keep a NaN. */
export function refusesNaN(column: ColumnShape): boolean {
  return column.notNull && mirrorType(column.type).type.startsWith('Decimal');
}

/** True for a key column that is a moment: outside of the warehouse's years all would become the same key, and rows would be lost. */
export function refusesFarMoments(shape: TableShape, column: ColumnShape): boolean {
  return shape.primaryKey.includes(column.name) && /^Date/.test(mirrorType(column.type).type);
}

// Postgres prints years after 9999 with more digits, years before 1 with "BC", and infinities as words.
function isFar(moment: string | null | undefined): boolean {
  return typeof moment === 'string' && !(/^\d{4}-/.test(moment) && !moment.endsWith('BC') && moment >= '1900' && moment < '2300');
}

/** The table as the warehouse wants it described. */
export function describeTable(shape: TableShape): TableDescription {
  return {
    schema: shape.schema,
    name: shape.name,
    columns: shape.columns.map((column) => ({
      name: column.name,
      pgType: column.type,
      nullable: !column.notNull,
      primaryKeyPosition: shape.primaryKey.indexOf(column.name) + 1,
      missingValue: column.missing,
    })),
  };
}

/**
 * Prepares the mapping of a table. Columns that the catalogue no longer lists are left out; columns newer than the change get the
 * value that Postgres gives to older rows. Only the final row is kept: of an update the new one, of a delete the old one.
 */
export function createRowMapper(shape: TableShape): RowMapper {
  const columns = shape.columns.map((column) => ({ name: column.name, missing: column.missing }));
  const decimals = shape.columns.filter(refusesNaN);
  const moments = shape.columns.filter((column) => refusesFarMoments(shape, column));
  const complete = (row: RowText): RowText => {
    // Nearly always the row has the very columns of the catalogue and need not be copied.
    let same = true;
    for (const column of columns) if (row[column.name] === undefined) { same = false; break; }
    if (same && Object.keys(row).length === columns.length) return row;
    const values: Record<string, string | null> = {};
    for (const column of columns) {
      const value = row[column.name];
      if (value !== undefined) values[column.name] = value;
      else if (column.missing !== null) values[column.name] = column.missing;
    }
    return values;
  };
  return {
    shape,
    map(envelope) {
      const row = complete(envelope.after ?? envelope.before ?? {});
      const far = moments.find((column) => isFar(row[column.name]));
      if (far) return { kind: 'dead_letter', reason: 'out_of_range', detail: `${far.name}: a moment outside of the years 1900 to 2299 cannot be a key of the warehouse` };
      const nan = decimals.find((column) => row[column.name] === 'NaN');
      if (nan) return { kind: 'dead_letter', reason: 'out_of_range', detail: `${nan.name}: NaN has no place in a decimal column that may not be NULL` };
      return { kind: 'ok', value: envelope.op === 'd' ? { ...envelope, before: row } : { ...envelope, before: null, after: row } };
    },
  };
}

/** Rough size of a row in characters, for bounding memory. */
export function rowSize(envelope: ChangeEnvelope): number {
  const row = envelope.after ?? envelope.before ?? {};
  let size = 64;
  for (const name in row) size += row[name]?.length ?? 0;
  return size;
}
