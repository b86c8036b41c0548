import { alike } from './shape.note.js';
import type { TableShape } from './table.shape.js';

/** Rows on their way whose columns are not those of the catalogue. */
export interface LateRows {
  /** Their columns in the order of the table; without a type where nobody knows it any more. */
  readonly sent: readonly { readonly name: string; readonly type?: string | undefined }[];
  /** Position in the log before which they were written. */
  readonly until: bigint;
  /** Columns that no row brings along, whatever it has. */
  readonly untold?: readonly string[];
}

/**
 * Why the columns of rows on their way cannot be told by their names, in words that follow the table's name; null when they can. The log knows columns
 * by name only, and the catalogue only says what they are called now: a value whose column has another name meanwhile would be kept under one that
 * nobody reads. What is certain is the order. Columns are sent by their numbers and numbers are never given twice, so a row has every column that is older
 * than one of its own, and between two columns that are still there lie only such as were dropped.
 */
export function unclearNames(now: TableShape, { sent, untold = [] }: LateRows): string | null {
  const numbers = new Map(now.columns.map(({ name, attnum }) => [name, attnum]));
  const places = (from: number, to: number): number => (now.dropped ?? []).filter((attnum) => attnum > from && attnum < to).length;
  let last = 0;
  let gone: LateRows['sent'][number][] = [];
  for (const column of sent) {
    const number = numbers.get(column.name);
    if (number === undefined) {
      gone.push(column);
      continue;
    }
    if (number <= last || gone.length > places(last, number)) return `has ${column.name} in another place than rows on their way`;
    [last, gone] = [number, []];
  }
  const names = new Set([...untold, ...sent.map(({ name }) => name)]);
  for (const { name, type, attnum = 0 } of now.columns) {
    if (names.has(name)) continue;
    if (attnum < last) return `has ${name}, which rows on their way have under another name`;
    const former = gone.find((column) => column.type === undefined || alike(column.type, type));
    if (former !== undefined) return `has ${name}, which may have been ${former.name} in rows on their way`;
  }
  return gone.length > places(last, Infinity) ? `has no column that was ${gone[0]!.name}` : null;
}
