import fc from 'fast-check';
import { commonFactor } from './common.factor.js';
import { normalCdf, normalQuantile } from './normal.js';
import { stream } from './random.js';
import { drawsOfOne, histogram, quantile, shareFrom, simulate, type SimulatedDeal } from './simulate.js';
import { wilson } from './wilson.js';

const draws = drawsOfOne;
const dealsOf = (n: number, p: (index: number) => number, cents: (index: number) => number): SimulatedDeal[] => Array.from({ length: n }, (_, index) => ({ id: `deal ${index}`, cents: cents(index), probability: p(index) }));
const uniform = (next: () => number) => (): number => (next() + 0.5) / 2 ** 32;

/** The truth that is drawn from in tests: wins by one common number and each deal's own, written without the code that is tested. */
function truth(deals: readonly SimulatedDeal[], correlation: number, random: () => number): { figure: number; won: number } {
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const common = normal();
  const won = deals.filter(({ probability }) => Math.sqrt(correlation) * common + Math.sqrt(1 - correlation) * normal() < normalQuantile(probability));
  return { figure: won.reduce((sum, { cents }) => sum + cents, 0), won: won.length };
}

describe('the simulation of a period', () => {
  it('has the mean won + Σ p·amount within the error of its draws, whatever the correlation, and stays between nothing and everything won', () => {
    const deal = fc.record({ cents: fc.integer({ min: 1, max: 90_000_000 }), probability: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(fc.property(fc.array(deal, { maxLength: 60 }), fc.integer({ min: 0, max: 1e9 }), fc.constantFrom(0, 0.05, 0.3), fc.integer({ min: 0, max: 2 ** 31 }), (list, wonCents, correlation, seed) => {
      const deals = list.map((one, index) => ({ ...one, id: `d${index}` }));
      const { sorted, meanCents, expectedCents } = simulate({ wonCents, deals, correlation, seed, draws });
      const all = deals.reduce((sum, { cents }) => sum + cents, 0);
      expect(expectedCents).toBeCloseTo(wonCents + deals.reduce((sum, { cents, probability }) => sum + cents * probability, 0), 3);
      // The largest standard deviation that sums of these deals can have together, and five standard errors.
      const sd = correlation === 0 ? Math.sqrt(deals.reduce((sum, { cents, probability: p }) => sum + cents * cents * p * (1 - p), 0)) : deals.reduce((sum, { cents, probability: p }) => sum + cents * Math.sqrt(p * (1 - p)), 0);
      expect(Math.abs(meanCents - expectedCents)).toBeLessThanOrEqual((5 * sd) / Math.sqrt(draws) + all * 1e-3 + 1);
      expect(sorted[0]).toBeGreaterThanOrEqual(wonCents);
      expect(sorted.at(-1)).toBeLessThanOrEqual(wonCents + all);
      const bars = histogram(sorted);
      expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(draws);
      expect(quantile(sorted, 0.1)).toBeLessThanOrEqual(quantile(sorted, 0.5));
    }), { numRuns: 60 });
  });

  it('is exact where nothing is left to chance', () => {
    const figures = (deals: readonly SimulatedDeal[]): number[] => { const { sorted } = simulate({ wonCents: 12_345, deals, correlation: 0.2, seed: 1, draws }); return [0.1, 0.5, 0.9].map((q) => quantile(sorted, q)); };
    expect(figures([])).toEqual([12_345, 12_345, 12_345]);
    expect(figures(dealsOf(40, (index) => index % 2, () => 101))).toEqual(Array(3).fill(12_345 + 20 * 101));
    expect(histogram(simulate({ wonCents: 5, deals: [], correlation: 0, seed: 1, draws }).sorted)).toEqual([{ from: 5, to: 5, count: draws }]);
  });

  it('equals the binomial distribution of equal independent deals, and draws small deals together as it draws them one by one', () => {
    const { sorted } = simulate({ wonCents: 0, deals: dealsOf(10, () => 0.5, () => 100), correlation: 0, seed: 7, draws });
    // P(X ≤ 3) = 176 ÷ 1024, P(X ≤ 2) = 56 ÷ 1024: the tenth percentile is 3, the ninetieth 7.
    expect([0.1, 0.5, 0.9].map((q) => quantile(sorted, q))).toEqual([300, 500, 700]);
    expect(shareFrom(sorted, 700)).toBeCloseTo(176 / 1024, 1);
    for (const correlation of [0, 0.1]) {
      const many = dealsOf(3_000, (index) => 0.1 + (index % 8) / 10, (index) => 10_000 + (index % 50));
      const [few, grouped] = [many.slice(0, 1_000), many].map((deals) => simulate({ wonCents: 0, deals, correlation, seed: 3, draws }));
      const width = (one: typeof few): number => { const { sorted: list, expectedCents } = one as NonNullable<typeof few>; return (quantile(list, 0.9) - quantile(list, 0.1)) / expectedCents; };
      // Independent, the width shrinks with the root of their number; in common, it hardly shrinks at all.
      expect(width(grouped) / width(few)).toBeCloseTo(correlation === 0 ? 1 / Math.sqrt(3) : 1, 1);
    }
  });

  it('covers 80 % of the truth by its 80 % interval, and less where it takes deals for independent that are not', () => {
    const random = uniform(stream(42, 'truth'));
    let [hits, hitsIfIndependent] = [0, 0];
    const times = 400;
    for (let time = 0; time < times; time += 1) {
      const deals = dealsOf(30, () => 0.05 + 0.9 * random(), () => 1_000 + Math.floor(random() * 100_000));
      const { figure } = truth(deals, 0.25, random);
      const covers = (correlation: number): boolean => { const { sorted } = simulate({ wonCents: 0, deals, correlation, seed: time, draws: 1_000 }); return figure >= quantile(sorted, 0.1) && figure <= quantile(sorted, 0.9); };
      if (covers(0.25)) hits += 1;
      if (covers(0)) hitsIfIndependent += 1;
    }
    // Three standard errors of 400 trials.
    expect(Math.abs(hits / times - 0.8)).toBeLessThan(0.06);
    expect(hitsIfIndependent / times).toBeLessThan(0.74);
  });

  it('finds the correlation that periods were drawn with, and takes deals for independent without enough of them', () => {
    const random = uniform(stream(43, 'periods'));
    for (const correlation of [0, 0.15]) {
      const past = Array.from({ length: 300 }, () => { const deals = dealsOf(40, () => 0.1 + 0.8 * random(), () => 1); return { probabilities: deals.map(({ probability }) => probability), won: truth(deals, correlation, random).won }; });
      const found = commonFactor(past);
      expect(found.estimated).toBeTrue();
      expect(Math.abs(found.correlation - correlation)).withContext(String(found.correlation)).toBeLessThan(0.04);
    }
    expect(commonFactor([{ probabilities: Array<number>(9).fill(0.5), won: 9 }, { probabilities: [0.5], won: 1 }])).toEqual({ correlation: 0, periods: 1, estimated: false });
  });

  it('gives the same for the same seed, and leaves the luck of the other deals alone where one changes', () => {
    const deals = dealsOf(20, () => 0.4, (index) => 100 * 2 ** index);
    const run = (list: readonly SimulatedDeal[], seed: number): number[] => [...simulate({ wonCents: 0, deals: list, correlation: 0.1, seed, draws }).sorted];
    expect(run(deals, 5)).toEqual(run([...deals].reverse(), 5));
    expect(run(deals, 5)).not.toEqual(run(deals, 6));
    const likelier = deals.map((deal, index) => (index === 3 ? { ...deal, probability: 0.6 } : deal));
    const [before, after] = [run(deals, 5), run(likelier, 5)];
    expect(after.every((figure, draw) => figure >= (before[draw] ?? 0))).withContext('nobody loses by a better chance').toBeTrue();
  });

  it('rests on a normal distribution that is one, and on the interval of Wilson', () => {
    for (const p of [1e-9, 1e-4, 0.025, 0.4, 0.5, 0.93, 0.9999]) expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    const [low, high] = wilson(7, 8) ?? [];
    expect([low?.toFixed(4), high?.toFixed(4), wilson(0, 0)]).toEqual(['0.5291', '0.9776', null]);
  });
});
