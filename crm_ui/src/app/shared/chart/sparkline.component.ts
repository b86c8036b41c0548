import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 3;

/** The points of a line through the values, in a box of 120 × 32; gaps stay gaps. */
export function sparkPath(values: readonly (number | null)[]): string {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return '';
  const low = Math.min(...known, 0);
  const span = Math.max(...known) - low || 1;
  let pen = 'M';
  return values
    .map((value, index) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const x = EDGE + (index / (values.length - 1)) * (WIDTH - 2 * EDGE);
      const y = HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE);
      const step = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

/** A small trend without axes; the numbers behind it are told elsewhere, so screen readers skip it. Time runs with the line of reading. */
@Component({
  selector: 'crm-sparkline',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `@if (line(); as path) { <svg class="crm-mirror" viewBox="0 0 120 32" preserveAspectRatio="none"><path class="area" [attr.d]="area()" /><path class="line" [attr.d]="path" /></svg> }`,
  styles: `:host { display: block; block-size: 32px; } svg { inline-size: 100%; block-size: 100%; overflow: visible; } .line { fill: none; stroke: var(--crm-accent); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; } .area { fill: var(--crm-accent); opacity: 0.09; }`,
})
export class SparklineComponent {
  /** The values in order of time. */
  readonly values = input.required<readonly (number | null)[]>();
  protected readonly line = computed(() => sparkPath(this.values()));
  protected readonly area = computed(() => {
    const line = this.line();
    const first = /^M([\d.]+)/.exec(line)?.[1];
    const last = /([\d.]+) [\d.]+$/.exec(line)?.[1];
    return line.lastIndexOf('M') === 0 && first && last ? `${line}L${last} 32L${first} 32Z` : '';
  });
}
