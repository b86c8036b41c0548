import { trendRange, DayRange, Period } from '@core/analytics/period';
import { yearBefore } from '@core/analytics/months';
import { FigureQuery } from '@shared/kpi/figures.client';

/** What moves recurring revenue, in the order of the bridge, and what each does to the level. */
export const MOVES = [{ key: 'new', sign: 1 }, { key: 'expansion', sign: 1 }, { key: 'reactivation', sign: 1 }, { key: 'contraction', sign: -1 }, { key: 'churn', sign: -1 }] as const;
/** A move, or one of the two levels. */
export type BarKey = (typeof MOVES)[number]['key'] | 'opening' | 'closing';
/** Every bar from left to right. */
export const BAR_KEYS: readonly BarKey[] = ['opening', ...MOVES.map(({ key }) => key), 'closing'];
/** The member of a bar. */
export const barMember = (key: BarKey): string => `mrr_bridge.${key}_mrr`;

/** The numbers that are followed over the months, each with its member, and whether more of it is better. */
export const TRENDS = {
  mrr: { member: 'mrr_bridge.closing_mrr', better: 'up' }, arr: { member: 'mrr_bridge.closing_arr', better: 'up' }, accounts: { member: 'mrr_bridge.paying_accounts', better: 'up' }, arpa: { member: 'mrr_bridge.arpa', better: 'up' }, logo_churn: { member: 'mrr_bridge.logo_churn', better: 'down' },
  revenue_churn: { member: 'mrr_bridge.revenue_churn', better: 'down' }, grr: { member: 'mrr_bridge.grr', better: 'up' }, nrr: { member: 'mrr_bridge.nrr', better: 'up' },
} as const;
/** One of them. */
export type TrendKey = keyof typeof TRENDS;
/** All of them, in the order of the page. */
export const TREND_KEYS = Object.keys(TRENDS) as TrendKey[];

/** Cohorts that are shown, the running month among them. */
export const COHORTS = 12;

const MONTH = 'mrr_bridge.month';
const trendMembers = TREND_KEYS.map((key) => TRENDS[key].member);
const during = (dimension: string, range: DayRange | null, granularity?: 'month'): object => ({ timeDimensions: range === null && granularity === undefined ? [] : [{ dimension, ...(range === null ? {} : { dateRange: range }), ...(granularity ? { granularity } : {}) }] });

/** Levels, moves and ratios of a range of months. */
export const bridgeQuery = (range: DayRange | null): FigureQuery => ({ measures: [...new Set([...BAR_KEYS.map(barMember), ...trendMembers])], ...during(MONTH, range) });

const trendQuery = (range: DayRange | null): FigureQuery => ({ measures: trendMembers, ...during(MONTH, range, 'month'), order: { [MONTH]: 'asc' } });

/** The range of the trend: the period's months, twelve at least. */
export const trendMonths = (period: Period): DayRange | null => trendRange(period);

/** Cells of the cohorts: of accounts that pay, from the month that they first ended with revenue. */
export const retentionQuery = (cohorts: DayRange): FigureQuery => ({
  measures: ['retention.account_retention', 'retention.mrr_retention', 'retention.cohort_accounts', 'retention.active_accounts', 'retention.cohort_mrr', 'retention.active_mrr'], dimensions: ['retention.months_since'],
  ...during('retention.cohort', cohorts, 'month'), limit: 5_000,
});

/** Cells of the cohorts: of customers, from the month that they were won in. */
export const valueQuery = (cohorts: DayRange): FigureQuery => ({
  measures: ['customer_cohorts.observed_ltv', 'customer_cohorts.customers', 'customer_cohorts.profit_to_date'], dimensions: ['customer_cohorts.months_since'], ...during('customer_cohorts.cohort', cohorts, 'month'), limit: 5_000,
});

/** What each cohort has brought to date, for the list beside the grid. */
export const cohortsQuery = (cohorts: DayRange): FigureQuery => ({ measures: ['customer_cohorts.count', 'customer_cohorts.customers', 'customer_cohorts.revenue_to_date', 'customer_cohorts.observed_ltv'], ...during('customer_cohorts.cohort', cohorts, 'month'), order: { 'customer_cohorts.cohort': 'asc' } });

/** The lifetime value that the formula expects, of the period. */
export const formulaQuery = (range: DayRange | null): FigureQuery => ({ measures: ['unit_economics.ltv', 'unit_economics.gross_margin'], ...during('unit_economics.day', range) });

/** All questions of the page, which are asked as one. */
export function revenueQueries(period: Period, cohorts: DayRange): Record<string, FigureQuery> {
  const months = trendMonths(period);
  return {
    now: bridgeQuery(period.range), trend: trendQuery(months), retention: retentionQuery(cohorts), value: valueQuery(cohorts), cohorts: cohortsQuery(cohorts), formula: formulaQuery(period.range),
    ...(period.previous === null ? {} : { before: bridgeQuery(period.previous) }), ...(months === null ? {} : { trendBefore: trendQuery(yearBefore(months)) }),
  };
}
