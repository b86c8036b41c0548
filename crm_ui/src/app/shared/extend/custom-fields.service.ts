import { computed, inject, Injectable, signal } from '@angular/core';
import { ApiClient, Page } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ChoicesService } from '../record/choices.service';
import { FormField } from '../record/form.model';
import { CustomField, formFieldsOf, labelOf, ShowOptions } from './custom.model';

/** Knows which custom fields records have, as of the last page that asked. */
@Injectable({ providedIn: 'root' })
export class CustomFieldsService {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly choices = inject(ChoicesService);
  private readonly known = signal<Readonly<Record<string, readonly CustomField[]>>>({});

  /** Whether there is such a thing for the reader. */
  readonly on = computed(() => this.session.feature('crm_feature_custom_fields') && this.session.can('custom_fields', 'read'));
  /** How the reader is shown values. */
  readonly show = computed((): ShowOptions => ({ language: this.locale.language(), tag: this.locale.tag(), currency: this.session.currency(), yes: this.choices.text('record.yes'), no: this.choices.text('record.no'), comma: this.choices.text('record.comma') }));

  /** The fields of a kind of record, in order. */
  of(entity: string): readonly CustomField[] {
    return this.known()[entity] ?? [];
  }

  /** The label of `custom.key` in the reader's language; null for any other name, and while the field is not known. */
  labelFor(entity: string, name: string): string | null {
    const field = name.startsWith('custom.') ? this.of(entity).find(({ key }) => `custom.${key}` === name) : undefined;
    return field ? labelOf(field, this.locale.language()) : null;
  }

  /** Reads them anew. A page of a record must not fail because they cannot be read: then they are not shown. */
  async load(entity: string): Promise<readonly CustomField[]> {
    if (!this.on()) return [];
    try {
      const { items } = await this.api.get<Page<CustomField>>('custom-fields', { entity });
      this.known.update((known) => ({ ...known, [entity]: items }));
      return items;
    } catch {
      return this.of(entity);
    }
  }

  /** The same as fields of a form. */
  async form(entity: string): Promise<FormField[]> {
    return formFieldsOf(await this.load(entity), this.locale.language());
  }
}
