import type { Tolerance } from './proof.types.js';

/** Relative error that a quotient or a median may have in a 64-bit float. */
export const ratioTolerance = 1e-9;

/** One spelling for each decimal: no exponent, no trailing zeros, no sign of zero. Anything else stays as it is. */
export function plainDecimal(text: string): string {
  const match = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return /^[0.]+$/.test(digits) ? '0' : `${sign}${digits}`;
}

/** Whether two numbers as text are the same number: to the last digit, or, for ratios, within `ratioTolerance` of the larger. */
export function sameNumber(expected: string | null, actual: string | null, tolerance: Tolerance): boolean {
  if (expected === null || actual === null) return expected === actual;
  if (tolerance === 'exact') return plainDecimal(expected) === plainDecimal(actual);
  const [one, other] = [Number(expected), Number(actual)];
  return Math.abs(one - other) <= ratioTolerance * Math.max(Math.abs(one), Math.abs(other));
}
