import type { Actor } from '../../../kernel/context/actor.js';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import type { AnalyticsService, Figures } from '../../../reporting/analytics/analytics.service.js';
import { toCents } from '../decimal.js';
import { dayBefore, type ForecastPeriod } from '../forecast.period.js';
import type { Calendar } from '../../../workspace/settings/calendar.model.js';
import { filtersOf, type ForecastFilter } from '../forecast.types.js';
import type { DealList, ListedDeal } from './simulation.types.js';

type Row = Figures['rows'][number];

/** What the semantic layer is asked through. */
export type Loader = Pick<AnalyticsService, 'load'>;

/** Days from `from` to before `to`. */
export interface DayRange {
  readonly start: string;
  readonly end: string;
}

/** Which open deals a list is of: those that should close in one of the ranges, or that are named. */
export interface DealQuestion {
  readonly period: ForecastPeriod;
  readonly calendar: Calendar;
  readonly filter: ForecastFilter;
  /** Where not only those of the period are wanted. */
  readonly range?: DayRange;
  readonly named?: readonly string[];
}

// The most rows that the semantic layer gives at once.
export const mostDeals = 50_000;

/** Measures that say of a single open deal what it brings and how likely it is. */
export const weighing = (view: 'deals' | 'deals_asof'): string[] => ['open_amount', 'weighted_amount', 'model_weighted_amount', 'scored_count'].map((name) => `${view}.${name}`);

/** Exact cents of decimal text, which a float holds exactly up to 90 trillion of the currency. */
export const centsOf = (value: string | number | null | undefined): number => Number(toCents(String(value ?? '0')).replace('.', ''));

/** Decimal text of cents, rounded to whole ones. */
export function decimalOf(cents: number): string {
  const whole = Math.round(cents);
  const size = Math.abs(whole);
  return `${whole < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}

/** Days of a time dimension; the last one is part of what Cube is told. */
export const within = (dimension: string, { start, end }: DayRange): object[] => [{ dimension, dateRange: [start, dayBefore(end)] }];

/** Refuses a list that was cut off. @throws CrmError 422 */
export function requireWhole(rows: readonly Row[]): readonly Row[] {
  if (rows.length >= mostDeals) throw new CrmError(422, 'too_many_deals', `More than ${mostDeals} deals are open in this period. Narrow it by "owner_id", "team_id" or "region", or ask for a shorter period.`);
  return rows;
}

/** Won and open deals of a period as the caller may see them, each amount at the rate that the semantic layer counts it by. */
export async function readDeals(analytics: Loader, actor: Actor, { period, calendar, filter, range, named = [] }: DealQuestion): Promise<DealList> {
  const conditions = filtersOf('deals', filter);
  const isOpen = { member: 'deals.status', operator: 'equals', values: ['open'] };
  const list = { measures: weighing('deals'), dimensions: ['id', 'stage_id', 'close_date'].map((name) => `deals.${name}`), limit: mostDeals, timezone: calendar.time_zone };
  const [won, open, also] = await Promise.all([
    analytics.load(actor, { measures: ['deals.won_amount', 'deals.reporting_currency'], filters: [...conditions, { member: 'deals.status', operator: 'equals', values: ['won'] }], timeDimensions: within('deals.closed_at', period), timezone: calendar.time_zone }),
    analytics.load(actor, { ...list, filters: [...conditions, isOpen], timeDimensions: within('deals.close_date', range ?? period) }),
    named.length === 0 ? null : analytics.load(actor, { ...list, filters: [...conditions, isOpen, { member: 'deals.id', operator: 'equals', values: [...named] }] }),
  ]);
  const answers = [won, open, ...(also ? [also] : [])];
  const oldest = answers.reduce((least, one) => (one.watermark.committed_at < least.watermark.committed_at ? one : least));
  const deals = new Map([...requireWhole(open.rows), ...(also?.rows ?? [])].map((row) => [String(row['deals.id']), dealOf(row)]));
  return { wonCents: centsOf(won.rows[0]?.['deals.won_amount']), currency: String(won.rows[0]?.['deals.reporting_currency'] ?? 'USD'), deals: [...deals.values()], watermark: oldest.watermark, proof: answers.find(({ proof }) => proof?.equal !== true)?.proof ?? oldest.proof };
}

/** The amount of one open deal and how likely it is by stage and by model, of a row of `deals` or `deals_asof` that has {@link weighing}. */
export function weighed(row: Row, view: 'deals' | 'deals_asof'): Pick<ListedDeal, 'id' | 'cents' | 'stageProbability' | 'score'> {
  const amount = Number(row[`${view}.open_amount`] ?? 0);
  // Of a deal without an amount it does not matter how likely it is.
  const share = (name: string): number => (amount === 0 ? 0 : Math.min(1, Math.max(0, Number(row[`${view}.${name}`] ?? 0) / amount)));
  return { id: String(row[`${view}.id`]), cents: centsOf(row[`${view}.open_amount`]), stageProbability: share('weighted_amount'), score: Number(row[`${view}.scored_count`] ?? 0) > 0 ? share('model_weighted_amount') : null };
}

const dealOf = (row: Row): ListedDeal =>
  ({ ...weighed(row, 'deals'), stageId: row['deals.stage_id'] == null ? null : String(row['deals.stage_id']), closeDate: String(row['deals.close_date'] ?? '').slice(0, 10) });
