import kafkajs, { Kafka, logLevel, type Admin, type SASLOptions } from 'kafkajs';
import { createKafkaLog } from './kafka.log.js';
import { topicOf, topicSettings, type CompleteKafkaSettings, type KafkaSettings } from './kafka.settings.js';

/** A client of the brokers whose log is ours. */
export function connectKafka(settings: KafkaSettings, log: (message: string) => void): Kafka {
  return new Kafka({
    clientId: 'crm_cdc',
    brokers: settings.brokers.split(',').map((one) => one.trim()),
    logLevel: logLevel.WARN,
    logCreator: createKafkaLog(log),
    ssl: settings.tls === true,
    ...(settings.sasl === undefined ? {} : { sasl: settings.sasl as SASLOptions }),
    connectionTimeout: 3_000,
    // A broker that says nothing for so long is behind a dead line; joining a group has a longer time of its own.
    requestTimeout: 10_000,
    // Short: whoever uses the client waits and tries again by himself, and must hear of a stop.
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 4 },
  });
}

// What kafkajs calls a setting that somebody made for this one topic.
const OWN_SETTING = 1;

/** Makes the topics of tables that have none yet, and ends the compaction of those that are there: it would take versions that nobody has read. */
export async function ensureTopics(admin: Admin, settings: CompleteKafkaSettings, tables: readonly { readonly schema: string; readonly name: string }[]): Promise<void> {
  const there = new Set(await admin.listTopics());
  const topics = tables.map(({ schema, name }) => topicOf(schema, name));
  await endCompaction(admin, topics.filter((topic) => there.has(topic)));
  const missing = topics.filter((topic) => !there.has(topic));
  if (missing.length === 0) return;
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map((topic) => ({ topic, numPartitions: settings.partitions, replicationFactor: settings.replication, configEntries: topicSettings() })),
  });
}

async function endCompaction(admin: Admin, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: [] })) });
  const compacted = resources.filter(({ configEntries }) => configEntries.some((one) => one.configName === 'cleanup.policy' && one.configValue.includes('compact')));
  if (compacted.length === 0) return;
  // The call replaces all settings of a topic: what somebody else has set is set again.
  await admin.alterConfigs({
    validateOnly: false,
    resources: compacted.map(({ resourceName, configEntries }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC, name: resourceName,
      configEntries: [...configEntries.filter((one) => Number(one.configSource) === OWN_SETTING && one.configName !== 'cleanup.policy').map((one) => ({ name: one.configName, value: one.configValue })), { name: 'cleanup.policy', value: 'delete' }],
    })),
  });
}

/** Where a consumer group stands in a partition, and up to which position of the log that was confirmed. */
export interface GroupPosition {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to read; -1 when nothing was committed. */
  readonly offset: bigint;
  /** Watermark that stood in the warehouse when this was committed; 0 when not known. */
  readonly lsn: bigint;
  /** Oldest offset that the broker still has. */
  readonly low: bigint;
}

/** Reads the positions of a group in some topics. */
export async function groupPositions(admin: Admin, groupId: string, topics: readonly string[]): Promise<GroupPosition[]> {
  if (topics.length === 0) return [];
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  const positions: GroupPosition[] = [];
  for (const { topic, partitions } of committed) {
    const kept = new Map((await admin.fetchTopicOffsets(topic)).map((one) => [one.partition, BigInt(one.low)]));
    const known = new Map(partitions.map((one) => [one.partition, one]));
    for (const [partition, low] of kept) {
      const one = known.get(partition);
      const offset = BigInt(one?.offset ?? -1);
      positions.push({ topic, partition, offset, lsn: /^\d+$/.test(one?.metadata ?? '') ? BigInt(one!.metadata!) : 0n, low });
    }
  }
  return positions;
}
