import type { WatermarkReader } from '../analytics/watermark.repository.js';

/** How far the warehouse is, and each of its tables. */
export interface Standing {
  /** Everything up to this position of the log is in the tables. */
  readonly lsn: string;
  readonly committedAt: string;
  readonly tables: ReadonlyMap<string, TableStanding>;
}

/** The last change of a table. `version` grows with each write of its rows, repairs included, and with nothing else. */
export interface TableStanding {
  readonly lastLsn: bigint;
  readonly version: string;
}

const sql = 'SELECT table_name, toString(last_lsn) AS last_lsn, toString(_version) AS version FROM crm_raw._tables FINAL FORMAT JSONEachRow';

/**
 * Reads where the warehouse stands; null before the stream's first watermark. The watermark is read before the tables, so that a table may be newer than `lsn` says,
 * never older: whoever resumes from `lsn` may hear of a change twice, but misses none.
 */
export async function readStanding(warehouse: Pick<WatermarkReader, 'read' | 'ask'>, timeoutMs: number): Promise<Standing | null> {
  const watermark = await warehouse.read(timeoutMs);
  if (!watermark) return null;
  const text = await warehouse.ask(sql, timeoutMs);
  const rows = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { table_name: string; last_lsn: string; version: string });
  return { lsn: watermark.lsn, committedAt: watermark.committed_at, tables: new Map(rows.map((row) => [row.table_name, { lastLsn: BigInt(row.last_lsn), version: row.version }])) };
}

/** Tables whose rows were written between two readings. */
export const changedBetween = (before: Standing, after: Standing): string[] => [...after.tables].filter(([name, { version }]) => before.tables.get(name)?.version !== version).map(([name]) => name).sort();

/** Tables that were changed after a position of the log. */
export const changedSince = ({ tables }: Standing, lsn: bigint): string[] => [...tables].filter(([, { lastLsn }]) => lastLsn > lsn).map(([name]) => name).sort();
