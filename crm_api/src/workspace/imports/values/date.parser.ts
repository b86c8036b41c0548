import { westernDigits } from './digits.js';

const months: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ['january', 'jan', 'يناير', 'كانون الثاني'], ['february', 'feb', 'فبراير', 'شباط'], ['march', 'mar', 'مارس', 'آذار'],
    ['april', 'apr', 'أبريل', 'نيسان'], ['may', 'مايو', 'أيار'], ['june', 'jun', 'يونيو', 'حزيران'], ['july', 'jul', 'يوليو', 'تموز'],
    ['august', 'aug', 'أغسطس', 'آب'], ['september', 'sep', 'sept', 'سبتمبر', 'أيلول'], ['october', 'oct', 'أكتوبر', 'تشرين الأول'],
    ['november', 'nov', 'نوفمبر', 'تشرين الثاني'], ['december', 'dec', 'ديسمبر', 'كانون الأول'],
  ].flatMap((names, index) => names.map((name) => [name, index + 1])),
);

function iso(year: number, month: number, day: number): string | undefined {
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  // 30 February rolls over to March: then the calendar had no such day.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}

/** Spreadsheet serial (days since 1899-12-30, the 1900 system) as a date. */
function fromSerial(serial: number): string | undefined {
  if (serial < 20_000 || serial > 80_000) return undefined; // 1954 to 2119: smaller and larger numbers are no dates.
  return new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86_400_000).toISOString().slice(0, 10);
}

/**
 * A date as YYYY-MM-DD, or undefined when the calendar has no such day. Reads ISO, day-month-year with a month's name in English or
 * Arabic, spreadsheet serials, and numbers with separators: where day and month could be swapped, `order` decides, and without
 * it the text is refused rather than guessed.
 */
export function parseDate(text: string, order?: 'dmy' | 'mdy'): string | undefined {
  const plain = westernDigits(text).trim();
  const leading = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]\d{1,2}:\d{2}.*)?$/.exec(plain);
  if (leading) return iso(Number(leading[1]), Number(leading[2]), Number(leading[3]));
  if (/^\d{8}$/.test(plain)) return iso(Number(plain.slice(0, 4)), Number(plain.slice(4, 6)), Number(plain.slice(6)));
  if (/^\d{5}(\.\d+)?$/.test(plain)) return fromSerial(Number(plain));
  const trailing = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T\s]\d{1,2}:\d{2}.*)?$/.exec(plain);
  if (trailing) {
    const [first, second, year] = [Number(trailing[1]), Number(trailing[2]), Number(trailing[3])];
    const sure = first > 12 ? 'dmy' : second > 12 ? 'mdy' : undefined;
    const chosen = first === second ? 'dmy' : (sure ?? order);
    if (chosen === undefined || (order !== undefined && sure !== undefined && sure !== order)) return undefined;
    return chosen === 'dmy' ? iso(year, second, first) : iso(year, first, second);
  }
  const named = /^(?:(\d{1,2})[\s-]+([\p{L}\s]+?)[\s,-]+(\d{4})|([\p{L}]+)\s+(\d{1,2}),?\s+(\d{4}))$/u.exec(plain);
  if (named) {
    const month = months[(named[2] ?? named[4] ?? '').toLowerCase()];
    if (month !== undefined) return iso(Number(named[3] ?? named[6]), month, Number(named[1] ?? named[5]));
  }
  return undefined;
}

/** A point in time as ISO 8601 in UTC; a date alone is its first instant, a time without zone is UTC. */
export function parseTimestamp(text: string, order?: 'dmy' | 'mdy'): string | undefined {
  const plain = westernDigits(text).trim();
  const day = parseDate(plain, order);
  if (day === undefined) return undefined;
  const time = /[T\s](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?\d*)?\s*(am|pm)?\s*(z|utc|[+-]\d{2}:?\d{2})?$/i.exec(plain);
  if (!time) return /[:]/.test(plain) ? undefined : `${day}T00:00:00Z`;
  let hour = Number(time[1]);
  const half = time[5]?.toLowerCase();
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  }
  if (hour > 23 || Number(time[2]) > 59 || Number(time[3] ?? 0) > 59) return undefined;
  const zone = time[6] === undefined || /^(z|utc)$/i.test(time[6]) ? 'Z' : time[6].replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
  return `${day}T${String(hour).padStart(2, '0')}:${time[2]}:${time[3] ?? '00'}${time[4] ?? ''}${zone}`;
}
