import pg from 'pg';
import { nowMicros } from 'crm_warehouse';
import { parseLsn } from '../../mappings/lsn.codec.js';
import { noteOf, readShapeNote, silentChange, writeShapeNote, type Fence } from '../../mappings/shape.note.js';
import type { TableShape } from '../../mappings/table.shape.js';
import type { ShapeChange } from '../../pipeline/change.sink.js';
import type { WarehouseSink } from '../../pipeline/warehouse.sink.js';
import { assertStreamable, readPublishedTables } from './catalogue.reader.js';
import { defaultSilenceMs, endClient, statementLimit } from './postgres.client.js';
import { textSession } from './session.options.js';
import { createSlot, dropSlot, readSlot, type HeldSnapshot, type SlotState } from './slot.manager.js';
import { qualifiedName } from './snapshot.query.js';
import { copyTables, ShapeMovedError } from './table.snapshot.js';

/** What the start of the embedded stream works with. */
export interface BootstrapOptions {
  readonly url: string;
  readonly slot: string;
  readonly publication: string;
  readonly source: string;
  readonly sink: WarehouseSink;
  readonly signal: AbortSignal;
  /** Longest wait for running transactions before a slot can be made. */
  readonly slotTimeoutMs: number;
  /** Longest silence of a server that is still taken for work, ms. Default 60,000. */
  readonly silenceMs?: number;
  readonly log: (message: string) => void;
}

/** Where streaming goes on, with the tables as they are now. */
export interface StreamStart {
  readonly from: bigint;
  readonly shapes: readonly TableShape[];
  /** What is left to do once the source's own snapshot is written; absent when no snapshot is on its way. */
  readonly onSnapshotEnd?: () => Promise<void>;
}

/** Raised when the publication is missing or empty. */
export class NothingPublishedError extends Error {
  override readonly name = 'NothingPublishedError';
}

// Small requests about tables at once: each mostly waits for the warehouse's disk.
const parallelRequests = 6;

/** Does `work` for every item, a few at a time; the first error ends it. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: parallelRequests }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  }));
}

// Copies at once: both servers share the machine with the product.
const parallelCopies = 2;

/** Prepares the stream: makes sure that slot, watermark and tables belong together, and takes a new snapshot where they do not. */
export async function bootstrap(options: BootstrapOptions): Promise<StreamStart> {
  return withClient(options, async (client) => {
    const shapes = await readPublishedTables(client, options.publication);
    if (shapes.length === 0) throw new NothingPublishedError(`publication ${options.publication} has no tables; run npm run db:migrate first`);
    shapes.forEach(assertStreamable);
    const watermark = await options.sink.watermark(options.source);
    const slot = await readSlot(client, options.slot);
    const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    const current = parseLsn(rows[0]!.lsn);
    const states = await options.sink.states();
    const begun = shapes.some((shape) => states.get(shape.name)?.state === 'streaming');
    const reason = snapshotReason(slot, watermark?.lsn, current) ?? (begun ? null : 'the last snapshot was not finished');
    if (reason !== null || watermark === undefined) {
      options.log(`taking a snapshot of ${shapes.length} tables: ${reason ?? 'the warehouse is empty'}`);
      return { from: await snapshotAll(client, options, shapes), shapes };
    }
    const notes = await options.sink.notes();
    const incomplete: TableShape[] = [];
    await each(shapes, async (shape) => {
      const change = await options.sink.prepare(shape);
      const note = readShapeNote(notes.get(shape.name));
      const lost = change.created || note === undefined ? 'is new to the stream' : silentChange(note, shape);
      if (states.get(shape.name)?.state !== 'streaming') incomplete.push(shape);
      else if (lost !== null) {
        options.log(`${shape.name}: ${lost}; reading its rows`);
        if (change.archive !== undefined || note?.key.join() !== shape.primaryKey.join()) options.log(describeRekey(shape, change));
        incomplete.push(shape);
      } else if (note !== undefined) await options.sink.note(shape.name, writeShapeNote(noteOf(shape, note.fence)));
    });
    if (incomplete.length > 0) await snapshotTables(options, incomplete);
    return { from: watermark.lsn, shapes };
  });
}

/** Why the stream cannot go on from where it was; null when it can. */
export function snapshotReason(slot: SlotState | null, watermark: bigint | undefined, current: bigint): string | null {
  if (watermark === undefined) return 'there is no watermark yet';
  if (slot === null) return 'the replication slot is missing';
  if (slot.lost) return 'the server has discarded log that the slot still needed';
  if (slot.confirmedLsn > watermark) return 'the warehouse is older than what it had confirmed';
  if (watermark > current) return 'Postgres is older than the warehouse; it was restored from a backup';
  return null;
}

/**
 * True when rows that the warehouse already has changed without a trace in the log: a column of another type, or a new column whose
 * values did not come from one constant default (a volatile default, a generated column, a new name for an old column).
 */
