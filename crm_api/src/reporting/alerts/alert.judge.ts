import type { Condition, Finding } from './alert.types.js';

type Verdict = Pick<Finding, 'state' | 'expected' | 'problem'>;

/** Beyond this a value is an outlier, by the recommendation of Iglewicz and Hoaglin. */
export const usualSensitivity = 3.5;
/** Fewer earlier values say nothing about what is usual. */
export const leastHistory = 6;

/** 0.75 quantile of the standard normal distribution: the MAD times 1/0.6745 estimates its standard deviation. */
const madFactor = 0.6745;
/** √(π/2): the mean absolute deviation times this estimates it as well. */
const meanFactor = 1.253314;

/** Whether a number is on the wrong side of a threshold; exact for decimals of any length. */
export function judgeThreshold(condition: Extract<Condition, { kind: 'above' | 'below' }>, value: string | null): Verdict {
  if (value === null) return { state: 'unknown', expected: null, problem: 'no_value' };
  const order = compareDecimals(value, condition.threshold);
  return { state: (condition.kind === 'above' ? order > 0 : order < 0) ? 'firing' : 'ok', expected: null, problem: null };
}

/**
 * Whether a number lies outside what its history lets expect: the modified z-score M = 0.6745 · (x − median) ÷ MAD exceeds the sensitivity
 * (B. Iglewicz, D. C. Hoaglin: How to Detect and Handle Outliers, ASQC, 1993; NIST/SEMATECH e-Handbook, 1.3.5.17). Median and MAD, unlike mean and deviation, are not
 * moved by earlier outliers. Where more than half of the history is one value, MAD is 0 and the mean absolute deviation about the median takes its place:
 * (x − median) ÷ (1.253314 · MeanAD). Where all of it is one value, any other is an anomaly.
 */
export function judgeAnomaly({ sensitivity = usualSensitivity }: Extract<Condition, { kind: 'anomaly' }>, value: string | null, history: readonly string[]): Verdict {
  if (value === null) return { state: 'unknown', expected: null, problem: 'no_value' };
  if (history.length < leastHistory) return { state: 'unknown', expected: null, problem: 'too_little_history' };
  const values = history.map(Number);
  const middle = median(values);
  const deviations = values.map((one) => Math.abs(one - middle));
  const mad = median(deviations);
  const spread = mad > 0 ? mad / madFactor : meanFactor * (deviations.reduce((sum, one) => sum + one, 0) / deviations.length);
  const [low, high] = [middle - sensitivity * spread, middle + sensitivity * spread];
  const number = Number(value);
  return { state: number < low || number > high ? 'firing' : 'ok', expected: { low: plain(low), high: plain(high) }, problem: null };
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  // Floats of the warehouse may come with an exponent: those are not exact to begin with.
  if (!left || !right) return Math.sign(Number(a) - Number(b));
  const digits = Math.max(left.fraction.length, right.fraction.length);
  const difference = scaled(left, digits) - scaled(right, digits);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

interface Parts { readonly negative: boolean; readonly whole: string; readonly fraction: string }

function partsOf(text: string): Parts | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  return match && { negative: match[1] === '-', whole: match[2] ?? '0', fraction: match[3] ?? '' };
}

const scaled = ({ negative, whole, fraction }: Parts, digits: number): bigint => BigInt(whole + fraction.padEnd(digits, '0')) * (negative ? -1n : 1n);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] ?? 0 : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

/** Without an exponent, as the table's numeric and JSON's decimals are written. */
const plain = (value: number): string => value.toFixed(6).replace(/\.?0+$/, '');
