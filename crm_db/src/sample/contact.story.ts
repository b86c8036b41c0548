import { dayOf, officeMoment, timeText } from './calendar.js';
import { phoneNumber, type Account, type Stage } from './account.story.js';
import { departments, people } from './names.people.js';
import type { Random } from './random.js';
import type { Row } from './rows.js';
import { stamp } from './world.js';

/** A person at an account. */
export interface Contact {
  readonly id: string;
  readonly row: Row<'crm_contacts'>;
  readonly createdAt: number;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string;
  readonly title: string;
}

/** Letters of a mailbox name: what is left of a name without accents and signs. */
function mailbox(text: string): string {
  let known = mailboxNames.get(text);
  if (known === undefined) mailboxNames.set(text, (known = text.normalize('NFD').toLowerCase().replace(/[^a-z]/g, '')));
  return known;
}

const mailboxNames = new Map<string, string>();

/** UTM fields as a visit from a channel leaves them. */
export function utm(channel: string, campaign: string | null): { readonly utm_source: string | null; readonly utm_medium: string | null; readonly utm_campaign: string | null } {
  const source: Record<string, readonly [string, string]> = {
    search: ['google', 'cpc'], social: ['linkedin', 'paid_social'], email: ['newsletter', 'email'], webinar: ['webinar', 'event'], website: ['direct', 'none'],
  };
  const found = source[channel];
  return found === undefined ? { utm_source: null, utm_medium: null, utm_campaign: null } : { utm_source: found[0], utm_medium: found[1], utm_campaign: campaign };
}

/** Makes the people of an account, the earliest first, and the channels they are reached by. */
export function makeContacts(stage: Stage, account: Account, count: number, random: Random): Contact[] {
  const { world, market } = stage;
  const moments = Array.from({ length: count }, (_, index) => {
    if (index === 0) return account.createdAt;
    const offset = random.chance(0.55) ? random.int(0, 6) : Math.floor(random.next() * Math.max(1, world.today - dayOf(account.createdAt)));
    return world.past(Math.max(account.createdAt, officeMoment(dayOf(account.createdAt) + offset, account.region.hours, random)));
  }).sort((left, right) => left - right);
  const mailboxes = new Set<string>();
  return moments.map((createdAt, index) => {
    // A tenth of the people in an Arabic-speaking country carry Western or Asian names, and the other way round.
    const culture = random.chance(0.9) ? account.region.culture : random.pick(['arab', 'western', 'asian'] as const);
    const first = random.pick(people[culture].first);
    const last = random.pick(people[culture].last);
    const base = `${mailbox(first[0])}.${mailbox(last[0])}`;
    let local = base;
    for (let number = 2; mailboxes.has(local); number += 1) local = `${base}${number}`;
    mailboxes.add(local);
    const email = index > 0 && random.chance(0.04) ? null : `${local}@${account.domain}`;
    const [department, titles] = random.pick(departments);
    const title = random.pick(titles);
    const source = index === 0 || random.chance(0.4) ? account.source : 'outbound';
    const optIn = email !== null && random.chance(0.62);
    const phone = phoneNumber(account.country, false, random);
    const arabic = account.region.arabic && culture === 'arab' && random.chance(0.75);
    const row: Row<'crm_contacts'> = {
      ...stamp(random, createdAt), account_id: account.id, first_name: first[0], last_name: last[0], full_name: `${first[0]} ${last[0]}`, full_name_ar: `${first[1]} ${last[1]}`,
      email, phone: random.chance(0.85) ? phone : null, mobile: random.chance(0.7) ? phoneNumber(account.country, true, random) : null, job_title: title, department,
      locale: arabic ? 'ar' : 'en', country_code: account.country.code, city: account.city, owner_id: account.owner.id, lead_source: source,
      ...utm(source, market.campaignOn(source, dayOf(createdAt))?.slug ?? null),
      email_opt_in: optIn, email_opt_in_at: optIn ? timeText(createdAt) : null, email_opt_in_source: optIn ? random.pick(['form', 'event', 'contract']) : null, sms_opt_in: random.chance(0.15),
    };
    world.sink.add('crm_contacts', row);
    const id = String(row.id);
    if (random.chance(0.22)) {
      world.sink.add('crm_contact_channels', { ...stamp(random, createdAt), contact_id: id, kind: 'whatsapp', value: row.mobile ?? phone, is_primary: false, verified_at: timeText(createdAt) });
    }
    if (random.chance(0.18)) {
      world.sink.add('crm_contact_channels', {
        ...stamp(random, createdAt), contact_id: id, kind: 'linkedin', value: `https://www.linkedin.com/in/${local.replace('.', '-')}-${random.int(1000, 9999)}`, is_primary: false, verified_at: null,
      });
    }
    return { id, row, createdAt, name: String(row.full_name), email, phone, title };
  });
}

/** How many people were known at a moment: they come in order, and the first one always counts. */
export function knownAt(contacts: readonly Contact[], at: number): number {
  let low = 1;
  let high = contacts.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((contacts[middle - 1]?.createdAt ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** One of the people who were known at a moment. */
export function someoneAt(contacts: readonly Contact[], at: number, random: Random): Contact {
  const contact = contacts[random.int(0, knownAt(contacts, at) - 1)];
  if (contact === undefined) throw new Error('An account of the sample has no contact');
  return contact;
}
