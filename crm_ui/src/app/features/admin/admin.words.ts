import { inject, Injectable, signal } from '@angular/core';
import { formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { ChoicesService } from '@shared/record/choices.service';
import { labelOf } from '@shared/extend/custom.model';
import { localName } from '@shared/record/names';
import type { CatalogueResource } from './admin.model';
import { RoleChange } from './roles/role.calc';

/** The words of administration in the reader's language; what has none keeps the name that the API gives it. */
@Injectable({ providedIn: 'root' })
export class AdminWords {
  private readonly choices = inject(ChoicesService);
  private readonly locale = inject(LocaleService);
  private readonly labels = signal<ReadonlyMap<string, { readonly label: string; readonly label_ar: string }>>(new Map());

  /** Text of a key. */
  text(key: string, values?: Record<string, unknown>): string {
    return this.choices.text(key, values);
  }

  /** A kind of record. */
  resource(name: string): string {
    return this.known(`admin.resource.${name}`, name);
  }

  /** Takes the labels of custom fields from a catalogue, so that `field` knows them. */
  learn(catalogue: readonly CatalogueResource[]): void {
    this.labels.set(new Map(catalogue.flatMap(({ name: of, fields }) => fields.flatMap(({ name, label, label_ar }) => (label === undefined ? [] : [[`${of}.${name}`, { label, label_ar: label_ar ?? label }] as const])))));
  }

  /** A field of a record: a custom one by its label, others by the words of administration first, then those of the pages of records. */
  field(name: string, resource = ''): string {
    const custom = this.labels().get(`${resource}.${name}`);
    if (custom) return labelOf(custom, this.locale.language());
    return this.known(`admin.field.${name}`, '') || this.known(`record.fields.${name}`, name);
  }

  /** How far something reaches; null is nothing. */
  scope(level: string | null): string {
    return this.known(`admin.scope.${level ?? 'none'}`, level ?? '');
  }

  /** What a field is; null is shown. */
  rule(rule: string | null): string {
    return this.known(`admin.rule.${rule ?? 'shown'}`, rule ?? '');
  }

  /** A table of the database. */
  table(name: string): string {
    return this.known(`admin.table.${name}`, name);
  }

  /** A number in the reader's digits. */
  number(value: number): string {
    return formatNumber(value, this.locale.tag());
  }

  /** A record's name in the reader's language. */
  name(record: { readonly name: string; readonly name_ar?: string | null }): string {
    return localName(this.locale.language(), record);
  }

  /** What a change is about, such as "Deals · Read". */
  subject({ kind, resource, item }: RoleChange): string {
    if (kind === 'name') return this.text(item === 'name' ? 'record.fields.name' : 'admin.field.name_ar');
    return `${this.resource(resource)} · ${kind === 'permission' ? this.text(`admin.action.${item}`) : this.field(item, resource)}`;
  }

  /** One side of a change. */
  side({ kind }: RoleChange, value: string | null): string {
    if (kind === 'name') return value ?? '–';
    return kind === 'permission' ? this.scope(value) : this.rule(value);
  }

  private known(key: string, otherwise: string): string {
    const text = this.text(key);
    return text === key ? otherwise : text;
  }
}
