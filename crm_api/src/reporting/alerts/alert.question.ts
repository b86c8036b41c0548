import { isoDay, rangeOf, type DayRange, type ReportingDay } from '../period/period.range.js';
import type { Condition, MeasureQuestion } from './alert.types.js';

const dayMs = 86_400_000;
/** Days of the same weekday, and months, that an anomaly is compared with. */
const weeks = 12;
const months = 12;

/** A query of the semantic layer. */
export type CubeQuery = Readonly<Record<string, unknown>>;

/**
 * The first days of the buckets of an anomaly, the judged one first: the last whole day of the reporting time zone and the same weekday of the 12 weeks before it, or the last whole month and the 12 before
 * it. The same month of earlier years would rarely be enough to know what is usual.
 */
export function bucketsOf(grain: 'day' | 'month', day: string): string[] {
  const today = Date.parse(`${day}T00:00:00Z`);
  const [year, month] = [new Date(today).getUTCFullYear(), new Date(today).getUTCMonth()];
  if (grain === 'month') return Array.from({ length: months + 1 }, (_, index) => isoDay(Date.UTC(year, month - 1 - index, 1)));
  return Array.from({ length: weeks + 1 }, (_, index) => isoDay(today - dayMs - index * 7 * dayMs));
}

/** The days of all buckets of an anomaly, the first and the last. */
export function historyRange(grain: 'day' | 'month', day: string): DayRange {
  const buckets = bucketsOf(grain, day);
  return [buckets.at(-1) ?? day, grain === 'day' ? buckets[0] ?? day : isoDay(Date.parse(`${day.slice(0, 7)}-01T00:00:00Z`) - dayMs)];
}

/** The query that answers a question under its condition. */
export function queryOf({ measure, date, period = 'all', filters = [] }: MeasureQuestion, condition: Condition, at: ReportingDay): CubeQuery {
  const base = { measures: [measure], ...(filters.length > 0 ? { filters } : {}), timezone: at.zone };
  if (date === undefined) return base;
  if (condition.kind !== 'anomaly') {
    const range = rangeOf(period, at);
    return range === null ? base : { ...base, timeDimensions: [{ dimension: date, dateRange: range }] };
  }
  const { grain } = condition;
  return { ...base, timeDimensions: [{ dimension: date, granularity: grain, dateRange: historyRange(grain, at.today) }], limit: 1000 };
}

/** The query whose answer is the judged number alone: what a person looks into, with its records. */
export function numberQuery(question: MeasureQuestion, condition: Condition, at: ReportingDay): CubeQuery {
  if (condition.kind !== 'anomaly' || question.date === undefined) return queryOf(question, condition, at);
  const [first = ''] = bucketsOf(condition.grain, at.today);
  const { limit: _limit, timeDimensions: _course, ...base } = queryOf(question, condition, at);
  const last = condition.grain === 'day' ? first : isoDay(Date.parse(`${at.today.slice(0, 7)}-01T00:00:00Z`) - dayMs);
  return { ...base, timeDimensions: [{ dimension: question.date, dateRange: [first, last] }] };
}

/** The judged value and its history, from the rows of an answer. A bucket without a row is zero for what adds up, and no value otherwise. */
export function seriesOf(rows: readonly Readonly<Record<string, unknown>>[], question: MeasureQuestion, grain: 'day' | 'month', additive: boolean, { today }: Pick<ReportingDay, 'today'>): { readonly value: string | null; readonly history: readonly string[] } {
  return courseOf(new Map(rows.map((row) => [String(row[`${question.date ?? ''}.${grain}`]).slice(0, 10), valueOf(row[question.measure])])), grain, additive, today);
}

/** The same from numbers by the first day of their bucket. */
export function courseOf(found: ReadonlyMap<string, string | null>, grain: 'day' | 'month', additive: boolean, today: string): { readonly value: string | null; readonly history: readonly string[] } {
  const [value = null, ...history] = bucketsOf(grain, today).map((day) => found.get(day) ?? (additive ? '0' : null));
  return { value, history: history.filter((one) => one !== null) };
}

/** A number of an answer as decimal text. */
export const valueOf = (value: unknown): string | null => (value === null || value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : String(value as string | number));
