import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import type { Finding, Needles, Searched } from './certificate.types.js';

/** Which topics are read. */
export interface TopicSearch {
  /** `host:port`, several separated by commas. */
  readonly brokers: string;
  /** Topics that start with it. */
  readonly prefix: string;
  /** Longest time without a record in which the rest counts as unread, ms. */
  readonly silenceMs: number;
}

const open = (brokers: string): Kafka => new Kafka({ clientId: 'crm_certificate', brokers: brokers.split(','), logLevel: logLevel.NOTHING });

function holds(message: KafkaMessage, needles: Needles): boolean {
  const text = `${message.key?.toString('utf8') ?? ''}\n${message.value?.toString('utf8') ?? ''}`.toLowerCase();
  return needles.forms.some((form) => text.includes(form)) || needles.given.some((value) => text.includes(JSON.stringify(value).slice(1, -1).toLowerCase()));
}

/** Reads topics from their beginning to the end they have now. */
export async function searchTopics(options: TopicSearch, needles: Needles): Promise<Searched> {
  const kafka = open(options.brokers);
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `crm_certificate_${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxBytes: 64 * 1024 * 1024 });
  const waiting = new Map<string, bigint>();
  const hits = new Map<string, number>();
  let items = 0;
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(options.prefix));
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) if (BigInt(high) > BigInt(low)) waiting.set(`${topic} ${partition}`, BigInt(high));
    }
    if (waiting.size > 0) {
      await consumer.connect();
      await consumer.subscribe({ topics: [...new Set([...waiting.keys()].map((key) => key.split(' ')[0]!))], fromBeginning: true });
      let heard = Date.now();
      await consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          heard = Date.now();
          for (const message of batch.messages) {
            items += 1;
            if (holds(message, needles)) hits.set(batch.topic, (hits.get(batch.topic) ?? 0) + 1);
          }
          const key = `${batch.topic} ${batch.partition}`;
          // Compaction leaves gaps: the batch says how far it reaches, even where its last records are gone.
          if (BigInt(batch.lastOffset()) + 1n >= (waiting.get(key) ?? 0n)) waiting.delete(key);
          return Promise.resolve();
        },
      });
      while (waiting.size > 0 && Date.now() - heard < options.silenceMs) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const findings: Finding[] = [...hits].map(([place, count]) => ({ where: 'topics', place, column: null, count }));
    return { places: topics.length, columns: 0, items, findings, unread: [...waiting.keys()].map((key) => `topic ${key}`) };
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

/**
 * Deletes the records of topics that a consumer group has behind it. After an erasure reached the warehouse and its position was committed,
 * these are the records that may hold the person; new consumers start from a snapshot and do not need them. Returns the topics touched.
 */
export async function purgeTopics(options: { readonly brokers: string; readonly groupId: string; readonly topics: readonly string[] }): Promise<string[]> {
  const admin = open(options.brokers).admin();
  await admin.connect();
  const purged: string[] = [];
  try {
    const existing = new Set(await admin.listTopics());
    for (const topic of options.topics.filter((name) => existing.has(name))) {
      const [committed] = await admin.fetchOffsets({ groupId: options.groupId, topics: [topic] });
      const partitions = (committed?.partitions ?? []).filter(({ offset }) => BigInt(offset) > 0n);
      if (partitions.length === 0) continue;
      await admin.fetchTopicOffsets(topic); // Deleting alone does not look up the leader of a topic that this client has not met.
      await admin.deleteTopicRecords({ topic, partitions: partitions.map(({ partition, offset }) => ({ partition, offset })) });
      purged.push(topic);
    }
    return purged;
  } finally {
    await admin.disconnect();
  }
}
