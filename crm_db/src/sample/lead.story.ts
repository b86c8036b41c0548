import type { Account, Stage } from './account.story.js';
import { CompanyNames, drawSource, phoneNumber } from './account.story.js';
import { day, dayOf, officeMoment, timeText } from './calendar.js';
import { utm, type Contact } from './contact.story.js';
import type { Deal } from './deal.story.js';
import { industries } from './names.companies.js';
import { departments, people } from './names.people.js';
import { repsDuring } from './org.js';
import { regions } from './places.js';
import { uuidV7, type Random } from './random.js';
import type { Source } from './truth.js';
import { stamp, type World } from './world.js';

const kinds: Record<string, readonly string[]> = {
  website: ['visit', 'form'], search: ['ad_click', 'visit'], social: ['ad_click', 'reaction'], email: ['open', 'click'], event: ['badge_scan', 'conversation'],
  webinar: ['registration', 'attendance'], partner: ['introduction'], referral: ['introduction'], outbound: ['call', 'email'],
};

interface TouchTarget {
  readonly contactId: string | null;
  readonly leadId: string | null;
  readonly accountId: string | null;
  readonly dealId: string | null;
}

function touch(stage: Stage, channel: string, at: number, target: TouchTarget, random: Random): void {
  const { utm_source, utm_medium } = utm(channel, null);
  stage.world.sink.add('crm_touches', {
    ...stamp(random, at), occurred_at: timeText(at), channel, kind: random.pick(kinds[channel] ?? ['visit']), campaign_id: stage.market.campaignOn(channel, dayOf(at))?.id ?? null,
    contact_id: target.contactId, lead_id: target.leadId, account_id: target.accountId, deal_id: target.dealId, utm_source, utm_medium,
  });
}

/** Writes the touches that led to a deal: its source first, others while it ran. */
export function writeTouches(stage: Stage, deal: Deal, random: Random): void {
  const until = Math.min(deal.closedAt ?? stage.world.now, stage.world.now);
  const target = { contactId: deal.contact.id, leadId: null, accountId: deal.account.id, dealId: deal.id };
  const before = Math.floor(deal.createdAt - random.between(0.05, 25) * day);
  touch(stage, deal.source, Math.max(before, (stage.world.start - 100) * day), target, random);
  const count = random.poisson(2.2);
  for (let index = 0; index < count; index += 1) {
    const at = Math.floor(random.between(Math.max(before, deal.createdAt - 20 * day), until));
    touch(stage, random.chance(0.35) ? deal.source : drawSource(random), at, target, random);
  }
}

/** Channels in which somebody is a lead before there is a deal. */
const inbound = new Set<Source>(['website', 'search', 'social', 'email', 'event', 'webinar']);

/** Writes the lead from which an account's first deal came, for inbound sources. */
export function writeConvertedLead(stage: Stage, account: Account, contact: Contact, deal: Deal, random: Random): void {
  if (!inbound.has(deal.source)) return;
  const convertedAt = deal.createdAt;
  const sqlAt = Math.floor(convertedAt - random.between(0.1, 9) * day);
  const mqlAt = Math.floor(sqlAt - random.between(0.2, 16) * day);
  const createdAt = Math.floor(mqlAt - random.between(0.1, 12) * day);
  const campaign = stage.market.campaignOn(deal.source, dayOf(createdAt));
  const id = uuidV7(createdAt, random);
  stage.world.sink.add('crm_leads', {
    id, created_at: timeText(createdAt), updated_at: timeText(convertedAt), full_name: contact.name, company: account.name, email: contact.email, phone: contact.phone, job_title: contact.title,
    country_code: account.country.code, region: account.region.name, industry: account.industry, source: deal.source, campaign_id: campaign?.id ?? null, ...utm(deal.source, campaign?.slug ?? null),
    status: 'converted', mql_at: timeText(mqlAt), sql_at: timeText(sqlAt), converted_at: timeText(convertedAt), disqualified_at: null, disqualified_reason: null,
    converted_account_id: account.id, converted_contact_id: contact.id, converted_deal_id: deal.id, owner_id: deal.owner.id,
  });
  touch(stage, deal.source, createdAt, { contactId: contact.id, leadId: id, accountId: account.id, dealId: null }, random);
}

const quality: Record<Source, number> = { referral: 0.75, partner: 0.65, event: 0.5, webinar: 0.45, website: 0.42, email: 0.38, search: 0.36, outbound: 0.3, social: 0.24 };

/** Writes a lead that has come to nothing, or not yet to anything. Its company need not be unlike all others, so nothing is remembered. */
export function writeStrayLead(stage: Stage, random: Random): void {
  const { world } = stage;
  const region = random.weighted(regions, (one) => one.weight);
  const country = random.pick(region.countries);
  const industry = random.pick(industries);
  const { name: company, domain } = new CompanyNames().make(region, country, random.pick(country.cities), industry, random);
  const first = random.pick(people[region.culture].first);
  const last = random.pick(people[region.culture].last);
  const source = drawSource(random);
  const createdAt = world.past(officeMoment(world.drawDay(region, world.start, world.today, random), region.hours, random));
  const owners = repsDuring(stage.organisation, region, dayOf(createdAt), world.today);
  const mqlAt = Math.floor(createdAt + random.between(0.1, 14) * day);
  const sqlAt = Math.floor(mqlAt + random.between(0.3, 18) * day);
  const isMql = random.chance(quality[source]) && mqlAt < world.now;
  const isSql = isMql && random.chance(0.4) && sqlAt < world.now;
  const from = isSql ? sqlAt : isMql ? mqlAt : createdAt;
  const disqualifiedAt = Math.floor(from + random.between(2, 50) * day);
  const disqualified = disqualifiedAt < world.now;
  const status = disqualified ? 'disqualified' : isSql ? 'sql' : isMql ? 'mql' : random.chance(0.5) ? 'working' : 'new';
  const campaign = stage.market.campaignOn(source, dayOf(createdAt));
  const id = uuidV7(createdAt, random);
  const local = `${first[0]}.${last[0]}`.normalize('NFD').toLowerCase().replace(/[^a-z.]/g, '');
  world.sink.add('crm_leads', {
    id, created_at: timeText(createdAt), updated_at: timeText(disqualified ? disqualifiedAt : from), full_name: `${first[0]} ${last[0]}`, company, email: `${local}@${domain}`,
    phone: random.chance(0.7) ? phoneNumber(country, true, random) : null, job_title: random.pick(random.pick(departments)[1]), country_code: country.code, region: region.name, industry, source,
    campaign_id: campaign?.id ?? null, ...utm(source, campaign?.slug ?? null), status, mql_at: isMql ? timeText(mqlAt) : null, sql_at: isSql ? timeText(sqlAt) : null, converted_at: null,
    disqualified_at: disqualified ? timeText(disqualifiedAt) : null, disqualified_reason: disqualified ? random.pick(['No budget', 'No need', 'Unreachable', 'Student', 'Too small', 'Competitor']) : null,
    converted_account_id: null, converted_contact_id: null, converted_deal_id: null, owner_id: owners.length === 0 ? null : random.pick(owners).id,
  });
  touch(stage, source, createdAt, { contactId: null, leadId: id, accountId: null, dealId: null }, random);
}

/** How many leads that came to nothing belong to a number of deals. */
export const strayLeads = (world: World): number => Math.round(world.volume.deals * world.volume.strayLeads);
