import { createWarehouse, migrateWarehouse } from 'crm_warehouse';
import { retrying } from './outcomes/retry.policy.js';
import { defaultSilenceMs, statementLimit } from './sources/embedded/postgres.client.js';
import { startEmbeddedStream } from './sources/embedded/embedded.stream.js';
import type { KafkaSettings } from './sources/kafka/kafka.settings.js';
import { startKafkaStream } from './sources/kafka/kafka.stream.js';
import type { RunningStream, StreamOptions } from './sources/stream.runner.js';

/** What `startStream` needs; the rest has defaults. */
export interface StreamConfig extends Omit<StreamOptions, 'warehouse'> {
  readonly warehouseUrl: string;
  /** The distributed profile: changes come by way of Debezium and Kafka. Without it a slot is read in this process. */
  readonly kafka?: KafkaSettings;
}

/** Migrates the warehouse, mirrors the published tables and streams; resolves once changes flow. Stop it with `stop()`. */
export async function startStream(config: StreamConfig, signal: AbortSignal = new AbortController().signal): Promise<RunningStream> {
  // The stream itself waits out interruptions; a second layer of retries below would only delay its stop.
  const warehouse = createWarehouse(config.warehouseUrl, { retryForMs: 0, requestTimeoutMs: statementLimit(config.silenceMs ?? defaultSilenceMs) });
  const close = (): Promise<void> => warehouse.close();
  try {
    await retrying(() => migrateWarehouse(warehouse), signal, (error, attempt) => {
      if (attempt === 1) config.log?.(`waiting for the warehouse: ${error instanceof Error ? error.message : String(error)}`);
    }, config.retry);
    const { kafka, ...options } = { ...config, warehouse };
    const stream = kafka === undefined ? startEmbeddedStream(options) : startKafkaStream({ ...options, kafka });
    const onAbort = (): void => void stream.stop();
    signal.addEventListener('abort', onAbort, { once: true });
    stream.ended.then(close, close).catch(() => undefined);
    await stream.ready;
    return { ...stream, stop: async () => { await stream.stop(); await close(); } };
  } catch (error) {
    await close();
    throw error;
  }
}
