import { createRandom } from '../random.generator.js';
import { METRIC_NAMES, type MetricCalculator, type Metrics } from './metric.calculator.js';

/** A figure with its 95 % interval. */
export interface Estimate { value: number | null; interval: [number, number] | null }

/** Every metric with its interval. */
export type MetricEstimates = Record<(typeof METRIC_NAMES)[number], Estimate>;

/**
 * Metrics averaged over repetitions of the same rows, with 95 % bootstrap intervals. Rows, or whole groups where rows belong together, are
 * drawn with replacement. The percentile interval is shifted by the bootstrap's own bias, which matters for calibration error:
 * resampling adds noise that a plain interval would count as miscalibration (Efron & Tibshirani 1993, ch. 10 and 13).
 */
export function bootstrapEstimates(repeats: readonly MetricCalculator[], rows: number, group: Int32Array | undefined, seed: number, draws = 300): MetricEstimates {
  const point = average(repeats.map((r) => r.metrics()));
  const samples: Metrics[] = [];
  const random = createRandom(seed);
  const members = group && membersOf(group);
  // Few draws of many rows: the interval of 200 k rows is narrow, and its own error is irrelevant.
  const count = rows * repeats.length > 500_000 ? Math.min(draws, 100) : draws;
  for (let d = 0; d < count; d++) {
    const weights = new Float64Array(rows);
    if (members) {
      for (let k = 0; k < members.length; k++) {
        for (const row of members[random.below(members.length)] as number[]) weights[row] = (weights[row] as number) + 1;
      }
    } else {
      for (let k = 0; k < rows; k++) {
        const row = random.below(rows);
        weights[row] = (weights[row] as number) + 1;
      }
    }
    samples.push(average(repeats.map((r) => r.metrics(weights))));
  }
  const out = {} as MetricEstimates;
  for (const name of METRIC_NAMES) out[name] = estimate(point[name], samples.map((s) => s[name]));
  return out;
}

function membersOf(group: Int32Array): number[][] {
  const members = new Map<number, number[]>();
  group.forEach((g, i) => {
    const rows = members.get(g);
    if (rows) rows.push(i);
    else members.set(g, [i]);
  });
  return [...members.values()];
}

function average(metrics: readonly Metrics[]): Metrics {
  const out = {} as Metrics;
  for (const name of METRIC_NAMES) {
    const values = metrics.map((m) => m[name]).filter((v): v is number => v !== null);
    (out as unknown as Record<string, number | null>)[name] = values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;
  }
  return out;
}

function estimate(point: number | null, samples: readonly (number | null)[]): Estimate {
  const values = samples.filter((v): v is number => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
  if (point === null || values.length < 20) return { value: point, interval: null };
  const shift = point - values.reduce((a, b) => a + b, 0) / values.length;
  const at = (q: number): number => (values[Math.min(values.length - 1, Math.floor(q * values.length))] as number) + shift;
  return { value: point, interval: [Math.max(0, Math.min(point, at(0.025))), Math.max(point, at(0.975))] };
}
