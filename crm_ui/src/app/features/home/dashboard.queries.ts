import { Query } from '@cubejs-client/core';
import { DayRange, Period, trendRange } from '@core/analytics/period';

/** Measures told for a period, by the date that puts a deal into it. */
const CLOSED = ['won_amount', 'won_count', 'lost_count', 'win_rate', 'average_won_amount', 'sales_cycle'] as const;
/** Measures of this very moment. */
const NOW = ['open_amount', 'weighted_amount', 'open_count', 'velocity', 'count', 'won_amount', 'lost_count'] as const;

/** The dimensions that the win rate can be split by. */
export const SPLITS = ['region', 'source', 'product'] as const;
/** One of them. */
export type Split = (typeof SPLITS)[number];

const REPS = 6;
const SPLIT_ROWS = 7;

type Range = Exclude<NonNullable<Query['timeDimensions']>[number]['dateRange'], undefined>;
const between = (range: DayRange | null): { dateRange?: Range } => (range === null ? {} : { dateRange: [range[0], range[1]] });
const deals = (names: readonly string[]): string[] => names.map((name) => `deals.${name}`);
/** Closed deals of a period; without a period the date only has to be there. */
const closedIn = (range: DayRange | null): Pick<Query, 'timeDimensions' | 'filters'> =>
  range === null ? { filters: [{ member: 'deals.closed_at', operator: 'set' }] } : { timeDimensions: [{ dimension: 'deals.closed_at', ...between(range) }] };

/** Every query of the dashboard for one period, as far as the semantic layer has its members. */
export function dashboardQueries(period: Period, split: Split, has: (member: string) => boolean): Record<string, Query> {
  const known = (names: readonly string[]): string[] => deals(names).filter(has);
  const trend = trendRange(period);
  const queries: Record<string, Query> = {
    closed: { measures: known([...CLOSED, 'reporting_currency']), ...closedIn(period.range) },
    closedTrend: { measures: known(CLOSED), timeDimensions: [{ dimension: 'deals.closed_at', granularity: 'month', ...between(trend) }], order: { 'deals.closed_at': 'asc' }, ...(trend === null ? { filters: [{ member: 'deals.closed_at', operator: 'set' }] } : {}) },
    now: { measures: known([...NOW, 'reporting_currency']) },
    created: { measures: ['deals.count'], ...(period.range ? { timeDimensions: [{ dimension: 'deals.created_at', ...between(period.range) }] } : {}) },
    createdTrend: { measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.created_at', granularity: 'month', ...between(trend) }], order: { 'deals.created_at': 'asc' } },
    stages: {
      measures: known(['open_amount', 'open_count']),
      dimensions: known(['stage', 'stage_ar', 'stage_position', 'stage_id']),
      filters: [{ member: 'deals.status', operator: 'equals', values: ['open'] }],
    },
    reps: { measures: known(['won_amount', 'won_count', 'win_rate']), dimensions: known(['owner', 'owner_ar', 'owner_id']), order: { 'deals.won_amount': 'desc' }, limit: REPS, ...closedIn(period.range) },
    split: splitQuery(period, split, has),
  };
  if (period.previous) {
    queries['closedBefore'] = { measures: known(CLOSED), ...closedIn(period.previous) };
    queries['createdBefore'] = { measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.created_at', ...between(period.previous) }] };
  }
  if (has('stage_funnel.count')) queries['funnel'] = funnelQuery(period, has);
  if (has('subscriptions.mrr')) queries['mrr'] = { measures: ['subscriptions.mrr'] };
  return queries;
}

/** Win rate by one dimension, the parts with most closed deals first. */
export function splitQuery(period: Period, split: Split, has: (member: string) => boolean): Query {
  return {
    measures: deals(['win_rate', 'won_count', 'lost_count']),
    dimensions: deals([split, `${split}_ar`, `${split}_id`]).filter(has),
    order: { 'deals.won_count': 'desc' },
    limit: SPLIT_ROWS,
    ...closedIn(period.range),
  };
}

function funnelQuery(period: Period, has: (member: string) => boolean): Query {
  return {
    measures: ['stage_funnel.count', 'stage_funnel.conversion_rate'].filter(has),
    dimensions: ['stage_funnel.stage', 'stage_funnel.stage_ar', 'stage_funnel.stage_position'].filter(has),
    order: { 'stage_funnel.stage_position': 'asc' },
    ...(period.range ? { timeDimensions: [{ dimension: 'stage_funnel.reached_at', ...between(period.range) }] } : {}),
  };
}

/** The last month in which a deal was closed, to choose a first period that has something to show. */
export const LATEST_CLOSED: Query = {
  measures: ['deals.count'],
  timeDimensions: [{ dimension: 'deals.closed_at', granularity: 'month' }],
  filters: [{ member: 'deals.closed_at', operator: 'set' }],
  order: { 'deals.closed_at': 'desc' },
  limit: 1,
};

/** How many deals there are at all. */
export const ALL_DEALS: Query = { measures: ['deals.count'] };
