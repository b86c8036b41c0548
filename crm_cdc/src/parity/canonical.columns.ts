import pg from 'pg';
import { mirrorType, quoteName } from 'crm_warehouse';
import type { ColumnShape } from '../mappings/table.shape.js';

/** The same text for the same value, as an SQL expression of each side; NULL for NULL. */
export interface CanonicalColumn {
  readonly postgres: string;
  readonly warehouse: string;
  /** True when the text may hold any character, so that it needs its length in front to be told from its neighbours. */
  readonly free: boolean;
}

// The warehouse keeps moments outside these years as the nearest one inside; Postgres' value is compared as that.
const firstMoment = '1900-01-01 00:00:00';
const lastMoment = '2299-12-31 23:59:59.999999';

function clamped(column: string, cast: string): string {
  return `CASE WHEN ${column} < '${firstMoment}' THEN '${firstMoment}'::${cast} WHEN ${column} >= '2300-01-01' THEN '${lastMoment}'::${cast} ELSE ${column} END`;
}

/** Expressions of a column by its Postgres type. */
export function canonicalColumn(column: ColumnShape): CanonicalColumn {
  const mine = pg.escapeIdentifier(column.name);
  const theirs = quoteName(column.name);
  const { type, element } = mirrorType(column.type);
  const plain = { postgres: `${mine}::text`, warehouse: `toString(${theirs})`, free: false };
  if (element !== undefined) {
    // Numbers, booleans and JSON stay bare in the JSON of an array, all else becomes strings.
    const bare = /^(smallint|integer|bigint|real|double precision|numeric.*|boolean|jsonb?)$/.test(element);
    // Read back from the array's own text, an element has the text of its output function; a cast trims char(n) and adds a netmask to
    // inet. Only box separates its elements otherwise.
    const array = bare ? mine : element === 'box' ? `${mine}::text[]` : `CASE WHEN ${mine} IS NOT NULL THEN format('%s', ${mine})::text[] END`;
    return { postgres: `array_to_json(${array})::text`, warehouse: theirs, free: true };
  }
  if (type.startsWith('Decimal')) {
    const scale = /, (\d+)\)/.exec(type)?.[1] ?? '0';
    // NaN has no place in a decimal and is NULL there; where NULL is not allowed either, the row is a dead letter and a difference.
    return { ...plain, postgres: `nullif(${mine}, 'NaN')::text`, warehouse: `toDecimalString(${theirs}, ${scale})` };
  }
  if (type.startsWith('DateTime64')) {
    const cast = column.type.endsWith('with time zone') ? 'timestamptz' : 'timestamp';
    return { ...plain, postgres: `(extract(epoch FROM ${clamped(mine, cast)}) * 1000000)::bigint::text`, warehouse: `toString(toUnixTimestamp64Micro(${theirs}))` };
  }
  if (type === 'Date32') return { ...plain, postgres: `to_char(${clamped(mine, 'date')}, 'YYYY-MM-DD')` };
  if (type === 'Float64') return { ...plain, postgres: bits(mine, 'float8send'), warehouse: bitsThere(theirs, 'UInt64', 16) };
  if (type === 'Float32') return { ...plain, postgres: bits(mine, 'float4send'), warehouse: bitsThere(theirs, 'UInt32', 8) };
  if (type !== 'String') return plain;
  // format() prints as the type's output function does; a cast to text trims char(n) and adds a netmask to inet. A composite of
  // nothing but NULLs "is null" and yet a value, so its NULLs are counted.
  const text = /^(text|citext|jsonb?|character varying.*)$/.test(column.type) ? `${mine}::text` : `CASE WHEN num_nulls(${mine}) = 0 THEN format('%s', ${mine}) END`;
  return { postgres: text, warehouse: theirs, free: true };
}

// Floats print differently on both sides; their bits do not.
function bits(column: string, send: string): string {
  return `CASE WHEN ${column} = 'NaN' THEN 'nan' ELSE encode(${send}(${column}), 'hex') END`;
}

function bitsThere(column: string, integer: string, digits: number): string {
  return `if(isNaN(${column}), 'nan', leftPad(lower(hex(reinterpretAs${integer}(assumeNotNull(${column})))), ${digits}, '0'))`;
}

/** One text per row of these columns, different for different rows, as an SQL expression of each side. */
export function canonicalRow(columns: readonly ColumnShape[]): { readonly postgres: string; readonly warehouse: string } {
  const all = columns.map((column) => ({ column, text: canonicalColumn(column) }));
  return {
    // Postgres takes at most 100 arguments; || has no limit.
    postgres: all.map(({ text }) => (text.free
      ? `coalesce((SELECT octet_length(t) || ':' || t FROM (SELECT ${text.postgres} AS t) AS v), '-')`
      : `coalesce(${text.postgres}, '-')`)).join(` || '|' || `),
    warehouse: `concat(${all.map(({ column, text }) => {
      const shown = text.free ? `concat(toString(length(${text.warehouse})), ':', ${text.warehouse})` : text.warehouse;
      // Also where Postgres has no NULL: a column that came later has none for versions of before.
      return `if(isNull(${quoteName(column.name)}), '-', assumeNotNull(${shown}))`;
    }).join(`, '|', `)}, '')`,
  };
}
