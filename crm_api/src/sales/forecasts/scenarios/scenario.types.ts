import type { ForecastFilter } from '../forecast.types.js';

/** A change of the chance to win, of the deals of one stage or (null) of all others. */
export interface WinRateChange {
  readonly stage_id: string | null;
  readonly factor: number;
}

/** What happens to a single deal; what is not said stays as it is. */
export interface DealChange {
  readonly id: string;
  readonly outcome?: 'won' | 'lost';
  readonly close_date?: string;
  readonly amount?: string;
}

/** What is supposed. General changes leave alone what is said of a single deal. */
export interface ScenarioChanges {
  readonly win_rates?: readonly WinRateChange[];
  /** Per cent added to the amount of open deals. */
  readonly amount_percent?: number;
  /** Days by which open deals close later, or earlier. */
  readonly shift_days?: number;
  readonly deals?: readonly DealChange[];
  /** Won for certain beside the deals there are, in the reporting currency. */
  readonly new_business?: string;
}

/** What a caller says of a scenario. */
export interface ScenarioChange {
  readonly name?: string;
  readonly period?: string;
  readonly filter?: ForecastFilter;
  readonly changes?: ScenarioChanges;
  readonly shared_roles?: readonly string[];
  readonly shared_team_ids?: readonly string[];
}

/** A row of `crm_forecast_scenarios` with the name of its owner. */
export interface ScenarioRow {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  readonly owner_name: string | null;
  readonly period: string;
  readonly filter: ForecastFilter;
  readonly changes: ScenarioChanges;
  readonly shared_roles: readonly string[];
  readonly shared_team_ids: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}
