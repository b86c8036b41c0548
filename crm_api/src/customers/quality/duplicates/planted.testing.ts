import { people, type NamePair } from 'crm_db';
import type { Knex } from 'knex';
import { toE164 } from '../../../kernel/crud/values.js';
import type { MatchEntity } from './match.types.js';

/** A generated set of records in which it is known who is who. */
export interface Planted {
  /** Ids of duplicates, smaller first, joined by a space → how the second was disturbed. */
  readonly truth: ReadonlyMap<string, string>;
  readonly records: number;
}

type Values = Record<string, string | null>;

/** A small generator of numbers (mulberry32), so that every run makes the same records. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// Ways in which people write the same name in Latin letters.
const spellings: readonly (readonly string[])[] = [
  ['Mohammed', 'Muhammad', 'Mohamed', 'Mohamad'], ['Ahmad', 'Ahmed'], ['Hussein', 'Hussain', 'Husein'], ['Yousef', 'Youssef', 'Yusuf'], ['Khaled', 'Khalid'], ['Omar', 'Umar'],
  ['Noor', 'Nour'], ['Layla', 'Leila', 'Laila'], ['Maryam', 'Mariam', 'Meryem'], ['Walid', 'Waleed'], ['Tariq', 'Tarek'], ['Rashid', 'Rasheed'], ['Reem', 'Rim'],
];

const places: readonly (readonly [country: string, ...formats: readonly string[]])[] = [
  ['AE', '+97150#######', '0097150#######', '050 ### ####', '+971 (0)50-###-####'], ['SA', '+96650#######', '050#######', '00966 50 ### ####', '+966-50-###-####'],
  ['US', '+1415555####', '(415) 555-####', '415.555.####', '001 415 555 ####'], ['DE', '+4915123######', '0151 23######', '0049 151 23######', '+49 (0)151-23######'],
];

/** Makes people or companies, about a fifth of whom are entered twice. */
export class Planter {
  private readonly truth = new Map<string, string>();
  private count = 0;
  constructor(private readonly db: Knex, private readonly random: () => number) {}

