import { normalDensity, normalQuantile } from './normal.js';

/** What a past period was expected to bring and brought, by deals: the probabilities of those open then, and how many of them were won in it. */
export interface CountedPeriod {
  readonly probabilities: readonly number[];
  readonly won: number;
}

/** How much deals are won and lost together, and from how many periods that is known. */
export interface CommonFactor {
  readonly correlation: number;
  readonly periods: number;
  /** False: too little history, so that the deals are taken as independent. */
  readonly estimated: boolean;
}

// Fewer say nothing of how periods differ; a period of a few deals differs by chance alone.
const leastPeriods = 4;
const leastDeals = 5;
// Beyond it one number would decide a period; a short history can look like that by chance.
const most = 0.5;

/**
 * The correlation ρ of the one-factor model by moments: the wins of a period vary by Σ p(1 − p) where deals are independent, and by
 * ρ·(Σ_{i≠j} φᵢφⱼ) more where they are not (first term of the tetrachoric series, φᵢ the normal density at the quantile of pᵢ). What the squares
 * of (won − Σ p) are larger than Σ p(1 − p) over all periods is set equal to that. Gordy, A comparative anatomy of credit risk models
 * (Journal of Banking & Finance 24, 2000) fits default rates so. A bias of the probabilities, and deals that slip, widen it: they are misses too.
 */
export function commonFactor(past: readonly CountedPeriod[]): CommonFactor {
  const known = past.filter(({ probabilities }) => probabilities.length >= leastDeals);
  if (known.length < leastPeriods) return { correlation: 0, periods: known.length, estimated: false };
  let [excess, room] = [0, 0];
  for (const { probabilities, won } of known) {
    const inner = probabilities.map((p) => Math.min(1, Math.max(0, p)));
    const densities = inner.map((p) => (p === 0 || p === 1 ? 0 : normalDensity(normalQuantile(p))));
    const all = densities.reduce((sum, one) => sum + one, 0);
    excess += (won - inner.reduce((sum, p) => sum + p, 0)) ** 2 - inner.reduce((sum, p) => sum + p * (1 - p), 0);
    room += all * all - densities.reduce((sum, one) => sum + one * one, 0);
  }
  return { correlation: room > 0 ? Math.min(most, Math.max(0, excess / room)) : 0, periods: known.length, estimated: true };
}
