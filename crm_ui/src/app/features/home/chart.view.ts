import { Row } from '@core/analytics/analytics.client';
import { trendRange } from '@core/analytics/period';
import { formatMoney, MISSING, toNumber } from '@core/format/format';
import { ChartBar, ChartPoint } from '@shared/chart/chart-card.component';
import { CellValue } from '@shared/kpi/number.model';
import { ChartTile, Grain, localOf } from './dashboard.model';
import { addsUp, besideText, betterWay, currencyOf, meaningOf, Meanings, Reader, valueWords, writeMeasure } from './measure.write';
import { NONE, Part, partName } from './part.filter';
import { PageQuestion, rangesOf } from './tile.question';
import { Answers, Drawing } from './tile.view';
import { stepLabels, stepRange, timeline, TimeStep } from './timeline';

/** One line of a line chart; gaps are null. */
export interface LineSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

/** Dimensions of few values that have words. */
const KNOWN: ReadonlySet<string> = new Set(['region', 'source', 'channel', 'industry', 'lost_reason', 'status', 'kind', 'priority', 'outcome', 'direction', 'forecast_category']);
const keyOf = (value: unknown): string => (value === null || value === undefined || value === '' ? NONE : String(value));

/** The name of a row's part in the reader's language; values that every business knows have words in both. */
export function partLabel(row: Row, dimension: string, reader: Reader): string {
  const arabic = row[`${dimension}_ar`];
  const name = reader.arabic && typeof arabic === 'string' && arabic !== '' ? arabic : row[dimension];
  if (name === null || name === undefined || name === '') return reader.text('home.charts.none');
  const kind = localOf(dimension);
  return KNOWN.has(kind) ? valueWords(kind, String(name), reader.text) : String(name);
}

/** The parts of a chart: steps of time, parts of a dimension, or the measures themselves. */
export function pointsOf(tile: ChartTile, answers: Answers, drawing: Drawing): ChartPoint[] {
  const rows = answers.main?.rows ?? [];
  const [measure = ''] = tile.measures;
  if (tile.dimension && tile.date && tile.grain) return linePoints(tile, tile.date, tile.grain, tile.dimension, answers, drawing);
  if (tile.dimension) return partPoints(tile, tile.dimension, measure, rows, drawing);
  if (tile.date && tile.grain) return timePoints(tile, tile.date, tile.grain, measure, rows, drawing);
  const [row] = rows;
  if (!row) return [];
  const points = tile.measures.map((name) => pointOf(name, row, name, { key: name, label: meaningOf(name, drawing.meanings, drawing.reader).title, cell: {} }, [], drawing));
  return tile.chart === 'waterfall' ? points.map(fallPoint) : points;
}

/** In a bridge what is lost comes as a positive amount and falls; what it begins and ends with are sums. */
function fallPoint(point: ChartPoint): ChartPoint {
  if (/^(opening|closing|total)/.test(localOf(point.key))) return { ...point, total: true };
  return betterWay(point.key) === 'down' && point.value > 0 ? { ...point, value: -point.value, text: `\u2212${point.text}` } : point;
}

function partPoints(tile: ChartTile, dimension: string, measure: string, rows: readonly Row[], drawing: Drawing): ChartPoint[] {
  const { reader, meanings } = drawing;
  const people = tile.chart === 'ranking' && addsUp(meaningOf(measure, meanings, reader).unit);
  // A ranking leaves out who has nothing; a ratio of nothing is no part of a chart.
  const shown = rows.filter((row) => tile.chart === 'table' || (people ? (toNumber(row[measure]) ?? 0) > 0 : toNumber(row[measure]) !== null));
  const id = `${dimension}_id`;
  const [beside, bars] = besideOf(tile, meanings);
  return shown.map((row) => ({
    ...pointOf(measure, row, measure, { key: keyOf(row[id] ?? row[dimension]), label: partLabel(row, dimension, reader), cell: cellOf(row, id in row ? id : dimension) }, beside, drawing), ...barsOf(bars, row, drawing),
  }));
}

function timePoints(tile: ChartTile, date: string, grain: Grain, measure: string, rows: readonly Row[], drawing: Drawing): ChartPoint[] {
  const steps = stepsOf(tile, date, grain, rows, drawing.page);
  if (steps.every(({ row }) => !toNumber(row?.[measure]))) return [];
  const { reader } = drawing;
  const [beside, bars] = besideOf(tile, drawing.meanings);
  return steps.map(({ day, row }) => ({
    ...pointOf(measure, row ?? {}, measure, { key: day, ...stepLabels(day, grain, reader.tag, steps.length), cell: { [`${date}.${grain}`]: day } }, beside, drawing, 'whole'), ...barsOf(bars, row ?? {}, drawing),
  }));
}

const cellOf = (row: Row, member: string): Record<string, CellValue> => ({ [member]: (row[member] ?? null) as CellValue });

/** The measures told beside the first one, and those drawn beside it: bars stand together where they are of one unit. */
function besideOf({ chart, measures }: ChartTile, meanings: Meanings): [beside: readonly string[], bars: readonly string[]] {
  const [first = '', ...others] = measures;
  const drawn = chart === 'bar' || chart === 'hbar' ? others.filter((name) => sameUnit(name, first, meanings)) : [];
  return [others.filter((name) => !drawn.includes(name)), drawn.length > 0 ? [first, ...drawn] : []];
}