  private pick<T>(list: readonly T[]): T { return list[Math.floor(this.random() * list.length)] as T; }
  private chance(probability: number): boolean { return this.random() < probability; }
  private digits(pattern: string): string { return pattern.replace(/#/g, () => String(Math.floor(this.random() * 10))); }

  /** A slip of the finger: a letter left out, doubled, exchanged with its neighbour, or another one. */
  typo(word: string): string {
    if (word.length < 3) return `${word}${word.at(-1) ?? ''}`;
    const at = 1 + Math.floor(this.random() * (word.length - 2));
    switch (Math.floor(this.random() * 4)) {
      case 0: return word.slice(0, at) + word.slice(at + 1);
      case 1: return word.slice(0, at) + (word[at] ?? '') + word.slice(at);
      case 2: return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
      default: return word.slice(0, at) + this.pick([...(/[a-z]/i.test(word) ? 'aeinrst' : 'ابتدرسيل')]) + word.slice(at + 1);
    }
  }

  /** `count` people with their doubles in `entity`, spread over companies of about twelve that share a switchboard. */
  async people(entity: Exclude<MatchEntity, 'accounts'>, count: number): Promise<Planted> {
    const rows: { values: Values; of: number; kind: string | null }[] = [];
    const companies = Array.from({ length: Math.ceil(count / 12) }, (_, index) => ({ name: `${this.pick(words)} ${this.pick(words)} ${this.pick(trades)}`, domain: `firm${index}.example`, phone: this.digits('+9714###0000').replace('4#', '42'), place: this.pick(places) }));
    const accounts = entity === 'contacts' ? await this.insert('accounts', companies.map(({ name, domain }, index) => ({ legal_name: `${name} ${index}`, website: `https://${domain}` }))) : [];
    for (let index = 0; index < count; index += 1) {
      const culture = this.pick(['arab', 'arab', 'western', 'asian'] as const);
      const [first, last] = [this.pick(people[culture].first), this.pick(people[culture].last)];
      const at = Math.floor(this.random() * companies.length);
      const company = companies[at] as (typeof companies)[number];
      const digits = this.digits('#######');
      const person = { first, last, mobile: this.mobile(company.place, digits), email: this.chance(0.8) ? `${ascii(first[0])}.${ascii(last[0])}${entity === 'contacts' || this.chance(0.5) ? index : ''}@${company.domain}` : null };
      const base: Values = {
        full_name: `${first[0]} ${last[0]}`, email: person.email, country_code: company.place[0], ...this.belonging(entity, company, accounts[at] ?? null),
        ...(entity === 'contacts' ? { full_name_ar: this.chance(0.5) ? `${first[1]} ${last[1]}` : null, phone: this.chance(0.6) ? company.phone : null, mobile: this.chance(0.7) ? person.mobile : null } : { phone: this.chance(0.7) ? person.mobile : null }),
      };
      rows.push({ values: base, of: index, kind: null });
      if (this.chance(0.2)) rows.push(this.double(entity, base, person, company.place, digits, index));
    }
    return this.plant(entity, rows);
  }

  private belonging(entity: MatchEntity, company: { name: string }, account: string | null): Values {
    return entity === 'contacts' ? { account_id: account } : { company: company.name };
  }

  private mobile(place: (typeof places)[number], digits: string, format = 1): string | null {
    let next = 0;
    const text = String(place[format]).replace(/#/g, () => digits[next++] ?? '0');
    return toE164(text, place[0]) ?? toE164(String(place[1]).replace(/#/g, (() => { let at = 0; return () => digits[at++] ?? '0'; })()), place[0]);
  }

  private double(entity: MatchEntity, base: Values, person: { first: NamePair; last: NamePair; mobile: string | null; email: string | null }, place: (typeof places)[number], digits: string, of: number): { values: Values; of: number; kind: string } {
    const { first, last } = person;
    const kind = this.pick(['typo', 'swapped', 'arabic', 'spelling', 'middle', 'phone format', 'mailbox'] as const);
    const values: Values = { ...base };
    const variants: readonly string[] = spellings.find((list) => list.includes(first[0])) ?? [first[0]];
    if (kind === 'typo') values['full_name'] = this.chance(0.5) ? `${this.typo(first[0])} ${last[0]}` : `${first[0]} ${this.typo(last[0])}`;
    if (kind === 'swapped') values['full_name'] = `${last[0]}, ${first[0]}`;
    if (kind === 'arabic') values['full_name'] = `${first[1]} ${last[1]}`;
    if (kind === 'spelling') values['full_name'] = `${this.pick(variants)} ${last[0].replace(/^Al-/, this.pick(['Al ', 'El-', '']))}`;
    if (kind === 'middle') values['full_name'] = `${first[0]} ${this.pick(['M.', 'A.', 'Said', 'Jo'])} ${last[0]}`;
    if (entity === 'contacts' && kind !== 'phone format') values['full_name_ar'] = null;
    const phone = entity === 'contacts' ? 'mobile' : 'phone';
    // Entered from another card or form: each detail is there again, missing, or another one; one of the strong ones is always there.
    const again = this.mobile(place, digits, 1 + Math.floor(this.random() * (place.length - 1)));
    values[phone] = this.chance(0.6) ? again : null;
    values['email'] = person.email !== null && (kind === 'mailbox' || this.chance(0.5)) ? person.email.replace('@', kind === 'mailbox' && this.chance(0.5) ? '+crm@' : '@').toUpperCase() : null;
    if (values[phone] === null && values['email'] === null) values[phone] = again;
    if (base[phone] === null && values['email'] === null) base[phone] = person.mobile;
    const mail = values['email'] ?? null;
    // The address of a contact is unique; a tag behind it is what people do.
    if (mail !== null && entity === 'contacts' && mail.toLowerCase() === base['email']) values['email'] = mail.replace('@', '+2@');
    if (this.chance(0.3)) { values['account_id' in base ? 'account_id' : 'company'] = null; values['country_code'] = null; }
    return { values, of, kind };
  }

  /** `count` companies with their doubles. */
  async companies(count: number): Promise<Planted> {
    const rows: { values: Values; of: number; kind: string | null }[] = [];
    for (let index = 0; index < count; index += 1) {
      const name = `${this.pick(words)} ${this.pick(words)} ${this.pick(trades)}`;
      const place = this.pick(places);
      const base: Values = { legal_name: `${name} ${this.pick(forms)}`, country_code: place[0], region: `R${index}`, city: this.pick(['Dubai', 'Riyadh', 'Austin', 'Berlin']), website: this.chance(0.8) ? `https://www.co${index}.example` : null, phone: this.chance(0.7) ? this.mobile(place, this.digits('#######')) : null };
      rows.push({ values: base, of: index, kind: null });
      if (!this.chance(0.2)) continue;
      const kind = this.pick(['typo', 'form', 'web'] as const);
      const values: Values = { ...base, region: `R${index}b` };
      if (kind === 'typo') values['legal_name'] = (base['legal_name'] ?? '').split(' ').map((word, at) => (at === 1 ? this.typo(word) : word)).join(' ');
      if (kind === 'form') values['legal_name'] = `${name.toUpperCase()}, ${this.pick(forms)}`;
      if (kind === 'web') values['website'] = base['website'] === null ? null : `http://${base['website']?.slice(12) ?? ''}/en/contact`;
      if (this.chance(0.3)) values['phone'] = null;
      if (this.chance(0.3)) values['website'] = null;
      if ((values['phone'] ?? null) === null && (values['website'] ?? null) === null) { base['website'] ??= `https://co${index}.example`; values['website'] = base['website']; }
      rows.push({ values, of: index, kind });
    }
    return this.plant('accounts', rows);
  }

  private async plant(entity: MatchEntity, rows: readonly { values: Values; of: number; kind: string | null }[]): Promise<Planted> {
    const ids = await this.insert(entity, rows.map((row) => row.values));
    const originals = new Map(rows.flatMap((row, index) => (row.kind === null ? [[row.of, ids[index] ?? '']] : [])));
    for (const [index, row] of rows.entries()) {
      if (row.kind !== null) this.truth.set([ids[index] ?? '', originals.get(row.of) ?? ''].sort().join(' '), row.kind);
    }
    return { truth: this.truth, records: this.count };
  }

  private async insert(entity: MatchEntity, rows: readonly Values[]): Promise<string[]> {
    this.count += rows.length;
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const { rows: made } = await this.db.raw<{ rows: { id: string }[] }>(`INSERT INTO crm_core.crm_${entity} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::crm_core.crm_${entity}, ?::jsonb) RETURNING id`, [JSON.stringify(rows)]);
    return made.map((row) => row.id);
  }
}

const ascii = (name: string): string => name.normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase();
const words = 'Noor Falcon Cedar Orion Delta Harbour Summit Oasis Pearl Atlas Horizon Saffron Granite Lotus Maple Zenith Coral Amber Nile Petra Rihla Sahara Vertex Willow Quartz Ember Juniper Kestrel Meridian Solstice'.split(' ');
const trades = 'Trading Logistics Foods Systems Energy Textiles Pharma Consulting Motors Media'.split(' ');
const forms = ['LLC', 'L.L.C.', 'Ltd', 'Limited', 'GmbH', 'Inc.', 'Co.', 'Group'];
