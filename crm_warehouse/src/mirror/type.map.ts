/** How values of a Postgres type are kept: the ClickHouse type and the SQL that reads Postgres' own text of a value. */
export interface MirrorType {
  /** ClickHouse type without Nullable. */
  readonly type: string;
  /** Type in which the text is read from TabSeparated before `convert`; the same as `type` when nothing is converted. */
  readonly input: string;
  /** SQL expression of the stored value from the read one; nullable says whether both may be NULL. */
  convert(column: string, nullable: boolean): string;
  /** Element type when the column is an array, whose text must become JSON before it is sent. */
  readonly element?: string;
}

/** First and last moment that DateTime64(6) and Date32 are documented to hold; earlier and later ones, infinities included, become these. */
export const EARLIEST = '1900-01-01 00:00:00';
/** @see EARLIEST */
export const LATEST = '2299-12-31 23:59:59.999999';

const same = (type: string): MirrorType => ({ type, input: type, convert: (column) => column });

// A function of a NULL is still run on the empty text beneath it, which is no time; so NULL is replaced before and put back after.
function nullSafe(column: string, nullable: boolean, convert: (column: string) => string): string {
  return nullable ? `if(isNull(${column}), NULL, ${convert(`ifNull(${column}, '${EARLIEST}')`)})` : convert(column);
}

// Postgres prints years after 9999 with more digits, years before 1 with "BC", and infinities as words. All texts in range compare like their times.
function inRange(column: string): string {
  return `multiIf(startsWith(${column}, '-') OR endsWith(${column}, 'BC'), '${EARLIEST}', substring(${column}, 5, 1) != '-' OR ${column} >= '2300', '${LATEST}', ${column} < '1900', '${EARLIEST}', ${column})`;
}

const moment: MirrorType = {
  type: "DateTime64(6, 'UTC')",
  input: 'String',
  convert: (column, nullable) => nullSafe(column, nullable, (c) => `parseDateTime64BestEffort(${inRange(c)}, 6, 'UTC')`),
};

const day: MirrorType = {
  type: 'Date32',
  input: 'String',
  convert: (column, nullable) => nullSafe(column, nullable, (c) => `toDate32(substring(${inRange(c)}, 1, 10))`),
};

function decimal(precision: number, scale: number): MirrorType {
  const type = `Decimal(${String(precision)}, ${String(scale)})`;
  // NaN has no place in a Decimal: it becomes NULL where the column allows it, and an error of the engine where not.
  return { type, input: 'String', convert: (column, nullable) => (nullable ? `CAST(nullIf(${column}, 'NaN'), 'Nullable(${type})')` : `CAST(${column}, '${type}')`) };
}

const FIXED: Readonly<Record<string, MirrorType>> = {
  uuid: same('UUID'),
  smallint: same('Int16'),
  integer: same('Int32'),
  bigint: same('Int64'),
  real: same('Float32'),
  'double precision': same('Float64'),
  boolean: same('Bool'),
  date: day,
};

/** The place of a Postgres type (as format_type prints it) in the warehouse; what is not known becomes String, its text. */
export function mirrorType(pgType: string): MirrorType {
  const name = pgType.trim().toLowerCase();
  if (name.endsWith('[]')) return { ...same('String'), element: name.replace(/(\[\])+$/, '') };
  if (/^timestamp(\(\d\))? with(out)? time zone$/.test(name)) return moment;
  const numeric = /^numeric\((\d+),(-?\d+)\)$/.exec(name);
  if (numeric !== null) {
    const [precision, scale] = [Number(numeric[1]), Number(numeric[2])];
    // A negative scale rounds to tens and hundreds: whole numbers with more digits.
    const [p, s] = scale < 0 ? [precision - scale, 0] : [Math.max(precision, scale), scale];
    // 76 digits are the most that a Decimal holds. numeric without precision has no fixed scale: its text is exact.
    return p <= 76 ? decimal(p, s) : same('String');
  }
  return FIXED[name] ?? same('String');
}

const INTEGER_DIGITS: Readonly<Record<string, number>> = { Int16: 5, Int32: 10, Int64: 19 };
const INTEGER_BITS: Readonly<Record<string, number>> = { Int16: 16, Int32: 32, Int64: 64 };

/** Whether every value of `from` is kept by a column of type `to`; both are ClickHouse types without Nullable. */
export function holds(to: string, from: string): boolean {
  if (to === from || to === 'String') return true;
  const bits = [INTEGER_BITS[to], INTEGER_BITS[from]] as const;
  if (bits[0] !== undefined && bits[1] !== undefined) return bits[0] >= bits[1];
  const digits = [decimalDigits(to), decimalDigits(from)] as const;
  if (digits[0] !== undefined && digits[1] !== undefined) return digits[0].scale >= digits[1].scale && digits[0].whole >= digits[1].whole;
  if (to === 'Float64') return ['Float32', 'Int16', 'Int32'].includes(from);
  const whole = INTEGER_DIGITS[from];
  if (whole !== undefined && digits[0] !== undefined) return digits[0].whole >= whole;
  return false;
}

function decimalDigits(type: string): { scale: number; whole: number } | undefined {
  const found = /^Decimal\((\d+), (\d+)\)$/.exec(type);
  return found === null ? undefined : { scale: Number(found[2]), whole: Number(found[1]) - Number(found[2]) };
}

/** A type that keeps the values of both, so that a column may become it without losing any: one of the two, or a wider decimal; undefined when there is none. */
export function commonType(now: string, goal: string): string | undefined {
  if (holds(now, goal) && now !== 'String') return now;
  if (holds(goal, now)) return goal;
  const [a, b] = [decimalDigits(now), decimalDigits(goal)];
  if (a === undefined || b === undefined) return undefined;
  const [whole, scale] = [Math.max(a.whole, b.whole), Math.max(a.scale, b.scale)];
  return whole + scale <= 76 ? `Decimal(${String(whole + scale)}, ${String(scale)})` : undefined;
}

/** Type of the values of a column and whether NULL is allowed. */
export function unwrapped(type: string): { base: string; nullable: boolean } {
  const inner = /^Nullable\((.*)\)$/s.exec(type)?.[1];
  return inner === undefined ? { base: type, nullable: false } : { base: inner, nullable: true };
}

/** Where the values of a column stay when it becomes a type that does not hold them: `amount` of String is kept as `amount__string`. */
export function retainedName(column: string, type: string): string {
  return `${column}__${type.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '')}`;
}
