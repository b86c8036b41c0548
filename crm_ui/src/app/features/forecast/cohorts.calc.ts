import { Row } from '@core/analytics/analytics.client';
import { addDays, addMonths, DayRange } from '@core/analytics/period';
import { NumberQuestion } from '@shared/kpi/number.model';
import { conditionsOf } from './forecast.drill';
import { Narrow } from './forecast.model';

/** What can become of a cohort, as the view `forecast_cohorts` names it. */
export const OUTCOMES = ['won', 'lost', 'slipped_1', 'slipped_2', 'slipped_3', 'open', 'undecided'] as const;
/** What is told of it. */
export const UNITS = ['amount', 'count'] as const;
/** One of them. */
export type CohortUnit = (typeof UNITS)[number];

/** A cell of the grid: its measure, the number as it came, and its share of the cohort from 0 to 1; null while nothing can have decided it. */
export interface CohortCell {
  readonly measure: string;
  readonly value: string | null;
  readonly share: number | null;
}

/** The cohort of a month: the first day of it as the answer has it, all its deals, and what became of them. */
export interface Cohort {
  readonly month: string;
  readonly total: CohortCell;
  readonly cells: readonly CohortCell[];
}

const VIEW = 'forecast_cohorts';
const MONTH = `${VIEW}.cohort.month`;
const measureOf = (name: string, unit: CohortUnit): string => (name === '' ? `${VIEW}.${unit}` : `${VIEW}.${name}_${unit}`);

/** Twelve months up to the running one, by whole months. */
export function monthsUntil(today: string): DayRange {
  const first = `${today.slice(0, 7)}-01`;
  return [addMonths(first, -11), addDays(addMonths(first, 1), -1)];
}

/** The question of the grid. */
export function cohortQuery(range: DayRange, unit: CohortUnit, narrow: Narrow): { measures: string[]; timeDimensions: { dimension: string; granularity: 'month'; dateRange: [string, string] }[]; filters: ReturnType<typeof conditionsOf> } {
  return { measures: ['', ...OUTCOMES].map((name) => measureOf(name, unit)), timeDimensions: [{ dimension: `${VIEW}.cohort`, granularity: 'month', dateRange: [range[0], range[1]] }], filters: conditionsOf(VIEW, narrow) };
}

/** The cohorts of an answer, the latest first. */
export function cohortsOf(rows: readonly Row[], unit: CohortUnit): Cohort[] {
  return rows.flatMap((row): Cohort[] => {
    const month = row[MONTH];
    if (typeof month !== 'string') return [];
    const all = Number(row[measureOf('', unit)]);
    const cell = (name: string): CohortCell => {
      const value = row[measureOf(name, unit)];
      const known = value === null || value === undefined ? null : String(value);
      return { measure: measureOf(name, unit), value: known, share: known === null || all === 0 ? null : Number(known) / all };
    };
    return [{ month, total: cell(''), cells: OUTCOMES.map(cell) }];
  }).sort((one, two) => two.month.localeCompare(one.month));
}

/** The question whose records sum to a cell. */
export function cohortQuestion(range: DayRange, unit: CohortUnit, narrow: Narrow, month: string, { measure }: CohortCell, title: string): NumberQuestion {
  return { query: { ...cohortQuery(range, unit, narrow), measures: [measure] }, measure, point: { [MONTH]: month }, title };
}
