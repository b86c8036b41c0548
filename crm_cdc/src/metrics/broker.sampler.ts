import type { Admin } from 'kafkajs';
import { ConnectClient } from '../sources/kafka/connect.client.js';
import { connectKafka } from '../sources/kafka/kafka.connection.js';
import { tableOf, type KafkaSettings } from '../sources/kafka/kafka.settings.js';
import type { BrokerSample } from './state.sampler.js';

/** Asks Connect for its connector and the broker for what the group has not confirmed; the connection stays open between questions. */
export function createBrokerLook(settings: KafkaSettings, log: (message: string) => void): () => Promise<BrokerSample> {
  const connect = new ConnectClient(settings.connectUrl, settings.connector ?? 'crm_cdc');
  const groupId = settings.groupId ?? 'crm_cdc';
  let admin: Promise<Admin> | null = null;
  const open = async (): Promise<Admin> => {
    const fresh = connectKafka(settings, log).admin();
    await fresh.connect();
    return fresh;
  };
  return async () => {
    try {
      const client = await (admin ??= open());
      const [state, lag] = await Promise.all([connect.state(), lagByTopic(client, groupId)]);
      return { connector: state?.connector ?? 'NONE', task: state?.task ?? null, lag };
    } catch (error) {
      const broken = admin;
      admin = null;
      void broken?.then((client) => client.disconnect()).catch(() => undefined);
      throw error;
    }
  };
}

async function lagByTopic(admin: Admin, groupId: string): Promise<Map<string, number>> {
  const topics = (await admin.listTopics()).filter((topic) => tableOf(topic) !== undefined);
  const lag = new Map<string, number>();
  if (topics.length === 0) return lag;
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
    const confirmed = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    let waiting = 0;
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      const at = confirmed.get(partition) ?? -1;
      waiting += Math.max(0, Number(high) - (at < 0 ? Number(low) : at));
    }
    lag.set(topic, waiting);
  }
  return lag;
}
