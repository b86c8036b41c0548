import { holds, mirrorType, retainedName } from 'crm_warehouse';
import type { ColumnShape, TableShape } from '../../mappings/table.shape.js';

/** A column of rows as they travel, which may be older than what the catalogue says now. */
export interface SentColumn {
  readonly name: string;
  readonly type: string;
  readonly typeOid: number;
}

/** How rows that were written with an older shape are kept. */
export interface LateShape {
  /** The present shape, with the columns that only these rows have. */
  readonly shape: TableShape;
  /** Names under which columns are kept whose type holds their values no more: as sent → as kept. */
  readonly kept: ReadonlyMap<string, string>;
  /** True when such rows have no place: their present key is missing. A snapshot follows the change and holds what became of them. */
  readonly keyless: boolean;
}

function fits(from: string, to: string): boolean {
  if (from === to) return true;
  const [was, is] = [mirrorType(from), mirrorType(to)];
  return was.element === is.element && holds(is.type, was.type);
}

/** Finds the place of each sent column in the present shape. What the table has no more, and what its type does not hold, stays beside it. */
export function lateShape(shape: TableShape, sent: readonly SentColumn[]): LateShape {
  const now = new Map(shape.columns.map((column) => [column.name, column]));
  const kept = new Map<string, string>();
  const extra: ColumnShape[] = [];
  for (const { name, type, typeOid } of sent) {
    const column = now.get(name);
    if (column !== undefined && fits(type, column.type)) continue;
    const place = column === undefined ? name : retainedName(name, mirrorType(type).type);
    if (place !== name) kept.set(name, place);
    // A place that rows of yet another older shape were given before serves these as well.
    if (!now.has(place)) extra.push({ name: place, type, typeOid, notNull: false, missing: null });
  }
  const found = new Set(sent.flatMap(({ name }) => (kept.has(name) ? [] : [name])));
  const absent = shape.columns.filter(({ name }) => !found.has(name));
  if (extra.length === 0 && absent.every(({ missing, notNull }) => missing !== null || !notNull)) return { shape, kept, keyless: false };
  // What the row does not know is unknown, and not zero.
  const columns = shape.columns.map((column) => (found.has(column.name) || column.missing !== null || shape.primaryKey.includes(column.name) ? column : { ...column, notNull: false }));
  return { shape: { ...shape, columns: [...columns, ...extra] }, kept, keyless: absent.some(({ name }) => shape.primaryKey.includes(name)) };
}
