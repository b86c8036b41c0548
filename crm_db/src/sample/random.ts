/** 32-bit hash of a text, mixed with `start`; the same on every machine. */
function hash(text: string, start: number): number {
  let value = start ^ 0x9e3779b9;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x85ebca6b);
    value = (value << 13) | (value >>> 19);
  }
  value = Math.imul(value ^ (value >>> 16), 0xc2b2ae35);
  return (value ^ (value >>> 15)) >>> 0;
}

/**
 * Seeded random numbers: sfc32 (Chris Doty-Humphrey's PractRand), chosen for speed and for needing only integer operations,
 * so that one seed gives one sequence everywhere.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(private readonly seed: string) {
    this.a = hash(seed, 1);
    this.b = hash(seed, 2);
    this.c = hash(seed, 3);
    for (let round = 0; round < 12; round += 1) this.bits();
  }

  /** A stream of its own: what one part of the world draws never moves another. */
  fork(key: string | number): Random {
    return new Random(`${this.seed}/${key}`);
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.bits() / 4294967296;
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)];
    if (item === undefined) throw new Error('Nothing to pick from');
    return item;
  }

  /** Picks by weight; weights need not sum to 1. */
  weighted<T>(list: readonly T[], weight: (item: T) => number): T {
    let total = 0;
    for (const item of list) total += weight(item);
    let left = this.next() * total;
    for (const item of list) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return this.pick(list);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** exp(N(0, sigma)), median 1. */
  lognormal(sigma: number): number {
    return Math.exp(sigma * this.normal());
  }

  /** Poisson distributed count (Knuth below 30, normal approximation above). */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let product = this.next();
    let count = 0;
    while (product > limit) {
      product *= this.next();
      count += 1;
    }
    return count;
  }
}

/** Four hex digits for each 16 bits: a table is several times faster than formatting, and tens of millions of ids are made. */
const hex = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));

/** A UUID of version 7 whose time part is `at` (milliseconds) and whose other bits come from `random`. */
export function uuidV7(at: number, random: Random): string {
  const high = Math.floor(at / 65_536);
  const first = random.bits();
  const second = random.bits();
  const third = random.bits();
  return `${hex[(high >>> 16) & 0xffff]}${hex[high & 0xffff]}-${hex[at % 65_536 | 0]}-${hex[0x7000 | (first >>> 20)]}-${hex[0x8000 | ((first >>> 4) & 0x3fff)]}-`
    + `${hex[second >>> 16]}${hex[second & 0xffff]}${hex[third >>> 16]}`;
}
