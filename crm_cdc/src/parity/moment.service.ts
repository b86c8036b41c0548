import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createWarehouse, quoteName, readExisting, type Warehouse } from 'crm_warehouse';
import { formatLsn } from '../mappings/lsn.codec.js';
import type { TableShape } from '../mappings/table.shape.js';
import { readPublishedTables } from '../sources/embedded/catalogue.reader.js';
import { textSession } from '../sources/embedded/session.options.js';
import { createSlot, type HeldSnapshot } from '../sources/embedded/slot.manager.js';
import { historyAt, tableAt, type ParityMoment } from './moment.query.js';

/** Which moment is opened, and how long that may take. */
export interface MomentOptions {
  readonly postgresUrl: string;
  /** Either the address of the warehouse, or a connection that stays open when the moment is closed. */
  readonly warehouseUrl?: string;
  readonly warehouse?: Warehouse;
  readonly publication?: string;
  /** Name of the watermark to wait for; the furthest one when none is given. */
  readonly source?: string;
  /** Longest wait for the warehouse to reach the position, ms. */
  readonly waitMs: number;
  /** Longest wait for transactions that are running in Postgres, ms. Default `waitMs`, at least a second. */
  readonly slotTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** One position of the log, readable on both sides. Held by open connections: close it soon, it keeps Postgres from cleaning up. */
export interface Moment {
  readonly lsn: bigint;
  /** Everything committed up to here is in the moment; microseconds since 1970-01-01 UTC. */
  readonly committedAt: bigint;
  /** In a read-only repeatable-read transaction on the moment's snapshot. */
  readonly client: pg.Client;
  readonly warehouse: Warehouse;
  readonly position: ParityMoment;
  /** The published tables as they were then. */
  readonly shapes: readonly TableShape[];
  /**
   * SQL of a subquery, in parentheses, with the rows that the warehouse's table (`crm_deals`) had at the moment, in the columns of `crm_raw`. A row that is being
   * written while the statement runs can show wrong for that one statement: look again before you believe a difference.
   */
  tableAt(table: string): string;
  /** The same of its history: every version that the moment knows, in the columns of `crm_history`. */
  historyAt(table: string): string;
  close(): Promise<void>;
}

let opened = 0;

/** Opens a moment and waits until the warehouse has reached it; throws with the cure when a long transaction or a standing stream prevents that. */
export async function openMoment(options: MomentOptions): Promise<Moment> {
  const { postgresUrl, publication = 'crm_cdc', waitMs, slotTimeoutMs = Math.max(1_000, waitMs) } = options;
  const warehouse = options.warehouse ?? createWarehouse(need(options.warehouseUrl));
  const client = new pg.Client({ connectionString: postgresUrl, application_name: 'crm_parity', options: textSession });
  client.on('error', () => undefined); // Shows as the failure of the query.
  let held: HeldSnapshot | undefined;
  const close = async (): Promise<void> => {
    await client.end().catch(() => undefined);
    await held?.release().catch(() => undefined);
    if (options.warehouse === undefined) await warehouse.close();
  };
  try {
    await client.connect();
    // Read before the slot is made: what was committed by then is in its snapshot for certain.
    const { rows: [clock] } = await client.query<{ micros: string }>(`SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS micros`);
    // A plain snapshot and the position read beside it need not belong together; a slot's consistent point is exact.
    held = await createSlot(postgresUrl, `crm_parity_${process.pid}_${opened++}`, { temporary: true, timeoutMs: slotTimeoutMs });
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(held.snapshotName)}`);
    const position = await readPosition(client, held);
    const shapes = await readPublishedTables(client, publication);
    await reach(warehouse, options, position.lsn);
    const columns = await rawColumns(warehouse);
    const shapeOf = (table: string): TableShape => {
      const shape = shapes.find((one) => one.name === table);
      if (!shape || !columns.has(table)) throw new Error(`${table} is not a published table that the warehouse has; see pg_publication_tables`);
      return shape;
    };
    return {
      lsn: position.lsn, committedAt: BigInt(clock!.micros), client, warehouse, position, shapes, close,
      tableAt: (table) => tableAt(shapeOf(table), columns.get(table) ?? [], position),
      historyAt: (table) => historyAt(shapeOf(table), position),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function need(url: string | undefined): string {
  if (url === undefined) throw new Error('openMoment needs warehouse or warehouseUrl');
  return url;
}

async function readPosition(client: pg.Client, held: HeldSnapshot): Promise<ParityMoment> {
  const { rows } = await client.query<{ xmax: string; open: string[] }>(
    `SELECT pg_snapshot_xmax(s)::text AS xmax, ARRAY(SELECT x::text FROM pg_snapshot_xip(s) AS x) AS open FROM pg_current_snapshot() AS s`);
  const short = (xid: string): bigint => BigInt.asUintN(32, BigInt(xid));
  return { lsn: held.consistentLsn, settledLsn: held.versionLsn, xmax: short(rows[0]!.xmax), open: rows[0]!.open.map(short) };
}

async function reach(warehouse: Warehouse, options: MomentOptions, lsn: bigint): Promise<void> {
  const deadline = Date.now() + options.waitMs;
  const { source } = options;
  for (;;) {
    const row = await warehouse.first<{ lsn: string }>(
      `SELECT max(lsn) AS lsn FROM crm_raw._watermark FINAL${source === undefined ? '' : ' WHERE source = {source:String}'}`, { params: source === undefined ? {} : { source } });
    const reached = BigInt(row?.lsn ?? 0);
    if (reached >= lsn) return;
    if (Date.now() > deadline) throw new BehindError(`The warehouse stands at ${formatLsn(reached)} and did not reach ${formatLsn(lsn)} within ${Math.round(options.waitMs / 1000)} s; check that the stream runs`);
    await delay(50, undefined, { signal: options.signal });
  }
}

/** Raised when the warehouse does not reach a moment in time; passes once the stream has caught up. */
export class BehindError extends Error {
  override readonly name = 'BehindError';
}

async function rawColumns(warehouse: Warehouse): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse.rows<{ table: string; names: string[] }>(
    `SELECT table, arrayMap(x -> x.2, arraySort(groupArray((position, name)))) AS names FROM system.columns WHERE database = 'crm_raw' AND startsWith(table, 'crm_') GROUP BY table`);
  return new Map(rows.map((row) => [row.table, row.names]));
}

/** Published columns that the warehouse does not have (yet). */
export async function absentColumns(warehouse: Warehouse, shape: TableShape): Promise<string[]> {
  const { raw = [], history = [] } = await readExisting(warehouse, shape.name);
  const has = (columns: readonly { name: string }[], name: string): boolean => columns.some((column) => column.name === name);
  return shape.columns.map((column) => column.name).filter((name) => !has(raw, name) || !has(history, name)).map(quoteName);
}
