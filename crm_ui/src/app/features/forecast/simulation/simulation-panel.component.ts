import { ChangeDetectionStrategy, Component, computed, inject, input, resource } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { formatMoney } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { CountPipe, DatePipe, MoneyPipe, NumberPipe, PercentPipe } from '@shared/format/format.pipes';
import { ProofBadgeComponent } from '@shared/kpi/proof-badge.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { CoverageComponent } from './coverage.component';
import { DistributionComponent } from './distribution.component';
import { Coverage, ForecastCut, Simulation } from './simulation.model';

/** How sure the forecast of a period is: P10, P50 and P90 against the quota, how they came about, and how often such bands have held. */
@Component({
  selector: 'crm-simulation-panel',
  imports: [TranslatePipe, CountPipe, CoverageComponent, DatePipe, DistributionComponent, EmptyComponent, MoneyPipe, NumberPipe, PercentPipe, ProblemComponent, ProofBadgeComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card" aria-labelledby="crm-simulation" [attr.aria-busy]="told.isLoading()">
      <h2 id="crm-simulation">{{ 'forecast.simulation.title' | translate }}</h2><p class="crm-muted">{{ 'forecast.simulation.text' | translate }}</p>
      @if (unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="told.reload()" /> }
      @else if (told.hasValue()) {
        @if (told.value(); as it) {
          @if (it.deals === 0 && +it.won === 0) { <crm-empty icon="chart-column" [title]="'forecast.simulation.none' | translate" [text]="'forecast.simulation.noneText' | translate" /> }
          @else {
            <dl>@for (name of names; track name) { <div [class.main]="name === 'p50'"><dt>{{ 'forecast.simulation.' + name | translate }}</dt><dd class="crm-number" [attr.data-figure]="name" [title]="it[name] | crmMoney: it.currency">{{ it[name] | crmMoney: it.currency : 'compact' }}</dd></div> }
              <div><dt>{{ 'forecast.simulation.quotaChance' | translate }}</dt><dd class="crm-number" data-figure="quota_probability">{{ it.quota_probability | crmPercent: 0 }}</dd></div></dl>
            <crm-distribution [simulation]="it" [label]="drawing()" />
            <crm-forecast-coverage [coverage]="measured()" [currency]="it.currency" />
            @if (uncovered(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="coverage.reload()" /> }
            <details><summary>{{ 'forecast.simulation.how' | translate }}</summary><ul>
              <li>{{ 'forecast.simulation.method' | translate: { draws: (it.draws | crmNumber), seed: it.seed } }}</li>
              <li>{{ 'forecast.simulation.unscored' | translate: { deals: (it.deals | crmCount), unscored: (it.unscored | crmCount) } }}</li>
              @if (it.overdue > 0) { <li>{{ 'forecast.simulation.overdue' | translate: { count: (it.overdue | crmCount) } }}</li> }
              <li>{{ (it.common_factor.estimated ? 'forecast.simulation.together' : 'forecast.simulation.independent') | translate: { correlation: (it.common_factor.correlation | crmNumber: 2), periods: (it.common_factor.periods | crmCount) } }}</li>
              <li>{{ 'forecast.simulation.mean' | translate: { mean: (it.mean | crmMoney: it.currency), expected: (it.expected | crmMoney: it.currency) } }}</li></ul></details>
            <p class="foot"><span>{{ 'home.fresh' | translate: { time: (it.watermark.committed_at | crmDate: 'time') } }}</span>@if (it.proof; as proof) { <crm-proof-badge [proof]="proof" /> }</p>
          }
        }
      } @else { <crm-skeleton [lines]="6" /> }
    </section>
  `,
  styles: `
    section { display: grid; gap: var(--crm-3); padding: var(--crm-4); min-inline-size: 0; } h2 { font-size: var(--crm-text-16); } section > p { font-size: var(--crm-text-13); max-inline-size: 80ch; }
    dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(120px, 100%), 1fr)); gap: var(--crm-3); margin: 0; } dt { font-size: var(--crm-text-12); color: var(--crm-text-2); } dd { margin: 0; font-size: var(--crm-text-20); font-weight: 500; } .main dd { font-weight: 700; }
    details { font-size: var(--crm-text-13); } summary { cursor: pointer; color: var(--crm-text-2); min-block-size: 24px; } ul { display: grid; gap: 4px; margin-block-start: var(--crm-2); padding-inline-start: var(--crm-5, 20px); max-inline-size: 90ch; list-style: disc; }
    .foot { display: flex; flex-wrap: wrap; gap: var(--crm-1) var(--crm-4); font-size: var(--crm-text-12); color: var(--crm-text-2); }
  `,
})
export class SimulationPanelComponent {
  private readonly api = inject(ApiClient);
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  /** The period, such as `2026-Q4`. */
  readonly period = input.required<string>();
  /** Only of a person, a team or a region. */
  readonly cut = input<ForecastCut>({});

  protected readonly names = ['p10', 'p50', 'p90', 'won', 'quota'] as const;
  private readonly params = computed(() => ({ period: this.period(), ...this.cut() }));
  protected readonly told = resource({ params: this.params, loader: ({ params }) => this.api.get<Simulation>('forecasts/simulation', params) });
  protected readonly coverage = resource({ params: this.params, loader: ({ params }) => this.api.get<Coverage>('forecasts/simulation/coverage', params) });
  protected readonly measured = computed(() => (this.coverage.hasValue() ? this.coverage.value() : null));
  protected readonly unread = computed(() => (this.told.error() ? toProblem(this.told.error()?.cause ?? this.told.error()) : null));
  protected readonly uncovered = computed(() => (this.coverage.error() ? toProblem(this.coverage.error()?.cause ?? this.coverage.error()) : null));
  protected readonly drawing = computed(() => {
    this.translate.currentLang();
    if (!this.told.hasValue()) return '';
    const { currency, ...it } = this.told.value();
    const money = (value: string): string => formatMoney(value, currency, this.locale.tag(), 'whole');
    return String(this.translate.instant('forecast.simulation.drawing', { p10: money(it.p10), p50: money(it.p50), p90: money(it.p90), quota: money(it.quota) }));
  });
}
