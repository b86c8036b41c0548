import { createKnex, type StatementListener } from 'crm_db';
import type { Knex } from 'knex';

// Routes answer well below it: who waits longer for somebody else's row is told to send the request again.
const lockTimeoutMs = 10_000;

/** The connections with which requests are served. */
export function openDatabase(url: string, options: { readonly max: number; readonly applicationName: string; readonly onStatement: StatementListener }): Knex {
  return createKnex(url, { ...options, lockTimeoutMs });
}
