import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { FeatureFlags } from '../flags.js';
import type { JobQueue } from '../jobs.js';

/** What the server is given rather than makes, so that tests and the part share one factory. */
export interface Deps {
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly flags: FeatureFlags;
}
