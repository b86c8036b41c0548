import { ClickHouseDriver } from '@cubejs-backend/clickhouse-driver';
import type { WarehouseAddress } from '../config.js';

/** How long a query waits for a warehouse that is being restarted, in milliseconds: a part that died is back within that. */
const reconnectWithin = 8_000;
const connectionLost = /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up|SOCKET_CLOSED/i;

type QueryOptions = Parameters<ClickHouseDriver['query']>[2];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Cube's ClickHouse driver with exact money and patience with a warehouse that is being restarted. */
export class WarehouseDriver extends ClickHouseDriver {
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
  }

  /** Runs a read; reads change nothing, so one that lost its connection is sent again until the warehouse is back. */
  override async query<R = unknown>(sql: string, values: unknown[], options?: QueryOptions): Promise<R[]> {
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
