import type { Anchor, AnchorSource } from './chain.types.js';

const timeoutMs = 30_000;

/** The heads as the stream brought them into the warehouse: every version of every seal, so that one which was changed later still shows what it said at first. */
export class WarehouseAnchors implements AnchorSource {
  private readonly address: URL;
  private readonly headers: Record<string, string>;

  /** `url`: `http://user:password@host:port`. */
  constructor(url: string) {
    this.address = new URL(url);
    this.headers = { 'x-clickhouse-user': decodeURIComponent(this.address.username) || 'default', 'x-clickhouse-key': decodeURIComponent(this.address.password) };
    this.address.username = '';
    this.address.password = '';
  }

  async read(after: number, upTo: number): Promise<Anchor[]> {
    const rows = await this.ask<{ position: string; head: string }>(`SELECT DISTINCT toString(last_position) AS position, head FROM crm_history.crm_audit_seals
      WHERE _op != 'd' AND last_position > ${after} AND last_position <= ${upTo} ORDER BY last_position`);
    return rows.map((row) => ({ position: Number(row.position), head: row.head }));
  }

  async last(): Promise<number> {
    const [row] = await this.ask<{ last: string }>(`SELECT toString(max(last_position)) AS last FROM crm_history.crm_audit_seals WHERE _op != 'd'`);
    return Number(row?.last ?? 0);
  }

  private async ask<T>(sql: string): Promise<T[]> {
    const response = await fetch(this.address, { method: 'POST', body: `${sql} FORMAT JSONEachRow`, headers: this.headers, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) throw new Error(text.split('\n')[0]?.slice(0, 300) ?? `The warehouse answered ${response.status}`);
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
  }
}
