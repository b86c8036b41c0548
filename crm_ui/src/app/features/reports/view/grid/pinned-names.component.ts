import { ChangeDetectionStrategy, Component, computed, input, Signal } from '@angular/core';
import { GridModel } from './grid.model';

/** The groups that the uppermost line in sight is in, where their names have passed the upper edge. A component of its own, so that a new line at the edge redraws nothing else. */
@Component({
  selector: 'crm-report-pinned',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `@for (name of names(); track name.column) { <span class="crm-ellipsis" [style.inset-inline-start.px]="name.start" [style.inline-size.px]="name.width - 1" [style.block-size.px]="lineHeight() - 1" [style.line-height.px]="lineHeight()">{{ name.text }}</span> }`,
  styles: `:host { display: block; pointer-events: none; } span { position: absolute; inset-block-start: 0; padding-inline: 30px var(--crm-2); background: var(--crm-surface); }`,
})
export class PinnedNamesComponent {
  readonly model = input.required<GridModel>();
  /** How far the table is scrolled; the signal itself, so that the table need not be checked for it. */
  readonly top = input.required<Signal<{ readonly top: number }>>();
  readonly lineHeight = input.required<number>();
  readonly widths = input.required<readonly number[]>();

  private readonly line = computed(() => Math.floor(this.top()().top / this.lineHeight()));
  protected readonly names = computed(() => {
    const [model, line, widths] = [this.model(), this.line(), this.widths()];
    if (model.names === 1 || model.lines[line] === undefined) return [];
    const last = model.lines[line]?.kind === 'total';
    return model.namesOf(line, -1).filter(({ again, column }) => again && !(last && column === model.names - 1)).map(({ column, text }) => ({ column, text, start: widths.slice(0, column).reduce((sum, width) => sum + width, 0), width: widths[column] ?? 0 }));
  });
}
