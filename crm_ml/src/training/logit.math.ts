/** 1 ⁄ (1 + e^−x) without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** Log-odds of a probability, clipped to [1e-9, 1 − 1e-9] so that it is finite. */
export function logit(p: number): number {
  const clipped = Math.min(1 - 1e-9, Math.max(1e-9, p));
  return Math.log(clipped / (1 - clipped));
}

/** −log P(y) of a Bernoulli outcome given log-odds, stable for large |x|. */
export function logLossAt(x: number, y: number): number {
  const z = y ? -x : x;
  return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
}

/** Mean log-loss of log-odds against outcomes, optionally only over rows whose log-odds are finite. */
export function meanLogLoss(logOdds: Float64Array, target: Uint8Array): number {
  let sum = 0, n = 0;
  for (let i = 0; i < logOdds.length; i++) {
    const x = logOdds[i] as number;
    if (!Number.isFinite(x)) continue;
    sum += logLossAt(x, target[i] as number);
    n++;
  }
  return n === 0 ? Infinity : sum / n;
}
