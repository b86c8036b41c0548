import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { addDays } from '@core/analytics/period';
import { FilterOperator, ListFilter } from '@core/api/list.query';
import { CheckGroup, CheckItem, CheckMenuComponent } from './check-menu.component';
import { ColumnFilter } from './table.model';

const PAUSE_MS = 300;

/** The filter of one column, in place below its heading. */
@Component({
  selector: 'crm-column-filter',
  imports: [TranslatePipe, CheckMenuComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @switch (filter().kind) {
      @case ('select') {
        <select class="crm-input" [attr.aria-label]="name()" [value]="valueOf('eq')" (change)="set('eq', $any($event.target).value)">
          <option value="">{{ 'table.any' | translate }}</option>
          @for (option of filter().options ?? []; track option.value) { <option [value]="option.value" [selected]="option.value === valueOf('eq')">{{ option.label }}</option> }
        </select>
      }
      @case ('many') { <crm-check-menu look="select" [label]="name()" [none]="'table.any' | translate" [comma]="'record.comma' | translate" [groups]="options()" (toggled)="toggle($event)" /> }
      @case ('text') {
        @if (filter().exact) {
          <select class="crm-input how" [attr.aria-label]="name() + ' – ' + ('table.how' | translate)" (change)="compare($any($event.target).value)">@for (one of HOW; track one) { <option [value]="one" [selected]="one === how()">{{ (one === 'eq' ? 'table.is' : 'table.contains') | translate }}</option> }</select>
        }
        <input class="crm-input" type="search" dir="auto" [attr.aria-label]="name()" [placeholder]="(how() === 'eq' ? 'table.is' : 'table.contains') | translate" [value]="valueOf(how())" (input)="later(how(), $any($event.target).value)" />
      }
      @default {
        <input class="crm-input" [type]="type()" [attr.aria-label]="name() + ' – ' + ((dated() ? 'table.from' : 'table.min') | translate)" [placeholder]="'table.min' | translate" [value]="valueOf('gte')" (change)="set('gte', bound($any($event.target).value, 'gte'))" />
        <input class="crm-input" [type]="type()" [attr.aria-label]="name() + ' – ' + ((dated() ? 'table.to' : 'table.max') | translate)" [placeholder]="'table.max' | translate" [value]="lastDay()" (change)="setLast($any($event.target).value)" />
      }
    }
  `,
  styles: `:host { display: flex; flex-wrap: wrap; gap: 4px; min-inline-size: 0; } .crm-input { flex: 1 1 104px; min-block-size: 28px; padding: 2px var(--crm-2); font-size: var(--crm-text-12); min-inline-size: 0; } select.crm-input { padding-inline-end: 24px; } crm-check-menu { flex: 1 1 104px; } .how { flex: 0 1 auto; inline-size: auto; }`,
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
  private readonly wanted = signal<'contains' | 'eq' | null>(null);
  protected readonly HOW = ['contains', 'eq'] as const;
  /** As the reader wants it; else as the condition that holds says. */
  protected readonly how = computed(() => (this.filter().exact ? this.wanted() ?? (this.valueOf('eq') ? 'eq' : 'contains') : 'contains'));
  private readonly ticked = computed(() => [...new Set([this.valueOf('eq'), ...this.valueOf('in').split(',')].filter(Boolean))]);
  protected readonly options = computed((): CheckGroup[] => [{ title: null, items: (this.filter().options ?? []).map(({ value, label }) => ({ key: value, label, checked: this.ticked().includes(value) })) }]);
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
    else this.set('lte', this.bound(value, 'lte'));
  }

  /** Where only whole numbers are taken, the next one inside the bound means the same. */
  protected bound(value: string, side: 'gte' | 'lte'): string {
    return value && this.filter().whole ? String(side === 'gte' ? Math.ceil(Number(value)) : Math.floor(Number(value))) : value;
  }

  /** The same words, compared in the other way. */
  protected compare(how: string): void {
    const word = this.valueOf(this.how());
    this.wanted.set(how === 'eq' ? 'eq' : 'contains');
    if (word) this.changed.emit([{ operator: this.how(), value: word }]);
  }

  protected toggle({ key, checked }: CheckItem): void {
    const values = checked ? this.ticked().filter((value) => value !== key) : [...this.ticked(), key];
    this.changed.emit([{ operator: 'in', value: values.join(',') }]);
  }

  protected later(operator: FilterOperator, value: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set(operator, value), PAUSE_MS);
  }
}
