import { monthPeriod, PeriodParams } from '@core/analytics/months';
import { Period } from '@core/analytics/period';
import { STEPS, Step } from './marketing.questions';

/** What credits can be split by. */
export const SPLITS = ['channel', 'campaign'] as const;
/** One of them. */
export type Split = (typeof SPLITS)[number];

/** What the address says, as text. */
export interface MarketingParams extends PeriodParams {
  readonly lag?: string;
  readonly by?: string;
  readonly pick?: string;
}

/** What the page shows. */
export interface MarketingAddress {
  readonly period: Period;
  /** Whether costs are those of one sales cycle earlier. */
  readonly lag: boolean;
  readonly by: Split;
  /** The step of the funnel whose leads are listed. */
  readonly pick: Step | null;
}

/** Reads the address; nonsense gives way to the defaults. */
export function readAddress(params: MarketingParams, today: Date, startMonth: number): MarketingAddress {
  return {
    period: monthPeriod(params, today, startMonth), lag: params.lag === '1', by: SPLITS.find((split) => split === params.by) ?? 'channel', pick: STEPS.find(({ key }) => key === params.pick)?.key ?? null,
  };
}
