import { CompanyNames, makeAccount } from './account.story.js';
import { activityCount, careActivities } from './activity.story.js';
import { makeCatalogue } from './catalogue.js';
import { dayOf, timeText } from './calendar.js';
import { makeContacts } from './contact.story.js';
import { makeDeal, type Deal, type DealStage } from './deal.story.js';
import { makeMarket } from './market.js';
import { makeOrganisation, type Organisation } from './org.js';
import { writePapers } from './papers.story.js';
import type { Random } from './random.js';
import type { Sink } from './sink.js';
import { Allotment, tiers, volumes, World, type Anchors, type DealTruth, type SampleSize } from './world.js';

/** What to generate, and where to. */
export interface GenerateOptions {
  readonly sink: Sink;
  readonly anchors: Anchors;
  readonly size: SampleSize;
  readonly seed: number;
  readonly today: Date;
  readonly onTruth?: (truth: DealTruth) => void;
  /** Called now and then with the share done. */
  readonly onProgress?: (share: number) => void;
}

interface Plan {
  readonly tier: number;
  readonly contacts: number;
  readonly deals: number;
}

/** Sizes of one account, drawn from a stream of its own so that they can be drawn twice: once to know the totals, once to tell the story. */
function planOf(random: Random): Plan {
  const share = random.next();
  let sum = 0;
  let tier = tiers.findIndex((one) => (sum += one.share) > share);
  if (tier < 0) tier = tiers.length - 1;
  const one = tiers[tier];
  return { tier, contacts: (one?.contacts ?? 1) * random.lognormal(0.5), deals: (one?.deals ?? 1) * random.lognormal(0.7) };
}

/** Tells the whole story, account by account, into the sink; memory does not grow with the size. */
export async function generate(options: GenerateOptions): Promise<Organisation> {
  const { sink } = options;
  const volume = volumes[options.size];
  const world = new World(sink, options.anchors, volume, options.seed, options.today, options.onTruth);
  const organisation = makeOrganisation(world);
  const stage: DealStage = { world, organisation, market: makeMarket(world, organisation), companies: new CompanyNames(), catalogue: makeCatalogue(world) };
  const plan = (index: number): Plan => planOf(world.random.fork(`plan/${index}`));
  const totals = { contacts: 0, deals: 0, care: 0 };
  for (let index = 0; index < volume.accounts; index += 1) {
    const { contacts, deals } = plan(index);
    totals.contacts += contacts;
    totals.deals += deals;
  }
  const contacts = new Allotment(volume.contacts - volume.accounts, totals.contacts);
  const deals = new Allotment(volume.deals, totals.deals);
  let due = 0;
  for (let index = 0; index < volume.accounts; index += 1) {
    const sizes = plan(index);
    due += (volume.activities * sizes.contacts) / totals.contacts;
    tellAccount(stage, sizes, { contacts: 1 + contacts.take(sizes.contacts), deals: deals.take(sizes.deals), activitiesDue: Math.round(due) }, world.random.fork(`account/${index}`));
    await sink.rest();
    if ((index + 1) % Math.max(1, Math.floor(volume.accounts / 10)) === 0) options.onProgress?.((index + 1) / volume.accounts);
  }
  return organisation;
}

interface Shares {
  readonly contacts: number;
  readonly deals: number;
  /** Activities that should be written once this account's story is told. */
  readonly activitiesDue: number;
}

function tellAccount(stage: DealStage, sizes: Plan, shares: Shares, random: Random): void {
  const { world } = stage;
  const account = makeAccount(stage, sizes.tier, random);
  const contacts = makeContacts(stage, account, shares.contacts, random);
  const first = dayOf(account.createdAt);
  const days = Array.from({ length: shares.deals }, (_, index) =>
    index === 0 ? Math.min(first + random.int(0, 40), world.today - 1) : world.drawDay(account.region, first, Math.max(first + 1, world.today), random)).sort((left, right) => left - right);
  const deals: Deal[] = [];
  let customerSince: number | null = null;
  days.forEach((number, ordinal) => {
    const deal = makeDeal(stage, account, contacts, number, ordinal, customerSince, random);
    deals.push(deal);
    if (deal.status === 'won' && deal.closedAt !== null) customerSince = Math.min(customerSince ?? Infinity, deal.closedAt);
  });
  const billing = random.weighted([['month', 0.4], ['quarter', 0.1], ['year', 0.5]] as const, (entry) => entry[1])[0];
  for (const deal of deals) writePapers(stage, deal, billing, random);
  careActivities(world, account, contacts, Math.max(0, shares.activitiesDue - activityCount(world)), random);
  const since = customerSince as number | null;
  world.sink.add('crm_accounts', { ...account.row, lifecycle: since === null ? 'prospect' : 'customer', became_customer_at: since === null ? null : timeText(since) });
}
