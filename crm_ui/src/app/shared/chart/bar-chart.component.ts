import { afterNextRender, ChangeDetectionStrategy, Component, computed, DestroyRef, effect, ElementRef, inject, input, output, signal, untracked } from '@angular/core';
import { NgTemplateOutlet } from '@angular/common';
import { BarChartModule, Color, ScaleType } from '@swimlane/ngx-charts';
import { LocaleService } from '@core/i18n/locale.service';
import { ChartBar, ChartPoint } from './chart-card.component';

/** Pixels that a letter of a label needs, and the room around the label. */
const LETTER = 6.6;
const LABEL_GAP = 14;

/** Pixels beside a lying chart's bars that ngx-charts leaves, and those of its longest name. */
const MARGINS = 40;
const LONGEST_NAME = 18;

/** Texts in the drawing are isolated, because its own direction stays left-to-right while it is mirrored by style. */
const isolate = (text: string): string => (text === '' ? '' : `\u2068${text}\u2069`);

/**
 * Bars by ngx-charts, with what it lacks: in right-to-left the whole drawing is mirrored by style (`_charts.scss`), marks can be reached and opened by
 * keyboard, and names on the axis are ours, so that two categories of one name stay two.
 */
@Component({
  selector: 'crm-bar-chart',
  imports: [NgTemplateOutlet, BarChartModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()', '[style.block-size.px]': 'height()', '[class.grouped]': 'grouped()', '(keydown)': 'pressed($event)' },
  template: `
    @if (grouped()) {
      <div class="plot">
      @if (stacked()) {
        <ngx-charts-bar-vertical-stacked [results]="groups()" [scheme]="scheme()" [xAxis]="true" [yAxis]="true" [animations]="false" [barPadding]="8" [yScaleMax]="top()" [showGridLines]="true"
          [rotateXAxisTicks]="false" [trimXAxisTicks]="false" [trimYAxisTicks]="false" [xAxisTickFormatting]="tick" [yAxisTickFormatting]="axis()" (select)="picked($event)"><ng-template #tooltipTemplate let-model="model"><ng-container [ngTemplateOutlet]="tip" [ngTemplateOutletContext]="{ $implicit: model }" /></ng-template></ngx-charts-bar-vertical-stacked>
      } @else if (orientation() === 'vertical') {
        <ngx-charts-bar-vertical-2d [results]="groups()" [scheme]="scheme()" [xAxis]="true" [yAxis]="true" [animations]="false" [groupPadding]="12" [barPadding]="2" [roundEdges]="true" [yScaleMax]="top()" [showGridLines]="true"
          [rotateXAxisTicks]="false" [trimXAxisTicks]="false" [trimYAxisTicks]="false" [xAxisTickFormatting]="tick" [yAxisTickFormatting]="axis()" (select)="picked($event)"><ng-template #tooltipTemplate let-model="model"><ng-container [ngTemplateOutlet]="tip" [ngTemplateOutletContext]="{ $implicit: model }" /></ng-template></ngx-charts-bar-vertical-2d>
      } @else {
        <ngx-charts-bar-horizontal-2d [results]="groups()" [scheme]="scheme()" [xAxis]="true" [yAxis]="true" [animations]="false" [groupPadding]="10" [barPadding]="2" [roundEdges]="true" [xScaleMax]="top()" [showGridLines]="true"
          [trimYAxisTicks]="true" [maxYAxisTickLength]="18" [yAxisTickFormatting]="tick" [xAxisTickFormatting]="axis()" (select)="picked($event)"><ng-template #tooltipTemplate let-model="model"><ng-container [ngTemplateOutlet]="tip" [ngTemplateOutletContext]="{ $implicit: model }" /></ng-template></ngx-charts-bar-horizontal-2d>
      }
      </div>
      <ul class="legend">@for (bar of points()[0]?.bars; track bar.key; let index = $index) { <li><span [style.background]="'var(--crm-chart-' + ((index % 8) + 1) + ')'"></span><bdi>{{ bar.label }}</bdi></li> }</ul>
    } @else if (orientation() === 'vertical') {
      <ngx-charts-bar-vertical [results]="results()" [scheme]="scheme()" [xAxis]="true" [yAxis]="true" [animations]="false" [barPadding]="8" [roundEdges]="true" [yScaleMin]="0" [yScaleMax]="top()" [showGridLines]="true"
        [rotateXAxisTicks]="false" [trimXAxisTicks]="false" [trimYAxisTicks]="false" [xAxisTickFormatting]="tick" [yAxisTickFormatting]="axis()" (select)="picked($event)">
        <ng-template #tooltipTemplate let-model="model"><span class="tip"><bdi>{{ point(model.name)?.label }}</bdi><strong><bdi>{{ point(model.name)?.text }}</bdi></strong>@if (point(model.name)?.detail; as detail) { <small><bdi>{{ detail }}</bdi></small> }</span></ng-template>
      </ngx-charts-bar-vertical>
    } @else {
      <ngx-charts-bar-horizontal [results]="results()" [scheme]="scheme()" [xAxis]="false" [yAxis]="true" [animations]="false" [barPadding]="14" [roundEdges]="true" [xScaleMin]="0" [xScaleMax]="top()" [showGridLines]="false"
        [trimYAxisTicks]="true" [maxYAxisTickLength]="18" [yAxisTickFormatting]="tick" [showDataLabel]="true" [dataLabelFormatting]="dataLabel" [noBarWhenZero]="true" (select)="picked($event)">
        <ng-template #tooltipTemplate let-model="model"><span class="tip"><bdi>{{ point(model.name)?.label }}</bdi><strong><bdi>{{ point(model.name)?.text }}</bdi></strong>@if (point(model.name)?.detail; as detail) { <small><bdi>{{ detail }}</bdi></small> }</span></ng-template>
      </ngx-charts-bar-horizontal>
    }
    <ng-template #tip let-model><span class="tip"><bdi>{{ point(model.series)?.label }}</bdi><span><bdi>{{ bar(point(model.series), model.name)?.label }}</bdi></span><strong><bdi>{{ bar(point(model.series), model.name)?.text }}</bdi></strong></span></ng-template>
  `,
  styles: `
    :host { display: block; min-inline-size: 0; } :host(.grouped) { display: flex; flex-direction: column; } .plot { flex: 1; min-block-size: 0; }
    .legend { display: flex; flex-wrap: wrap; gap: 2px var(--crm-3); margin: 0; padding: 4px 0 0; list-style: none; font-size: var(--crm-text-12); color: var(--crm-text-2); } li { display: flex; align-items: center; gap: 5px; } li span { inline-size: 10px; block-size: 10px; border-radius: 2px; }
    .tip { display: grid; gap: 1px; text-align: start; } .tip small { color: var(--crm-text-2); }
  `,
})
export class BarChartComponent {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locale = inject(LocaleService);

  /** The bars, in order; keys are unique. */
  readonly points = input.required<readonly ChartPoint[]>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  /** Upright for time, lying for names. */
  readonly orientation = input<'vertical' | 'horizontal'>('vertical');
  /** The bars of a group on each other instead of beside each other; upright only. */
  readonly stacked = input(false);
  /** Numbers on the value axis of upright bars. */
  readonly axisFormat = input<(value: number) => string>((value) => String(value));
  /** Number of the palette's colour; one measure keeps one colour on a screen. */
  readonly color = input<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8>(1);
  /** Key of the bar that is chosen; the others step back. */
  readonly selected = input<string | null>(null);
  /** Height in pixels. */
  readonly height = input(260);
  /** A bar was opened. */
  readonly pick = output<ChartPoint>();
  /** Which of a group's bars it was; before `pick`. */
  readonly pickBar = output<{ readonly point: ChartPoint; readonly bar: ChartBar }>();

  /** Several numbers of each part: bars in groups, a colour for each number. */
  protected readonly grouped = computed(() => (this.points()[0]?.bars?.length ?? 0) > 1);
  protected readonly scheme = computed<Color>(() => ({
    name: 'crm', selectable: true, group: ScaleType.Ordinal,
    domain: this.grouped() ? (this.points()[0]?.bars ?? []).map((_, index) => `var(--crm-chart-${(index % 8) + 1})`) : [`var(--crm-chart-${this.color()})`],
  }));
  protected readonly axis = computed(() => {
    const format = this.axisFormat();
    return (value: number): string => isolate(format(value));
  });
  private readonly byKey = computed(() => new Map(this.points().map((point) => [point.key, point])));
  // A new array for another language, because ngx-charts formats its ticks only when the data changes.
  protected readonly results = computed(() => (this.locale.tag() && this.every() ? this.points().map(({ key, value }) => ({ name: key, value })) : []));
  protected readonly groups = computed(() => (this.locale.tag() && this.every() ? this.points().map(({ key, bars = [] }) => ({ name: key, series: bars.map((bar) => ({ name: bar.key, value: bar.value })) })) : []));
  /** Room above the tallest bar or for the label behind the longest one, and a scale where all are zero. */
  protected readonly top = computed(() => Math.max(...this.points().flatMap(({ value, bars }) => (bars && this.stacked() ? [bars.reduce((sum, bar) => sum + Math.max(bar.value, 0), 0)] : (bars?.map((bar) => bar.value) ?? [value]))), 0) * (this.orientation() === 'vertical' || this.grouped() ? 1.05 : this.labelRoom()) || 1);

  private readonly width = signal(0);
  /** How much longer than the longest bar the scale is, so that the number behind it stays inside; ngx-charts measures it too late to leave room by itself. */
  private readonly labelRoom = computed(() => {
    const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length)) * LETTER;
    const plot = this.width() - MARGINS - Math.min(longest(this.points().map((point) => point.axis ?? point.label)), LONGEST_NAME * LETTER);
    const label = longest(this.points().map((point) => point.text)) - MARGINS / 2 + LABEL_GAP;
    return plot > label * 2 && label > 0 ? plot / (plot - label) : 1;
  });
  /** One label in so many has room below upright bars. */
  private readonly every = computed(() => {
    const letters = this.points().map((point) => (point.axis ?? point.label).length).sort((a, b) => a - b);
    // A single long label may reach into its neighbours' room; what most labels need decides.
    const label = (letters[Math.floor(letters.length * 0.7)] ?? 0) * LETTER + LABEL_GAP;
    return Math.max(1, Math.ceil((this.points().length * label) / Math.max(this.width() - 60, 1)));
  });
  private readonly ticks = computed(() => {
    const last = this.points().length - 1;
    const shown = (index: number): boolean => this.orientation() === 'horizontal' || this.width() === 0 || (last - index) % this.every() === 0;
    return new Map(this.points().map((point, index) => [point.key, shown(index) ? (point.axis ?? point.label) : '']));
  });

  protected readonly tick = (key: string): string => isolate(this.ticks().get(key) ?? key);
  // ngx-charts gives a data label its value only, so equal values share a text, which is right for them.
  protected readonly dataLabel = (value: number): string => isolate(this.points().find((point) => point.value === value)?.text ?? String(value));

  constructor() {
    const observer = new MutationObserver(() => this.prepareMarks());
    const sizes = new ResizeObserver(([entry]) => this.width.set(Math.round(entry?.contentRect.width ?? 0)));
    inject(DestroyRef).onDestroy(() => {
      observer.disconnect();
      sizes.disconnect();
    });
    afterNextRender(() => {
      observer.observe(this.host, { childList: true, subtree: true });
      sizes.observe(this.host);
      this.prepareMarks();
    });
    effect(() => {
      this.selected();
      untracked(() => this.prepareMarks());
    });
  }

  protected point(key: unknown): ChartPoint | undefined {
    return this.byKey().get(String(key));
  }

  /** In a group ngx-charts names the bar and, as its series, the part. */
  protected picked(event: { readonly name: unknown; readonly series?: unknown }): void {
    const point = this.point(this.grouped() ? event.series : event.name);
    const bar = this.grouped() ? this.bar(point, event.name) : undefined;
    if (point && bar) this.pickBar.emit({ point, bar });
    if (point) this.pick.emit(point);
  }

  protected bar(point: ChartPoint | undefined, key: unknown): ChartBar | undefined {
    return point?.bars?.find((one) => one.key === String(key));
  }

  /** Arrows walk along the bars, Enter and Space open one. */
  protected pressed(event: KeyboardEvent): void {
    const marks = this.marks().filter((mark) => !mark.classList.contains('hidden'));
    const index = marks.indexOf(event.target as SVGPathElement);
    if (index < 0) return;
    const step = this.stepOf(event.key);
    const target = event.key === 'Home' ? 0 : event.key === 'End' ? marks.length - 1 : step === 0 ? -1 : (index + step + marks.length) % marks.length;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      marks[index]?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    } else if (target >= 0) {
      event.preventDefault();
      marks.forEach((mark, place) => mark.setAttribute('tabindex', place === target ? '0' : '-1'));
      marks[target]?.focus();
    }
  }

  private stepOf(key: string): number {
    const forward = this.locale.direction() === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = this.locale.direction() === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    return { [forward]: 1, ArrowDown: 1, [back]: -1, ArrowUp: -1 }[key] ?? 0;
  }

  private marks(): SVGPathElement[] {
    return [...this.host.querySelectorAll<SVGPathElement>('path.bar')];
  }

  private prepareMarks(): void {
    const marks = this.marks();
    const held = marks.findIndex((mark) => mark.getAttribute('tabindex') === '0');
    const words = this.points().flatMap((point) => (this.grouped() ? (point.bars ?? []).map((bar) => ({ key: point.key, words: [point.label, bar.label, bar.text] })) : [{ key: point.key, words: [point.label, point.text, point.detail] }]));
    marks.forEach((mark, index) => {
      mark.setAttribute('role', 'button');
      mark.setAttribute('tabindex', index === Math.max(held, 0) ? '0' : '-1');
      const point = words[index];
      const chosen = this.selected();
      if (chosen === null) mark.removeAttribute('aria-pressed');
      else mark.setAttribute('aria-pressed', String(point?.key === chosen));
      if (point) mark.setAttribute('aria-label', point.words.filter(Boolean).join(', '));
    });
  }
}
