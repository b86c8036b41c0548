import { runStream, type RunningStream, type SourceTools, type StreamOptions, type PreparedSource } from '../stream.runner.js';
import { defaultSilenceMs, endClient } from '../embedded/postgres.client.js';
import { ConnectClient } from './connect.client.js';
import { superviseConnector } from './connector.supervisor.js';
import { bootstrapKafka, type KafkaStart } from './kafka.bootstrap.js';
import { connectorSettings, withDefaults, type KafkaSettings } from './kafka.settings.js';
import { KafkaSource } from './kafka.source.js';
import { SnapshotRepeatedError } from './message.decoder.js';
import { SnapshotStore, type SnapshotRecord } from './snapshot.store.js';
import { takeTurn } from './stream.turn.js';

/** How the stream from Kafka runs. */
export interface KafkaStreamOptions extends StreamOptions {
  readonly kafka: KafkaSettings;
}

/** Name of the slot that Debezium reads, beside the one of the embedded stream. */
export const KAFKA_SLOT = 'crm_cdc_kafka';

/** Streams what Debezium writes to Kafka, and supervises the connector. */
export function startKafkaStream(options: KafkaStreamOptions): RunningStream {
  return runStream(options, { name: 'kafka', slot: KAFKA_SLOT, create: (tools) => prepareKafka(tools, options.kafka) });
}

function prepareKafka(tools: SourceTools, wanted: KafkaSettings): PreparedSource {
  const { url, slot, publication, signal, log, warehouse, slotTimeoutMs, silenceMs = defaultSilenceMs } = tools;
  const kafka = withDefaults(wanted);
  const connect = new ConnectClient(kafka.connectUrl, kafka.connector);
  const settings = connectorSettings({ postgresUrl: url, slot, publication, kafka, slotTimeoutMs, silenceMs });
  const snapshots = new SnapshotStore(warehouse, 'kafka', slot);
  const source = new KafkaSource({ slot, publication, kafka, log });
  let snapshot: SnapshotRecord | null = null;
  let supervised = false;
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    source,
    async bootstrap() {
      // First the turn: a second stream that begins anew would take slot and offsets from the one that reads.
      const client = await takeTurn(tools);
      let start: KafkaStart;
      try {
        start = await alone(() => bootstrapKafka({ ...tools, kafka, connect, settings, snapshots }));
      } catch (error) {
        await endClient(client);
        throw error;
      }
      snapshot = start.snapshot;
      await source.prepare({ client, snapshot, reached: start.reached, notes: start.notes });
      // From the first good start on; before it the bootstrap itself stops and starts the connector.
      if (!supervised) void superviseConnector({ connect, settings, signal, alone, mayAct: () => source.hasTurn, silentMs: () => source.readerSilentMs, log }).catch((error: unknown) => log(String(error)));
      supervised = true;
      return start;
    },
    async interrupted(error) {
      if (error instanceof SnapshotRepeatedError && snapshot) await snapshots.write({ ...snapshot, state: 'void' });
    },
  };
}
