import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startLocalKafka, type LocalKafka } from '../sources/kafka/local/kafka.server.js';
import { purgeTopics, searchTopics } from './topic.search.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000; // A broker starts in here, on machines that others use as well.

describe('topics of erased persons', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-topics-'));
  const needles = { given: ['Zoltan Weiss', 'سارة'], forms: ['zoltan weiss', 'سارة'] };
  let broker: LocalKafka;
  let kafka: Kafka;

  beforeAll(async () => {
    broker = await startLocalKafka({ dataDir: folder, disposable: true });
    kafka = new Kafka({ clientId: 'crm_spec', brokers: [broker.brokers], logLevel: logLevel.NOTHING });
  });
  afterAll(async () => {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are read to their end, and emptied up to what the group has behind it', async () => {
    const admin = kafka.admin();
    const producer = kafka.producer();
    await admin.connect();
    await producer.connect();
    const config = [{ name: 'cleanup.policy', value: 'compact,delete' }];
    const topics = ['crm_cdc.crm_core.crm_contacts', 'crm_cdc.crm_core.crm_tags', 'crm_cdc.crm_core.crm_empty', 'other.topic'];
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 2, replicationFactor: 1, configEntries: config })), waitForLeaders: true });
    const send = (topic: string, partition: number, value: string | null): Promise<unknown> => producer.send({ topic, messages: [{ key: 'k', partition, value }] });
    await send(topics[0]!, 0, '{"full_name":"ZOLTAN Weiss"}');
    await send(topics[0]!, 1, '{"full_name":"سارة"}');
    await send(topics[0]!, 0, null);
    await send(topics[1]!, 0, '{"name":"harmless"}');
    await send(topics[3]!, 0, 'Zoltan Weiss');
    const settings = { brokers: broker.brokers, connectUrl: 'http://127.0.0.1:1' };
    const search = { kafka: settings, silenceMs: 20_000 };
    const before = await searchTopics(search, needles);
    expect(before).toEqual({ places: 3, columns: 0, items: 4, findings: [{ where: 'topics', place: topics[0]!, column: null, count: 2 }], unread: [] });

    const purge = (): ReturnType<typeof purgeTopics> => purgeTopics(settings, [topics[0]!, 'crm_cdc.crm_core.crm_absent']);
    expect(await purge()).withContext('nothing committed yet').toEqual({ topics: [], upTo: 0n });
    await admin.setOffsets({ groupId: 'crm_cdc', topic: topics[0]!, partitions: [{ partition: 0, offset: '1' }, { partition: 1, offset: '1' }] });
    expect(await purge()).withContext('one record of the first partition not read yet').toEqual({ topics: [topics[0]!], upTo: 0n });
    await admin.setOffsets({ groupId: 'crm_cdc', topic: topics[0]!, partitions: [{ partition: 0, offset: '2' }] });
    expect(await purge()).toEqual({ topics: [topics[0]!], upTo: null });
    expect(await purge()).withContext('again').toEqual({ topics: [], upTo: null });
    const after = await searchTopics(search, needles);
    expect([after.findings, after.items, after.unread]).toEqual([[], 1, []]);
    expect((await admin.listGroups()).groups.map((group) => group.groupId).filter((id) => id.startsWith('crm_certificate'))).toEqual([]);
    await producer.disconnect();
    await admin.disconnect();
  });
});
