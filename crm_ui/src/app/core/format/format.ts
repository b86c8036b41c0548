/** What a reader's choice of language and digits means for `Intl`: a tag such as `en-u-ca-gregory`. */
export type LocaleTag = string;

/** A missing number is a dash, never a zero: "no answer" and "nothing" are two things. */
export const MISSING = '–';

/** Makes a number of what JSON brought (money comes as a string); null for nothing or nonsense. */
export function toNumber(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = typeof value === 'number' ? value : Number(value);
  return Number.isFinite(number) ? number : null;
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const known = formats.get(key) as T | undefined;
  if (known) return known;
  const made = make();
  formats.set(key, made);
  return made;
}

const numberFormat = (tag: LocaleTag, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  cached(`n${tag}${JSON.stringify(options)}`, () => new Intl.NumberFormat(tag, options));

const dateFormat = (tag: LocaleTag, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  cached(`d${tag}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(tag, options));

/** How exact a sum of money is shown: `full` with cents where there are any, `whole` without, `compact` as 1.2M. */
export type MoneyStyle = 'full' | 'whole' | 'compact';

/** A symbol in Latin letters, such as US$, keeps its own direction inside an Arabic number; without it the sign would jump to the wrong side. */
export function isolatedParts(parts: readonly Intl.NumberFormatPart[]): string {
  const arabic = parts.some(({ value }) => /\p{Script=Arabic}|\u200f/u.test(value));
  return parts.map(({ type, value }) => (arabic && type === 'currency' && /[A-Za-z]/.test(value) ? `\u2066${value}\u2069` : value)).join('');
}

/** A sum of money in its currency. */
export function formatMoney(value: unknown, currency: string, tag: LocaleTag, style: MoneyStyle = 'full'): string {
  const number = toNumber(value);
  if (number === null) return MISSING;
  const options: Intl.NumberFormatOptions = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' };
  if (style === 'compact' && Math.abs(number) >= 10_000) Object.assign(options, { notation: 'compact', maximumFractionDigits: Math.abs(number) < 1_000_000 ? 1 : 2, minimumFractionDigits: 0 });
  else if (style !== 'full' || Number.isInteger(number)) Object.assign(options, { maximumFractionDigits: 0 });
  try {
    return isolatedParts(numberFormat(tag, options).formatToParts(number));
  } catch {
    // A currency that Intl does not know must not blank the page.
    return `${formatNumber(number, tag, 2)} ${currency}`;
  }
}

/** A plain number with at most `digits` decimals. */
export function formatNumber(value: unknown, tag: LocaleTag, digits = 0): string {
  const number = toNumber(value);
  return number === null ? MISSING : numberFormat(tag, { maximumFractionDigits: digits }).format(number);
}

/** A large number in short, as 1.2K. */
export function formatCompact(value: unknown, tag: LocaleTag): string {
  const number = toNumber(value);
  return number === null ? MISSING : numberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 }).format(number);
}

/** A share of 1 as per cent. */
export function formatPercent(value: unknown, tag: LocaleTag, digits = 1): string {
  const number = toNumber(value);
  return number === null ? MISSING : numberFormat(tag, { style: 'percent', maximumFractionDigits: digits }).format(number);
}

/** A difference with its sign, in the unit of the number. */
export function formatSigned(value: unknown, tag: LocaleTag, options: Intl.NumberFormatOptions = {}): string {
  const number = toNumber(value);
  return number === null ? MISSING : numberFormat(tag, { signDisplay: 'exceptZero', ...options }).format(number);
}

/** A length of time in days. */
export function formatDays(value: unknown, tag: LocaleTag, digits = 0): string {
  const number = toNumber(value);
  return number === null ? MISSING : numberFormat(tag, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: digits }).format(number);
}

/** How a date is written. */
export type DateStyle = 'date' | 'short' | 'month' | 'monthShort' | 'quarter' | 'datetime' | 'time';

const DATE_STYLES: Record<Exclude<DateStyle, 'quarter'>, Intl.DateTimeFormatOptions> = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  short: { day: 'numeric', month: 'short' },
  month: { month: 'long', year: 'numeric' },
  monthShort: { month: 'short', year: 'numeric' },
  datetime: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
};

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const NO_ZONE = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/;

/** Reads a date of the API or of an analytics answer; a time without a zone is UTC. */
export function toDate(value: unknown): Date | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value;
  if (typeof value !== 'string' || value === '') return null;
  const date = new Date(NO_ZONE.test(value) ? `${value}Z` : value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** A date or time; plain dates and periods stay on their day in every time zone. */
export function formatDate(value: unknown, tag: LocaleTag, style: DateStyle = 'date'): string {
  const date = toDate(value);
  if (date === null) return MISSING;
  const whole = typeof value === 'string' && (DATE_ONLY.test(value) || NO_ZONE.test(value));
  const zone = whole || style === 'month' || style === 'monthShort' || style === 'quarter' ? 'UTC' : undefined;
  if (style === 'quarter') {
    const quarter = Math.floor(date.getUTCMonth() / 3) + 1;
    const year = dateFormat(tag, { year: 'numeric', timeZone: 'UTC' }).format(date);
    return tag.startsWith('ar') ? `الربع ${formatNumber(quarter, tag)} ${year}` : `Q${quarter} ${year}`;
  }
  return dateFormat(tag, { ...DATE_STYLES[style], ...(zone ? { timeZone: zone } : {}) }).format(date);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago, or how soon. */
export function formatRelative(value: unknown, tag: LocaleTag, now: number = Date.now()): string {
  const date = toDate(value);
  if (date === null) return MISSING;
  const seconds = Math.round((date.getTime() - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const format = cached(`r${tag}`, () => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
  return format.format(Math.trunc(seconds / size), unit);
}

/** Two letters for a person or a company, from the first and last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toLocaleUpperCase() || '?';
}
