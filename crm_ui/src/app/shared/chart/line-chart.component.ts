import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, input, output, signal } from '@angular/core';
import { LocaleService } from '@core/i18n/locale.service';
import { ChartPoint } from './chart-card.component';
import { scaleOf } from './chart.scale';

const WIDTH = 600;
const HEIGHT = 200;
const GRID_LINES = 4;

/** Values of a line in the order of the points; gaps stay gaps. */
export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

/** Lines on each other: each is the sum of itself and those before it, where nothing counts as zero. */
export function stackedLines(lines: readonly ChartLine[]): ChartLine[] {
  const sums: number[] = [];
  return lines.map(({ label, values }) => ({ label, values: values.map((value, index) => (sums[index] = (sums[index] ?? 0) + (value ?? 0))) }));
}

/** How many names have room below a chart, on a phone and elsewhere. */
export const labelsFor = (width: number): number => (width < 640 ? 4 : 8);

/** The path of a line in a box of 600 × 200 between `low` and `high`. */
export function linePath(values: readonly (number | null)[], low: number, high: number): string {
  let pen = 'M';
  return values.map((value, index) => {
    if (value === null) {
      pen = 'M';
      return '';
    }
    const step = `${pen}${(((index + 0.5) / values.length) * WIDTH).toFixed(1)} ${(HEIGHT - ((value - low) / (high - low || 1)) * HEIGHT).toFixed(1)}`;
    pen = 'L';
    return step;
  }).join('');
}

/** What lies between a line and the one below it; the lower one is gone back along. */
const between = (upper: string, lower: string): string => (upper === '' ? '' : `${upper}L${lower.slice(1).split('L').reverse().join('L')}Z`);

/** Lines over time, which runs with the line of reading; each step is a button that tells its numbers. */
@Component({
  selector: 'crm-line-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()', '[style.block-size.px]': 'height()' },
  template: `
    <div class="scale crm-number" aria-hidden="true">@for (value of scale(); track $index) { <bdi>{{ axisFormat()(value) }}</bdi> }</div>
    <div class="plot">
      <svg class="crm-mirror" viewBox="0 0 600 200" preserveAspectRatio="none" aria-hidden="true">
        @for (line of grid; track line) { <path class="grid" [attr.d]="'M0 ' + line + 'H600'" /> }
        @if (area()) { @for (line of paths().toReversed(); track $index) { @if (line.below) { <path class="below" [attr.d]="line.below" [style.fill]="line.color" /> } } }
        @for (line of paths(); track $index) { <path class="line" [attr.d]="line.path" [style.stroke]="line.color" /> }
      </svg>
      <div class="steps" (keydown)="move($event)">
        @for (point of points(); track point.key; let index = $index) {
          <button type="button" [tabindex]="index === held() ? 0 : -1" [attr.aria-label]="words(point)" [title]="words(point)" [attr.aria-pressed]="selected() === null ? null : selected() === point.key" (focus)="held.set(index)" (click)="pick.emit(point)">
            @for (dot of dots(index); track $index) { <span class="dot" [style.inset-block-end.%]="dot.at" [style.background]="dot.color"></span> }
          </button>
        }
      </div>
    </div>
    <div class="axis" aria-hidden="true">@for (point of points(); track point.key; let index = $index) { <span>@if (labelled(index)) { <bdi>{{ point.axis ?? point.label }}</bdi> }</span> }</div>
    @if (lines().length > 1) { <ul class="legend">@for (line of paths(); track $index) { <li><span [style.background]="line.color"></span><bdi>{{ line.label }}</bdi></li> }</ul> }
  `,
  styles: `
    :host { display: grid; grid-template: minmax(0, 1fr) auto auto / auto minmax(0, 1fr); column-gap: var(--crm-2); min-inline-size: 0; }
    .scale { display: flex; flex-direction: column; justify-content: space-between; font-size: var(--crm-text-12); color: var(--crm-text-2); text-align: end; margin-block: -8px; }
    .plot { position: relative; min-inline-size: 0; } svg { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; overflow: visible; }
    .grid { stroke: var(--crm-grid); vector-effect: non-scaling-stroke; } .below { fill-opacity: 0.28; } .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
    .steps { position: absolute; inset: 0; display: flex; } button { position: relative; flex: 1; min-inline-size: 0; border-radius: 4px; } button:hover, button[aria-pressed='true'] { background: color-mix(in srgb, var(--crm-accent) 8%, transparent); }
    .dot { position: absolute; inset-inline-start: calc(50% - 4px); inline-size: 8px; block-size: 8px; margin-block-end: -4px; border-radius: 50%; border: 2px solid var(--crm-surface); opacity: 0; } button:hover .dot, button:focus-visible .dot, button[aria-pressed='true'] .dot { opacity: 1; }
    .axis { grid-column: 2; display: flex; min-inline-size: 0; font-size: var(--crm-text-12); color: var(--crm-text-2); padding-block-start: 4px; } .axis span { flex: 1; min-inline-size: 0; display: flex; justify-content: center; white-space: nowrap; block-size: 1.4em; }
    .legend { grid-column: 2; display: flex; flex-wrap: wrap; gap: 2px var(--crm-3); font-size: var(--crm-text-12); color: var(--crm-text-2); padding-block-start: 4px; } li { display: flex; align-items: center; gap: 5px; } li span { inline-size: 10px; block-size: 3px; border-radius: 2px; }
  `,
})
export class LineChartComponent {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locale = inject(LocaleService);
  /** The steps, in order of time. */
  readonly points = input.required<readonly ChartPoint[]>();
  /** The lines over them. */
  readonly lines = input.required<readonly ChartLine[]>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  /** What is below the lines is filled, and lines stand on each other. */
  readonly area = input(false);
  /** Numbers on the value axis. */
  readonly axisFormat = input<(value: number) => string>((value) => String(value));
  /** Key of the step that is chosen. */
  readonly selected = input<string | null>(null);
  /** Height in pixels. */
  readonly height = input(260);
  /** A step was opened. */
  readonly pick = output<ChartPoint>();

