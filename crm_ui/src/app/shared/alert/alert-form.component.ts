import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { ReportAnswer } from '@core/reports/report.model';
import { SessionService } from '@core/session/session.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AlertDraft, bodyOf, conditionOf, datesOf, moved, partsOf } from './alert.draft';
import { Alert, ALERT_PERIODS, AlertFilter, AlertSeed } from './alert.model';
import { AlertFormData } from './alert.opener';
import { AlertSubject, AlertWords, MeaningMap } from './alert.words';
import { MeasurePickerComponent } from './measure-picker.component';
import { ReportValues, WatchedReport } from './report-values';

const OFFERED = 100;
const ALERT_KINDS = ['above', 'below', 'anomaly'] as const;

/** The form of an alert in a panel: which number or value of a report, when to tell, and of which rows. */
@Component({
  selector: 'crm-alert-form',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, MeasurePickerComponent, ProblemComponent, SkeletonComponent],
  providers: [AnalyticsClient],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './alert-form.component.html',
  styleUrl: './alert-form.component.scss',
})
export class AlertFormComponent {
  private readonly api = inject(ApiClient);
  private readonly analytics = inject(AnalyticsClient);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly reports = inject(ReportValues);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AlertWords);
  protected readonly data = inject<AlertFormData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<AlertFormComponent, Alert>>(MatDialogRef);

  private readonly old = this.data.alert?.body ?? null;
  private readonly from: AlertSeed = this.old?.question ?? this.data.seed;
  private readonly when = this.old?.condition ?? null;
  /** The report whose value is watched; null for a measure. */
  protected readonly reportId = this.from.report_id ?? null;
  protected readonly report = signal<WatchedReport | null>(null);
  protected readonly value = signal(this.from.value ?? '');
  protected readonly rows = signal<'total' | 'any'>(this.from.rows ?? 'total');
  /** What is unusual is told by days and months: of a measure, or of the total of a report that has a period. */
  protected readonly kinds = computed(() => ALERT_KINDS.filter((kind) => kind !== 'anomaly' || this.reportId === null || (this.rows() === 'total' && this.report()?.definition.period != null)));
  protected readonly scopes = ['total', 'any'] as const;
  protected readonly grains = ['day', 'month'] as const;
  protected readonly periods = ALERT_PERIODS.filter((key) => this.session.fiscalStart() !== 1 || !key.includes('Fiscal') || key === this.from.period);
  protected readonly zone = this.session.timeZone().replaceAll('_', ' ');

  protected readonly meanings = signal<MeaningMap>(new Map());
  protected readonly loaded = signal(false);
  protected readonly name = signal(this.old?.name ?? '');
  protected readonly measure = signal(this.from.measure ?? '');
  protected readonly kind = signal<AlertDraft['kind']>(this.when?.kind ?? 'below');
  private readonly typed = signal<string | null>(null);
  protected readonly subject = computed((): AlertSubject => {
    if (this.reportId === null) return this.words.subject({ measure: this.measure() }, null, this.meanings());
    const value = this.report()?.values.find(({ key }) => key === this.value());
    return { title: value ? this.valueName(value) : '', unit: value?.unit ?? this.old?.found?.unit ?? '' };
  });
  protected readonly ratio = computed(() => this.subject().unit === 'ratio');
  /** What is stored is shown until something is typed; a ratio in per cent. */
  protected readonly threshold = Object.assign(computed(() => this.typed() ?? (this.when && this.when.kind !== 'anomaly' ? (this.ratio() ? moved(this.when.threshold, 2) : this.when.threshold) : '')), { set: (text: string) => this.typed.set(text) });
  protected readonly grain = signal<'day' | 'month'>(this.when?.kind === 'anomaly' ? this.when.grain : 'day');
  protected readonly sensitivity = signal(this.when?.kind === 'anomaly' ? String(this.when.sensitivity ?? 3.5) : '3.5');
  protected readonly date = signal(this.from.date ?? '');
  protected readonly period = signal(this.from.period ?? 'all');
  protected readonly filters = signal<readonly AlertFilter[]>(this.from.filters ?? []);
  protected readonly offered = signal<Readonly<Record<string, readonly string[]>>>({});
  protected readonly dates = computed(() => datesOf(this.measure(), this.meanings()));
  protected readonly parts = computed(() => partsOf(this.measure(), this.meanings()));
  protected readonly tried = signal(false);
  protected readonly saving = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly body = computed((): Pick<Alert, 'question' | 'condition'> | null => {
    const draft = { name: this.name(), measure: this.measure(), kind: this.kind(), threshold: this.threshold(), date: this.date(), period: this.period(), grain: this.grain(), sensitivity: this.sensitivity(), filters: this.filters() };
    if (this.reportId === null) return bodyOf(draft, this.ratio());
    const condition = conditionOf(draft, this.ratio());
    return condition && this.value() !== '' && this.kinds().includes(this.kind()) ? { question: { report_id: this.reportId, value: this.value(), rows: this.rows() }, condition } : null;
  });
  protected readonly valid = computed(() => this.body() !== null);
  protected readonly suggested = computed(() => {
    const body = this.body();
    const { title, unit } = this.subject();
    return body ? `${title}: ${this.words.condition(body.condition, unit)}`.slice(0, 100) : '';
  });

  constructor() {
    if (this.reportId !== null) {
      this.reports.read(this.reportId).then((report) => { this.report.set(report); if (this.value() === '') this.value.set(report.values[0]?.key ?? ''); }, (error: unknown) => { this.problem.set(toProblem(error)); }).finally(() => { this.loaded.set(true); });
      return;
    }
    this.analytics.members().then((members) => { this.meanings.set(members); this.loaded.set(true); }, (error: unknown) => { this.problem.set(toProblem(error)); this.loaded.set(true); });
  }

  protected valueName({ title, title_ar: arabic }: ReportAnswer['values'][number]): string {
    return (this.locale.language() === 'ar' && arabic) || title;
  }

  protected reportName({ name, name_ar: arabic }: WatchedReport): string {
    return (this.locale.language() === 'ar' && arabic) || name;
  }

  /** Rows or the total; what cannot be told of rows is chosen no more. */
  protected over(rows: 'total' | 'any'): void {
    this.rows.set(rows);
    if (!this.kinds().includes(this.kind())) this.kind.set('below');
  }

  /** Another measure: dates and filters of another view mean nothing to it. */
  protected choose(measure: string): void {
    const same = measure.split('.')[0] === this.measure().split('.')[0];
    this.measure.set(measure);
    if (same) return;
    this.date.set('');
    this.filters.set([]);
  }

  protected plain({ operator }: AlertFilter): boolean {
    return operator === 'equals';
  }

  protected split(text: string): string[] {
    return text.split(/[,،]/).map((one) => one.trim());
  }

  protected setFilter(index: number, filter: AlertFilter): void {
    this.filters.update((filters) => filters.map((one, at) => (at === index ? filter : one)));
  }

  protected drop(index: number): void {
    this.filters.update((filters) => filters.filter((_, at) => at !== index));
  }

  protected add(): void {
    if (this.measure()) this.filters.update((filters) => [...filters, { member: '', operator: 'equals', values: [''] }]);
  }

  /** The values that a property has, to choose from; what cannot be read can still be typed. */
  protected offer(member: string): void {
    if (!member || this.offered()[member]) return;
    this.analytics.load({ dimensions: [member], limit: OFFERED }).then(({ rows }) => this.offered.update((known) => ({ ...known, [member]: rows.map((row) => String(row[member] ?? '')).filter(Boolean) })), () => undefined);
  }

  protected async save(): Promise<void> {
    this.tried.set(true);
    const body = this.body();
    if (!body || this.saving()) return;
    this.saving.set(true);
    this.problem.set(null);
    const { alert } = this.data;
    const whole = { name: this.name().trim() || this.suggested(), ...body };
    try {
      this.dialog.close(await (alert ? this.api.patch<Alert>(`alerts/${alert.body.id}`, whole, alert.tag) : this.api.post<Alert>('alerts', whole)));
      this.notice.say(this.words.text('alerts.saved'));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.saving.set(false);
    }
  }
}
