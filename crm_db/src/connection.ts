import knex, { type Knex } from 'knex';
import pg from 'pg';
import { tracedClient, type StatementListener } from './traced.client.js';

// Dates have no time zone: as JavaScript dates they would move by a day for half of the world.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

/**
 * A pool of connections. `max` bounds what one process takes from the server's 100; each statement is a span of the work that it serves. `lockTimeoutMs` is how
 * long a statement waits for somebody else's lock before it fails with 55P03 (default: without end).
 */
export function createKnex(url: string, options: { readonly max?: number; readonly applicationName?: string; readonly lockTimeoutMs?: number; readonly onStatement?: StatementListener } = {}): Knex {
  const config: Knex.Config & { readonly onStatement?: StatementListener } = {
    client: tracedClient,
    connection: { connectionString: url, application_name: options.applicationName ?? 'crm', ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: options.lockTimeoutMs }) },
    searchPath: ['crm_core', 'public'],
    pool: { min: 0, max: options.max ?? 10, idleTimeoutMillis: 30_000 },
    acquireConnectionTimeout: 15_000,
    ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }),
  };
  return knex(config);
}
