import pg from 'pg';
import type { TableShape } from '../../mappings/table.shape.js';
import { refusesFarMoments, refusesNaN } from '../../mappings/row.mapper.js';

const columnList = (shape: TableShape, suffix = ''): string => shape.columns.map((column) => `${pg.escapeIdentifier(column.name)}${suffix}`).join(', ');

/** Schema and table, quoted. */
export function qualifiedName(shape: TableShape): string {
  return `${pg.escapeIdentifier(shape.schema)}.${pg.escapeIdentifier(shape.name)}`;
}

// Columns that may be NULL keep a NaN as NULL; in the others one such row would fail the whole COPY. Keys must not fall together.
function unstorable(shape: TableShape): string | null {
  const conditions = shape.columns.flatMap((column) => {
    const name = pg.escapeIdentifier(column.name);
    if (refusesFarMoments(shape, column)) return [`${name} < '1900-01-01' OR ${name} >= '2300-01-01'`];
    return refusesNaN(column) ? [`${name} = 'NaN'`] : [];
  });
  return conditions.length === 0 ? null : conditions.join(' OR ');
}

/** Reads the rows that the warehouse can hold, as COPY text: the published columns in order. */
export function snapshotCopy(shape: TableShape): string {
  const condition = unstorable(shape);
  return `COPY (SELECT ${columnList(shape)} FROM ${qualifiedName(shape)}${condition === null ? '' : ` WHERE NOT (${condition})`}) TO STDOUT`;
}

/** Reads the rows that the warehouse cannot hold, each column as text; null when every row can be held. */
export function unstorableRows(shape: TableShape): string | null {
  const condition = unstorable(shape);
  return condition === null ? null : `SELECT ${columnList(shape, '::text')} FROM ${qualifiedName(shape)} WHERE ${condition}`;
}
