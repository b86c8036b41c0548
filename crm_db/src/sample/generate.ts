import { CompanyNames, makeAccount, type Account } from './account.story.js';
import { careActivities } from './activity.story.js';
import { dayOf, timeText } from './calendar.js';
import { makeCatalogue } from './catalogue.js';
import { makeContacts, type Contact } from './contact.story.js';
import { makeDeal, type Deal, type DealStage } from './deal.story.js';
import { decorate, makeExtras, writeDedupe, writeTwins, type Extras, type Twin } from './extras.story.js';
import { strayLeads, writeConvertedLead, writeStrayLead, writeTouches } from './lead.story.js';
import { Ledger } from './ledger.story.js';
import { makeMarket } from './market.js';
import { makeOrganisation, type Organisation } from './org.js';
import { writePapers, type Billing } from './papers.story.js';
import type { Random } from './random.js';
import { makeReports } from './report.story.js';
import type { Sink } from './sink.js';
import { writeSubscriptions, type SubscriptionOutcome } from './subscription.story.js';
import { drawTicketTimes, makePolicies, silentAfter, writeTickets, type Policy } from './ticket.story.js';
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

/** Tells the whole story, account by account, into the sink; memory does not grow with the rows. */
export async function generate(options: GenerateOptions): Promise<Organisation> {
  const { sink } = options;
  const volume = volumes[options.size];
  const world = new World(sink, options.anchors, volume, options.seed, options.today, options.onTruth);
  const organisation = makeOrganisation(world);
  const stage: Telling = {
    world, organisation, market: makeMarket(world, organisation), companies: new CompanyNames(), catalogue: makeCatalogue(world), policies: makePolicies(world), extras: makeExtras(world),
    ledger: new Ledger(world, organisation), twins: [],
  };
  makeReports(world);
  const plan = (index: number): Plan => planOf(world.random.fork(`plan/${index}`));
  const totals = { contacts: 0, deals: 0 };
  for (let index = 0; index < volume.accounts; index += 1) {
    const { contacts, deals } = plan(index);
    totals.contacts += contacts;
    totals.deals += deals;
  }
  const contacts = new Allotment(volume.contacts - volume.accounts, totals.contacts);
  const deals = new Allotment(volume.deals, totals.deals);
  const leads = new Allotment(strayLeads(world), volume.accounts);
  const twinEvery = Math.floor(volume.accounts / volume.duplicates);
  let due = 0;
  for (let index = 0; index < volume.accounts; index += 1) {
    const sizes = plan(index);
    due += (volume.activities * sizes.contacts) / totals.contacts;
    const shares = { contacts: 1 + contacts.take(sizes.contacts), deals: deals.take(sizes.deals), activitiesDue: Math.round(due), leads: leads.take(1), twin: index % twinEvery === twinEvery - 1 };
    tellAccount(stage, sizes, shares, world.random.fork(`account/${index}`));
    await sink.rest();
    if ((index + 1) % Math.max(1, Math.floor(volume.accounts / 10)) === 0) options.onProgress?.((index + 1) / volume.accounts);
  }
  stage.ledger.close();
  writeDedupe(world, stage.twins);
  return organisation;
}

interface Telling extends DealStage {
  readonly policies: readonly Policy[];
  readonly extras: Extras;
  readonly ledger: Ledger;
  readonly twins: Twin[];
}

interface Shares {
  readonly contacts: number;
  readonly deals: number;
  /** Activities that should be written once this account's story is told. */
  readonly activitiesDue: number;
  /** Leads from elsewhere that come to nothing. */
  readonly leads: number;
  /** Whether the account was entered twice. */
  readonly twin: boolean;
}

function tellAccount(stage: Telling, sizes: Plan, shares: Shares, random: Random): void {
  const { world } = stage;
  const account = makeAccount(stage, sizes.tier, random);
  const contacts = makeContacts(stage, account, shares.contacts, random);
  const { deals, customerSince } = tellDeals(stage, account, contacts, shares.deals, random);
  const billing = random.weighted([['month', 0.4], ['quarter', 0.1], ['year', 0.5]] as const, (entry) => entry[1])[0];
  for (const deal of deals) writePapers(stage, deal, billing, random);
  const service = tellService(stage, account, contacts, deals, customerSince, billing, random);
  for (let lead = 0; lead < shares.leads; lead += 1) writeStrayLead(stage, random);
  if (shares.twin) stage.twins.push(...writeTwins(stage, account, contacts, random));
  decorate(world, stage.extras, account, contacts, deals, service.usage, random);
  careActivities(world, account, contacts, Math.max(0, shares.activitiesDue - world.activities), random);
  const former = service.endedOn !== null && !deals.some((deal) => deal.closedAt !== null && deal.status === 'won' && dayOf(deal.closedAt) > (service.endedOn ?? 0));
  const changedAt = deals.reduce((latest, deal) => Math.max(latest, deal.closedAt ?? deal.createdAt), account.createdAt);
  world.sink.add('crm_accounts', {
    ...account.row, updated_at: timeText(changedAt), lifecycle: customerSince === null ? 'prospect' : former ? 'former' : 'customer',
    became_customer_at: customerSince === null ? null : timeText(customerSince),
  });
}

interface Dealings {
  readonly deals: readonly Deal[];
  /** The first won deal's closing. */
  readonly customerSince: number | null;
}

function tellDeals(stage: Telling, account: Account, contacts: readonly Contact[], count: number, random: Random): Dealings {
  const { world } = stage;
  const first = dayOf(account.createdAt);
  const days = Array.from({ length: count }, (_, index) =>
    index === 0 ? Math.min(first + random.int(0, 40), world.today - 1) : world.drawDay(account.region, first, Math.max(first + 1, world.today), random)).sort((left, right) => left - right);
  const deals: Deal[] = [];
  let customerSince: number | null = null;
  for (const [ordinal, number] of days.entries()) {
    const deal = makeDeal(stage, account, contacts, number, ordinal, customerSince, random);
    deals.push(deal);
    if (deal.status === 'won' && deal.closedAt !== null) customerSince = Math.min(customerSince ?? Infinity, deal.closedAt);
    writeTouches(stage, deal, random);
    if (ordinal === 0) writeConvertedLead(stage, account, deal.contact, deal, random);
    stage.ledger.note(deal, random);
  }
  return { deals, customerSince };
}

/** Tickets and subscriptions know of each other: trouble makes customers leave, and who has left asks nothing. */
function tellService(stage: Telling, account: Account, contacts: readonly Contact[], deals: readonly Deal[], since: number | null, billing: Billing, random: Random): SubscriptionOutcome {
  if (since === null) return { usage: null, endedOn: null };
  const times = drawTicketTimes(account, dayOf(since) + 3, stage.world.today, random);
  const outcomes = deals.map((deal) => writeSubscriptions(stage, deal, billing, times, random));
  const running = outcomes.some(({ usage, endedOn }) => usage !== null && endedOn === null);
  const endedOn = running ? null : outcomes.reduce<number | null>((latest, outcome) => (outcome.endedOn === null ? latest : Math.max(latest ?? 0, outcome.endedOn)), null);
  const used = outcomes.filter(({ usage }) => usage !== null);
  writeTickets(stage, stage.policies, account, contacts, endedOn === null ? times : times.filter((at) => at < silentAfter(endedOn)), random);
  return { usage: used[used.length - 1]?.usage ?? null, endedOn };
}
