import { Watermark, Proof } from '@core/analytics/cube.transport';
import { ForecastPeriod } from '../forecast.model';
import { ForecastCut } from '../simulation/simulation.model';

/** What is supposed of a single deal. */
export interface DealChange {
  readonly id: string;
  readonly outcome?: 'won' | 'lost';
  readonly close_date?: string;
  readonly amount?: string;
}

/** What a scenario supposes, as the API takes it. */
export interface Changes {
  readonly win_rates?: readonly { readonly stage_id: string | null; readonly factor: number }[];
  readonly amount_percent?: number;
  readonly shift_days?: number;
  readonly deals?: readonly DealChange[];
  readonly new_business?: string;
}

/** A saved scenario. */
export interface Scenario {
  readonly id: string;
  readonly name: string;
  readonly period: string;
  readonly filter: ForecastCut;
  readonly changes: Changes;
  readonly owner: { readonly id: string; readonly name: string };
  readonly changeable: boolean;
  readonly shared_roles: readonly string[];
  readonly shared_team_ids: readonly string[];
}

/** Money of a side of the comparison, exact decimals. */
export const SCENARIO_MONEY = ['won', 'weighted', 'p10', 'p50', 'p90', 'quota', 'gap', 'gap_p50'] as const;
/** One side of the comparison. */
export type ScenarioFigures = Readonly<Record<(typeof SCENARIO_MONEY)[number] | 'expected', string>> & { readonly quota_probability: number | null; readonly deals: number };

/** A scenario beside what is. */
export interface ScenarioResult {
  readonly period: ForecastPeriod;
  readonly currency: string;
  readonly base: ScenarioFigures;
  readonly scenario: ScenarioFigures;
  readonly missing_deals: number;
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}
