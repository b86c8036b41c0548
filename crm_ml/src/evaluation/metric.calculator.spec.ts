import { logit } from '../training/logit.math.js';
import { createRandom } from '../random.generator.js';
import { bootstrapEstimates } from './bootstrap.interval.js';
import { computeMetrics, constantLogOdds, MetricCalculator, reliability } from './metric.calculator.js';
import { pairedGain } from './paired.comparison.js';

const logOdds = (...p: number[]): Float64Array => Float64Array.from(p, logit);

describe('metrics', () => {
  it('match a table computed by hand', () => {
    const m = computeMetrics(logOdds(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1));
    expect(m.auc).toBeCloseTo(0.75, 12);
    expect(m.brier).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 12);
    expect(m.log_loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4, 12);
    expect(m.ece).toBeCloseTo((Math.abs(0.1 - 0) + Math.abs(0.4 - 0) + Math.abs(0.35 - 1) + Math.abs(0.8 - 1)) / 4, 9);
  });

  it('count ties one half and have no AUC with one class', () => {
    expect(computeMetrics(logOdds(0.5, 0.5, 0.5), Uint8Array.of(0, 1, 1)).auc).toBe(0.5);
    const m = computeMetrics(logOdds(0.5, 0.7), Uint8Array.of(0, 0));
    expect(m.auc).toBeNull();
    expect(m.lift).toBeNull();
  });

  it('lift is the rate of the best tenth over the rate of all; a constant score lifts nothing', () => {
    const y = Uint8Array.from({ length: 100 }, (_, i) => Number(i >= 80));
    expect(computeMetrics(Float64Array.from({ length: 100 }, (_, i) => i / 50 - 1), y).lift).toBeCloseTo(5, 12);
    expect(computeMetrics(constantLogOdds(0.2, 100), y).lift).toBeCloseTo(1, 12);
  });

  it('weights are the same as repeated rows', () => {
    const calculator = new MetricCalculator(logOdds(0.2, 0.6, 0.7), Uint8Array.of(0, 1, 0));
    const repeated = computeMetrics(logOdds(0.2, 0.2, 0.7, 0.6), Uint8Array.of(0, 0, 0, 1));
    const weighted = calculator.metrics(Float64Array.of(2, 1, 1));
    for (const name of ['auc', 'brier', 'log_loss', 'ece', 'lift'] as const) expect(weighted[name]).withContext(name).toBeCloseTo(repeated[name] as number, 9);
  });

  it('reliability bins hold every row', () => {
    const bins = reliability(logOdds(0.05, 0.07, 0.999999999), Uint8Array.of(0, 1, 1));
    expect(bins.map((b) => b.n)).toEqual([2, 1]);
    expect(bins[0]?.observed).toBe(0.5);
  });
});

describe('bootstrap', () => {
  const random = createRandom(4);
  const scores = Float64Array.from({ length: 2000 }, () => 3 * random.next() - 1.5);
  const y = Uint8Array.from(scores, (x) => Number(random.next() < 1 / (1 + Math.exp(-x))));
  const repeats = [new MetricCalculator(scores, y)];

  it('intervals hold the figure, are as wide as theory says and the same for the same seed', () => {
    const estimates = bootstrapEstimates(repeats, 2000, undefined, 5);
    for (const { value, interval } of Object.values(estimates)) {
      expect(interval?.[0]).toBeLessThanOrEqual(value as number);
      expect(interval?.[1]).toBeGreaterThanOrEqual(value as number);
    }
    // Hanley & McNeil 1982, eq. 1: standard error of an AUC.
    const auc = estimates.auc.value as number, p = y.reduce((s, v) => s + v, 0), n = 2000 - p;
    const q1 = auc / (2 - auc), q2 = (2 * auc * auc) / (1 + auc);
    const error = Math.sqrt((auc * (1 - auc) + (p - 1) * (q1 - auc * auc) + (n - 1) * (q2 - auc * auc)) / (p * n));
    const width = (estimates.auc.interval?.[1] as number) - (estimates.auc.interval?.[0] as number);
    expect(width / (2 * 1.96 * error)).toBeGreaterThan(0.8);
    expect(width / (2 * 1.96 * error)).toBeLessThan(1.25);
    expect(bootstrapEstimates(repeats, 2000, undefined, 5)).toEqual(estimates);
  });

  it('intervals by group are wider when the rows of a group are copies', () => {
    const copies = 10, groups = 200;
    const s = Float64Array.from({ length: copies * groups }, (_, i) => scores[Math.floor(i / copies)] as number);
    const t = Uint8Array.from(s, (_, i) => y[Math.floor(i / copies)] as number);
    const calculators = [new MetricCalculator(s, t)];
    const width = (group?: Int32Array): number => {
      const interval = bootstrapEstimates(calculators, s.length, group, 1).brier.interval as [number, number];
      return interval[1] - interval[0];
    };
    expect(width(Int32Array.from(s, (_, i) => Math.floor(i / copies)))).toBeGreaterThan(2 * width());
  });

  it('a paired comparison sees a real gain and no gain where there is none', () => {
    const group = Int32Array.from(scores, (_, i) => i);
    const base = constantLogOdds(y.reduce((s, v) => s + v, 0) / 2000, 2000);
    expect(pairedGain(scores, base, y, group, 1).interval[0]).toBeGreaterThan(0);
    expect(pairedGain(base, base, y, group, 1)).toEqual({ gain: 0, interval: [0, 0] });
  });
});
