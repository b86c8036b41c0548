import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { CompressionTypes, Kafka, logLevel, type Admin, type Consumer, type EachBatchPayload, type Producer } from 'kafkajs';
import { until } from '../../../testing/postgres.testing.js';
import { ensureTopics } from '../kafka.connection.js';
import { withDefaults } from '../kafka.settings.js';
import { startLocalKafka, type LocalKafka } from './kafka.server.js';

/** What the stream relies on in its client, against the real broker: the evidence of decision 0007. */
describe('kafkajs with this broker', () => {
  let folder: string;
  let broker: LocalKafka;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  const consumers: Consumer[] = [];
  let serial = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-kafkajs-'));
    broker = await startLocalKafka({ dataDir: folder, disposable: true });
    kafka = new Kafka({ clientId: 'crm', brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 } });
    admin = kafka.admin();
    producer = kafka.producer({ idempotent: true });
    await admin.connect();
    await producer.connect();
  }, 120_000);
  afterEach(async () => { await Promise.all(consumers.splice(0).map((each) => each.disconnect())); });
  afterAll(async () => {
    await producer.disconnect();
    await admin.disconnect();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function topic(numPartitions = 1, configEntries: { name: string; value: string }[] = []): Promise<string> {
    const name = `crm_cdc.spec_${++serial}`;
    await admin.createTopics({ topics: [{ topic: name, numPartitions, replicationFactor: 1, configEntries }], waitForLeaders: true });
    return name;
  }
  const send = (to: string, values: (string | Buffer | null)[], compression = CompressionTypes.None): Promise<unknown> =>
    producer.send({ topic: to, acks: -1, compression, messages: values.map((value, index) => ({ key: `k${index % 7}`, value })) });
  async function consume(from: string, groupId: string, eachBatch: (payload: EachBatchPayload) => Promise<void>): Promise<Consumer> {
    const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 500, rebalanceTimeout: 6000, maxWaitTimeInMs: 100, maxBytesPerPartition: 16_000_000 });
    consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic: from, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    return consumer;
  }
  /** Collects the values that arrive, and commits each batch before the next. */
  const collect = (into: string[]) => async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> => {
    for (const message of batch.messages) {
      into.push(message.value?.toString() ?? '<null>');
      resolveOffset(message.offset);
    }
    await commitOffsetsIfNecessary({ topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset: String(BigInt(batch.lastOffset()) + 1n) }] }] });
    await heartbeat();
  };

  it('keeps the order of a partition, plain and with gzip, and says that it cannot read other compressions', async () => {
    const name = await topic();
    const values = Array.from({ length: 500 }, (_, index) => `v${index}`);
    await send(name, values.slice(0, 250));
    await send(name, values.slice(250), CompressionTypes.GZIP);
    const seen: string[] = [];
    await consume(name, 'order', collect(seen));
    await until('all values', () => seen.length >= 500);
    expect(seen).toEqual(values);
    for (const codec of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD]) {
      await expectAsync(send(name, ['x'], codec)).toBeRejectedWithError(/compression not implemented/i);
    }
  });

  it('carries messages of 5 MB there and back', async () => {
    const name = await topic();
    const value = randomBytes(2_500_000).toString('hex'); // Cannot be compressed away.
    for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) await send(name, [value, value], compression);
    const seen: string[] = [];
    await consume(name, 'large', collect(seen));
    await until('four large messages', () => seen.length >= 4, 60_000);
    expect(seen.every((each) => each === value)).toBeTrue();
  }, 90_000);

  it('tells the ends of a topic, compacts with tombstones and deletes records', async () => {
    const name = await topic(1, [{ name: 'cleanup.policy', value: 'compact' }]);
    await send(name, ['one', null]);
    const seen: string[] = [];
    await consume(name, 'tombstones', collect(seen));
    await until('both', () => seen.length >= 2);
    expect(seen).toEqual(['one', '<null>']);
    expect(await admin.fetchTopicOffsets(name)).toEqual([{ partition: 0, offset: '2', high: '2', low: '0' }]);
    const plain = await topic();
    await send(plain, ['a', 'b', 'c']);
    await admin.fetchTopicOffsets(plain); // Deleting alone does not look up the leader of a topic that this client has not met.
    await admin.deleteTopicRecords({ topic: plain, partitions: [{ partition: 0, offset: '2' }] });
    expect((await admin.fetchTopicOffsets(plain))[0]).toEqual(jasmine.objectContaining({ low: '2', high: '3' }));
  });

  it('ends the compaction of a topic that is there, with its other settings as they were', async () => {
    const name = 'crm_cdc.crm_core.crm_compacted';
    await admin.createTopics({ topics: [{ topic: name, numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'compact,delete' }, { name: 'retention.ms', value: '86400000' }] }], waitForLeaders: true });
    const settings = withDefaults({ brokers: broker.brokers, connectUrl: 'http://127.0.0.1:1' });
    for (let again = 0; again < 2; again++) await ensureTopics(admin, settings, [{ schema: 'crm_core', name: 'crm_compacted' }, { schema: 'crm_core', name: 'crm_fresh' }]);
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [name, 'crm_cdc.crm_core.crm_fresh'].map((topic) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy', 'retention.ms'] })) });
    expect(resources.map(({ configEntries }) => Object.fromEntries(configEntries.map((one) => [one.configName, one.configValue])))).toEqual([
      { 'cleanup.policy': 'delete', 'retention.ms': '86400000' }, { 'cleanup.policy': 'delete', 'retention.ms': '604800000' },
    ]);
  });

  it('shares partitions within a group, and moves them when a member leaves or dies', async () => {
    const name = await topic(4);
    const seen: string[][] = [[], [], []];
    const owners = new Map<number, number>();
    const member = (index: number) => consume(name, 'shared', async (payload) => {
      owners.set(payload.batch.partition, index);
      await collect(seen[index]!)(payload);
    });
    const first = await member(0);
    await member(1);
    let sent = 0;
    const sendSome = (): Promise<unknown> => producer.send({ topic: name, acks: -1, messages: Array.from({ length: 40 }, (_, index) => ({ partition: index % 4, value: `s${sent++}` })) });
    await until('two owners', async () => {
      await sendSome();
      return new Set(owners.values()).size === 2;
    }, 30_000);
    await first.disconnect();
    owners.clear();
    await until('one owner of all', async () => {
      await sendSome();
      return owners.size === 4 && [...owners.values()].every((owner) => owner === 1);
    }, 30_000);
    await until('every value', () => new Set(seen.flat()).size === sent, 30_000);
  }, 120_000);

  it('goes on behind the last committed offset, and reads again what was not committed', async () => {
    const name = await topic();
    await send(name, ['a', 'b', 'c', 'd']);
    const first: string[] = [];
    const consumer = await consume(name, 'offsets', async ({ batch, resolveOffset }) => {
      for (const message of batch.messages) {
        first.push(String(message.value));
        resolveOffset(message.offset);
      }
    });
    await until('all four', () => first.length >= 4);
    await consumer.commitOffsets([{ topic: name, partition: 0, offset: '2' }]);
    await consumer.disconnect();
    const second: string[] = [];
    await consume(name, 'offsets', collect(second));
    await until('the uncommitted', () => second.length >= 2);
    expect(second).toEqual(['c', 'd']);
  });

  it('loses nothing acknowledged when the broker is killed again and again, and goes on by itself', async () => {
    const name = await topic(2);
    const seen: string[] = [];
    await consume(name, 'killed', collect(seen));
    const acknowledged: string[] = [];
    let sending = true;
    const sender = (async () => {
      for (let index = 0; sending; index++) {
        const value = `m${index}`;
        await producer.send({ topic: name, acks: -1, messages: [{ key: value, value }] });
        acknowledged.push(value);
      }
    })();
    for (let kill = 0; kill < 2; kill++) {
      const before = acknowledged.length;
      await until('some more acknowledged', () => acknowledged.length > before + 50, 60_000);
      await broker.kill();
      await broker.restart();
    }
    const before = acknowledged.length;
    await until('some more acknowledged', () => acknowledged.length > before + 50, 60_000);
    sending = false;
    await sender;
    await until('every acknowledged value', () => seen.length >= acknowledged.length && new Set(seen).size >= acknowledged.length, 60_000);
    expect(new Set(seen)).toEqual(new Set(acknowledged));
    // Idempotence of the producer holds over the deaths of the broker: nothing stands twice in the topic.
    const ends = await admin.fetchTopicOffsets(name);
    expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(acknowledged.length);
  }, 240_000);
});
