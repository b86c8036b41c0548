import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { CustomFieldsService } from '../extend/custom-fields.service';
import { flatRecord, nestedChanges } from '../extend/custom.model';
import { ChoicesService } from './choices.service';
import { changesOf, FormField, FormValue, valuesFrom } from './form.model';
import { LookupService } from './lookup.service';
import { RecordPanelService } from './panel.service';
import { Deal, DealDetail } from './record.model';

/** Creates and edits deals in a panel. */
@Injectable({ providedIn: 'root' })
export class DealForm {
  private readonly api = inject(ApiClient);
  private readonly customs = inject(CustomFieldsService);
  private readonly panel = inject(RecordPanelService);
  private readonly choices = inject(ChoicesService);
  private readonly lookup = inject(LookupService);
  private readonly session = inject(SessionService);

  /** A new deal; `given` fills in fields, such as the account it is created at. */
  async create(given: Readonly<Record<string, FormValue>> = {}): Promise<DealDetail | undefined> {
    await this.lookup.need('pipelines', 'users', 'products');
    const fields = [...this.fields(null), ...await this.customs.form('deals')];
    // What the form fills in itself is sent too, as if nothing had been there before.
    const values = valuesFrom(fields, null, { owner_id: this.lookup.owner(this.session.me()?.id), stage_id: this.choices.stages('start')[0]?.value ?? null, currency: this.session.currency(), ...given });
    return this.panel.open<DealDetail>({ title: this.choices.text('deals.new'), action: this.choices.text('deals.create'), fields, values, save: (changes) => this.api.post('deals', nestedChanges({ ...changesOf(fields, {}, values), ...changes })) });
  }

  /** Changes the main fields of a deal. */
  async edit(deal: Deal): Promise<DealDetail | undefined> {
    await this.lookup.need('users', 'products');
    const fields = [...this.fields(deal), ...await this.customs.form('deals')];
    return this.panel.open<DealDetail>({ title: this.choices.text('deals.edit'), action: this.choices.text('shared.save'), fields, values: valuesFrom(fields, flatRecord(deal)), save: (changes) => this.api.patch(`deals/${deal.id}`, nestedChanges(changes)) });
  }


  private fields(deal: Deal | null): FormField[] {
    const label = (name: string): string => this.choices.text(`record.fields.${name}`);
    return [
      { name: 'name', label: label('name'), kind: 'text', required: true },
      { name: 'account_id', label: label('account_id'), kind: 'reference', resource: 'accounts' },
      { name: 'primary_contact_id', label: label('primary_contact_id'), kind: 'reference', resource: 'contacts', within: 'account_id' },
      { name: 'expected_value', label: label('expected_value'), kind: 'money', half: true },
      { name: 'currency', label: label('currency'), kind: 'select', required: true, half: true, options: this.choices.currencies(deal?.currency) },
      { name: 'close_date', label: label('close_date'), kind: 'date', half: deal === null },
      ...(deal === null ? [{ name: 'stage_id', label: label('stage_id'), kind: 'select', required: true, half: true, options: this.choices.stages('start') } as const] : []),
      { name: 'owner_id', label: label('owner_id'), kind: 'select', options: this.choices.people(deal?.owner) },
      { name: 'product_id', label: label('product_id'), kind: 'select', half: true, options: this.choices.products(deal?.product) },
      { name: 'source', label: label('source'), kind: 'select', half: true, options: this.choices.sources(deal?.source) },
      { name: 'next_step', label: label('next_step'), kind: 'text' },
      { name: 'description', label: label('description'), kind: 'textarea' },
    ];
  }
}
