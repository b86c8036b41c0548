import { ChangeDetectionStrategy, Component, computed, inject, input, resource, signal } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { todayIn } from '@core/analytics/period';
import { toProblem } from '@core/api/problem';
import { formatDate, formatMoney, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { PercentPipe } from '@shared/format/format.pipes';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { ProofBadgeComponent } from '@shared/kpi/proof-badge.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { Cohort, CohortCell, cohortQuery, cohortQuestion, cohortsOf, CohortUnit, monthsUntil, OUTCOMES, UNITS } from './cohorts.calc';
import { Narrow, NOTHING } from './forecast.model';

/** What became of the deals that were first forecast to close in a month, by month; each cell opens its deals. */
@Component({
  selector: 'crm-forecast-cohorts',
  imports: [TranslatePipe, EmptyComponent, PercentPipe, ProblemComponent, ProofBadgeComponent, SkeletonComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card" aria-labelledby="crm-cohorts">
      <header><h2 id="crm-cohorts">{{ 'forecast.cohorts.title' | translate }}</h2><crm-tabs look="segmented" [controls]="false" [tabs]="unitTabs()" [active]="unit()" (activeChange)="choose($event)" [label]="'forecast.cohorts.unit' | translate" /></header>
      <p class="crm-muted">{{ 'forecast.cohorts.text' | translate }}</p>
      @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="told.reload()" /> }
      @else if (told.hasValue()) {
        @if (cohorts().length === 0) { <crm-empty icon="target" [title]="'forecast.cohorts.none' | translate" [text]="'forecast.cohorts.noneText' | translate" /> }
        @else {
          <div class="scroll" tabindex="0" role="region" aria-labelledby="crm-cohorts"><table>
            <thead><tr><th scope="col">{{ 'forecast.cohorts.month' | translate }}</th><th scope="col" class="end">{{ 'forecast.cohorts.all' | translate }}</th>@for (outcome of outcomes; track outcome) { <th scope="col" class="end" [title]="'forecast.cohorts.what.' + outcome | translate">{{ 'forecast.cohorts.' + outcome | translate }}</th> }</tr></thead>
            <tbody>@for (cohort of cohorts(); track cohort.month) {
              <tr><th scope="row">{{ monthOf(cohort) }}</th><td class="end crm-number"><button type="button" class="drill" (click)="open(cohort, cohort.total, 'all')">{{ write(cohort.total) }}<span class="crm-visually-hidden"> {{ 'forecast.dealsBehind' | translate }}</span></button></td>
                @for (cell of cohort.cells; track cell.measure; let index = $index) {
                  <td class="end crm-number" [class.masked]="cell.value === null" [attr.data-cell]="outcomes[index]" [style.--share.%]="(cell.share ?? 0) * 100">
                    @if (cell.value === null) { <span [title]="'forecast.cohorts.masked' | translate"><span aria-hidden="true">·</span><span class="crm-visually-hidden">{{ 'forecast.cohorts.masked' | translate }}</span></span> }
                    @else { <button type="button" class="drill" (click)="open(cohort, cell, outcomes[index] ?? 'all')">{{ write(cell) }}<small>{{ cell.share | crmPercent: 0 }}</small><span class="crm-visually-hidden"> {{ 'forecast.cohorts.' + outcomes[index] | translate }}, {{ monthOf(cohort) }}: {{ 'forecast.dealsBehind' | translate }}</span></button> }
                  </td> }</tr> }
            </tbody></table></div>
          @if (told.value().proof; as proof) { <crm-proof-badge [proof]="proof" /> }
        }
      } @else { <crm-skeleton [lines]="6" /> }
    </section>
  `,
  styles: `
    section { display: grid; gap: var(--crm-2); padding: var(--crm-4); min-inline-size: 0; } header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: var(--crm-2); align-items: center; } h2 { font-size: var(--crm-text-16); } p { font-size: var(--crm-text-13); max-inline-size: 80ch; }
    .scroll { position: relative; overflow-x: auto; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); } th, td { padding: 4px var(--crm-2); border-block-end: 1px solid var(--crm-border); text-align: start; font-weight: 400; white-space: nowrap; }
    thead th { color: var(--crm-text-2); font-weight: 500; } tbody th { font-weight: 500; } th:first-child { position: sticky; inset-inline-start: 0; background: var(--crm-surface); z-index: 1; } .end { text-align: end; } .masked { color: var(--crm-text-3); }
    td[data-cell] { background: color-mix(in srgb, var(--crm-chart-1) calc(var(--share, 0%) * 0.24), transparent); } .drill { position: relative; font: inherit; color: inherit; min-block-size: 24px; } .drill:hover { color: var(--crm-accent); text-decoration: underline; }
    small { display: block; font-size: var(--crm-text-12); color: var(--crm-text-2); } crm-proof-badge { font-size: var(--crm-text-12); }
  `,
})
export class ForecastCohortsComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly locale = inject(LocaleService);
  private readonly panel = inject(NumberPanelService);
  private readonly session = inject(SessionService);
  private readonly translate = inject(TranslateService);
  /** What it is narrowed to. */
  readonly narrow = input<Narrow>(NOTHING);

  protected readonly outcomes = OUTCOMES;
  protected readonly unit = signal<CohortUnit>('amount');
  private readonly range = computed(() => monthsUntil(todayIn(this.session.timeZone()).toISOString().slice(0, 10)), { equal: (one, two) => one[0] === two[0] });
  protected readonly told = resource({ params: () => ({ range: this.range(), unit: this.unit(), narrow: this.narrow() }), loader: async ({ params: { range, unit, narrow } }) => ({ unit, ...(await this.analytics.load(cohortQuery(range, unit, narrow))) }) });
  protected readonly problem = computed(() => (this.told.error() ? toProblem(this.told.error()?.cause ?? this.told.error()) : null));
  protected readonly cohorts = computed(() => (this.told.hasValue() ? cohortsOf(this.told.value().rows, this.told.value().unit) : []));
  protected readonly unitTabs = computed<Tab[]>(() => {
    this.translate.currentLang();
    return UNITS.map((key) => ({ key, label: this.word(key) }));
  });

  protected choose(unit: string): void {
    this.unit.set(unit === 'count' ? 'count' : 'amount');
  }

  protected monthOf({ month }: Cohort): string {
    return formatDate(month, this.locale.tag(), 'monthShort');
  }

  protected write({ value, measure }: CohortCell): string {
    return measure.endsWith('count') ? formatNumber(value, this.locale.tag()) : formatMoney(value, this.session.currency(), this.locale.tag(), 'compact');
  }

  protected open(cohort: Cohort, cell: CohortCell, outcome: string): void {
    void this.panel.open(cohortQuestion(this.range(), this.unit(), this.narrow(), cohort.month, cell, `${this.word(outcome)}: ${this.monthOf(cohort)}`));
  }

  private word(key: string): string {
    return String(this.translate.instant(`forecast.cohorts.${key}`));
  }
}
