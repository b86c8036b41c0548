import { readTelemetryConfig, type TelemetryConfig } from 'crm_telemetry';
import type { KafkaLogin, KafkaSettings } from './sources/kafka/kafka.settings.js';

/** Settings of the stream, read once from the environment. */
export interface CdcConfig {
  /** Connection of the role that replicates and reads. */
  readonly postgresUrl: string;
  /** `http://user:password@host:port` of the warehouse. */
  readonly warehouseUrl: string;
  /** Name of the replication slot; one per warehouse that is fed from the same Postgres. */
  readonly slot: string;
  /** Servers of the distributed profile; undefined in the embedded one. */
  readonly kafka: KafkaSettings | undefined;
  /** Name of the watermark that this profile moves. */
  readonly source: 'embedded' | 'kafka';
  /** Longest wait of `parity` for the warehouse to reach Postgres, ms. */
  readonly parityWaitMs: number;
  /** How often a round of comparing all tables with Postgres may begin, ms; 0 compares never. */
  readonly reconcileEveryMs: number;
  /** Loopback port of the Prometheus endpoint; null for none, the default: nothing listens that was not asked for. */
  readonly metricsPort: number | null;
  /** Longest silence of a server that is still taken for work, ms; after it the connection counts as lost. */
  readonly silenceMs: number;
  /** What of traces goes to a collector: nothing, unless OpenTelemetry's standard variables name one. */
  readonly telemetry: TelemetryConfig;
}

/** Reads the settings; throws with the cure where one is missing or makes no sense. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): CdcConfig {
  const postgresUrl = env['CRM_PG_STREAM_URL'] ?? env['CRM_PG_URL'];
  if (!postgresUrl) throw new Error('CRM_PG_STREAM_URL is not set; start the product with npm start, or set it to postgres://crm_stream:password@host:port/crm');
  const warehouseUrl = env['CRM_CLICKHOUSE_URL'];
  if (!warehouseUrl) throw new Error('CRM_CLICKHOUSE_URL is not set; start the product with npm start, or set it to http://user:password@host:port');
  for (const [name, value] of [['CRM_PG_STREAM_URL', postgresUrl], ['CRM_CLICKHOUSE_URL', warehouseUrl]] as const) {
    if (!URL.canParse(value)) throw new Error(`${name} is not a URL; set it to ${name === 'CRM_CLICKHOUSE_URL' ? 'http://user:password@host:port' : 'postgres://user:password@host:port/database'}`);
  }
  const kafka = readKafka(env);
  const slot = env['CRM_CDC_SLOT'] ?? (kafka ? 'crm_cdc_kafka' : 'crm_cdc');
  if (!/^[a-z0-9_]{1,48}$/.test(slot)) throw new Error(`CRM_CDC_SLOT is ${slot}; use lower case letters, digits and underscores, at most 48`);
  // Five minutes: longer than a large import needs to flow through, short enough for a pipeline of CI.
  const parityWaitMs = Number(env['CRM_PARITY_WAIT_MS'] ?? 300_000);
  if (!Number.isSafeInteger(parityWaitMs) || parityWaitMs < 0) throw new Error(`CRM_PARITY_WAIT_MS is ${env['CRM_PARITY_WAIT_MS']}; set it to milliseconds`);
  // A minute: longer than a batch takes on a busy machine, shorter than a person's patience with figures that stand still.
  const silenceMs = Number(env['CRM_CDC_SILENCE_MS'] ?? 60_000);
  if (!Number.isSafeInteger(silenceMs) || silenceMs < 3_000) throw new Error(`CRM_CDC_SILENCE_MS is ${env['CRM_CDC_SILENCE_MS']}; set it to at least 3000 milliseconds, as the server is asked for a sign of life once a second`);
  const metrics = env['CRM_CDC_METRICS_PORT'];
  const metricsPort = metrics ? Number(metrics) : null;
  if (metricsPort !== null && !(Number.isInteger(metricsPort) && metricsPort > 0 && metricsPort < 65_536)) throw new Error(`CRM_CDC_METRICS_PORT is ${metrics ?? ''}; set it to a free port from 1 to 65535, or leave it out`);
  // A minute: what a dashboard says of its figures is then about as old as a person's look at them.
  const reconcileEveryMs = Number(env['CRM_RECONCILE_EVERY_MS'] ?? 60_000);
  if (!Number.isSafeInteger(reconcileEveryMs) || reconcileEveryMs < 0) throw new Error(`CRM_RECONCILE_EVERY_MS is ${env['CRM_RECONCILE_EVERY_MS']}; set it to milliseconds, or to 0 to turn the comparison off`);
  return Object.freeze({ postgresUrl, warehouseUrl, slot, kafka, source: kafka ? 'kafka' as const : 'embedded' as const, parityWaitMs, silenceMs, metricsPort, reconcileEveryMs, telemetry: readTelemetryConfig('crm_cdc', env) });
}

function readKafka(env: NodeJS.ProcessEnv): KafkaSettings | undefined {
  const brokers = env['CRM_KAFKA_BROKERS'];
  if (!brokers) return undefined;
  if (!brokers.split(',').every((one) => /^\s*[^\s:,]+:\d{1,5}\s*$/.test(one))) throw new Error(`CRM_KAFKA_BROKERS is ${brokers}; set it to host:port, several separated by commas`);
  const connectUrl = env['CRM_KAFKA_CONNECT_URL'];
  if (!connectUrl || !URL.canParse(connectUrl)) throw new Error('CRM_KAFKA_CONNECT_URL is not a URL; set it to that of Kafka Connect, http://host:8083');
  const count = (name: string): number | undefined => {
    const value = env[name];
    if (!value) return undefined;
    if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error(`${name} is ${value}; set it to a whole number from 1`);
    return Number(value);
  };
  const connectPostgresUrl = env['CRM_KAFKA_CONNECT_PG_URL'] || undefined;
  if (connectPostgresUrl !== undefined && !URL.canParse(connectPostgresUrl)) throw new Error('CRM_KAFKA_CONNECT_PG_URL is not a URL; set it to the address at which Kafka Connect reaches Postgres');
  return Object.freeze({
    brokers, connectUrl, connectPostgresUrl, sasl: readLogin(env), tls: env['CRM_KAFKA_TLS'] === '1' || env['CRM_KAFKA_TLS'] === 'true',
    groupId: env['CRM_KAFKA_GROUP'] || undefined, connector: env['CRM_KAFKA_CONNECTOR'] || undefined,
    partitions: count('CRM_KAFKA_PARTITIONS'), replication: count('CRM_KAFKA_REPLICATION'),
  });
}

function readLogin(env: NodeJS.ProcessEnv): KafkaLogin | undefined {
  const username = env['CRM_KAFKA_USER'];
  if (!username) return undefined;
  const password = env['CRM_KAFKA_PASSWORD'];
  if (!password) throw new Error('CRM_KAFKA_PASSWORD is not set; it belongs to CRM_KAFKA_USER');
  const mechanism = env['CRM_KAFKA_SASL'] ?? 'scram-sha-512';
  if (mechanism !== 'plain' && mechanism !== 'scram-sha-256' && mechanism !== 'scram-sha-512') throw new Error(`CRM_KAFKA_SASL is ${mechanism}; set it to plain, scram-sha-256 or scram-sha-512`);
  return Object.freeze({ mechanism, username, password });
}

/** Settings of the suites with random input. */
export interface SuiteConfig {
  /** Start of the random input; the same one gives the same input. */
  readonly seed: number;
  /** Random rows, or steps, of one suite. */
  readonly runs: number;
  /** Profiles that the suites run in. */
  readonly profiles: readonly ('embedded' | 'kafka')[];
}

