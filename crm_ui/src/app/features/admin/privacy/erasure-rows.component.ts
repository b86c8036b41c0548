import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { NumberPipe } from '@shared/format/format.pipes';
import { AdminWords } from '../admin.words';
import { rowsOf } from './erasure.calc';

/** How many rows of which table an erasure touches. */
@Component({
  selector: 'crm-erasure-rows',
  imports: [TranslatePipe, NumberPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <table><caption class="crm-visually-hidden">{{ 'admin.privacy.touched' | translate }}</caption>
      <thead><tr><th scope="col">{{ 'admin.privacy.table' | translate }}</th><th scope="col" class="end">{{ 'admin.privacy.rows' | translate }}</th></tr></thead>
      <tbody>@for (row of list(); track row.table) { <tr><th scope="row">{{ words.table(row.table) }}</th><td class="end crm-number">{{ row.count | crmNumber }}</td></tr> }</tbody>
      <tfoot><tr><th scope="row">{{ 'admin.privacy.sum' | translate }}</th><td class="end crm-number">{{ sum() | crmNumber }}</td></tr></tfoot>
    </table>
  `,
  styles: `table { inline-size: min(420px, 100%); border-collapse: collapse; } th, td { padding: 6px var(--crm-2); text-align: start; font-weight: 400; border-block-end: 1px solid var(--crm-border); } thead th { font-size: var(--crm-text-12); color: var(--crm-text-2); } .end { text-align: end; } tfoot th, tfoot td { font-weight: 600; border: 0; }`,
})
export class ErasureRowsComponent {
  protected readonly words = inject(AdminWords);
  /** Rows by table. */
  readonly rows = input.required<Readonly<Record<string, number>>>();
  protected readonly list = computed(() => rowsOf(this.rows()));
  protected readonly sum = computed(() => this.list().reduce((sum, { count }) => sum + count, 0));
}
