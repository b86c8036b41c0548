import { inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { MemberMeaning } from '@core/analytics/analytics.client';
import { formatDate } from '@core/format/format';
import { valueIn } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { writeNumber } from '@shared/kpi/number.model';
import { AlertCondition, AlertFilter, AlertFound, AlertFoundRow, AlertQuestion } from './alert.model';
import { Notification } from './notification.service';

/** Members by name; empty until they are read. */
export type MeaningMap = ReadonlyMap<string, MemberMeaning>;

/** What an alert watches, in words, and the unit of its number. */
export interface AlertSubject {
  readonly title: string;
  readonly unit: string;
}

/** Alerts and what they tell, in the reader's words. */
@Injectable({ providedIn: 'root' })
export class AlertWords {
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);

  /** A text of the product. */
  text(key: string, values: Record<string, unknown> = {}): string {
    this.translate.currentLang();
    return String(this.translate.instant(key, values));
  }

  /** What a member is called. */
  title(member: string, meanings: MeaningMap): string {
    const meaning = meanings.get(member);
    return (this.locale.language() === 'ar' ? meaning?.titleAr : '') || meaning?.title || member;
  }

  /** What the view of a member is called. */
  viewTitle(member: string, meanings: MeaningMap): string {
    const view = meanings.get(member)?.view;
    return (this.locale.language() === 'ar' ? view?.titleAr : '') || view?.title || '';
  }

  /** What a member means. */
  description(member: string, meanings: MeaningMap): string {
    const meaning = meanings.get(member);
    return (this.locale.language() === 'ar' ? meaning?.descriptionAr : '') || meaning?.description || '';
  }

  /** What is watched, and its unit: a measure by its meaning, a value of a report by what the last look found. */
  subject(question: AlertQuestion | undefined, found: AlertFound | null | undefined, meanings: MeaningMap): AlertSubject {
    if (question && 'measure' in question) return { title: this.title(question.measure, meanings), unit: meanings.get(question.measure)?.unit ?? '' };
    const title = (this.locale.language() === 'ar' && found?.title_ar) || found?.title || (question && 'value' in question ? question.value : '');
    return { title, unit: found?.unit ?? '' };
  }

  /** The name of the report that a look was at. */
  report({ report }: AlertFound): string {
    return (this.locale.language() === 'ar' && report.name_ar) || report.name;
  }

  /** "Gulf · Website: 12%". */
  row({ splits, value }: AlertFoundRow, unit: string): string {
    const arabic = this.locale.language() === 'ar';
    const names = splits.map((split) => {
      if (split.value === null || split.value === '') return this.text('home.charts.none');
      if (split.grain && /^\d{4}-\d{2}-\d{2}/.test(String(split.value))) return formatDate(String(split.value).slice(0, 10), this.locale.tag(), split.grain === 'month' ? 'monthShort' : undefined);
      return (arabic && split.value_ar) || valueIn(split.member, String(split.value), (key) => this.text(key));
    });
    return `${names.join(' · ')}: ${this.number(value, unit)}`;
  }

  /** A number in a unit. */
  number(value: string | null | undefined, unit: string): string {
    return writeNumber(value, unit, { tag: this.locale.tag(), currency: this.session.currency() });
  }

  /** "above 500,000". */
  condition(condition: AlertCondition, unit: string): string {
    if (condition.kind === 'anomaly') return this.text(`alerts.when.${condition.grain}`);
    return this.text(`alerts.when.${condition.kind}`, { value: this.number(condition.threshold, unit) });
  }

  /** "Region: Gulf". */
  filter({ member, operator, values }: AlertFilter, meanings: MeaningMap): string {
    return `${this.title(member, meanings)} ${this.text(`alerts.operators.${operator}`)} ${(values ?? []).map((value) => valueIn(member, value, (key) => this.text(key))).join(this.locale.language() === 'ar' ? '، ' : ', ')}`.trim();
  }

  /** The sentence of a notification below its title. */
  sentence({ kind, params }: Notification, meanings: MeaningMap): string {
    if (kind !== 'alert_firing' && kind !== 'alert_ended') return this.text(`alerts.told.${kind}`, { ...params, problem: this.problem(params.problem) });
    const { condition, expected, found, measure } = params;
    const { title, unit } = this.subject(measure === undefined ? undefined : { measure }, found, meanings);
    const values = { measure: found ? `${title} – ${this.report(found)}` : title, value: this.number(params.value, unit) };
    if (kind === 'alert_ended') return this.text('alerts.told.ended', values);
    if (condition?.kind === 'anomaly' && expected) return this.text('alerts.told.unusual', { ...values, low: this.number(expected.low, unit), high: this.number(expected.high, unit) });
    const when = condition ? this.condition(condition, unit) : '';
    if (!found || found.rows.length === 0) return this.text('alerts.told.firing', { ...values, condition: when });
    const rows = new Intl.ListFormat(this.locale.tag()).format(found.rows.map((row) => this.row(row, unit)));
    const more = found.count - found.rows.length;
    return this.text('alerts.told.rows', { ...values, condition: when, rows: more > 0 ? this.text('alerts.told.more', { rows, more: new Intl.NumberFormat(this.locale.tag()).format(more) }) : rows });
  }

  /** Why something is not known or not sent. */
  problem(code: string | null | undefined): string {
    if (!code) return '';
    const keys = [`alerts.problem.${code}`, `problems.${code}.title`, ...(code.startsWith('report_') ? ['alerts.problem.report_refused'] : [])];
    return keys.map((key) => [key, this.text(key)] as const).find(([key, words]) => words !== key)?.[1] ?? code;
  }
}
