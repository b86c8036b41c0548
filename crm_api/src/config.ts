import { readTelemetryConfig, type TelemetryConfig } from 'crm_telemetry';
import { fileURLToPath } from 'node:url';

/** Requests that one caller may send per minute, by kind of work. */
export interface RateLimits {
  readonly read: number;
  readonly write: number;
  readonly analytics: number;
}

/** TLS that the API itself speaks. */
export interface TlsConfig {
  /** PEM files; read when the server starts. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** Settings of the API and its worker, read once from the environment and frozen. */
export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  readonly profile: 'demo' | 'production';
  readonly pgUrl: string;
  readonly pgPoolMax: number;
  readonly clickhouseUrl: string | null;
  /** Replication slot of the stream, whose health is told with the stream's. */
  readonly slot: string;
  readonly cubeUrl: string | null;
  readonly cubeSecret: string | null;
  readonly demoPassword: string;
  readonly uiDir: string;
  readonly dataDir: string;
  /** Master keys of stored secrets, the newest first; null: the key file of the data directory. */
  readonly secretsKey: string | null;
  readonly issuer: string;
  /** Null: plain HTTP, with TLS in front where people reach it from elsewhere. */
  readonly tls: TlsConfig | null;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  readonly maxBodyBytes: number;
  readonly maxUploadBytes: number;
  readonly rateLimits: RateLimits;
  /** Whether webhooks may go to this machine itself, which an attacker would use to reach what only it may reach. */
  readonly webhookAllowLoopback: boolean;
  readonly webhookRetentionDays: number;
  /** Whether the worker asks the DNS about the domains of mail addresses, and which servers (`address` or `address:port`); none: those of the machine. */
  readonly mxCheck: { readonly on: boolean; readonly servers: readonly string[]; readonly everyMs: number };
  /** A CSV or JSON file of values for records; null: nobody is asked. */
  readonly enrichmentFile: string | null;
  /** Server that mails are handed over to, such as `smtps://user:password@mail.example.com:465`; null: in the demo its own receiver, elsewhere none. */
  readonly smtpUrl: string | null;
  /** Address that mails come from. */
  readonly mailFrom: string;
  readonly logLevel: string;
  /** What of traces, metrics and logs goes to a collector: nothing, unless OpenTelemetry's standard variables name one. */
  readonly telemetry: TelemetryConfig;
}

