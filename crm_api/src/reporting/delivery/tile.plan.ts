import type { DashboardFilter } from '../dashboards/dashboard.types.js';
import { addMonths, previousOf, rangeOf, type DayRange, type PeriodName, type ReportingDay } from '../period/period.range.js';
import type { BatchQuery } from '../analytics/analytics.batch.js';

/** A tile of a number, or of a chart or table, as `tile.schema` lets it be. */
export interface FigureTile {
  readonly id: string;
  readonly kind: 'kpi' | 'chart';
  readonly title?: string;
  readonly title_ar?: string;
  readonly measure?: string;
  readonly measures?: readonly string[];
  readonly chart?: 'bar' | 'hbar' | 'line' | 'ranking' | 'funnel' | 'waterfall' | 'table';
  readonly dimension?: string;
  readonly date?: string;
  readonly grain?: string;
  readonly compare?: boolean;
  readonly limit?: number;
  readonly filters?: readonly DashboardFilter[];
}

/** What all tiles of a page are asked with. */
export interface PlanPage {
  readonly at: ReportingDay;
  readonly period: PeriodName;
  readonly filters: readonly DashboardFilter[];
  /** True for a member that its reader may ask for. */
  readonly has: (member: string) => boolean;
}

/** More rows than a semantic layer answers at once. */
export const mostRows = 50_000;

const viewOf = (member: string): string => member.split('.')[0] ?? '';
/** The measures of a tile. */
export const measuresOf = ({ measure, measures }: FigureTile): readonly string[] => measures ?? (measure === undefined ? [] : [measure]);

/** Members of a tile that its reader may not ask for. */
export const missingOf = (tile: FigureTile, { has }: Pick<PlanPage, 'has'>): string[] =>
  [...measuresOf(tile), tile.dimension, tile.date, ...(tile.filters ?? []).map(({ member }) => member)].filter((member): member is string => member !== undefined && !has(member));

/** The conditions of a tile with those of the page that its view has. */
export const conditionsOf = (tile: FigureTile, { filters, has }: PlanPage): readonly DashboardFilter[] => [...(tile.filters ?? []), ...filters.filter(({ member }) => has(member) && viewOf(member) === viewOf(measuresOf(tile)[0] ?? ''))];

/** The days that a tile is about; over months and longer steps at least a year, because one bar is no course. */
export function daysOf({ kind, grain }: FigureTile, { at, period }: PlanPage): DayRange | null {
  const range = rangeOf(period, at);
  if (!range || kind === 'kpi' || !grain || grain === 'day' || grain === 'week') return range;
  const least = `${addMonths(range[1], -11).slice(0, 7)}-01`;
  return [range[0] < least ? range[0] : least, range[1]];
}

/** The dimensions by which the rows of a tile are told apart: the value, its Arabic name, and its place in an order. */
export const dimensionsOf = ({ dimension }: FigureTile, has: PlanPage['has']): readonly string[] => (dimension === undefined ? [] : [dimension, `${dimension}_ar`, `${dimension}_id`, `${dimension}_position`].filter(has));

/** The questions of a tile: all of its rows, and for a number the same of the period before. */
export function questionsOf(tile: FigureTile, page: PlanPage): BatchQuery[] {
  const currency = `${viewOf(measuresOf(tile)[0] ?? '')}.reporting_currency`;
  const measures = [...measuresOf(tile), ...(page.has(currency) ? [currency] : [])];
  const base = { measures, timezone: page.at.zone };
  const main = { ...base, ...dated(tile, daysOf(tile, page), conditionsOf(tile, page)) };
  if (tile.kind === 'kpi') {
    const previous = tile.date !== undefined && tile.compare !== false ? previousOf(page.period, page.at) : null;
    return [{ key: tile.id, query: main }, ...(previous ? [{ key: `${tile.id}:before`, query: { ...base, ...dated(tile, previous, conditionsOf(tile, page)) } }] : [])];
  }
  const dimensions = dimensionsOf(tile, page.has);
  const timed = tile.date !== undefined && tile.grain !== undefined;
  const position = `${tile.dimension ?? ''}_position`;
  const order = timed ? { [tile.date ?? '']: 'asc' } : dimensions.includes(position) ? { [position]: 'asc' } : dimensions.length > 0 ? { [measures[0] ?? '']: 'desc' } : null;
  return [{ key: tile.id, query: { ...main, ...(dimensions.length > 0 ? { dimensions } : {}), ...(order ? { order } : {}), ...(dimensions.length > 0 || timed ? { limit: mostRows } : {}) } }];
}

function dated({ date, grain }: FigureTile, range: DayRange | null, conditions: readonly DashboardFilter[]): Readonly<Record<string, unknown>> {
  // For all time only rows that have the date: the same ones that the steps of time add up to.
  const filters = [...conditions, ...(date !== undefined && range === null ? [{ member: date, operator: 'set' }] : [])];
  const time = date !== undefined && (range !== null || grain !== undefined) ? [{ dimension: date, ...(grain === undefined ? {} : { granularity: grain }), ...(range === null ? {} : { dateRange: range }) }] : [];
  return { ...(time.length > 0 ? { timeDimensions: time } : {}), ...(filters.length > 0 ? { filters } : {}) };
}
