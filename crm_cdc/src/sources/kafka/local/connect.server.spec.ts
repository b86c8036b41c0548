import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startTestPostgres, until, type TestPostgres } from '../../../testing/postgres.testing.js';
import { startLocalConnect, type LocalConnect } from './connect.server.js';
import { startLocalKafka, type LocalKafka } from './kafka.server.js';

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';

/** The promise on which the stream stands: what Postgres committed arrives in the topic at least once and in order, whoever dies. */
describe('Connect with Debezium on this broker', () => {
  let folder: string;
  let postgres: TestPostgres;
  let broker: LocalKafka;
  let connect: LocalConnect;
  let seen: { id: number; lsn: bigint }[];
  let stopConsumer: () => Promise<void>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-connect-'));
    postgres = await startTestPostgres();
    await postgres.table('crm_rows', 'id int PRIMARY KEY, body text');
    broker = await startLocalKafka({ dataDir: join(folder, 'kafka'), disposable: true });
    connect = await startLocalConnect({ dataDir: join(folder, 'connect'), brokers: broker.brokers });
    const kafka = new Kafka({ clientId: 'crm', brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 100 } });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'spec.crm_core.crm_rows' }], waitForLeaders: true });
    await admin.disconnect();
    const consumer = kafka.consumer({ groupId: 'spec', sessionTimeout: 6000, heartbeatInterval: 500, maxWaitTimeInMs: 100 });
    stopConsumer = () => consumer.disconnect();
    seen = [];
    await consumer.connect();
    await consumer.subscribe({ topic: 'spec.crm_core.crm_rows', fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const change = JSON.parse(message.value?.toString() ?? 'null') as { after: { id: number }; source: { lsn: number } } | null;
        if (change) seen.push({ id: change.after.id, lsn: BigInt(change.source.lsn) });
        return Promise.resolve();
      },
    });
  }, 240_000);
  afterAll(async () => {
    await stopConsumer();
    await connect.stop();
    await broker.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 120_000);

  const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(connect.url + path, { ...init, headers: { 'content-type': 'application/json' } });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const confirmed = async (): Promise<string | undefined> =>
    (await postgres.client.query<{ at: string }>(`SELECT confirmed_flush_lsn AS at FROM pg_replication_slots WHERE slot_name = 'spec'`)).rows[0]?.at;

  it('offers the connector and runs it', async () => {
    const { body } = await ask('/connector-plugins');
    expect((body as { class: string; type: string }[]).map((each) => each.class)).toContain('io.debezium.connector.postgresql.PostgresConnector');
    const url = new URL(postgres.url);
    await postgres.client.query(`INSERT INTO crm_core.crm_rows SELECT n, 'first' FROM generate_series(1, 200) n`);
    const { status, body: made } = await ask('/connectors/spec/config', {
      method: 'PUT',
      body: JSON.stringify({
        'connector.class': 'io.debezium.connector.postgresql.PostgresConnector', 'tasks.max': '1', 'topic.prefix': 'spec',
        'database.hostname': url.hostname, 'database.port': url.port, 'database.user': url.username, 'database.password': decodeURIComponent(url.password), 'database.dbname': url.pathname.slice(1),
        'plugin.name': 'pgoutput', 'slot.name': 'spec', 'publication.name': 'crm_cdc', 'publication.autocreate.mode': 'disabled', 'schema.include.list': 'crm_core',
        'snapshot.mode': 'initial', 'slot.retry.delay.ms': '500', 'key.converter': JSON_CONVERTER, 'key.converter.schemas.enable': 'false', 'value.converter': JSON_CONVERTER, 'value.converter.schemas.enable': 'false',
        'topic.creation.default.partitions': '1', 'topic.creation.default.replication.factor': '1', 'heartbeat.interval.ms': '1000',
      }),
    });
    expect(status).withContext(JSON.stringify(made)).toBe(201);
    await until('the snapshot', () => seen.length >= 200, 60_000);
  }, 90_000);

  it('lets the slot follow, so that Postgres can drop its log', async () => {
    await postgres.client.query(`INSERT INTO crm_core.crm_rows VALUES (1000, 'x')`);
    const { rows } = await postgres.client.query<{ at: string }>('SELECT pg_current_wal_lsn() AS at');
    await until('the row', () => seen.some(({ id }) => id === 1000), 30_000);
    await until('the slot', async () => (await postgres.client.query<{ passed: boolean }>(`SELECT $1::pg_lsn <= $2::pg_lsn AS passed`, [rows[0]?.at, await confirmed()])).rows[0]?.passed, 60_000);
  }, 90_000);

  it('loses nothing and keeps the order when Connect and the broker are killed under writes', async () => {
    let next = 10_000;
    let writing = true;
    const writer = (async () => {
      while (writing && next < 100_000) await postgres.client.query(`INSERT INTO crm_core.crm_rows SELECT n, 'w' FROM generate_series($1::int, $1::int + 4) n`, [(next += 5) - 5]);
    })();
    const more = async (): Promise<void> => {
      const from = seen.length;
      await until('more changes', () => seen.length > from + 100, 90_000);
    };
    writer.catch(() => undefined); // Awaited below; a failure before that must not be hidden by this one.
    for (const victim of ['connect', 'broker'] as const) {
      await more();
      const server = victim === 'connect' ? connect : broker;
      await server.kill();
      await server.restart();
    }
    await more();
    writing = false;
    await writer;
    const wanted = Array.from({ length: next - 10_000 }, (_, index) => 10_000 + index);
    await until('every row', () => new Set(seen.map(({ id }) => id).filter((id) => id >= 10_000)).size >= wanted.length, 90_000);
    // A row may come twice after a kill, but its first arrival stands in the order of the log.
    const first = new Map<number, bigint>();
    for (const { id, lsn } of seen) if (!first.has(id)) first.set(id, lsn);
    const order = [...first].filter(([id]) => id >= 10_000);
    expect(order.map(([id]) => id)).toEqual(wanted);
    expect(order.every(([, lsn], index) => index === 0 || lsn >= (order[index - 1]?.[1] ?? 0n))).toBeTrue();
    expect((await ask('/connectors')).body).toEqual(['spec']); // Remembered over the kills.
  }, 300_000);

  it('stops in time when the broker is gone', async () => {
    await broker.kill();
    const began = Date.now();
    await connect.stop();
    expect(Date.now() - began).toBeLessThan(15_000);
    await broker.restart();
    await connect.restart();
  }, 120_000);
});
