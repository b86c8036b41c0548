import pg from 'pg';
import { quoteName } from 'crm_warehouse';
import type { TableShape } from '../mappings/table.shape.js';
import { qualifiedName } from '../sources/embedded/snapshot.query.js';
import { canonicalRow } from './canonical.columns.js';
import { momentParts, visibleAt, type ParityMoment } from './moment.query.js';
import { scopeConditions, type RowScope } from './row.scope.js';

/** Which of the warehouse's tables is compared: every version, or the latest rows that the KPIs read. */
export type WarehouseSide = 'history' | 'raw';

/** What is compared: rows of a table, and into how many groups of keys they are put (256 to the power of `groupBytes`). */
export interface Comparison {
  readonly shape: TableShape;
  readonly scope: RowScope;
  readonly groupBytes: 1 | 2;
}

const hashDigits = 16;

function keyColumns(shape: TableShape): TableShape['columns'] {
  return shape.primaryKey.map((name) => shape.columns.find((column) => column.name === name)!);
}

const and = (condition: string): string => (condition === '' ? '' : ` AND ${condition}`);

/** Rows of Postgres as `bucket, key, hash, names`: `names` lists the texts of the key's columns. */
function postgresRows({ shape, scope, groupBytes }: Comparison): string {
  const key = canonicalRow(keyColumns(shape)).postgres;
  const names = keyColumns(shape).map((column) => `${pg.escapeIdentifier(column.name)}::text`).join(', ');
  const { postgres } = scopeConditions(shape, scope);
  return `SELECT ('x' || left(md5(key), ${groupBytes * 2}))::bit(${groupBytes * 8})::int AS bucket, key, hash, names FROM (
    SELECT ${key} AS key, ('x' || left(md5(${canonicalRow(shape.columns).postgres}), ${hashDigits}))::bit(64)::bigint AS hash, ARRAY[${names}] AS names FROM ${qualifiedName(shape)} WHERE true${and(postgres)}) AS r`;
}

/** Rows of the warehouse in the same form. Inner names start with `_`: ClickHouse lets an alias hide a column, and tables have columns named `key`. */
function warehouseRows({ shape, scope, groupBytes }: Comparison, side: WarehouseSide, moment: ParityMoment): string {
  const table = quoteName(shape.name);
  const keyNames = shape.primaryKey.map(quoteName).join(', ');
  const key = canonicalRow(keyColumns(shape)).warehouse;
  const names = `[${keyColumns(shape).map((column) => `toString(${quoteName(column.name)})`).join(', ')}]`;
  const hash = `reinterpretAsUInt64(reverse(substring(MD5(${canonicalRow(shape.columns).warehouse}), 1, ${hashDigits / 2})))`;
  const { warehouse: within } = scopeConditions(shape, scope);
  const history = (condition: string): string => `
    SELECT _row_key, tupleElement(_row_last, 2) AS _row_hash, _row_names FROM (
      SELECT ${key} AS _row_key, ${names} AS _row_names, argMax((_op = 'd', ${hash}), (_lsn, _seq)) AS _row_last
      FROM crm_history.${table} WHERE ${condition}${and(within)} GROUP BY ${keyNames})
    WHERE NOT tupleElement(_row_last, 1)`;
  const { present, past } = momentParts(shape, moment, and(within));
  // A condition on the key alone is safe before FINAL and spares reading the other columns.
  const rows = side === 'history' ? history(visibleAt(moment)) : `
    SELECT ${key} AS _row_key, ${hash} AS _row_hash, ${names} AS _row_names FROM crm_raw.${table} FINAL ${within === '' ? '' : `PREWHERE ${within} `}WHERE ${present}
    UNION ALL ${history(past)}`;
  const bytes = `reverse(substring(MD5(_row_key), 1, ${groupBytes}))`;
  return `SELECT reinterpretAs${groupBytes === 1 ? 'UInt8' : 'UInt16'}(${bytes}) AS bucket, _row_key AS key, _row_hash AS hash, _row_names AS names FROM (${rows})`;
}

/** Rows and digest of every group of keys. */
export function postgresDigests(comparison: Comparison): string {
  return `SELECT bucket, count(*)::int AS rows, bit_xor(hash)::text AS digest FROM (${postgresRows(comparison)}) AS h GROUP BY bucket`;
}

/** Rows and digest of every group of keys. */
export function warehouseDigests(comparison: Comparison, side: WarehouseSide, moment: ParityMoment): string {
  return `SELECT bucket, toUInt32(count()) AS rows, toString(groupBitXor(hash)) AS digest FROM (${warehouseRows(comparison, side, moment)}) GROUP BY bucket`;
}

/** Key, its texts and the hash of every row of some groups. */
export function postgresBuckets(comparison: Comparison, buckets: readonly number[]): string {
  return `SELECT key, hash::text AS hash, names FROM (${postgresRows(comparison)}) AS h WHERE bucket IN (${buckets.join(', ')})`;
}

/** Key, its texts and the hash of every row of some groups. */
export function warehouseBuckets(comparison: Comparison, side: WarehouseSide, moment: ParityMoment, buckets: readonly number[]): string {
  return `SELECT key, toString(hash) AS hash, names FROM (${warehouseRows(comparison, side, moment)}) WHERE bucket IN (${buckets.join(', ')})`;
}
