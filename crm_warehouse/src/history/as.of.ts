import type { Warehouse } from '../connection.js';
import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import { microsText, nowMicros } from '../sink/state.store.js';

/** A moment of the ledger: an instant (microseconds since 1970-01-01 UTC, or a Date), or a position of the log. */
export type Moment = { readonly at: bigint | Date } | { readonly lsn: bigint };

/** From when on the history of a table answers, and why; undefined before its first snapshot. */
export interface HistoryBegin {
  /** Microseconds since 1970-01-01 UTC. */
  readonly at: bigint;
  readonly reason: 'snapshot' | 'retention' | 'emptied';
}

/** SQL of the instant at which the history of a table begins; 1970 where it has not begun. */
export function historyBegin(table: string): string {
  return `(SELECT max(begins_at) FROM crm_raw._history_begins WHERE table_name = ${quoteString(table)})`;
}

/** SQL of a condition that is true, or fails the whole query when `instant` lies before the history of the table. */
function guard(table: string, instant: string): string {
  // As a subquery of its own: a plain condition is never evaluated where no row is left to evaluate it on.
  return `(SELECT throwIf(${instant} < ${historyBegin(table)}, ${quoteString(`the history of ${table} does not reach back to this moment; crm_raw._history_begins says where it begins`)})) = 0`;
}

function newest(table: string, key: readonly string[], visible: string): string {
  const names = key.map(quoteName);
  // The sorting key backwards: parts are read in reverse order and the first row of each key is the answer.
  return `SELECT * FROM (SELECT * FROM crm_history.${quoteName(table)} FINAL WHERE ${visible} ORDER BY ${names.map((name) => `${name} DESC`).join(', ')}, _lsn DESC, _seq DESC LIMIT 1 BY ${names.join(', ')}) WHERE _op != 'd'`;
}

/** Name of the view that reads a table as of an instant: `SELECT … FROM crm_history.crm_x_asof(at = '2026-01-31 17:00:00')`. */
export function asOfViewName(table: string): string {
  return `crm_history.${quoteName(`${table}_asof`)}`;
}

/** SELECT of that view. It reads `*`, which is resolved when it is used, so the view follows every change of columns by itself. */
export function asOfViewSelect(table: string, key: readonly string[]): string {
  const at = "{at:DateTime64(6, 'UTC')}";
  return newest(table, key, `_committed_at <= ${at} AND ${guard(table, at)}`);
}

/**
 * The same for an instant that is itself SQL: a constant expression of type `DateTime64(6, 'UTC')`, such as a value that the question brings.
 * Fails as `asOf` does where the history does not reach back to it.
 */
export function asOfExpression(table: string, instant: string, key: readonly string[] = ['id']): string {
  return `(${newest(table, key, `_committed_at <= ${instant} AND ${guard(table, instant)}`)})`;
}

/** The same where the history is known, and without a row, rather than an error, where it does not reach back to the instant or has not begun: for what may be missing beside what is asked for. */
export function asOfWhereKnown(table: string, instant: string, key: readonly string[] = ['id']): string {
  const begun = `(SELECT count() > 0 AND max(begins_at) <= ${instant} FROM crm_raw._history_begins WHERE table_name = ${quoteString(table)})`;
  return `(${newest(table, key, `_committed_at <= ${instant} AND ${begun}`)})`;
}

/**
 * A table as it was, as an SQL expression for FROM: all columns of its history, one row per key. By instant: of all versions committed
 * up to it, the newest by (_lsn, _seq), unless that is a delete. By position: the same over the transactions whose commit ended at or
 * before it, as the watermark counts. The query fails where the history does not reach back that far.
 */
export function asOf(table: string, moment: Moment, key: readonly string[] = ['id']): string {
  if ('at' in moment) {
    const at = `toDateTime64(${quoteString(microsText(typeof moment.at === 'bigint' ? moment.at : BigInt(moment.at.getTime()) * 1000n))}, 6, 'UTC')`;
    return asOfExpression(table, at, key);
  }
  const lsn = String(moment.lsn);
  const instant = `(SELECT max(committed_at) FROM crm_raw._watermark_log WHERE lsn <= ${lsn})`;
  // A commit record begins before the position where it ends. Rows that do not know theirs (snapshots, sources that do not tell)
  // are placed by their time, through the log of the watermark.
  const visible = `if(_commit_lsn > 0, _commit_lsn < ${lsn}, _committed_at <= ${instant})`;
  return `(${newest(table, key, `${visible} AND ${guard(table, instant)}`)})`;
}

/** The instant up to which everything was committed when the tables were complete up to a position; undefined before the first one known. */
export async function instantOf(warehouse: Warehouse, lsn: bigint): Promise<bigint | undefined> {
  const row = await warehouse.first<{ n: string; at: string }>(`SELECT count() AS n, toUnixTimestamp64Micro(max(committed_at)) AS at FROM crm_raw._watermark_log WHERE lsn <= ${String(lsn)}`);
  return row === undefined || row.n === '0' ? undefined : BigInt(row.at);
}

/** From when on `asOf` answers for a table. */
export async function historyBegins(warehouse: Warehouse, table: string): Promise<HistoryBegin | undefined> {
  const row = await warehouse.first<{ at: string; reason: HistoryBegin['reason'] }>(
    'SELECT toUnixTimestamp64Micro(begins_at) AS at, reason FROM crm_raw._history_begins FINAL WHERE table_name = {table:String} ORDER BY begins_at DESC LIMIT 1', { params: { table } });
  return row === undefined ? undefined : { at: BigInt(row.at), reason: row.reason };
}

/** Notes that the history of a table begins at an instant. A snapshot counts only as the first note, or the first after a history was emptied: a later one adds to what is known. */
export async function recordBegin(warehouse: Warehouse, table: string, at: bigint, reason: HistoryBegin['reason']): Promise<void> {
  const own = `FROM crm_raw._history_begins WHERE table_name = ${quoteString(table)} AND reason`;
  const unless = reason === 'snapshot' ? ` WHERE (SELECT count() ${own} != 'emptied' AND begins_at > (SELECT max(begins_at) ${own} = 'emptied')) = 0` : '';
  await warehouse.command(
    `INSERT INTO crm_raw._history_begins SELECT ${quoteString(table)}, toDateTime64(${quoteString(microsText(at))}, 6, 'UTC'), ${quoteString(reason)}, ${String(nowMicros())}${unless}`, { idempotent: true });
}