function barsOf(measures: readonly string[], row: Row, drawing: Drawing): { bars?: readonly ChartBar[] } {
  if (measures.length === 0) return {};
  return { bars: measures.map((name) => pointOf(name, row, name, { key: name, label: meaningOf(name, drawing.meanings, drawing.reader).title }, [], drawing)) };
}

/** Steps of several lines: all lines' numbers in words, the largest for the height. */
function linePoints(tile: ChartTile, date: string, grain: Grain, dimension: string, answers: Answers, drawing: Drawing): ChartPoint[] {
  const { reader, meanings } = drawing;
  const [measure = ''] = tile.measures;
  const lines = seriesOf({ ...tile, dimension }, answers, drawing);
  const steps = stepsOf(tile, date, grain, answers.main?.rows ?? [], drawing.page);
  if (lines.length === 0) return [];
  const write = (value: number | null): string => writeMeasure(value, unitOf(measure, meanings), currencyOf(answers.main?.rows[0], measure, reader.currency), reader.tag);
  return steps.map(({ day }, index) => ({
    key: day, ...stepLabels(day, grain, reader.tag, steps.length), cell: { [`${date}.${grain}`]: day }, value: Math.max(0, ...lines.map(({ values }) => values[index] ?? 0)), text: lines.map(({ label, values }) => `${label} ${write(values[index] ?? null)}`).join(' · '),
  }));
}

function stepsOf(tile: ChartTile, date: string, grain: Grain, rows: readonly Row[], page: PageQuestion): TimeStep[] {
  const { range } = rangesOf(tile, page);
  return timeline(rows, date, grain, grain === 'day' || grain === 'week' ? range : trendRange({ ...page.period, range }));
}

function pointOf(measure: string, row: Row, member: string, name: Pick<ChartPoint, 'key' | 'label' | 'axis' | 'cell'>, beside: readonly string[], { reader, meanings }: Drawing, money: 'compact' | 'whole' = 'compact'): ChartPoint {
  const { unit } = meaningOf(measure, meanings, reader);
  const value = toNumber(row[member]) ?? (addsUp(unit) ? 0 : null);
  const currency = currencyOf(row, member, reader.currency);
  const detail = beside.map((other) => besideText(other, row, meanings, reader)).filter(Boolean).join(' · ');
  return { ...name, value: value ?? 0, text: unit === 'money' ? formatMoney(value, currency, reader.tag, money) : writeMeasure(value, unit, currency, reader.tag), ...(detail ? { detail } : {}) };
}

/** The lines of a line chart: one for each part of its dimension, else one for each measure. */
export function seriesOf(tile: ChartTile, answers: Answers, drawing: Drawing): LineSeries[] {
  const { date, grain, dimension } = tile;
  const rows = answers.main?.rows ?? [];
  const [measure = ''] = tile.measures;
  if (!date || !grain) return [{ label: meaningOf(measure, drawing.meanings, drawing.reader).title, values: pointsOf(tile, answers, drawing).map(({ value }) => value) }];
  const values = (of: readonly Row[], name: string): (number | null)[] => stepsOf(tile, date, grain, of, drawing.page).map(({ row }) => toNumber(row?.[name]) ?? (addsUp(meaningOf(name, drawing.meanings, drawing.reader).unit) ? 0 : null));
  if (!dimension) return tile.measures.filter((name) => sameUnit(name, measure, drawing.meanings)).map((name) => ({ label: meaningOf(name, drawing.meanings, drawing.reader).title, values: values(rows, name) }));
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row[`${dimension}_id`] ?? row[dimension]), [...(groups.get(keyOf(row[`${dimension}_id`] ?? row[dimension])) ?? []), row]);
  return [...groups.values()].slice(0, 8).map((group) => ({ label: partLabel(group[0] ?? {}, dimension, drawing.reader), values: values(group, measure) }));
}

const unitOf = (member: string, meanings: Meanings): string => meanings.get(member)?.unit ?? '';
const sameUnit = (one: string, other: string, meanings: Meanings): boolean => unitOf(one, meanings) === unitOf(other, meanings);

/** A row of a table tile: the point of a click, and a number for each measure. */
export interface TableLine {
  readonly point: ChartPoint;
  readonly cells: readonly string[];
}

/** The rows of a table tile with all its measures. */
export function linesOf(tile: ChartTile, answers: Answers, drawing: Drawing): TableLine[] {
  const points = pointsOf(tile, answers, drawing);
  if (tile.measures.length < 2) return points.map((point) => ({ point, cells: [point.text] }));
  const others = tile.measures.map((measure) => new Map(pointsOf({ ...tile, measures: [measure] }, answers, drawing).map(({ key, text }) => [key, text])));
  return points.map((point) => ({ point, cells: others.map((texts) => texts.get(point.key) ?? MISSING) }));
}

/** What a click on a point narrows the page to; null where nothing can be. */
export function partOf(tile: ChartTile, point: ChartPoint, has: (member: string) => boolean): Part | null {
  if (tile.date && tile.grain) return { name: localOf(tile.date), value: stepRange(point.key, tile.grain).join('..') };
  if (tile.dimension) return { name: partName(tile.dimension, has), value: point.key };
  return null;
}
