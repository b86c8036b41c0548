/** Text of a float as Postgres prints it: the fewest digits that give the same bits, an exponent from 10^15 (float4: 10^6) and below 10^-4. */
export function floatText(given: number, single: boolean): string {
  // A record has the digits of a float4, not its bits.
  const value = single ? Math.fround(given) : given;
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const { digits, exponent } = shortest(Math.abs(value), single);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= (single ? 6 : 15)) return `${sign}${digits[0]!}${digits.length > 1 ? '.' : ''}${digits.slice(1)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const plain = exponent < 0 ? `0.${'0'.repeat(-exponent - 1)}${digits}` : digits.length <= exponent + 1 ? digits.padEnd(exponent + 1, '0') : `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  return `${sign}${plain}`;
}

/** `value` as a whole number of `2^power`; the spacing of floats above it is one unit, below it one or (at a power of two) half of one. */
function binary(value: number, single: boolean): { readonly units: bigint; readonly power: number; readonly lone: boolean } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const mantissa = raw & ((1n << 52n) - 1n);
  const [units, power] = biased === 0 ? [mantissa, -1074] : [mantissa | (1n << 52n), biased - 1075];
  if (!single) return { units, power, lone: mantissa === 0n && biased > 1 };
  // A float4 has 29 bits fewer, and none below 2^-149.
  const cut = Math.max(29, -149 - power);
  const fewer = units >> BigInt(cut);
  return { units: fewer, power: power + cut, lone: fewer === 1n << 23n && power + cut > -149 };
}

/**
 * The digits of `value` > 0 and the power of ten of the first: the fewest that lie nearer to it than to its neighbours, of those the nearest, of two the even one.
 * As Ryu does in Postgres (https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT; Adams, PLDI 2018), which unlike ECMAScript takes no text halfway to a neighbour.
 */
function shortest(value: number, single: boolean): { readonly digits: string; readonly exponent: number } {
  const { units, power, lone } = binary(value, single);
  const first = Number(value.toExponential(16).split('e')[1]);
  for (let count = 1; ; count++) {
    // Everything in quarters of 2^power times 10^k, so that all are whole.
    const ten = first - count + 1;
    const scale = (number: bigint): bigint => number * (power > 0 ? 1n << BigInt(power) : 1n) * (ten < 0 ? 10n ** BigInt(-ten) : 1n);
    const step = 4n * (power < 0 ? 1n << BigInt(-power) : 1n) * (ten > 0 ? 10n ** BigInt(ten) : 1n);
    const exact = scale(4n * units);
    const below = exact / step;
    const inside = (candidate: bigint): boolean => {
      const off = candidate * step - exact;
      return off < scale(2n) && -off < scale(lone ? 1n : 2n);
    };
    const down = exact - below * step;
    const up = step - down;
    const nearer = down < up || (down === up && below % 2n === 0n) ? [below, below + 1n] : [below + 1n, below];
    const found = nearer.find((candidate) => candidate > 0n && inside(candidate));
    if (found === undefined) continue;
    const text = String(found);
    return { digits: text.replace(/0+$/, ''), exponent: first + text.length - count };
  }
}
