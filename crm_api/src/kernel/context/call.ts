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

/** A connection or a transaction: what reading needs. */
export type Reader = Knex | Knex.Transaction;
