const BLANKS = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil', '-', '--', '?', '.', '#value!', '#ref!', '#div/0!']);

/** Whether a cell says nothing: empty, or one of the usual marks for it. */
export function isBlank(text: string): boolean {
  return BLANKS.has(text.trim().toLowerCase());
}

/**
 * Number written in a cell, or NaN: signs, currency marks, percent, thousands separators, decimal comma, accounting parentheses and
 * Arabic digits are understood. Codes with leading zeros are no numbers.
 */
export function parseNumber(text: string): number {
  let s = toLatinDigits(text.trim());
  let sign = 1;
  if (/^\(.*\)$/.test(s)) { sign = -1; s = s.slice(1, -1); }
  const percent = /%$/.test(s);
  s = s.replace(/^([+-]?)\s*(?:[A-Z]{3}\s|[$€£¥₹﷼])\s*/u, '$1').replace(/\s*(?:%|[$€£¥₹﷼]|\s[A-Z]{3})$/u, '').replace(/(?<=\d)[\s\u00a0\u202f'](?=\d{3})/g, '');
  const comma = s.lastIndexOf(','), dot = s.lastIndexOf('.');
  if (comma >= 0 && dot >= 0) s = comma > dot ? s.replace(/\./g, '').replace(',', '.') : s.replace(/,/g, '');
  else if (comma >= 0) s = /^[+-]?\d{1,3}(,\d{3})+$/.test(s) ? s.replace(/,/g, '') : s.replace(',', '.');
  else if (/^[+-]?\d{1,3}(\.\d{3}){2,}$/.test(s)) s = s.replace(/\./g, '');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(s) || /^[+-]?0\d/.test(s)) return NaN;
  const value = (sign * Number(s)) / (percent ? 100 : 1);
  return Number.isFinite(value) ? value : NaN;
}

function toLatinDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (d) => String(d.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x6f0))
    .replace(/٫/g, '.').replace(/٬/g, ',').replace(/−/g, '-');
}

/** Days from 1899-12-30, the zero of spreadsheet dates, to 1970-01-01. */
const SHEET_ZERO = 25569;

/** Order of day and month in dates such as 03/04/2020. */
export type DayOrder = 'day_first' | 'month_first';

/** Days since 1970-01-01 (with fraction) of a written date, or NaN; impossible dates (31 February) are NaN. */
export function parseDate(text: string, order: DayOrder): number {
  const s = toLatinDigits(text.trim());
  const iso = /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(s);
  if (iso) return daysOf(Number(iso[1]), Number(iso[2]), Number(iso[3] ?? 1), Number(iso[4] ?? 0), Number(iso[5] ?? 0), Number(iso[6] ?? 0)) - offsetDays(iso[7]);
  const local = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?$/i.exec(s);
  if (local) {
    const [a, b] = [Number(local[1]), Number(local[2])];
    const year = Number(local[3]) + (local[3]?.length === 2 ? (Number(local[3]) < 70 ? 2000 : 1900) : 0);
    const hour = (Number(local[4] ?? 0) % (local[7] ? 12 : 24)) + (/PM/i.test(local[7] ?? '') ? 12 : 0);
    return daysOf(year, order === 'day_first' ? b : a, order === 'day_first' ? a : b, hour, Number(local[5] ?? 0), Number(local[6] ?? 0));
  }
  if (/[a-z]{3}/i.test(s) && /\d/.test(s)) {
    const named = /^(?:[a-z]{3,9},?\s+)?(?:(\d{1,2})[\s-]+([a-z]{3,9})|([a-z]{3,9})\.?[\s-]+(\d{1,2}))[\s,-]+(\d{4})(?:[\s,]+(\d{1,2}):(\d{2}).*)?$/i.exec(s);
    if (named) {
      const month = MONTHS.indexOf((named[2] ?? named[3] ?? '').slice(0, 3).toLowerCase()) + 1;
      if (month > 0) return daysOf(Number(named[5]), month, Number(named[1] ?? named[4]), Number(named[6] ?? 0), Number(named[7] ?? 0), 0);
    }
  }
  return NaN;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function daysOf(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCFullYear() !== year || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day || hour > 24 || minute > 59) return NaN;
  return at.getTime() / 86_400_000 + (hour * 3600 + minute * 60 + second) / 86_400;
}

function offsetDays(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return ((zone.startsWith('-') ? -1 : 1) * minutes) / 1440;
}

/** Day order that fits all dates of a column; where none decides, month first, as most exports write it. */
export function dayOrder(values: readonly string[]): DayOrder {
  let first = 0, second = 0;
  for (const value of values) {
    const m = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}/.exec(value.trim());
    if (!m) continue;
    if (Number(m[1]) > 12) first++;
    if (Number(m[2]) > 12) second++;
  }
  return first > second ? 'day_first' : 'month_first';
}

/** Whether a number can be a spreadsheet date: 1927 to 2100. */
export function isSheetDate(value: number): boolean {
  return value >= 10_000 && value <= 73_100;
}

/** Days since 1970 of a spreadsheet serial. */
export function fromSheetDate(serial: number): number {
  return serial - SHEET_ZERO;
}

/**
 * A column read as points in time, in days: written dates, spreadsheet serials, Unix seconds or milliseconds, years, or any number
 * as its own order. NaN where a cell is blank or is none of these.
 */
export function parseTimes(values: readonly string[]): Float64Array {
  const order = dayOrder(values);
  return Float64Array.from(values, (value) => {
    if (isBlank(value)) return NaN;
    const date = parseDate(value, order);
    if (Number.isFinite(date)) return date;
    const number = parseNumber(value);
    if (number >= 1e11) return number / 86_400_000;
    if (number >= 1e8) return number / 86_400;
    return isSheetDate(number) ? fromSheetDate(number) : number;
  });
}
