/** Steps that readers count in, as parts of a power of ten. */
const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 8, 10];

/** A scale from a round number to a round number in steps of equal, round size; zero is always on it. */
export interface ChartScale {
  readonly low: number;
  readonly high: number;
}

/** The scale of values in so many steps, so that two scales beside each other have their lines at the same heights. */
export function scaleOf(values: readonly number[], steps: number): ChartScale {
  // Not by spreading: a chart may have more values than a call takes arguments.
  const least = values.reduce((one, other) => Math.min(one, other), 0);
  const most = values.reduce((one, other) => Math.max(one, other), 0) || (least === 0 ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10((most - least) / steps));
  for (const factor of [...ROUND, ...ROUND.map((one) => one * 10)]) {
    const step = factor * power;
    const low = Math.floor(least / step) * step;
    if (low + step * steps >= most) return { low, high: low + step * steps };
  }
  return { low: least, high: most };
}
