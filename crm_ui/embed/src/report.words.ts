import { fiscalLabel } from '@core/format/fiscal';
import { formatDate, formatNumber, type LocaleTag } from '@core/format/format';
import { decimalsOf, exactWriter } from '@shared/format/exact.write';
import { report as arabic } from '../../src/i18n/ar/report.json';
import { report as english } from '../../src/i18n/en/report.json';
import type { EmbeddedNode, EmbeddedReport, EmbeddedSplit, Locale } from './embedded.model';

/** The words of reports in a language. */
export const wordsOf = (locale: Locale): typeof english => (locale === 'ar' ? arabic : english);

/** As the product's own screens have them unless a reader chooses others: Western digits, the Gregorian calendar. */
export const tagOf = (locale: Locale): LocaleTag => (locale === 'ar' ? 'ar-u-ca-gregory-nu-latn' : 'en-u-ca-gregory-nu-latn');

const filled = (text: string, values: Readonly<Record<string, string>>): string => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');

/** A row or column by its last split. */
export function nodeText(node: EmbeddedNode, splits: readonly EmbeddedSplit[], { locale, fiscal_year_start_month: start }: EmbeddedReport): string {
  if (node.level === 0) return wordsOf(locale).total;
  const grain = splits[node.level - 1]?.grain;
  return !node.others && node.value !== null && (grain === 'fiscal_quarter' || grain === 'fiscal_year') ? fiscalLabel(String(node.value).slice(0, 10), grain, start, tagOf(locale)) : node.label;
}

/** Writers of the numbers of each value, by its place: decimal text in, words out, no digit through a binary fraction. */
export function writersOf({ values, cells, currency, locale }: EmbeddedReport): readonly ((text: string | null | undefined) => string)[] {
  return values.map(({ key, unit }) => exactWriter({ unit, currency: currency ?? 'USD', decimals: decimalsOf(unit, cells[key] ?? []) }, tagOf(locale)));
}

/** What of the report is not here, in words. */
export function cutsOf({ cut, locale }: EmbeddedReport): string[] {
  const { cut: words } = wordsOf(locale);
  return cut.map(({ what, kept, of }) => filled(words[`${what}${of === null ? 'Open' : ''}` as const], { kept: formatNumber(kept, tagOf(locale)), of: formatNumber(of, tagOf(locale)) }));
}

/** Up to when it is complete, and whether its numbers are proven. */
export function standOf({ watermark, proof, consistent, locale }: EmbeddedReport): { readonly fresh: string; readonly proof: string; readonly state: 'equal' | 'unproven' | 'different'; readonly moving: string | null } {
  const words = wordsOf(locale).embed;
  const state = proof?.equal === true ? 'equal' : proof?.equal === false ? 'different' : 'unproven';
  return { fresh: filled(words.fresh, { time: formatDate(watermark.committed_at, tagOf(locale), 'datetime') }), proof: words.proof[state], state, moving: consistent ? null : words.moving };
}

/** The name and the explanation in the reader's language. */
export const titleOf = ({ report, locale }: EmbeddedReport): string => (locale === 'ar' && report.name_ar) || report.name;
export const textOf = ({ report, locale }: EmbeddedReport): string | null => (locale === 'ar' && report.description_ar) || report.description;

/** The days that were asked for. */
export function rangeText({ range, locale }: EmbeddedReport): string | null {
  return range && range.map((day) => formatDate(day, tagOf(locale))).join(' – ');
}
