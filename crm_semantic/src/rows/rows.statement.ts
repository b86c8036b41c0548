import { RowsError } from './rows.types.js';

/** A statement of Cube with the row policies in it, and its column of each member. */
export interface MemberStatement {
  readonly sql: string;
  readonly values: unknown[];
  columnOf(member: string): string;
}

/** Asks Cube for the SQL of a query on the caller's behalf; an error of Cube is thrown with its status. */
export async function memberStatement(url: string, authorization: string, query: Readonly<Record<string, unknown>>): Promise<MemberStatement> {
  const response = await fetch(`${url}/cubejs-api/v1/sql`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const body = (await response.json()) as { error?: string; sql?: { sql?: [string, unknown[]]; aliasNameToMember?: Record<string, string>; error?: string } };
  const [sql, values] = body.sql?.sql ?? [];
  if (!response.ok || sql === undefined || values === undefined) throw new RowsError(response.ok ? 400 : response.status, String(body.error ?? body.sql?.error ?? 'Cube gives no SQL'));
  const aliases = new Map(Object.entries(body.sql?.aliasNameToMember ?? {}).map(([alias, member]) => [member, alias]));
  return {
    sql: sql.trim().replace(/\s+LIMIT \d+$/, ''), values,
    columnOf: (member) => {
      const alias = aliases.get(member);
      if (alias === undefined) throw new Error(`The SQL of Cube has no column for ${member}`);
      return alias;
    },
  };
}

/** A part in a statement of rows. */
export interface StatedPart {
  readonly column: string;
  /** The values of the rows matter one by one. */
  readonly sample: boolean;
}

/**
 * The page of the rows that give something, those that give most first, each with what the parts of all of them come to: `rows_total`,
 * `part_total_N`, and for a sample `part_median_N`, `part_p90_N` and `part_mean_N`. One statement, so that page and totals cannot differ.
 */
export function pageSql(statement: MemberStatement, key: string, parts: readonly StatedPart[], limit: number, offset: number): string {
  const gives = parts.map(({ column, sample }) => (sample ? `isNotNull(${column})` : `ifNull(${column} != 0, 0)`)).join(' OR ');
  const totals = parts.flatMap(({ column, sample }, index) => (sample
    ? [
      `count(${column}) OVER () AS part_total_${index}`, `avg(${column}) OVER () AS part_mean_${index}`,
      // Null goes last; the middle of the others is between these two.
      ...[['median', 0.5], ['p90', 0.9]].map(([name, level]) => `if(count(${column}) OVER () = 0, NULL, quantileExactInclusive(${level})(${column}) OVER ()) AS part_${name}_${index}`),
    ]
    : [`sum(${column}) OVER () AS part_total_${index}`]));
  const order = [...parts.map(({ column }) => `ifNull(abs(toFloat64(${column})), -1) DESC`), `${key} ASC`].join(', ');
  return `SELECT *, count() OVER () AS rows_total, ${totals.join(', ')} FROM (${statement.sql}) AS rows_of_number WHERE ${gives} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`;
}
