import { parse } from 'lossless-json';
import type { ChangeEnvelope, ChangeOp } from '../../mappings/change.envelope.js';
import type { TableShape } from '../../mappings/table.shape.js';
import type { LateRows } from '../../mappings/unclear.names.js';
import { tableOf } from './kafka.settings.js';
import { RowForms } from './row.form.js';
import { isUnavailable, type Json, type TypeInfo } from './value.text.js';

/** A record of a table's topic. */
export interface TableRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Versions of snapshot rows: the one running or finished. */
export interface SnapshotVersion {
  /** Version that its rows get. */
  readonly version: bigint;
  /** Position that Debezium writes on its rows: the consistent point of the slot. */
  readonly consistentLsn: bigint;
  /** When it was taken, microseconds. */
  readonly at: bigint;
}

/** What a record says. */
export type Decoded =
  | { readonly kind: 'change'; readonly envelope: ChangeEnvelope; readonly shape: TableShape; readonly now: TableShape; readonly ask: readonly string[]; readonly late?: LateRows }
  | { readonly kind: 'truncate'; readonly table: string; readonly lsn: bigint; readonly xid: number; readonly committed_at: bigint }
  | { readonly kind: 'skipped'; readonly table: string; readonly reason: 'not_published' | 'superseded' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'undecodable'; readonly table: string; readonly detail: string };

/** Raised when Debezium has begun another snapshot by itself: that one need not fit to what the slot delivers. */
export class SnapshotRepeatedError extends Error {
  override readonly name = 'SnapshotRepeatedError';
  readonly code = 'CRM_TRY_AGAIN';
}

interface DebeziumRecord {
  readonly op?: Json;
  readonly before?: Readonly<Record<string, Json>> | null;
  readonly after?: Readonly<Record<string, Json>> | null;
  readonly source?: { readonly schema?: Json; readonly table?: Json; readonly lsn?: Json; readonly txId?: Json; readonly ts_us?: Json; readonly snapshot?: Json };
}

const everything = (1n << 63n) - 1n;

/** Turns Debezium's records into changes whose values are the texts of Postgres. */
export class MessageDecoder {
  private tables = new Map<string, RowForms>();
  private types: ReadonlyMap<number, TypeInfo> = new Map();
  snapshot: SnapshotVersion | null = null;

  /** Makes a table known; `types` are those of the whole catalogue, and no record behind `since` was written with an earlier shape. */
  adopt(shape: TableShape, types: ReadonlyMap<number, TypeInfo>, since = 0n, former: readonly TableShape[] = []): void {
    this.types = types;
    this.tables.set(shape.name, this.tables.get(shape.name)?.next(shape, types, since) ?? new RowForms(shape, types, since, former));
  }

  /** Makes these tables known and forgets all others. */
  replace(shapes: readonly TableShape[], types: ReadonlyMap<number, TypeInfo>, since: bigint): void {
    for (const shape of shapes) this.adopt(shape, types, since);
    const names = new Set(shapes.map(({ name }) => name));
    this.tables = new Map([...this.tables].filter(([name]) => names.has(name)));
  }

  /** The shape of a table as somebody else has just read it, with a place for records that are still on their way in an older one. */
  place(shape: TableShape): TableShape {
    // Until the catalogue is read here as well, any record may be older.
    this.adopt(shape, this.types, everything);
    return this.placed(shape);
  }

  /** A known table's shape with a place for records in older ones. */
  placed(shape: TableShape): TableShape {
    return this.tables.get(shape.name)?.placed ?? shape;
  }

