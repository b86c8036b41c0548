import type { TableShape } from './table.shape.js';

/** A snapshot whose table had older changes on their way: once the stream has passed `until`, rows that it does not hold are ended. */
export interface Fence {
  readonly until: bigint;
  readonly version: bigint;
  /** Microseconds since 1970-01-01 UTC. */
  readonly at: bigint;
}

/** The shape whose rows the warehouse holds, as it is kept with its table. */
export interface ShapeNote {
  readonly oid: number;
  readonly filenode: number;
  readonly membership: number;
  readonly key: readonly string[];
  /** Name, number and type of each column. */
  readonly columns: readonly (readonly [string, number, string])[];
  /** Highest number that a column of the table ever had; absent in notes of earlier releases. */
  readonly highest?: number;
  readonly fence?: Fence;
}

/** What there is to remember of a shape. */
export function noteOf(shape: TableShape, fence?: Fence): ShapeNote {
  const columns = shape.columns.flatMap(({ name, attnum, type }) => (attnum === undefined ? [] : [[name, attnum, type] as const]));
  const highest = shape.dropped && Math.max(0, ...shape.dropped, ...columns.map(([, attnum]) => attnum));
  return { oid: shape.oid, filenode: shape.filenode ?? 0, membership: shape.membership ?? 0, key: shape.primaryKey, columns, highest, fence };
}

/** The note as text. */
export function writeShapeNote(note: ShapeNote): string {
  return JSON.stringify(note, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** Reads what `writeShapeNote` wrote; undefined when it is something else. */
export function readShapeNote(text: string | undefined): ShapeNote | undefined {
  if (text === undefined || !text.startsWith('{')) return undefined;
  const note = JSON.parse(text) as ShapeNote;
  if (note.fence === undefined) return note;
  return { ...note, fence: { until: BigInt(note.fence.until), version: BigInt(note.fence.version), at: BigInt(note.fence.at) } };
}

// Types of one family print a value alike; without a rewrite their values did not change.
const families = [/^(text|character varying(\(\d+\))?|citext)$/, /^numeric(\(.*\))?$/, /^timestamp(\(\d\))? with time zone$/, /^timestamp(\(\d\))? without time zone$/];

/** True when a column may have gone from the one type to the other without a rewrite of its table. */
export function alike(a: string, b: string): boolean {
  return a === b || families.some((family) => family.test(a) && family.test(b));
}

/** Why rows of before the change of shape must be read again, in words that follow the table's name; null when the log tells everything. */
export function silentChange(note: ShapeNote, shape: TableShape): string | null {
  if (note.oid !== shape.oid) return 'was created anew';
  if (note.membership !== (shape.membership ?? 0)) return 'was out of the publication';
  if (note.key.join() !== shape.primaryKey.join()) return `has the key (${shape.primaryKey.join(', ')}) instead of (${note.key.join(', ')})`;
  if (note.filenode !== (shape.filenode ?? 0)) return 'had its rows rewritten';
  const { highest } = note;
  // Rows that are still on their way may have it, and its name may be that of another column by now.
  if (highest !== undefined && shape.dropped?.some((attnum) => attnum > highest)) return 'had a column that came and went unseen';
  const before = new Map(note.columns.map(([name, attnum, type]) => [name, { attnum, type }]));
  const numbers = new Set(note.columns.map(([, attnum]) => attnum));
  for (const { name, attnum, type } of shape.columns) {
    if (attnum === undefined) continue;
    const then = before.get(name);
    if (then === undefined ? numbers.has(attnum) : then.attnum !== attnum) return `has a new column under the name ${name}`;
    if (then !== undefined && !alike(then.type, type)) return `has ${name} as ${type} instead of ${then.type}`;
  }
  return null;
}
