import { TranslateService } from '@ngx-translate/core';
import { inject, Pipe, PipeTransform } from '@angular/core';
import { knownValue, ValueKind } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { DateStyle, formatCompact, formatDate, formatDays, formatMoney, formatNumber, formatPercent, formatRelative, MISSING, MoneyStyle } from '@core/format/format';

// These pipes are impure because the reader can change language and digits while a page stands; Intl objects are kept, so a call is cheap.

/** Money: `value | crmMoney: currency : style`; without a currency the one of the totals. */
@Pipe({ name: 'crmMoney', pure: false })
export class MoneyPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);

  transform(value: unknown, currency?: string | null, style: MoneyStyle = 'full'): string {
    return formatMoney(value, currency ?? this.session.currency(), this.locale.tag(), style);
  }
}

/** A number: `value | crmNumber: decimals`. */
@Pipe({ name: 'crmNumber', pure: false })
export class NumberPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(value: unknown, digits = 0): string {
    return formatNumber(value, this.locale.tag(), digits);
  }
}

/** A large number in short: `value | crmCompact`. */
@Pipe({ name: 'crmCompact', pure: false })
export class CompactPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(value: unknown): string {
    return formatCompact(value, this.locale.tag());
  }
}

/** A share of 1 as per cent: `value | crmPercent: decimals`. */
@Pipe({ name: 'crmPercent', pure: false })
export class PercentPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(value: unknown, digits = 1): string {
    return formatPercent(value, this.locale.tag(), digits);
  }
}

/** Days: `value | crmDays`. */
@Pipe({ name: 'crmDays', pure: false })
export class DaysPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(value: unknown, digits = 0): string {
    return formatDays(value, this.locale.tag(), digits);
  }
}

/** A date: `value | crmDate: style`. */
@Pipe({ name: 'crmDate', pure: false })
export class DatePipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(value: unknown, style: DateStyle = 'date'): string {
    return formatDate(value, this.locale.tag(), style);
  }
}

/** How long ago: `value | crmRelative`. */
@Pipe({ name: 'crmRelative', pure: false })
export class RelativePipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(value: unknown): string {
    return formatRelative(value, this.locale.tag());
  }
}

/** A count for a plural text: `'deals.count' | translate: {count: n | crmCount}`. */
@Pipe({ name: 'crmCount', pure: false })
export class CountPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);
  private last: { value: number; text: string } = { value: 0, text: '' };

  transform(value: number): { value: number; text: string } {
    const text = formatNumber(value, this.locale.tag());
    // The same object for the same number, or the translation would be made again at every check.
    if (this.last.value !== value || this.last.text !== text) this.last = { value, text };
    return this.last;
  }
}

/** A value that has words in both languages: `region | crmValue: 'region'`; a business's own value stays as it is. */
@Pipe({ name: 'crmValue', pure: false })
export class ValuePipe implements PipeTransform {
  private readonly translate = inject(TranslateService);

  transform(value: string | null | undefined, kind: ValueKind): string {
    return value ? knownValue(kind, value, (key) => String(this.translate.instant(key))) : MISSING;
  }
}
