import { Proof, Watermark } from '@core/analytics/cube.transport';
import { ForecastPeriod } from '../forecast.model';

/** What the forecast is narrowed to. */
export type ForecastCut = Readonly<Partial<Record<'owner_id' | 'team_id' | 'region', readonly string[]>>>;

/** A bar of the histogram; money as exact decimals. */
export interface HistogramBar {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** The closing figure of a period as a distribution, as the API gives it. */
export interface Simulation {
  readonly period: ForecastPeriod;
  readonly currency: string;
  readonly won: string;
  readonly p10: string;
  readonly p50: string;
  readonly p90: string;
  readonly mean: string;
  readonly expected: string;
  readonly best: string;
  readonly quota: string;
  readonly quota_probability: number | null;
  readonly histogram: readonly HistogramBar[];
  readonly draws: number;
  readonly seed: number;
  readonly deals: number;
  readonly unscored: number;
  readonly overdue: number;
  readonly common_factor: { readonly correlation: number; readonly periods: number; readonly estimated: boolean };
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}

/** A past period beside the band that would have been told of it. */
export interface Backtest {
  readonly period: ForecastPeriod;
  readonly as_of: string;
  readonly p10: string;
  readonly p50: string;
  readonly p90: string;
  readonly actual: string;
  readonly inside: boolean;
  /** Deals that had a score of the win model then, and those that have the probability of their stage. */
  readonly scored: number;
  readonly unscored: number;
}

/** How often the actual lay in the band. */
export interface Coverage {
  readonly days_left: number;
  readonly asked: number;
  readonly known: number;
  readonly covered: number;
  readonly interval: readonly [number, number] | null;
  /** By what the deals of the past periods were judged. */
  readonly probabilities: 'model' | 'stage' | 'mixed';
  readonly periods: readonly Backtest[];
}
