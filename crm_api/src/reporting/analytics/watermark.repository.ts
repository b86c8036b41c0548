import { SpanKind } from '@opentelemetry/api';
import { inSpan, traceHeaders } from 'crm_telemetry';

/** How far the warehouse is: complete up to `lsn`, whose transaction was committed at `committed_at`. */
export interface Watermark {
  /** Decimal text, as a log position exceeds what JSON numbers hold. */
  readonly lsn: string;
  readonly committed_at: string;
  /** Milliseconds between that commit and now; while the stream idles it is refreshed every second. */
  readonly lag_ms: number;
}

/** A watermark with the time at which the stream last gave a sign of life. */
export interface ObservedWatermark extends Watermark {
  readonly observedAt: number;
}

const sql = `SELECT toString(lsn) AS lsn, toString(toUnixTimestamp64Milli(committed_at)) AS committed, toString(toUnixTimestamp64Milli(observed_at)) AS observed
  FROM crm_raw._watermark FINAL ORDER BY lsn DESC LIMIT 1 FORMAT JSONEachRow`;

/** Reads the warehouse's watermark over its HTTP interface; the API needs nothing else of it. */
export class WatermarkReader {
  private readonly address: URL;
  private readonly headers: Record<string, string>;

  constructor(url: string) {
    this.address = new URL(url);
    this.headers = {
      'x-clickhouse-user': decodeURIComponent(this.address.username) || 'default',
      'x-clickhouse-key': decodeURIComponent(this.address.password),
    };
    this.address.username = '';
    this.address.password = '';
  }

  /** The watermark, or null before the stream's first one; rejects where the warehouse does not answer in time. */
  async read(timeoutMs = 2000): Promise<ObservedWatermark | null> {
    const text = await this.ask(sql, timeoutMs);
    if (text.trim() === '') return null;
    const row = JSON.parse(text) as { lsn: string; committed: string; observed: string };
    return {
      lsn: row.lsn,
      committed_at: new Date(Number(row.committed)).toISOString(),
      lag_ms: Math.max(0, Date.now() - Number(row.committed)),
      observedAt: Number(row.observed),
    };
  }

  /** The answer to a statement as text; rejects where the warehouse does not answer in time, or with an error. */
  async ask(statement: string, timeoutMs: number): Promise<string> {
    return inSpan({ name: 'crm.warehouse.query', kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'clickhouse', 'db.query.text': statement } }, async () => {
      const response = await fetch(this.address, { method: 'POST', body: statement, headers: { ...this.headers, ...traceHeaders() }, signal: AbortSignal.timeout(timeoutMs) });
      const text = await response.text();
      if (!response.ok) throw new Error(`The warehouse answers ${response.status}: ${text.slice(0, 200)}`);
      return text;
    });
  }

  /** Whether the warehouse serves; resolves to its latency in milliseconds. */
  async ping(timeoutMs = 2000): Promise<number> {
    const began = performance.now();
    const response = await fetch(new URL('/ping', this.address), { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The warehouse answers ${response.status}`);
    return Math.round(performance.now() - began);
  }
}