/** A setting that cannot be used; the message names the variable and the cure. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks the settings; `part` is the name under which it exports telemetry.
 * @throws ConfigError when a value is missing or malformed.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, part: 'crm_api' | 'crm_jobs' = 'crm_api'): ApiConfig {
  const profile = env['CRM_PROFILE'] ?? 'demo'; // A stranger's first start must be usable without setting anything.
  if (profile !== 'demo' && profile !== 'production') {
    throw new ConfigError(`CRM_PROFILE is "${profile}"; use "demo" or "production".`);
  }
  const pgUrl = env['CRM_PG_URL'];
  if (!pgUrl) {
    throw new ConfigError('CRM_PG_URL is missing; set it to postgres://user:password@host:port/database, or run `npm start`.');
  }
  const issuer = address(env, 'CRM_ISSUER');
  // Tokens, links of discovery and the address of callers hang on it: a guess would sign people in at an address that nobody reaches.
  if (profile === 'production' && issuer === null) {
    throw new ConfigError('CRM_ISSUER is missing, which the production profile needs; set it to the address of sign-in as people reach it, such as https://crm.example.com/crm/v1/oidc.');
  }
  const tls = tlsOf(env);
  return Object.freeze({
    // Loopback by default: a product that was only tried out must not be reachable from the network.
    host: env['CRM_HOST'] ?? '127.0.0.1',
    port: integer(env, 'CRM_PORT', 8080, 0, 65_535),
    profile,
    pgUrl,
    // One connection serves about 200 short requests a second; ten leave room for the worker, stream and scoring.
    pgPoolMax: integer(env, 'CRM_PG_POOL', 10, 1, 200),
    clickhouseUrl: address(env, 'CRM_CLICKHOUSE_URL'),
    slot: env['CRM_CDC_SLOT'] || (env['CRM_KAFKA_BROKERS'] ? 'crm_cdc_kafka' : 'crm_cdc'),
    cubeUrl: address(env, 'CRM_CUBE_URL')?.replace(/\/+$/, '') ?? null,
    cubeSecret: env['CRM_CUBE_SECRET'] ?? null,
    demoPassword: env['CRM_DEMO_PASSWORD'] ?? 'crm-demo-2026', // The same default as the sample's logins have.
    uiDir: env['CRM_UI_DIR'] ?? fileURLToPath(new URL('../../crm_ui/dist/browser', import.meta.url)),
    dataDir: env['CRM_DATA_DIR'] ?? '.crm_data',
    secretsKey: env['CRM_SECRETS_KEY'] || null,
    // Names the issuer in every token and in discovery; a real server sets the address that people and integrations use.
    issuer: (issuer ?? `${tls ? 'https' : 'http'}://127.0.0.1:${env['CRM_PORT'] || '8080'}/crm/v1/oidc`).replace(/\/+$/, ''),
    tls,
    accessTokenSeconds: 15 * 60, // Short enough that a revoked user is out soon even where only the signature is checked.
    refreshTokenSeconds: 14 * 24 * 3600, // Two weeks: a rep back from holiday signs in again, one back from a weekend does not.
    maxBodyBytes: 1024 * 1024, // The widest record is under 100 kB; a megabyte leaves room for long notes.
    maxUploadBytes: integer(env, 'CRM_MAX_UPLOAD_MB', 256, 1, 20_480) * 1024 * 1024, // A million contacts as CSV are about 150 MB; uploads stream to disk, so this guards the disk.
    // Far above what a person or a well-behaved integration needs, below what would crowd out the others on two cores.
    rateLimits: Object.freeze({
      read: integer(env, 'CRM_RATE_READ', 60_000, 1, 10_000_000),
      write: integer(env, 'CRM_RATE_WRITE', 12_000, 1, 10_000_000),
      analytics: integer(env, 'CRM_RATE_ANALYTICS', 6_000, 1, 10_000_000),
    }),
    webhookAllowLoopback: flag(env, 'CRM_WEBHOOK_ALLOW_LOOPBACK'),
    webhookRetentionDays: integer(env, 'CRM_WEBHOOK_RETENTION_DAYS', 30, 2, 3650), // A month: longer than anybody takes to notice a dead receiver; two days hold the longest retry.
    // Off unless asked for: a product that was only tried out must not tell anybody's domains to the network, and may have none.
    mxCheck: Object.freeze({ on: choice(env, 'CRM_MX_CHECK', ['off', 'on'] as const) === 'on', servers: Object.freeze((env['CRM_DNS_SERVERS'] ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '')), everyMs: 60_000 }),
    enrichmentFile: env['CRM_ENRICHMENT_FILE'] || null,
    smtpUrl: mailServer(env),
    mailFrom: mailAddress(env),
    logLevel: env['CRM_LOG_LEVEL'] ?? 'info',
    telemetry: readTelemetryConfig(part, env),
  });
}

/** Certificate and key, both or neither. */
function tlsOf(env: NodeJS.ProcessEnv): TlsConfig | null {
  const [certFile, keyFile] = [env['CRM_TLS_CERT'], env['CRM_TLS_KEY']];
  // Before 1.2 there is nothing that may still be used (RFC 8996).
  const least = choice(env, 'CRM_TLS_MIN_VERSION', ['1.2', '1.3'] as const);
  if (!certFile && !keyFile) return null;
  if (!certFile || !keyFile) throw new ConfigError(`${certFile ? 'CRM_TLS_KEY' : 'CRM_TLS_CERT'} is missing; set CRM_TLS_CERT and CRM_TLS_KEY to PEM files, or neither.`);
  return Object.freeze({ certFile, keyFile, minVersion: `TLSv${least}` as const });
}

/** Whether people reach the product by https: the API's own TLS, or that of a proxy in front. */
export const isSecure = ({ issuer, tls }: Pick<ApiConfig, 'issuer' | 'tls'>): boolean => tls !== null || issuer.startsWith('https:');

