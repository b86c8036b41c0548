/** The value below which the given share of the samples lies (nearest rank). */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** Milliseconds that one piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Times of a piece of work repeated, after a few runs that do not count. */
export async function repeat(times: number, work: (index: number) => Promise<unknown>, warmUp = 5): Promise<number[]> {
  for (let index = 0; index < warmUp; index += 1) await work(index);
  const samples: number[] = [];
  for (let index = 0; index < times; index += 1) samples.push(await timed(() => work(index)));
  return samples;
}

/** Two decimals: more would claim a precision that one run on a busy machine does not have. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
