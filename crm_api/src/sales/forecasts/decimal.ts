const scale = 12n;
const unit = 10n ** scale;

function units(text: string): bigint {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d{0,12}))?0*$/.exec(text) ?? [];
  const size = BigInt(whole) * unit + BigInt(part.padEnd(Number(scale), '0'));
  return sign === '-' ? -size : size;
}

function written(value: bigint): string {
  const size = value < 0n ? -value : value;
  const part = (size % unit).toString().padStart(Number(scale), '0').replace(/0+$/, '').padEnd(2, '0');
  return `${value < 0n ? '-' : ''}${size / unit}.${part}`;
}

/** Adds exact decimals of at most twelve places; at least two places are written. */
export const addDecimals = (...list: readonly string[]): string => written(list.reduce((sum, one) => sum + units(one), 0n));

/** `one − other`, exactly. */
export const subtractDecimals = (one: string, other: string): string => written(units(one) - units(other));

/** Rounds to the cent, half away from zero. */
export function toCents(text: string): string {
  const value = units(text);
  const cent = unit / 100n;
  const size = ((value < 0n ? -value : value) + cent / 2n) / cent;
  return written((value < 0n ? -size : size) * cent);
}
