import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Row } from '@core/analytics/analytics.client';
import { formatMoney, formatNumber, formatPercent, toNumber } from '@core/format/format';
import { monthText, PageReader } from '@shared/format/reader';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { PageFigures } from '@shared/kpi/page.figures';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { RevenueState } from '../revenue.state';

const OBSERVED = 'customer_cohorts.observed_ltv';

/** What each cohort has brought to date, with the lifetime value that the formula expects above it. */
@Component({
  selector: 'crm-revenue-value',
  imports: [TranslatePipe, AnswerFootComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'figures.loading()' },
  template: `
    <header><h2>{{ 'revenue.value.title' | translate }}</h2><p class="crm-muted">{{ 'revenue.value.text' | translate }}</p></header>
    @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="figures.refresh()" /> }
    @else if (lines(); as lines) {
      <dl><div><dt>{{ 'revenue.value.formula' | translate }}</dt><dd>@if (formula(); as formula) { <bdi class="crm-number" [title]="meaning().description">{{ formula.ltv }}</bdi>@if (formula.margin) { <small>{{ 'revenue.value.margin' | translate: { share: formula.margin } }}</small> }<small class="how"><bdi lang="en">{{ meaning().formula }}</bdi></small> } @else { <small>{{ 'revenue.value.notYours' | translate }}</small> }</dd></div></dl>
      <div class="scroll" role="region" tabindex="0" [attr.aria-label]="'revenue.value.title' | translate"><table>
        <thead><tr><th scope="col">{{ 'revenue.cohorts.cohort' | translate }}</th><th scope="col" class="end">{{ 'revenue.value.customers' | translate }}</th><th scope="col" class="end">{{ 'revenue.value.revenue' | translate }}</th><th scope="col" class="end">{{ 'revenue.value.observed' | translate }}</th></tr></thead>
        <tbody>@for (line of lines; track line.key) { <tr><th scope="row"><bdi>{{ line.name }}</bdi></th><td class="end crm-number">{{ line.customers }}</td><td class="end crm-number"><bdi>{{ line.revenue }}</bdi></td><td class="end crm-number">@if (line.known) { <button type="button" (click)="open(line)"><bdi>{{ line.observed }}</bdi></button> } @else { <span class="crm-muted" [title]="'revenue.cohorts.open' | translate">…</span> }</td></tr> }</tbody>
      </table></div>
    } @else { <crm-skeleton [lines]="8" /> }
    <crm-answer-foot [answer]="figures.answer('cohorts')" />
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-3); padding: var(--crm-4); align-content: start; } h2 { font-size: var(--crm-text-14); } header p { font-size: var(--crm-text-12); }
    dl { margin: 0; padding: var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-sunken); } dt { font-size: var(--crm-text-12); color: var(--crm-text-2); } dd { margin: 0; font-size: var(--crm-text-16); font-weight: 600; display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; } small { font-size: var(--crm-text-12); font-weight: 400; color: var(--crm-text-2); }
    .how { flex-basis: 100%; } .scroll { overflow-x: auto; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); } th, td { text-align: start; font-weight: 400; padding: 4px var(--crm-2); block-size: 34px; border-block-end: 1px solid var(--crm-border); white-space: nowrap; } thead th { font-size: var(--crm-text-12); font-weight: 500; color: var(--crm-text-2); white-space: normal; } .end { text-align: end; }
    button { padding: 3px 6px; margin-inline-end: -6px; border-radius: 4px; } button:hover { background: var(--crm-hover); color: var(--crm-accent); }
  `,
})
export class ValueCardComponent {
  protected readonly state = inject(RevenueState);
  protected readonly figures = inject(PageFigures);
  private readonly dictionary = inject(MemberDictionary);
  private readonly panel = inject(NumberPanelService);
  private readonly words = inject(PageReader);

  protected readonly problem = computed(() => this.figures.refusal('cohorts') ?? (this.figures.answer('cohorts') ? null : this.figures.problem()));
  protected readonly meaning = computed(() => this.dictionary.of('unit_economics.ltv'));
  /** Null for who may not see the costs and margins of the company. */
  protected readonly formula = computed(() => {
    const row = this.figures.rows('formula')?.[0];
    const { currency, tag } = this.words.reader();
    return row && { ltv: formatMoney(row['unit_economics.ltv'], currency, tag, 'whole'), margin: toNumber(row['unit_economics.gross_margin']) === null ? '' : formatPercent(row['unit_economics.gross_margin'], tag) };
  });
  protected readonly lines = computed(() => this.figures.rows('cohorts')?.map((row) => this.line(row)) ?? null);

  private line(row: Row): { key: string; at: string; name: string; customers: string; revenue: string; observed: string; known: boolean } {
    const reader = this.words.reader();
    const at = String(row['customer_cohorts.cohort.month'] ?? row['customer_cohorts.cohort']);
    return {
      key: at.slice(0, 7), at, name: monthText(at.slice(0, 10), reader), customers: formatNumber(row['customer_cohorts.count'], reader.tag), revenue: formatMoney(row['customer_cohorts.revenue_to_date'], reader.currency, reader.tag, 'compact'),
      observed: formatMoney(row[OBSERVED], reader.currency, reader.tag, 'whole'), known: toNumber(row['customer_cohorts.customers']) !== null,
    };
  }

  protected open({ at, name }: { readonly at: string; readonly name: string }): void {
    const query = this.figures.shown()?.['cohorts'];
    if (query) void this.panel.open({ query, measure: OBSERVED, point: { 'customer_cohorts.cohort.month': at }, title: `${this.dictionary.of(OBSERVED).title}, ${name}` });
  }
}
