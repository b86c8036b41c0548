import type { Account, Stage } from './account.story.js';
import { phoneNumber } from './account.story.js';
import { dateText, day, dayOf, timeText } from './calendar.js';
import type { Contact } from './contact.story.js';
import type { Deal } from './deal.story.js';
import type { Random } from './random.js';
import { stamp, type World } from './world.js';

/** Ids of tags and custom fields. */
export interface Extras {
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, string>;
}

const tags = [['Key account', '#b45309'], ['Reference customer', '#15803d'], ['Renewal at risk', '#b91c1c'], ['Decision maker', '#1d4ed8'], ['Newsletter', '#64748b'], ['عميل مميز', '#7c3aed']] as const;

type Field = readonly [entity: string, key: string, label: string, labelAr: string, type: string, options: readonly (readonly [string, string])[]];

const fields: readonly Field[] = [
  ['accounts', 'usage_share', 'Share of seats used', 'نسبة المقاعد المستخدمة', 'decimal', []],
  ['accounts', 'contract_language', 'Language of contracts', 'لغة العقود', 'choice', [['English', 'الإنجليزية'], ['Arabic', 'العربية'], ['Both', 'كلتاهما']]],
  ['contacts', 'preferred_channel', 'Preferred channel', 'قناة التواصل المفضلة', 'choice', [['Phone', 'الهاتف'], ['Email', 'البريد'], ['WhatsApp', 'واتساب']]],
  ['deals', 'competitor', 'Competitor', 'المنافس', 'text', []],
  ['deals', 'budget_confirmed', 'Budget confirmed', 'الميزانية مؤكدة', 'boolean', []],
  ['deals', 'go_live_on', 'Planned go-live', 'تاريخ الإطلاق المتوقع', 'date', []],
];

/** Makes tags, custom fields and segments. */
export function makeExtras(world: World): Extras {
  const random = world.random.fork('extras');
  const made = (world.start - 90) * day + 30_000_000;
  const add = <T extends readonly [string, ...unknown[]]>(list: readonly T[], key: (item: T) => string, write: (item: T, row: ReturnType<typeof stamp>, position: number) => void): Map<string, string> =>
    new Map(list.map((item, position) => {
      const row = stamp(random, made);
      write(item, row, position);
      return [key(item), row.id];
    }));
  const tagIds = add(tags, ([name]) => name, ([name, color], row) => world.sink.add('crm_tags', { ...row, name, color }));
  const fieldIds = add(fields, ([, key]) => key, ([entity, key, label, labelAr, type, options], row, position) => world.sink.add('crm_custom_fields', {
    ...row, entity, key, label, label_ar: labelAr, type, options: JSON.stringify(options.map(([value, arabic]) => ({ value, label: value, label_ar: arabic }))), required: false, position: position + 1,
  }));
  const owner = world.anchors.users.get('admin@crm.test') ?? null;
  const segments: readonly (readonly [string, string, object])[] = [
    ['accounts', 'Large customers in the Gulf', { region: 'Gulf', lifecycle: 'customer', size_tier: { in: ['large', 'enterprise'] } }],
    ['accounts', 'Former customers', { lifecycle: 'former' }],
    ['contacts', 'Arabic newsletter', { locale: 'ar', email_opt_in: true }],
    ['deals', 'Large open deals', { status: 'open', expected_value: { gte: '100000.00' } }],
  ];
  add(segments, ([, name]) => name, ([entity, name, filter], row) => world.sink.add('crm_segments', { ...row, entity, name, owner_id: owner, filter: JSON.stringify(filter), visibility: 'all' }));
  return { tags: tagIds, fields: fieldIds };
}

