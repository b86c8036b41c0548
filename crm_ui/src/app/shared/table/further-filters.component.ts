import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { ListFilter } from '@core/api/list.query';
import { IconComponent } from '../icon/icon.component';
import { CheckGroup, CheckItem, CheckMenuComponent } from './check-menu.component';
import { ColumnFilterComponent } from './column-filter.component';
import { ColumnNamePipe, headingOf } from './column-name.pipe';
import { ColumnFilter, TableColumn } from './table.model';

/** The conditions on one field. */
export interface FieldConditions {
  readonly field: string;
  readonly conditions: readonly Omit<ListFilter, 'field'>[];
}

/** Filters of what has no column in the table now: those picked, and those that hold. */
@Component({
  selector: 'crm-further-filters',
  imports: [TranslatePipe, CheckMenuComponent, ColumnFilterComponent, ColumnNamePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (column of open(); track column.key) {
      <div class="one"><span>{{ column | crmColumnName }}</span><crm-column-filter [filter]="column.filter" [name]="'table.filter' | translate: { column: column | crmColumnName }" [conditions]="conditions()" (changed)="changed.emit({ field: column.filter.field, conditions: $event })" /></div>
    }
    <crm-check-menu [label]="'table.further' | translate" [groups]="groups()" (toggled)="pick($event)" data-test="further-filters"><crm-icon name="plus" [size]="15" />{{ 'table.further' | translate }}</crm-check-menu>
  `,
  styles: `:host { display: flex; flex-wrap: wrap; align-items: end; gap: var(--crm-3); padding: var(--crm-3); background: var(--crm-sunken); border-block-end: 1px solid var(--crm-border); } .one { display: grid; gap: 2px; inline-size: 232px; max-inline-size: 100%; } .one > span { font-size: var(--crm-text-12); color: var(--crm-text-2); overflow-wrap: anywhere; } @media (max-width: 720px) { .one { inline-size: 100%; } }`,
})
export class FurtherFiltersComponent<T> {
  private readonly translate = inject(TranslateService);
  /** The columns that are not shown. */
  readonly columns = input.required<readonly TableColumn<T>[]>();
  /** All conditions of the list. */
  readonly conditions = input.required<readonly ListFilter[]>();
  /** The conditions on one field from now on. */
  readonly changed = output<FieldConditions>();

  private readonly picked = signal<readonly string[]>([]);
  private readonly all = computed(() => this.columns().filter((column): column is TableColumn<T> & { readonly filter: ColumnFilter } => column.filter !== undefined));
  protected readonly open = computed(() => this.all().filter(({ key, filter }) => this.picked().includes(key) || this.conditions().some(({ field }) => field === filter.field)));
  protected readonly groups = computed((): CheckGroup[] => {
    this.translate.currentLang();
    const open = this.open();
    return [{ title: null, items: this.all().map((column) => ({ key: column.key, label: headingOf(column, this.translate), checked: open.includes(column) })) }];
  });

  protected pick({ key, checked }: CheckItem): void {
    this.picked.update((picked) => (checked ? picked.filter((one) => one !== key) : [...picked, key]));
    const field = this.all().find((column) => column.key === key)?.filter.field;
    if (checked && field && this.conditions().some((one) => one.field === field)) this.changed.emit({ field, conditions: [] });
  }
}
