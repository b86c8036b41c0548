import { computed, inject, Signal } from '@angular/core';
import { formatMoney, formatNumber, MISSING } from '@core/format/format';
import { ChoicesService } from '../record/choices.service';
import type { ValueWords } from '../record/filter-chips.component';
import type { Extended } from '../record/record.model';
import { ColumnFilter, TableColumn } from '../table/table.model';
import { CustomFieldsService } from './custom-fields.service';
import { CustomField, CustomType, hrefOf, labelOf, ShowOptions, shownValue } from './custom.model';
import { TagsService } from './tags.service';

/** What custom fields and tags add to a list. */
export interface ExtendedList<T> {
  /** Columns and filters of what the reader is shown; none while the features are off. */
  readonly columns: Signal<readonly TableColumn<T>[]>;
  /** The name of a field that conditions are about; null for the list's own. */
  readonly nameOf: (field: string) => string | null;
  /** The words of a condition's value, those of the list's own fields by `own`. */
  readonly words: (own: ValueWords) => ValueWords;
}

/** Beyond this much of a long text nothing is seen in a cell. */
const CELL_TEXT = 300;

const WIDTHS: Readonly<Partial<Record<CustomType, string>>> = {
  integer: 'minmax(120px, 1.2fr)', decimal: 'minmax(120px, 1.2fr)', money: 'minmax(130px, 1.3fr)', date: '136px', datetime: '196px', boolean: '108px', choice: 'minmax(132px, 1.32fr)', phone: '150px',
};

/** Adds the custom fields and tags of a kind of record to its list; to be called where `inject` may be. */
export function extendedList<T extends Extended>(entity: string): ExtendedList<T> {
  const customs = inject(CustomFieldsService);
  const tags = inject(TagsService);
  const choices = inject(ChoicesService);
  void customs.load(entity);
  // A list must not fail for want of its tags.
  if (tags.on()) void tags.load().catch(() => undefined);

  const columns = computed((): TableColumn<T>[] => {
    const show = customs.show();
    const mine = customs.on() ? customs.of(entity).map((field) => customColumn<T>(field, show)) : [];
    return tags.on() ? [...mine, tagColumn<T>(tags.all().map(({ id, name }) => ({ value: id, label: name })))] : mine;
  });
  return {
    columns,
    nameOf: (field) => (field === 'tags' ? choices.text('extend.tags.title') : customs.labelFor(entity, field)),
    words: (own) => (field, value) => {
      if (field === 'tags') return tags.all().find(({ id }) => id === value)?.name ?? '…';
      const custom = customs.of(entity).find(({ key }) => `custom.${key}` === field);
      return custom ? conditionWords(custom, value, customs.show()) : own(field, value);
    },
  };
}

function customColumn<T extends Extended>(field: CustomField, show: ShowOptions): TableColumn<T> {
  const name = `custom.${field.key}`;
  const number = field.type === 'integer' || field.type === 'decimal' || field.type === 'money';
  // As the API: what can have several values, and texts without end, have no order.
  const sorted = field.type !== 'multi_choice' && field.type !== 'long_text';
  const valueOf = (row: T): unknown => row.custom?.[field.key] ?? null;
  return {
    key: name, label: name, name: labelOf(field, show.language), width: WIDTHS[field.type] ?? 'minmax(150px, 1.5fr)', align: number ? 'end' : 'start', filter: filterOf(field, show), ...(sorted ? { sort: name } : {}),
    text: (row) => shownValue(field, valueOf(row), show)?.slice(0, CELL_TEXT) ?? MISSING,
    href: (row) => hrefOf(field, valueOf(row)),
  };
}

function filterOf(field: CustomField, show: ShowOptions): ColumnFilter {
  const name = `custom.${field.key}`;
  switch (field.type) {
    case 'choice': case 'multi_choice': return { field: name, kind: 'many', options: field.choices.map((choice) => ({ value: choice.value, label: labelOf(choice, show.language) })) };
    case 'boolean': return { field: name, kind: 'select', options: [{ value: 'true', label: show.yes }, { value: 'false', label: show.no }] };
    case 'integer': return { field: name, kind: 'number', whole: true };
    case 'decimal': case 'money': return { field: name, kind: 'number' };
    case 'date': return { field: name, kind: 'date' };
    case 'datetime': return { field: name, kind: 'timestamp' };
    case 'long_text': return { field: name, kind: 'text' };
    default: return { field: name, kind: 'text', exact: true };
  }
}

const tagColumn = <T extends Extended>(options: NonNullable<ColumnFilter['options']>): TableColumn<T> => ({
  key: 'tags', label: 'extend.tags.title', width: 'minmax(216px, 2.16fr)', chips: (row) => row.tags ?? [], filter: { field: 'tags', kind: 'many', options },
});

/** A value as conditions write it; null leaves days to whoever shows the condition. */
function conditionWords(field: CustomField, value: string, show: ShowOptions): string | null {
  switch (field.type) {
    case 'date': case 'datetime': return null;
    case 'boolean': return value === 'true' ? show.yes : show.no;
    case 'multi_choice': return shownValue(field, [value], show);
    case 'integer': case 'decimal': return formatNumber(value, show.tag, 6);
    case 'money': return formatMoney(value, show.currency, show.tag);
    default: return shownValue(field, value, show);
  }
}
