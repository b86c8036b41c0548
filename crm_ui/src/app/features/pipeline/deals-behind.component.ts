import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { Filter } from '@cubejs-client/core';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsAnswer, AnalyticsClient, Row } from '@core/analytics/analytics.client';
import { Problem, toProblem } from '@core/api/problem';
import { formatMoney, formatNumber } from '@core/format/format';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { dealRows } from './deals.view';
import { approximate, Exact } from '@shared/format/exact';
import { change, named } from './pipeline.members';
import { PipelineWay } from './pipeline.way';
import { PageReader } from '@shared/format/reader';

/** So many deals come at once; more on demand. */
const PAGE = 200;

/** The deals whose sum is a bar or a cell: what is asked, which measures add up, and the number that they must come to. */
export interface Behind {
  readonly title: string;
  readonly filters: Filter[];
  readonly measures: readonly string[];
  readonly amount: Exact;
  readonly count: number;
}

/** The deals behind a number, with their sum beside it. */
@Component({
  selector: 'crm-deals-behind',
  imports: [TranslatePipe, EntityLinkComponent, IconComponent, ProblemComponent, SkeletonComponent, AnswerFootComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'loading()' },
  template: `
    <header><h2 tabindex="-1"><bdi>{{ behind().title }}</bdi></h2>
      <button type="button" class="crm-icon-button crm-icon-button--small" (click)="closed.emit()" [attr.aria-label]="'shared.close' | translate" [title]="'shared.close' | translate"><crm-icon name="x" [size]="16" /></button>
    </header>
    @if (sum(); as sum) { <p class="sum" role="status" [attr.data-sum]="sum.state"><crm-icon [name]="sum.icon" [size]="15" /><span>{{ sum.words }}</span></p> }
    @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="load()" /> }
    @else if (loading() && raw().length === 0) { <crm-skeleton [lines]="6" /> }
    @else if (raw().length === 0) { <p class="none crm-muted">{{ 'pipeline.deals.none' | translate }}</p> }
    @else {
      <div class="scroll" tabindex="0" role="region" [attr.aria-label]="behind().title">
        <table>
          <thead><tr><th scope="col">{{ 'pipeline.deals.deal' | translate }}</th><th scope="col">{{ 'pipeline.by.owner' | translate }}</th><th scope="col">{{ 'pipeline.deals.account' | translate }}</th><th scope="col" class="end">{{ 'pipeline.deals.before' | translate }}</th><th scope="col" class="end">{{ 'pipeline.deals.after' | translate }}</th><th scope="col">{{ 'pipeline.deals.stage' | translate }}</th><th scope="col">{{ 'pipeline.deals.close' | translate }}</th><th scope="col" class="end">{{ 'pipeline.deals.part' | translate }}</th></tr></thead>
          <tbody>
            @for (row of shown().rows; track row.id) {
              <tr><th scope="row"><crm-entity-link kind="deals" [to]="row" /></th><td [attr.data-label]="'pipeline.by.owner' | translate"><bdi>{{ row.owner }}</bdi></td><td [attr.data-label]="'pipeline.deals.account' | translate"><bdi>{{ row.account }}</bdi></td>
                <td class="end crm-number" [attr.data-label]="'pipeline.deals.before' | translate"><bdi>{{ row.from }}</bdi></td><td class="end crm-number" [attr.data-label]="'pipeline.deals.after' | translate"><bdi>{{ row.to }}</bdi></td>
                <td [attr.data-label]="'pipeline.deals.stage' | translate">@if (row.stages; as stages) { <bdi>{{ stages }}</bdi> }</td><td [attr.data-label]="'pipeline.deals.close' | translate"><bdi>{{ row.close }}</bdi></td><td class="end crm-number part" [attr.data-label]="'pipeline.deals.part' | translate"><bdi>{{ row.part }}</bdi></td></tr>
            }
          </tbody>
        </table>
      </div>
      @if (more()) { <button type="button" class="crm-button" (click)="further()" [attr.aria-disabled]="loading()">{{ 'pipeline.deals.more' | translate }}</button> }
    }
    <crm-answer-foot [answer]="answer()" />
  `,
  styleUrl: './deals-behind.component.scss',
})
export class DealsBehindComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly way = inject(PipelineWay);
  private readonly words = inject(PageReader);
  /** What is listed. */
  readonly behind = input.required<Behind>();
  /** The reader has seen enough. */
  readonly closed = output();

  protected readonly raw = signal<readonly Row[]>([]);
  protected readonly answer = signal<AnalyticsAnswer | null>(null);
  protected readonly loading = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly more = signal(false);
  private run = 0;

  protected readonly shown = computed(() => dealRows(this.raw(), this.behind().measures, this.behind().amount, this.words.reader()));
  protected readonly sum = computed(() => {
    if (this.raw().length === 0) return null;
    const { text, tag, currency } = this.words.reader();
    const values = { sum: this.shown().sum, bar: formatMoney(approximate(this.behind().amount), currency, tag), count: { value: this.raw().length, text: formatNumber(this.raw().length, tag) }, all: formatNumber(this.behind().count, tag) };
    if (this.more()) return { state: 'part', icon: 'info' as const, words: text('pipeline.deals.sumPart', values) };
    return this.shown().equal ? { state: 'equal', icon: 'badge-check' as const, words: text('pipeline.deals.sumEqual', values) } : { state: 'different', icon: 'triangle-alert' as const, words: text('pipeline.deals.sumDifferent', values) };
  });
  /** Another list only where another question is asked; a language changes the words alone. */
  private readonly question = computed(() => JSON.stringify([this.behind().measures, this.behind().filters]));

  constructor() {
    effect(() => {
      this.question();
      untracked(() => void this.load());
    });
  }

  protected load(): Promise<void> {
    this.raw.set([]);
    this.answer.set(null);
    return this.read(0);
  }

  protected further(): void {
    if (!this.loading()) void this.read(this.raw().length);
  }

  private async read(offset: number): Promise<void> {
    const run = ++this.run;
    const { measures, filters } = this.behind();
    const has = this.way.has() ?? ((): boolean => true);
    this.loading.set(true);
    this.problem.set(null);
    try {
      const dimensions = [...['id', 'name', 'from_amount', 'to_amount', 'from_close_date', 'to_close_date'].map(change).filter(has), ...named('pipeline_change', ['owner', 'account', 'from_stage', 'to_stage'], has)];
      // The id settles the order of equal amounts, so that no deal is on two pages and none on neither.
      const answer = await this.analytics.load({ measures: [...measures], dimensions, filters, order: [...measures.map((measure): [string, 'desc'] => [measure, 'desc']), [change('id'), 'asc']], limit: PAGE + 1, offset });
      if (run !== this.run) return;
      this.answer.set(answer);
      this.more.set(answer.rows.length > PAGE);
      this.raw.update((rows) => [...rows, ...answer.rows.slice(0, PAGE)]);
    } catch (error) {
      if (run === this.run) this.problem.set(toProblem(error));
    } finally {
      if (run === this.run) this.loading.set(false);
    }
  }
}
