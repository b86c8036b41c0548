import type { AlertPeriod, Condition, Question } from './alert.types.js';

const dayMs = 86_400_000;
/** Days of the same weekday, and months, that an anomaly is compared with. */
const weeks = 12;
const months = 12;

type Range = readonly [from: string, to: string];

/** A query of the semantic layer. */
export type CubeQuery = Readonly<Record<string, unknown>>;

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** First and last day of a period in UTC, both inside; null is all time. Weeks begin on Monday (ISO 8601). */
export function rangeOf(period: AlertPeriod, now: Date): Range | null {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const today = Date.UTC(year, month, now.getUTCDate());
  const quarter = month - (month % 3);
  const back = (days: number): Range => [iso(today - (days - 1) * dayMs), iso(today)];
  switch (period) {
    case 'today': return back(1);
    case 'yesterday': return [iso(today - dayMs), iso(today - dayMs)];
    case 'last7Days': return back(7);
    case 'last30Days': return back(30);
    case 'last90Days': return back(90);
    case 'thisWeek': return [iso(today - ((now.getUTCDay() + 6) % 7) * dayMs), iso(today)];
    case 'thisMonth': return [iso(Date.UTC(year, month, 1)), iso(today)];
    case 'lastMonth': return [iso(Date.UTC(year, month - 1, 1)), iso(Date.UTC(year, month, 0))];
    case 'thisQuarter': return [iso(Date.UTC(year, quarter, 1)), iso(today)];
    case 'lastQuarter': return [iso(Date.UTC(year, quarter - 3, 1)), iso(Date.UTC(year, quarter, 0))];
    case 'thisYear': return [iso(Date.UTC(year, 0, 1)), iso(today)];
    case 'last12Months': return [iso(Date.UTC(year, month - 11, 1)), iso(today)];
    case 'all': return null;
  }
}

/**
 * The first days of the buckets of an anomaly, the judged one first: the last whole day (UTC) and the same weekday of the 12 weeks before it, or the last whole month and the 12 before
 * it. The same month of earlier years would rarely be enough to know what is usual.
 */
export function bucketsOf(grain: 'day' | 'month', now: Date): string[] {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (grain === 'month') return Array.from({ length: months + 1 }, (_, index) => iso(Date.UTC(year, month - 1 - index, 1)));
  const yesterday = Date.UTC(year, month, now.getUTCDate()) - dayMs;
  return Array.from({ length: weeks + 1 }, (_, index) => iso(yesterday - index * 7 * dayMs));
}

/** The query that answers a question under its condition. */
export function queryOf({ measure, date, period = 'all', filters = [] }: Question, condition: Condition, now: Date): CubeQuery {
  const base = { measures: [measure], ...(filters.length > 0 ? { filters } : {}), timezone: 'UTC' };
  if (date === undefined) return base;
  if (condition.kind !== 'anomaly') {
    const range = rangeOf(period, now);
    return range === null ? base : { ...base, timeDimensions: [{ dimension: date, dateRange: range }] };
  }
  const { grain } = condition;
  const buckets = bucketsOf(grain, now);
  const last = buckets[0] ?? '';
  const to = grain === 'day' ? last : iso(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0));
  return { ...base, timeDimensions: [{ dimension: date, granularity: grain, dateRange: [buckets.at(-1), to] }], limit: 1000 };
}

/** The judged value and its history, from the rows of an answer. A bucket without a row is zero for what adds up, and no value otherwise. */
export function seriesOf(rows: readonly Readonly<Record<string, unknown>>[], question: Question, grain: 'day' | 'month', additive: boolean, now: Date): { readonly value: string | null; readonly history: readonly string[] } {
  const found = new Map(rows.map((row) => [String(row[`${question.date ?? ''}.${grain}`]).slice(0, 10), valueOf(row[question.measure])]));
  const [value = null, ...history] = bucketsOf(grain, now).map((day) => found.get(day) ?? (additive ? '0' : null));
  return { value, history: history.filter((one) => one !== null) };
}

/** A number of an answer as decimal text. */
export const valueOf = (value: unknown): string | null => (value === null || value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : String(value as string | number));
