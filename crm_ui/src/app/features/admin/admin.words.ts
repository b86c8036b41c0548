import { inject, Injectable } from '@angular/core';
import { formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { ChoicesService } from '@shared/record/choices.service';
import { localName } from '@shared/record/names';
import { RoleChange } from './roles/role.calc';

/** The words of administration in the reader's language; what has none keeps the name that the API gives it. */
@Injectable({ providedIn: 'root' })
export class AdminWords {
  private readonly choices = inject(ChoicesService);
  private readonly locale = inject(LocaleService);

  /** Text of a key. */
  text(key: string, values?: Record<string, unknown>): string {
    return this.choices.text(key, values);
  }

  /** A kind of record. */
  resource(name: string): string {
    return this.known(`admin.resource.${name}`, name);
  }

  /** A field of a record: the words of administration first, then those of the pages of records. */
  field(name: string): string {
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
    return `${this.resource(resource)} · ${kind === 'permission' ? this.text(`admin.action.${item}`) : this.field(item)}`;
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
