import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ChartCardComponent } from '@shared/chart/chart-card.component';
import { RankingComponent } from '@shared/chart/ranking.component';
import { PageReader } from '@shared/format/reader';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { PageFigures } from '@shared/kpi/page.figures';
import { funnelPoints, funnelRates } from './funnel.view';
import { MarketingState } from './marketing.state';

/** From lead to won: how many reached each step, at which rate within 90 days, and the leads behind each number. */
@Component({
  selector: 'crm-marketing-funnel',
  imports: [TranslatePipe, ChartCardComponent, RankingComponent, AnswerFootComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <crm-chart-card [title]="'marketing.funnel' | translate" [subtitle]="state.periodText()" [description]="'marketing.funnelText' | translate" [points]="empty() ? [] : points()" [loading]="row() === null && problem() === null" [problem]="problem()" [category]="'marketing.step' | translate" [measure]="'marketing.leads' | translate"
      [drillable]="false" [height]="210" (retry)="figures.refresh()">
      <crm-ranking look="funnel" [points]="points()" [label]="'marketing.funnel' | translate" [color]="3" [selected]="state.address().pick" (pick)="state.go({ pick: $event.key })" />
    </crm-chart-card>
    @if (row() !== null) {
      <div class="crm-card rates"><h3>{{ 'marketing.ratesTitle' | translate }}</h3>
        <ul>@for (rate of rates(); track rate.key) { <li><button type="button" [attr.data-rate]="rate.key" [title]="dictionary.of(rate.member).description" (click)="state.explain('funnel', rate.member)"><span>{{ rate.title }}</span><bdi class="crm-number">{{ rate.value }}</bdi>@if (rate.before) { <small>{{ 'marketing.before' | translate: { value: rate.before } }}</small> }</button></li> }</ul>
        <p class="crm-muted">{{ 'marketing.young' | translate }}</p>
      </div>
    }
    <crm-answer-foot [answer]="figures.answer('funnel')" />
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); } .rates { display: grid; gap: var(--crm-2); padding: var(--crm-3) var(--crm-4); } h3 { font-size: var(--crm-text-13); font-weight: 500; color: var(--crm-text-2); }
    ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: var(--crm-2); } button { display: grid; gap: 2px; inline-size: 100%; padding: var(--crm-2); text-align: start; border-radius: var(--crm-radius); border: 1px solid var(--crm-border); } button:hover { background: var(--crm-hover); }
    button span { font-size: var(--crm-text-12); color: var(--crm-text-2); } button bdi { font-size: var(--crm-text-20); font-weight: 600; } small { font-size: var(--crm-text-12); color: var(--crm-text-2); } .rates p { font-size: var(--crm-text-12); }
  `,
})
export class FunnelCardComponent {
  protected readonly state = inject(MarketingState);
  protected readonly figures = inject(PageFigures);
  protected readonly dictionary = inject(MemberDictionary);
  private readonly words = inject(PageReader);

  protected readonly problem = computed(() => this.figures.refusal('funnel') ?? (this.figures.answer('funnel') ? null : this.figures.problem()));
  protected readonly row = computed(() => { const rows = this.figures.rows('funnel'); return rows && (rows[0] ?? {}); });
  protected readonly points = computed(() => { const row = this.row(); return row ? funnelPoints(row, this.words.reader()) : []; });
  protected readonly rates = computed(() => { const row = this.row(); return row ? funnelRates(row, this.figures.rows('funnelBefore')?.[0] ?? null, this.words.reader()) : []; });
  protected readonly empty = computed(() => this.points().every(({ value }) => value === 0));
}
