import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, input, output, signal } from '@angular/core';
import { LocaleService } from '@core/i18n/locale.service';
import { ChartPoint } from '@shared/chart/chart-card.component';
import { scaleOf } from '@shared/chart/chart.scale';
import { labelsFor, linePath } from '@shared/chart/line-chart.component';

const INTERVALS = 4;

/** One of the two values: bars of the first, a line through the second, each with its own axis. */
export interface ComboSide {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly axis: (value: number) => string;
}

/** Bars with a line over them and an axis at each side: what ngx-charts has no chart for. Laid out by logical properties, so that right-to-left mirrors it. */
@Component({
  selector: 'crm-report-combo',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()', '[style.block-size.px]': 'height()' },
  template: `
    <p class="title start"><span class="square"></span><bdi>{{ bars().label }}</bdi></p><p class="title end"><span class="stroke"></span><bdi>{{ line().label }}</bdi></p>
    <div class="scale crm-number" aria-hidden="true">@for (value of ticks(barScale()); track $index) { <bdi>{{ bars().axis(value) }}</bdi> }</div>
    <div class="plot">
      <div class="grid" aria-hidden="true">@for (place of grid; track place) { <span [style.inset-block-end.%]="place"></span> }</div>
      <div class="steps" (keydown)="move($event)">
        @for (bar of drawn(); track bar.point.key; let index = $index) {
          <button type="button" [tabindex]="index === held() ? 0 : -1" [attr.aria-label]="bar.words" [title]="bar.words" (focus)="held.set(index)" (click)="pick.emit(bar.point)">
            @if (bar.size > 0) { <span class="bar" [style.inset-block-end.%]="bar.low" [style.block-size.%]="bar.size"></span> }@if (bar.dot !== null) { <span class="dot" [style.inset-block-end.%]="bar.dot"></span> }
          </button>
        }
      </div>
      <svg class="crm-mirror" viewBox="0 0 600 200" preserveAspectRatio="none" aria-hidden="true"><path [attr.d]="path()" /></svg>
    </div>
    <div class="scale other crm-number" aria-hidden="true">@for (value of ticks(lineScale()); track $index) { <bdi>{{ line().axis(value) }}</bdi> }</div>
    <div class="axis" aria-hidden="true">@for (point of points(); track point.key; let index = $index) { <span>@if (labelled(index)) { <bdi>{{ point.axis ?? point.label }}</bdi> }</span> }</div>
  `,
  styles: `
    :host { display: grid; grid-template: auto minmax(0, 1fr) auto / auto minmax(0, 1fr) auto; column-gap: var(--crm-2); min-inline-size: 0; font-size: var(--crm-text-12); color: var(--crm-text-2); }
    .title { display: flex; align-items: center; gap: 5px; padding-block-end: var(--crm-3); grid-row: 1; } .title.start { grid-column: 1 / 3; } .title.end { grid-column: 2 / 4; justify-self: end; } .square { inline-size: 10px; block-size: 10px; border-radius: 2px; background: var(--crm-chart-1); } .stroke { inline-size: 14px; block-size: 3px; border-radius: 2px; background: var(--crm-chart-2); }
    .scale { grid-row: 2; grid-column: 1; display: flex; flex-direction: column; justify-content: space-between; text-align: end; margin-block: -8px; white-space: nowrap; } .other { grid-column: 3; text-align: start; }
    .plot { grid-row: 2; grid-column: 2; position: relative; min-inline-size: 0; } svg { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; overflow: visible; pointer-events: none; } path { fill: none; stroke: var(--crm-chart-2); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
    .grid span { position: absolute; inset-inline: 0; border-block-end: 1px solid var(--crm-grid); }
    .steps { position: absolute; inset: 0; display: flex; } button { position: relative; flex: 1; min-inline-size: 0; border-radius: 4px; } button:hover { background: color-mix(in srgb, var(--crm-accent) 8%, transparent); }
    .bar { position: absolute; inset-inline: 18%; background: var(--crm-chart-1); border-radius: 2px 2px 0 0; min-block-size: 1px; } .dot { position: absolute; inset-inline-start: calc(50% - 4px); inline-size: 8px; block-size: 8px; margin-block-end: -4px; border-radius: 50%; background: var(--crm-chart-2); border: 2px solid var(--crm-surface); z-index: 1; }
    .axis { grid-row: 3; grid-column: 2; display: flex; min-inline-size: 0; padding-block-start: 4px; } .axis span { flex: 1; min-inline-size: 0; display: flex; justify-content: center; white-space: nowrap; block-size: 1.4em; }
  `,
})
export class ComboChartComponent {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locale = inject(LocaleService);
  /** The steps in order; their text has both exact numbers. */
  readonly points = input.required<readonly ChartPoint[]>();
  readonly bars = input.required<ComboSide>();
  readonly line = input.required<ComboSide>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  readonly height = input(340);
  /** A step was opened. */
  readonly pick = output<ChartPoint>();

  protected readonly grid = Array.from({ length: INTERVALS + 1 }, (_, index) => (index * 100) / INTERVALS);
  protected readonly held = signal(0);
  protected readonly barScale = computed(() => scaleOf(this.bars().values.filter((value) => value !== null), INTERVALS));
  protected readonly lineScale = computed(() => scaleOf(this.line().values.filter((value) => value !== null), INTERVALS));
  protected readonly path = computed(() => linePath(this.line().values, this.lineScale().low, this.lineScale().high));
  protected readonly drawn = computed(() => {
    const [bar, line] = [this.barScale(), this.lineScale()];
    const at = (value: number, { low, high }: typeof bar): number => ((value - low) / (high - low)) * 100;
    return this.points().map((point, index) => {
      const [value, level] = [this.bars().values[index] ?? 0, this.line().values[index] ?? null];
      return { point, words: `${point.label}, ${point.text}`, low: at(Math.min(value, 0), bar), size: at(Math.abs(value), { low: 0, high: bar.high - bar.low }), dot: level === null ? null : at(level, line) };
    });
  });

  protected ticks({ low, high }: { readonly low: number; readonly high: number }): number[] {
    return Array.from({ length: INTERVALS + 1 }, (_, index) => high - (index * (high - low)) / INTERVALS);
  }

  protected labelled(index: number): boolean {
    return (this.points().length - 1 - index) % Math.max(1, Math.ceil(this.points().length / labelsFor(innerWidth))) === 0;
  }

  /** Arrows walk along the steps. */
  protected move(event: KeyboardEvent): void {
    const [forward, back] = this.locale.direction() === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const last = this.points().length - 1;
    const to = { [forward]: Math.min(this.held() + 1, last), [back]: Math.max(this.held() - 1, 0), Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.held.set(to);
    this.host.querySelectorAll<HTMLButtonElement>('.steps button')[to]?.focus();
  }
}
