import { toNumber } from '@core/format/format';
import { ReportAnswer, ReportDefinition, ReportNode } from '@core/reports/report.model';
import { decimalsOf, exactWriter } from '@shared/format/exact.write';
import { writeMeasure } from '../../../home/measure.write';
import { nodeWords, pathWords, ReportReader } from '../node.words';
import { beforeOf, cellOf, ReportCell } from '../report.cell';

/** A part of a chart along its axis of names: a leaf of the answer. */
export interface Category {
  readonly key: string;
  /** Place in the answer's rows, or in its columns where the answer has no rows of its own. */
  readonly at: number;
  readonly label: string;
  readonly axis: string;
  readonly node: ReportNode;
}

/** What is drawn for each category: a value, or the first value in one column. */
export interface Series {
  readonly key: string;
  readonly label: string;
  /** Place in the answer's values. */
  readonly value: number;
  /** Place on the other side of the answer. */
  readonly at: number;
}

/** A number of a chart: to draw, and exact in words. */
export interface ChartNumber {
  readonly cell: ReportCell;
  readonly number: number | null;
  readonly before: number | null;
  /** Short, for axes and labels. */
  readonly short: string;
  readonly full: string;
}

/** An answer as a chart draws it: leaves only, so many as can be told apart. */
export interface ChartModel {
  readonly answer: ReportAnswer;
  readonly categories: readonly Category[];
  readonly series: readonly Series[];
  /** How many leaves and series the answer has. */
  readonly total: { readonly categories: number; readonly series: number };
  /** What is not drawn, by the key of its words; null where all is. */
  readonly left: 'oneValue' | 'units' | null;
  readonly titles: readonly string[];
  readonly at: (category: Category, series: Series) => ChartNumber;
  readonly write: (value: number, text: string | null) => string;
  readonly axis: (value: number) => (size: number) => string;
}

/** As many marks of each shape as a reader can tell apart. */
const MOST: Readonly<Record<string, number>> = { bar: 40, hbar: 30, stacked: 40, line: 400, area: 400, combo: 40, funnel: 12, waterfall: 24, scatter: 400, heatmap: 60, cohort: 60, map: 60 };
/** As many as the palette has colours, and columns of a grid of colours. */
const SERIES = 8;
const COLUMNS = 40;
const MANY: ReadonlySet<string> = new Set(['heatmap', 'cohort']);
/** Shapes of one value, and those whose values need not be of one unit. */
const SINGLE: ReadonlySet<string> = new Set(['funnel', 'waterfall', 'heatmap', 'cohort', 'map']);
const MIXED: ReadonlySet<string> = new Set(['scatter', 'combo', 'kpi']);
const TIMED: ReadonlySet<string> = new Set(['line', 'area', 'combo', 'cohort']);

/** Places of the nodes without parts; the total only where it is all there is. */
export function leavesOf(nodes: readonly ReportNode[]): number[] {
  const inner = new Set(nodes.map(({ parent }) => parent));
  return nodes.flatMap((_, at) => (inner.has(at) ? [] : [at]));
}

/** What a chart draws of an answer. Time runs in its own order whatever the report is sorted by, where a line is drawn through it. */
export function chartOf(answer: ReportAnswer, definition: ReportDefinition, reader: ReportReader): ChartModel {
  const { shape } = definition.show;
  const turned = answer.rows.length === 1 && answer.columns.length > 1;
  const [side, other] = turned ? (['columns', 'rows'] as const) : (['rows', 'columns'] as const);
  const titles = answer.values.map(({ title, title_ar }) => (reader.arabic && title_ar) || title);
  const currency = answer.currency ?? reader.currency;
  const writers = answer.values.map(({ key, unit }) => exactWriter({ unit, currency, decimals: decimalsOf(unit, answer.cells[key] ?? []) }, reader.tag));
  const write = (value: number, text: string | null): string => writers[value]?.(text) ?? '';
  const short = (value: number, size: unknown): string => writeMeasure(size, answer.values[value]?.unit ?? '', currency, reader.tag);
  const leaves = leavesOf(answer[side]).map((at): Category => {
    const node = answer[side][at] as ReportNode;
    return { key: String(at), at, node, label: pathWords(answer[side], at, definition[side], reader), axis: nodeWords(node, definition[side], reader) };
  });
  if (TIMED.has(shape) && definition[side].at(-1)?.grain && definition[side].length === 1) leaves.sort((one, two) => String(one.node.value).localeCompare(String(two.node.value)));
  const across = leavesOf(answer[other]);
  const split = across.length > 1 && !MIXED.has(shape) && shape !== 'funnel' && shape !== 'waterfall' && shape !== 'map';
  const unit = answer.values[0]?.unit;
  const values = answer.values.map((_, value) => value).filter((value) => (SINGLE.has(shape) ? value === 0 : MIXED.has(shape) || answer.values[value]?.unit === unit));
  const series: Series[] = split
    ? across.map((at) => ({ key: `c${at}`, at, value: 0, label: pathWords(answer[other], at, definition[other], reader) }))
    : values.map((value) => ({ key: answer.values[value]?.key ?? '', at: 0, value, label: titles[value] ?? '' }));
  return {
    answer, titles, write,
    categories: leaves.slice(0, MOST[shape] ?? leaves.length), series: series.slice(0, MANY.has(shape) ? COLUMNS : SERIES),
    total: { categories: leaves.length, series: series.length },
    left: answer.values.length > 1 && (split || SINGLE.has(shape)) ? 'oneValue' : values.length < answer.values.length ? 'units' : null,
    axis: (value) => (size) => short(value, size),
    at: (category, { at, value }) => {
      const cell: ReportCell = { row: turned ? at : category.at, column: turned ? category.at : at, value: answer.values[value]?.key ?? '' };
      const text = cellOf(answer, cell);
      return { cell, number: toNumber(text), before: toNumber(beforeOf(answer, cell)), short: short(value, text), full: write(value, text) };
    },
  };
}
