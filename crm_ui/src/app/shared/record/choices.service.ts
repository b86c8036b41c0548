import { inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { Reference } from '@core/api/api.client';
import { knownValue, ValueKind } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { LookupService } from './lookup.service';
import { countryName } from './names';

/** One choice of a list. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Sizes of companies, as the API names them, the smallest first. */
export const SIZES = ['micro', 'small', 'medium', 'large', 'enterprise'] as const;
/** Where an account stands, as the API names it. */
export const LIFECYCLES = ['prospect', 'customer', 'former'] as const;
const SOURCES = ['referral', 'website', 'search', 'outbound', 'event', 'partner', 'webinar', 'email', 'social', 'other'];
const INDUSTRIES = ['Construction', 'Education', 'Energy', 'Finance', 'Healthcare', 'Hospitality', 'Logistics', 'Manufacturing', 'Public Sector', 'Real Estate', 'Retail', 'Software', 'Telecommunications', 'Other'];
const REGIONS = ['Gulf', 'Levant', 'North Africa', 'Europe', 'North America', 'Latin America', 'Asia Pacific', 'Africa'];
const CURRENCIES = ['USD', 'EUR', 'GBP', 'SAR', 'AED', 'EGP', 'JOD', 'KWD', 'QAR', 'BHD', 'OMR', 'MAD', 'TND', 'TRY', 'CHF', 'CAD', 'INR', 'JPY', 'CNY', 'SGD', 'AUD'];
const COUNTRIES = 'AE AR AT AU BE BH BR CA CH CL CN CO CY CZ DE DK DZ EG ES ET FI FR GB GH GR HK HU ID IE IL IN IQ IR IT JO JP KE KR KW LB LY MA MT MX MY NG NL NO NZ OM PE PH PK PL PS PT QA RO RU SA SD SE SG SY TH TN TR TW TZ UA UG US VN YE ZA'.split(' ');

/** A list with the one that a record has, though it may have left the list. */
function withCurrent(list: readonly Reference[], also: Reference | null | undefined): Reference[] {
  return also && !list.some(({ id }) => id === also.id) ? [...list, also] : [...list];
}

/** The choices of forms and filters, in the reader's language. A value that a record has and no list knows is offered too. */
@Injectable({ providedIn: 'root' })
export class ChoicesService {
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly lookup = inject(LookupService);

  /** Text of a key, following the language inside `computed`. */
  text(key: string, values?: Record<string, unknown>): string {
    this.translate.currentLang();
    return String(this.translate.instant(key, values));
  }

  /** Words of a value that a business writes as data. */
  known(kind: ValueKind, value: string): string {
    return knownValue(kind, value, (key) => this.text(key));
  }

  /** People who may own a record. */
  people(also?: Reference | null): Choice[] {
    return this.sorted(withCurrent(this.lookup.people().filter((person) => person.is_active), also).map((person) => ({ value: person.id, label: this.lookup.named(person)?.name ?? person.name })));
  }

  /** Products that are sold. */
  products(also?: Reference | null): Choice[] {
    return this.sorted(withCurrent(this.lookup.products().filter((product) => product.is_active), also).map((product) => ({ value: product.id, label: this.lookup.named(product)?.name ?? product.name })));
  }

  /** Stages of every pipeline, or only those of a kind in the default one. */
  stages(only: 'all' | 'start' = 'all'): Choice[] {
    const pipelines = this.lookup.pipelines();
    const shown = only === 'start' ? pipelines.slice(0, 1) : pipelines;
    return shown.flatMap((pipeline) => pipeline.stages.filter(({ kind }) => only === 'all' || kind === 'open').map((stage) => ({ value: stage.id, label: shown.length > 1 ? `${this.lookup.stageName(pipeline)}: ${this.lookup.stageName(stage)}` : this.lookup.stageName(stage) })));
  }

  /** Where deals and contacts come from. */
  readonly sources = (also?: string | null): Choice[] => this.values('source', SOURCES, also);
  /** Industries. */
  readonly industries = (...also: readonly (string | null | undefined)[]): Choice[] => this.values('industry', INDUSTRIES, ...also);
  /** Sales regions. */
  readonly regions = (...also: readonly (string | null | undefined)[]): Choice[] => this.values('region', REGIONS, ...also);
  /** Sizes of companies. */
  readonly sizes = (): Choice[] => SIZES.map((value) => ({ value, label: this.text(`record.size.${value}`) }));
  /** Where an account stands. */
  readonly lifecycles = (): Choice[] => LIFECYCLES.map((value) => ({ value, label: this.text(`record.lifecycle.${value}`) }));

  /** Currencies by their code, the one of the totals first. */
  currencies(also?: string | null): Choice[] {
    return [...new Set([this.session.currency(), ...(also ? [also] : []), ...CURRENCIES])].map((value) => ({ value, label: value }));
  }

  /** Countries by name. */
  countries(...also: readonly (string | null | undefined)[]): Choice[] {
    const language = this.locale.language();
    return this.sorted([...new Set([...COUNTRIES, ...also.filter((code): code is string => !!code)])].map((value) => ({ value, label: countryName(value, language) })));
  }

  private values(kind: ValueKind, list: readonly string[], ...also: readonly (string | null | undefined)[]): Choice[] {
    const extra = also.filter((value): value is string => !!value && !list.includes(value));
    return this.sorted([...new Set([...list, ...extra])].map((value) => ({ value, label: this.known(kind, value) })));
  }

  private sorted(choices: Choice[]): Choice[] {
    return choices.sort((one, two) => one.label.localeCompare(two.label, this.locale.language()));
  }
}
