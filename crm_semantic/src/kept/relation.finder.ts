import { scanSql } from 'crm_warehouse';

/** A subquery of a statement that stands for the rows of a cube: `(SELECT …) AS \`crm_deals\``. */
export interface Relation {
  readonly cube: string;
  /** What stands between the brackets. */
  readonly sql: string;
  /** Where the opening bracket is, and the place behind the closing one. */
  readonly from: number;
  readonly to: number;
}

const alias = /\s+AS\s+`(\w+)`/y;

/** The rows of these cubes in a statement as Cube writes it, in their order, none inside another; what holds a placeholder for a value is left out. */
export function relationsIn(statement: string, cubes: Pick<ReadonlySet<string>, 'has'>): Relation[] {
  const open: number[] = [];
  let found: Relation[] = [];
  for (const { kind, text, start, end } of scanSql(statement)) {
    if (kind !== 'punct') continue;
    if (text === '(') open.push(start);
    if (text !== ')') continue;
    const from = open.pop();
    alias.lastIndex = end;
    const cube = alias.exec(statement)?.[1];
    if (from === undefined || cube === undefined || !cubes.has(cube)) continue;
    const sql = statement.slice(from + 1, start);
    found = found.filter((inner) => inner.from < from);
    if (!sql.includes('?')) found.push({ cube, sql, from, to: end });
  }
  return found;
}
