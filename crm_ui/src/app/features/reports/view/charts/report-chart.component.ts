import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { formatNumber, formatPercent } from '@core/format/format';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { BarChartComponent } from '@shared/chart/bar-chart.component';
import { ChartBar, ChartPoint } from '@shared/chart/chart-card.component';
import { LineChartComponent } from '@shared/chart/line-chart.component';
import { RankingComponent } from '@shared/chart/ranking.component';
import { WaterfallComponent } from '@shared/chart/waterfall.component';
import { ReportReader } from '../node.words';
import { ReportCell } from '../report.cell';
import { barPoints, chartLines, funnelPoints, stepPoints, tableOf, waterfallSteps } from './chart.points';
import { ComboChartComponent } from './combo-chart.component';
import { heatLines } from './heat.cells';
import { HeatGridComponent } from './heat-grid.component';
import { RegionMapComponent, RegionPoint } from './region-map.component';
import { chartOf } from './report.series';
import { ScatterChartComponent, ScatterPoint } from './scatter-chart.component';

const NARROW = 640;

/** An answer as a chart, with the same numbers as a table for who does not see it, and what it does not draw said below. */
@Component({
  selector: 'crm-report-chart',
  imports: [BarChartComponent, LineChartComponent, RankingComponent, WaterfallComponent, ComboChartComponent, HeatGridComponent, RegionMapComponent, ScatterChartComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './report-chart.component.html',
  styles: `:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); min-inline-size: 0; position: relative; } .notice { font-size: var(--crm-text-12); color: var(--crm-text-2); } .missing { padding: var(--crm-8) var(--crm-4); text-align: center; color: var(--crm-text-2); } .funnel { max-inline-size: 860px; inline-size: 100%; margin-inline: auto; }`,
})
export class ReportChartComponent {
  readonly definition = input.required<ReportDefinition>();
  readonly answer = input.required<ReportAnswer>();
  readonly reader = input.required<ReportReader>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  /** What the names of a grid's lines are of. */
  readonly corner = input('');
  /** Height in pixels. */
  readonly height = input(340);
  /** A number whose records are wanted. */
  readonly opened = output<ReportCell>();

  protected readonly model = computed(() => chartOf(this.answer(), this.definition(), this.reader()));
  protected readonly shape = computed(() => this.definition().show.shape);
  /** What the shape needs and the report has not. */
  protected readonly missing = computed(() => {
    const [shape, { series, answer }] = [this.shape(), this.model()];
    const lacks = shape === 'scatter' || shape === 'combo' ? series.length < 2 : shape === 'heatmap' || shape === 'cohort' ? answer.columns.length < 2 || answer.rows.length < 2 : shape === 'map' && !/region/.test(this.definition().rows[0]?.member ?? '');
    return lacks ? this.reader().text(`report.missing.${shape}`) : '';
  });
  protected readonly axis = computed(() => this.model().axis(this.model().series[0]?.value ?? 0));
  protected readonly bars = computed(() => barPoints(this.model(), this.shape() === 'hbar' && innerWidth < NARROW));
  protected readonly steps = computed(() => stepPoints(this.model()));
  protected readonly lines = computed(() => chartLines(this.model()));
  /** Lines stand on each other only where none is below zero. */
  protected readonly filled = computed(() => this.shape() === 'area' && this.lines().every(({ values }) => values.every((value) => (value ?? 0) >= 0)));
  protected readonly funnel = computed(() => funnelPoints(this.model(), this.reader(), innerWidth < NARROW));
  protected readonly waterfall = computed(() => waterfallSteps(this.model(), this.reader()));
  protected readonly heat = computed(() => heatLines(this.model(), this.shape() === 'cohort', this.reader()));
  protected readonly heads = computed(() => this.model().series.map(({ label }) => label));
  protected readonly lying = computed(() => Math.max(160, this.model().categories.length * Math.max(34, this.model().series.length * 16) + 40));
  /** Few bars are not drawn as walls. */
  protected readonly wide = computed(() => Math.max(360, this.model().categories.length * Math.max(150, this.model().series.length * 48)));
  protected readonly sides = computed(() => {
    const { series, axis } = this.model();
    return [0, 1].map((index) => ({ label: series[index]?.label ?? '', values: this.lines()[index]?.values ?? [], axis: axis(series[index]?.value ?? 0) }));
  });
  protected readonly scatter = computed(() => {
    const model = this.model();
    const [x, y, size] = model.series;
    const points = model.categories.flatMap((category): ScatterPoint[] => {
      const numbers = [x, y, size].map((series) => (series ? model.at(category, series) : null));
      const [across, up] = [numbers[0]?.number ?? null, numbers[1]?.number ?? null];
      if (across === null || up === null) return [];
      return [{ key: category.key, label: category.label, x: across, y: up, r: Math.max(numbers[2]?.number ?? 1, 0), lines: [x, y, size].flatMap((series, index) => (series ? [`${series.label}: ${numbers[index]?.full ?? ''}`] : [])) }];
    });
    return { points, names: [x?.label ?? '', y?.label ?? ''] as const, x: model.axis(x?.value ?? 0), y: model.axis(y?.value ?? 0), size: size ? this.reader().text('report.size', { name: size.label }) : '' };
  });
  protected readonly regions = computed(() => {
    const model = this.model();
    const [series] = model.series;
    const numbers = series ? model.categories.map((category) => ({ category, ...model.at(category, series) })) : [];
    const most = Math.max(...numbers.map(({ number }) => Math.abs(number ?? 0)), 0) || 1;
    return numbers.map(({ category, number, before, short, full }): RegionPoint => {
      const share = number === null || !before ? null : (number - before) / Math.abs(before);
      const change = share === null ? '' : `${share > 0 ? '↑' : share < 0 ? '↓' : '='} ${formatPercent(Math.abs(share), this.reader().tag)}`;
      return { key: category.key, value: category.node.value, label: category.label, text: short, words: [`${category.label}: ${full}`, change].filter(Boolean).join(', '), heat: number === null ? null : number / most, change };
    });
  });
  protected readonly table = computed(() => tableOf(this.model()));
  /** Grids and tiles tell their numbers themselves. */
  protected readonly told = computed(() => this.missing() !== '' || this.shape() === 'heatmap' || this.shape() === 'cohort');

  protected readonly notices = computed(() => {
    const [{ total, categories, series, left, titles }, { text, tag }] = [this.model(), this.reader()];
    const count = (shown: number, of: number): Record<string, string> => ({ shown: formatNumber(shown, tag), total: formatNumber(of, tag) });
    const grid = this.shape() === 'heatmap' || this.shape() === 'cohort';
    return [
      total.categories > categories.length ? text('report.points', count(categories.length, total.categories)) : '',
      total.series > series.length ? text(grid ? 'report.cut.columns' : 'report.series', { ...count(series.length, total.series), kept: formatNumber(series.length, tag), of: formatNumber(total.series, tag) }) : '',
      left === 'oneValue' ? text('report.oneValue', { name: `\u2068${titles[0] ?? ''}\u2069` }) : left === 'units' && this.missing() === '' ? text('report.units') : '',
    ].filter((notice) => notice !== '');
  });

  /** The records of a category; where its series are columns, of all of them together. */
  protected open(key: string): void {
    const category = this.model().categories.find((one) => one.key === key);
    const [series] = this.model().series;
    if (category && series) this.opened.emit(this.model().at(category, this.shape() === 'waterfall' || series.at === 0 ? series : { ...series, at: 0 }).cell);
    else if (key === 'total' && series) this.opened.emit({ row: 0, column: 0, value: this.answer().values[series.value]?.key ?? '' });
  }

  protected openBar({ point, bar }: { readonly point: ChartPoint; readonly bar: ChartBar }): void {
    const category = this.model().categories.find(({ key }) => key === point.key);
    const series = this.model().series.find(({ key }) => key === bar.key);
    if (category && series) this.opened.emit(this.model().at(category, series).cell);
  }

  protected openPoint(point: ChartPoint): void {
    // Of a group the bar itself says so.
    if (point.bars === undefined) this.open(point.key);
  }
}
