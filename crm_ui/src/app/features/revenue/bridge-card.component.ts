import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatMoney } from '@core/format/format';
import { ChartCardComponent } from '@shared/chart/chart-card.component';
import { WaterfallComponent } from '@shared/chart/waterfall.component';
import { approximate } from '@shared/format/exact';
import { PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { PageFigures } from '@shared/kpi/page.figures';
import { barOf } from './revenue.address';
import { bridgeSteps, identityText, mrrBridgeOf } from './revenue.bridge';
import { RevenueState } from './revenue.state';

/** The MRR bridge of the period with its check; every bar opens its rows. */
@Component({
  selector: 'crm-revenue-bridge',
  imports: [TranslatePipe, ChartCardComponent, WaterfallComponent, IconComponent, AnswerFootComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <crm-chart-card [title]="'revenue.bridge' | translate" [subtitle]="state.periodText()" [description]="'revenue.bridgeText' | translate" [points]="empty() ? [] : steps()" [loading]="bridge() === null && problem() === null" [problem]="problem()" [category]="'revenue.move' | translate" [measure]="'revenue.amount' | translate"
      [question]="question()" [drillable]="false" [height]="330" (retry)="figures.refresh()">
      <crm-waterfall [steps]="steps()" [label]="'revenue.bridge' | translate" [axisFormat]="axis()" [cutText]="'pipeline.cut' | translate" [chosen]="chosen()" (pick)="state.go({ pick: $event.key })" />
    </crm-chart-card>
    @if (check(); as check) { <p class="check" [attr.role]="check.whole ? null : 'alert'" [attr.data-whole]="check.whole"><crm-icon [name]="check.whole ? 'badge-check' : 'triangle-alert'" [size]="15" /><span>{{ check.words }} <bdi class="crm-number">{{ check.identity }}</bdi></span></p> }
    <crm-answer-foot [answer]="figures.answer('now')" />
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); }
    .check { display: flex; align-items: start; gap: 6px; font-size: var(--crm-text-13); color: var(--crm-text-2); } .check crm-icon { flex: none; margin-block-start: 2px; color: var(--crm-won); } [data-whole='false'] { color: var(--crm-lost); } [data-whole='false'] crm-icon { color: var(--crm-lost); }
    bdi { overflow-wrap: anywhere; }
  `,
})
export class BridgeCardComponent {
  protected readonly state = inject(RevenueState);
  protected readonly figures = inject(PageFigures);
  private readonly words = inject(PageReader);

  protected readonly problem = computed(() => this.figures.refusal('now') ?? (this.figures.answer('now') ? null : this.figures.problem()));
  protected readonly bridge = computed(() => { const rows = this.figures.rows('now'); return rows && mrrBridgeOf(rows[0] ?? {}); });
  protected readonly steps = computed(() => { const bridge = this.bridge(); return bridge ? bridgeSteps(bridge, this.words.reader()) : []; });
  protected readonly empty = computed(() => this.steps().every(({ value }) => value === 0));
  protected readonly chosen = computed(() => barOf(this.state.address().pick));
  protected readonly question = computed(() => { const query = this.figures.shown()?.['now']; return query ? { ...query, measures: ['mrr_bridge.closing_mrr'] } : null; });
  protected readonly check = computed(() => {
    const bridge = this.bridge();
    const reader = this.words.reader();
    if (!bridge || this.empty()) return null;
    return { whole: bridge.whole, identity: identityText(bridge, reader), words: bridge.whole ? reader.text('revenue.whole') : reader.text('revenue.broken', { gap: formatMoney(approximate(bridge.gap), reader.currency, reader.tag) }) };
  });
  protected readonly axis = computed(() => {
    const { currency, tag } = this.words.reader();
    return (value: number): string => formatMoney(value, currency, tag, 'compact');
  });
}
