import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TagChipComponent } from '../chip/tag-chip.component';
import { CellChip, TableColumn } from './table.model';

/** Marks that fit beside each other in a row; the rest is counted. */
const BESIDE = 2;

/** A cell without a template: text, a link, or marks. */
@Component({
  selector: 'crm-plain-cell',
  imports: [TagChipComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class.wrap]': 'whole()' },
  template: `
    @if (chips(); as chips) {
      @for (chip of chips.slice(0, whole() ? chips.length : beside); track $index) { <crm-tag-chip [name]="chip.name" [color]="chip.color" /> }
      @if (rest(); as rest) { <span class="rest" [title]="rest.names"><span aria-hidden="true" dir="ltr">+{{ rest.count }}</span><span class="crm-visually-hidden">{{ rest.names }}</span></span> }
      @if (!chips.length) { <span class="crm-muted">–</span> }
    } @else if (href(); as href) { <a class="crm-ellipsis" dir="ltr" [href]="href" [title]="text()" target="_blank" rel="noopener noreferrer">{{ text() }}</a> }
    @else { <span class="crm-ellipsis" dir="auto" [class.crm-number]="column().align === 'end'" [title]="text()">{{ text() }}</span> }
  `,
  styles: `
    :host { display: flex; align-items: center; gap: 4px; min-inline-size: 0; max-inline-size: 100%; } :host.wrap { flex-wrap: wrap; }
    .rest { flex: none; font-size: var(--crm-text-12); color: var(--crm-text-2); }
  `,
})
export class PlainCellComponent<T> {
  /** What it is drawn by. */
  readonly column = input.required<TableColumn<T>>();
  /** Whose value it shows. */
  readonly row = input.required<T>();
  /** Shows every mark, on as many lines as that takes. */
  readonly whole = input(false);

  protected readonly beside = BESIDE;
  protected readonly text = computed(() => this.column().text?.(this.row()) ?? '');
  protected readonly href = computed(() => this.column().href?.(this.row()) ?? null);
  protected readonly chips = computed((): readonly CellChip[] | null => this.column().chips?.(this.row()) ?? null);
  protected readonly rest = computed(() => {
    const names = this.whole() ? [] : (this.chips() ?? []).slice(BESIDE).map(({ name }) => name);
    return names.length > 0 ? { count: names.length, names: names.join(' · ') } : null;
  });
}
