import { readTelemetryConfig, type TelemetryConfig } from 'crm_telemetry';

/** What the semantic layer needs to know to run. */
export interface SemanticConfig {
  /** Address on loopback where Cube's REST protocol is served. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Key of the HS256 tokens that the API signs for this part. */
  readonly secret: string;
  readonly warehouse: WarehouseAddress;
  /** Host of a Cube Store that keeps cache and queue; null keeps both in memory. */
  readonly cubeStoreHost: string | null;
  /** How old the known state of the warehouse's tables may be, in milliseconds. */
  readonly freshnessMs: number;
  /** Seconds after which a slow query answers "Continue wait" and the client asks again. */
  readonly continueWaitSeconds: number;
  /** Where and how many bytes of rows are kept that many questions begin with; null when `CRM_CUBE_KEPT_MB` is 0. */
  readonly kept: { readonly warehouse: WarehouseAddress; readonly bytes: number } | null;
  /** How the KPIs are proved against Postgres; null when no connection to it is given or `CRM_KPI_PROOF_EVERY_MS` is 0. */
  readonly proof: ProofConfig | null;
  /** What of traces goes to a collector: nothing, unless OpenTelemetry's standard variables name one. */
  readonly telemetry: TelemetryConfig;
}

/** What the proof of the KPIs needs. */
export interface ProofConfig {
  /** Connection of the stream, which may make a snapshot of one position of the log. */
  readonly postgresUrl: string;
  /** The warehouse with the right to write, for the record. */
  readonly warehouseUrl: string;
  /** Rest between two runs and before the first, ms. */
  readonly everyMs: number;
  readonly firstMs: number;
  /** Longest wait for the warehouse to reach the position, ms. */
  readonly waitMs: number;
  /** No further KPI is begun after this many ms of a run. */
  readonly budgetMs: number;
}

/** A ClickHouse HTTP interface, taken apart from `http://user:password@host:port`. */
export interface WarehouseAddress {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** Raised for a setting that is missing or wrong; the message says which and how to set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter secrets can be guessed by brute force from one captured token. */
const shortestSecret = 32;

function parseUrl(name: string, value: string | undefined, example: string): URL {
  if (!value) throw new ConfigError(`${name} is not set: set it to the address, for example ${example}`);
  try {
    return new URL(value);
  } catch {
    throw new ConfigError(`${name} is not an address: set it like ${example}`);
  }
}

/** Takes a ClickHouse address apart; throws `ConfigError` when it is not an http(s) address. */
export function parseWarehouseUrl(value: string | undefined): WarehouseAddress {
  const url = parseUrl('CRM_CLICKHOUSE_URL', value, 'http://user:password@127.0.0.1:8123');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new ConfigError('CRM_CLICKHOUSE_URL must start with http:// or https://');
  return {
    protocol: url.protocol,
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'https:' ? 8443 : 8123)),
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
  };
}

function positive(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new ConfigError(`${name} must be a number of zero or more, not "${value}"`);
  return number;
}

/** Reads the settings of this part, frozen; throws `ConfigError` with the cure. */
export function readConfig(env: Environment = process.env): SemanticConfig {
  const listen = parseUrl('CRM_CUBE_URL', env['CRM_CUBE_URL'], 'http://127.0.0.1:4000');
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(listen.hostname)) {
    throw new ConfigError('CRM_CUBE_URL must be a loopback address: the API is the only door to the semantic layer');
  }
  const secret = env['CRM_CUBE_SECRET'] ?? '';
  if (secret.length < shortestSecret) throw new ConfigError(`CRM_CUBE_SECRET must have at least ${shortestSecret} characters: set a random one`);
  return Object.freeze({
    listen: Object.freeze({ host: listen.hostname === '[::1]' ? '::1' : listen.hostname, port: Number(listen.port || 80) }),
    secret,
    // Cube only ever reads: where a user exists that can do no more, the launcher names it here.
    warehouse: Object.freeze(parseWarehouseUrl(env['CRM_CUBE_CLICKHOUSE_URL'] || env['CRM_CLICKHOUSE_URL'])),
    cubeStoreHost: env['CRM_CUBESTORE_HOST'] || null,
    // A change must be seen within 1 s of its commit; the stream takes up to 250 ms of that, so 50 ms is not felt.
    freshnessMs: positive('CRM_CUBE_FRESHNESS_MS', env['CRM_CUBE_FRESHNESS_MS'], 50),
    // Cube's own default; the browser client polls on "Continue wait".
    continueWaitSeconds: positive('CRM_CUBE_CONTINUE_WAIT_SECONDS', env['CRM_CUBE_CONTINUE_WAIT_SECONDS'], 10),
    kept: keptConfig(env),
    proof: proofConfig(env),
    telemetry: readTelemetryConfig('crm_semantic', env),
  });
}