/** Writes tags, custom values and the beginning of the timeline of an account and what belongs to it. */
export function decorate(world: World, extras: Extras, account: Account, contacts: readonly Contact[], deals: readonly Deal[], usage: number | null, random: Random): void {
  const tag = (name: string, entity: string, id: string, at: number): void => {
    const tagId = extras.tags.get(name);
    if (tagId !== undefined) world.sink.add('crm_taggings', { ...stamp(random, at), tag_id: tagId, entity, entity_id: id });
  };
  const value = (key: string, id: string, at: number, cell: { readonly text?: string; readonly number?: string; readonly date?: string; readonly boolean?: boolean }): void => {
    const fieldId = extras.fields.get(key);
    if (fieldId === undefined) return;
    world.sink.add('crm_custom_values', {
      ...stamp(random, at), field_id: fieldId, entity_id: id, text_value: cell.text ?? null, number_value: cell.number ?? null, date_value: cell.date ?? null, boolean_value: cell.boolean ?? null,
    });
  };
  const won = deals.filter((deal) => deal.status === 'won');
  const late = world.past(Math.max(account.createdAt, world.now - 3 * day));
  if (account.tier === 'enterprise' && won.length > 0) tag(account.region.arabic ? 'عميل مميز' : 'Key account', 'accounts', account.id, late);
  if (won.length > 2 && random.chance(0.3)) tag('Reference customer', 'accounts', account.id, late);
  if (usage !== null) value('usage_share', account.id, late, { number: usage.toFixed(3) });
  if (usage !== null && usage < 0.45) tag('Renewal at risk', 'accounts', account.id, late);
  if (account.region.arabic || random.chance(0.2)) value('contract_language', account.id, account.createdAt, { text: account.region.arabic ? random.pick(['Arabic', 'Both', 'English']) : 'English' });
  for (const contact of contacts) {
    if (/Chief|Head|Director/.test(contact.title)) tag('Decision maker', 'contacts', contact.id, contact.createdAt);
    if (random.chance(0.12)) value('preferred_channel', contact.id, contact.createdAt, { text: random.pick(['Phone', 'Email', 'WhatsApp']) });
  }
  for (const deal of deals) {
    if (random.chance(0.3)) value('competitor', deal.id, deal.createdAt, { text: random.pick(['Orbit CRM', 'Salamander', 'Kite Systems', 'Rihla']) });
    if (random.chance(0.4)) value('budget_confirmed', deal.id, deal.createdAt, { boolean: random.chance(0.6) });
    if (random.chance(0.25)) value('go_live_on', deal.id, deal.createdAt, { date: dateText(dayOf(deal.endsAt) + random.int(20, 90)) });
  }
  world.sink.add('crm_timeline', {
    ...stamp(random, account.createdAt), occurred_at: timeText(account.createdAt), entity: 'accounts', entity_id: account.id, account_id: account.id, kind: 'created', actor_id: account.owner.id,
    summary: `account created: ${account.name}`, data: '{}',
  });
}

/** Two records that are one company or person in truth. */
export interface Twin {
  readonly entity: 'accounts' | 'contacts';
  readonly left: string;
  readonly right: string;
  readonly evidence: object;
}

/** Writes a second record of the same company and of one of its people, as a hurried colleague would have typed them. */
export function writeTwins(stage: Stage, account: Account, contacts: readonly Contact[], random: Random): Twin[] {
  const { world } = stage;
  const twins: Twin[] = [];
  const createdAt = world.past(account.createdAt + random.int(5, 300) * day);
  const typo = account.name.length > 8 ? account.name.slice(0, 4) + account.name.slice(5) : `${account.name} Intl`;
  if (stage.companies.reserve(account.region, typo)) {
    const row = stamp(random, createdAt);
    world.sink.add('crm_accounts', { ...account.row, ...row, legal_name: typo, employee_count: null, annual_revenue: null, founded_year: null, lifecycle: 'prospect', became_customer_at: null });
    twins.push({ entity: 'accounts', left: account.id, right: row.id, evidence: { legal_name: 0.95, website: 1, phone: 1 } });
  }
  const person = contacts[0];
  if (person !== undefined) {
    const row = stamp(random, world.past(person.createdAt + random.int(5, 300) * day));
    world.sink.add('crm_contacts', {
      ...person.row, ...row, email: person.email === null ? null : person.email.replace('@', '@mail.'), mobile: phoneNumber(account.country, true, random), email_opt_in: false,
      email_opt_in_at: null, email_opt_in_source: null,
    });
    twins.push({ entity: 'contacts', left: person.id, right: row.id, evidence: { full_name: 1, phone: 1, company: 1 } });
  }
  return twins;
}

/** Writes the search for duplicates that found the twins. */
export function writeDedupe(world: World, twins: readonly Twin[]): void {
  const random = world.random.fork('dedupe');
  for (const entity of ['accounts', 'contacts'] as const) {
    const found = twins.filter((twin) => twin.entity === entity);
    const at = world.now - 30 * 3_600_000;
    const job = stamp(random, at, at + 240_000);
    world.sink.add('crm_dedupe_jobs', {
      ...job, entity, status: 'done', requested_by: world.anchors.users.get('admin@crm.test') ?? null, compared_count: (entity === 'accounts' ? world.volume.accounts : world.volume.contacts) * 4,
      candidate_count: found.length, finished_at: timeText(at + 240_000),
    });
    for (const { left, right, evidence } of found) {
      const [first, second] = left < right ? [left, right] : [right, left];
      world.sink.add('crm_merge_candidates', {
        ...stamp(random, at + 200_000), job_id: job.id, entity, left_id: first, right_id: second, similarity: random.between(0.88, 0.98).toFixed(3), evidence: JSON.stringify(evidence), status: 'open',
      });
    }
  }
}
