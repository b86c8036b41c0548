import type { Account, Stage } from './account.story.js';
import { drawSource } from './account.story.js';
import { dealActivities } from './activity.story.js';
import type { Catalogue, Product } from './catalogue.js';
import { knownAt, type Contact } from './contact.story.js';
import { day, dateText, dayOf, isRamadan, officeMoment, partsOf, quarterOf, quarterStart, timeText } from './calendar.js';
import { drawLines, type DealLine } from './deal.lines.js';
import { drawPath, type Visit } from './deal.path.js';
import { repsDuring, type Rep } from './org.js';
import { uuidV7, type Random } from './random.js';
import { money } from './rows.js';
import { industryFit, trueWinProbability, typicalAmount, typicalStageDays, type Source, type WinFeatures } from './truth.js';
import { stamp, type StageAnchor, type World } from './world.js';

/** A deal as the following stories (papers, subscriptions, forecasts) need it; money in cents of its currency. */
export interface Deal {
  readonly id: string;
  readonly account: Account;
  readonly owner: Rep;
  readonly contact: Contact;
  readonly createdAt: number;
  readonly status: 'open' | 'won' | 'lost';
  readonly closedAt: number | null;
  /** When it was or will be decided, as the owner would guess. */
  readonly endsAt: number;
  /** Stays in open stages that have begun. */
  readonly visits: readonly Visit[];
  readonly lines: readonly DealLine[];
  readonly amount: number;
  readonly amountUsd: number;
  readonly source: Source;
  readonly main: Product;
  readonly name: string;
}

/** Parts that only stories of deals need. */
export interface DealStage extends Stage {
  readonly catalogue: Catalogue;
}

const lostReasons = ['Price', 'No decision', 'Competitor', 'Missing feature', 'Budget cut', 'Timing', 'No response'] as const;
const nextSteps = ['Send proposal', 'Book technical session', 'Meet the finance team', 'Confirm scope', 'Legal review', 'Follow up by phone'] as const;

function ownerOf(stage: Stage, account: Account, from: number, to: number, random: Random): Rep {
  const { owner } = account;
  if (random.chance(0.88) && owner.hiredOn <= from) return owner;
  const others = repsDuring(stage.organisation, account.region, from, to);
  return others.length === 0 ? owner : random.weighted(others, (rep) => rep.weight);
}

function softSeason(account: Account, number: number): boolean {
  return partsOf(number).month === 8 || (account.region.arabic && isRamadan(number));
}

