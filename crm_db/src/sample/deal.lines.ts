import type { Catalogue, Product } from './catalogue.js';
import type { Random } from './random.js';
import { industryFit, type SizeTier } from './truth.js';

/** A line of a deal; money in cents of the deal's currency. */
export interface DealLine {
  readonly product: Product;
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  /** Whole percent. */
  readonly discount: number;
  readonly net: number;
}

/** Exactly what Postgres computes for `round(quantity * unit_price * (1 - discount_rate), 2)` with whole percents. */
export const netOf = (quantity: number, unitPrice: number, discount: number): number => Math.floor((quantity * unitPrice * (100 - discount) + 50) / 100);

/** Tax on a net amount in cents at a rate in 1/10,000, rounded half up. */
export const taxOf = (net: number, rate: number): number => Math.floor((net * rate + 5_000) / 10_000);

const seats: Record<SizeTier, readonly [number, number]> = { micro: [2, 9], small: [6, 28], medium: [20, 110], large: [80, 420], enterprise: [300, 1800] };
const families: readonly (readonly [string, number])[] = [['Platform', 0.38], ['Analytics', 0.17], ['Service', 0.18], ['Devices', 0.17], ['Suite', 0.1]];

/** Whether a line is paid again and again. */
export const isRecurring = (product: Product): boolean => product.kind === 'recurring' || product.kind === 'bundle';

/** Draws what a deal is about. Reps prefer what suits the industry, without always finding it. */
export function drawLines(catalogue: Catalogue, industry: string, tier: SizeTier, currency: string, random: Random): DealLine[] {
  const family = random.weighted(families, (entry) => entry[1] * Math.exp(0.9 * industryFit(industry, entry[0])))[0];
  const [few, many] = seats[tier];
  const size = Math.round(Math.exp(random.between(Math.log(few), Math.log(many))));
  const discount = random.chance(tier === 'micro' ? 0.7 : tier === 'enterprise' ? 0.2 : 0.42) ? 0 : random.pick([3, 5, 5, 8, 10, 10, 12, 15, 15, 20, tier === 'enterprise' ? 25 : 10]);
  const lines: DealLine[] = [];
  const add = (code: string, quantity: number, reduced: number): void => {
    const product = catalogue.products.get(code);
    if (product === undefined) throw new Error(`The sample has no product ${code}`);
    const monthly = catalogue.price(product, currency, quantity);
    const unitPrice = isRecurring(product) ? monthly * 12 : monthly;
    const description = isRecurring(product) ? `${product.name}, 12 months` : product.name;
    lines.push({ product, description, quantity, unitPrice, discount: reduced, net: netOf(quantity, unitPrice, reduced) });
  };
  if (family === 'Platform') {
    add(tier === 'micro' || tier === 'small' ? random.pick(['CORE', 'CORE', 'PRO']) : tier === 'enterprise' ? random.pick(['PRO', 'ENT', 'ENT']) : random.pick(['CORE', 'PRO', 'ENT']), size, discount);
    if (random.chance(0.25)) add('INSIGHT', Math.max(1, Math.round(size * 0.3)), discount);
  } else if (family === 'Analytics') add('INSIGHT', size, discount);
  else if (family === 'Service') {
    add('DESK', size, discount);
    if (random.chance(0.35)) add('FIELD', Math.max(1, Math.round(size * 0.5)), discount);
  } else if (family === 'Suite') add('SUITE', size, discount);
  else {
    add(random.pick(['GATEWAY', 'SCANNER', 'SCANNER', 'KIOSK']), Math.max(1, Math.round(size * 0.6)), discount);
    if (random.chance(0.3)) add('SCANNER', Math.max(1, Math.round(size * 0.3)), discount);
  }
  const effort = Math.max(1, Math.round(Math.sqrt(size) * random.between(0.5, 1.2)));
  if (random.chance(0.5)) add('IMPL', effort, 0);
  if (random.chance(0.3)) add('TRAIN', Math.max(1, Math.round(effort / 2)), 0);
  if (family !== 'Devices' && random.chance(0.15)) add('MIGRATE', Math.max(1, Math.round(effort / 3)), 0);
  // The same product twice would be one line in any real quote.
  const seen = new Set<string>();
  return lines.filter((line) => !seen.has(line.product.code) && seen.add(line.product.code).size > 0);
}
