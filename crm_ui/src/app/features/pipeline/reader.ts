import { computed, inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { Row } from '@core/analytics/analytics.client';
import { formatMoney, formatNumber, LocaleTag, toDate, toNumber } from '@core/format/format';
import { knownValue } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';

/** What the words of the page need. */
export interface Reader {
  readonly tag: LocaleTag;
  readonly arabic: boolean;
  readonly currency: string;
  readonly text: (key: string, values?: Record<string, unknown>) => string;
}

/** The reader of this page; a new one for each language, digits and currency. */
@Injectable()
export class PipelineReader {
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);

  readonly reader = computed<Reader>(() => {
    this.translate.currentLang();
    return { tag: this.locale.tag(), arabic: this.locale.language() === 'ar', currency: this.session.currency(), text: (key, values) => String(this.translate.instant(key, values)) };
  });
}

/** A moment in the reporting time zone, with its name, so that nobody takes it for their own. */
export function momentText(value: unknown, { tag }: Pick<Reader, 'tag'>): string {
  const date = toDate(value);
  if (!date) return '';
  return new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC', timeZoneName: 'short' }).format(date);
}

/** A change of money with its sign. */
export function signedMoney(value: number, { arabic, currency, tag }: Reader, short = false): string {
  if (value === 0) return formatMoney(0, currency, tag);
  const size = formatMoney(Math.abs(value), currency, tag, short ? 'compact' : 'full');
  const sign = value > 0 ? '+' : '\u2212';
  // The marks keep an Arabic line right-to-left and the sign before the digits in it, as Intl does it for plain numbers.
  return arabic ? `\u200f\u200e${sign}${size.replace(/^\u200f/, '')}` : `${sign}${size}`;
}

/** How many deals, in words. */
export function dealsText(value: unknown, { tag, text }: Reader): string {
  const count = toNumber(value) ?? 0;
  return text('home.charts.deals', { count: { value: count, text: formatNumber(count, tag) } });
}

/** A name of a row in the reader's language; known regions have words. */
export function nameIn(row: Row, member: string, reader: Reader): string {
  const arabic = row[`${member}_ar`];
  const name = reader.arabic && typeof arabic === 'string' && arabic !== '' ? arabic : row[member];
  if (name === null || name === undefined || name === '') return reader.text('home.charts.none');
  return member.endsWith('.region') ? knownValue('region', String(name), (key) => reader.text(key)) : String(name);
}

/** A name inside a line of the page's own words, isolated, so that its direction does not turn the line around. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

/** The way from one stage to another. */
export const wayText = (from: string, to: string, { text }: Pick<Reader, 'text'>): string => text('pipeline.deals.way', { from: isolated(from), to: isolated(to) });
