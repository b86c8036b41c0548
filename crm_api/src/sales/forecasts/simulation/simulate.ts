import { normalCdf, normalQuantile } from './normal.js';
import { begin, fill, stream } from './random.js';

/** An open deal: what it brings in cents if it is won, and how probably it is won. */
export interface SimulatedDeal {
  readonly id: string;
  readonly cents: number;
  readonly probability: number;
}

/** What is simulated: `correlation` is that of what decides two deals, from 0 (independent) to below 1; draws are a multiple of 200. */
export interface SimulationOrder {
  readonly wonCents: number;
  readonly deals: readonly SimulatedDeal[];
  readonly correlation: number;
  readonly seed: number;
  readonly draws: number;
}

/** The closing figures that were drawn, in cents, the lowest first, and what they should be on average. */
export interface Simulated {
  readonly sorted: Float64Array;
  readonly meanCents: number;
  /** Won + Σ probability × amount, without chance. */
  readonly expectedCents: number;
}

/** Draws of one simulation. */
export const drawsOfOne = 10_000;
// Values of the common factor: the midpoints of as many equally probable parts, which spreads it more evenly than chance would.
const strata = 200;
// Deals that are drawn one by one: those that move the figure most. The others together are normal, given the common factor (central limit theorem).
const oneByOne = 1_000;

/**
 * Draws the closing figure of a period: won + Σ amount of the deals that are won. A deal is won where √ρ·Z + √(1 − ρ)·ε lies below the
 * quantile of its probability; Z is common to all deals of a draw, ε is each deal's own (the one-factor model of Vasicek, The distribution of loan
 * portfolio value, Risk, 2002). So each deal keeps its probability, the mean is won + Σ p·amount, and good and bad periods are good and bad for all.
 * Each deal has a stream of random numbers of its own, so that a change of one deal leaves the luck of the others as it was.
 */
export function simulate({ wonCents, deals, correlation, seed, draws }: SimulationOrder): Simulated {
  const sure = deals.filter(({ probability }) => probability >= 1).reduce((sum, { cents }) => sum + cents, 0);
  const spread = ({ cents, probability }: SimulatedDeal): number => cents * cents * probability * (1 - probability);
  const open = deals.filter(({ probability, cents }) => probability > 0 && probability < 1 && cents !== 0).sort((one, other) => spread(other) - spread(one) || (one.id < other.id ? -1 : 1));
  const totals = new Float64Array(draws).fill(wonCents + sure);
  const levels = correlation > 0 ? strata : 1;
  const given = conditional(correlation, levels);
  const numbers = new Uint32Array(draws);
  for (const deal of open.slice(0, oneByOne)) {
    fill(begin(seed, deal.id), numbers);
    addWins(totals, numbers, { bounds: given(deal.probability).map((chance) => chance * 2 ** 32), cents: deal.cents });
  }
  addTail(totals, open.slice(oneByOne), { given, levels, seed });
  const expectedCents = deals.reduce((sum, { cents, probability }) => sum + cents * Math.min(1, Math.max(0, probability)), wonCents);
  return { sorted: totals.sort(), meanCents: totals.reduce((sum, total) => sum + total, 0) / draws, expectedCents };
}

/** Adds the amount of a deal to each draw whose number lies below the bound of its level; the draws take the levels in turn. */
function addWins(totals: Float64Array, numbers: Uint32Array, { bounds, cents }: { readonly bounds: Float64Array; readonly cents: number }): void {
  const levels = bounds.length;
  for (let draw = 0, level = 0; draw < totals.length; draw += 1) {
    if ((numbers[draw] as number) < (bounds[level] as number)) totals[draw] = (totals[draw] as number) + cents;
    level = level + 1 === levels ? 0 : level + 1;
  }
}

/** The probability of a deal at each level of the common factor: Φ((Φ⁻¹(p) + √ρ·z) ÷ √(1 − ρ)). */
function conditional(correlation: number, levels: number): (probability: number) => Float64Array {
  const factors = Array.from({ length: levels }, (_, level) => Math.sqrt(correlation) * normalQuantile((level + 0.5) / levels));
  const own = Math.sqrt(1 - correlation);
  return (probability) => {
    if (correlation === 0) return Float64Array.of(probability);
    const point = normalQuantile(probability);
    return Float64Array.from(factors, (factor) => normalCdf((point + factor) / own));
  };
}

interface TailOrder {
  readonly given: (probability: number) => Float64Array;
  readonly levels: number;
  readonly seed: number;
}

/** Adds the many small deals to each draw, as one normal variable with their mean and variance at its level, to the cent. */
function addTail(totals: Float64Array, deals: readonly SimulatedDeal[], { given, levels, seed }: TailOrder): void {
  if (deals.length === 0) return;
  const [means, variances] = [new Float64Array(levels), new Float64Array(levels)];
  let most = 0;
  for (const { cents, probability } of deals) {
    most += cents;
    given(probability).forEach((chance, level) => {
      means[level] = (means[level] ?? 0) + chance * cents;
      variances[level] = (variances[level] ?? 0) + chance * (1 - chance) * cents * cents;
    });
  }
  const next = stream(seed, 'the many small deals');
  for (let draw = 0; draw < totals.length; draw += 1) {
    const level = draw % levels;
    const brought = (means[level] ?? 0) + Math.sqrt(variances[level] ?? 0) * normalQuantile((next() + 0.5) / 2 ** 32);
    totals[draw] = (totals[draw] ?? 0) + Math.round(Math.min(most, Math.max(0, brought)));
  }
}

/** The quantile by nearest rank: the smallest figure drawn that at least a share `q` of the draws does not exceed; always one that was drawn. */
export const quantile = (sorted: Float64Array, q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;

/** The share of the draws that reach at least a level. */
export function shareFrom(sorted: Float64Array, cents: number): number {
  const below = sorted.findIndex((total) => total >= cents);
  return below < 0 ? 0 : (sorted.length - below) / sorted.length;
}

/** A bar of the histogram: draws from `from` to below `to` (of the last bar also `to` itself), in cents. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The draws in bars of one width; a single bar where all are the same. */
export function histogram(sorted: Float64Array, bars = 24): Bin[] {
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)];
  if (least === most) return [{ from: least, to: most, count: sorted.length }];
  const width = Math.max(1, Math.ceil((most - least) / bars));
  const counts = new Array<number>(Math.ceil((most - least) / width)).fill(0);
  for (const total of sorted) {
    const bar = Math.min(counts.length - 1, Math.floor((total - least) / width));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return counts.map((count, bar) => ({ from: least + bar * width, to: least + (bar + 1) * width, count }));
}