export async function needsCopy(client: pg.ClientBase, shape: TableShape, change: ShapeChange): Promise<boolean> {
  if (change.created || change.retyped) return true;
  const silent = change.added.filter((column) => column.missing === null).map((column) => `${pg.escapeIdentifier(column.name)} IS NOT NULL`);
  if (silent.length === 0) return false;
  const { rows } = await client.query<{ found: boolean }>(`SELECT EXISTS (SELECT 1 FROM ${qualifiedName(shape)} WHERE ${silent.join(' OR ')}) AS found`);
  return rows[0]!.found;
}

let copies = 0;

// Never the same name twice: the server lets go of a temporary slot only a moment after its connection has ended.
function copySlot(slot: string): string {
  return `${slot.slice(0, 40)}_copy_${process.pid}_${++copies % 1_000_000}`;
}

/** Copies tables that joined the publication, or whose old rows changed without a trace in the log, while the stream waits. */
export async function snapshotTables(options: BootstrapOptions, shapes: readonly TableShape[]): Promise<void> {
  await each(shapes, async (shape) => {
    await options.sink.prepare(shape);
    await options.sink.mark(shape.name, 'snapshot');
  });
  const held = await createSlot(options.url, copySlot(options.slot), { temporary: true, timeoutMs: options.slotTimeoutMs, silenceMs: options.silenceMs });
  try {
    // Changes of before the snapshot may still be on their way: what they bring and the snapshot does not hold is ended behind it.
    await copyAll(options, held, shapes, { until: held.consistentLsn, version: held.versionLsn, at: nowMicros() });
  } finally {
    await held.release().catch(() => undefined);
  }
}

async function snapshotAll(client: pg.Client, options: BootstrapOptions, shapes: readonly TableShape[]): Promise<bigint> {
  // First the mark: whatever happens from here on, the next start takes a snapshot again.
  await each(shapes, async (shape) => {
    await options.sink.prepare(shape);
    await options.sink.mark(shape.name, 'snapshot');
  });
  await dropSlot(client, options.slot);
  let moved: ShapeMovedError | undefined;
  const held = await createSlot(options.url, options.slot, { temporary: false, timeoutMs: options.slotTimeoutMs, silenceMs: options.silenceMs });
  try {
    await each(shapes, async (shape) => {
      if ((await options.sink.newestVersion(shape.name)) < held.versionLsn) return;
      options.log(`${shape.name}: the warehouse holds rows of another database; emptying it`);
      await options.sink.forget(shape.name);
    });
    await copyAll(options, held, shapes).catch((error: unknown) => {
      // The other tables are whole: the next start reads only what moved.
      if (!(error instanceof ShapeMovedError) || shapes.length === 1) throw error;
      moved = error;
    });
  } finally {
    await held.release().catch(() => undefined);
  }
  const at = nowMicros();
  await options.sink.advance({ source: options.source, lsn: held.consistentLsn, committedAt: at, observedAt: at });
  if (moved) throw moved;
  return held.consistentLsn;
}

async function copyAll(options: BootstrapOptions, held: HeldSnapshot, shapes: readonly TableShape[], fence?: Fence): Promise<void> {
  let total = 0;
  const begun = performance.now();
  const place = { version: held.versionLsn, at: fence?.at ?? nowMicros() };
  const copied: TableShape[] = [];
  const ended = await withClient(options, (client) => copyTables({
    url: options.url, silenceMs: options.silenceMs, held, place, sink: options.sink, parallel: parallelCopies, signal: options.signal,
    look: async (oid) => (await readPublishedTables(client, options.publication, oid))[0] ?? null,
    onTable: async (shape, rows) => {
      total += rows;
      copied.push(shape);
      await options.sink.note(shape.name, writeShapeNote(noteOf(shape, fence)));
    },
  }, shapes)).catch((error: unknown) => {
    if (error instanceof ShapeMovedError) return error; // All others are whole.
    throw error;
  });
  await each(copied, (shape) => options.sink.mark(shape.name, 'streaming'));
  if (ended) throw ended;
  options.log(`snapshot complete: ${total} rows of ${shapes.length} tables in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** Says what became of the history of a table whose key changed. */
export function describeRekey(shape: TableShape, change: ShapeChange): string {
  const key = `${shape.name}: its key is (${shape.primaryKey.join(', ')}) now`;
  return change.archive === undefined ? `${key}; its history goes on` : `${key}, which does not tell the versions of before apart; they are kept in ${change.archive} and its history begins anew`;
}

/** Runs work on a connection of its own whose texts have the stream's form. */
export async function withClient<T>({ url, silenceMs = defaultSilenceMs }: Pick<BootstrapOptions, 'url' | 'silenceMs'>, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url, application_name: 'crm_cdc', keepAlive: true, options: textSession, connectionTimeoutMillis: silenceMs, query_timeout: statementLimit(silenceMs),
  });
  client.on('error', () => undefined); // Shows as the failure of the query.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await endClient(client);
  }
}
