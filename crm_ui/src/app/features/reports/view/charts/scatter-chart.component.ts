import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { BubbleChartModule, Color, ScaleType } from '@swimlane/ngx-charts';
import { LocaleService } from '@core/i18n/locale.service';
import { ChartMarksDirective } from '@shared/chart/chart.marks';

/** A point with its two values, a third as its size, and everything exact in words. */
export interface ScatterPoint {
  readonly key: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly lines: readonly string[];
}

const [SMALL, LARGE] = [5, 20];

/** Points by two values, by ngx-charts; names of the axes are ours, because turned text would be turned once more in right-to-left. */
@Component({
  selector: 'crm-report-scatter',
  imports: [BubbleChartModule, ChartMarksDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p class="name"><bdi>{{ names()[1] }}</bdi>@if (size()) { <span>{{ size() }}</span> }</p>
    <div class="plot" [style.block-size.px]="height()" [attr.aria-label]="label()" [crmChartMarks]="words()" (marked)="open($event)">
      <ngx-charts-bubble-chart [results]="results()" [scheme]="scheme" [xAxis]="true" [yAxis]="true" [animations]="false" [showGridLines]="true" [rotateXAxisTicks]="false" [trimXAxisTicks]="false" [trimYAxisTicks]="false" [minRadius]="small" [maxRadius]="size() ? large : small" [xAxisTickFormatting]="xTick()" [yAxisTickFormatting]="yTick()" (select)="pickBy($event)">
        <ng-template #tooltipTemplate let-model="model"><span class="tip"><strong><bdi>{{ byKey().get(model.name)?.label }}</bdi></strong>@for (line of byKey().get(model.name)?.lines; track $index) { <span><bdi>{{ line }}</bdi></span> }</span></ng-template>
      </ngx-charts-bubble-chart>
    </div>
    <p class="name end"><bdi>{{ names()[0] }}</bdi></p>
  `,
  styles: `:host { display: block; min-inline-size: 0; } .name { display: flex; justify-content: space-between; gap: var(--crm-3); font-size: var(--crm-text-12); color: var(--crm-text-2); } .end { justify-content: flex-end; } .plot { min-inline-size: 0; } .tip { display: grid; gap: 1px; text-align: start; }`,
})
export class ScatterChartComponent {
  private readonly locale = inject(LocaleService);
  readonly points = input.required<readonly ScatterPoint[]>();
  /** Names of the value along the line of reading and of the one upwards. */
  readonly names = input.required<readonly [string, string]>();
  /** What the size of the points is, in words; empty where all are of one size. */
  readonly size = input('');
  readonly xFormat = input.required<(value: number) => string>();
  readonly yFormat = input.required<(value: number) => string>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  readonly height = input(360);
  /** Key of a point that was opened. */
  readonly pick = output<string>();

  protected readonly small = SMALL;
  protected readonly large = LARGE;
  protected readonly scheme: Color = { name: 'crm', selectable: true, group: ScaleType.Ordinal, domain: ['var(--crm-chart-1)'] };
  protected readonly byKey = computed(() => new Map(this.points().map((point) => [point.key, point])));
  protected readonly words = computed(() => this.points().map(({ label, lines }) => [label, ...lines].join(', ')));
  // A new array for another language, because ngx-charts formats its ticks only when the data changes.
  protected readonly results = computed(() => (this.locale.tag() ? [{ name: 'points', series: this.points().map(({ key, x, y, r }) => ({ name: key, x, y, r })) }] : []));
  protected readonly xTick = computed(() => isolating(this.xFormat()));
  protected readonly yTick = computed(() => isolating(this.yFormat()));

  protected open(index: number): void {
    const point = this.points()[index];
    if (point) this.pick.emit(point.key);
  }

  protected pickBy({ name }: { readonly name: unknown }): void {
    this.pick.emit(String(name));
  }
}

/** Texts in the drawing are isolated, because its own direction stays left-to-right while it is mirrored by style. */
const isolating = (format: (value: number) => string) => (value: number): string => `\u2068${format(value)}\u2069`;
