import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { ChartArea, ChartBar, ChartColumn, ChartColumnStacked, ChartLine, ChartNoAxesCombined, ChartNoAxesGantt, ChartScatter, Filter, Gauge, Grid2x2, Grid3x3, Map as MapIcon, Table, Table2 } from 'lucide-angular';
import type { LucideIconData } from 'lucide-angular';
import { Shape } from '../definition/definition.shapes';

/** Apart from the icons of the frame, so that only who builds reports loads them. */
const ICONS: Readonly<Record<Shape, LucideIconData>> = {
  table: Table, pivot: Table2, kpi: Gauge, bar: ChartColumn, hbar: ChartBar, stacked: ChartColumnStacked, line: ChartLine, area: ChartArea, combo: ChartNoAxesCombined, funnel: Filter, waterfall: ChartNoAxesGantt, scatter: ChartScatter, heatmap: Grid3x3, cohort: Grid2x2, map: MapIcon,
};
/** Those in which time runs along the line of reading. */
const DIRECTED: ReadonlySet<Shape> = new Set(['line', 'area', 'combo', 'hbar', 'waterfall']);

/** The sign of a shape of reports, hidden from screen readers. */
@Component({
  selector: 'crm-shape-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true', '[class.crm-mirror]': 'directed()' },
  template: `
    <svg width="17" height="17" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" focusable="false">
      @for (part of parts(); track $index) {
        @switch (part.tag) {
          @case ('path') { <path [attr.d]="part.at['d']" /> }
          @case ('circle') { <circle [attr.cx]="part.at['cx']" [attr.cy]="part.at['cy']" [attr.r]="part.at['r']" /> }
          @case ('rect') { <rect [attr.x]="part.at['x']" [attr.y]="part.at['y']" [attr.width]="part.at['width']" [attr.height]="part.at['height']" [attr.rx]="part.at['rx']" /> }
        }
      }
    </svg>
  `,
  styles: `:host { display: inline-grid; } svg { display: block; }`,
})
export class ShapeIconComponent {
  readonly shape = input.required<Shape>();
  protected readonly directed = computed(() => DIRECTED.has(this.shape()));
  protected readonly parts = computed(() => ICONS[this.shape()].map(([tag, at]) => ({ tag, at: at as Record<string, string | number> })));
}
