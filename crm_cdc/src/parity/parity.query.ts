import { quoteName } from 'crm_warehouse';
import type { TableShape } from '../mappings/table.shape.js';
import { qualifiedName } from '../sources/embedded/snapshot.query.js';
import { canonicalRow } from './canonical.columns.js';

/** The moment both sides are compared at. */
export interface ParityMoment {
  /** The consistent point of the Postgres snapshot. */
  readonly lsn: bigint;
  /** Every change up to here belongs to a transaction that the snapshot contains. */
  readonly settledLsn: bigint;
  /** Transactions from here on are not in the snapshot, 32 bits. */
  readonly xmax: bigint;
  /** Transactions below `xmax` that are not in the snapshot, 32 bits. */
  readonly open: readonly bigint[];
}

/** Which of the warehouse's tables is compared: every version, or the latest rows that the KPIs read. */
export type WarehouseSide = 'history' | 'raw';

// 65,536 groups of keys: with 10 million rows one group holds about 150.
const bucketDigits = 4;
const hashDigits = 16;

function keyColumns(shape: TableShape): TableShape['columns'] {
  return shape.primaryKey.map((name) => shape.columns.find((column) => column.name === name)!);
}

/** Rows of Postgres as `bucket, key, hash`. */
function postgresRows(shape: TableShape): string {
  const key = canonicalRow(keyColumns(shape)).postgres;
  return `SELECT ('x' || left(md5(key), ${bucketDigits}))::bit(16)::int AS bucket, key, hash FROM (
    SELECT ${key} AS key, ('x' || left(md5(${canonicalRow(shape.columns).postgres}), ${hashDigits}))::bit(64)::bigint AS hash FROM ${qualifiedName(shape)}) AS r`;
}

/** True for a version that the Postgres snapshot contains. A change's own position is not enough: its transaction may commit later. */
export function visibleAt(moment: ParityMoment): string {
  const open = moment.open.length === 0 ? '' : ` AND _xid NOT IN (${moment.open.join(', ')})`;
  // Transaction numbers turn over at 2^32; within the short way between the two positions the signed distance is exact.
  return `(_lsn <= ${moment.settledLsn} OR (_lsn <= ${moment.lsn} AND (_xid = 0 OR (toInt32(toUInt32(${moment.xmax}) - toUInt32(_xid)) > 0${open}))))`;
}

/** Rows of the warehouse as `bucket, key, hash`. Inner names start with `_`: ClickHouse lets an alias hide a column, and tables have columns named `key`. */
function warehouseRows(shape: TableShape, side: WarehouseSide, moment: ParityMoment): string {
  const table = quoteName(shape.name);
  const keyNames = shape.primaryKey.map(quoteName).join(', ');
  const key = canonicalRow(keyColumns(shape)).warehouse;
  const hash = `reinterpretAsUInt64(reverse(substring(MD5(${canonicalRow(shape.columns).warehouse}), 1, ${hashDigits / 2})))`;
  const history = (condition: string): string => `
    SELECT _row_key, tupleElement(_row_last, 2) AS _row_hash FROM (
      SELECT ${key} AS _row_key, argMax((_op = 'd', ${hash}), (_lsn, _seq)) AS _row_last
      FROM crm_history.${table} WHERE ${visibleAt(moment)}${condition} GROUP BY ${keyNames})
    WHERE NOT tupleElement(_row_last, 1)`;
  // Rows changed since have their state of that moment in the history only.
  const later = `SELECT ${keyNames} FROM crm_history.${table} WHERE NOT ${visibleAt(moment)}`;
  const rows = side === 'history' ? history('') : `
    SELECT ${key} AS _row_key, ${hash} AS _row_hash FROM crm_raw.${table} FINAL WHERE (${keyNames}) NOT IN (${later})
    UNION ALL ${history(` AND (${keyNames}) IN (${later})`)}`;
  return `SELECT reinterpretAsUInt16(reverse(substring(MD5(_row_key), 1, ${bucketDigits / 2}))) AS bucket, _row_key AS key, _row_hash AS hash FROM (${rows})`;
}

/** Rows and digest of every group of keys. */
export function postgresDigests(shape: TableShape): string {
  return `SELECT bucket, count(*)::int AS rows, bit_xor(hash)::text AS digest FROM (${postgresRows(shape)}) AS h GROUP BY bucket`;
}

/** Rows and digest of every group of keys. */
export function warehouseDigests(shape: TableShape, side: WarehouseSide, moment: ParityMoment): string {
  return `SELECT bucket, toUInt32(count()) AS rows, toString(groupBitXor(hash)) AS digest FROM (${warehouseRows(shape, side, moment)}) GROUP BY bucket`;
}

/** Key and hash of every row of some groups. */
export function postgresBuckets(shape: TableShape, buckets: readonly number[]): string {
  return `SELECT key, hash::text AS hash FROM (${postgresRows(shape)}) AS h WHERE bucket IN (${buckets.join(', ')})`;
}

/** Key and hash of every row of some groups. */
export function warehouseBuckets(shape: TableShape, side: WarehouseSide, moment: ParityMoment, buckets: readonly number[]): string {
  return `SELECT key, toString(hash) AS hash FROM (${warehouseRows(shape, side, moment)}) WHERE bucket IN (${buckets.join(', ')})`;
}
