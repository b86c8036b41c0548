import pg from 'pg';
import { createDialect, createSink, isApplied, type ChangeSink as TableSink, type RowVersion, type Warehouse } from 'crm_warehouse';
import type { ChangeEnvelope, RowText } from '../mappings/change.envelope.js';
import { createRowMapper, describeTable } from '../mappings/row.mapper.js';
import type { TableShape } from '../mappings/table.shape.js';
import { classifyError } from '../outcomes/error.classifier.js';
import type { DeadLetterReason } from '../outcomes/outcome.types.js';
import { qualifiedName } from '../sources/embedded/snapshot.query.js';
import { openMoment, type Moment, type MomentOptions } from './moment.service.js';
import { scopeConditions } from './row.scope.js';
import { versionsBehind } from './strange.versions.js';
import { compareRows, type ParityDifference } from './table.comparison.js';

/** A row that stays wrong, and why. */
export interface UnrepairedRow {
  readonly key: string;
  readonly reason: DeadLetterReason | 'shape_changes' | 'too_many' | 'still_different';
  readonly detail: string;
}

/** What became of the differing rows of a table. */
export interface TableRepair {
  /** Right at the second look, by a repair or because the stream had brought them meanwhile. */
  readonly repaired: number;
  readonly unrepaired: readonly UnrepairedRow[];
  /** Versions taken out of the warehouse. */
  readonly removed: number;
}

/** What a repair needs besides the rows. */
export interface RepairOptions extends MomentOptions {
  readonly warehouse: Warehouse;
  /** Settled position of the moment that the rows were found different at. */
  readonly settledLsn: bigint;
}

// Characters of keys in one statement: they occur several times in it, and ClickHouse reads statements of 256 KiB.
const keyText = 24_000;
// Rows repaired in one go; a table that lost more is repaired over several rounds, so that no snapshot is held for long.
const rowsAtMost = 5_000;

/**
 * Repairs rows that a comparison found different. A new moment is opened, the rows are read in its snapshot and written at one byte before the restart position
 * of its slot: behind every change that was in the log before, and before every change that the snapshot does not contain; positions of real
 * changes are multiples of eight, so it is never one of theirs. What the warehouse held before the slot was made and lies behind that
 * position is no change of this log and is taken out. A last comparison says what is right now.
 */
export async function repairRows(options: RepairOptions, shape: TableShape, differences: readonly ParityDifference[]): Promise<TableRepair> {
  const tried = differences.slice(0, rowsAtMost);
  const unrepaired: UnrepairedRow[] = differences.slice(rowsAtMost).map(({ key }) => ({ key, reason: 'too_many', detail: `the next round goes on after ${rowsAtMost} rows` }));
  let [repaired, removed] = [0, 0];
  for (const group of grouped(tried)) {
    const one = await repairGroup(options, shape, group);
    repaired += one.repaired;
    removed += one.removed;
    unrepaired.push(...one.unrepaired);
  }
  return { repaired, unrepaired, removed };
}

function* grouped(differences: readonly ParityDifference[]): Generator<readonly ParityDifference[]> {
  let group: ParityDifference[] = [];
  let size = 0;
  for (const difference of differences) {
    size += difference.keyTexts.reduce((sum, text) => sum + Buffer.byteLength(text) + 24, 4);
    group.push(difference);
    if (size < keyText) continue;
    yield group;
    [group, size] = [[], 0];
  }
  if (group.length > 0) yield group;
}

