import { dayIn } from '../../kernel/zone.time.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';

const dayMs = 86_400_000;

/** Periods of figures in days of the reporting time zone; each ends today unless it says otherwise. Fiscal ones follow the tenant's fiscal year. */
export const periods = [
  'today', 'yesterday', 'last7Days', 'last30Days', 'last90Days', 'thisWeek', 'thisMonth', 'lastMonth', 'thisQuarter', 'lastQuarter', 'thisYear', 'thisFiscalQuarter', 'lastFiscalQuarter', 'thisFiscalYear', 'last12Months', 'all',
] as const;
export type PeriodName = (typeof periods)[number];

/** First and last day, both inside, as `YYYY-MM-DD`. */
export type DayRange = readonly [from: string, to: string];

/** Today as the tenant's figures count it. */
export interface ReportingDay {
  /** `YYYY-MM-DD` in the zone. */
  readonly today: string;
  readonly zone: string;
  readonly startMonth: number;
}

/** The day that it is by a calendar. */
export const reportingDay = ({ time_zone: zone, fiscal_year_start_month: startMonth }: Calendar, now: Date): ReportingDay => ({ today: dayIn(zone, now), zone, startMonth });

/** A day as text from its number of milliseconds. */
export const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** First and last day of a period; null is all time. Weeks begin on Monday (ISO 8601). */
export function rangeOf(period: PeriodName, { today: day, startMonth }: Pick<ReportingDay, 'today' | 'startMonth'>): DayRange | null {
  const today = Date.parse(`${day}T00:00:00Z`);
  const [year, month] = [new Date(today).getUTCFullYear(), new Date(today).getUTCMonth()];
  const first = (months: number): string => isoDay(Date.UTC(year, months, 1));
  const last = (months: number): string => isoDay(Date.UTC(year, months + 1, 0));
  const quarter = month - (month % 3);
  // Months since the fiscal year began: its quarters are counted from there.
  const since = (month + 12 - (startMonth - 1)) % 12;
  const fiscalQuarter = month - (since % 3);
  const back = (days: number): DayRange => [isoDay(today - (days - 1) * dayMs), day];
  switch (period) {
    case 'today': return back(1);
    case 'yesterday': return [isoDay(today - dayMs), isoDay(today - dayMs)];
    case 'last7Days': return back(7);
    case 'last30Days': return back(30);
    case 'last90Days': return back(90);
    case 'thisWeek': return [isoDay(today - ((new Date(today).getUTCDay() + 6) % 7) * dayMs), day];
    case 'thisMonth': return [first(month), day];
    case 'lastMonth': return [first(month - 1), last(month - 1)];
    case 'thisQuarter': return [first(quarter), day];
    case 'lastQuarter': return [first(quarter - 3), last(quarter - 1)];
    case 'thisYear': return [first(0), day];
    case 'thisFiscalQuarter': return [first(fiscalQuarter), day];
    case 'lastFiscalQuarter': return [first(fiscalQuarter - 3), last(fiscalQuarter - 1)];
    case 'thisFiscalYear': return [first(month - since), day];
    case 'last12Months': return [first(month - 11), day];
    case 'all': return null;
  }
}

/** The day a number of months away; the last day of a shorter month stands in for one that it lacks. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/** The same stretch of the period before, so that half a quarter never stands against a whole one; null where there is none to compare with. */
export function previousOf(period: PeriodName, at: Pick<ReportingDay, 'today' | 'startMonth'>): DayRange | null {
  const range = rangeOf(period, at);
  if (!range) return null;
  const [from, to] = range;
  const back = (months: number): DayRange => [addMonths(from, -months), addMonths(to, -months)];
  switch (period) {
    case 'thisMonth': return back(1);
    case 'thisQuarter': case 'thisFiscalQuarter': return back(3);
    case 'thisYear': case 'thisFiscalYear': case 'last12Months': return back(12);
    // Whole periods: the last day of a quarter is not that of the one before, three months earlier.
    case 'lastMonth': return [addMonths(from, -1), isoDay(Date.parse(`${from}T00:00:00Z`) - dayMs)];
    case 'lastQuarter': case 'lastFiscalQuarter': return [addMonths(from, -3), isoDay(Date.parse(`${from}T00:00:00Z`) - dayMs)];
    default: {
      const days = (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs + 1;
      return [isoDay(Date.parse(`${from}T00:00:00Z`) - days * dayMs), isoDay(Date.parse(`${from}T00:00:00Z`) - dayMs)];
    }
  }
}

/** Whether this is the name of a period. */
export const isPeriod = (name: unknown): name is PeriodName => (periods as readonly unknown[]).includes(name);
