import { DayRange, Period } from '@core/analytics/period';
import { FigureQuery } from '@shared/kpi/figures.client';
import type { Split } from './marketing.address';

/** The steps of the lead funnel, each with the leads that reached it and the rate at which the step before leads to it within 90 days. */
export const STEPS = [
  { key: 'leads', count: 'leads.count', rate: null }, { key: 'mql', count: 'leads.mql_count', rate: 'leads.mql_rate' }, { key: 'sql', count: 'leads.sql_count', rate: 'leads.sql_rate' }, { key: 'won', count: 'leads.won_count', rate: 'leads.won_rate' },
] as const;
/** One of them. */
export type Step = (typeof STEPS)[number]['key'];

/** The models of attribution, side by side. */
export const MODELS = ['first_touch', 'last_touch', 'linear', 'u_shaped', 'time_decay'] as const;
/** One of them. */
export type Model = (typeof MODELS)[number];
/** The member of a model. */
export const creditOf = (model: Model): string => `attribution.${model}`;

/** The cost of a customer, and its two sides, as spent or one sales cycle earlier. */
export const costMembers = (lag: boolean): { readonly cac: string; readonly cost: string } => ({ cac: lag ? 'lagged_cac' : 'cac', cost: lag ? 'lagged_cost' : 'cost' });

/** What a customer costs beside what a customer is worth, in the order of the page. Those without rows of their own are products of other cubes' numbers. */
export const TILES = {
  count: { member: 'unit_economics.count', better: 'up', rows: true }, cac: { member: 'unit_economics.cac', better: 'down', rows: true }, payback: { member: 'unit_economics.cac_payback', better: 'down', rows: false },
  ltv: { member: 'unit_economics.ltv', better: 'up', rows: false }, observed: { member: 'customer_cohorts.observed_ltv', better: 'up', rows: true }, ratio: { member: 'unit_economics.ltv_to_cac', better: 'up', rows: false },
} as const;
/** One of them. */
export type TileKey = keyof typeof TILES;
/** All of them. */
export const TILE_KEYS = Object.keys(TILES) as TileKey[];

const during = (dimension: string, range: DayRange | null): object => (range === null ? {} : { timeDimensions: [{ dimension, dateRange: range }] });
const costs = ['count', 'cost', 'cac', 'lagged_cost', 'lagged_cac', 'lag_days'];
const LIMIT = 5_000;

const funnelQuery = (range: DayRange | null): FigureQuery => ({ measures: STEPS.flatMap(({ count, rate }) => (rate === null ? [count] : [count, rate])), ...during('leads.created_at', range) });
const unitQuery = (range: DayRange | null): FigureQuery => ({ measures: [...costs, 'cac_payback', 'ltv', 'ltv_to_cac', 'gross_margin'].map((name) => `unit_economics.${name}`), ...during('unit_economics.day', range) });
const observedQuery = (range: DayRange | null): FigureQuery => ({ measures: ['customer_cohorts.observed_ltv', 'customer_cohorts.customers'], ...during('customer_cohorts.cohort', range) });
const channelQuery = (range: DayRange | null): FigureQuery => ({ measures: costs.map((name) => `acquisition.${name}`), dimensions: ['acquisition.channel'], ...during('acquisition.day', range), limit: LIMIT });
const blendedQuery = (range: DayRange | null): FigureQuery => ({ measures: costs.map((name) => `acquisition.${name}`), ...during('acquisition.day', range) });

/** Credits of all models by channel, or by campaign with its channel. */
export const creditQuery = (range: DayRange | null, by: Split): FigureQuery => ({
  measures: [...MODELS.map(creditOf), 'attribution.deal_count', 'attribution.touch_count'], dimensions: by === 'channel' ? ['attribution.channel'] : ['attribution.campaign', 'attribution.campaign_ar', 'attribution.channel'], ...during('attribution.closed_at', range), order: { 'attribution.linear': 'desc' }, limit: LIMIT,
});
const creditedQuery = (range: DayRange | null): FigureQuery => ({ measures: [...MODELS.map(creditOf), 'attribution.deal_count', 'attribution.touch_count'], ...during('attribution.closed_at', range) });
const revenueQuery = (range: DayRange | null): FigureQuery => ({ measures: ['deals.won_amount', 'deals.won_count'], ...during('deals.closed_at', range) });

/** All questions of the page, which are asked as one. */
export function marketingQueries({ range, previous }: Period, by: Split): Record<string, FigureQuery> {
  return {
    funnel: funnelQuery(range), unit: unitQuery(range), observed: observedQuery(range), channels: channelQuery(range), blended: blendedQuery(range), credits: creditQuery(range, by), credited: creditedQuery(range), revenue: revenueQuery(range),
    ...(previous === null ? {} : { funnelBefore: funnelQuery(previous), unitBefore: unitQuery(previous), observedBefore: observedQuery(previous) }),
  };
}