async function repairGroup(options: RepairOptions, found: TableShape, differences: readonly ParityDifference[]): Promise<TableRepair> {
  const table = found.name;
  const scope = { keys: differences.map((difference) => difference.keyTexts) };
  // Read before the slot is made: what of this lies behind its restart position was never written by Postgres.
  const held = await versionsBehind(options.warehouse, found, scope, options.settledLsn);
  const moment = await openMoment(options);
  try {
    const shape = moment.shapes.find((one) => one.name === table);
    const all = (reason: UnrepairedRow['reason'], detail: string): TableRepair => ({ repaired: 0, removed: 0, unrepaired: differences.map(({ key }) => ({ key, reason, detail })) });
    if (!shape) return all('shape_changes', 'the table left the publication');
    // Only the stream changes shapes: it must see for itself which rows to read anew.
    if (!(await isApplied(moment.warehouse, describeTable(shape), createDialect()))) return all('shape_changes', 'the stream has not yet brought the table to its new shape');
    const sink = createSink(moment.warehouse);
    await sink.ensureTable(describeTable(shape));
    const remove = held.filter((version) => version.lsn >= moment.position.settledLsn).map(({ keyTexts, lsn }): RowVersion => ({ key: keyOf(shape, keyTexts), lsn }));
    if (remove.length > 0) await sink.repair({ table, changes: [], remove });
    const wrong = (await compareRows(moment, shape, scope)).differences;
    const refused = await rewrite(moment, shape, sink, wrong);
    const left = wrong.length === 0 ? [] : (await compareRows(moment, shape, scope)).differences;
    const unrepaired = left.map(({ key }) => refused.get(key) ?? { key, reason: 'still_different' as const, detail: 'the warehouse took the row and still shows another' });
    return { repaired: differences.length - unrepaired.length, removed: remove.length, unrepaired };
  } finally {
    await moment.close();
  }
}

function keyOf(shape: TableShape, texts: readonly string[]): RowText {
  return Object.fromEntries(shape.primaryKey.map((name, index) => [name, texts[index]!]));
}

async function rewrite(moment: Moment, shape: TableShape, sink: TableSink, wrong: readonly ParityDifference[]): Promise<Map<string, UnrepairedRow>> {
  const refused = new Map<string, UnrepairedRow>();
  if (wrong.length === 0) return refused;
  const present = await readRows(moment, shape, wrong.map((difference) => difference.keyTexts));
  const mapper = createRowMapper(shape);
  const source = { table: shape.name, lsn: moment.position.settledLsn - 1n, seq: 0, xid: 0, committed_at: moment.committedAt };
  const changes: { key: string; change: ChangeEnvelope }[] = [];
  for (const { key, keyTexts } of wrong) {
    const row = present.get(JSON.stringify(keyTexts));
    const own = keyOf(shape, keyTexts);
    const outcome = mapper.map(row ? { op: 'r', before: null, after: row, key: own, source } : { op: 'd', before: own, after: null, key: own, source });
    if (outcome.kind === 'ok') changes.push({ key, change: outcome.value });
    else if (outcome.kind === 'dead_letter') refused.set(key, { key, reason: outcome.reason, detail: outcome.detail });
  }
  await write(sink, shape.name, changes, refused);
  return refused;
}

/** The rows as Postgres prints them, by the JSON of their key's texts. */
async function readRows(moment: Moment, shape: TableShape, keys: readonly (readonly string[])[]): Promise<Map<string, RowText>> {
  const names = shape.columns.map((column) => pg.escapeIdentifier(column.name)).join(', ');
  const text = `SELECT ${names}, to_json(ARRAY[${shape.primaryKey.map((name) => `${pg.escapeIdentifier(name)}::text`).join(', ')}]) FROM ${qualifiedName(shape)} WHERE ${scopeConditions(shape, { keys }).postgres}`;
  // Every value as the text of its output function, as the stream gets it.
  const { rows } = await moment.client.query<(string | null)[]>({ text, rowMode: 'array', types: { getTypeParser: () => (value: string) => value } });
  return new Map(rows.map((values) => [JSON.stringify(JSON.parse(values.at(-1) ?? '[]')), Object.fromEntries(shape.columns.map((column, index) => [column.name, values[index] ?? null]))]));
}

/** Writes the rows; halving finds those that the warehouse refuses. */
async function write(sink: TableSink, table: string, changes: readonly { key: string; change: ChangeEnvelope }[], refused: Map<string, UnrepairedRow>): Promise<void> {
  if (changes.length === 0) return;
  try {
    await sink.repair({ table, changes: changes.map(({ change }) => change), remove: [] });
  } catch (error) {
    if (classifyError(error) !== 'poison') throw error;
    const [only] = changes;
    if (changes.length === 1 && only) {
      refused.set(only.key, { key: only.key, reason: 'refused_by_warehouse', detail: error instanceof Error ? error.message : String(error) });
      return;
    }
    const middle = changes.length >> 1;
    await write(sink, table, changes.slice(0, middle), refused);
    await write(sink, table, changes.slice(middle), refused);
  }
}
