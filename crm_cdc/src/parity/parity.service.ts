import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createWarehouse, quoteName, type Warehouse } from 'crm_warehouse';
import { formatLsn } from '../mappings/lsn.codec.js';
import type { TableShape } from '../mappings/table.shape.js';
import { readPublishedTables } from '../sources/embedded/catalogue.reader.js';
import { textSession } from '../sources/embedded/session.options.js';
import { createSlot } from '../sources/embedded/slot.manager.js';
import { postgresBuckets, postgresDigests, warehouseBuckets, warehouseDigests, type ParityMoment, type WarehouseSide } from './parity.query.js';

/** What is compared. */
export interface ParityOptions {
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  readonly publication?: string;
  /** Name of the watermark. Default `embedded`. */
  readonly source?: string;
  /** Longest wait for the warehouse to reach the compared position, ms. */
  readonly waitMs: number;
  readonly log?: (message: string) => void;
}

/** A row that is not the same on both sides. `key` shows the primary key. */
export interface ParityDifference {
  readonly kind: 'missing' | 'extra' | 'changed';
  readonly side: WarehouseSide;
  readonly key: string;
}

/** What was found in one table. */
export interface TableParity {
  readonly table: string;
  /** Rows of either side. */
  readonly rows: number;
  readonly different: number;
  /** The first differences, at most ten. */
  readonly examples: readonly ParityDifference[];
}

/** The whole comparison. */
export interface ParityReport {
  readonly lsn: bigint;
  readonly rows: number;
  readonly different: number;
  readonly tables: readonly TableParity[];
}

interface Digest { readonly rows: number; readonly digest: bigint }
interface Session { readonly client: pg.Client; readonly warehouse: Warehouse; readonly moment: ParityMoment; readonly log: (message: string) => void }

// Groups whose rows are read at once: a few ten thousand keys and hashes in memory.
const groupsAtOnce = 256;
const shownExamples = 10;
// A row that changes between the two reads of one query shows as a difference that is gone when looked at again.
const looks = 4;

/** Compares every published table of Postgres with the warehouse at one position of the log. Throws when the warehouse does not get there in time. */
export async function compareParity(options: ParityOptions): Promise<ParityReport> {
  for (let attempt = 1; ; attempt++) {
    const { report, overtaken } = await compareOnce(options);
    if (!overtaken || attempt === attempts) return report;
    options.log?.('a table was read anew behind the compared position; comparing again');
  }
}

// A new snapshot of a table is rare; three in a row while they are compared do not happen by themselves.
const attempts = 3;

