import { fiscalLabel, fiscalYearOf } from '@core/format/fiscal';
import { formatDate, LocaleTag } from '@core/format/format';

/** A period by fiscal quarter or by month. */
export type Step = 'quarter' | 'month';

const KEY = /^(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))$/;

/** The period of a day, `YYYY-MM-DD`; fiscal years begin in `startMonth`, 1 to 12, and bear the number of the year they end in. */
export function periodOf(day: string, step: Step, startMonth: number): string {
  if (step === 'month') return day.slice(0, 7);
  const since = (Number(day.slice(5, 7)) - startMonth + 12) % 12;
  return `${fiscalYearOf(day, startMonth)}-Q${Math.floor(since / 3) + 1}`;
}

/** True for a key that the page can show. */
export const isPeriod = (text: string | undefined): text is string => text !== undefined && KEY.test(text);
/** What a period goes by. */
export const stepOf = (key: string): Step => (key.includes('Q') ? 'quarter' : 'month');

/** The period some steps later, or earlier. */
export function moved(key: string, by: number): string {
  const [, year = '', quarter, month] = KEY.exec(key) ?? [];
  const size = quarter === undefined ? 12 : 4;
  const index = Number(year) * size + Number(quarter ?? month) - 1 + by;
  const [whole, part] = [Math.floor(index / size), (index % size) + 1];
  return quarter === undefined ? `${whole}-${String(part).padStart(2, '0')}` : `${whole}-Q${part}`;
}

/** The first day of a period. */
export function firstDayOf(key: string, startMonth: number): string {
  const [, year = '', quarter, month] = KEY.exec(key) ?? [];
  if (quarter === undefined) return `${year}-${month}-01`;
  // A year that begins later than January bears the number of the one it ends in.
  const date = new Date(Date.UTC(Number(year) - (startMonth === 1 ? 0 : 1), startMonth - 1 + (Number(quarter) - 1) * 3, 1));
  return date.toISOString().slice(0, 10);
}

/** The same time by the other step: a quarter's first month, a month's quarter; of the running quarter the running month. */
export function restepped(key: string, step: Step, today: string, startMonth: number): string {
  if (stepOf(key) === step) return key;
  if (step === 'quarter') return periodOf(firstDayOf(key, startMonth), 'quarter', startMonth);
  return key === periodOf(today, 'quarter', startMonth) ? today.slice(0, 7) : firstDayOf(key, startMonth).slice(0, 7);
}

/** What a period is called: a month by name, a quarter of the calendar as Q4 2026, of a fiscal year as FY2027 Q1. */
export function nameOfPeriod(key: string, startMonth: number, tag: LocaleTag): string {
  const first = firstDayOf(key, startMonth);
  if (stepOf(key) === 'month') return formatDate(first, tag, 'month');
  return startMonth === 1 ? formatDate(first, tag, 'quarter') : fiscalLabel(first, 'fiscal_quarter', startMonth, tag);
}
