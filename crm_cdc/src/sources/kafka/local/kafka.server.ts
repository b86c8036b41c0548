import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from 'crm_db';
import { Kafka, logLevel } from 'kafkajs';
import { findJars, findJava } from './java.program.js';
import { javaFlags, startJavaServer, type LocalServer } from './java.server.js';

/** What to start. */
export interface LocalKafkaOptions {
  /** Folder with the jars; by default where the build puts them. */
  readonly jars?: string;
  /** Folder of the broker; made when missing, its topics stay over restarts. */
  readonly dataDir: string;
  /** Loopback port; 0 or absent takes a free one. */
  readonly port?: number;
  /** A second loopback port to serve on, for clients that reach the broker through a forwarded port and must be told to come back to it. */
  readonly forwarded?: { readonly port: number; readonly advertised: number };
  /** Writes are not forced to disk: for throw-away brokers of tests. They still survive the death of the process. */
  readonly disposable?: boolean;
  /** File for an archive of the loaded classes, written at the stop. */
  readonly recordClasses?: string;
  readonly log?: (message: string) => void;
}

/** A running broker. */
export interface LocalKafka extends LocalServer {
  /** `127.0.0.1:<port>` */
  readonly brokers: string;
}

/** Largest record, bytes: both states of a row with large values stay below it. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;
const HEAP_MB = 384;
const run = promisify(execFile);
const archiveOf = (jars: string): string => join(dirname(jars), 'kafka.jsa');

function settings(folder: string, port: number, controller: number, disposable: boolean, forwarded?: LocalKafkaOptions['forwarded']): string {
  const second = (of: 'port' | 'advertised'): string => (forwarded === undefined ? '' : `,FORWARDED://127.0.0.1:${forwarded[of]}`);
  const lines: Readonly<Record<string, string | number>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${second('port')}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${second('advertised')}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,FORWARDED:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': folder,
    // One node holds the only copy of everything.
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // With one copy, a record is safe from a loss of power only once it is on the disk: flushed before it is acknowledged.
    ...(disposable ? {} : { 'log.flush.interval.messages': 1 }),
    'auto.create.topics.enable': 'false', // A mistyped name must be an error.
    'num.partitions': 1,
    'message.max.bytes': MAX_RECORD_BYTES,
    'replica.fetch.max.bytes': MAX_RECORD_BYTES,
    // A consumer that was killed and started again must not wait for its own ghost.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // After a kill the controller takes the new broker for a stranger until the old one's session has ended: seconds of every restart.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 32 * 1024 * 1024, // Taken from the heap at once; the default would be a third of it.
    'log.index.size.max.bytes': 2 * 1024 * 1024,
    'controlled.shutdown.enable': 'false', // There is no other broker to hand over to.
  };
  return Object.entries(lines).map(([name, value]) => `${name}=${value}\n`).join('');
}

/** Makes the folder beside its place and moves it there whole: an interrupted set-up is never mistaken for data. */
async function format(java: string, jars: string, dataDir: string, data: string): Promise<void> {
  const draft = `${data}.setup`;
  const file = join(dataDir, 'setup.properties');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(file, settings(draft, 9092, 9093, true));
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').replace(/^-/, 'A'); // A leading dash would be read as an option.
  try {
    await run(java, [...javaFlags(dataDir, { heapMb: 128, archive: archiveOf(jars) }), '-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format', '-t', id, '-c', file]);
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
    throw new Error(`The folder ${data} for Kafka cannot be set up (${said.trim().split('\n').at(-1) ?? 'no reason given'}); check its disk and rights`, { cause });
  }
  renameSync(draft, data);
  rmSync(file);
}

/** True once the broker answers and knows itself as a member of the cluster. */
async function answers(brokers: string): Promise<boolean> {
  const admin = new Kafka({ clientId: 'crm_probe', brokers: [brokers], logLevel: logLevel.NOTHING, connectionTimeout: 1000, requestTimeout: 5000, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}

/** Starts a Kafka broker (KRaft, one node) on a folder, making it on first use. Rejects with one line that says the cure. */
export async function startLocalKafka(options: LocalKafkaOptions): Promise<LocalKafka> {
  const java = await findJava();
  const jars = findJars(options.jars);
  const dataDir = resolve(options.dataDir);
  const data = join(dataDir, 'data');
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(data)) await format(java, jars, dataDir, data);
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const file = join(dataDir, 'server.properties');
  writeFileSync(file, settings(data, port, await freePort(), options.disposable ?? false, options.forwarded));
  const brokers = `127.0.0.1:${port}`;
  const server = await startJavaServer({
    name: 'Kafka', java, folder: dataDir,
    arguments: [...javaFlags(dataDir, { heapMb: HEAP_MB, archive: archiveOf(jars), recordClasses: options.recordClasses }), '-cp', join(jars, '*'), 'kafka.Kafka', file],
    serves: () => answers(brokers),
    stopMs: options.recordClasses === undefined ? undefined : 120_000,
    log: options.log,
  });
  return Object.defineProperty(server, 'brokers', { value: brokers, enumerable: true }) as LocalKafka;
}
