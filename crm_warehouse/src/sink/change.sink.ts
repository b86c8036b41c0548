import { pipeline, Readable } from 'node:stream';
import type { Warehouse } from '../connection.js';
import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import { recordBegin } from '../history/as.of.js';
import { createDialect, type Dialect } from '../migrations/ddl.dialect.js';
import { pgArrayToJson } from '../mirror/array.text.js';
import { MirrorError, type ColumnDescription, type TableDescription } from '../mirror/table.description.js';
import { applyTable } from '../mirror/table.mirror.js';
import { mirrorType } from '../mirror/type.map.js';
import type { ChangeRow, RowText, SnapshotPosition, TableState, Watermark } from './change.types.js';
import { arraysToJson, copyText } from './copy.text.js';
import { refeed, removal, type Repair } from './row.repair.js';
import { microsText, StateStore } from './state.store.js';

/** A batch of changes, in commit order, and the watermark that is true once they are written. */
export interface Batch {
  readonly changes: readonly ChangeRow[];
  readonly watermark?: Watermark;
}

/** How a sink is made. */
export interface SinkOptions {
  /** Name of the cluster for DDL; none by default. */
  readonly cluster?: string;
  /** Longest time of a look at a table, and of the write of a batch, of states and of the watermark, ms; after it the connection counts as lost. Default: the warehouse's own. */
  readonly writeTimeoutMs?: number;
}

// Inserts that run at once: as many as the embedded warehouse has cores for, with room for others' writes.
const PARALLEL = 4;

// Characters of text put into one buffer: short-lived strings cost the collector little.
const CHUNK = 64 * 1024;

interface KnownTable {
  readonly description: TableDescription;
  readonly columns: ReadonlyMap<string, ColumnDescription>;
  readonly encoders: readonly CellEncoder[];
}

interface CellEncoder {
  readonly name: string;
  /** Whether a value may contain what must be escaped; numbers, times and identifiers never do. */
  readonly escapes: boolean;
  /** Element type of an array column. */
  readonly element: string | undefined;
  /** What stands for a value that is not known in a column without NULL. */
  readonly empty: string;
}

function encoderOf(column: ColumnDescription): CellEncoder {
  const { type, element } = mirrorType(column.pgType);
  const nullable = column.nullable && (column.primaryKeyPosition ?? 0) === 0;
  return { name: column.name, escapes: type === 'String', element, empty: nullable ? '\\N' : emptyOf(type) };
}

// With an update only what changed may be sent, with a delete only the key: the rest is as it was before.
function rowText(known: KnownTable, change: ChangeRow): string {
  const first: RowText = (change.op === 'd' ? change.before : change.after) ?? {};
  const second: RowText = (change.op === 'd' ? change.key : change.op === 'u' ? change.before : null) ?? {};
  let line = '';
  let own = 0;
  for (const { name, element, empty, escapes } of known.encoders) {
    let value = first[name];
    if (value === undefined) value = second[name];
    else own++;
    const text = value === null || value === undefined ? empty : element !== undefined ? copyText(pgArrayToJson(value, element)) : escapes ? copyText(value) : value;
    line += `${text}\t`;
  }
  const names = Object.keys(first);
  if (names.length > own) {
    const unknown = names.find((name) => !known.columns.has(name));
    if (unknown !== undefined) throw new MirrorError(`${change.source.table}.${unknown} is not in the described shape; call ensureTable with the present one first`);
  }
  return line;
}

