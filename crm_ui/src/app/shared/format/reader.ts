import { computed, inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { Row } from '@core/analytics/analytics.client';
import { Watermark } from '@core/analytics/cube.transport';
import { formatDate, formatMoney, formatNumber, LocaleTag, toDate, toNumber } from '@core/format/format';
import { valueIn } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';

/** What the words of a page need. */
export interface Reader {
  readonly tag: LocaleTag;
  readonly arabic: boolean;
  readonly currency: string;
  readonly text: (key: string, values?: Record<string, unknown>) => string;
}

/** The reader of a page; a new one for each language, digits and currency. */
@Injectable({ providedIn: 'root' })
export class PageReader {
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

/** Up to when an answer is complete, in words, and the whole of it for who asks. */
export function freshText(mark: Watermark, { tag, text }: Pick<Reader, 'tag' | 'text'>): { readonly text: string; readonly title: string } {
  return { text: text('home.fresh', { time: formatDate(mark.committed_at, tag, 'time') }), title: text('home.freshLag', { time: formatDate(mark.committed_at, tag, 'datetime'), lag: formatNumber(mark.lag_ms ?? 0, tag) }) };
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

/** A name of a row in the reader's language; values that every business knows have words. */
export function nameIn(row: Row, member: string, reader: Reader): string {
  const arabic = row[`${member}_ar`];
  const name = reader.arabic && typeof arabic === 'string' && arabic !== '' ? arabic : row[member];
  if (name === null || name === undefined || name === '') return reader.text('home.charts.none');
  return valueIn(member, String(name), (key) => reader.text(key));
}

/** A name inside a line of the page's own words, isolated, so that its direction does not turn the line around. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

/** A range of months in words; all time where there is none. */
export function monthsText(range: readonly [from: string, to: string] | null, { tag, text }: Pick<Reader, 'tag' | 'text'>): string {
  if (range === null) return text('home.periods.all');
  const [from, to] = range.map((day) => formatDate(day, tag, 'monthShort'));
  return from === to ? (from ?? '') : `${from} – ${to}`;
}

/** A month as short as an axis needs it, with its year. */
export const monthText = (value: unknown, { tag }: Pick<Reader, 'tag'>): string => formatDate(value, tag, 'monthShort');
