import { afterNextRender, ChangeDetectionStrategy, Component, computed, DestroyRef, effect, ElementRef, inject, input, output, signal, untracked } from '@angular/core';
import { BarChartModule, Color, ScaleType } from '@swimlane/ngx-charts';
import { LocaleService } from '@core/i18n/locale.service';
import { ChartPoint } from './chart-card.component';

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
  imports: [BarChartModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()', '[style.block-size.px]': 'height()', '(keydown)': 'pressed($event)' },
  template: `
    @if (orientation() === 'vertical') {
      <ngx-charts-bar-vertical [results]="results()" [scheme]="scheme()" [xAxis]="true" [yAxis]="true" [animations]="false" [barPadding]="8" [roundEdges]="true" [yScaleMin]="0" [yScaleMax]="top()" [showGridLines]="true"
        [rotateXAxisTicks]="false" [trimXAxisTicks]="false" [xAxisTickFormatting]="tick" [yAxisTickFormatting]="axis()" (select)="picked($event)">
        <ng-template #tooltipTemplate let-model="model"><span class="tip"><bdi>{{ point(model.name)?.label }}</bdi><strong><bdi>{{ point(model.name)?.text }}</bdi></strong>@if (point(model.name)?.detail; as detail) { <small><bdi>{{ detail }}</bdi></small> }</span></ng-template>
      </ngx-charts-bar-vertical>
    } @else {
      <ngx-charts-bar-horizontal [results]="results()" [scheme]="scheme()" [xAxis]="false" [yAxis]="true" [animations]="false" [barPadding]="14" [roundEdges]="true" [xScaleMin]="0" [xScaleMax]="top()" [showGridLines]="false"
        [trimYAxisTicks]="true" [maxYAxisTickLength]="18" [yAxisTickFormatting]="tick" [showDataLabel]="true" [dataLabelFormatting]="dataLabel" [noBarWhenZero]="true" (select)="picked($event)">
        <ng-template #tooltipTemplate let-model="model"><span class="tip"><bdi>{{ point(model.name)?.label }}</bdi><strong><bdi>{{ point(model.name)?.text }}</bdi></strong>@if (point(model.name)?.detail; as detail) { <small><bdi>{{ detail }}</bdi></small> }</span></ng-template>
      </ngx-charts-bar-horizontal>
    }
  `,
  styles: `:host { display: block; min-inline-size: 0; } .tip { display: grid; gap: 1px; text-align: start; } .tip small { color: var(--crm-text-2); }`,
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

  protected readonly scheme = computed<Color>(() => ({ name: 'crm', selectable: true, group: ScaleType.Ordinal, domain: [`var(--crm-chart-${this.color()})`] }));
  protected readonly axis = computed(() => {
    const format = this.axisFormat();
    return (value: number): string => isolate(format(value));
  });
  private readonly byKey = computed(() => new Map(this.points().map((point) => [point.key, point])));
  // A new array for another language, because ngx-charts formats its ticks only when the data changes.
  protected readonly results = computed(() => (this.locale.tag() && this.every() ? this.points().map(({ key, value }) => ({ name: key, value })) : []));
  /** Room above the tallest bar or for the label behind the longest one, and a scale where all are zero. */
  protected readonly top = computed(() => Math.max(...this.points().map((point) => point.value), 0) * (this.orientation() === 'vertical' ? 1.05 : this.labelRoom()) || 1);

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

  protected picked(event: { readonly name: unknown }): void {
    const point = this.point(event.name);
    if (point) this.pick.emit(point);
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
    marks.forEach((mark, index) => {
      mark.setAttribute('role', 'button');
      mark.setAttribute('tabindex', index === Math.max(held, 0) ? '0' : '-1');
      const point = this.points()[index];
      const chosen = this.selected();
      if (chosen === null) mark.removeAttribute('aria-pressed');
      else mark.setAttribute('aria-pressed', String(point?.key === chosen));
      if (point) mark.setAttribute('aria-label', [point.label, point.text, point.detail].filter(Boolean).join(', '));
    });
  }
}