/** Tells a deal from its creation to its decision or to today, and writes its rows. */
export function makeDeal(stage: DealStage, account: Account, contacts: readonly Contact[], createdDay: number, ordinal: number, customerSince: number | null, random: Random): Deal {
  const { world, catalogue, market } = stage;
  const { anchors } = world;
  const currency = account.country.currency;
  const createdAt = Math.max(account.createdAt, world.past(officeMoment(createdDay, account.region.hours, random)));
  const source = ordinal === 0 ? account.source : random.chance(0.3) ? 'referral' : drawSource(random);
  const lines = drawLines(catalogue, account.industry, account.tier, currency, random);
  const main = lines.reduce((best, line) => (line.net > best.net ? line : best)).product;
  const path = drawPath(createdAt, account.tier, account.region.hours, random);
  const decided = path.endsAt < world.now;
  const until = decided ? path.endsAt : world.now;
  const owner = ownerOf(stage, account, dayOf(createdAt), dayOf(until), random);
  const visits = path.visits.filter((visit) => visit.enteredAt < world.now);
  const last = visits[visits.length - 1];
  if (last === undefined) throw new Error('A deal of the sample has no stage');
  const amount = lines.reduce((sum, line) => sum + line.net, 0);
  const list = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  const amountUsd = Math.round(amount * market.rate(currency, dayOf(createdAt)));
  const id = uuidV7(createdAt, random);
  const known = contacts.slice(0, knownAt(contacts, createdAt));
  const crowd = 1 + Math.min(known.length - 1, random.poisson(account.tier === 'micro' ? 0.4 : account.tier === 'enterprise' ? 2.2 : 1.2));
  const offset = random.int(0, known.length - 1);
  const people = Array.from({ length: crowd }, (_, index) => known[(index + offset) % known.length]).filter((person) => person !== undefined);
  const contact = people[0];
  if (contact === undefined) throw new Error('A deal of the sample has no contact');
  const activities = dealActivities(world, { dealId: id, account, owner, people, createdAt, until, open: !decided }, random);

  const features: WinFeatures = {
    repSkill: owner.skill, source, industryFit: industryFit(account.industry, main.family), sizeTier: account.tier,
    relativeAmount: Math.log(amountUsd / 100 / typicalAmount[account.tier]),
    activities30: activities.filter(({ at }) => at > until - 30 * day).length,
    stakeholders: new Set(activities.map(({ contactId }) => contactId)).size,
    discount: 1 - amount / list, stage: last.stage, stageAge: (until - last.enteredAt) / day / typicalStageDays(last.stage, account.tier),
    existingCustomer: customerSince !== null && customerSince < createdAt,
    quarterEnd: quarterStart(quarterOf(dayOf(until)) + 1) - dayOf(until) <= 14,
    softSeason: softSeason(account, dayOf(until)),
  };
  const probability = trueWinProbability(features);
  const won = random.chance(probability); // Drawn for open deals too, so that the sequence does not depend on today.
  const status = !decided ? 'open' : won ? 'won' : 'lost';
  const closedAt = decided ? path.endsAt : null;
  if (closedAt !== null) world.onTruth?.({ id, closedAt, won, probability, features });

  const arabic = account.region.arabic && random.chance(0.3);
  const name = `${arabic ? account.nameAr : account.name} – ${arabic ? main.nameAr : main.name}`;
  const stageNow = stageOf(world, status, last.stage);
  const guess = dayOf(path.endsAt) + Math.round(6 * random.normal());
  const closeDay = closedAt !== null ? dayOf(closedAt) : guess < world.today && random.chance(0.75) ? world.today + random.int(3, 40) : guess;
  const touched = activities.reduce((latest, { at }) => Math.max(latest, at), last.enteredAt);
  world.sink.add('crm_deals', {
    id, created_at: timeText(createdAt), updated_at: timeText(closedAt ?? touched), name, account_id: account.id, primary_contact_id: contact.id, owner_id: owner.id,
    pipeline_id: anchors.pipelineId, stage_id: stageNow.id, status, expected_value: money(amount), currency, close_date: dateText(closeDay), closed_at: closedAt === null ? null : timeText(closedAt),
    lost_reason: status === 'lost' ? random.pick(lostReasons) : null, source, product_id: main.id, campaign_id: market.campaignOn(source, dayOf(createdAt))?.id ?? null,
    forecast_category: stageNow.category,
    next_step: status === 'open' ? random.pick(nextSteps) : null,
  });
  lines.forEach((line, position) => world.sink.add('crm_deal_line_items', {
    ...stamp(random, createdAt), deal_id: id, product_id: line.product.id, description: line.description, quantity: line.quantity, unit_price: money(line.unitPrice),
    discount_rate: (line.discount / 100).toFixed(2), tax_rate: (account.country.tax / 10_000).toFixed(4), currency, position: position + 1,
  }));
  const deal: Deal = { id, account, owner, contact, createdAt, status, closedAt, endsAt: path.endsAt, visits, lines, amount, amountUsd, source, main, name };
  writeHistory(stage, deal, random);
  return deal;
}

function stageOf(world: World, status: Deal['status'], position: number): StageAnchor {
  const { anchors } = world;
  const found = status === 'won' ? anchors.wonStage : status === 'lost' ? anchors.lostStage : anchors.openStages[position - 1];
  if (found === undefined) throw new Error('The default pipeline has fewer stages than the sample needs');
  return found;
}

/** The way through the stages: first row at creation, each next one where the last ended, the last one without an end. */
function writeHistory({ world }: DealStage, deal: Deal, random: Random): void {
  const { sink } = world;
  const currency = deal.account.country.currency;
  const moves = deal.visits.map((visit) => ({ stage: stageOf(world, 'open', visit.stage), at: visit.enteredAt }));
  if (deal.closedAt !== null) moves.push({ stage: stageOf(world, deal.status, 0), at: deal.closedAt });
  // Early estimates are rough; they settle on the final amount towards the end.
  let estimate = Math.round(deal.amount * random.lognormal(0.18));
  moves.forEach(({ stage, at }, index) => {
    const next = moves[index + 1];
    const before = moves[index - 1]?.stage;
    if (next === undefined) estimate = deal.amount;
    else if (random.chance(0.5)) estimate = Math.round((estimate + deal.amount) / 2);
    sink.add('crm_deal_stage_history', {
      ...stamp(random, at, next?.at ?? at), deal_id: deal.id, from_stage_id: before?.id ?? null, to_stage_id: stage.id, entered_at: timeText(at),
      left_at: next === undefined ? null : timeText(next.at), changed_by: deal.owner.id, amount: money(estimate), currency,
    });
    // The same shape that the API writes.
    const kind = before === undefined ? 'created' : 'stage_changed';
    const named = (one: StageAnchor): object => ({ id: one.id, name: one.name, kind: one.kind });
    sink.add('crm_timeline', {
      ...stamp(random, at), occurred_at: timeText(at), entity: 'deals', entity_id: deal.id, account_id: deal.account.id, kind, actor_id: deal.owner.id, summary: `deal ${kind}: ${deal.name}`,
      data: JSON.stringify(before === undefined ? {} : { from: named(before), to: named(stage), status: next === undefined ? deal.status : 'open' }),
    });
  });
}
