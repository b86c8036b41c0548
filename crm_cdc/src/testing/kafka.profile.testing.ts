import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropSlot } from '../sources/embedded/slot.manager.js';
import { ConnectClient } from '../sources/kafka/connect.client.js';
import type { KafkaSettings } from '../sources/kafka/kafka.settings.js';
import { KAFKA_SLOT } from '../sources/kafka/kafka.stream.js';
import { startLocalConnect, type LocalConnect } from '../sources/kafka/local/connect.server.js';
import { startLocalKafka, type LocalKafka } from '../sources/kafka/local/kafka.server.js';
import { until } from './postgres.testing.js';
import type { Profile } from './profile.testing.js';
import { streamProfile, type StreamProfile } from './stream.profile.testing.js';
import { startTestStack, type TestStack } from './stream.testing.js';

/** The profile with its own broker and Connect, which suites may kill. */
export interface KafkaProfile extends Profile, StreamProfile {
  readonly kafka: LocalKafka;
  readonly connect: LocalConnect;
  readonly stack: TestStack;
  readonly settings: KafkaSettings;
}

/** A Postgres (with settings `name=value` of the suite's own), a broker, Connect with Debezium, a warehouse and the stream between them. */
export async function startKafkaProfile(postgresSettings: readonly string[] = []): Promise<KafkaProfile> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-cdc-kafka-'));
  const kafka = await startLocalKafka({ dataDir: join(folder, 'kafka'), disposable: true });
  const [connect, stack] = await Promise.all([startLocalConnect({ dataDir: join(folder, 'connect'), brokers: kafka.brokers, offsetFlushMs: 200 }), startTestStack(postgresSettings)]);
  // Short: a suite that stops and starts consumers waits for the group to notice, and each comparison for the watermark, which follows
  // the heartbeats, the positions that Connect stores and the look at them.
  const settings: KafkaSettings = { brokers: kafka.brokers, connectUrl: connect.url, sessionTimeoutMs: 6_000, fenceEveryMs: 100, heartbeatEveryMs: 200 };
  const shared = streamProfile(stack, { kafka: settings, slot: KAFKA_SLOT }, 240_000);
  return {
    ...shared, name: 'kafka', kafka, connect, stack, settings,
    async forget() {
      await shared.stopStream();
      const connector = new ConnectClient(connect.url, 'crm_cdc');
      if ((await connector.config()) !== null) await connector.stop(AbortSignal.timeout(30_000));
      await until('slot dropped', () => dropSlot(stack.postgres.client, KAFKA_SLOT).then(() => true, () => false), 60_000);
    },
    async stop() {
      await shared.stopStream();
      await connect.kill();
      await kafka.kill();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
