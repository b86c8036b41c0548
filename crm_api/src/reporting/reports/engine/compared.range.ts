import { addMonths, isoDay, isPeriod, previousOf, rangeOf, type DayRange, type ReportingDay } from '../../period/period.range.js';
import type { Grain, ReportDefinition } from '../definition/report.types.js';

const dayMs = 86_400_000;
const time = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const daysBetween = (from: string, to: string): number => Math.round((time(to) - time(from)) / dayMs);
const plusDays = (day: string, days: number): string => isoDay(time(day) + days * dayMs);
const isLast = (day: string): boolean => plusDays(day, 1).endsWith('-01');
const lastOfMonth = (day: string): string => isoDay(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0));

/** The days of the report's period; null for all time or without a period. */
export function askedRange({ period }: Pick<ReportDefinition, 'period'>, at: ReportingDay): DayRange | null {
  if (period === null) return null;
  return isPeriod(period.range) ? rangeOf(period.range, at) : period.range;
}

/** The days that a period is compared with: the same stretch of the period before or of the year before; the end of a month stays one. Null where nothing is compared. */
export function comparedRange({ period, compare }: Pick<ReportDefinition, 'period' | 'compare'>, at: ReportingDay): DayRange | null {
  const range = askedRange({ period }, at);
  if (range === null || compare === null || period === null) return null;
  const [from, to] = range;
  const back = (months: number): DayRange => [addMonths(from, -months), isLast(to) ? lastOfMonth(addMonths(`${to.slice(0, 7)}-01`, -months)) : addMonths(to, -months)];
  if (compare === 'year') return back(12);
  if (isPeriod(period.range)) return previousOf(period.range, at);
  if (from.endsWith('-01') && isLast(to)) return back(monthsBetween(from, to) + 1);
  const days = daysBetween(from, to) + 1;
  return [plusDays(from, -days), plusDays(from, -1)];
}

const monthOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
const monthsBetween = (from: string, to: string): number => monthOf(to) - monthOf(from);

/** Months from the calendar's beginning to the first of the step that a day lies in. */
function monthStep(day: string, grain: Grain, startMonth: number): number {
  const size = { month: 1, quarter: 3, fiscal_quarter: 3, year: 12, fiscal_year: 12, day: 1, week: 1 }[grain];
  const from = grain.startsWith('fiscal') ? startMonth - 1 : 0;
  return Math.floor((monthOf(day) - from) / size) * size + from;
}

const monday = (day: string): string => plusDays(day, -((new Date(time(day)).getUTCDay() + 6) % 7));

/** Puts a step of the compared days in the place of the step that it stands beside: the first of the one beside the first of the other. Steps are told by their first day, as `YYYY-MM-DDT00:00:00.000`. */
export function besideStep(step: string, grain: Grain, compare: 'previous' | 'year', [range, compared]: readonly [DayRange, DayRange], startMonth: number): string {
  const day = step.slice(0, 10);
  const written = (moved: string): string => `${moved}${step.slice(10)}`;
  if (grain === 'week') return written(plusDays(day, compare === 'year' ? 364 : daysBetween(monday(compared[0]), monday(range[0]))));
  if (grain === 'day') {
    if (compare === 'previous') return written(plusDays(day, daysBetween(compared[0], range[0])));
    // The 29th of February has no counterpart: it stays a day of its own.
    return day.endsWith('-02-29') ? step : written(addMonths(day, 12));
  }
  return written(addMonths(day, monthStep(range[0], grain, startMonth) - monthStep(compared[0], grain, startMonth)));
}
