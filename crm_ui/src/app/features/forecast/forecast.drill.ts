import { addDays } from '@core/analytics/period';
import { NumberQuestion } from '@shared/kpi/number.model';
import { Forecast, Group, MoneyName, Narrow, NARROWS, Split } from './forecast.model';

/** A figure of a line: its money and the quotients of it. */
export type FigureName = MoneyName | 'attainment' | 'coverage';

const MEASURES: Readonly<Record<FigureName, string>> = {
  quota: 'quota_amount', won: 'won_amount', commit: 'commit_amount', best_case: 'best_case_amount', pipeline: 'pipeline_amount', forecast: 'forecast_amount', adjustment: 'adjustment_amount', adjusted: 'adjusted_amount',
  model_forecast: 'model_forecast_amount', gap: 'gap_amount', attainment: 'quota_attainment', coverage: 'coverage',
};

/** What tells the lines apart, by their ids. */
const KEYS: Readonly<Record<Split, readonly string[]>> = { owner: ['owner_id', 'team_id'], team: ['team_id'], region: ['region'] };

/** A condition of a question. */
export interface Condition {
  readonly member: string;
  readonly operator: 'equals';
  readonly values: string[];
}

/** What the page is narrowed to, as conditions on a view that has these members. */
export function conditionsOf(view: string, narrow: Narrow): Condition[] {
  return NARROWS.filter((name) => narrow[name].length > 0).map((name) => ({ member: `${view}.${name === 'region' ? name : `${name}_id`}`, operator: 'equals', values: [...narrow[name]] }));
}

/** The question whose records sum to a figure of a line, or of all lines: exactly what the forecast itself was asked, cut to the line. */
export function questionBehind(name: FigureName, { by, period }: Pick<Forecast, 'by' | 'period'>, group: Group | null, narrow: Narrow, title: string): NumberQuestion {
  const measure = `forecast.${MEASURES[name]}`;
  const query = { measures: [measure], timeDimensions: [{ dimension: 'forecast.close_date', dateRange: [period.start, addDays(period.end, -1)] }], filters: conditionsOf('forecast', narrow) };
  if (group === null) return { query, measure, title };
  const values: Readonly<Record<string, string | null>> = { owner_id: group.id, team_id: by === 'team' ? group.id : (group.team?.id ?? null), region: group.id };
  const point = Object.fromEntries(KEYS[by].map((key) => [`forecast.${key}`, values[key] ?? null]));
  return { query: { ...query, dimensions: Object.keys(point) }, measure, point, title };
}
