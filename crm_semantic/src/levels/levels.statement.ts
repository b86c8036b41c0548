import type { MemberStatement } from '../rows/rows.statement.js';

/** A statement that answers several levels of a question at once; its rows say by `level` which one they are of. */
export interface LevelsStatement {
  readonly sql: string;
  /** The level of a row by its `level`. */
  levelOf(mark: unknown): number | undefined;
}

/** The column that tells the levels apart. */
export const markColumn = 'crm_level';

/** Several levels, some dimensions each, of one aggregation: ClickHouse reads and joins the rows once and groups them by each level. */
export function levelsStatement(statement: MemberStatement, levels: readonly (readonly string[])[], limit: number): LevelsStatement | null {
  const parts = groupedOnce(statement.sql);
  if (parts === null) return null;
  const [head, from, keys] = parts;
  const sets = levels.map((level) => level.map((member) => statement.columnOf(member)));
  const used = [...new Set(sets.flat())];
  // A dimension that the statement groups by, but no level asks for, would be in none of them.
  if (used.length !== keys.length || !keys.every((key) => used.includes(key.replaceAll('`', '')))) return null;
  const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const order = keys.map((key) => key.replaceAll('`', ''));
  // grouping() has a bit for each of its arguments, the first the highest, that is set where the row is not grouped by it.
  const marks = new Map(sets.map((set, level) => [order.reduce((mask, key, at) => (set.includes(key) ? mask : mask + 2 ** (order.length - 1 - at)), 0), level]));
  if (marks.size < levels.length) return null;
  const sql = `${head}, grouping(${quoted(order)}) AS ${markColumn} ${from} GROUP BY GROUPING SETS (${sets.map((set) => `(${quoted(set)})`).join(', ')}) LIMIT ${limit} BY ${markColumn}`;
  return { sql, levelOf: (mark) => marks.get(Number(mark)) };
}

/** What is selected, from where, and the keys of a statement that groups rows as they are; null where it first makes other rows of them for just these dimensions, as it does to count nothing twice. */
function groupedOnce(sql: string): readonly [select: string, from: string, keys: readonly string[]] | null {
  const [first, from, group, ...more] = clausesOf(sql);
  if (first?.word !== 'SELECT' || first.at !== 0 || from?.word !== 'FROM' || group?.word !== 'GROUP BY' || more.length > 0) return null;
  const source = sql.slice(from.at, group.at);
  // The rows begin with a cube, not with a list of keys.
  if (/^FROM\s*\(\s*SELECT\s+DISTINCT\b/i.test(source) || !/^FROM\s/.test(source)) return null;
  const keys = sql.slice(group.at + 'GROUP BY'.length).split(',').map((key) => key.trim());
  return keys.every((key) => /^`\w+`$/.test(key)) ? [sql.slice(0, from.at).trimEnd(), source.trimEnd(), keys] : null;
}

const clause = /'(?:[^'\\]|\\.)*'|`[^`]*`|[()]|\b(?:SELECT|FROM|GROUP BY|ORDER BY|HAVING|UNION|WITH|LIMIT|WINDOW|QUALIFY)\b/g;

/** The clauses of the outermost statement; what stands in brackets or quotes is passed over. */
function clausesOf(sql: string): { readonly word: string; readonly at: number }[] {
  let depth = 0;
  const found: { word: string; at: number }[] = [];
  for (const { 0: word, index } of sql.matchAll(clause)) {
    if (word === '(') depth += 1;
    else if (word === ')') depth -= 1;
    else if (depth === 0 && !/^['`]/.test(word)) found.push({ word, at: index });
  }
  return found;
}
