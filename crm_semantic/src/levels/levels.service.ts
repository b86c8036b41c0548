import { transformValue, type Cell } from '../native/result.transform.js';
import { memberStatement } from '../rows/rows.statement.js';
import { RowsError } from '../rows/rows.types.js';
import { noteRead, noteTables } from '../server/read.tables.js';
import { tablesRead, type TableVersions } from '../server/table.versions.js';
import { levelsStatement, markColumn } from './levels.statement.js';

/** A question and its levels: the dimensions of each, steps of time as `view.time.grain`; all of them together are those of the query. */
export interface LevelsQuery {
  readonly levels: readonly (readonly string[])[];
  readonly limit: number;
  readonly query: Readonly<Record<string, unknown>>;
}

/** The rows of a level, each its values in the order of the members. */
export interface LevelRows {
  readonly members: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What levels are read from. */
export interface LevelsSource {
  readonly url: string;
  readonly versions: Pick<TableVersions, 'fingerprint'>;
  query(sql: string, values: unknown[]): Promise<Record<string, unknown>[]>;
}

type TimeDimension = { readonly dimension: string; readonly granularity?: string; readonly dateRange?: unknown };
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const timesOf = (query: LevelsQuery['query']): readonly TimeDimension[] => list(query['timeDimensions']) as readonly TimeDimension[];

// As long as Cube keeps its rows.
const keepMs = 3_600_000;

/** The rows of every level: by one statement where the warehouse can group what it has read by each of them, else by one of each. */
export async function rowsOfLevels(source: LevelsSource, authorization: string, asked: LevelsQuery): Promise<readonly LevelRows[]> {
  if (asked.levels.length > 1) {
    const together = await askedTogether(source, authorization, asked);
    if (together !== null) return together;
  }
  return Promise.all(asked.levels.map((level) => askedAlone(source, authorization, asked, level)));
}

async function askedTogether({ url, versions, query: run }: LevelsSource, authorization: string, { levels, limit, query }: LevelsQuery): Promise<readonly LevelRows[] | null> {
  const statement = await memberStatement(url, authorization, { ...query, order: [] });
  const all = levelsStatement(statement, levels, limit);
  if (all === null) return null;
  const tables = tablesRead(all.sql);
  noteTables(tables);
  const state = await versions.fingerprint(tables);
  const found = await run(all.sql, statement.values).catch((error: unknown) => {
    // A dimension that is the same for every row is no key to the warehouse.
    if (String(error).includes('GROUPING function argument')) return null;
    throw error;
  });
  if (found === null) return null;
  noteRead({ tables, state, until: Date.now() + keepMs });
  const measures = list(query['measures']).map(String);
  const times = new Set(timesOf(query).map(({ dimension, granularity }) => `${dimension}.${granularity ?? ''}`));
  const layout = levels.map((level) => [...level, ...measures].map((member) => ({ column: statement.columnOf(member), type: times.has(member) ? 'time' : '' })));
  const rows = levels.map((): Cell[][] => []);
  for (const row of found) {
    const level = all.levelOf(row[markColumn]);
    if (level === undefined) throw new Error(`The warehouse answers a row of no level: ${String(row[markColumn])}`);
    rows[level]!.push(layout[level]!.map(({ column, type }) => transformValue((row[column] ?? null) as Cell, type)));
  }
  return levels.map((level, at) => ({ members: [...level, ...measures], rows: rows[at]! }));
}

/** A level as Cube answers it. */
async function askedAlone({ url }: LevelsSource, authorization: string, { limit, query }: LevelsQuery, level: readonly string[]): Promise<LevelRows> {
  const { dimensions, timeDimensions, ...rest } = query;
  const inLevel = new Set(level);
  const times = timesOf({ timeDimensions }).flatMap(({ dimension, granularity, ...time }) => {
    const split = granularity !== undefined && inLevel.has(`${dimension}.${granularity}`);
    return split || 'dateRange' in time ? [{ dimension, ...time, ...(split ? { granularity } : {}) }] : [];
  });
  const own = { ...rest, dimensions: list(dimensions).filter((one) => inLevel.has(String(one))), timeDimensions: times, limit };
  const members = [...level, ...list(query['measures']).map(String)];
  for (;;) {
    const response = await fetch(`${url}/cubejs-api/v1/load`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ query: own }) });
    const answer = (await response.json()) as { error?: string; data?: readonly Readonly<Record<string, Cell>>[] };
    if (answer.error === 'Continue wait') continue;
    if (!response.ok || !answer.data) throw new RowsError(response.ok ? 500 : response.status, String(answer.error ?? 'Cube gives no rows'));
    noteTables(response.headers.get('x-crm-tables')?.split(',') ?? []);
    return { members, rows: answer.data.map((row) => members.map((member) => row[member] ?? null)) };
  }
}
