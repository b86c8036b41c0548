/** What a forecast can be split by. */
export const forecastSplits = ['owner', 'team', 'region'] as const;
export type ForecastSplit = (typeof forecastSplits)[number];

/** Money of the forecast as the answer names it → the measure of the semantic layer; exact decimals in the reporting currency. */
export const moneyMeasures = {
  won: 'won_amount', commit: 'commit_amount', best_case: 'best_case_amount', pipeline: 'pipeline_amount', open: 'open_amount', weighted_open: 'weighted_amount', forecast: 'forecast_amount',
  model_weighted_open: 'model_weighted_amount', model_forecast: 'model_forecast_amount', quota: 'quota_amount', gap: 'gap_amount', adjustment: 'adjustment_amount', adjusted: 'adjusted_amount',
} as const;
export type MoneyName = keyof typeof moneyMeasures;
export const moneyNames = Object.keys(moneyMeasures) as MoneyName[];

/** The numbers of one group or of all: money as text, ratios as floats, null where a denominator is nothing. */
export type ForecastFigures = Readonly<Record<MoneyName, string>> & { readonly deals: number; readonly attainment: number | null; readonly coverage: number | null };

/** One line of a forecast. A line without an owner is a team's own adjustments, or deals that nobody owns. */
export interface ForecastGroup {
  readonly id: string | null;
  readonly name: string | null;
  readonly name_ar: string | null;
  readonly team: { readonly id: string; readonly name: string; readonly name_ar: string } | null;
  readonly figures: ForecastFigures;
}

/** What a forecast is cut to: of each kind any one of the values. */
export interface ForecastFilter {
  readonly owner_id?: readonly string[];
  readonly team_id?: readonly string[];
  readonly region?: readonly string[];
}

/** The filter as conditions of a question to a view that has these members. */
export function filtersOf(view: string, filter: ForecastFilter): { readonly member: string; readonly operator: 'equals'; readonly values: readonly string[] }[] {
  return Object.entries(filter).flatMap(([name, values]: [string, readonly string[] | undefined]) => (values === undefined || values.length === 0 ? [] : [{ member: `${view}.${name}`, operator: 'equals', values }]));
}

/** Who or what an adjustment is about. */
export interface AdjustmentTarget {
  readonly id: string;
  readonly kind: 'owner' | 'team';
  readonly name: string;
}

/** A version of an adjustment as it is stored. */
export interface AdjustmentRow {
  readonly id: string;
  readonly version: number;
  readonly delta: string;
  readonly target: string | null;
  readonly currency: string;
  readonly reason: string;
  readonly author_id: string | null;
  readonly author_name: string | null;
  readonly created_at: Date;
}
