import { inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { MemberMeaning } from '@core/analytics/analytics.client';
import { valueIn } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { writeNumber } from '@shared/kpi/number.model';
import { AlertCondition, AlertFilter } from './alert.model';
import { Notification } from './notification.service';

/** Members by name; empty until they are read. */
export type MeaningMap = ReadonlyMap<string, MemberMeaning>;

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

  /** A number in the unit of its measure. */
  number(value: string | null | undefined, measure: string, meanings: MeaningMap): string {
    return writeNumber(value, meanings.get(measure)?.unit ?? '', { tag: this.locale.tag(), currency: this.session.currency() });
  }

  /** "above 500,000". */
  condition(condition: AlertCondition, measure: string, meanings: MeaningMap): string {
    if (condition.kind === 'anomaly') return this.text(`alerts.when.${condition.grain}`);
    return this.text(`alerts.when.${condition.kind}`, { value: this.number(condition.threshold, measure, meanings) });
  }

  /** "Region: Gulf". */
  filter({ member, operator, values }: AlertFilter, meanings: MeaningMap): string {
    return `${this.title(member, meanings)} ${this.text(`alerts.operators.${operator}`)} ${(values ?? []).map((value) => valueIn(member, value, (key) => this.text(key))).join(this.locale.language() === 'ar' ? '، ' : ', ')}`.trim();
  }

  /** The sentence of a notification below its title. */
  sentence({ kind, params }: Notification, meanings: MeaningMap): string {
    if (kind !== 'alert_firing' && kind !== 'alert_ended') return this.text(`alerts.told.${kind}`, { ...params, problem: this.problem(params.problem) });
    const measure = params.measure ?? '';
    const values = { measure: this.title(measure, meanings), value: this.number(params.value, measure, meanings) };
    if (kind === 'alert_ended') return this.text('alerts.told.ended', values);
    const { condition, expected } = params;
    if (condition?.kind === 'anomaly' && expected) return this.text('alerts.told.unusual', { ...values, low: this.number(expected.low, measure, meanings), high: this.number(expected.high, measure, meanings) });
    return this.text('alerts.told.firing', { ...values, condition: condition ? this.condition(condition, measure, meanings) : '' });
  }

  /** Why something is not known or not sent. */
  problem(code: string | null | undefined): string {
    if (!code) return '';
    const keys = [`alerts.problem.${code}`, `problems.${code}.title`];
    return keys.map((key) => [key, this.text(key)] as const).find(([key, words]) => words !== key)?.[1] ?? code;
  }
}
