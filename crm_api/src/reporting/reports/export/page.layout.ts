import type { Pen, Style } from './page.text.js';
import type { ExportTable } from './export.types.js';

/** A table ready to be drawn. */
export interface PageTable {
  readonly head: readonly string[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly total: boolean }[];
  /** Points, by column. */
  readonly widths: readonly number[];
  /** Whether a column is of numbers, which stand at its end. */
  readonly numbers: readonly boolean[];
  readonly bands: readonly Band[];
  /** Columns of figures, of all bands. */
  readonly values: number;
}

/** Columns that stand beside each other: those of words, and figures from one to another. */
export interface Band {
  readonly columns: readonly number[];
  readonly from: number;
  readonly to: number;
}

const [narrowest, widest, air] = [36, 150, 8];
// Rows that widths are taken from; what is wider further down is broken into lines.
const measured = 300;

/** The words above a column, one below the other. */
const headText = (heads: readonly string[]): string => heads.join('\n');

/** Widths of the columns by what they hold, and as many bands as a page of that width needs. */
export function layoutOf(table: ExportTable, pen: Pen, width: number, style: Style): PageTable {
  const bold = { ...style, bold: true };
  const wanted = table.columns.map(({ heads }, index) => {
    const head = Math.max(...heads.map((text) => Math.min(90, pen.width(text, bold))));
    const cells = table.rows.slice(0, measured).map(({ cells: row, total }) => pen.width(row[index]?.shown ?? '', total ? bold : style));
    return Math.min(widest, Math.max(narrowest, head + air, ...cells.map((one) => one + air)));
  });
  const words = table.columns.flatMap(({ unit }, index) => (unit === null ? [index] : []));
  const values = table.columns.flatMap(({ unit }, index) => (unit === null ? [] : [index]));
  const front = words.reduce((sum, at) => sum + (wanted[at] ?? 0), 0);
  // Words may take half of the page; beyond that they are broken into more lines.
  const shrink = front > width / 2 ? width / 2 / front : 1;
  const widths = wanted.map((own, index) => (words.includes(index) ? own * shrink : own));
  const room = width - front * shrink;
  const bands: Band[] = [];
  let [open, used, from]: [number[], number, number] = [[], 0, 0];
  for (const at of values) {
    const own = widths[at] ?? 0;
    if (open.length > 0 && used + own > room) {
      bands.push({ columns: [...words, ...open], from, to: from + open.length });
      [from, open, used] = [from + open.length, [], 0];
    }
    open.push(at);
    used += own;
  }
  bands.push({ columns: [...words, ...open], from, to: from + open.length });
  return {
    head: table.columns.map(({ heads }) => headText(heads)), rows: table.rows.map(({ cells, total }) => ({ cells: cells.map(({ shown }) => shown), total })),
    widths, numbers: table.columns.map(({ unit }) => unit !== null), bands, values: values.length,
  };
}
