import { monthPeriod, PeriodParams } from '@core/analytics/months';
import { Period } from '@core/analytics/period';
import { BAR_KEYS, BarKey, TREND_KEYS, TrendKey } from './revenue.questions';
import { GRID_METRICS, GridMetric } from './cohorts/cohort.grid';

/** What the address says, as text. */
export interface RevenueParams extends PeriodParams {
  readonly trend?: string;
  readonly show?: string;
  readonly pick?: string;
}

/** What the page shows. */
export interface RevenueAddress {
  readonly period: Period;
  /** The number whose trend is drawn. */
  readonly trend: TrendKey;
  /** What the cells of the cohorts are. */
  readonly show: GridMetric;
  /** The number whose rows are open: a bar, or a cell as `2026-03.4`. */
  readonly pick: string | null;
}

const CELL = /^(\d{4}-(?:0[1-9]|1[0-2]))\.(\d{1,3})$/;

/** Reads the address; nonsense gives way to the defaults. */
export function readAddress(params: RevenueParams, today: Date, startMonth: number): RevenueAddress {
  return {
    period: monthPeriod(params, today, startMonth),
    trend: TREND_KEYS.find((key) => key === params.trend) ?? 'mrr',
    show: GRID_METRICS.find((key) => key === params.show) ?? 'accounts',
    pick: params.pick && (barOf(params.pick) !== null || cellOf(params.pick) !== null) ? params.pick : null,
  };
}

/** The bar that is picked, or null. */
export const barOf = (pick: string | null): BarKey | null => BAR_KEYS.find((key) => key === pick) ?? null;

/** The cell that is picked: the cohort as a month and the months since, or null. */
export function cellOf(pick: string | null): { readonly cohort: string; readonly since: number } | null {
  const [, cohort, since] = CELL.exec(pick ?? '') ?? [];
  return cohort && since ? { cohort, since: Number(since) } : null;
}
