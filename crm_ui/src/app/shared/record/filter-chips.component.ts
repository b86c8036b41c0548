import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { ListFilter, ListQuery, withFilter } from '@core/api/list.query';
import { formatDate, formatNumber } from '@core/format/format';
import { addDays } from '@core/analytics/period';
import { LocaleService } from '@core/i18n/locale.service';
import { IconComponent } from '../icon/icon.component';

/** The words of one condition's value: an owner's name, a stage, a status. */
export type ValueWords = (field: string, value: string) => string | null;

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** The conditions that a list stands under, in words, each with a way out; so that a list opened from a chart says what it shows. */
@Component({
  selector: 'crm-filter-chips',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (chips().length) {
      <ul [attr.aria-label]="'table.filters' | translate">
        @for (chip of chips(); track chip.field) {
          <li><bdi class="crm-muted">{{ chip.name }}</bdi>&ngsp;<bdi class="crm-ellipsis">{{ chip.words }}</bdi>
            <button type="button" (click)="remove(chip.field)" [attr.aria-label]="'record.removeFilter' | translate: { name: chip.name }" [title]="'record.removeFilter' | translate: { name: chip.name }"><crm-icon name="x" [size]="13" /></button></li>
        }
      </ul>
    }
  `,
  styles: `
    ul { display: flex; flex-wrap: wrap; gap: var(--crm-2); } li { display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; padding: 2px 4px 2px 10px; border: 1px solid var(--crm-border); border-radius: 999px; background: var(--crm-surface); font-size: var(--crm-text-13); }
    :host-context([dir='rtl']) li { padding: 2px 10px 2px 4px; }
    bdi + bdi { font-weight: 500; } button { display: grid; place-items: center; inline-size: 22px; block-size: 22px; border-radius: 50%; color: var(--crm-text-2); } button:hover { background: var(--crm-hover); color: var(--crm-text); }
  `,
})
export class FilterChipsComponent {
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  /** What the list shows. */
  readonly query = input.required<ListQuery>();
  /** The words of values that are not text themselves. */
  readonly words = input<ValueWords>(() => null);
  /** The names of fields that the business made itself; null for all others. */
  readonly names = input<(field: string) => string | null>(() => null);
  /** Fields that the page shows in another way. */
  readonly hidden = input<readonly string[]>([]);
  /** The list without one of its conditions. */
  readonly queryChange = output<ListQuery>();

  protected readonly chips = computed(() => {
    this.translate.currentLang();
    const fields = [...new Set(this.query().filters.map((item) => item.field))].filter((field) => !this.hidden().includes(field));
    return fields.map((field) => ({
      field,
      name: this.names()(field) ?? (field.startsWith('custom.') ? field.slice('custom.'.length).replace(/_/g, ' ') : this.text(`record.fields.${field}`)),
      words: this.query().filters.filter((item) => item.field === field).map((item) => this.wordsOf(item)).join(' '),
    }));
  });

  protected remove(field: string): void {
    this.queryChange.emit(withFilter(this.query(), field, []));
  }

  private wordsOf({ field, operator, value }: ListFilter): string {
    const tag = this.locale.tag();
    const show = (one: string): string => this.words()(field, one) ?? (DAY.test(one) ? formatDate(one.slice(0, 10), tag) : /^-?\d+(\.\d+)?$/.test(one) ? formatNumber(one, tag, 2) : one);
    switch (operator) {
      case 'in': return value.split(',').map(show).join(this.text('record.comma'));
      case 'null': return this.text(value === 'false' ? 'record.filters.any' : 'record.filters.none');
      // Before the next midnight is, for people, up to and including the day.
      case 'lt': return DAY.test(value) ? this.text('record.filters.to', show(addDays(value.slice(0, 10), -1))) : this.text('record.filters.below', show(value));
      case 'gte': case 'gt': return this.text(DAY.test(value) ? 'record.filters.from' : 'record.filters.min', show(value));
      case 'lte': return this.text(DAY.test(value) ? 'record.filters.to' : 'record.filters.max', show(value));
      case 'contains': return `“${value}”`;
      case 'ne': return this.text('record.filters.not', show(value));
      default: return show(value);
    }
  }

  private text(key: string, value?: string): string {
    return String(this.translate.instant(key, { value }));
  }
}
