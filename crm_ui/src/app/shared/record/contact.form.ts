import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { CustomFieldsService } from '../extend/custom-fields.service';
import { flatRecord, nestedChanges } from '../extend/custom.model';
import { ChoicesService } from './choices.service';
import { changesOf, FormField, FormValue, valuesFrom } from './form.model';
import { LookupService } from './lookup.service';
import { RecordPanelService } from './panel.service';
import { Contact } from './record.model';

/** Creates and edits contacts in a panel. */
@Injectable({ providedIn: 'root' })
export class ContactForm {
  private readonly api = inject(ApiClient);
  private readonly customs = inject(CustomFieldsService);
  private readonly panel = inject(RecordPanelService);
  private readonly choices = inject(ChoicesService);
  private readonly lookup = inject(LookupService);
  private readonly session = inject(SessionService);

  /** A new contact; `given` fills in fields, such as the account. */
  async create(given: Readonly<Record<string, FormValue>> = {}): Promise<Contact | undefined> {
    await this.lookup.need('users');
    const fields = [...this.fields(null), ...await this.customs.form('contacts')];
    const values = valuesFrom(fields, null, { owner_id: this.lookup.owner(this.session.me()?.id), ...given });
    return this.panel.open<Contact>({ title: this.choices.text('contacts.new'), action: this.choices.text('contacts.create'), fields, values, save: (changes) => this.api.post('contacts', nestedChanges({ ...changesOf(fields, {}, values), ...changes })) });
  }

  /** Changes the main fields of a contact. */
  async edit(contact: Contact): Promise<Contact | undefined> {
    await this.lookup.need('users');
    const fields = [...this.fields(contact), ...await this.customs.form('contacts')];
    return this.panel.open<Contact>({ title: this.choices.text('contacts.edit'), action: this.choices.text('shared.save'), fields, values: valuesFrom(fields, flatRecord(contact)), save: (changes) => this.api.patch(`contacts/${contact.id}`, nestedChanges(changes)) });
  }

  private fields(contact: Contact | null): FormField[] {
    const label = (name: string): string => this.choices.text(`record.fields.${name}`);
    return [
      { name: 'full_name', label: label('full_name'), kind: 'text', required: true },
      { name: 'full_name_ar', label: label('full_name_ar'), kind: 'text', dir: 'rtl' },
      { name: 'account_id', label: label('account_id'), kind: 'reference', resource: 'accounts' },
      { name: 'job_title', label: label('job_title'), kind: 'text', half: true },
      { name: 'department', label: label('department'), kind: 'text', half: true },
      { name: 'email', label: label('email'), kind: 'email' },
      { name: 'mobile', label: label('mobile'), kind: 'tel', half: true },
      { name: 'phone', label: label('phone'), kind: 'tel', half: true },
      { name: 'country_code', label: label('country_code'), kind: 'select', half: true, options: this.choices.countries(contact?.country_code) },
      { name: 'city', label: label('city'), kind: 'text', half: true },
      { name: 'locale', label: label('locale'), kind: 'select', half: true, options: (['en', 'ar'] as const).map((value) => ({ value, label: this.choices.text(`record.language.${value}`) })) },
      { name: 'owner_id', label: label('owner_id'), kind: 'select', half: true, options: this.choices.people(contact?.owner) },
      { name: 'lead_source', label: label('lead_source'), kind: 'select', options: this.choices.sources(contact?.lead_source) },
      { name: 'email_opt_in', label: label('email_opt_in'), kind: 'check', half: true },
      { name: 'sms_opt_in', label: label('sms_opt_in'), kind: 'check', half: true },
    ];
  }
}
