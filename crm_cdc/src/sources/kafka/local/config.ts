import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Settings of Kafka and Connect started on this machine, read once from the environment. */
export interface LocalKafkaConfig {
  /** Folder of a Java installation, or undefined for the `java` of the path. */
  readonly javaHome: string | undefined;
  /** Folders that are searched for programs. */
  readonly path: readonly string[];
  /** Folder with the jars of broker, Connect and connector. */
  readonly jars: string;
  /** Folder of the running product. */
  readonly dataDir: string;
  /** `host:port` that the broker of this machine serves on. */
  readonly brokers: string | undefined;
  /** A second port of the broker of this machine, and the port that its clients are told to use. */
  readonly forwarded: { readonly port: number; readonly advertised: number } | undefined;
  /** Address that Connect of this machine serves on. */
  readonly connectUrl: string | undefined;
}

// Seen from crm_cdc/dist/sources/kafka/local.
const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url));

/** Reads the settings; nothing is required before it is used. */
export function readLocalConfig(env: NodeJS.ProcessEnv = process.env): LocalKafkaConfig {
  return Object.freeze({
    javaHome: env['JAVA_HOME'] || undefined,
    path: (env['PATH'] ?? '').split(path.delimiter).filter(Boolean),
    // Where the build puts them; another folder serves machines that get their jars in another way.
    jars: path.resolve(ROOT, env['CRM_KAFKA_JARS'] || 'crm_ops/kafka/target/lib'),
    dataDir: path.resolve(ROOT, env['CRM_DATA_DIR'] || '.crm_data_kafka'),
    brokers: env['CRM_KAFKA_BROKERS'] || undefined,
    forwarded: forwardedPort(env['CRM_KAFKA_FORWARDED']),
    connectUrl: env['CRM_KAFKA_CONNECT_URL'] || undefined,
  });
}

function forwardedPort(value: string | undefined): { port: number; advertised: number } | undefined {
  if (!value) return undefined;
  const [, port, advertised] = /^(\d{1,5}):(\d{1,5})$/.exec(value) ?? [];
  if (port === undefined || advertised === undefined) throw new Error(`CRM_KAFKA_FORWARDED is ${value}; set it to <port to serve on>:<port that clients use>, such as 9192:19192`);
  return { port: Number(port), advertised: Number(advertised) };
}

/** Port of a loopback address such as `127.0.0.1:9092` or `http://127.0.0.1:8083`; throws with the cure for anything else. */
export function loopbackPort(name: string, value: string | undefined): number {
  const found = /^(?:http:\/\/)?127\.0\.0\.1:(\d{1,5})\/?$/.exec(value ?? '');
  const port = Number(found?.[1]);
  if (found === null || port < 1 || port > 65_535) {
    throw new Error(`${name} is ${value ?? 'not set'}; a server of this machine is only ever served on the loopback address: set it to ${name === 'CRM_KAFKA_BROKERS' ? '127.0.0.1:9092' : 'http://127.0.0.1:8083'}`);
  }
  return port;
}