  protected readonly grid = Array.from({ length: GRID_LINES + 1 }, (_, index) => (index * HEIGHT) / GRID_LINES);
  protected readonly held = signal(0);
  private readonly levels = computed(() => (this.area() ? stackedLines(this.lines()) : this.lines()));
  private readonly span = computed(() => {
    return scaleOf(this.levels().flatMap(({ values }) => values.filter((value) => value !== null)), GRID_LINES);
  });
  protected readonly scale = computed(() => {
    const { low, high } = this.span();
    return Array.from({ length: GRID_LINES + 1 }, (_, index) => high - (index * (high - low)) / GRID_LINES);
  });
  protected readonly paths = computed(() => {
    const { low, high } = this.span();
    const drawn = this.levels().map(({ values }) => linePath(values, low, high));
    const foot = linePath(this.points().map(() => 0), low, high);
    return this.levels().map(({ label }, index) => ({ label, color: `var(--crm-chart-${(index % 8) + 1})`, path: drawn[index] ?? '', below: this.area() ? between(drawn[index] ?? '', drawn[index - 1] ?? foot) : '' }));
  });

  protected dots(index: number): { readonly at: number; readonly color: string }[] {
    const { low, high } = this.span();
    return this.levels().flatMap(({ values }, line) => {
      const value = values[index] ?? null;
      return value === null ? [] : [{ at: ((value - low) / (high - low || 1)) * 100, color: `var(--crm-chart-${(line % 8) + 1})` }];
    });
  }

  protected words({ label, text, detail }: ChartPoint): string {
    return [label, text, detail].filter(Boolean).join(', ');
  }

  /** So many labels as have room, the last one always. */
  protected labelled(index: number): boolean {
    const every = Math.max(1, Math.ceil(this.points().length / labelsFor(innerWidth)));
    return (this.points().length - 1 - index) % every === 0;
  }

  /** Arrows walk along the steps. */
  protected move(event: KeyboardEvent): void {
    const forward = this.locale.direction() === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = this.locale.direction() === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const last = this.points().length - 1;
    const to = { [forward]: Math.min(this.held() + 1, last), [back]: Math.max(this.held() - 1, 0), Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.held.set(to);
    this.host.querySelectorAll<HTMLButtonElement>('.steps button')[to]?.focus();
  }
}
