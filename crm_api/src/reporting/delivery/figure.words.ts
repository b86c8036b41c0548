import type { Meanings } from '../analytics/member.meanings.js';
import type { CellKind, MailLocale } from './delivery.types.js';

/** The title of a member in a language, or its own name. */
export const titleOf = (member: string, meanings: Meanings, locale: MailLocale): string => (locale === 'ar' ? meanings.get(member)?.titleAr : '') || meanings.get(member)?.title || member;

/** What a member means, and how it is computed. */
export function definitionOf(member: string, meanings: Meanings, locale: MailLocale): string {
  const meaning = meanings.get(member);
  const words = (locale === 'ar' ? meaning?.descriptionAr : '') || meaning?.description || '';
  const arabic = (locale === 'ar' && meaning?.formulaAr) || '';
  const plain = arabic || meaning?.formula || '';
  // A formula keeps the direction of its own language in an Arabic line; the Σ that it may begin with is a letter from left to right and tells of none.
  const formula = plain && locale === 'ar' ? `${arabic ? '\u2067' : '\u2066'}${plain}\u2069` : plain;
  return [words, formula].filter(Boolean).join(' — ');
}

/** How numbers of a unit are written. */
export function kindOf(unit: string): CellKind {
  if (unit.startsWith('money')) return 'money';
  if (unit === 'ratio' || unit === 'days') return unit;
  return unit === 'text' ? 'text' : 'number';
}

// Western digits and the Gregorian calendar, as the screens have unless a reader chooses others.
const tags: Readonly<Record<MailLocale, string>> = { en: 'en-u-ca-gregory-nu-latn', ar: 'ar-u-ca-gregory-nu-latn' };

/** A symbol in Latin letters, such as US$, keeps its own direction inside an Arabic number; without it the sign would jump to the wrong side. */
function isolated(parts: readonly Intl.NumberFormatPart[]): string {
  const arabic = parts.some(({ value }) => /\p{Script=Arabic}|\u200f/u.test(value));
  return parts.map(({ type, value }) => (arabic && type === 'currency' && /[A-Za-z]/.test(value) ? `\u2066${value}\u2069` : value)).join('');
}

// Making one takes a hundred times as long as using it, and a table has thousands of numbers.
const made = new Map<string, Intl.NumberFormat>();
function numbers(tag: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${tag} ${JSON.stringify(options)}`;
  const known = made.get(key) ?? new Intl.NumberFormat(tag, options);
  made.set(key, known);
  return known;
}

/** A value as people read it; a missing one is a dash, never a zero. */
export function writeCell(value: string | null, kind: CellKind, locale: MailLocale, currency: string): string {
  if (value === null || value === '') return '–';
  const tag = tags[locale];
  if (kind === 'text') return value;
  if (kind === 'date') return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${value.slice(0, 10)}T00:00:00Z`));
  // Decimal text is formatted exactly, however long it is.
  const number = value as Intl.StringNumericLiteral;
  if (kind === 'money') return isolated(numbers(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(number));
  if (kind === 'ratio') return numbers(tag, { style: 'percent', maximumFractionDigits: 1 }).format(number);
  if (kind === 'days') return numbers(tag, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 1 }).format(number);
  return numbers(tag, { maximumFractionDigits: 2 }).format(number);
}

/** The same in short, for axes and labels. */
export function writeShort(value: number, kind: CellKind, locale: MailLocale, currency: string): string {
  const tag = tags[locale];
  if (kind === 'money') return isolated(numbers(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 }).formatToParts(value));
  return kind === 'ratio' ? numbers(tag, { style: 'percent', maximumFractionDigits: 0 }).format(value) : numbers(tag, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** A step of time by its first day. */
export function writeStep(day: string, grain: string, locale: MailLocale): string {
  const date = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  const quarter = Math.floor(date.getUTCMonth() / 3) + 1;
  if (grain === 'quarter') return locale === 'ar' ? `الربع ${quarter} ${date.getUTCFullYear()}` : `Q${quarter} ${date.getUTCFullYear()}`;
  const options: Intl.DateTimeFormatOptions = grain === 'year' ? { year: 'numeric' } : grain === 'month' ? { month: 'short', year: 'numeric' } : { dateStyle: 'medium' };
  return new Intl.DateTimeFormat(tags[locale], { ...options, timeZone: 'UTC' }).format(date);
}

/** An instant in the reporting time zone. */
export const writeInstant = (instant: string, locale: MailLocale, zone: string): string => new Intl.DateTimeFormat(tags[locale], { dateStyle: 'medium', timeStyle: 'long', timeZone: zone }).format(new Date(instant));
