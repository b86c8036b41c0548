import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { DIRECTIONAL, IconName, ICONS } from './icons';

/** A Lucide icon, hidden from screen readers: the control that holds it carries the words. */
@Component({
  selector: 'crm-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true', '[class.crm-mirror]': 'directional()' },
  template: `
    <svg [attr.width]="size()" [attr.height]="size()" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" focusable="false">
      @for (shape of shapes(); track $index) {
        @switch (shape.tag) {
          @case ('path') { <path [attr.d]="shape.at['d']" /> }
          @case ('circle') { <circle [attr.cx]="shape.at['cx']" [attr.cy]="shape.at['cy']" [attr.r]="shape.at['r']" /> }
          @case ('line') { <line [attr.x1]="shape.at['x1']" [attr.y1]="shape.at['y1']" [attr.x2]="shape.at['x2']" [attr.y2]="shape.at['y2']" /> }
          @case ('rect') { <rect [attr.x]="shape.at['x']" [attr.y]="shape.at['y']" [attr.width]="shape.at['width']" [attr.height]="shape.at['height']" [attr.rx]="shape.at['rx']" /> }
          @case ('polyline') { <polyline [attr.points]="shape.at['points']" /> }
          @case ('polygon') { <polygon [attr.points]="shape.at['points']" /> }
          @case ('ellipse') { <ellipse [attr.cx]="shape.at['cx']" [attr.cy]="shape.at['cy']" [attr.rx]="shape.at['rx']" [attr.ry]="shape.at['ry']" /> }
        }
      }
    </svg>
  `,
  styles: `:host { display: inline-grid; place-items: center; flex: none; } svg { display: block; }`,
})
export class IconComponent {
  /** The icon. */
  readonly name = input.required<IconName>();
  /** Width and height in pixels. */
  readonly size = input(18);

  protected readonly directional = computed(() => DIRECTIONAL.has(this.name()));
  protected readonly shapes = computed(() => ICONS[this.name()].map(([tag, at]) => ({ tag, at: at as Record<string, string | number> })));
}
