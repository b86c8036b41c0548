import type { Readable } from 'node:stream';
import { formatMySql } from '@cubejs-backend/shared';
import { ClickHouseDriver } from '@cubejs-backend/clickhouse-driver';
import { SpanKind } from '@opentelemetry/api';
import { contextOf, inSpan, readTraceparent, sqlShape, traceHeaders } from 'crm_telemetry';
import type { WarehouseAddress } from '../config.js';
import type { KeptRelations } from '../kept/kept.relations.js';
import { countedRows, type RowBytes } from './row.bytes.js';

/** How long a query waits for a warehouse that is being restarted, in milliseconds: a part that died is back within that. */
const reconnectWithin = 8_000;
const connectionLost = /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up|SOCKET_CLOSED/i;

type QueryOptions = Parameters<ClickHouseDriver['query']>[2];

interface Asked {
  readonly http_headers?: Record<string, string>;
  readonly clickhouse_settings?: Record<string, unknown>;
}

// Cube makes the id of a request of the traceparent with which it came and hands it down to here; its queue lets no other context through.
const callerOf = (requestId: unknown): ReturnType<typeof readTraceparent> => readTraceparent(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/.exec(String(requestId))?.[0]);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Cube's ClickHouse driver with exact money and patience with a warehouse that is being restarted. */
export class WarehouseDriver extends ClickHouseDriver {
  private kept: KeptRelations | null = null;

  constructor(address: WarehouseAddress, maxPoolSize: number) {
    super({
      protocol: address.protocol,
      host: address.host,
      port: String(address.port),
      username: address.username,
      password: address.password,
      database: 'crm_raw',
      maxPoolSize,
      readOnly: true,
    });
    Object.assign((this as unknown as { config: { clickhouseSettings: Record<string, unknown> } }).config.clickhouseSettings, {
      // Decimals and 64-bit integers do not fit a JavaScript number: they travel as text.
      output_format_json_quote_decimals: 1,
      output_format_json_quote_64bit_integers: 1,
      // A division that is no number is null, shown as a dash, never "inf" or "nan".
      output_format_json_quote_denormals: 0,
      // Months and days before 1970 are what they are, not a wrapped 16-bit day number.
      enable_extended_results_for_datetime_functions: 1,
      // Compiled after a few runs of a query, min and max take moments before 1970 for the latest ones: wrong, and only later.
      compile_aggregate_expressions: 0,
      // "Today" is the day in UTC wherever the server of the warehouse stands.
      session_timezone: 'UTC',
    });
    this.carryTraces();
  }

  /** From now on statements read the rows that are kept. */
  reads(kept: KeptRelations): void {
    this.kept = kept;
  }

  /** Runs a statement that changes something, with the settings of every question. */
  async change(sql: string): Promise<void> {
    const { client, config } = this as unknown as { client: { command(asked: { query: string } & Asked): Promise<unknown> }; config: { clickhouseSettings: Record<string, unknown> } };
    await client.command({ query: sql, clickhouse_settings: config.clickhouseSettings });
  }

  /** Runs a read; reads change nothing, so one that lost its connection is sent again until the warehouse is back. */
  override async query<R = unknown>(sql: string, values: unknown[], options?: QueryOptions): Promise<R[]> {
    const caller = callerOf((options as { requestId?: unknown } | undefined)?.requestId);
    if (caller === null) return this.withKept(sql, values, options);
    return inSpan({ name: 'crm.warehouse.query', kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'clickhouse' }, parent: contextOf(caller) }, async (span) => {
      if (span.isRecording()) span.setAttribute('db.query.text', sqlShape(sql, 'clickhouse'));
      const rows = await this.withKept<R>(sql, values, options);
      span.setAttribute('db.response.returned_rows', rows.length);
      return rows;
    });
  }

  /** The rows of a read as they come, each an array in JSON on a line of its own; a statement that fails midway throws there. */
  async *rowBytes(sql: string, values: unknown[]): AsyncIterable<RowBytes> {
    const { client, config } = this as unknown as { client: { exec(asked: { query: string } & Asked): Promise<{ readonly stream: Readable }> }; config: { clickhouseSettings: Record<string, unknown> } };
    const { stream } = await client.exec({ query: `${formatMySql(sql, values)} FORMAT JSONCompactEachRow`, clickhouse_settings: config.clickhouseSettings });
    try {
      yield* countedRows(stream);
    } catch (error) {
      throw statedOr(error);
    } finally {
      stream.destroy();
    }
  }

  private async withKept<R>(sql: string, values: unknown[], options?: QueryOptions): Promise<R[]> {
    const statement = await this.kept?.use(sql);
    if (!statement) return this.patiently(sql, values, options);
    try {
      return await this.patiently<R>(statement.sql, values, options);
    } catch (error) {
      if (!statement.isLost(error)) throw error;
      return await this.patiently<R>(sql, values, options);
    } finally {
      statement.release();
    }
  }

  private async patiently<R>(sql: string, values: unknown[], options?: QueryOptions): Promise<R[]> {
    const deadline = Date.now() + reconnectWithin;
    for (;;) {
      try {
        return (await super.query(sql, values, options)) as R[];
      } catch (error) {
        if (!connectionLost.test(String(error)) || Date.now() > deadline) throw statedOr(error);
        await pause(100);
      }
    }
  }

  /** Statements of a trace say so to ClickHouse: in its own tracing by the header, in the log of queries by the comment. */
  private carryTraces(): void {
    const { client } = this as unknown as { client: Record<'query' | 'exec', (asked: Asked) => Promise<unknown>> };
    for (const call of ['query', 'exec'] as const) {
      const ask = client[call].bind(client);
      client[call] = (asked) => {
        const { traceparent } = traceHeaders();
        if (traceparent === undefined) return ask(asked);
        return ask({ ...asked, http_headers: { ...asked.http_headers, traceparent }, clickhouse_settings: { ...asked.clickhouse_settings, log_comment: `traceparent=${traceparent}` } });
      };
    }
  }
}

/** What a model refuses on purpose (throwIf, code 395) as ClickHouse words it, without the expression and the query around. */
function statedOr(error: unknown): unknown {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ((at as { code?: unknown }).code !== '395') continue;
    const stated = at.message.split(': while executing')[0]?.split(': In scope')[0] ?? at.message;
    return new Error(`Code: 395. DB::Exception: ${stated}`, { cause: error });
  }
  return error;
}
