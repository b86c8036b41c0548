import type { Readable } from 'node:stream';
import { microsText, nowMicros, quoteName, quoteString, readExisting, readNotes, recordBegin, writeNote, createDialect, type ChangeSink as TableSink, type TableState, type Warehouse, type Watermark } from 'crm_warehouse';
import { ErasureFollower, erasuresTable } from '../erasure/erasure.follower.js';
import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import { describeTable } from '../mappings/row.mapper.js';
import type { TableShape } from '../mappings/table.shape.js';
import type { ChangeSink, DeadLetter, ShapeChange, Truncation, WatermarkMove } from './change.sink.js';

/** Place and time of a snapshot. */
export interface SnapshotPlace {
  /** Version of its rows, older than every change that follows. */
  readonly version: bigint;
  /** When it was taken, microseconds since 1970-01-01 UTC. */
  readonly at: bigint;
}

/** Writes changes and snapshots to the ClickHouse warehouse. */
export class WarehouseSink implements ChangeSink {
  private readonly erasures: ErasureFollower;

  /** `source` is the name of the change source that feeds it; past `silenceMs` without an answer to a small question the connection counts as lost. */
  constructor(private readonly warehouse: Warehouse, private readonly sink: TableSink, private readonly source = 'embedded', private readonly silenceMs?: number) {
    this.erasures = new ErasureFollower(warehouse, undefined, silenceMs);
  }

  async prepare(shape: TableShape): Promise<ShapeChange> {
    const before = (await readExisting(this.warehouse, shape.name, this.silenceMs)).raw ?? [];
    const statements = await this.sink.ensureTable(describeTable(shape));
    const had = new Set(before.map((column) => column.name));
    return {
      created: before.length === 0,
      added: before.length === 0 ? [] : shape.columns.filter((column) => !had.has(column.name)),
      archive: statements.flatMap((statement) => /^RENAME TABLE .* TO (\S+)/.exec(statement)?.[1]?.replaceAll('`', '') ?? [])[0],
      retyped: before.length > 0 && statements.length > 0 && (await this.typesDiffer(shape, before)),
    };
  }

  private async typesDiffer(shape: TableShape, before: readonly { name: string; type: string }[]): Promise<boolean> {
    const after = new Map(((await readExisting(this.warehouse, shape.name, this.silenceMs)).raw ?? []).map((column) => [column.name, column.type]));
    const bare = (type: string | undefined): string | undefined => type?.replace(/^Nullable\((.*)\)$/s, '$1');
    return before.some(({ name, type }) => bare(after.get(name)) !== bare(type));
  }

  /** What was noted about each table by {@link note}. */
  notes(): Promise<Map<string, string>> {
    return readNotes(this.warehouse, this.silenceMs);
  }

  /** Keeps a text about a table with its rows. */
  note(table: string, text: string): Promise<void> {
    return writeNote(this.warehouse, table, text, createDialect(), this.silenceMs);
  }

  /** Writes changes, except what was erased since, and carries out the erasures among them before anything is confirmed. */
  async write(changes: readonly ChangeEnvelope[]): Promise<void> {
    await this.sink.writeBatch({ changes: await this.erasures.without(changes) });
    await this.erasures.follow(changes);
  }

  truncate(truncation: Truncation): Promise<void> {
    return this.sink.truncateTable(truncation.table, truncation);
  }

  advance(move: WatermarkMove): Promise<void> {
    return this.sink.writeWatermark(move);
  }

  /** Records what could not be stored, except of rows that were erased since; the same row or message again replaces its record. */
  async setAside(all: readonly DeadLetter[]): Promise<void> {
    const letters = await this.erasures.lettersWithout(all);
    if (letters.length === 0) return;
    const now = nowMicros();
    const record = { source: this.source, recorded_at: microsText(now), _version: String(now) };
    await this.warehouse.insert('crm_cdc.dead_letter', letters.map((letter) => ({ ...letterRow(letter), ...record })), { idempotent: true });
  }

  watermark(source: string): Promise<Watermark | undefined> {
    return this.sink.readWatermark(source);
  }

  async states(): Promise<ReadonlyMap<string, TableState>> {
    return new Map((await this.sink.tableStates()).map((state) => [state.table, state]));
  }

  /** `streaming` says: the table is complete up to the watermark. Anything else needs a snapshot. */
  async mark(table: string, state: TableState['state']): Promise<void> {
    // Erasures of a time when nobody listened came with the snapshot.
    if (table === erasuresTable && state === 'streaming') await this.erasures.catchUp();
    return this.sink.setTableState(table, state);
  }

  /** Copies a table's rows from Postgres' COPY text; returns how many. */
  copy(shape: TableShape, text: Readable, place: SnapshotPlace): Promise<number> {
    return this.sink.insertCopyStream(shape.name, shape.columns.map((column) => column.name), text, { version: place.version, committedAt: place.at });
  }

  /** Ends the rows that the snapshot did not contain: they were deleted while nobody listened. */
  async endOlder(shape: TableShape, place: SnapshotPlace): Promise<void> {
    const names = shape.columns.map((column) => quoteName(column.name)).join(', ');
    const version = String(place.version);
    await this.sink.begin(shape.name, place.at);
    await this.warehouse.command(
      `INSERT INTO crm_history.${quoteName(shape.name)} (${names}, _op, _lsn, _seq, _xid, _committed_at)
       SELECT ${names}, 'd', ${version}, 0, 0, toDateTime64(${quoteString(microsText(place.at))}, 6, 'UTC')
       FROM crm_raw.${quoteName(shape.name)} FINAL WHERE _version < ${version}`, { idempotent: true });
  }

  /** Empties a table and its history: what they hold belongs to another database. */
  async forget(table: string): Promise<void> {
    await this.warehouse.command(`TRUNCATE TABLE IF EXISTS crm_history.${quoteName(table)}`, { idempotent: true });
    await this.warehouse.command(`TRUNCATE TABLE IF EXISTS crm_raw.${quoteName(table)}`, { idempotent: true });
    await recordBegin(this.warehouse, table, nowMicros(), 'emptied');
  }

  /** The newest position found in a table, 0 when it is empty or missing. */
  async newestVersion(table: string): Promise<bigint> {
    const exists = await this.warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_raw' AND name = {table:String}`, { params: { table } });
    if (!exists) return 0n;
    const row = await this.warehouse.first<{ newest: string }>(`SELECT max(_version) AS newest FROM crm_raw.${quoteName(table)}`);
    return BigInt(row?.newest ?? 0);
  }
}

function letterRow(letter: DeadLetter): object {
  if ('message' in letter) {
    const { table, topic, partition, offset, key, value } = letter.message;
    return {
      table_name: table, key: '', lsn: '0', seq: 0, topic, partition, offset: String(offset), op: '', before: 'null', after: 'null', xid: '0',
      committed_at: microsText(0n), reason: letter.reason, detail: letter.detail, raw: value?.toString('base64') ?? '', raw_key: key?.toString('base64') ?? '',
    };
  }
  const { envelope: { op, key, before, after, source }, reason, detail } = letter;
  return {
    table_name: source.table, key: JSON.stringify(key), lsn: String(source.lsn), seq: source.seq, op, before: JSON.stringify(before), after: JSON.stringify(after),
    xid: String(source.xid), committed_at: microsText(source.committed_at), reason, detail,
  };
}
