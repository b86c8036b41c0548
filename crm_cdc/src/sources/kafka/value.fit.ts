import type { Json, TypeInfo } from './value.text.js';

const numeric = /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|NAN|NaN|(POSITIVE_|NEGATIVE_)?INFINITY|-?Infinity)$/;
const isText = (value: Json): boolean => typeof value === 'string';
const isFloat = (value: Json): boolean => typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'string' && numeric.test(value));
const like = (pattern: RegExp) => (value: Json): boolean => typeof value === 'string' && pattern.test(value);
const whole = (bits: number) => (value: Json): boolean => (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) && BigInt.asIntN(bits, BigInt(value)) === BigInt(value);
const moment = /^[+-]?\d{4,10}-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)?$|^-?infinity$/;

// The form of a type's values in records; those of other types travel in many forms, and nothing can be told by them.
const forms: Readonly<Record<string, (value: Json) => boolean>> = {
  smallint: whole(16), integer: whole(32), bigint: whole(64), oid: whole(64),
  real: isFloat, 'double precision': isFloat, numeric: isFloat,
  boolean: (value) => typeof value === 'boolean',
  uuid: like(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
  date: like(/^[+-]?\d{4,10}-\d\d-\d\dZ?$/),
  'timestamp without time zone': like(moment),
  'timestamp with time zone': like(moment),
  ...Object.fromEntries(['text', 'character varying', 'character', 'citext', 'json', 'jsonb', 'xml', 'interval', 'bytea'].map((name) => [name, isText])),
};

/** True when a value of a record may be one of a column's type: whether a record was written with the present shape of its table shows only in its values. */
export function fitsType(value: Json, oid: number, types: ReadonlyMap<number, TypeInfo>): boolean {
  const type = types.get(oid);
  if (value === null || type === undefined) return true;
  // What stands in a list may have been destroyed on its way, which is for its reader to find.
  if (type.category === 'A' && type.element !== 0) return Array.isArray(value) || typeof value === 'string';
  if (type.kind === 'd') return fitsType(value, type.base, types);
  return forms[type.name.split('.').at(-1)!]?.(value) ?? true;
}

/** Postgres' name of a type that holds a value whose own type is not known any more. */
export function typeOfValue(value: Json): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return 'bigint';
  if (typeof value === 'number') return Number.isInteger(value) ? 'bigint' : 'double precision';
  return 'text';
}
