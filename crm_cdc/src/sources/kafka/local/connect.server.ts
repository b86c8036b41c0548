import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freePort } from 'crm_db';
import { findJars, findJava } from './java.program.js';
import { javaFlags, startJavaServer, type LocalServer } from './java.server.js';
import { MAX_RECORD_BYTES } from './kafka.server.js';

/** What to start. */
export interface LocalConnectOptions {
  /** Folder with the jars; by default where the build puts them. */
  readonly jars?: string;
  /** Folder for its log and settings; what Connect must remember lies in topics of the broker. */
  readonly dataDir: string;
  /** `host:port` of the broker, several separated by commas. */
  readonly brokers: string;
  /** Loopback port; 0 or absent takes a free one. */
  readonly port?: number;
  /** How often positions are stored, ms; default 1,000. The watermark follows them. */
  readonly offsetFlushMs?: number;
  /** File for an archive of the loaded classes, written at the stop. */
  readonly recordClasses?: string;
  readonly log?: (message: string) => void;
}

/** A running Connect worker. */
export interface LocalConnect extends LocalServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

const HEAP_MB = 512;
// Without its broker it would try for a minute; everything it must remember is in topics, so a kill costs nothing.
const STOP_MS = 8000;

function settings(brokers: string, port: number, offsetFlushMs: number): string {
  const lines: Readonly<Record<string, string | number>> = {
    'bootstrap.servers': brokers,
    'group.id': 'crm_connect',
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'rest.advertised.port': port,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    // Offsets in a topic survive a kill at any moment; the standalone worker overwrites its one file in place.
    'offset.storage.topic': 'crm_connect.offsets',
    'offset.storage.replication.factor': 1,
    'offset.storage.partitions': 1,
    'config.storage.topic': 'crm_connect.configs',
    'config.storage.replication.factor': 1,
    'status.storage.topic': 'crm_connect.status',
    'status.storage.replication.factor': 1,
    'status.storage.partitions': 1,
    'offset.flush.interval.ms': offsetFlushMs, // The slot can let go of WAL once the offset is stored.
    // The only worker takes its tasks back at once after a kill instead of waiting five minutes for its ghost to return.
    'scheduled.rebalance.max.delay.ms': 0,
    'session.timeout.ms': 3000,
    'heartbeat.interval.ms': 500,
    'rebalance.timeout.ms': 10_000,
    'task.shutdown.graceful.timeout.ms': 3000,
    'plugin.discovery': 'service_load', // Everything lies on the class path; a scan would cost seconds.
    'connector.client.config.override.policy': 'All',
    'producer.max.request.size': MAX_RECORD_BYTES,
    'producer.buffer.memory': 2 * MAX_RECORD_BYTES,
    'producer.linger.ms': 5,
    'producer.compression.type': 'none', // The client unpacks gzip only, and loopback is faster than either.
    'consumer.max.partition.fetch.bytes': MAX_RECORD_BYTES,
  };
  return Object.entries(lines).map(([name, value]) => `${name}=${value}\n`).join('');
}

/** Connect answers before it has joined its group; the list of connectors needs both. */
async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/connectors`, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.ok;
}

/** Starts a Kafka Connect worker (distributed mode) with Debezium's Postgres connector. Rejects with one line that says the cure. */
export async function startLocalConnect(options: LocalConnectOptions): Promise<LocalConnect> {
  const java = await findJava();
  const jars = findJars(options.jars);
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const file = join(dataDir, 'worker.properties');
  writeFileSync(file, settings(options.brokers, port, options.offsetFlushMs ?? 1000));
  const url = `http://127.0.0.1:${port}`;
  const server = await startJavaServer({
    name: 'Kafka Connect', java, folder: dataDir,
    arguments: [...javaFlags(dataDir, { heapMb: HEAP_MB, archive: join(dirname(jars), 'connect.jsa'), recordClasses: options.recordClasses }), '-cp', join(jars, '*'), 'org.apache.kafka.connect.cli.ConnectDistributed', file],
    serves: () => answers(url),
    stopMs: options.recordClasses === undefined ? STOP_MS : 120_000,
    log: options.log,
  });
  return Object.defineProperty(server, 'url', { value: url, enumerable: true }) as LocalConnect;
}
