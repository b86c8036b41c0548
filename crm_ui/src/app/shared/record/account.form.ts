import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { CustomFieldsService } from '../extend/custom-fields.service';
import { flatRecord, nestedChanges } from '../extend/custom.model';
import { ChoicesService } from './choices.service';
import { changesOf, FormField, valuesFrom } from './form.model';
import { LookupService } from './lookup.service';
import { RecordPanelService } from './panel.service';
import { Account } from './record.model';

/** Creates and edits accounts in a panel. */
@Injectable({ providedIn: 'root' })
export class AccountForm {
  private readonly api = inject(ApiClient);
  private readonly customs = inject(CustomFieldsService);
  private readonly panel = inject(RecordPanelService);
  private readonly choices = inject(ChoicesService);
  private readonly lookup = inject(LookupService);
  private readonly session = inject(SessionService);

  /** A new account. */
  async create(): Promise<Account | undefined> {
    await this.lookup.need('users');
    const fields = [...this.fields(null), ...await this.customs.form('accounts')];
    const values = valuesFrom(fields, null, { owner_id: this.lookup.owner(this.session.me()?.id), lifecycle: 'prospect', currency: this.session.currency() });
    return this.panel.open<Account>({ title: this.choices.text('accounts.new'), action: this.choices.text('accounts.create'), fields, values, save: (changes) => this.api.post('accounts', nestedChanges({ ...changesOf(fields, {}, values), ...changes })) });
  }

  /** Changes the main fields of an account. */
  async edit(account: Account): Promise<Account | undefined> {
    await this.lookup.need('users');
    const fields = [...this.fields(account), ...await this.customs.form('accounts')];
    return this.panel.open<Account>({ title: this.choices.text('accounts.edit'), action: this.choices.text('shared.save'), fields, values: valuesFrom(fields, flatRecord(account)), save: (changes) => this.api.patch(`accounts/${account.id}`, nestedChanges(changes)) });
  }

  private fields(account: Account | null): FormField[] {
    const label = (name: string): string => this.choices.text(`record.fields.${name}`);
    return [
      { name: 'legal_name', label: label('legal_name'), kind: 'text', required: true },
      { name: 'legal_name_ar', label: label('legal_name_ar'), kind: 'text', dir: 'rtl' },
      { name: 'lifecycle', label: label('lifecycle'), kind: 'select', required: true, half: true, options: this.choices.lifecycles() },
      { name: 'owner_id', label: label('owner_id'), kind: 'select', half: true, options: this.choices.people(account?.owner) },
      { name: 'region', label: label('region'), kind: 'select', half: true, options: this.choices.regions(account?.region) },
      { name: 'industry', label: label('industry'), kind: 'select', half: true, options: this.choices.industries(account?.industry) },
      { name: 'country_code', label: label('country_code'), kind: 'select', half: true, options: this.choices.countries(account?.country_code) },
      { name: 'city', label: label('city'), kind: 'text', half: true },
      { name: 'size_tier', label: label('size_tier'), kind: 'select', half: true, options: this.choices.sizes() },
      { name: 'employee_count', label: label('employee_count'), kind: 'number', half: true },
      { name: 'annual_revenue', label: label('annual_revenue'), kind: 'money', half: true },
      { name: 'currency', label: label('currency'), kind: 'select', half: true, options: this.choices.currencies(account?.currency) },
      { name: 'website', label: label('website'), kind: 'url' },
      { name: 'phone', label: label('phone'), kind: 'tel', half: true },
      { name: 'founded_year', label: label('founded_year'), kind: 'number', half: true },
      { name: 'parent_id', label: label('parent_id'), kind: 'reference', resource: 'accounts' },
      { name: 'description', label: label('description'), kind: 'textarea' },
    ];
  }
}
