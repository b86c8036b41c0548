import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ApiConfig } from '../../config.js';
import type { RequestOrigin } from '../audit/request.origin.js';
import type { JobQueue } from '../jobs.js';
import type { Actor } from './actor.js';

/** One unit of work on somebody's behalf: what services need to know about the request or job they serve. */
export interface Call {
  readonly actor: Actor;
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly requestId: string;
  readonly ip: string | null;
  /** The request that is served; null for jobs. */
  readonly origin: RequestOrigin | null;
  /** Versions of the record that the caller accepts to change (`If-Match`); null: any. */
  readonly ifMatch: readonly string[] | null;
  /** Whether a `crm_feature_*` is on for the tenant. */
  feature(key: string): boolean;
}

/**
 * The whole work of a request as one transaction: that of its `Idempotency-Key` where it has one, which undoes all of it if the work fails.
 * Not for work that goes on after a part of it has failed: such a part needs `call.db.transaction`.
 */
export async function inOneTransaction<T>(call: Call, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return call.db.isTransaction === true ? work(call.db as Knex.Transaction) : call.db.transaction(work);
}

/** A connection or a transaction: what reading needs. */
export type Reader = Knex | Knex.Transaction;
