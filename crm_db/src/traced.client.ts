import { context, SpanKind, trace } from '@opentelemetry/api';
import { inSpan, sqlOperation, sqlShape } from 'crm_telemetry';
import type { Knex } from 'knex';
import { createRequire } from 'node:module';

/** Hears of every statement once it has ended: its verb, its duration in milliseconds, whether it failed. Must be quick and must not throw. */
export type StatementListener = (operation: string, ms: number, failed: boolean) => void;

interface Statement {
  readonly sql?: string;
  response?: { rowCount?: number | null };
}

/** The part of knex' client for Postgres that runs one statement on one connection; transactions make further clients of the same class and configuration. */
interface PgClient {
  readonly config: { onStatement?: StatementListener };
  _query(connection: unknown, statement: Statement): Promise<Statement>;
}

// Typed by hand: knex declares no types for its dialects, and offers no other place that sees a statement with the work it belongs to still at hand.
const PostgresClient = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as new (config: Knex.Config) => PgClient;

/** Knex' client for Postgres: a span `crm.sql` for each statement of a trace, with its shape and never its values, and a measurement of every one. */
class TracedPostgresClient extends PostgresClient {
  override async _query(connection: unknown, statement: Statement): Promise<Statement> {
    const sql = statement.sql ?? '';
    const operation = sqlOperation(sql);
    const began = performance.now();
    let failed = true;
    try {
      // What beats and polls by itself belongs to nobody's trace: spans of it would bury the others.
      if (trace.getSpanContext(context.active()) === undefined) {
        const done = await super._query(connection, statement);
        failed = false;
        return done;
      }
      return await inSpan({ name: 'crm.sql', kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql', 'db.operation.name': operation } }, async (span) => {
        if (span.isRecording()) span.setAttribute('db.query.text', sqlShape(sql));
        const done = await super._query(connection, statement);
        if (span.isRecording() && typeof done.response?.rowCount === 'number') span.setAttribute('db.response.returned_rows', done.response.rowCount);
        failed = false;
        return done;
      });
    } finally {
      this.config.onStatement?.(operation, performance.now() - began, failed);
    }
  }
}

/** What knex takes as `client`. */
export const tracedClient = TracedPostgresClient as unknown as typeof Knex.Client;

/** How a pool of connections is used at the moment. */
export interface PoolUse {
  readonly used: number;
  readonly free: number;
  /** Pieces of work that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/** Looks at the pool of a knex. */
export function poolUse(db: Knex): PoolUse {
  const pool = (db.client as { pool?: { numUsed(): number; numFree(): number; numPendingAcquires(): number; max: number } }).pool;
  return { used: pool?.numUsed() ?? 0, free: pool?.numFree() ?? 0, waiting: pool?.numPendingAcquires() ?? 0, max: pool?.max ?? 0 };
}
