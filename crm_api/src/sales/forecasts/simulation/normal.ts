// Wichura, Algorithm AS 241: The percentage points of the normal distribution (Applied Statistics 37, 1988), PPND16.
const middle = [
  [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  [5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1],
] as const;
const tail = [
  [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  [1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
] as const;
const polynomial = (factors: readonly number[], at: number): number => factors.reduce((sum, factor) => sum * at + factor, 0);
// Beyond it the expansion of the outermost tail would be needed; no score is that sure.
const surest = 1e-10;

/** The point that a standard normal variable lies below with probability `p`, to about 16 digits for 1e-10 ≤ p ≤ 1 − 1e-10; nearer to 0 and 1 that of the nearest of these. */
export function normalQuantile(p: number): number {
  const kept = Math.min(1 - surest, Math.max(surest, p));
  const q = kept - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(middle[0], r)) / polynomial(middle[1], r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? kept : 1 - kept)) - 1.6;
  const size = polynomial(tail[0], r) / polynomial(tail[1], r);
  return q < 0 ? -size : size;
}

const upper = [0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376] as const;
const lower = [0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752] as const;

/** Probability that a standard normal variable is at most `x`, to about 15 digits: Hart's algorithm 5666 as in West, Better approximations to cumulative normal functions (Wilmott, 2005). */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size > 37) return x > 0 ? 1 : 0;
  const bell = Math.exp((-size * size) / 2);
  const beyond = size < 7.07106781186547
    ? (bell * polynomial(upper, size)) / polynomial(lower, size)
    : bell / (size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))))) / 2.506628274631;
  return x > 0 ? 1 - beyond : beyond;
}

/** The density of the standard normal variable. */
export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
