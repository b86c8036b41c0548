import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ChartCardComponent } from '@shared/chart/chart-card.component';
import { LineChartComponent } from '@shared/chart/line-chart.component';
import { PageReader } from '@shared/format/reader';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { PageFigures } from '@shared/kpi/page.figures';
import { monthStarts } from '@core/analytics/months';
import { addDays, addMonths } from '@core/analytics/period';
import { TREND_KEYS, TRENDS } from './revenue.questions';
import { RevenueState } from './revenue.state';
import { trendOf, writeTrend } from './trend.view';

/** One of the numbers over the months, beside the same months a year earlier. */
@Component({
  selector: 'crm-revenue-trend',
  imports: [TranslatePipe, ChartCardComponent, LineChartComponent, AnswerFootComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <crm-chart-card [title]="'revenue.trend' | translate" [subtitle]="title()" [description]="meaning().description" [points]="trend().points" [loading]="figures.rows('trend') === null && problem() === null" [problem]="problem()" [category]="'revenue.month' | translate" [measure]="title()"
      [question]="question()" [drillable]="false" [height]="300" (retry)="figures.refresh()">
      <label slot="tools"><span class="crm-visually-hidden">{{ 'revenue.trendOf' | translate }}</span>
        <select class="crm-input" name="trend" (change)="state.go({ trend: $any($event.target).value })">@for (one of choices(); track one.key) { <option [value]="one.key" [selected]="one.key === key()">{{ one.title }}</option> }</select>
      </label>
      <crm-line-chart [points]="trend().points" [lines]="trend().lines" [label]="title()" [axisFormat]="axis()" [height]="260" (pick)="open($event.key)" />
    </crm-chart-card>
    <crm-answer-foot [answer]="figures.answer('trend')" />
  `,
  styles: `:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); } .crm-input { inline-size: auto; max-inline-size: 100%; }`,
})
export class TrendCardComponent {
  protected readonly state = inject(RevenueState);
  protected readonly figures = inject(PageFigures);
  private readonly dictionary = inject(MemberDictionary);
  private readonly panel = inject(NumberPanelService);
  private readonly words = inject(PageReader);

  protected readonly key = computed(() => this.state.address().trend);
  protected readonly choices = computed(() => TREND_KEYS.map((key) => ({ key, title: this.words.reader().text(`revenue.trends.${key}`) })));
  protected readonly title = computed(() => this.words.reader().text(`revenue.trends.${this.key()}`));
  protected readonly meaning = computed(() => this.dictionary.of(TRENDS[this.key()].member));
  protected readonly problem = computed(() => this.figures.refusal('trend') ?? (this.figures.answer('trend') ? null : this.figures.problem()));
  protected readonly trend = computed(() => trendOf(this.key(), this.figures.rows('trend') ?? [], this.figures.rows('trendBefore'), this.title(), this.words.reader()));
  protected readonly question = computed(() => { const query = this.figures.shown()?.['now']; return query ? { ...query, measures: [TRENDS[this.key()].member] } : null; });
  protected readonly axis = computed(() => {
    const [key, reader] = [this.key(), this.words.reader()];
    return (value: number): string => writeTrend(key, value, reader, true);
  });

  /** The number of one month with its rows. */
  protected open(month: string): void {
    const [from = ''] = monthStarts([`${month}-01`, `${month}-01`]);
    const { member } = TRENDS[this.key()];
    void this.panel.open({ query: { measures: [member], timeDimensions: [{ dimension: 'mrr_bridge.month', dateRange: [from, addDays(addMonths(from, 1), -1)] }] }, measure: member, title: `${this.title()}, ${this.trend().points.find(({ key }) => key === month)?.label ?? month}` });
  }
}
