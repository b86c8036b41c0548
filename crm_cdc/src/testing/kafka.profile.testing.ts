import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalConnect, type LocalConnect } from '../sources/kafka/local/connect.server.js';
import { startLocalKafka, type LocalKafka } from '../sources/kafka/local/kafka.server.js';
import { ConnectClient } from '../sources/kafka/connect.client.js';
import type { KafkaSettings } from '../sources/kafka/kafka.settings.js';
import { KAFKA_SLOT } from '../sources/kafka/kafka.stream.js';
import { dropSlot } from '../sources/embedded/slot.manager.js';
import type { RunningStream } from '../sources/stream.runner.js';
import type { StreamConfig } from '../stream.service.js';
import { until } from './postgres.testing.js';
import type { Profile } from './profile.testing.js';
import { startTestStack, type TestStack } from './stream.testing.js';

/** The profile with its own broker and Connect, which suites may kill. */
export interface KafkaProfile extends Profile {
  readonly kafka: LocalKafka;
  readonly connect: LocalConnect;
  readonly stack: TestStack;
  readonly settings: KafkaSettings;
  /** The running stream; throws when there is none. */
  stream(): RunningStream;
}

/** A Postgres (with settings `name=value` of the suite's own), a broker, Connect with Debezium, a warehouse and the stream between them. */
export async function startKafkaProfile(postgresSettings: readonly string[] = []): Promise<KafkaProfile> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-cdc-kafka-'));
  const kafka = await startLocalKafka({ dataDir: join(folder, 'kafka'), disposable: true });
  const [connect, stack] = await Promise.all([startLocalConnect({ dataDir: join(folder, 'connect'), brokers: kafka.brokers }), startTestStack(postgresSettings)]);
  // Short: a suite that stops and starts consumers waits for the group to notice.
  const settings: KafkaSettings = { brokers: kafka.brokers, connectUrl: connect.url, sessionTimeoutMs: 6_000, fenceEveryMs: 100 };
  const config: StreamConfig = { postgresUrl: stack.postgres.url, warehouseUrl: stack.url, kafka: settings, slot: KAFKA_SLOT, retry: { firstMs: 20, maxMs: 200 }, publicationEveryMs: 200, log: (line) => stack.lines.push(line) };
  let stream: RunningStream | undefined;
  let failure: unknown;

  const stopStream = async (): Promise<void> => {
    await stream?.stop();
    stream = undefined;
  };
  const start = async (options: Partial<StreamConfig> = {}): Promise<RunningStream> => {
    await stopStream();
    failure = undefined;
    const started = await stack.stream({ kafka: settings, slot: KAFKA_SLOT, ...options });
    started.ended.catch((error: unknown) => { failure = error; });
    stream = started;
    return started;
  };
  return {
    name: 'kafka', postgres: stack.postgres, warehouse: stack.warehouse, config, lines: stack.lines, start, stopStream, restart: start, kafka, connect, stack, settings,
    stream() {
      if (!stream) throw new Error('the stream does not run');
      return stream;
    },
    async forget() {
      await stopStream();
      const connector = new ConnectClient(connect.url, 'crm_cdc');
      if ((await connector.config()) !== null) await connector.stop(AbortSignal.timeout(30_000));
      await until('slot dropped', () => dropSlot(stack.postgres.client, KAFKA_SLOT).then(() => true, () => false), 60_000);
    },
    async caughtUp(timeoutMs = 60_000) {
      const { rows: [now] } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        if (failure !== undefined) throw new Error('the stream ended', { cause: failure });
        const [row] = await stack.rows<{ lsn: string }>('SELECT max(lsn) AS lsn FROM crm_raw._watermark FINAL');
        if (BigInt(row?.lsn ?? 0) >= BigInt(now!.lsn)) return;
        if (Date.now() > deadline) throw new Error(`the watermark stands at ${row?.lsn ?? 0} and did not reach ${now!.lsn} within ${timeoutMs} ms; last lines:\n${stack.lines.slice(-10).join('\n')}`);
        await delay(20);
      }
    },
    async parity(waitMs = 240_000) {
      if (failure !== undefined) throw new Error('the stream ended', { cause: failure });
      return stack.parity(waitMs);
    },
    run: (sql) => stack.run(sql),
    rows: (sql) => stack.rows(sql),
    async stop() {
      await stopStream();
      await connect.kill();
      await kafka.kill();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
