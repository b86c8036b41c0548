import { Partitioners } from 'kafkajs';
import { connectKafka } from './kafka.connection.js';
import { signalTopic, TOPIC_PREFIX, withDefaults, type KafkaSettings } from './kafka.settings.js';

/** A table by schema and name. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/**
 * Asks Debezium to read tables again, a part at a time, while changes flow (an incremental snapshot). Its rows fill gaps and lose against
 * every change that was ever delivered, because a row may be read while the transaction that changes it is still open. Resolves once the
 * request is on its way; tables whose rows must win are copied by the stream itself.
 */
export async function requestSnapshot(settings: KafkaSettings, tables: readonly TableName[], log: (message: string) => void = () => undefined): Promise<void> {
  const kafka = connectKafka(settings, log);
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = await admin.listTopics();
    // One partition: the connector reads no other.
    if (!there.includes(signalTopic())) await admin.createTopics({ waitForLeaders: true, topics: [{ topic: signalTopic(), numPartitions: 1, replicationFactor: withDefaults(settings).replication }] });
  } finally {
    await admin.disconnect();
  }
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    const collections = tables.map(({ schema, name }) => `${schema}.${name}`.replaceAll('\\', '\\\\'));
    await producer.send({
      topic: signalTopic(), acks: -1,
      messages: [{ key: TOPIC_PREFIX, value: JSON.stringify({ type: 'execute-snapshot', data: { 'data-collections': collections, type: 'INCREMENTAL' } }) }],
    });
  } finally {
    await producer.disconnect();
  }
}
