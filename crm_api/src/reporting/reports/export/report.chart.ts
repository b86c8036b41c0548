import { chartPicture } from '../../delivery/chart.picture.js';
import { kindOf } from '../../delivery/figure.words.js';
import type { ReportColumn, ReportPart } from '../../delivery/delivery.types.js';
import type { AnsweredValue, ReportNode, Split } from '../definition/report.types.js';
import { pathOf, wordOf } from './export.table.js';
import { isolate } from './page.text.js';
import { exportText } from './export.words.js';
import type { ExportRequest } from './export.types.js';

const drawn = { bar: 'bar', stacked: 'bar', combo: 'bar', line: 'line', area: 'line', hbar: 'hbar', funnel: 'hbar', waterfall: 'waterfall' } as const;
// More would be no picture any more: bars beside each other that can be read, steps of time, and colours that can be told apart.
const most = { parts: 24, steps: 60, series: 6 };

/** A chart, and how much of the report it shows. */
export interface Chart {
  /** Twice as many pixels as it is shown in. */
  readonly png: Buffer;
  /** The values that are drawn. */
  readonly title: string;
  /** What is left out, in words; empty where nothing is. */
  readonly cut: string;
}

/** The picture of a report that is shown as a chart; null for tables, and for shapes that are drawn on screens only. */
export function reportChart(request: ExportRequest): Chart | null {
  const drawing = chartPart(request);
  const png = drawing === null ? null : chartPicture(drawing.part, { locale: request.locale, currency: request.answer.currency ?? 'USD' });
  return drawing === null || png === null ? null : { png, title: drawing.title, cut: drawing.cut };
}

/** What is drawn of a report: its leaves along, a value or the columns beside; bars across, funnels and waterfalls over all columns. */
export function chartPart(request: ExportRequest): Omit<Chart, 'png'> & { readonly part: ReportPart } | null {
  const { definition, answer, locale } = request;
  const { shape } = definition.show;
  const kind = shape in drawn ? drawn[shape as keyof typeof drawn] : undefined;
  const [first] = answer.values;
  if (kind === undefined || first === undefined) return null;
  // Without splits of rows, those of the columns are what is drawn along.
  const turned = definition.rows.length === 0;
  const [along, splits, beside, besideSplits] = turned ? [answer.columns, definition.columns, answer.rows, definition.rows] as const : [answer.rows, definition.rows, answer.columns, definition.columns] as const;
  const places = leaves(along, splits.length);
  const timed = splits.some(({ grain }) => grain !== undefined);
  // One axis has one unit; and where columns are split, one value has colours enough to tell them apart.
  const values = besideSplits.length > 0 ? [first] : answer.values.filter(({ unit }) => kindOf(unit) === kindOf(first.unit));
  const all = leaves(beside, besideSplits.length).flatMap((node) => values.map((value) => ({ node, value })));
  const single = kind === 'hbar' || kind === 'waterfall';
  // The first node is the total of all.
  const series = single ? [{ node: 0, value: first }] : all.slice(0, most.series);
  const numbers = (place: number): (string | null)[] => series.map(({ node, value }) => answer.cells[value.key]?.[(turned ? node : place) * answer.columns.length + (turned ? place : node)] ?? null);
  const shown = Math.min(places.length, timed ? most.steps : most.parts);
  const kept = single ? places.slice(0, shown) : places.slice(-shown);
  const name = (nodes: readonly ReportNode[], of: readonly Split[], at: number): string => pathOf(nodes, at).map((node, index) => isolate(short(wordOf(node, of[index], locale)))).join(' · ');
  const columns = series.map(({ node, value }) => columnOf([name(beside, besideSplits, node), ...(values.length > 1 || besideSplits.length === 0 ? [titleOf(value, locale)] : [])], kindOf(value.unit)));
  const head: ReportColumn = { member: '', title: '', kind: 'text' };
  const base = { id: 'report', title: '', definition: '', filters: '', cut: false };
  const part: ReportPart = kind === 'waterfall'
    ? { ...base, columns: [...kept.map((at) => columnOf([name(along, splits, at)], kindOf(first.unit))), { member: 'report.total', title: exportText('total', locale), kind: kindOf(first.unit) }], rows: [[...kept.map((at) => numbers(at)[0] ?? null), total(request, first)]], chart: { kind, shown: 1, category: 0, measures: Array.from({ length: kept.length + 1 }, (_, index) => index) } }
    : { ...base, columns: [head, ...columns], rows: kept.map((at) => [name(along, splits, at), ...numbers(at)]), chart: { kind, shown, category: 0, measures: columns.map((_, index) => index + 1) } };
  const whole = kept.length === places.length && series.length === all.length && values.length === answer.values.length;
  return {
    part, title: (single ? [first] : values).map((value) => titleOf(value, locale)).join(' · '),
    cut: whole ? '' : exportText('pictureCut', locale, { kept: `${kept.length} × ${series.length}`, of: `${places.length} × ${all.length / values.length * answer.values.length}` }),
  };
}

// Names are read in full in the table; under an axis they stand beside each other.
const longestName = 22;
const short = (name: string): string => ([...name].length > longestName ? `${[...name].slice(0, longestName - 1).join('')}…` : name).replaceAll('\n', ' ');
const leaves = (nodes: readonly ReportNode[], levels: number): number[] => nodes.flatMap(({ level }, index) => (level === levels ? [index] : []));
const titleOf = (value: AnsweredValue, locale: ExportRequest['locale']): string => (locale === 'ar' && value.title_ar) || value.title;
// No member's name: what falls is told by its sign alone.
const columnOf = (words: readonly string[], kind: ReportColumn['kind']): ReportColumn => ({ member: '', title: words.filter((one) => one !== '').join(' · ').replaceAll(/[\u2066-\u2069]/g, ''), kind });
const total = ({ answer }: ExportRequest, { key }: AnsweredValue): string | null => answer.cells[key]?.[0] ?? null;
