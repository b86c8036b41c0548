import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { ChartPoint } from './chart-card.component';

/** One bar of a waterfall: from where to where, in per cent of the height. */
export interface FallBar {
  readonly point: ChartPoint;
  readonly bottom: number;
  readonly size: number;
  readonly falls: boolean;
}

/** The bars: each begins where the one before ended, a total at zero. */
export function fallBars(points: readonly ChartPoint[]): { readonly bars: readonly FallBar[]; readonly zero: number } {
  let sum = 0;
  const edges = points.map(({ value, total }) => (total ? ([0, (sum = value)] as const) : ([sum, (sum += value)] as const)));
  const low = Math.min(0, ...edges.flat());
  const span = Math.max(0, ...edges.flat()) - low || 1;
  const at = (value: number): number => ((value - low) / span) * 100;
  return {
    zero: at(0),
    bars: points.map((point, index) => {
      const [from, to] = edges[index] ?? [0, 0];
      return { point, bottom: at(Math.min(from, to)), size: Math.abs(at(to) - at(from)), falls: !point.total && to < from };
    }),
  };
}

/** How a sum is made: rises and falls one after the other; what falls is told by its sign and its place, not by colour alone. */
@Component({
  selector: 'crm-waterfall',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()', '[style.block-size.px]': 'height()' },
  template: `
    @for (bar of fall().bars; track bar.point.key) {
      <button type="button" [attr.aria-pressed]="selected() === null ? null : selected() === bar.point.key" [title]="bar.point.detail ?? ''" (click)="pick.emit(bar.point)">
        <bdi class="number crm-number">{{ bar.point.text }}</bdi>
        <span class="place"><span class="zero" [style.inset-block-end.%]="fall().zero"></span><span class="bar" [class.falls]="bar.falls" [class.total]="bar.point.total" [style.inset-block-end.%]="bar.bottom" [style.block-size.%]="bar.size"></span></span>
        <bdi class="name crm-ellipsis">{{ bar.point.label }}</bdi>
      </button>
    }
  `,
  styles: `
    :host { display: flex; gap: 2px; min-inline-size: 0; } button { flex: 1; min-inline-size: 0; display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: 4px; justify-items: center; border-radius: 4px; font-size: var(--crm-text-12); } button:hover { background: var(--crm-hover); }
    .place { position: relative; inline-size: 100%; } .zero { position: absolute; inset-inline: 0; border-block-end: 1px solid var(--crm-border-strong); } .bar { position: absolute; inset-inline: 14%; min-block-size: 2px; border-radius: 3px; background: var(--crm-chart-3); } .falls { background: var(--crm-chart-8); } .total { background: var(--crm-chart-7); }
    .number { font-weight: 500; } .name { max-inline-size: 100%; color: var(--crm-text-2); } [aria-pressed='false'] .bar { opacity: 0.35; }
  `,
})
export class WaterfallComponent {
  /** The steps, in order. */
  readonly points = input.required<readonly ChartPoint[]>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  /** Key of the bar that is chosen. */
  readonly selected = input<string | null>(null);
  /** Height in pixels. */
  readonly height = input(260);
  /** A bar was opened. */
  readonly pick = output<ChartPoint>();

  protected readonly fall = computed(() => fallBars(this.points()));
}
