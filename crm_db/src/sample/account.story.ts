import { officeMoment } from './calendar.js';
import { industries, legalForms, roots, trades } from './names.companies.js';
import type { NamePair } from './names.people.js';
import { repsDuring, type Organisation, type Rep } from './org.js';
import { regions, type Country, type Region } from './places.js';
import type { Random } from './random.js';
import type { Market } from './market.js';
import { money, type Row } from './rows.js';
import type { SizeTier, Source } from './truth.js';
import { stamp, tiers, type World } from './world.js';

/** A company of the sample while its story is told. */
export interface Account {
  readonly id: string;
  readonly row: Row<'crm_accounts'>;
  readonly name: string;
  readonly nameAr: string;
  readonly region: Region;
  readonly country: Country;
  readonly city: string;
  readonly industry: string;
  readonly tier: SizeTier;
  readonly employees: number;
  readonly source: Source;
  readonly owner: Rep;
  readonly createdAt: number;
  readonly domain: string;
}

const sources: readonly (readonly [Source, number])[] = [
  ['website', 0.2], ['search', 0.15], ['social', 0.08], ['email', 0.09], ['event', 0.11], ['webinar', 0.08], ['partner', 0.1], ['referral', 0.09], ['outbound', 0.14],
];

/** Draws where business comes from. */
export const drawSource = (random: Random): Source => random.weighted(sources, (entry) => entry[1])[0];

/** A phone number in E.164 by a country's pattern. */
export function phoneNumber(country: Country, mobile: boolean, random: Random): string {
  const [code, landline, cell] = country.phone;
  return `+${code}${(mobile ? cell : landline).replace(/#/g, () => String(random.int(0, 9)))}`;
}

/** Gives each company a name that is its own within the region (compared by letters and digits) and a domain that is its own everywhere. */
export class CompanyNames {
  private readonly names = new Set<string>();
  private readonly domains = new Set<string>();

  make(region: Region, country: Country, city: string, industry: string, random: Random): { readonly name: string; readonly nameAr: string; readonly domain: string } {
    for (let attempt = 0; ; attempt += 1) {
      const root = random.pick(roots);
      const trade = random.pick(trades[industry] ?? []);
      const form = random.pick(legalForms[country.code] ?? legalForms['other'] ?? []);
      // Names run out in a large sample: then a second word, and at last the city, tell companies apart.
      const second = attempt > 1 ? random.pick(roots) : undefined;
      const place = attempt > 5 ? ` ${city}` : '';
      const name = `${root[0]}${second === undefined ? '' : ` ${second[0]}`} ${trade[0]}${place} ${form[0]}`;
      const key = `${region.name}/${name.toLowerCase().replace(/[^a-z0-9]/g, '')}`;
      if (this.names.has(key)) continue;
      this.names.add(key);
      const slug = `${root[0]}${second === undefined ? '' : `-${second[0]}`}-${trade[0]}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
      // .example is reserved (RFC 2606): no message from a demo can ever reach a stranger.
      let domain = `${slug}.${country.code.toLowerCase()}.example`;
      for (let count = 2; this.domains.has(domain); count += 1) domain = `${slug}${count}.${country.code.toLowerCase()}.example`;
      this.domains.add(domain);
      return { name, nameAr: arabicName(root, second, trade, form), domain };
    }
  }

  /** Keeps a name from being given to another company. */
  reserve(region: Region, name: string): boolean {
    const key = `${region.name}/${name.toLowerCase().replace(/[^a-z0-9]/g, '')}`;
    if (this.names.has(key)) return false;
    this.names.add(key);
    return true;
  }
}

function arabicName(root: NamePair, second: NamePair | undefined, trade: NamePair, form: NamePair): string {
  const words = [root[1], ...(second === undefined ? [] : [`و${second[1]}`])].join(' ');
  const body = trade[1].startsWith('ل') || trade[1].startsWith('ال') ? `${words} ${trade[1]}` : `${trade[1]} ${words}`;
  return form[1] === 'شركة' || form[1] === 'مؤسسة' ? `${form[1]} ${body}` : `شركة ${body} ${form[1]}`;
}

/** The world's parts that stories of customers need. */
export interface Stage {
  readonly world: World;
  readonly organisation: Organisation;
  readonly market: Market;
  readonly companies: CompanyNames;
}

/** Starts the story of a company; the row's `lifecycle` and `became_customer_at` are filled in when the story is told. */
export function makeAccount(stage: Stage, tierIndex: number, random: Random): Account {
  const { world, organisation } = stage;
  const region = random.weighted(regions, (one) => one.weight);
  const country = region.countries[Math.min(region.countries.length - 1, Math.floor(random.next() ** 1.6 * region.countries.length))] ?? random.pick(region.countries);
  const city = random.pick(country.cities);
  const industry = random.pick(industries);
  const size = tiers[tierIndex] ?? tiers[0];
  if (size === undefined) throw new Error('The sample has no size tiers');
  const { name, nameAr, domain } = stage.companies.make(region, country, city, industry, random);
  // Customers gather early: more than half of the accounts are there after a third of the time.
  const created = random.chance(0.3) ? world.start - random.int(1, 45) : world.drawDay(region, world.start, world.start + Math.floor((world.today - world.start) * random.between(0.35, 1)), random);
  const createdAt = world.past(officeMoment(created, region.hours, random));
  const candidates = repsDuring(organisation, region, created, world.today);
  const owner = random.weighted(candidates, (rep) => rep.weight);
  const employees = Math.round(Math.exp(random.between(Math.log(size.employees[0]), Math.log(size.employees[1]))));
  const row: Row<'crm_accounts'> = {
    ...stamp(random, createdAt),
    legal_name: name, legal_name_ar: nameAr, region: region.name, country_code: country.code, city, industry, size_tier: size.tier, employee_count: employees,
    annual_revenue: money(Math.round(employees * random.between(60_000, 240_000)) * 100), currency: country.currency, founded_year: random.int(1958, 2019),
    website: `https://www.${domain}`, phone: phoneNumber(country, false, random), lifecycle: 'prospect', became_customer_at: null, parent_id: null, owner_id: owner.id,
  };
  return {
    id: String(row.id), row, name, nameAr, region, country, city, industry, tier: size.tier, employees, source: drawSource(random), owner, createdAt, domain,
  };
}

