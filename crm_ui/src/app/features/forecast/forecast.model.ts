import { Proof, Watermark } from '@core/analytics/cube.transport';

/** What the lines of the forecast are. */
export const SPLITS = ['owner', 'team', 'region'] as const;
/** One of them. */
export type Split = (typeof SPLITS)[number];

/** What the page can be narrowed by. */
export const NARROWS = SPLITS;
/** What the page is narrowed to, by ids and names of regions; of each any one counts, and none means all. */
export type Narrow = Readonly<Record<Split, readonly string[]>>;
/** Narrowed to nothing. */
export const NOTHING: Narrow = { owner: [], team: [], region: [] };

/** What the API is asked for to narrow it. */
export const paramsOf = ({ owner, team, region }: Narrow): Record<string, readonly string[]> => Object.fromEntries(Object.entries({ owner_id: owner, team_id: team, region }).filter(([, values]) => values.length > 0));

/** Money of a line, exact decimals in the reporting currency. */
export const MONEY = ['quota', 'won', 'commit', 'best_case', 'pipeline', 'forecast', 'adjustment', 'adjusted', 'model_forecast', 'gap'] as const;
/** One of these numbers. */
export type MoneyName = (typeof MONEY)[number];

/** The numbers of a line. */
export type Figures = Readonly<Record<MoneyName | 'open', string>> & { readonly deals: number; readonly attainment: number | null; readonly coverage: number | null };

/** A line: a person, a team, a region, a team's own adjustments, or what nobody owns. */
export interface Group {
  readonly id: string | null;
  readonly name: string | null;
  readonly name_ar: string | null;
  readonly team: { readonly id: string; readonly name: string; readonly name_ar: string } | null;
  readonly adjustable: boolean;
  readonly figures: Figures;
}

/** The period that is forecast; `end` is the first day after it. */
export interface ForecastPeriod {
  readonly key: string;
  readonly kind: 'year' | 'quarter' | 'month';
  readonly start: string;
  readonly end: string;
}

/** The forecast as the API gives it. */
export interface Forecast {
  readonly period: ForecastPeriod;
  readonly by: Split;
  readonly currency: string;
  readonly groups: readonly Group[];
  readonly total: Figures;
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}

/** A version of an adjustment. */
export interface AdjustmentVersion {
  readonly version: number;
  readonly delta: string;
  readonly amount: string | null;
  readonly currency: string;
  readonly reason: string;
  readonly author: { readonly id: string; readonly name: string } | null;
  readonly created_at: string;
}

/** What was adjusted of one line. */
export interface Adjustment {
  readonly current: AdjustmentVersion | null;
  readonly versions: readonly AdjustmentVersion[];
  readonly adjustable: boolean;
}

/** Who forecasts. */
export const FORECASTERS = ['rep', 'manager', 'stage', 'model'] as const;
/** How near somebody's forecasts came. */
export interface Nearness {
  readonly forecast: string;
  readonly error: string;
  readonly accuracy: number | null;
}

/** Accuracy of everybody at one age of the snapshots, or over all. */
export type AccuracyFigures = Readonly<Record<(typeof FORECASTERS)[number], Nearness>> & { readonly snapshots: number; readonly actual: string };

/** Accuracy by whole weeks to the end of the period. */
export interface Accuracy {
  readonly currency: string;
  readonly ages: readonly (AccuracyFigures & { readonly weeks_left: number })[];
  readonly total: AccuracyFigures;
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}
