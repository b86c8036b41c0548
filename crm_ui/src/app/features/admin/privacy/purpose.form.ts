import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { CHANNELS, ConsentPurpose, ConsentWording, LEGAL_BASES } from '@shared/consent/consent.model';
import { changesOf, FormField, FormValue, valuesFrom } from '@shared/record/form.model';
import { plainNumber } from '@shared/record/names';
import { RecordPanelService } from '@shared/record/panel.service';
import { AdminWords } from '../admin.words';

/** Adds and changes the purposes of consent, and keeps wordings. */
@Injectable({ providedIn: 'root' })
export class PurposeForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly words = inject(AdminWords);

  /** A new purpose. */
  create(): Promise<ConsentPurpose | undefined> {
    const fields = this.fields(true);
    const values = { ...valuesFrom(fields, null, {}), legal_basis: 'consent', channel_email: true };
    return this.panel.open<ConsentPurpose>({
      title: this.words.text('admin.privacy.purpose.new'), action: this.words.text('admin.privacy.purpose.create'), fields, values,
      save: (changes) => this.api.post('consent-purposes', bodyOf({ ...changesOf(fields, {}, values), ...changes }, values)),
    });
  }

  /** Changes a purpose; its key stays. */
  edit(purpose: ConsentPurpose): Promise<ConsentPurpose | undefined> {
    const fields = this.fields(false);
    const days = purpose.valid_days === null ? null : String(purpose.valid_days);
    const values: Record<string, FormValue> = { name: purpose.name, name_ar: purpose.name_ar, description: purpose.description, description_ar: purpose.description_ar, legal_basis: purpose.legal_basis, valid_days: days };
    for (const channel of CHANNELS) values[`channel_${channel}`] = purpose.channels.includes(channel);
    return this.panel.open<ConsentPurpose>({
      title: this.words.text('admin.privacy.purpose.edit'), action: this.words.text('shared.save'), fields, values,
      save: (changes) => this.api.patch(`consent-purposes/${purpose.id}`, bodyOf(changes, values)),
    });
  }

  /** Words that people are shown, kept for good. */
  keepWording(purpose: ConsentPurpose): Promise<ConsentWording | undefined> {
    const text = (key: string): string => this.words.text(`admin.privacy.purpose.${key}`);
    const fields: FormField[] = [
      { name: 'version', label: text('version'), kind: 'text', required: true, half: true, dir: 'ltr' },
      { name: 'locale', label: text('language'), kind: 'select', required: true, half: true, options: (['en', 'ar'] as const).map((value) => ({ value, label: this.words.text(`record.language.${value}`) })) },
      { name: 'body', label: text('words'), hint: text('wordingText'), kind: 'textarea', required: true },
    ];
    const values: Record<string, FormValue> = { version: null, locale: 'en', body: null };
    return this.panel.open<ConsentWording>({ title: text('addWording'), action: this.words.text('shared.save'), fields, values, save: (changes) => this.api.post(`consent-purposes/${purpose.id}/wordings`, { ...values, ...changes }) });
  }

  private fields(isNew: boolean): FormField[] {
    const text = (key: string): string => this.words.text(`admin.privacy.purpose.${key}`);
    return [
      ...(isNew ? [{ name: 'key', label: text('key'), hint: text('keyHint'), kind: 'text', required: true, dir: 'ltr' } satisfies FormField] : []),
      { name: 'name', label: this.words.field('name'), kind: 'text', required: true },
      { name: 'name_ar', label: this.words.field('name_ar'), kind: 'text', required: true, dir: 'rtl' },
      { name: 'legal_basis', label: text('basis'), kind: 'select', required: true, half: true, options: LEGAL_BASES.map((value) => ({ value, label: this.words.text(`consent.basis.${value}`) })) },
      { name: 'valid_days', label: text('days'), hint: text('daysHint'), kind: 'number', half: true },
      ...CHANNELS.map((channel): FormField => ({ name: `channel_${channel}`, label: this.words.text(`consent.channel.${channel}`), kind: 'check', half: true })),
    ];
  }
}

/** Boxes of channels as the list that the API takes. */
function bodyOf(changes: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { valid_days: days, ...rest } = Object.fromEntries(Object.entries(changes).filter(([name]) => !name.startsWith('channel_')));
  const ticked = CHANNELS.filter((channel) => ({ ...values, ...changes })[`channel_${channel}`] === true);
  const channelsChanged = Object.keys(changes).some((name) => name.startsWith('channel_')) || 'key' in changes;
  return { ...rest, ...(days === undefined ? {} : { valid_days: days === null || days === '' ? null : Number(plainNumber(String(days)) ?? Number.NaN) }), ...(channelsChanged ? { channels: ticked } : {}) };
}
