import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from 'crm_db';
import { Kafka, logLevel } from 'kafkajs';
import { until } from '../../../testing/postgres.testing.js';
import { loopbackPort, readLocalConfig } from './config.js';
import { findJars, findJava, javaRelease } from './java.program.js';
import { startLocalKafka, type LocalKafka } from './kafka.server.js';
import { identityOf } from './process.record.js';

const patience = 180_000;

describe('what Kafka needs', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'crm-java-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('is a new Java, found in JAVA_HOME or on the path', async () => {
    expect(javaRelease('openjdk version "17.0.15" 2025-04-15')).toBe(17);
    expect(javaRelease('java version "1.8.0_401"')).toBe(8);
    expect(javaRelease('no such thing')).toBeUndefined();
    expect(await findJava()).toMatch(/java$/);
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'java'), '#!/bin/sh\necho \'openjdk version "11.0.2"\' >&2\n', { mode: 0o755 });
    await expectAsync(findJava({ javaHome: folder, path: [] })).toBeRejectedWithError(/Kafka needs Java 17, and none was found \(.*java is Java 11\): install Java 17 .*apt-get install/);
    await expectAsync(findJava({ javaHome: undefined, path: [folder] })).toBeRejectedWithError(/none was found: install/);
  });

  it('is the jars, with the way to get them', async () => {
    expect(() => findJars(folder)).toThrowError(/kafka_2.13-\*.jar is not in .*: run "npm run stack:kafka -- --prepare"/);
    await expectAsync(startLocalKafka({ jars: folder, dataDir: folder })).toBeRejectedWithError(/--prepare/);
    expect(readLocalConfig({ CRM_KAFKA_JARS: folder }).jars).toBe(folder);
  });

  it('is a loopback address', () => {
    expect(loopbackPort('CRM_KAFKA_BROKERS', '127.0.0.1:9092')).toBe(9092);
    expect(loopbackPort('CRM_KAFKA_CONNECT_URL', 'http://127.0.0.1:8083/')).toBe(8083);
    for (const wrong of [undefined, '', 'kafka:9092', '127.0.0.1:0', '127.0.0.1:99999', '0.0.0.0:9092']) {
      expect(() => loopbackPort('CRM_KAFKA_BROKERS', wrong)).toThrowError(/CRM_KAFKA_BROKERS is .*set it to 127.0.0.1:9092/);
    }
  });
});

describe('the local broker', () => {
  let folder: string;
  let broker: LocalKafka | undefined;
  const children: ChildProcess[] = [];
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'crm-kafka-')); });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await broker?.stop();
    broker = undefined;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, patience);

  const topics = async (brokers: string): Promise<string[]> => {
    const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await admin.listTopics();
    } finally {
      await admin.disconnect();
    }
  };
  const create = async (brokers: string, topic: string): Promise<void> => {
    const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    await admin.disconnect();
  };
  const gone = (pid: number): Promise<unknown> => until(`the end of ${pid}`, () => identityOf(pid) === undefined);

  it('begins anew after an interrupted set-up and keeps its topics on another port', async () => {
    mkdirSync(join(folder, 'data.setup'), { recursive: true });
    writeFileSync(join(folder, 'data.setup', 'meta.properties'), 'version=1\n');
    broker = await startLocalKafka({ dataDir: folder });
    await create(broker.brokers, 'kept');
    await broker.stop();
    broker = await startLocalKafka({ dataDir: folder });
    expect(await topics(broker.brokers)).toContain('kept');
    // Another starter on the folder takes the place of what an earlier one left.
    const left = broker.pid;
    broker = await startLocalKafka({ dataDir: folder });
    expect(identityOf(left)).toBeUndefined();
    expect(await topics(broker.brokers)).toContain('kept');
  }, patience);

  it('says the cure for a busy port', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    await expectAsync(startLocalKafka({ dataDir: folder, port })).toBeRejectedWithError(/^Kafka on .* cannot start: its port is taken: stop what uses it or choose another$/);
    squatter.close();
  }, patience);

  it('dies with the program that started it', async () => {
    const script = join(folder, 'caller.mjs');
    const module = new URL('./kafka.server.js', import.meta.url).href;
    writeFileSync(script, `import { startLocalKafka } from ${JSON.stringify(module)};
      const broker = await startLocalKafka({ dataDir: ${JSON.stringify(folder)}, disposable: true });
      console.log(broker.pid);
      setInterval(() => undefined, 1000);`);
    const caller = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(caller);
    const [said] = (await once(caller.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    expect(identityOf(pid)).toBeDefined();
    caller.kill('SIGKILL');
    await gone(pid);
  }, patience);

  it('is a part of the product with Connect beside it: ready, stopped and killed as the launcher does', async () => {
    const part = (name: string, env: Record<string, string>): ChildProcess => {
      const started = fork(fileURLToPath(new URL(`../../../${name}.main.js`, import.meta.url)), [], { env: { PATH: '/usr/local/bin:/usr/bin:/bin', CRM_DATA_DIR: folder, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
      children.push(started);
      return started;
    };
    const pidOf = (name: string): number => (JSON.parse(readFileSync(join(folder, name, 'process.json'), 'utf8')) as { pid: number }).pid;
    const message = async (from: ChildProcess): Promise<{ type: string; message?: string }> => ((await once(from, 'message')) as [{ type: string; message?: string }])[0];
    const env = { CRM_KAFKA_BROKERS: `127.0.0.1:${await freePort()}`, CRM_KAFKA_CONNECT_URL: `http://127.0.0.1:${await freePort()}` };

    // Started side by side: Connect waits for its broker.
    const connect = part('connect', env);
    const kafka = part('kafka', env);
    expect(await Promise.all([message(kafka), message(connect)])).toEqual([{ type: 'ready' }, { type: 'ready' }]);
    const ended = once(connect, 'exit');
    process.kill(pidOf('connect'), 'SIGKILL');
    expect(((await ended) as [number])[0]).withContext('ends with its server').toBe(1);
    const java = pidOf('kafka');
    const killed = once(kafka, 'exit');
    kafka.kill('SIGKILL');
    await killed;
    await gone(java);

    const again = part('kafka', env);
    expect(await message(again)).toEqual({ type: 'ready' });
    const exit = once(again, 'exit');
    again.kill('SIGTERM');
    expect(((await exit) as [number])[0]).toBe(0);
    expect(identityOf(pidOf('kafka'))).toBeUndefined();

    const refused = part('kafka', {});
    expect(await message(refused)).toEqual({ type: 'failed', message: jasmine.stringMatching(/CRM_KAFKA_BROKERS is not set/) as unknown as string });
    await once(refused, 'exit');
  }, patience);
});
