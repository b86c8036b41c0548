import { ReportAnswer } from '@core/reports/report.model';
import { decimalsOf } from '@shared/format/exact.write';
import { Shown, Tree } from './grid.tree';

/** What a column shows of a value: itself, what it was in the period that is compared with, and the difference, absolute and in per cent. */
export const PARTS = ['value', 'before', 'change', 'percent'] as const;
export type Part = (typeof PARTS)[number];

/** A column of numbers. */
export interface GridColumn {
  /** Place in the list of columns as shown. */
  readonly shown: number;
  /** Column of the answer; null where each line has its own. */
  readonly column: number | null;
  /** Place in the answer's values. */
  readonly value: number;
  readonly part: Part;
  readonly total: boolean;
}

/** A cell of the header, over the columns from `start` until before `end` and over `span` rows of the header. */
export interface HeadCell {
  readonly key: string;
  readonly row: number;
  readonly span: number;
  readonly start: number;
  readonly end: number;
  /** Place in the tree of columns that is named; null in the rows of values and their parts. */
  readonly at: number | null;
  readonly kind: 'name' | 'total' | 'value' | 'part';
  /** `at` has parts that can be folded, or are. */
  readonly group: 'open' | 'folded' | null;
}

/** The columns of numbers in their order. */
export function columnsOf(shown: readonly Shown[], tree: Tree, values: number, compared: boolean, sideBySide: boolean): GridColumn[] {
  const parts = compared ? PARTS : (['value'] as const);
  return shown.flatMap(({ at, kind }, index) =>
    Array.from({ length: values }, (_, value) => parts.map((part) => ({ shown: index, column: sideBySide ? null : (tree.nodes[at]?.column ?? 0), value, part, total: kind === 'total' || kind === 'grand' }))).flat());
}

/** How many rows the header has: one for each split, one for the values, one for their parts. */
export const headRows = (depth: number, compared: boolean): number => depth + 1 + (compared ? 1 : 0);

/** The cells of the header, neighbours of one group merged. */
export function headOf(columns: readonly GridColumn[], shown: readonly Shown[], tree: Tree, depth: number, compared: boolean): HeadCell[] {
  const cells: HeadCell[] = [];
  const open = new Map<number, HeadCell>();
  const add = (cell: Omit<HeadCell, 'end'>): void => {
    const last = open.get(cell.row);
    if (last?.key === cell.key && last.end === cell.start) {
      Object.assign(last, { end: cell.start + 1 });
      return;
    }
    const made = { ...cell, end: cell.start + 1 };
    open.set(cell.row, made);
    cells.push(made);
  };
  columns.forEach((column, start) => {
    const { kind, path } = shown[column.shown] as Shown;
    for (let row = 0; row < depth; row += 1) {
      const at = path[row];
      const last = row === path.length - 1;
      if (at !== undefined) add({ key: `${row}.${at}`, row, span: last && kind !== 'total' ? depth - row : 1, start, at, kind: 'name', group: (tree.children[at]?.length ?? 0) === 0 ? null : last && kind === 'group' ? 'folded' : 'open' });
      else if (row === path.length && (kind === 'total' || kind === 'grand')) add({ key: `${row}.total.${column.shown}`, row, span: depth - row, start, at: path.at(-1) ?? 0, kind: 'total', group: null });
    }
    add({ key: `value.${column.shown}.${column.value}`, row: depth, span: 1, start, at: null, kind: 'value', group: null });
    if (compared) add({ key: `part.${start}`, row: depth + 1, span: 1, start, at: null, kind: 'part', group: null });
  });
  return cells;
}

/** Pixels of a digit, of a letter of a heading, and the room beside a text. */
const DIGIT = 7.9;
const LETTER = 7;
const ROOM = 26;
const MARK = 16;
const NARROWEST = 84;
export const WIDE = 260;

/** The longest numbers of each value decide how wide its columns are; all columns of a value have one width. */
export function widthsOf(answer: Pick<ReportAnswer, 'values' | 'cells' | 'before'>, titles: readonly string[], write: (value: number, text: string) => string, compared: boolean): Readonly<Record<Part, number>>[] {
  return answer.values.map(({ key }, index) => {
    let longest = '';
    for (const list of [answer.cells[key], answer.before?.[key]]) for (const text of list ?? []) if (text !== null && wholeDigits(text) > wholeDigits(longest)) longest = text;
    const number = Math.max(write(index, longest).length, 3) * DIGIT + ROOM;
    // Titles may take two lines, and are over all parts of a comparison together.
    const title = compared ? 0 : Math.min((titles[index]?.length ?? 0) * LETTER * 0.7 + ROOM + MARK, 190);
    const value = Math.round(Math.min(Math.max(number, title, NARROWEST), WIDE));
    return { value, before: value, change: value + MARK, percent: 88 };
  });
}

const wholeDigits = (text: string): number => {
  const point = text.indexOf('.');
  return point < 0 ? text.length : point;
};

/** Where each column begins, in pixels; the last entry is the width of all. */
export function offsetsOf(columns: readonly GridColumn[], widths: readonly Readonly<Record<Part, number>>[]): number[] {
  const offsets = [0];
  for (const { value, part } of columns) offsets.push((offsets.at(-1) ?? 0) + (widths[value]?.[part] ?? NARROWEST));
  return offsets;
}

/** Decimals of each value, the same in all its cells. */
export const decimalsOfAll = ({ values, cells }: Pick<ReportAnswer, 'values' | 'cells'>): number[] => values.map(({ key, unit }) => decimalsOf(unit, cells[key] ?? []));
