import { invalidQuery } from '../../kernel/errors/crm.error.js';
import { dayIn } from '../../kernel/zone.time.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';

/** A period of the forecast, half-open: `end` is the first day after it. Years and quarters are fiscal ones: `2026-Q1` is the first quarter of the fiscal year that ends in 2026. */
export interface ForecastPeriod {
  /** `2026`, `2026-Q4` or `2026-11`. */
  readonly key: string;
  readonly kind: 'year' | 'quarter' | 'month';
  readonly start: string;
  readonly end: string;
}

const firstOf = (year: number, month: number): string => new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10);
/** The day before, for questions whose last day is part of them. */
export const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

/** Reads a period. @throws CrmError 400 where it is none. */
export function readPeriod(key: string, { fiscal_year_start_month: startMonth }: Calendar): ForecastPeriod {
  const [, yearText = '', quarterText, monthText] = /^(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(key) ?? [];
  if (yearText === '') throw invalidQuery([{ path: 'period', code: 'period', message: 'The period must be a quarter such as 2026-Q4, a month such as 2026-11, or a year such as 2026.' }]);
  const year = Number(yearText);
  if (monthText !== undefined) return { key, kind: 'month', start: firstOf(year, Number(monthText)), end: firstOf(year, Number(monthText) + 1) };
  const began = startMonth === 1 ? year : year - 1;
  const from = startMonth + (quarterText === undefined ? 0 : (Number(quarterText) - 1) * 3);
  return { key, kind: quarterText === undefined ? 'year' : 'quarter', start: firstOf(began, from), end: firstOf(began, from + (quarterText === undefined ? 12 : 3)) };
}

/** The fiscal quarter that a day (`YYYY-MM-DD`) is in, and those after it. */
export function quartersOf(day: string, count: number, calendar: Calendar): ForecastPeriod[] {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const startMonth = calendar.fiscal_year_start_month;
  const since = (month - startMonth + 12) % 12;
  const named = month < startMonth || startMonth === 1 ? year : year + 1;
  const first = named * 4 + Math.floor(since / 3);
  return Array.from({ length: count }, (_, index) => readPeriod(`${Math.floor((first + index) / 4)}-Q${((first + index) % 4) + 1}`, calendar));
}

/** The fiscal quarter that it is at an instant where the business is, and those after it. */
export const quartersFrom = (at: Date, count: number, calendar: Calendar): ForecastPeriod[] => quartersOf(dayIn(calendar.time_zone, at), count, calendar);
