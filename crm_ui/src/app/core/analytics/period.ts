/** The periods that a dashboard offers. */
export const PERIOD_KEYS = ['thisQuarter', 'lastQuarter', 'thisYear', 'thisFiscalQuarter', 'thisFiscalYear', 'last12Months', 'all', 'custom'] as const;
/** One of them. */
export type PeriodKey = (typeof PERIOD_KEYS)[number];

/** Days from first to last, both inside, as `YYYY-MM-DD` in the reporting time zone. */
export type DayRange = readonly [from: string, to: string];

/** A period with what it is compared to; a null range is all time, a null comparison is none. */
export interface Period {
  readonly key: PeriodKey;
  readonly range: DayRange | null;
  readonly previous: DayRange | null;
}

const DAY_MS = 86_400_000;

const iso = (date: Date): string => date.toISOString().slice(0, 10);
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const utc = (year: number, month: number, date: number): Date => new Date(Date.UTC(year, month, date));

/** True for a day that exists, as `YYYY-MM-DD`. */
export function isDay(text: string | null | undefined): text is string {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = day(text);
  return !Number.isNaN(date.getTime()) && iso(date) === text;
}

/** The day a number of months away; the last day of a shorter month stands in for a day that it lacks. */
export function addMonths(text: string, months: number): string {
  const date = day(text);
  const target = utc(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0);
  return iso(utc(target.getUTCFullYear(), target.getUTCMonth(), Math.min(date.getUTCDate(), target.getUTCDate())));
}

/** The day a number of days away. */
export function addDays(text: string, days: number): string {
  return iso(new Date(day(text).getTime() + days * DAY_MS));
}

/** How many days a range has. */
export function daysOf([from, to]: DayRange): number {
  return Math.round((day(to).getTime() - day(from).getTime()) / DAY_MS) + 1;
}

/** The periods to choose from: fiscal ones only where the fiscal year is not the calendar year. */
export function periodKeys(startMonth: number): readonly PeriodKey[] {
  return PERIOD_KEYS.filter((key) => startMonth !== 1 || !key.startsWith('thisFiscal'));
}

/** The calendar day that it is in a time zone, as midnight in UTC, which all days here are counted in. */
export function todayIn(zone: string, now: Date = new Date()): Date {
  try {
    const parts = new Map(new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(now).map(({ type, value }) => [type, Number(value)]));
    return utc(parts.get('year') ?? 0, (parts.get('month') ?? 1) - 1, parts.get('day') ?? 1);
  } catch {
    // A zone that this browser does not know: its day in UTC is off by some hours at most.
    return utc(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  }
}

/** The instant at which a day begins in a time zone, for lists of instants; in UTC the day itself says it. */
export function startOfDay(text: string, zone: string): string {
  if (zone === 'UTC') return text;
  const wall = day(text).getTime();
  // The second look is for the days on which the clocks change.
  const first = wall - offsetAt(wall, zone);
  return new Date(wall - offsetAt(first, zone)).toISOString();
}

/** By how many milliseconds the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(at: number, zone: string): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    const of = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(of.get('year') ?? 0, (of.get('month') ?? 1) - 1, of.get('day') ?? 1, of.get('hour') ?? 0, of.get('minute') ?? 0, of.get('second') ?? 0) - at;
  } catch {
    return 0;
  }
}

/** The first day of the fiscal period of 3 or 12 months that a day lies in; the fiscal year begins in `startMonth`, 1 to 12. */
export function fiscalStart(text: string, months: 3 | 12, startMonth: number): string {
  const index = Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - startMonth;
  const first = Math.floor(index / months) * months + startMonth - 1;
  return iso(utc(Math.floor(first / 12), first % 12, 1));
}

/**
 * The days of a period and those it is compared with. A running period ends today and is compared with the same stretch of the
 * one before, so that half a quarter never stands against a whole one. A custom range is compared with as many days before it.
 */
export function periodOf(key: PeriodKey, today: Date, custom: DayRange | null = null, startMonth = 1): Period {
  const now = iso(today);
  const quarter = iso(utc(today.getUTCFullYear(), Math.floor(today.getUTCMonth() / 3) * 3, 1));
  switch (key) {
    case 'thisQuarter':
      return { key, range: [quarter, now], previous: [addMonths(quarter, -3), addMonths(now, -3)] };
    case 'lastQuarter':
      return { key, range: [addMonths(quarter, -3), addDays(quarter, -1)], previous: [addMonths(quarter, -6), addDays(addMonths(quarter, -3), -1)] };
    case 'thisYear': {
      const year = iso(utc(today.getUTCFullYear(), 0, 1));
      return { key, range: [year, now], previous: [addMonths(year, -12), addMonths(now, -12)] };
    }
    case 'thisFiscalQuarter': case 'thisFiscalYear': {
      const months = key === 'thisFiscalYear' ? 12 : 3;
      const start = fiscalStart(now, months, startMonth);
      return { key, range: [start, now], previous: [addMonths(start, -months), addMonths(now, -months)] };
    }
    case 'last12Months': {
      // Whole months up to the running one, so that no bar of a chart stands for a piece of a month at the far end.
      const start = `${addMonths(now, -11).slice(0, 7)}-01`;
      return { key, range: [start, now], previous: [addMonths(start, -12), addMonths(now, -12)] };
    }
    case 'custom':
      return custom === null ? periodOf('last12Months', today) : { key, range: custom, previous: [addDays(custom[0], -daysOf(custom)), addDays(custom[0], -1)] };
    case 'all':
      return { key, range: null, previous: null };
  }
}

/** The months that a trend shows: those of the period, but at least twelve up to its end; null is all there is. */
export function trendRange(period: Period): DayRange | null {
  if (period.range === null) return null;
  const [from, to] = period.range;
  const least = `${addMonths(to, -11).slice(0, 7)}-01`;
  return [from < least ? from : least, to];
}
