/** Places behind the point that sums are kept in; the warehouse's decimals have fewer. */
const PLACES = 12;
const ONE = 10n ** BigInt(PLACES);
const HALF_CENT = ONE / 200n;

/** A sum of money without rounding, in billionths of a thousandth. */
export type Exact = bigint;

/** Reads a decimal of an answer, such as `-12.50`; nothing counts as zero, text that is no number is an error. */
export function exact(value: unknown): Exact {
  if (value === null || value === undefined || value === '') return 0n;
  const text = typeof value === 'number' ? value.toFixed(PLACES) : String(value);
  const [, sign, whole, part = ''] = /^([-+]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return exact(finite(text));
  const size = BigInt(whole) * ONE + BigInt(part.slice(0, PLACES).padEnd(PLACES, '0'));
  return sign === '-' ? -size : size;
}

/** Adds without the error that binary fractions would bring. */
export function sumExact(values: readonly unknown[]): Exact {
  return values.reduce<Exact>((sum, value) => sum + exact(value), 0n);
}

/** As a number, to draw and to write; exact to the cent up to 90 billion. */
export function approximate(value: Exact): number {
  return Number(value / ONE) + Number(value % ONE) / Number(ONE);
}

/** As decimal text without a float in between, such as `-12.5`. */
export function exactText(value: Exact): string {
  const size = value < 0n ? -value : value;
  const part = String(size % ONE).padStart(PLACES, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / ONE}${part === '' ? '' : `.${part}`}`;
}

/** True where two sums are the same to the cent. */
export function sameCent(one: Exact, two: Exact): boolean {
  const gap = one > two ? one - two : two - one;
  return gap < HALF_CENT;
}

function finite(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new RangeError(`not a number: ${text}`);
  return number;
}
