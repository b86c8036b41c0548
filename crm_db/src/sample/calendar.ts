import type { Random } from './random.js';

/** Milliseconds of a day. */
export const day = 86_400_000;
/** Milliseconds of a minute. */
export const minute = 60_000;

/** The number of the day (UTC) since 1970-01-01. */
export const dayOf = (at: number): number => Math.floor(at / day);

const dateTexts: string[] = [];

/** A day number as an ISO date. */
export function dateText(number: number): string {
  return (dateTexts[number] ??= new Date(number * day).toISOString().slice(0, 10));
}

const clockTexts: string[] = [];
const thousandths = Array.from({ length: 1000 }, (_, value) => `.${String(value).padStart(3, '0')}+00`);

/** Milliseconds as a Postgres timestamp in UTC; from tables, because tens of millions are written. */
export function timeText(at: number): string {
  const number = dayOf(at);
  const rest = Math.floor(at - number * day);
  const seconds = Math.floor(rest / 1000);
  return dateText(number) + (clockTexts[seconds] ??= ` ${new Date(seconds * 1000).toISOString().slice(11, 19)}`) + (thousandths[rest % 1000] ?? '');
}

/** Year, month (1–12) and day of the month of a day number. */
export function partsOf(number: number): { readonly year: number; readonly month: number; readonly date: number } {
  const value = new Date(number * day);
  return { year: value.getUTCFullYear(), month: value.getUTCMonth() + 1, date: value.getUTCDate() };
}

/** Day number of a calendar date; a month outside 1–12 moves the year. */
export function dayNumber(year: number, month: number, date: number): number {
  return Math.floor(Date.UTC(year, month - 1, date) / day);
}

/** The day `months` later, on the last day of the month where the date does not exist. */
export function addMonths(number: number, months: number): number {
  const { year, month, date } = partsOf(number);
  const lastDate = partsOf(dayNumber(year, month + months + 1, 1) - 1).date;
  return dayNumber(year, month + months, Math.min(date, lastDate));
}

/** Quarters since year 0: comparable, and consecutive quarters differ by one. */
export function quarterOf(number: number): number {
  const { year, month } = partsOf(number);
  return year * 4 + Math.floor((month - 1) / 3);
}

/** First day of a quarter given by {@link quarterOf}. */
export const quarterStart = (quarter: number): number => dayNumber(Math.floor(quarter / 4), (quarter % 4) * 3 + 1, 1);

/** 0 = Sunday … 6 = Saturday. */
export const weekday = (number: number): number => (number + 4) % 7;

const islamicMonth = new Intl.DateTimeFormat('en-u-ca-islamic-umalqura-nu-latn', { month: 'numeric', timeZone: 'UTC' });
const ramadan = new Map<number, boolean>();

/** Whether a day lies in Ramadan by the Umm al-Qura calendar. */
export function isRamadan(number: number): boolean {
  let known = ramadan.get(number);
  if (known === undefined) {
    known = islamicMonth.format(new Date(number * day)) === '9';
    ramadan.set(number, known);
  }
  return known;
}

/** When an office works. */
export interface OfficeHours {
  /** Hours ahead of UTC. */
  readonly offset: number;
  /** Weekdays off. */
  readonly weekend: readonly number[];
}

/** The next working day, the given one included. */
export function workday(number: number, hours: OfficeHours): number {
  let found = number;
  while (hours.weekend.includes(weekday(found))) found += 1;
  return found;
}

/** A moment between 8 and 18 o'clock local time on the given day or the next working day, in milliseconds. */
export function officeMoment(number: number, hours: OfficeHours, random: Random): number {
  return Math.floor(workday(number, hours) * day + (8 - hours.offset + random.next() * 10) * 3_600_000);
}

/** Adds minutes of business hours Monday–Friday 09:00–17:00 UTC, which is what the sample's service levels are promised in. */
export function addBusinessMinutes(from: number, minutes: number): number {
  let at = from;
  let left = minutes * minute;
  for (;;) {
    const start = dayOf(at) * day;
    const closes = start + 17 * 60 * minute;
    const worked = weekday(dayOf(at)) !== 0 && weekday(dayOf(at)) !== 6;
    if (worked && at < closes) {
      at = Math.max(at, start + 9 * 60 * minute);
      if (left <= closes - at) return at + left;
      left -= closes - at;
    }
    at = start + day;
  }
}
