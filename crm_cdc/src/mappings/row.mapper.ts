import type { TableDescription } from 'crm_warehouse';
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
  return column.notNull && /^numeric\(/.test(column.type);
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
  const columns = shape.columns.map((column) => ({ name: column.name, missing: column.missing, refusesNaN: refusesNaN(column) }));
  const doubtful = columns.filter((column) => column.refusesNaN);
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
      const nan = doubtful.find((column) => row[column.name] === 'NaN');
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