function keptConfig(env: Environment): SemanticConfig['kept'] {
  // About twice what the dashboards of a full sample keep (200,000 deals); the rest is for questions of every kind.
  const megabytes = positive('CRM_CUBE_KEPT_MB', env['CRM_CUBE_KEPT_MB'], 1_024);
  // Making tables takes the user that may write; who asks may be one that only reads.
  return megabytes === 0 ? null : Object.freeze({ warehouse: Object.freeze(parseWarehouseUrl(env['CRM_CLICKHOUSE_URL'] || env['CRM_CUBE_CLICKHOUSE_URL'])), bytes: megabytes * 1_048_576 });
}

function proofConfig(env: Environment): ProofConfig | null {
  const postgresUrl = env['CRM_PG_STREAM_URL'] || env['CRM_PG_URL'];
  // Five minutes: often enough to be news, seldom enough not to be felt.
  const everyMs = positive('CRM_KPI_PROOF_EVERY_MS', env['CRM_KPI_PROOF_EVERY_MS'], 300_000);
  if (!postgresUrl || everyMs === 0) return null;
  return Object.freeze({
    postgresUrl,
    warehouseUrl: env['CRM_CLICKHOUSE_URL'] ?? '',
    everyMs,
    // The first readers and the first copy of the stream come before it.
    firstMs: Math.min(everyMs, 20_000),
    waitMs: 30_000,
    // The snapshot that it holds keeps Postgres from cleaning up for so long.
    budgetMs: positive('CRM_KPI_PROOF_BUDGET_MS', env['CRM_KPI_PROOF_BUDGET_MS'], 60_000),
  });
}

/** Settings of the command that proves the KPIs of a running product; throws `ConfigError` with the cure. */
export function readProofConfig(env: Environment = process.env): { readonly cube: { readonly url: string; readonly secret: string }; readonly proof: ProofConfig } {
  const { secret, proof } = readConfig({ ...env, CRM_KPI_PROOF_EVERY_MS: '' });
  if (!proof) throw new ConfigError('CRM_PG_STREAM_URL is not set: start the product with npm start, or set it to the connection of the stream');
  return { cube: { url: (env['CRM_CUBE_URL'] ?? '').replace(/\/$/, ''), secret }, proof };
}

/**
 * Sets Cube's own environment for this process and removes every other `CUBEJS_*` variable, so that nothing but `CRM_*`
 * settings decides how it runs. Must run before Cube is loaded.
 */
export function applyCubeEnvironment(cubeStoreHost: string | null, env: NodeJS.ProcessEnv = process.env): void {
  for (const name of Object.keys(env)) if (name.startsWith('CUBEJS_')) delete env[name];
  Object.assign(env, {
    // Production mode: no development server, no playground, no stack traces in answers.
    NODE_ENV: 'production',
    CUBEJS_DEV_MODE: 'false',
    CUBEJS_TELEMETRY: 'false',
    CUBEJS_DB_TYPE: 'clickhouse',
    // One planner and one transpiler are tested, with or without the native add-on.
    CUBEJS_TESSERACT_SQL_PLANNER: 'false',
    CUBEJS_TRANSPILATION_NATIVE: 'false',
    // The models are small: each further thread would load the transpiler for seconds to save milliseconds.
    CUBEJS_TRANSPILATION_WORKER_THREADS_COUNT: '1',
    // No scheduled refresh: each request asks the warehouse for its state itself.
    CUBEJS_REFRESH_WORKER: 'false',
    CUBEJS_EXTERNAL_DEFAULT: 'false',
    // A dashboard's largest chart is far below this; exports go through the API.
    CUBEJS_DB_QUERY_DEFAULT_LIMIT: '10000',
    CUBEJS_DB_QUERY_LIMIT: '100001',
    CUBEJS_DB_QUERY_TIMEOUT: '2m',
    CUBEJS_LOG_LEVEL: 'error',
    // What is logged here is one line of an error; walking every query for secrets would cost more than the log.
    CUBEJS_LOG_REDACTION: 'false',
    ...(cubeStoreHost ? { CUBEJS_CUBESTORE_HOST: cubeStoreHost } : {}),
  });
}