/** `overtaken`: a differing table has rows of a snapshot taken behind the position, so its state there is no longer known. */
async function compareOnce(options: ParityOptions): Promise<{ report: ParityReport; overtaken: boolean }> {
  const { postgresUrl, publication = 'crm_cdc', log = () => undefined } = options;
  const warehouse = createWarehouse(options.warehouseUrl);
  // A plain snapshot and the position read beside it need not belong together; a slot's consistent point is exact.
  const held = await createSlot(postgresUrl, `crm_parity_${process.pid}`, { temporary: true, timeoutMs: Math.max(1_000, options.waitMs) });
  const client = new pg.Client({ connectionString: postgresUrl, application_name: 'crm_parity', options: textSession });
  client.on('error', () => undefined); // Shows as the failure of the query.
  try {
    await client.connect();
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(held.snapshotName)}`);
    const moment = await readMoment(client, held.consistentLsn, held.versionLsn);
    await reach(warehouse, options.source ?? 'embedded', moment.lsn, options.waitMs);
    log(`comparing at ${formatLsn(moment.lsn)}`);
    const tables: TableParity[] = [];
    for (const shape of await readPublishedTables(client, publication)) tables.push(await compareTable({ client, warehouse, moment, log }, shape));
    const sum = (of: (table: TableParity) => number): number => tables.reduce((total, table) => total + of(table), 0);
    const report = { lsn: moment.lsn, rows: sum((table) => table.rows), different: sum((table) => table.different), tables };
    let overtaken = false;
    for (const { table } of tables.filter((one) => one.different > 0)) overtaken ||= await readAnewBehind(warehouse, table, moment.lsn);
    return { report, overtaken };
  } finally {
    await client.end().catch(() => undefined);
    await held.release().catch(() => undefined);
    await warehouse.close();
  }
}

async function readMoment(client: pg.Client, lsn: bigint, settledLsn: bigint): Promise<ParityMoment> {
  const { rows } = await client.query<{ xmax: string; open: string[] }>(
    `SELECT pg_snapshot_xmax(s)::text AS xmax, ARRAY(SELECT x::text FROM pg_snapshot_xip(s) AS x) AS open FROM pg_current_snapshot() AS s`);
  const short = (xid: string): bigint => BigInt.asUintN(32, BigInt(xid));
  return { lsn, settledLsn, xmax: short(rows[0]!.xmax), open: rows[0]!.open.map(short) };
}

async function reach(warehouse: Warehouse, source: string, lsn: bigint, waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const row = await warehouse.first<{ lsn: string }>('SELECT lsn FROM crm_raw._watermark FINAL WHERE source = {source:String}', { params: { source } });
    const reached = BigInt(row?.lsn ?? 0);
    if (reached >= lsn) return;
    if (Date.now() > deadline) throw new Error(`The warehouse stands at ${formatLsn(reached)} and did not reach ${formatLsn(lsn)} within ${Math.round(waitMs / 1000)} s; check that the stream runs`);
    await delay(50);
  }
}

async function compareTable(session: Session, shape: TableShape): Promise<TableParity> {
  const { client, warehouse, moment, log } = session;
  const missingColumns = await absentColumns(warehouse, shape);
  if (missingColumns.length > 0) log(`${shape.name}: the warehouse lacks ${missingColumns.join(', ')}`);
  const here = new Map((await client.query<{ bucket: number; rows: number; digest: string }>(postgresDigests(shape))).rows.map((row): [number, Digest] => [row.bucket, { rows: row.rows, digest: BigInt.asUintN(64, BigInt(row.digest)) }]));
  let rows = 0;
  for (const digest of here.values()) rows += digest.rows;
  // Without the table or a column there is nothing to compare with: every row differs.
  if (missingColumns.length > 0) return { table: shape.name, rows, different: rows, examples: [] };

  const differences = new Map<string, ParityDifference>();
  let extra = 0;
  for (const side of ['history', 'raw'] as const) {
    const there = new Map((await warehouse.rows<{ bucket: number; rows: number; digest: string }>(warehouseDigests(shape, side, moment), inOrder)).map((row): [number, Digest] => [row.bucket, { rows: row.rows, digest: BigInt(row.digest) }]));
    const suspects = [...new Set([...here.keys(), ...there.keys()])].filter((bucket) => {
      const [a, b] = [here.get(bucket), there.get(bucket)];
      return a?.rows !== b?.rows || a?.digest !== b?.digest;
    });
    for (let at = 0; at < suspects.length; at += groupsAtOnce) {
      for (const difference of await compareBuckets(session, shape, side, suspects.slice(at, at + groupsAtOnce))) {
        if (!differences.has(difference.key) && difference.kind === 'extra') extra++;
        if (!differences.has(difference.key)) differences.set(difference.key, difference);
      }
    }
  }
  const examples = [...differences.values()].slice(0, shownExamples);
  for (const { kind, side, key } of examples) log(`${shape.name}: ${key} is ${kind} in crm_${side}`);
  return { table: shape.name, rows: rows + extra, different: differences.size, examples };
}

// Groups come in the order of the table, so that the state of one key at a time is held and not of all.
const inOrder = { settings: { optimize_aggregation_in_order: 1 as const } };

async function compareBuckets(session: Session, shape: TableShape, side: WarehouseSide, buckets: readonly number[]): Promise<ParityDifference[]> {
  const here = new Map((await session.client.query<{ key: string; hash: string }>(postgresBuckets(shape, buckets))).rows.map((row) => [row.key, BigInt.asUintN(64, BigInt(row.hash))]));
  let found: ParityDifference[] = [];
  for (let look = 0; look < looks; look++) {
    const there = new Map((await session.warehouse.rows<{ key: string; hash: string }>(warehouseBuckets(shape, side, session.moment, buckets), inOrder)).map((row) => [row.key, BigInt(row.hash)]));
    const now: ParityDifference[] = [];
    for (const [key, hash] of here) {
      const other = there.get(key);
      if (other !== hash) now.push({ kind: other === undefined ? 'missing' : 'changed', side, key });
    }
    for (const key of there.keys()) if (!here.has(key)) now.push({ kind: 'extra', side, key });
    const before = new Set(found.map((difference) => difference.key));
    found = look === 0 ? now : now.filter((difference) => before.has(difference.key));
    if (found.length === 0) return found;
    if (look < looks - 1) await delay(100);
  }
  return found;
}

async function readAnewBehind(warehouse: Warehouse, table: string, lsn: bigint): Promise<boolean> {
  const exists = await warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_history' AND name = {table:String}`, { params: { table } });
  if (!exists) return false;
  return (await warehouse.first(`SELECT 1 AS one FROM crm_history.${quoteName(table)} WHERE _op = 'r' AND _lsn > ${String(lsn)} LIMIT 1`)) !== undefined;
}

async function absentColumns(warehouse: Warehouse, shape: TableShape): Promise<string[]> {
  const rows = await warehouse.rows<{ name: string }>(`SELECT name FROM system.columns WHERE database IN ('crm_raw', 'crm_history') AND table = {table:String} GROUP BY name HAVING count() = 2`, { params: { table: shape.name } });
  const names = new Set(rows.map((row) => row.name));
  return shape.columns.map((column) => column.name).filter((name) => !names.has(name));
}
