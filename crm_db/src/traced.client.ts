import { context, SpanKind, trace } from '@opentelemetry/api';
import { inSpan, sqlOperation, sqlShape } from 'crm_telemetry';
import type { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** Hears of every statement once it has ended: its verb, its duration in milliseconds, whether it failed. Must be quick and must not throw. */
export type StatementListener = (operation: string, ms: number, failed: boolean) => void;

interface Statement {
  readonly sql?: string;
  options?: Readonly<Record<string, unknown>>;
  response?: { rowCount?: number | null };
}

/** The part of knex' client for Postgres that runs one statement on one connection; transactions make further clients of the same class and configuration. */
interface PgClient {
  readonly config: { onStatement?: StatementListener };
  _query(connection: unknown, statement: Statement): Promise<Statement>;
}

// Typed by hand: knex declares no types for its dialects, and offers no other place that sees a statement with the work it belongs to still at hand.
const PostgresClient = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as new (config: Knex.Config) => PgClient;

/**
 * Option of a statement (`.options(prepared)`) whose text hardly varies: each connection parses it once, and Postgres keeps its plan. A record with its computed
 * members takes longer to plan than to read. Not for lists and searches: a plan that does not know their values is often a bad one.
 */
export const prepared: Readonly<Record<string, unknown>> = Object.freeze({ prepared: true });

// More would be texts that vary after all, and memory in every connection.
const mostNames = 1000;
const names = new Map<string, string>();
// Another generation has other names: of a column that has got another type the old plans are refused for good.
let generation = 0;

function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined || names.size >= mostNames) return known;
  const name = `crm_${generation}_${createHash('sha256').update(sql).digest('base64url')}`;
  names.set(sql, name);
  return name;
}

function giveName(statement: Statement): void {
  if (statement.options?.['prepared'] !== true) return;
  const name = nameOf(statement.sql ?? '');
  statement.options = name === undefined ? {} : { name };
}

function forgetPlans(error: unknown): void {
  // feature_not_supported: cached plan must not change result type.
  if ((error as { code?: unknown }).code !== '0A000') return;
  generation += 1;
  names.clear();
}

/** Knex' client for Postgres: prepares what is marked so, and makes a span `crm.sql` for each statement of a trace, with its shape and never its values, and a measurement of every one. */
class TracedPostgresClient extends PostgresClient {
  override async _query(connection: unknown, statement: Statement): Promise<Statement> {
    const sql = statement.sql ?? '';
    giveName(statement);
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
    } catch (error) {
      forgetPlans(error);
      throw error;
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
