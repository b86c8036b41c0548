import pg from 'pg';
import { mirrorType, quoteName, quoteString } from 'crm_warehouse';
import type { ColumnShape, TableShape } from '../mappings/table.shape.js';

/** Rows of a table: all, those of a range of the first key column (texts; `from` is excluded, `to` included), or those with the listed keys. */
export interface RowScope {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Texts of the key's columns, in key order. */
  readonly keys?: readonly (readonly string[])[];
}

/** A key column as a range compares it: the same order on both sides. */
export interface RangeColumn {
  readonly name: string;
  readonly postgres: string;
  readonly warehouse: string;
  bound(text: string): { readonly postgres: string; readonly warehouse: string };
}

function keyColumn(shape: TableShape, name: string): ColumnShape {
  return shape.columns.find((column) => column.name === name)!;
}

/** The column that ranges are made of; null where the two servers have no common order, so that such a table is compared as a whole. */
export function rangeColumn(shape: TableShape): RangeColumn | null {
  const column = keyColumn(shape, shape.primaryKey[0]!);
  const [mine, theirs] = [pg.escapeIdentifier(column.name), quoteName(column.name)];
  // The warehouse orders UUIDs by their second half; as sixteen bytes they are in Postgres' order, and in that of crm_raw.
  if (column.type === 'uuid') return { name: column.name, postgres: mine, warehouse: `UUIDToNum(${theirs})`, bound: (text) => ({ postgres: `${pg.escapeLiteral(text)}::uuid`, warehouse: `UUIDToNum(toUUID(${quoteString(text)}))` }) };
  if (/^(smallint|integer|bigint)$/.test(column.type)) return { name: column.name, postgres: mine, warehouse: theirs, bound: (text) => ({ postgres: `${BigInt(text)}`, warehouse: `${BigInt(text)}` }) };
  if (/^(text|character varying.*)$/.test(column.type)) return { name: column.name, postgres: `${mine} COLLATE "C"`, warehouse: theirs, bound: (text) => ({ postgres: pg.escapeLiteral(text), warehouse: quoteString(text) }) };
  return null;
}

/** Conditions of a scope on each side, empty for all rows. */
export function scopeConditions(shape: TableShape, scope: RowScope): { readonly postgres: string; readonly warehouse: string } {
  const parts: { postgres: string; warehouse: string }[] = [];
  const column = rangeColumn(shape);
  for (const [operator, text] of [['>', scope.from], ['<=', scope.to]] as const) {
    if (text === undefined || column === null) continue;
    const bound = column.bound(text);
    parts.push({ postgres: `${column.postgres} ${operator} ${bound.postgres}`, warehouse: `${column.warehouse} ${operator} ${bound.warehouse}` });
  }
  if (scope.keys) {
    const columns = shape.primaryKey.map((name) => keyColumn(shape, name));
    const tuples = (literal: (column: ColumnShape, text: string) => string): string => scope.keys!.map((key) => `(${columns.map((one, index) => literal(one, key[index]!)).join(', ')})`).join(', ');
    parts.push({
      postgres: `(${columns.map((one) => pg.escapeIdentifier(one.name)).join(', ')}) IN (${tuples((one, text) => `${pg.escapeLiteral(text)}::${one.type}`)})`,
      warehouse: `(${columns.map((one) => quoteName(one.name)).join(', ')}) IN (${tuples((one, text) => `CAST(${quoteString(text)}, ${quoteString(mirrorType(one.type).type)})`)})`,
    });
  }
  return { postgres: parts.map((part) => part.postgres).join(' AND '), warehouse: parts.map((part) => part.warehouse).join(' AND ') };
}
