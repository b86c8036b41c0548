import { setTimeout as pause } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import type { Readable } from 'node:stream';

/** Name of the user who may only read; on the embedded warehouse its password is that of the writing user. */
export const READER = 'crm_reader';

/** The URL of the warehouse for reading only: the same server and password with the user `crm_reader`. */
export function readerUrl(url: string): string {
  const reader = new URL(url);
  reader.username = READER;
  return reader.href;
}

/** How a statement is run. */
export interface QueryOptions {
  /** Values of `{name:Type}` placeholders. */
  readonly params?: Record<string, unknown>;
  readonly settings?: ClickHouseSettings;
  /** Says that running it twice does no harm, so that it is repeated after a lost connection. Reads always are. */
  readonly idempotent?: boolean;
  readonly signal?: AbortSignal;
  /** Longest time of one attempt, ms, where shorter than the connection's; after it the connection counts as lost. */
  readonly timeoutMs?: number;
  readonly queryId?: string;
}

/** How a connection is made. */
export interface WarehouseOptions {
  /** Longest time, in milliseconds, in which an idempotent operation looks for a lost server again. Default 30,000: a part that died is back within 5 s. */
  readonly retryForMs?: number;
  /** Longest time of one request, in milliseconds. Default 600,000. */
  readonly requestTimeoutMs?: number;
  /** Connections kept open at most. Default 10. */
  readonly maxConnections?: number;
  readonly database?: string;
}

// The client's own defaults lose digits: 64-bit integers and decimals travel as text, and times carry their zone.
const EXACT: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_decimal_trailing_zeros: 1,
  date_time_output_format: 'iso',
  date_time_input_format: 'best_effort',
};

const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);

/** Whether an error says that the connection, not the statement, failed. */
export function isConnectionLoss(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code !== undefined && LOST.has(code)) return true;
    if (/socket hang up|Timeout error|premature close/i.test(at.message)) return true;
  }
  return false;
}

/** The warehouse, embedded or real, as all packages use it. */
export class Warehouse {
  private constructor(
    /** The client itself, for what this wrapper does not offer. */
    readonly client: ClickHouseClient,
    readonly url: string,
    private readonly retryForMs: number,
  ) {}

  /** @internal use createWarehouse */
  static open(url: string, options: WarehouseOptions): Warehouse {
    const client = createClient({
      url,
      database: options.database,
      request_timeout: options.requestTimeoutMs ?? 600_000,
      max_open_connections: options.maxConnections ?? 10,
      application: 'crm',
      clickhouse_settings: EXACT,
      // Failures are thrown and reported by who asked; a second report on stderr only frightens.
      log: { level: ClickHouseLogLevel.OFF },
    });
    return new Warehouse(client, url, options.retryForMs ?? 30_000);
  }

  /** Rows of a SELECT as objects: 64-bit integers and decimals as text, times as ISO text in UTC. */
  async rows<T>(query: string, options: QueryOptions = {}): Promise<T[]> {
    return this.retrying(true, options, async (asked) => (await this.client.query({ query, format: 'JSONEachRow', ...asked })).json<T>());
  }

  /** The first row of a SELECT, or undefined. */
  async first<T>(query: string, options: QueryOptions = {}): Promise<T | undefined> {
    return (await this.rows<T>(query, options))[0];
  }

  /** Rows of a SELECT as they arrive; not repeated when the connection is lost in between. */
  async *stream<T>(query: string, options: QueryOptions = {}): AsyncGenerator<T, void, undefined> {
    const result = await this.retrying(true, options, (asked) => this.client.query({ query, format: 'JSONEachRow', ...asked }));
    for await (const rows of result.stream<T>()) for (const row of rows) yield row.json();
  }

  /** Runs a statement without rows, such as DDL. */
  async command(query: string, options: QueryOptions = {}): Promise<void> {
    await this.retrying(options.idempotent ?? false, options, (asked) => this.client.command({ query, ...asked }));
  }

  /** Inserts objects (JSONEachRow); decimals and 64-bit integers may be given as text. */
  async insert(table: string, rows: readonly object[], options: QueryOptions = {}): Promise<void> {
    if (rows.length === 0) return;
    await this.retrying(options.idempotent ?? false, options, (asked) => this.client.insert({ table, values: rows, format: 'JSONEachRow', ...asked }));
  }

  /** Runs `INSERT … FORMAT X` with the data from `body`, called anew for each attempt. */
  async insertBody(query: string, body: () => Readable, options: QueryOptions = {}): Promise<void> {
    await this.retrying(options.idempotent ?? false, options, async (asked) => {
      const { stream } = await this.client.exec({ query, values: body(), ...asked });
      // The answer has no rows; reading it to its end frees the connection.
      for await (const _ of stream) void _;
    });
  }

  /** Whether the server answers and knows the user. */
  async ping(): Promise<boolean> {
    return (await this.client.ping({ select: true })).success;
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.client.close();
  }

  private async retrying<T>(idempotent: boolean, options: QueryOptions, run: (asked: Asked) => Promise<T>): Promise<T> {
    const until = Date.now() + this.retryForMs;
    for (let wait = 50; ; wait = Math.min(wait * 2, 2000)) {
      try {
        return await limited(options, run);
      } catch (error) {
        if (!idempotent || options.signal?.aborted === true || !isConnectionLoss(error) || Date.now() + wait > until) throw error;
        await pause(wait, undefined, { signal: options.signal });
      }
    }
  }
}

interface Asked {
  readonly query_params?: Record<string, unknown>;
  readonly clickhouse_settings?: ClickHouseSettings;
  readonly abort_signal?: AbortSignal;
  readonly query_id?: string;
}

/** Runs one attempt; past its time limit the request is given up and the error says that the connection was lost. */
async function limited<T>({ params, settings, signal, queryId, timeoutMs }: QueryOptions, run: (asked: Asked) => Promise<T>): Promise<T> {
  const asked = { query_params: params, clickhouse_settings: settings, query_id: queryId };
  if (timeoutMs === undefined) return run({ ...asked, abort_signal: signal });
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, timeoutMs);
  try {
    return await run({ ...asked, abort_signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]) });
  } catch (cause) {
    if (!limit.signal.aborted) throw cause;
    throw Object.assign(new Error(`The warehouse did not answer within ${String(timeoutMs)} ms`, { cause }), { code: 'ETIMEDOUT' });
  } finally {
    clearTimeout(timer);
  }
}

/** Connects to the warehouse at `http://user:password@host:port`; nothing is sent until the first statement. */
export function createWarehouse(url: string, options: WarehouseOptions = {}): Warehouse {
  return Warehouse.open(url, options);
}
