import { createRandom } from '../random.generator.js';
import { logLossAt } from '../training/logit.math.js';

/** Mean gain in log-loss of one set of predictions over another on the same rows, with its 95 % interval; positive = better. */
export interface PairedGain { gain: number; interval: [number, number] }

/** Paired bootstrap over groups (all snapshots of one deal are drawn together). */
export function pairedGain(better: Float64Array, worse: Float64Array, target: Uint8Array, group: Int32Array, seed: number, draws = 500): PairedGain {
  const sums = new Map<number, { gain: number; n: number }>();
  group.forEach((g, i) => {
    const entry = sums.get(g) ?? { gain: 0, n: 0 };
    entry.gain += logLossAt(worse[i] as number, target[i] as number) - logLossAt(better[i] as number, target[i] as number);
    entry.n++;
    sums.set(g, entry);
  });
  const groups = [...sums.values()];
  const mean = (pick: (k: number) => { gain: number; n: number }): number => {
    let gain = 0, n = 0;
    for (let k = 0; k < groups.length; k++) {
      const entry = pick(k);
      gain += entry.gain;
      n += entry.n;
    }
    return gain / Math.max(1, n);
  };
  const random = createRandom(seed);
  const samples = Array.from({ length: draws }, () => mean(() => groups[random.below(groups.length)] as { gain: number; n: number })).sort((a, b) => a - b);
  return {
    gain: mean((k) => groups[k] as { gain: number; n: number }),
    interval: [samples[Math.floor(draws * 0.025)] as number, samples[Math.min(draws - 1, Math.floor(draws * 0.975))] as number],
  };
}
