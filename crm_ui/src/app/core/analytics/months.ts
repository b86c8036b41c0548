import { addDays, addMonths, DayRange, isDay, Period, PERIOD_KEYS, PeriodKey, periodKeys, periodOf } from './period';

/** What an address says of a period; anything that makes no sense is left to the default. */
export interface PeriodParams {
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
}

const first = (day: string): string => `${day.slice(0, 7)}-01`;
const last = (day: string): string => addDays(addMonths(first(day), 1), -1);

/** How many months a range touches. */
export function monthsOf([from, to]: DayRange): number {
  return (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7)) + 1;
}

/** The months that a range touches, whole: recurring revenue lies on the first day of its month. */
export const wholeMonths = ([from, to]: DayRange): DayRange => [first(from), last(to)];

/**
 * The period that an address names, in whole months, with as many months before it to compare with; a running period is compared with
 * the same months of the one before. Without a name it is the last 12 months.
 */
export function monthPeriod({ period, from, to }: PeriodParams, today: Date, startMonth: number): Period {
  const named = PERIOD_KEYS.find((key) => key === period && (key === 'custom' || periodKeys(startMonth).includes(key))) ?? 'last12Months';
  const custom: DayRange | null = isDay(from) && isDay(to) && from <= to ? [from, to] : null;
  const key: PeriodKey = named === 'custom' && custom === null ? 'last12Months' : named;
  const { range, previous } = periodOf(key, today, custom, startMonth);
  if (range === null) return { key, range: null, previous: null };
  const whole = wholeMonths(range);
  const count = monthsOf(whole);
  const before = key === 'custom' || previous === null ? addMonths(whole[0], -count) : first(previous[0]);
  return { key, range: whole, previous: [before, last(addMonths(before, count - 1))] };
}

/** The same months a year earlier. */
export const yearBefore = ([from, to]: DayRange): DayRange => [addMonths(from, -12), last(addMonths(first(to), -12))];

/** The first days of the months of a range, in order. */
export const monthStarts = (range: DayRange): string[] => Array.from({ length: monthsOf(range) }, (_, index) => addMonths(first(range[0]), index));
