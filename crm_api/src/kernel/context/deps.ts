import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { FeatureFlags } from '../flags.js';
import type { JobQueue } from '../jobs.js';
import type { ApiTelemetry } from '../telemetry/api.telemetry.js';

/** What the server is given rather than makes, so that tests and the part share one factory. */
export interface Deps {
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly flags: FeatureFlags;
  /** Absent where nothing is served, as when only the OpenAPI document is asked for: then nothing is measured. */
  readonly measures?: ApiTelemetry;
}
