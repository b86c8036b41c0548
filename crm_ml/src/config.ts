import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Settings of this package, read once. */
export interface MlConfig {
  /** Connection of the worker (role `crm_app`); null for commands that need no database. */
  readonly pgUrl: string | null;
  /** HTTP address of the warehouse with user and password. */
  readonly clickhouseUrl: string | null;
  /** Seed of every random choice; the same data and seed give the same model. */
  readonly seed: number;
  /** Threads of an evaluation: more than four gain little over 25 folds. */
  readonly threads: number;
  /** Folder from which `npm run` was called, so that relative paths mean what the caller sees. */
  readonly calledFrom: string;
  /** How often the worker looks for changed deals at most; where looking takes long it rests longer, and scores are still fresh within seconds. */
  readonly pollMs: number;
  /** How often the worker reports that it lives. */
  readonly heartbeatMs: number;
  /** How often closed deals are counted to see whether a new training is due. */
  readonly countMs: number;
  /** Share by which closed deals must have changed for a new training: 5 % is about what moves a coefficient beyond its error. */
  readonly retrainShare: number;
  /** Hour (UTC) after which the nightly training is due. */
  readonly nightlyHour: number;
  /** Version of this package, written beside each model. */
  readonly codeVersion: string;
}

/** Reads and freezes the settings. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): MlConfig {
  return Object.freeze({
    pgUrl: env['CRM_PG_URL'] ?? null,
    clickhouseUrl: env['CRM_CLICKHOUSE_URL'] ?? null,
    seed: 7,
    threads: Math.min(4, availableParallelism()),
    calledFrom: env['INIT_CWD'] ?? process.cwd(),
    pollMs: 1000,
    heartbeatMs: 3000,
    countMs: 3000,
    retrainShare: 0.05,
    nightlyHour: 2,
    codeVersion: (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version,
  });
}
