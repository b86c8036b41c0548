import { MemberMeaning, Row } from '@core/analytics/analytics.client';
import { ChangeKind } from '@core/analytics/change';
import { formatDays, formatMoney, formatNumber, formatPercent, LocaleTag, MISSING, toNumber } from '@core/format/format';
import { kindOfValues } from '@core/i18n/known.value';
import { localOf, viewOf } from './dashboard.model';

/** What the words of a dashboard need. */
export interface Reader {
  readonly tag: LocaleTag;
  readonly arabic: boolean;
  /** The currency where an answer does not name its own. */
  readonly currency: string;
  readonly text: (key: string, values?: Record<string, unknown>) => string;
}

/** The members by name. */
export type Meanings = ReadonlyMap<string, MemberMeaning>;

/** The currency that a row's money is in. */
export function currencyOf(row: Row | undefined, member: string, fallback: string): string {
  const code = row?.[`${viewOf(member)}.reporting_currency`];
  return typeof code === 'string' && /^[A-Z]{3}$/.test(code) ? code : fallback;
}

function timeUnit(value: unknown, unit: string, tag: LocaleTag, digits: number): string {
  const number = toNumber(value);
  return number === null ? MISSING : new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: digits }).format(number);
}

/** A number in its unit as the semantic layer names it; `exact` for tooltips. */
export function writeMeasure(value: unknown, unit: string, currency: string, tag: LocaleTag, exact = false): string {
  if (unit.startsWith('money')) return formatMoney(value, currency, tag, exact ? 'full' : 'compact');
  switch (unit) {
    case 'ratio': return formatPercent(value, tag, exact ? 2 : 1);
    case 'days': return formatDays(value, tag, exact ? 1 : 0);
    case 'hours': return timeUnit(value, 'hour', tag, 1);
    case 'minutes': return timeUnit(value, 'minute', tag, 1);
    case 'number': case 'score': return formatNumber(value, tag, exact ? 2 : 1);
    case 'text': return value === null || value === undefined || value === '' ? MISSING : String(value);
    default: return formatNumber(value, tag);
  }
}

/** How a difference of such numbers is told. */
export const changeKind = (unit: string): ChangeKind => (unit === 'ratio' ? 'points' : unit === 'days' ? 'absolute' : 'relative');

/** True for numbers that add up, of which no row means none rather than nothing known. */
export const addsUp = (unit: string): boolean => unit === 'count' || unit === 'money';

/** Which way is good; the names of measures tell, because losses, waiting and costs mean the same in every view. */
export const betterWay = (measure: string): 'up' | 'down' =>
  (/(^|_)(lost|churn\w*|cycle|overdue|breach\w*|backlog|reopen\w*|bounce\w*|cost|cac|due|contraction|unsubscri\w*|response|resolution|days|hours|minutes|age|slip\w*)(_|$)/.test(localOf(measure)) && !/met|within|on_time/.test(localOf(measure)) ? 'down' : 'up');

/** Name, explanation and formula of a member in the reader's language; the member's own name where nothing is known. */
export function meaningOf(member: string, meanings: Meanings, { arabic }: Pick<Reader, 'arabic'>): { readonly title: string; readonly description: string; readonly formula: string; readonly unit: string } {
  const meaning = meanings.get(member);
  return {
    title: (arabic ? meaning?.titleAr : '') || meaning?.title || member,
    description: (arabic ? meaning?.descriptionAr : '') || meaning?.description || '',
    formula: (arabic ? meaning?.formulaAr : '') || meaning?.formula || '',
    unit: meaning?.unit ?? '',
  };
}

/** Where values that the product itself knows have words in both languages, by their field. */
const VALUE_WORDS: readonly ((field: string, value: string) => string)[] = [(field, value) => `values.${kindOfValues(field) ?? field}.${value}`, (field, value) => `home.values.${field}.${value}`, (field, value) => `record.activity.${field}.${value}`, (_field, value) => `status.${value}`];

/** A value of a field in words, or itself where it is a business's own. */
export function valueWords(field: string, value: string, text: Reader['text']): string {
  const plain = value.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return VALUE_WORDS.map((key) => key(field, plain)).map((key) => [key, text(key)] as const).find(([key, words]) => words !== key)?.[1] ?? value;
}

/** Counts beside a bar that have words of their own. */
const COUNT_WORDS: Readonly<Record<string, string>> = { 'deals.won_count': 'home.charts.wonDeals', 'deals.open_count': 'home.charts.deals', 'deals.count': 'home.charts.deals' };

/** A further number of a part, in words. */
export function besideText(member: string, row: Row, meanings: Meanings, reader: Reader): string {
  const value = toNumber(row[member]);
  const words = COUNT_WORDS[member];
  if (words) return reader.text(words, { count: { value: value ?? 0, text: formatNumber(value ?? 0, reader.tag) } });
  const { title, unit } = meaningOf(member, meanings, reader);
  if (unit !== 'ratio') return `${title} ${writeMeasure(value, unit, currencyOf(row, member, reader.currency), reader.tag)}`;
  // A share beside a count needs no name of its own, for which there would be no room either.
  const share = formatPercent(value, reader.tag, 0);
  return member === 'stage_funnel.conversion_rate' ? (value === null ? '' : reader.text('home.charts.wentOn', { share })) : share;
}
