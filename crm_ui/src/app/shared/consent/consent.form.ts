import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { ChoicesService } from '../record/choices.service';
import { FormField, FormValue } from '../record/form.model';
import { localName } from '../record/names';
import { RecordPanelService } from '../record/panel.service';
import { LocaleService } from '@core/i18n/locale.service';
import { CONSENT_SOURCES, ConsentPurpose, ConsentStatement, dayOf, momentOf } from './consent.model';

/** Records what a person said, in a panel. */
@Injectable({ providedIn: 'root' })
export class ConsentForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly choices = inject(ChoicesService);
  private readonly locale = inject(LocaleService);

  /** Asks for a statement; `given` is what is known already, such as that somebody withdraws. */
  record(path: string, purposes: readonly ConsentPurpose[], given: { readonly about?: string; readonly state?: string } = {}): Promise<ConsentStatement | undefined> {
    const text = (key: string): string => this.choices.text(`consent.${key}`);
    const now = new Date();
    const about = purposes.flatMap((purpose) => purpose.channels.map((channel) => ({ value: `${purpose.key}:${channel}`, label: channel === 'any' ? localName(this.locale.language(), purpose) : `${localName(this.locale.language(), purpose)} · ${text(`channel.${channel}`)}` })));
    const versions = [...new Set(purposes.flatMap((purpose) => purpose.wordings.map((one) => `${one.version}|${one.locale}`)))].map((value) => ({ value, label: value.replace('|', ' · ') }));
    const fields: FormField[] = [
      { name: 'about', label: text('about'), kind: 'select', required: true, options: about },
      { name: 'state', label: text('statement'), kind: 'select', required: true, half: true, options: ['granted', 'withdrawn'].map((value) => ({ value, label: text(`state.${value}`) })) },
      { name: 'day', label: text('when'), kind: 'date', required: true, half: true },
      { name: 'source', label: text('how'), kind: 'select', required: true, options: CONSENT_SOURCES.map((value) => ({ value, label: text(`source.${value}`) })) },
      ...(versions.length ? [{ name: 'wording', label: text('wording'), kind: 'select', options: versions } satisfies FormField] : []),
      { name: 'reference', label: text('reference'), hint: text('referenceHint'), kind: 'text' },
    ];
    const values: Record<string, FormValue> = { about: given.about ?? about[0]?.value ?? null, state: given.state ?? 'granted', day: dayOf(now), source: 'user', wording: null, reference: null };
    return this.panel.open<ConsentStatement>({
      title: text('recordTitle'), action: text('save'), fields, values,
      save: (changes) => {
        const all = { ...values, ...changes } as Record<string, string | null>;
        const [purpose, channel] = (all['about'] ?? '').split(':');
        const [version, locale] = (all['wording'] ?? '').split('|');
        const moment = momentOf(all['day'] ?? null, now);
        return this.api.post(path, {
          purpose, channel, state: all['state'], source: all['source'], ...(moment ? { occurred_at: moment } : {}), ...(version ? { wording_version: version, wording_locale: locale } : {}), ...(all['reference'] ? { reference: all['reference'] } : {}),
        });
      },
    });
  }
}
