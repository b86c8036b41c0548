import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { isDay } from '@core/analytics/period';
import { problemOfField } from '@core/api/problem';
import { ReportDefinition, Top } from '@core/reports/report.model';
import { SessionService } from '@core/session/session.service';
import { viewOf } from '../definition/definition.model';
import { tidy } from '../definition/definition.moves';
import { catalogue, usualTime } from './catalogue.model';
import { valueText } from './definition.words';
import { ReportBuilder } from './report.builder';
import { ReportPreview } from './report.preview';

/** The named periods of the reporting calendar, as the API knows them. */
export const PERIODS = ['today', 'yesterday', 'last7Days', 'last30Days', 'last90Days', 'thisWeek', 'thisMonth', 'lastMonth', 'thisQuarter', 'lastQuarter', 'thisYear', 'thisFiscalQuarter', 'lastFiscalQuarter', 'thisFiscalYear', 'last12Months'] as const;

/** Period, comparison, first rows, order and totals. */
@Component({
  selector: 'crm-report-settings',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './settings.component.html',
  styleUrl: './settings.component.scss',
})
export class SettingsComponent {
  private readonly builder = inject(ReportBuilder);
  private readonly preview = inject(ReportPreview);
  private readonly session = inject(SessionService);
  protected readonly definition = this.builder.definition;
  protected readonly periods = computed(() => PERIODS.filter((name) => this.session.fiscalStart() !== 1 || !name.includes('Fiscal') || this.definition().period?.range === name));
  protected readonly times = computed(() => {
    const { view } = this.definition();
    return catalogue(this.builder.meanings(), '', this.builder.words().arabic, view).find(({ name }) => name === view)?.groups.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'time') ?? [];
  });
  protected readonly values = computed(() => this.definition().values.map((value) => ({ key: value.key, title: valueText(value, this.builder.words()) })));
  protected readonly mayCompare = computed(() => this.definition().period !== null && this.definition().period?.range !== 'all');
  protected readonly sorting = computed(() => { const { sort } = this.definition(); return sort ? `${sort.order} ${sort.by}` : ''; });
  /** The range by its name; its days are shown before they are applied. */
  protected readonly range = linkedSignal((): string => {
    const range = this.definition().period?.range ?? 'all';
    return typeof range === 'string' ? range : 'custom';
  });
  protected readonly from = linkedSignal(() => this.dayOf(0));
  protected readonly to = linkedSignal(() => this.dayOf(1));
  protected readonly wrong = computed(() => isDay(this.from()) && isDay(this.to()) && this.from() > this.to());

  protected problem(field: string): string | null {
    return problemOfField(this.preview.problem(), field, this.builder.known);
  }

  protected choose(range: string): void {
    this.range.set(range);
    if (range === 'custom') return this.apply();
    const member = this.member();
    this.change((now) => ({ ...now, period: range === 'all' || member === null ? null : { member, range } }));
  }

  protected by(member: string): void {
    this.change((now) => (now.period ? { ...now, period: { ...now.period, member } } : now));
  }

  /** Takes the days over as soon as both are there. */
  protected apply(): void {
    const [from, to, member] = [this.from(), this.to(), this.member()];
    if (isDay(from) && isDay(to) && from <= to && member !== null) this.change((now) => ({ ...now, period: { member, range: [from, to] } }), 'period');
  }

  protected compare(kind: string): void {
    this.change((now) => ({ ...now, compare: kind === 'previous' || kind === 'year' ? kind : null }));
  }

  protected topBy(value: string): void {
    this.change((now) => ({ ...now, top: value === '' ? null : { n: 10, others: true, order: 'desc', ...now.top, value } }));
  }

  protected top(part: Partial<Top>, about: string | null = null): void {
    if (part.n !== undefined && !(Number.isInteger(part.n) && part.n >= 1 && part.n <= 200)) return;
    this.change((now) => (now.top ? { ...now, top: { ...now.top, ...part } } : now), about);
  }

  protected sort(text: string): void {
    const [order, by] = text.split(' ');
    this.change((now) => ({ ...now, sort: by ? { by, order: order === 'asc' ? 'asc' : 'desc' } : null }));
  }

  protected totals(side: 'rows' | 'columns', on: boolean): void {
    this.change((now) => ({ ...now, totals: { ...now.totals, [side]: on } }));
  }

  private change(next: (now: ReportDefinition) => ReportDefinition, about: string | null = null): void {
    this.builder.change((now) => tidy(next(now)), about);
  }

  private dayOf(side: 0 | 1): string {
    const range = this.definition().period?.range;
    return Array.isArray(range) ? String(range[side] ?? '') : '';
  }

  private member(): string | null {
    const { period, rows, columns, view } = this.definition();
    if (period && viewOf(period.member) === view) return period.member;
    return usualTime(this.builder.meanings(), view, [...columns, ...rows].map(({ member }) => member));
  }
}
