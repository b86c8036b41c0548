import jwt from 'jsonwebtoken';
import { views } from '../model/model.index.js';
import { measuresOf, splitOf } from './proof.sql.js';
import type { ProofCase, ViewProof } from './proof.types.js';

/** Where the semantic layer answers and the key of its internal tokens. */
export interface CubeAddress {
  readonly url: string;
  readonly secret: string;
}

/** What Cube would send to the warehouse, and which of its columns are the split and the numbers. */
export interface CubeStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly split: readonly string[];
  readonly numbers: readonly string[];
}

/** More groups than this cannot be compared: Cube cuts the answer there. */
export const mostGroups = 50_000;

/** The question of a case as Cube's query. */
export function cubeQuery(proof: ViewProof, asked: ProofCase): Record<string, unknown> {
  const named = (name: string): string => `${proof.view}.${name}`;
  const { period } = asked;
  // Cube wants both ends of a range; these lie beyond every record.
  const range = period && (period.from ?? period.to) ? { dateRange: [period.from ?? '1901-01-01', period.to ?? '2199-12-31'] } : {};
  return {
    measures: measuresOf(proof, asked).map(named),
    dimensions: (asked.dimensions ?? []).map(named),
    timeDimensions: period ? [{ dimension: named(period.dimension), ...(period.step ? { granularity: period.step } : {}), ...range }] : [],
    filters: [...(proof.given ?? []), ...(asked.filters ?? [])].map(({ dimension, values }) => ({ member: named(dimension), ...(values.includes(null) ? { operator: 'notSet' } : { operator: 'equals', values }) })),
    timezone: asked.timeZone ?? 'UTC',
    order: [],
    limit: mostGroups,
  };
}

/** Asks the semantic layer for the SQL of a case, as someone who may see every row. */
export async function cubeStatement(cube: CubeAddress, proof: ViewProof, asked: ProofCase, signal?: AbortSignal): Promise<CubeStatement> {
  const scopes = Object.fromEntries(views.map(({ resource }) => [resource, 'all']));
  const token = jwt.sign({ sub: 'kpi proof', roles: [], scopes, user_id: null, team_ids: [], region: null }, cube.secret, { algorithm: 'HS256', expiresIn: '5m' });
  const response = await fetch(`${cube.url}/cubejs-api/v1/sql`, {
    method: 'POST', headers: { authorization: token, 'content-type': 'application/json' }, body: JSON.stringify({ query: cubeQuery(proof, asked) }), ...(signal ? { signal } : {}),
  });
  const body = (await response.json()) as { error?: string; sql?: { sql: [string, unknown[]]; aliasNameToMember: Record<string, string> } };
  if (!response.ok || !body.sql) throw new Error(`The semantic layer gives no SQL for ${proof.view} by ${asked.name}: ${body.error ?? response.status}`);
  const [sql, values] = body.sql.sql;
  const aliases = new Map(Object.entries(body.sql.aliasNameToMember).map(([alias, member]) => [member, alias]));
  const alias = (name: string): string => {
    const found = aliases.get(`${proof.view}.${name}`);
    if (found === undefined) throw new Error(`The SQL of ${proof.view} by ${asked.name} has no column for ${name}`);
    return found;
  };
  return { sql, values, split: splitOf(asked).map(alias), numbers: measuresOf(proof, asked).map(alias) };
}

const mirrored = /\bcrm_raw\.(crm_[a-z0-9_]+)\s+FINAL\b/g;
const kept = /\bcrm_history\.`?(crm_[a-z0-9_]+)`?\s+FINAL\b/g;
/** Where histories begin: facts about the warehouse that do not change with the rows of a moment. */
const begins = /\bcrm_raw\._history_begins\b/g;
const clocks = /\b(now|now64|nowInBlock|today|yesterday|currentTimestamp|current_timestamp|rand\w*|generateUUID\w*)\s*\(/i;

/** What the warehouse had at a moment: SQL of subqueries with the rows of a table, and with all versions of them until then. */
export interface RowsOfMoment {
  tableAt(table: string): string;
  historyAt(table: string): string;
}

/**
 * The same statement over the rows of a moment and at a pinned time: every `crm_raw.x FINAL` becomes `tableAt('x')`, every `crm_history.x FINAL`
 * `historyAt('x')`. Throws when the text reads anything else or asks for a clock that is not pinned, since both sides would then see different things.
 */
export function pinned(sql: string, rows: RowsOfMoment, at: Date): string {
  const stamp = at.toISOString().replace('T', ' ').replace('Z', '');
  const timed = sql
    .replaceAll(/\btoday\(\)/g, `toDate('${stamp.slice(0, 10)}')`)
    .replaceAll(/\bnow64\(\)/g, `toDateTime64('${stamp}', 3, 'UTC')`)
    .replaceAll(/\bnow\('UTC'\)/g, `toDateTime('${stamp.slice(0, 19)}', 'UTC')`);
  const bare = timed.replaceAll(mirrored, '(').replaceAll(kept, '(').replaceAll(begins, '(');
  const other = /\b(?:crm_[a-z]+|system|information_schema)\.\w+ +(?:FINAL|AS)\b|\bcrm_(?:raw|history|mart|cdc)\s*\.|\b(?:FROM|(?<!ARRAY )JOIN)\s+(?!\()\S+/i.exec(bare);
  if (other) throw new Error(`The SQL of the semantic layer reads "${other[0]}", which has no state of a moment: read crm_raw.<table> FINAL or crm_history.<table> FINAL`);
  const clock = clocks.exec(bare);
  if (clock) throw new Error(`The SQL of the semantic layer asks for ${clock[0]}), which is not pinned: use today(), now64() or now('UTC')`);
  return timed.replaceAll(mirrored, (_all, table: string) => rows.tableAt(table)).replaceAll(kept, (_all, table: string) => rows.historyAt(table));
}
