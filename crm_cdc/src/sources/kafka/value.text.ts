import { floatText } from './float.text.js';
import { UNAVAILABLE } from './kafka.settings.js';

/** A value in a record: JSON, with numbers beyond 2^53 as `bigint`. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Text of a value as Postgres prints it; undefined where the record does not tell it, so that Postgres must be asked. */
export type ValueReader = (value: Json) => string | undefined;

const asText: ValueReader = (value) => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value === 'boolean' ? (value ? 't' : 'f') : undefined);
// Nobody can tell these from the record: offsets of a zone, lengths of bits, forms of a locale.
const unknown: ValueReader = () => undefined;

const specialNumerics: Readonly<Record<string, string>> = { NAN: 'NaN', POSITIVE_INFINITY: 'Infinity', NEGATIVE_INFINITY: '-Infinity' };
const numeric: ValueReader = (value) => (typeof value === 'string' ? (specialNumerics[value] ?? value) : asText(value));

const float = (single: boolean): ValueReader => (value) => (typeof value === 'number' ? floatText(value, single) : typeof value === 'bigint' ? floatText(Number(value), single) : asText(value));

const lastYear = 294_276;
const fraction = (text: string | undefined): string => (text ?? '').replace(/\.?0*$/, '');

// Debezium has no infinity for moments without a zone: it sends the first and last ones of Java, which Postgres cannot hold.
function calendar(kind: 'timestamp' | 'date', suffix: string): ValueReader {
  return (value) => {
    if (kind !== 'date' && (value === 'infinity' || value === '-infinity')) return value;
    const found = typeof value === 'string' ? /^([+-]?\d{4,10})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)?Z?$/.exec(value) : null;
    if (!found) return undefined;
    const year = Number(found[1]);
    // A snapshot sends days before Christ without their era, those before the Gregorian calendar in the Julian one, and both infinities alike.
    if (kind === 'date' && (year > 2_299 || year < 1_583)) return undefined;
    if (year > lastYear) return 'infinity';
    if (year < -4713) return '-infinity';
    const day = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${found[2]}-${found[3]}`;
    const time = kind === 'date' ? '' : ` ${found[4] ?? '00'}:${found[5] ?? '00'}:${found[6] ?? '00'}${fraction(found[7])}`;
    return `${day}${time}${suffix}${year > 0 ? '' : ' BC'}`;
  };
}

const clock: ValueReader = (value) => {
  const found = typeof value === 'string' ? /^(\d\d:\d\d)(?::(\d\d)(\.\d+)?)?Z?$/.exec(value) : null;
  // Midnight may be 24:00.
  if (!found || /^00:00(:00)?Z?$/.test(value as string)) return undefined;
  return `${found[1]}:${found[2] ?? '00'}${fraction(found[3])}`;
};

const span: ValueReader = (value) => {
  const found = typeof value === 'string' ? /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?$/.exec(value) : null;
  if (!found) return undefined;
  const part = (at: number, unit: string): string => {
    // Debezium adds up seconds as a binary fraction: beyond the microseconds of Postgres its digits are noise.
    const text = Number(found[at] ?? '0').toFixed(unit === 'S' ? 6 : 0);
    const shown = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    return Number(shown) === 0 ? '' : `${shown}${unit}`;
  };
  const date = part(1, 'Y') + part(2, 'M') + part(3, 'D');
  const time = part(4, 'H') + part(5, 'M') + part(6, 'S');
  // Nothing at all may be an infinity.
  return date + time === '' ? undefined : `P${date}${time === '' ? '' : `T${time}`}`;
};

const bytes: ValueReader = (value) => (typeof value === 'string' && /^[0-9a-f]*$/.test(value) ? `\\x${value}` : undefined);
const hexText: ValueReader = (value) => (typeof value === 'string' && /^([0-9a-f]{2})*$/.test(value) ? Buffer.from(value, 'hex').toString('utf8') : undefined);

const bits = (length: number): ValueReader => (value) => {
  if (typeof value === 'boolean') return length === 1 ? (value ? '1' : '0') : undefined;
  if (typeof value !== 'string') return undefined;
  const little = [...Buffer.from(value, 'base64')];
  const text = little.reverse().map((byte) => byte.toString(2).padStart(8, '0')).join('').padStart(length, '0');
  return text.slice(-length);
};

const hstoreQuoted = (text: string): string => `"${text.replaceAll(/(["\\])/g, '\\$1')}"`;
const hstore: ValueReader = (value) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const size = (text: string): number => Buffer.byteLength(text);
  // The order in which the server keeps its keys.
  const pairs = Object.entries(value).sort(([a], [b]) => size(a) - size(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return pairs.map(([name, one]) => `${hstoreQuoted(name)}=>${typeof one === 'string' ? hstoreQuoted(one) : 'NULL'}`).join(', ');
};

const plainTypes = ['text', 'character varying', 'character', 'citext', 'name', '"char"', 'uuid', 'json', 'jsonb', 'xml', 'inet', 'cidr', 'macaddr', 'macaddr8', 'ltree', 'boolean', 'smallint', 'integer', 'bigint', 'oid', 'int4range', 'int8range', 'numrange', 'daterange', 'tsrange'];
const readers: Readonly<Record<string, ValueReader>> = {
  ...Object.fromEntries(plainTypes.map((name) => [name, asText])),
  numeric,
  real: float(true),
  'double precision': float(false),
  date: calendar('date', ''),
  'timestamp without time zone': calendar('timestamp', ''),
  'timestamp with time zone': calendar('timestamp', '+00'),
  'time without time zone': clock,
  interval: span,
  bytea: bytes,
  hstore,
  pg_lsn: hexText,
  // Its moments are printed in the zone of the connector's session.
  tstzrange: (value) => (typeof value === 'string' && !/[+-]\d\d(:\d\d)*("|,|\)|\])/.test(value.replaceAll('+00', '')) ? value : undefined),
};

// An empty list of these is one: of others it may be all that is left of a list with a value that Java cannot hold.
const safeEmpty = new Set([...plainTypes, 'double precision', 'real', 'bytea']);
// Of these Debezium knows lists; of any other type, and of numerics with a NaN, it sends NULL for a list without a word; of times it cuts the microseconds.
const listable = new Set([...[...safeEmpty].filter((name) => name !== 'ltree'), 'date', 'timestamp without time zone', 'timestamp with time zone']);
// In lists, moments far away have lost their era or are taken for infinity.
const farMoment = /^(?![+-]?(1[6-9]|[2-9]\d)\d\d-)/;
const javaArray = /^\[+(L[\w.$]+;|[BCDFIJSZ])@[0-9a-f]+$/;

function quoted(text: string): string {
  return text === '' || /[\s{}",\\]/.test(text) || /^null$/i.test(text) ? `"${text.replaceAll(/(["\\])/g, '\\$1')}"` : text;
}

function listReader(name: string, element: ValueReader): ValueReader {
  return (value) => {
    // A list of elements that Debezium does not know comes as the bytes of its text.
    if (typeof value === 'string') return hexText(value)?.startsWith('{') ? hexText(value) : undefined;
    if (!Array.isArray(value)) return undefined;
    if (value.length === 0) return safeEmpty.has(name) ? '{}' : undefined;
    // A list of lists comes as a list of nothing.
    if (value.every((one) => one === null)) return undefined;
    const parts: string[] = [];
    for (const one of value as readonly Json[]) {
      if (one === null) { parts.push('NULL'); continue; }
      const text = typeof one === 'string' && javaArray.test(one) ? undefined : inList(name, one) ? element(one) : undefined;
      if (text === undefined) return undefined;
      parts.push(quoted(text));
    }
    return `{${parts.join(',')}}`;
  };
}

function inList(name: string, value: Json): boolean {
  return !(typeof value === 'string' && /^(date|timestamp)/.test(name) && farMoment.test(value));
}

/** True for a column whose every value must be asked for, NULL included. */
export function isNeverTold(oid: number, fullName: string, types: ReadonlyMap<number, TypeInfo>): boolean {
  const type = types.get(oid);
  if (type?.category !== 'A' || type.element === 0) return false;
  const element = types.get(type.element);
  // A negative scale comes with digits that the value does not have.
  return element === undefined || element.kind !== 'b' || !listable.has(element.name.split('.').at(-1)!) || /,-\d+\)/.test(fullName);
}

const hexPlaceholder = Buffer.from(UNAVAILABLE).toString('hex');

/** True for what Debezium puts in place of a large value that an update did not touch. */
export function isUnavailable(value: Json): boolean {
  if (typeof value === 'string') return value === UNAVAILABLE || value === hexPlaceholder;
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length > 0 && typeof value[0] === 'string' && (value[0] === UNAVAILABLE || value[0] === hexPlaceholder);
  return UNAVAILABLE in value;
}

/** What the catalogue says of a type: its kind as `pg_type.typtype`, and the type beneath a domain or of an array's elements. */
export interface TypeInfo {
  readonly name: string;
  readonly kind: string;
  readonly base: number;
  readonly element: number;
  readonly category: string;
}

/** The reader of a column's values, by the type's oid and its name with modifier. */
export function valueReader(oid: number, fullName: string, types: ReadonlyMap<number, TypeInfo>): ValueReader {
  const type = types.get(oid);
  if (type === undefined) return unknown;
  if (type.category === 'A' && type.element !== 0) {
    const element = types.get(type.element);
    // Bits in lists have lost their length, fields of composites their zone.
    return element === undefined ? unknown : listReader(element.name, element.name.startsWith('bit') ? unknown : valueReader(type.element, element.name, types));
  }
  if (type.kind === 'd') return valueReader(type.base, types.get(type.base)?.name ?? '', types);
  if (type.kind === 'e') return asText;
  if (type.kind === 'c' || type.kind === 'm') return hexText;
  if (type.name === 'bit') return bits(Number(/\((\d+)\)/.exec(fullName)?.[1] ?? 1));
  return readers[type.name.split('.').at(-1)!] ?? unknown;
}