/** Whether a proxy stands in front whose word about the caller counts: TLS that the API does not speak itself. */
export const behindProxy = ({ issuer, tls }: Pick<ApiConfig, 'issuer' | 'tls'>): boolean => tls === null && issuer.startsWith('https:');

/** One of a few words, the first by default. */
function choice<T extends string>(env: NodeJS.ProcessEnv, name: string, words: readonly [T, ...T[]]): T {
  const text = env[name] || words[0];
  const word = words.find((one) => one === text);
  if (word === undefined) throw new ConfigError(`${name} is "${text}"; use ${words.join(' or ')}.`);
  return word;
}

function integer(env: NodeJS.ProcessEnv, name: string, fallback: number, min: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`${name} is "${text}"; use a whole number between ${min} and ${max}.`);
  }
  return value;
}

/** Off unless said plainly. */
function flag(env: NodeJS.ProcessEnv, name: string): boolean {
  const text = env[name] || 'false';
  if (text !== 'true' && text !== 'false') throw new ConfigError(`${name} is "${text}"; use "true" or "false".`);
  return text === 'true';
}

function mailServer(env: NodeJS.ProcessEnv): string | null {
  const text = env['CRM_SMTP_URL'];
  if (!text) return null;
  // The value is not repeated: it holds a password.
  if (!URL.canParse(text) || !/^smtps?:$/.test(new URL(text).protocol) || new URL(text).hostname === '') throw new ConfigError('CRM_SMTP_URL is not the address of a mail server; use smtp://user:password@host:587 or smtps://user:password@host:465.');
  return text;
}

function mailAddress(env: NodeJS.ProcessEnv): string {
  const text = env['CRM_MAIL_FROM'] || 'crm@localhost'; // Good enough for the demo's own receiver; real servers refuse it.
  if (!/^[^\s@<>"]+@[^\s@<>"]+$/.test(text)) throw new ConfigError(`CRM_MAIL_FROM is "${text}"; use one e-mail address, such as crm@example.com.`);
  if (env['CRM_SMTP_URL'] && !env['CRM_MAIL_FROM']) throw new ConfigError('CRM_MAIL_FROM is missing, which CRM_SMTP_URL needs; set it to the address that mails come from, such as crm@example.com.');
  return text;
}

function address(env: NodeJS.ProcessEnv, name: string): string | null {
  const text = env[name];
  if (!text) return null;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError(`${name} is not a web address; use http://user:password@host:port.`);
  }
  return text;
}

/** Where the master keys are, for commands that need nothing else of the product. */
export const readSecretSettings = (env: NodeJS.ProcessEnv = process.env): Pick<ApiConfig, 'dataDir' | 'secretsKey'> => Object.freeze({ dataDir: env['CRM_DATA_DIR'] ?? '.crm_data', secretsKey: env['CRM_SECRETS_KEY'] || null });

/** Settings of the commands that drive the API of a running product. */
export interface CliConfig {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** With it, the command signs in as an API client instead of the demo administrator. */
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** Reads the settings of commands. */
export function readCliConfig(env: NodeJS.ProcessEnv = process.env): CliConfig {
  return Object.freeze({
    url: (env['CRM_URL'] ?? `http://127.0.0.1:${env['CRM_PORT'] ?? '8080'}`).replace(/\/+$/, ''),
    user: env['CRM_USER'] ?? 'admin@crm.test',
    password: env['CRM_PASSWORD'] ?? env['CRM_DEMO_PASSWORD'] ?? 'crm-demo-2026',
    clientId: env['CRM_CLIENT_ID'],
    clientSecret: env['CRM_CLIENT_SECRET'],
  });
}

/** Random questions that the proof of access asks, `CRM_TEST_ACCESS_CASES`: by default what a pipeline of CI has time for. */
export function readAccessCases(env: NodeJS.ProcessEnv = process.env): number {
  const cases = Number(env['CRM_TEST_ACCESS_CASES'] ?? 3_000);
  if (!Number.isSafeInteger(cases) || cases < 1) throw new Error(`CRM_TEST_ACCESS_CASES is ${env['CRM_TEST_ACCESS_CASES']}; set it to a whole number from 1`);
  return cases;
}
