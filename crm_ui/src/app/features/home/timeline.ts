import { Row } from '@core/analytics/analytics.client';
import { addDays, addMonths, DayRange } from '@core/analytics/period';
import { formatDate, LocaleTag } from '@core/format/format';
import { Grain } from './dashboard.model';

/** A step of time with the row that tells of it. */
export interface TimeStep {
  /** Its first day. */
  readonly day: string;
  readonly row: Row | undefined;
}

const MOST_STEPS: Readonly<Record<Grain, number>> = { day: 92, week: 60, month: 36, quarter: 24, year: 20 };

/** The first day of the step that a day is in; weeks begin on Monday, as in the semantic layer. */
export function startOf(day: string, grain: Grain): string {
  const date = new Date(`${day}T00:00:00Z`);
  switch (grain) {
    case 'day': return day;
    case 'week': return addDays(day, -((date.getUTCDay() + 6) % 7));
    case 'month': return `${day.slice(0, 7)}-01`;
    case 'quarter': return `${day.slice(0, 5)}${String(Math.floor(date.getUTCMonth() / 3) * 3 + 1).padStart(2, '0')}-01`;
    case 'year': return `${day.slice(0, 4)}-01-01`;
  }
}

const next = (day: string, grain: Grain): string => (grain === 'day' ? addDays(day, 1) : grain === 'week' ? addDays(day, 7) : addMonths(day, { month: 1, quarter: 3, year: 12 }[grain]));

/** The days of a step. */
export const stepRange = (day: string, grain: Grain): DayRange => [day, addDays(next(day, grain), -1)];

/** Every step of a range (for all time: of what the rows span) with its row, none left out, the newest where there are too many. */
export function timeline(rows: readonly Row[], date: string, grain: Grain, range: DayRange | null): TimeStep[] {
  const known = new Map<string, Row>();
  for (const row of rows) {
    const value = row[`${date}.${grain}`] ?? row[date];
    if (typeof value === 'string') known.set(value.slice(0, 10), row);
  }
  const days = [...known.keys()].sort();
  const first = range ? startOf(range[0], grain) : days[0];
  const last = range ? startOf(range[1], grain) : days.at(-1);
  if (!first || !last) return [];
  const steps: TimeStep[] = [];
  for (let day = first; day <= last; day = next(day, grain)) steps.push({ day, row: known.get(day) });
  return steps.slice(-MOST_STEPS[grain]);
}

/** Names of a step: in full, and short for an axis; over more than a year every month names its year. */
export function stepLabels(day: string, grain: Grain, tag: LocaleTag, steps: number): { readonly label: string; readonly axis: string } {
  const written = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  switch (grain) {
    case 'day': case 'week': return { label: formatDate(day, tag), axis: formatDate(day, tag, 'short') };
    case 'month': return { label: formatDate(day, tag, 'month'), axis: day.slice(5, 7) === '01' || steps === 1 || steps > 13 ? formatDate(day, tag, 'monthShort') : written({ month: 'short' }) };
    case 'quarter': return { label: formatDate(day, tag, 'quarter'), axis: formatDate(day, tag, 'quarter') };
    case 'year': return { label: written({ year: 'numeric' }), axis: written({ year: 'numeric' }) };
  }
}
