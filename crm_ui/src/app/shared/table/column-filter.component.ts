import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, input, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { addDays } from '@core/analytics/period';
import { FilterOperator, ListFilter } from '@core/api/list.query';
import { ColumnFilter } from './table.model';

const PAUSE_MS = 300;

/** The filter of one column, in place below its heading. */
@Component({
  selector: 'crm-column-filter',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @switch (filter().kind) {
      @case ('select') {
        <select class="crm-input" [attr.aria-label]="name()" [value]="valueOf('eq')" (change)="set('eq', $any($event.target).value)">
          <option value="">{{ 'table.any' | translate }}</option>
          @for (option of filter().options ?? []; track option.value) { <option [value]="option.value" [selected]="option.value === valueOf('eq')">{{ option.label }}</option> }
        </select>
      }
      @case ('text') { <input class="crm-input" type="search" dir="auto" [attr.aria-label]="name()" [placeholder]="'table.contains' | translate" [value]="valueOf('contains')" (input)="later('contains', $any($event.target).value)" /> }
      @default {
        <input class="crm-input" [type]="type()" [attr.aria-label]="name() + ' – ' + ((dated() ? 'table.from' : 'table.min') | translate)" [placeholder]="'table.min' | translate" [value]="valueOf('gte')" (change)="set('gte', $any($event.target).value)" />
        <input class="crm-input" [type]="type()" [attr.aria-label]="name() + ' – ' + ((dated() ? 'table.to' : 'table.max') | translate)" [placeholder]="'table.max' | translate" [value]="lastDay()" (change)="setLast($any($event.target).value)" />
      }
    }
  `,
  styles: `:host { display: flex; flex-wrap: wrap; gap: 4px; min-inline-size: 0; } .crm-input { flex: 1 1 104px; min-block-size: 28px; padding: 2px var(--crm-2); font-size: var(--crm-text-12); min-inline-size: 0; } select.crm-input { padding-inline-end: 24px; }`,
})
export class ColumnFilterComponent {
  /** The filter. */
  readonly filter = input.required<ColumnFilter>();
  /** What it filters, for screen readers. */
  readonly name = input.required<string>();
  /** All conditions of the list. */
  readonly conditions = input.required<readonly ListFilter[]>();
  /** The conditions on this field from now on. */
  readonly changed = output<readonly Omit<ListFilter, 'field'>[]>();

  private readonly mine = computed(() => this.conditions().filter((item) => item.field === this.filter().field));
  protected readonly dated = computed(() => this.filter().kind !== 'number');
  protected readonly type = computed(() => (this.dated() ? 'date' : 'number'));
  /** The API compares instants, people think in days: the end is kept as "before the next day". */
  protected readonly lastDay = computed(() => {
    const before = this.valueOf('lt');
    return before && this.filter().kind === 'timestamp' ? addDays(before.slice(0, 10), -1) : this.valueOf('lte');
  });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected valueOf(operator: FilterOperator): string {
    return this.mine().find((item) => item.operator === operator)?.value ?? '';
  }

  protected set(operator: FilterOperator, value: string): void {
    clearTimeout(this.timer);
    const others = this.mine().filter((item) => item.operator !== operator);
    this.changed.emit([...others, { operator, value: value.trim() }].map(({ operator: key, value: text }) => ({ operator: key, value: text })));
  }

  protected setLast(value: string): void {
    if (this.filter().kind === 'timestamp') this.set('lt', value && addDays(value, 1));
    else this.set('lte', value);
  }

  protected later(operator: FilterOperator, value: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set(operator, value), PAUSE_MS);
  }
}
