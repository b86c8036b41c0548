import type { Warehouse } from '../connection.js';
import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import { readSortingKey } from '../mirror/raw.order.js';
import { microsText } from '../sink/state.store.js';
import { historyBegins, recordBegin } from './as.of.js';

/** What shortening one table's history has removed. */
export interface RetentionResult {
  readonly table: string;
  /** Microseconds since 1970-01-01 UTC; as of earlier instants the table is not answered any more. */
  readonly horizon: bigint;
  readonly removed: number;
}

/** How long the history of a table is kept. */
export interface RetentionPolicy {
  readonly table: string;
  readonly keepDays: number;
}

const DAY = 86_400_000_000n;

/**
 * Removes the versions of a table that no question from the horizon on needs: those superseded at the horizon, and rows that were deleted
 * by then. The newest version before the horizon stays, so the state as of the horizon and of every later instant is unchanged.
 */
export async function shortenHistory(warehouse: Warehouse, table: string, horizon: bigint): Promise<RetentionResult> {
  const [found] = await warehouse.rows<{ key: string }>(`SELECT sorting_key AS key FROM system.tables WHERE database = 'crm_history' AND name = {table:String}`, { params: { table } });
  if (found === undefined) return { table, horizon, removed: 0 };
  const key = readSortingKey(found.key).map(({ name }) => name).filter((name) => name !== '_lsn' && name !== '_seq').map(quoteName);
  const at = `toDateTime64(${quoteString(microsText(horizon))}, 6, 'UTC')`;
  const place = [...key, '_lsn', '_seq'].join(', ');
  const victims = `SELECT ${place} FROM (
    SELECT ${place}, _op, row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY _lsn DESC, _seq DESC) AS _newer FROM crm_history.${quoteName(table)} FINAL WHERE _committed_at <= ${at}
  ) WHERE _newer > 1 OR _op = 'd'`;
  const row = await warehouse.first<{ n: string }>(`SELECT count() AS n FROM (${victims})`);
  const removed = Number(row?.n ?? 0);
  if (removed === 0) return { table, horizon, removed };
  // First the note: from here on an earlier question is refused, and never answered with what happens to be left.
  await recordBegin(warehouse, table, horizon, 'retention');
  await warehouse.command(`ALTER TABLE crm_history.${quoteName(table)} DELETE WHERE (${place}) IN (${victims}) SETTINGS mutations_sync = 2`, { idempotent: true });
  return { table, horizon, removed };
}

/**
 * Shortens the histories that a table has under earlier keys (`crm_x__1`): like its own while moments from the horizon on are told there,
 * and to nothing once the present history reaches back to it.
 */
async function shortenEarlier(warehouse: Warehouse, table: string, horizon: bigint): Promise<RetentionResult[]> {
  const earlier = await warehouse.rows<{ name: string; n: string }>(
    `SELECT name, toString(ifNull(total_rows, 0)) AS n FROM system.tables WHERE database = 'crm_history' AND match(name, {pattern:String}) AND total_rows > 0 ORDER BY name`, { params: { pattern: `^${table}__[0-9]+$` } });
  if (earlier.length === 0) return [];
  const begin = await historyBegins(warehouse, table);
  const results: RetentionResult[] = [];
  for (const { name, n } of earlier) {
    if (begin === undefined || begin.at > horizon) results.push(await shortenHistory(warehouse, name, horizon));
    else {
      await warehouse.command(`TRUNCATE TABLE crm_history.${quoteName(name)}`, { idempotent: true });
      results.push({ table: name, horizon, removed: Number(n) });
    }
  }
  return results;
}

/** The policies in force, as the stream has brought them: rows of `crm_retention_policies`. Tables without one keep everything. */
export async function readPolicies(warehouse: Warehouse): Promise<RetentionPolicy[]> {
  const exists = await warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_raw' AND name = 'crm_retention_policies'`);
  if (exists === undefined) return [];
  const rows = await warehouse.rows<{ table_name: string; keep_days: number }>(
    'SELECT table_name, min(keep_days) AS keep_days FROM crm_raw.crm_retention_policies FINAL WHERE deleted_at IS NULL GROUP BY table_name ORDER BY table_name');
  return rows.map((row) => ({ table: row.table_name, keepDays: row.keep_days }));
}

/** Applies every policy as of `now` (microseconds since 1970-01-01 UTC), at most up to the watermark: what is not complete is not judged. */
export async function applyRetention(warehouse: Warehouse, policies: readonly RetentionPolicy[], now: bigint): Promise<RetentionResult[]> {
  const results: RetentionResult[] = [];
  const mark = await warehouse.first<{ at: string }>('SELECT toUnixTimestamp64Micro(max(committed_at)) AS at FROM crm_raw._watermark FINAL');
  const complete = BigInt(mark?.at ?? 0);
  for (const { table, keepDays } of policies) {
    const wanted = now - BigInt(keepDays) * DAY;
    const horizon = wanted < complete ? wanted : complete;
    results.push(...(await shortenEarlier(warehouse, table, horizon)), await shortenHistory(warehouse, table, horizon));
  }
  return results;
}
