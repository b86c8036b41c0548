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
    connectUrl: env['CRM_KAFKA_CONNECT_URL'] || undefined,
  });
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
