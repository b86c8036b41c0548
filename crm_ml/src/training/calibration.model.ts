import { logit, logLossAt, sigmoid } from './logit.math.js';

/** Maps raw log-odds to calibrated ones. */
export type Calibration =
  | { kind: 'none' }
  | { kind: 'platt'; slope: number; intercept: number }
  | { kind: 'isotonic'; at: number[]; logOdds: number[] };

/** Calibrated log-odds of one raw value. */
export function calibrate(calibration: Calibration, raw: number): number {
  if (calibration.kind === 'none') return raw;
  if (calibration.kind === 'platt') return calibration.slope * raw + calibration.intercept;
  return interpolate(calibration.at, calibration.logOdds, raw);
}

/** Calibrated log-odds of many raw values. */
export function calibrateAll(calibration: Calibration, raw: Float64Array): Float64Array {
  return raw.map((x) => calibrate(calibration, x));
}

/**
 * Platt scaling: σ(a·x + b) by Newton's method on log-loss with Platt's smoothed targets (Platt 1999; Lin, Lin & Weng 2007).
 * The slope is kept at 0 or above: a model whose order is worse than chance gives the base rate, it is not turned upside down.
 */
export function fitPlatt(raw: Float64Array, target: Uint8Array): Calibration {
  let positives = 0;
  for (const y of target) positives += y;
  const negatives = target.length - positives;
  const high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
  const lossAt = (a: number, b: number): number => {
    let loss = 0;
    for (let i = 0; i < raw.length; i++) {
      const x = a * (raw[i] as number) + b, t = target[i] ? high : low;
      loss += t * logLossAt(x, 1) + (1 - t) * logLossAt(x, 0);
    }
    return loss;
  };
  let a = 0, b = logit((positives + 0.5) / (target.length + 1)), loss = lossAt(a, b);
  for (let iteration = 0; iteration < 100; iteration++) {
    let ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
    for (let i = 0; i < raw.length; i++) {
      const x = raw[i] as number;
      const p = sigmoid(a * x + b), d = p - (target[i] ? high : low), w = p * (1 - p);
      ga += d * x; gb += d; haa += w * x * x; hab += w * x; hbb += w;
    }
    const det = haa * hbb - hab * hab;
    if (!(Math.abs(det) > 1e-300)) break;
    const da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det;
    let scale = 1, next = lossAt(a - da, b - db);
    while (next > loss && scale > 1e-6) {
      scale /= 2;
      next = lossAt(a - scale * da, b - scale * db);
    }
    if (!(next < loss)) break;
    a -= scale * da;
    b -= scale * db;
    loss = next;
    if (scale * (Math.abs(da) + Math.abs(db)) < 1e-9) break;
  }
  if (!(a > 0) || !Number.isFinite(b)) return { kind: 'platt', slope: 0, intercept: logit((positives + 0.5) / (target.length + 1)) };
  return { kind: 'platt', slope: a, intercept: b };
}

/**
 * Isotonic calibration by pool-adjacent-violators (Zadrozny & Elkan 2002), each block's rate smoothed towards the base rate by two
 * pseudo-rows so that no probability is 0 or 1, linear in log-odds between block centres.
 */
export function fitIsotonic(raw: Float64Array, target: Uint8Array): Calibration {
  const order = Int32Array.from(raw, (_, i) => i).sort((i, j) => (raw[i] as number) - (raw[j] as number));
  const blocks: { sum: number; n: number; x: number }[] = [];
  let positives = 0;
  for (const i of order) {
    const y = target[i] as number;
    positives += y;
    const last = blocks[blocks.length - 1];
    // Equal scores are one block: their order carries no information.
    if (last && last.x / last.n === raw[i]) { last.sum += y; last.n++; last.x += raw[i] as number; }
    else blocks.push({ sum: y, n: 1, x: raw[i] as number });
    for (;;) {
      const top = blocks[blocks.length - 1], below = blocks[blocks.length - 2];
      if (!top || !below || below.sum / below.n < top.sum / top.n) break;
      blocks.pop();
      below.sum += top.sum; below.n += top.n; below.x += top.x;
    }
  }
  const rate = (positives + 0.5) / (target.length + 1);
  const at: number[] = [], logOdds: number[] = [];
  for (const block of blocks) {
    const odds = logit((block.sum + 2 * rate) / (block.n + 2));
    at.push(block.x / block.n);
    logOdds.push(Math.max(odds, logOdds[logOdds.length - 1] ?? -Infinity));
  }
  return { kind: 'isotonic', at, logOdds };
}

function interpolate(at: readonly number[], values: readonly number[], x: number): number {
  let low = 0, high = at.length - 1;
  if (high < 0) return 0;
  if (x <= (at[0] as number)) return values[0] as number;
  if (x >= (at[high] as number)) return values[high] as number;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if ((at[mid] as number) <= x) low = mid;
    else high = mid;
  }
  const x0 = at[low] as number, x1 = at[high] as number, y0 = values[low] as number, y1 = values[high] as number;
  return x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y0;
}