/** Reads `CRM_TEST_SEED` (default: of the clock, printed by each suite), `CRM_TEST_RUNS` (default 40: what CI has time for) and `CRM_TEST_PROFILES` (default both: what holds in one must hold in the other). */
export function readSuiteConfig(env: NodeJS.ProcessEnv = process.env): SuiteConfig {
  const seed = Number(env['CRM_TEST_SEED'] ?? Date.now() % 1_000_000);
  if (!Number.isSafeInteger(seed)) throw new Error(`CRM_TEST_SEED is ${env['CRM_TEST_SEED']}; set it to a whole number`);
  const runs = Number(env['CRM_TEST_RUNS'] ?? 40);
  if (!Number.isSafeInteger(runs) || runs < 1) throw new Error(`CRM_TEST_RUNS is ${env['CRM_TEST_RUNS']}; set it to a whole number from 1`);
  const profiles = (env['CRM_TEST_PROFILES'] ?? 'embedded,kafka').split(',').map((name) => {
    if (name !== 'embedded' && name !== 'kafka') throw new Error(`CRM_TEST_PROFILES names ${name}; use embedded, kafka or both with a comma`);
    return name;
  });
  return Object.freeze({ seed, runs, profiles });
}

/** Where a certificate of erasure searches. */
export interface CertificateConfig {
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  /** Folder of the product's own files; null where it is not on this machine. */
  readonly dataDir: string | null;
  readonly kafka: KafkaSettings | null;
}

/** Reads it: Postgres as its owner or the application, since the stream's role may not read everything. */
export function readCertificateConfig(env: NodeJS.ProcessEnv = process.env): CertificateConfig {
  const postgresUrl = env['CRM_PG_ADMIN_URL'] ?? env['CRM_PG_URL'];
  if (!postgresUrl) throw new Error('CRM_PG_ADMIN_URL is not set; start the product with npm start, or set it to postgres://crm_owner:password@host:port/crm');
  const warehouseUrl = env['CRM_CLICKHOUSE_URL'];
  if (!warehouseUrl) throw new Error('CRM_CLICKHOUSE_URL is not set; start the product with npm start, or set it to http://user:password@host:port');
  return Object.freeze({ postgresUrl, warehouseUrl, dataDir: env['CRM_DATA_DIR'] || null, kafka: readKafka(env) ?? null });
}
