import { Query } from '@cubejs-client/core';
import { DayRange, Period, trendRange } from '@core/analytics/period';
import { ChartTile, Grain, KpiTile, MemberFilter, membersOf, viewOf } from './dashboard.model';
import { Part, partFilters, partRange } from './part.filter';

/** What the whole page asks for. */
export interface PageQuestion {
  readonly period: Period;
  readonly parts: readonly Part[];
  /** Conditions of the dashboard itself. */
  readonly filters: readonly MemberFilter[];
  /** True for a member that exists and may be asked for. */
  readonly has: (member: string) => boolean;
}

/** The questions of one tile: its number, the same of the period before, and its months. */
export interface TileQuestions {
  readonly main: Query;
  readonly before?: Query;
  readonly trend?: Query;
}

type Filters = NonNullable<Query['filters']>;
type TimeDimension = NonNullable<Query['timeDimensions']>[number];

/** More parts than a page can show are not asked for. */
const MOST_PARTS = 50;

/** Members of a tile that do not exist or may not be asked for. */
export const missingMembers = (tile: KpiTile | ChartTile, has: (member: string) => boolean): string[] => membersOf(tile).filter((member) => !has(member));

/** The days a tile is about, and those it is compared with. */
export function rangesOf(tile: KpiTile | ChartTile, { period, parts, has }: PageQuestion): { readonly range: DayRange | null; readonly previous: DayRange | null } {
  const narrowed = partRange(tile, parts, has);
  return narrowed ? { range: narrowed, previous: null } : period;
}

/** What is asked for a tile; only for one without missing members. */
export function questionsOf(tile: KpiTile | ChartTile, page: PageQuestion): TileQuestions {
  return tile.kind === 'kpi' ? kpiQuestions(tile, page) : { main: chartQuestion(tile, page) };
}

function kpiQuestions(tile: KpiTile, page: PageQuestion): TileQuestions {
  const measures = withCurrency([tile.measure], page.has);
  const conditions = conditionsOf(tile, page);
  const { range, previous } = rangesOf(tile, page);
  const { date } = tile;
  const main = { measures, ...dated(date, range, conditions) };
  if (!date) return { main };
  return {
    main,
    ...(previous && tile.compare !== false ? { before: { measures, ...dated(date, previous, conditions) } } : {}),
    trend: { measures, ...dated(date, trendRange({ ...page.period, range }), conditions, 'month'), order: { [date]: 'asc' } },
  };
}

function chartQuestion(tile: ChartTile, page: PageQuestion): Query {
  const { date, dimension, grain } = tile;
  const measures = withCurrency(tile.measures, page.has);
  const conditions = conditionsOf(tile, page);
  const { range } = rangesOf(tile, page);
  // Over time at least a year is shown, because one bar is no course; finer steps keep to the period.
  const shown = date && grain && (grain === 'month' || grain === 'quarter' || grain === 'year') ? trendRange({ ...page.period, range }) : range;
  const time = date ? dated(date, shown, conditions, grain) : dated(undefined, null, conditions);
  if (!dimension) return { measures, ...time, ...(date && grain ? { order: { [date]: 'asc' } } : {}) };
  const position = `${dimension}_position`;
  const dimensions = [dimension, `${dimension}_ar`, `${dimension}_id`, position].filter(page.has);
  const order: Query['order'] = date && grain ? { [date]: 'asc' } : page.has(position) ? { [position]: 'asc' } : { [rankedBy(tile, page.has)]: 'desc' };
  return { measures, dimensions, ...time, order, ...(date && grain ? {} : { limit: tile.limit ?? MOST_PARTS }) };
}

/** Ratios say nothing of weight: parts of a ratio come by the count beside it, where there is one. */
const rankedBy = ({ measures }: ChartTile, has: (member: string) => boolean): string =>
  (measures[0]?.endsWith('_rate') ? measures.find((name) => name.endsWith('_count') && has(name)) : undefined) ?? measures[0] ?? '';

function conditionsOf(tile: KpiTile | ChartTile, page: PageQuestion): MemberFilter[] {
  return [...(tile.filters ?? []), ...page.filters.filter(({ member }) => page.has(member) && viewOf(member) === viewOf(membersOf(tile)[0] ?? '')), ...partFilters(tile, page.parts, page.has)];
}

/** The currency of a view's money comes with it. */
function withCurrency(measures: readonly string[], has: (member: string) => boolean): string[] {
  const currency = `${viewOf(measures[0] ?? '')}.reporting_currency`;
  return has(currency) ? [...measures, currency] : [...measures];
}

/** A question by date: within a range, or, for all time, only of rows that have one. */
function dated(date: string | undefined, range: DayRange | null, conditions: readonly MemberFilter[], granularity?: Grain): Pick<Query, 'timeDimensions' | 'filters'> {
  const filters = [...conditions, ...(date && range === null ? [{ member: date, operator: 'set', values: [] }] : [])].map(({ member, operator, values }) => (values?.length ? { member, operator, values: [...values] } : { member, operator })) as Filters;
  const time: TimeDimension | null = date && (range || granularity) ? { dimension: date, ...(granularity ? { granularity } : {}), ...(range ? { dateRange: [range[0], range[1]] } : {}) } as TimeDimension : null;
  return { ...(time ? { timeDimensions: [time] } : {}), ...(filters.length > 0 ? { filters } : {}) };
}

/** Questions without dimensions over the same rows are one question with all their measures; each name keeps its place in the list that is sent. */
export function planOf(questions: Readonly<Record<string, Query>>): { readonly queries: readonly Query[]; readonly place: Readonly<Record<string, number>> } {
  const queries: Query[] = [];
  const place: Record<string, number> = {};
  const known = new Map<string, number>();
  for (const [name, query] of Object.entries(questions)) {
    const { measures, ...rest } = query;
    const key = JSON.stringify([viewOf(measures?.[0] ?? ''), rest, query.dimensions ? measures : null]);
    const found = known.get(key);
    if (found === undefined) {
      known.set(key, queries.length);
      place[name] = queries.length;
      queries.push(query);
    } else {
      place[name] = found;
      queries[found] = { ...queries[found], measures: [...new Set([...(queries[found]?.measures ?? []), ...(measures ?? [])])] };
    }
  }
  return { queries, place };
}
