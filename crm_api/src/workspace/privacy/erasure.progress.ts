/** How far an erasure is downstream. */
export interface ErasureProgress {
  /** Row versions removed or overwritten in the warehouse. */
  readonly removed: number;
  readonly completed_at: string;
  /** Position of the erasure in the log, decimal text. */
  readonly lsn: string;
  /** When the person's records had left Kafka's topics; null before, and without Kafka. */
  readonly topics_purged_at: string | null;
}

/** Reads from the warehouse which erasures are complete there; null where it cannot be asked. */
export async function readProgress(clickhouseUrl: string | null, ids: readonly string[]): Promise<ReadonlyMap<string, ErasureProgress> | null> {
  if (clickhouseUrl === null || ids.length === 0) return clickhouseUrl === null ? null : new Map();
  const address = new URL(clickhouseUrl);
  const headers = { 'x-clickhouse-user': decodeURIComponent(address.username) || 'default', 'x-clickhouse-key': decodeURIComponent(address.password) };
  address.username = '';
  address.password = '';
  const body = `SELECT toString(id) AS id, toString(removed) AS removed, toString(toUnixTimestamp64Milli(completed_at)) AS completed, toString(lsn) AS lsn, toString(toUnixTimestamp64Milli(topics_purged_at)) AS purged
    FROM crm_cdc.erasures FINAL WHERE id IN (${ids.map((id) => `'${id}'`).join(', ')}) FORMAT JSONEachRow`;
  try {
    const response = await fetch(address, { method: 'POST', body, headers, signal: AbortSignal.timeout(2000) });
    const text = await response.text();
    if (!response.ok) return null;
    const rows = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { id: string; removed: string; completed: string; lsn: string; purged: string | null });
    const moment = (ms: string): string => new Date(Number(ms)).toISOString();
    return new Map(rows.map((row) => [row.id, { removed: Number(row.removed), completed_at: moment(row.completed), lsn: row.lsn, topics_purged_at: row.purged === null ? null : moment(row.purged) }]));
  } catch {
    return null; // The ledger's own part of the answer stands without it; the caller says that the rest is not known.
  }
}