/** The only writer of crm_raw and crm_history. Writing a batch again changes nothing: a row version is identified by key, LSN and sequence. */
export class ChangeSink {
  private readonly tables = new Map<string, KnownTable>();
  private readonly states = new Map<string, TableState>();
  private readonly store: StateStore;
  private readonly dialect: Dialect;
  private readonly begun = new Set<string>();
  private statesRead = false;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly options: SinkOptions = {},
  ) {
    this.store = new StateStore(warehouse, options.writeTimeoutMs);
    this.dialect = createDialect(options.cluster);
  }

  /** Makes the warehouse fit a table; needed before its first change and whenever its shape differs. Returns the DDL that ran. */
  async ensureTable(description: TableDescription): Promise<string[]> {
    const statements = await applyTable(this.warehouse, description, this.dialect, this.options.writeTimeoutMs);
    // A history that begins anew has a begin of its own.
    if (statements.length > 0) this.begun.delete(description.name);
    this.tables.set(description.name, { description, columns: new Map(description.columns.map((column) => [column.name, column])), encoders: description.columns.map(encoderOf) });
    return statements;
  }

  /** Writes the rows of all tables, then the states and the watermark; throws before the watermark when any row could not be written. */
  async writeBatch(batch: Batch): Promise<void> {
    const byTable = new Map<string, ChangeRow[]>();
    for (const change of batch.changes) {
      const list = byTable.get(change.source.table);
      if (list === undefined) byTable.set(change.source.table, [change]);
      else list.push(change);
    }
    const work = [...byTable];
    const worker = async (): Promise<void> => {
      for (let next = work.shift(); next !== undefined; next = work.shift()) await this.writeTable(next[0], next[1]);
    };
    // All have ended before an error is told, so that a repetition never runs beside what it repeats.
    const ended = await Promise.allSettled(Array.from({ length: Math.min(PARALLEL, work.length) }, worker));
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
    await this.readStates();
    // Both only after all rows. Nothing is decided by the states, so they need not come before the watermark.
    await Promise.all([
      this.saveStates([...byTable].map(([table, changes]) => this.applied(table, changes))),
      batch.watermark === undefined ? undefined : this.store.writeWatermark(batch.watermark),
    ]);
  }

  private async writeTable(table: string, changes: readonly ChangeRow[]): Promise<void> {
    const known = this.known(table);
    const names = known.description.columns.map((column) => column.name);
    let committed: { at: bigint; text: string } | undefined;
    const parts: Buffer[] = [];
    let text = '';
    for (const change of changes) {
      const { lsn, seq, xid, committed_at: at, commit_lsn: commit = 0n } = change.source;
      if (change.op === 'r' && !this.begun.has(table)) await this.begin(table, at);
      // Most changes of a batch share the few commit times of its transactions.
      if (committed?.at !== at) committed = { at, text: microsText(at) };
      text += `${rowText(known, change)}${change.op}\t${String(lsn)}\t${String(seq)}\t${String(xid)}\t${committed.text}\t${String(commit)}\n`;
      if (text.length < CHUNK) continue;
      parts.push(Buffer.from(text));
      text = '';
    }
    if (text !== '') parts.push(Buffer.from(text));
    const own = ['_op String', '_lsn UInt64', '_seq UInt32', '_xid UInt64', '_committed_at String', '_commit_lsn UInt64'];
    const values = ['_op', '_lsn', '_seq', '_xid', "parseDateTime64BestEffort(_committed_at, 6, 'UTC')", '_commit_lsn'];
    await this.warehouse.insertBody(this.insertSql(known, names, own, values), () => Readable.from(parts), { idempotent: true, timeoutMs: this.options.writeTimeoutMs });
  }

  // One INSERT into history; its view writes raw in the same statement. The conversion of Postgres' text is the same SQL for changes and snapshots.
  private insertSql(known: KnownTable, names: readonly string[], own: readonly string[], ownValues: readonly string[]): string {
    const columns = names.map((name) => {
      const column = known.columns.get(name);
      if (column === undefined) throw new MirrorError(`${known.description.name} has no column ${name}`);
      const nullable = column.nullable && (column.primaryKeyPosition ?? 0) === 0;
      const map = mirrorType(column.pgType);
      return { name: quoteName(name), input: nullable ? `Nullable(${map.input})` : map.input, value: map.convert(quoteName(name), nullable) };
    });
    const structure = [...columns.map((column) => `${column.name} ${column.input}`), ...own].join(', ');
    return `INSERT INTO crm_history.${quoteName(known.description.name)} (${[...columns.map((column) => column.name), '_op', '_lsn', '_seq', '_xid', '_committed_at', '_commit_lsn'].join(', ')})
SELECT ${[...columns.map((column) => column.value), ...ownValues].join(', ')}
FROM input(${quoteString(structure)}) FORMAT TabSeparated`;
  }

  /**
   * Writes a snapshot straight from Postgres' `COPY … (columns) TO STDOUT` (text format), any length in bounded memory. Rows get the version of the
   * snapshot, so changes after it win. Returns the number of rows. After an error repeat the whole COPY: what arrived before does no harm.
   */
  async insertCopyStream(table: string, columns: readonly string[], copy: Readable, position: SnapshotPosition): Promise<number> {
    const known = this.known(table);
    const arrays = new Map<number, string>();
    columns.forEach((name, index) => {
      const { element } = mirrorType(known.columns.get(name)?.pgType ?? 'text');
      if (element !== undefined) arrays.set(index, element);
    });
    let rows = 0;
    copy.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
    });
    copy.pause();
    const values = ["'r'", `toUInt64(${String(position.version)})`, '0', '0', `toDateTime64(${quoteString(microsText(position.committedAt))}, 6, 'UTC')`, '0'];
    await this.begin(table, position.committedAt);
    // Errors of either stream reach the request, which destroys what is left; pipeline only ties their ends together.
    const body = (): Readable => (arrays.size === 0 ? copy : pipeline(copy, arraysToJson(arrays), () => undefined));
    await this.warehouse.insertBody(this.insertSql(known, columns, [], values), body);
    await this.readStates();
    const before = this.states.get(table);
    await this.saveStates([{ table, lastLsn: max(before?.lastLsn ?? 0n, position.version), rowsApplied: (before?.rowsApplied ?? 0n) + BigInt(rows), state: 'snapshot' }]);
    return rows;
  }

  /** Marks every row of a table as deleted, as TRUNCATE does in Postgres. */
  async truncateTable(table: string, source: Pick<ChangeRow['source'], 'lsn' | 'seq' | 'xid' | 'committed_at'>): Promise<void> {
    const known = this.known(table);
    const names = known.description.columns.map((column) => quoteName(column.name)).join(', ');
    await this.warehouse.command(
      `INSERT INTO crm_history.${quoteName(table)} (${names}, _op, _lsn, _seq, _xid, _committed_at)
       SELECT ${names}, 'd', ${String(source.lsn)}, ${String(source.seq)}, ${String(source.xid)}, toDateTime64(${quoteString(microsText(source.committed_at))}, 6, 'UTC')
       FROM crm_raw.${quoteName(table)} FINAL WHERE _version <= ${String(source.lsn)}`,
      { idempotent: true },
    );
  }

  /** Makes single rows right that a comparison found wrong; counters and state of the table stay as they are. Safe to repeat. */
  async repair({ table, changes, remove }: Repair): Promise<void> {
    const { description } = this.known(table);
    if (remove.length > 0) for (const statement of removal(description, remove)) await this.warehouse.command(statement, { idempotent: true });
    if (changes.length > 0) {
      await this.writeTable(table, changes);
      const from = changes.reduce((lsn, { source }) => (source.lsn < lsn ? source.lsn : lsn), changes[0]?.source.lsn ?? 0n);
      await this.warehouse.command(refeed(description, changes.map((change) => change.key), from), { idempotent: true });
    }
    await this.store.touch(table);
  }

  /** The watermark of a source, or the furthest one; undefined before the first. */
  readWatermark(source?: string): Promise<Watermark | undefined> {
    return this.store.readWatermark(source);
  }

  /** Writes the watermark alone, for example while the source is idle. */
  writeWatermark(watermark: Watermark): Promise<void> {
    return this.store.writeWatermark(watermark);
  }

  /** The state of every table. */
  tableStates(): Promise<TableState[]> {
    return this.store.tableStates();
  }

  /** Sets the state of a table and keeps its counters. */
  async setTableState(table: string, state: TableState['state']): Promise<void> {
    await this.readStates();
    const before = this.states.get(table);
    await this.saveStates([{ table, lastLsn: before?.lastLsn ?? 0n, rowsApplied: before?.rowsApplied ?? 0n, state }]);
  }

  /** Notes where the history of a table begins, unless it is known: a snapshot's rows do not date from before it. */
  async begin(table: string, at: bigint): Promise<void> {
    if (this.begun.has(table)) return;
    await recordBegin(this.warehouse, table, at, 'snapshot');
    this.begun.add(table);
  }

  private known(table: string): KnownTable {
    const known = this.tables.get(table);
    if (known === undefined) throw new MirrorError(`${table} is not described yet; call ensureTable first`);
    return known;
  }

  private async readStates(): Promise<void> {
    if (this.statesRead) return;
    for (const state of await this.store.tableStates()) this.states.set(state.table, state);
    this.statesRead = true;
  }

  private applied(table: string, changes: readonly ChangeRow[]): TableState {
    const before = this.states.get(table);
    const last = before?.lastLsn ?? 0n;
    // Changes that were delivered before are not counted again.
    const fresh = changes.filter((change) => change.source.lsn > last).length;
    return { table, lastLsn: changes.reduce((lsn, change) => max(lsn, change.source.lsn), last), rowsApplied: (before?.rowsApplied ?? 0n) + BigInt(fresh), state: 'streaming' };
  }

  private async saveStates(states: readonly TableState[]): Promise<void> {
    await this.store.writeStates(states);
    for (const state of states) this.states.set(state.table, state);
  }
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function emptyOf(type: string): string {
  if (type === 'String') return '';
  if (type === 'UUID') return '00000000-0000-0000-0000-000000000000';
  if (type === 'Bool') return 'f';
  if (type === 'Date32' || type.startsWith('DateTime64')) return '1970-01-01 00:00:00';
  return '0';
}

/** A sink on a warehouse that has been migrated. */
export function createSink(warehouse: Warehouse, options: SinkOptions = {}): ChangeSink {
  return new ChangeSink(warehouse, options);
}
