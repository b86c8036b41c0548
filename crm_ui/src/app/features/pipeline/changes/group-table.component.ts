import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatMoney } from '@core/format/format';
import { IconComponent } from '@shared/icon/icon.component';
import { approximate } from '@shared/format/exact';
import { BAR_KEYS, BarKey } from '../pipeline.members';
import { dealsText, PageReader, signedMoney } from '@shared/format/reader';
import { barName, Bridge, effectOf, GroupBridge } from './changes.view';

/** The bridge of each group, a row each, with the bridge of everything as the last; every number opens its deals. */
@Component({
  selector: 'crm-group-table',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="scroll" tabindex="0" role="region" aria-labelledby="crm-parts">
      <table>
        <thead><tr><th scope="col">{{ heading() }}</th>@for (bar of bars(); track bar) { <th scope="col" class="end">{{ 'pipeline.bars.' + bar | translate }}</th> }</tr></thead>
        <tbody>
          @for (row of lines(); track row.key) {
            <tr [class.broken]="!row.whole"><th scope="row"><bdi>{{ row.name }}</bdi>@if (!row.whole) { <span class="gap" [title]="row.gap"><crm-icon name="triangle-alert" [size]="14" /><span class="crm-visually-hidden">{{ row.gap }}</span></span> }</th>
              @for (cell of row.cells; track cell.bar) {
                <td class="end crm-number">@if (cell.count) { <button type="button" [class.chosen]="cell.bar === chosen() && row.key === of()" [attr.data-cell]="cell.bar" [title]="cell.words" (click)="pick.emit({ bar: cell.bar, group: row.key })"><bdi>{{ cell.text }}</bdi><span class="crm-visually-hidden">{{ cell.words }}</span></button> } @else { <span class="none" aria-hidden="true">·</span> }</td>
              }
            </tr>
          }
        </tbody>
        @if (sums(); as sums) { <tfoot><tr><th scope="row">{{ 'pipeline.total' | translate }}</th>@for (sum of sums; track $index) { <td class="end crm-number"><bdi>{{ sum }}</bdi></td> }</tr></tfoot> }
      </table>
    </div>
  `,
  styles: `
    .scroll { overflow-x: auto; } .scroll:focus-visible { outline-offset: -2px; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); }
    th, td { text-align: start; font-weight: 400; padding: 4px var(--crm-2); block-size: 36px; border-block-end: 1px solid var(--crm-border); white-space: nowrap; } th:first-child { position: sticky; inset-inline-start: 0; background: var(--crm-surface); }
    thead th { font-size: var(--crm-text-12); font-weight: 500; color: var(--crm-text-3); } tfoot th, tfoot td { font-weight: 600; border: 0; } .end { text-align: end; }
    button { position: relative; padding: 4px 6px; margin-inline-end: -6px; border-radius: 4px; } button:hover { background: var(--crm-hover); color: var(--crm-accent); } .chosen { background: var(--crm-accent-soft); color: var(--crm-accent-strong); font-weight: 600; }
    .none { color: var(--crm-text-3); } .gap { color: var(--crm-lost); margin-inline-start: 6px; vertical-align: -2px; } .broken bdi { color: var(--crm-lost); }
  `,
})
export class GroupTableComponent {
  private readonly words = inject(PageReader);
  /** The groups. */
  readonly rows = input.required<readonly GroupBridge[]>();
  /** Everything together. */
  readonly total = input.required<Bridge | null>();
  /** What the groups are. */
  readonly heading = input.required<string>();
  /** The bar whose deals are shown. */
  readonly chosen = input<BarKey | null>(null);
  /** The group they are narrowed to. */
  readonly of = input<string | null>(null);
  /** A number was opened. */
  readonly pick = output<{ bar: BarKey; group: string }>();

  /** Bars that happened somewhere. */
  protected readonly bars = computed(() => BAR_KEYS.filter((key) => key === 'opening' || key === 'closing' || this.rows().some(({ counts }) => (counts.get(key) ?? 0) > 0)));
  protected readonly lines = computed(() => {
    const reader = this.words.reader();
    return this.rows().map((row) => ({
      key: row.key, name: row.name, whole: row.whole, gap: reader.text('pipeline.broken', { gap: formatMoney(approximate(row.gap), reader.currency, reader.tag) }),
      cells: this.bars().map((bar) => ({ bar, count: row.counts.get(bar) ?? 0, text: this.write(row, bar, true), words: `${row.name}, ${barName(bar, reader)}: ${this.write(row, bar, false)}, ${dealsText(row.counts.get(bar), reader)}` })),
    }));
  });
  protected readonly sums = computed(() => {
    const total = this.total();
    return total && this.bars().map((bar) => this.write(total, bar, true));
  });

  private write({ amounts }: Bridge, bar: BarKey, short: boolean): string {
    const reader = this.words.reader();
    const value = approximate(effectOf(bar, amounts.get(bar) ?? 0n));
    return bar === 'opening' || bar === 'closing' ? formatMoney(value, reader.currency, reader.tag, short ? 'compact' : 'full') : signedMoney(value, reader, short);
  }
}
