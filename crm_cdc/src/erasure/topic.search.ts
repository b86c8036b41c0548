import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { connectKafka, groupPositions } from '../sources/kafka/kafka.connection.js';
import { TOPIC_PREFIX, type KafkaSettings } from '../sources/kafka/kafka.settings.js';
import type { Finding, Needles, Searched } from './certificate.types.js';

/** Which topics are read. */
export interface TopicSearch {
  /** The brokers, and how to sign in to them. */
  readonly kafka: KafkaSettings;
  /** Longest time without a record in which the rest counts as unread, ms. */
  readonly silenceMs: number;
}

function holds(message: KafkaMessage, needles: Needles): boolean {
  const text = `${message.key?.toString('utf8') ?? ''}\n${message.value?.toString('utf8') ?? ''}`.toLowerCase();
  return needles.forms.some((form) => text.includes(form)) || needles.given.some((value) => text.includes(JSON.stringify(value).slice(1, -1).toLowerCase()));
}

/** Reads all topics of the stream from their beginning to the end they have now. */
export async function searchTopics(options: TopicSearch, needles: Needles): Promise<Searched> {
  const kafka = connectKafka(options.kafka, () => undefined);
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `crm_certificate_${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxBytes: 64 * 1024 * 1024 });
  const waiting = new Map<string, bigint>();
  const hits = new Map<string, number>();
  let items = 0;
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(TOPIC_PREFIX));
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

/** What a purge has done. */
export interface Purge {
  /** Topics that lost records now. */
  readonly topics: readonly string[];
  /** Position of the log up to which no record of these topics is left; null when none of them holds any. */
  readonly upTo: bigint | null;
}

/**
 * Deletes the records of topics that the stream's consumer group has behind it. After an erasure reached the warehouse and its position was
 * committed, these are the records that may hold the person; new consumers start from a snapshot and do not need them.
 */
export async function purgeTopics(settings: KafkaSettings, topics: readonly string[], log: (message: string) => void = () => undefined): Promise<Purge> {
  const admin = connectKafka(settings, log).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const positions = await groupPositions(admin, settings.groupId ?? 'crm_cdc', topics.filter((name) => existing.has(name)));
    const purged: string[] = [];
    let upTo: bigint | null = null;
    for (const topic of new Set(positions.map((one) => one.topic))) {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map((one) => [one.partition, BigInt(one.high)]));
      const own = positions.filter((one) => one.topic === topic).map((one) => ({ ...one, high: ends.get(one.partition) ?? 0n }));
      const behind = own.filter(({ offset, low }) => offset > low);
      if (behind.length > 0) {
        await admin.deleteTopicRecords({ topic, partitions: behind.map(({ partition, offset }) => ({ partition, offset: String(offset) })) });
        purged.push(topic);
      }
      // Records that were not read speak for no position but the one that the group confirmed, and for none when it confirmed nothing.
      for (const { offset, high, low, lsn } of own) if (high > low && offset < high && (upTo === null || lsn < upTo)) upTo = lsn;
    }
    return { topics: purged, upTo };
  } finally {
    await admin.disconnect();
  }
}
