import { addMonths, dateText, day, dayNumber, partsOf, quarterOf, quarterStart } from './calendar.js';
import type { Organisation } from './org.js';
import { channels, regions } from './places.js';
import { money } from './rows.js';
import { stamp, type World } from './world.js';

/** A campaign that touches can come from. */
export interface Campaign {
  readonly id: string;
  readonly channel: string;
  readonly slug: string;
  readonly from: number;
  readonly to: number;
}

/** Rates to the reporting currency and the campaigns that ran. */
export interface Market {
  readonly campaigns: readonly Campaign[];
  /** US dollars for one unit on a day. */
  rate(currency: string, number: number): number;
  /** A campaign of a channel that ran on a day. */
  campaignOn(channel: string, number: number): Campaign | undefined;
}

/** Start, size of the daily steps and pull back to the start; the dirham and the riyal are pegged to the dollar. */
const currencies: readonly (readonly [string, number, number])[] = [
  ['EUR', 1.08, 0.004], ['GBP', 1.27, 0.0045], ['SAR', 1 / 3.75, 0], ['AED', 1 / 3.6725, 0], ['EGP', 1 / 30.9, 0.002],
];

function makeRates(world: World): Market['rate'] {
  const random = world.random.fork('rates');
  const first = world.start - 130;
  const table = new Map<string, number[]>();
  for (const [currency, base, step] of currencies) {
    const stream = random.fork(currency);
    const list: number[] = [];
    let drift = 0;
    for (let number = first; number <= world.today; number += 1) {
      drift = 0.995 * drift + step * stream.normal();
      // The pound was floated on 6 March 2024 and lost a third within a day.
      const level = currency === 'EGP' && number >= dayNumber(2024, 3, 6) ? 1 / 48.5 : base;
      const rate = Number((level * Math.exp(drift)).toFixed(10));
      list.push(rate);
      world.sink.add('crm_exchange_rates', {
        ...stamp(stream, Math.min(number * day + 21_600_000, world.now - 1)), base_currency: currency, quote_currency: 'USD', rate: rate.toFixed(10), valid_on: dateText(number), source: 'sample',
      });
    }
    table.set(currency, list);
  }
  return (currency, number) => {
    if (currency === 'USD') return 1;
    const rate = table.get(currency)?.[Math.min(Math.max(number, first), world.today) - first];
    if (rate === undefined) throw new Error(`The sample has no rate for ${currency}`);
    return rate;
  };
}

/** Channels with campaigns: US dollars a quarter in the small sample. */
const budgets: readonly (readonly [string, number, string, string])[] = [
  ['search', 42_000, 'Always-on search', 'حملة البحث'],
  ['social', 26_000, 'Social reach', 'حملة التواصل الاجتماعي'],
  ['email', 9_000, 'Newsletter', 'النشرة البريدية'],
  ['event', 68_000, 'Trade fair', 'المعرض التجاري'],
  ['webinar', 12_000, 'Webinar series', 'سلسلة ندوات'],
  ['partner', 21_000, 'Partner programme', 'برنامج الشركاء'],
];

/** Makes exchange rates, a campaign per channel and quarter, weekly marketing spend and the monthly cost of sales. */
export function makeMarket(world: World, organisation: Organisation): Market {
  const rate = makeRates(world);
  const random = world.random.fork('market');
  const campaigns: Campaign[] = [];
  const scale = (world.volume.deals / 1500) ** 0.8;
  const owner = organisation.teams[0]?.managerId ?? null;
  for (let quarter = quarterOf(world.start - 60); quarter <= quarterOf(world.today - 1); quarter += 1) {
    const from = quarterStart(quarter);
    const to = quarterStart(quarter + 1) - 1;
    const label = `Q${(quarter % 4) + 1} ${Math.floor(quarter / 4)}`;
    for (const [channel, perQuarter, name, nameAr] of budgets) {
      const budget = Math.round(perQuarter * scale * random.between(0.85, 1.2) * (1 + (quarter - quarterOf(world.start)) * 0.03));
      const row = stamp(random, (from - 12) * day + 36_000_000, Math.min(to * day, world.now - 1));
      const slug = `${channel}-${label.toLowerCase().replace(' ', '-')}`;
      campaigns.push({ id: row.id, channel, slug, from, to });
      world.sink.add('crm_campaigns', {
        ...row, name: `${name} ${label}`, name_ar: `${nameAr} ${label}`, channel, status: to < world.today ? 'completed' : 'active', starts_on: dateText(from), ends_on: dateText(to),
        budget: money(budget * 100), currency: 'USD', owner_id: owner, utm_campaign: slug,
      });
      // Fairs are paid at once, everything else week by week.
      const weeks = channel === 'event' ? [random.int(20, 60)] : Array.from({ length: 13 }, (_, week) => week * 7 + 3);
      for (const offset of weeks) {
        if (from + offset >= world.today) continue;
        const share = weeks.length === 1 ? 1 : random.between(0.8, 1.2) / weeks.length;
        world.sink.add('crm_marketing_spend', {
          ...stamp(random, (from + offset) * day + 64_800_000), spent_on: dateText(from + offset), channel, kind: 'marketing', campaign_id: row.id, region: null,
          amount: money(Math.round(budget * share * 100)), currency: 'USD',
        });
      }
    }
  }
  const { year, month } = partsOf(world.start);
  for (let first = dayNumber(year, month, 1); addMonths(first, 1) <= world.today; first = addMonths(first, 1)) {
    const payday = addMonths(first, 1) - 1;
    for (const region of regions) {
      const people = organisation.reps.filter((rep) => rep.region === region && rep.hiredOn <= payday && (rep.leftOn === null || rep.leftOn > payday)).length;
      world.sink.add('crm_marketing_spend', {
        ...stamp(random, payday * day + 57_600_000), spent_on: dateText(payday), channel: 'outbound', kind: 'sales', campaign_id: null, region: region.name,
        amount: money(Math.round((people + world.volume.teamsPerRegion * 1.6) * random.between(5_900, 6_500) * 100)), currency: 'USD',
      });
    }
  }
  const byChannel = new Map(Object.keys(channels).map((channel) => [channel, campaigns.filter((campaign) => campaign.channel === channel)]));
  return { campaigns, rate, campaignOn: (channel, number) => byChannel.get(channel)?.find((campaign) => campaign.from <= number && number <= campaign.to) };
}