  decode(record: TableRecord): Decoded {
    const of = tableOf(record.topic);
    const table = of?.table ?? '';
    if (of === undefined) return { kind: 'undecodable', table, detail: `${record.topic} is not the topic of a table` };
    if (record.value === null) return record.key === null ? { kind: 'undecodable', table, detail: 'neither key nor value' } : { kind: 'nothing' }; // A tombstone: the delete came before it.
    let message: DebeziumRecord;
    try {
      message = readJson(record.value.toString('utf8'));
      const { source } = message;
      if (typeof message.op !== 'string' || !source) return { kind: 'undecodable', table, detail: 'no change of Debezium: op or source is missing' };
      if (source.schema !== of.schema || source.table !== table) return { kind: 'undecodable', table, detail: `a change of ${String(source.schema)}.${String(source.table)} in the topic of another table` };
      return this.change(message, message.op, table, source, record.key);
    } catch (error) {
      if (error instanceof SnapshotRepeatedError) throw error;
      return { kind: 'undecodable', table, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  private change(message: DebeziumRecord, op: string, table: string, source: NonNullable<DebeziumRecord['source']>, recordKey: Buffer | null): Decoded {
    if (op === 'r') return this.row(message, table, source, recordKey);
    const lsn = whole(source.lsn, 'source.lsn');
    const xid = Number(whole(source.txId ?? 0, 'source.txId'));
    const committedAt = whole(source.ts_us, 'source.ts_us');
    if (op === 't') return { kind: 'truncate', table, lsn, xid, committed_at: committedAt };
    if (op !== 'c' && op !== 'u' && op !== 'd') return { kind: 'undecodable', table, detail: `unknown operation ${op}` };
    const known = this.tables.get(table);
    if (!known) return { kind: 'skipped', table, reason: 'not_published' };
    // Debezium takes the key from the catalogue of its moment: a row written before the key was another one may come without.
    if (recordKey === null && lsn > known.since) return { kind: 'undecodable', table, detail: 'no key' };
    return this.envelope(known, op, message, { lsn, xid, committed_at: committedAt }, lsn);
  }

  /** A row that a snapshot read. It loses against every change: the transaction that wins may have begun long before the snapshot. */
  private row(message: DebeziumRecord, table: string, source: NonNullable<DebeziumRecord['source']>, recordKey: Buffer | null): Decoded {
    if (recordKey === null) return { kind: 'undecodable', table, detail: 'no key' };
    const known = this.tables.get(table);
    if (!known) return { kind: 'skipped', table, reason: 'not_published' };
    const { snapshot } = this;
    if (snapshot === null || this.isOlder(source, snapshot)) return { kind: 'skipped', table, reason: 'superseded' };
    return this.envelope(known, 'r', message, { lsn: snapshot.version, xid: 0, committed_at: snapshot.at }, snapshot.consistentLsn);
  }

  /** Whether a row was read before the snapshot in force. */
  private isOlder(source: NonNullable<DebeziumRecord['source']>, snapshot: SnapshotVersion): boolean {
    const onRequest = source.snapshot === 'incremental';
    // A row read on request has no position while the connector, started anew, has not met a change yet; its time then has to do.
    if (onRequest && (source.lsn ?? null) === null) {
      const readAt = whole(source.ts_us ?? 0, 'source.ts_us');
      return readAt > 0n && readAt < snapshot.at;
    }
    const lsn = whole(source.lsn, 'source.lsn');
    if (!onRequest && lsn > snapshot.consistentLsn) throw new SnapshotRepeatedError('Debezium began its snapshot anew at a position that does not belong to the slot');
    return lsn < snapshot.consistentLsn;
  }

  private envelope(known: RowForms, op: ChangeOp, message: DebeziumRecord, place: { lsn: bigint; xid: number; committed_at: bigint }, writtenAt: bigint): Decoded {
    const row = op === 'd' ? message.before : message.after;
    if (!row) return { kind: 'undecodable', table: known.shape.name, detail: `no row in a change of kind ${op}` };
    const form = known.of(row, writtenAt);
    const shape = known.placed;
    if (form === null) return { kind: 'skipped', table: shape.name, reason: 'superseded' };
    const values: Record<string, string | null> = {};
    const ask: string[] = [];
    for (const { name, place: at, read, key, filled, never, present } of form) {
      if (never && !key) {
        if (present) ask.push(at);
        continue;
      }
      let value = row[name];
      if (value !== null && value !== undefined && op === 'u' && isUnavailable(value)) value = message.before?.[name];
      if (value === undefined) {
        // Either the column is newer than the change, or of a type that Debezium leaves out without a word.
        if (!filled && !key && present) ask.push(at);
        continue;
      }
      if (value === null) { values[at] = null; continue; }
      const text = isUnavailable(value) ? undefined : read(value);
      if (text !== undefined) values[at] = text;
      else if (key) return { kind: 'undecodable', table: shape.name, detail: `the text of the key column ${name} cannot be told from its record` };
      else if (present) ask.push(at);
    }
    const key: Record<string, string | null> = {};
    for (const name of shape.primaryKey) {
      const text = values[name];
      if (text === undefined || text === null) return { kind: 'undecodable', table: shape.name, detail: `the key column ${name} is missing` };
      key[name] = text;
    }
    // One position of the log belongs to one change of a row, and is the same however often it is delivered; a counter need not be.
    const origin = { table: shape.name, lsn: place.lsn, seq: 0, xid: place.xid, committed_at: place.committed_at };
    const envelope: ChangeEnvelope = op === 'd' ? { op, before: values, after: null, key, source: origin } : { op, before: null, after: values, key, source: origin };
    // A deleted row cannot be asked for any more; what is not told of its last state does not matter to its end.
    return { kind: 'change', envelope, shape, now: known.shape, ask: op === 'd' ? [] : ask, late: known.late(row, writtenAt) };
  }
}

function whole(value: Json | undefined, name: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new Error(`${name} is missing or no whole number`);
}

/** JSON without loss: the engine's own parser, and the exact one where a whole number is too large for it. */
export function readJson(text: string): DebeziumRecord {
  const quick = JSON.parse(text) as unknown;
  if (quick === null || typeof quick !== 'object' || Array.isArray(quick)) throw new Error('not a JSON object');
  const { before, after, source } = quick as DebeziumRecord;
  if (!holdsLarge(before) && !holdsLarge(after) && !(typeof source?.lsn === 'number' && !Number.isSafeInteger(source.lsn))) return quick;
  return parse(text, undefined, (number) => {
    if (/^-?\d+$/.test(number)) {
      const exact = BigInt(number);
      // Zero keeps its sign only as a number.
      return exact <= BigInt(Number.MAX_SAFE_INTEGER) && exact >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(number) : exact;
    }
    return Number(number);
  }) as DebeziumRecord;
}

function holdsLarge(row: unknown): boolean {
  if (typeof row === 'number') return Number.isInteger(row) && !Number.isSafeInteger(row);
  if (row === null || typeof row !== 'object') return false;
  if (Array.isArray(row)) return row.some(holdsLarge);
  for (const name in row) {
    const value: unknown = (row as Record<string, unknown>)[name];
    if (typeof value !== 'string' && holdsLarge(value)) return true;
  }
  return false;
}
