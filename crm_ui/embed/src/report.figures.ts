import type { EmbeddedNode, EmbeddedReport } from './embedded.model';

/** Places of nodes in the order of reading: what a total is of before it, the total of all last. Totals that the report does not show are left out. */
export function orderOf(nodes: readonly EmbeddedNode[], levels: number, totals: boolean): number[] {
  const parts = new Map<number | null, number[]>();
  nodes.forEach(({ parent }, at) => { const list = parts.get(parent); if (list) list.push(at); else parts.set(parent, [at]); });
  const under = (at: number): number[] => [...(parts.get(at) ?? []).flatMap(under), ...(nodes[at]?.level === levels || totals ? [at] : [])];
  return (parts.get(null) ?? []).flatMap(under);
}

/** Places from the outermost group to the node, without the total of all. */
export function pathOf(nodes: readonly EmbeddedNode[], at: number): number[] {
  const path: number[] = [];
  for (let place: number | null = at; place !== null && (nodes[place]?.level ?? 0) > 0; place = nodes[place]?.parent ?? null) path.unshift(place);
  return path;
}

/** A number as the answer has it. */
export function cellOf({ cells, before, columns }: EmbeddedReport, key: string, row: number, column: number, past = false): string | null {
  return (past ? before : cells)?.[key]?.[row * columns.length + column] ?? null;
}

/** A column of the table: where in the answer's columns, which value, now or before. */
export interface FigureColumn {
  readonly node: number;
  readonly value: number;
  readonly past: boolean;
}

export function figureColumns({ columns, splits, totals, values, before }: EmbeddedReport): FigureColumn[] {
  return orderOf(columns, splits.columns.length, totals.columns).flatMap((node) => values.flatMap((_, value) => (before ? [false, true] : [false]).map((past) => ({ node, value, past }))));
}

/** A mark of a chart along its names; `size` is for drawing only, what is told comes from the text. */
export interface Mark {
  readonly label: readonly number[];
  readonly texts: readonly (string | null)[];
}

/** Numbers of one colour: which value, in which of the answer's columns. */
export interface Series {
  readonly value: number;
  readonly column: number;
}

/** What a chart of bars or lines tells of a report. */
export interface Chart {
  readonly marks: readonly Mark[];
  readonly series: readonly Series[];
  /** Rows that have no room. */
  readonly left: number;
}

const mostMarks = 40;
const mostValues = 4;
/** As many as there are colours; what has more is told by the table, whole. */
const mostSeries = 8;

/** Leaves of the rows with the numbers of up to four values of the first one's unit, in each leaf of the columns; null where a chart of bars or lines cannot tell the report. */
export function marksOf(report: EmbeddedReport): Chart | null {
  const { rows, columns, splits, values } = report;
  if (splits.rows.length === 0) return null;
  const chosen = values.flatMap(({ unit }, at) => (unit === values[0]?.unit ? [at] : [])).slice(0, mostValues);
  const series = orderOf(columns, splits.columns.length, false).flatMap((column) => chosen.map((value) => ({ value, column })));
  if (series.length > mostSeries) return null;
  const leaves = orderOf(rows, splits.rows.length, false);
  if (splits.rows.length === 1 && splits.rows[0]?.grain) leaves.sort((one, two) => String(rows[one]?.value).localeCompare(String(rows[two]?.value)));
  const marks = leaves.map((at): Mark => ({ label: pathOf(rows, at), texts: series.map(({ value, column }) => cellOf(report, values[value]?.key ?? '', at, column)) }));
  return { marks: marks.slice(0, mostMarks), series, left: Math.max(0, marks.length - mostMarks) };
}
