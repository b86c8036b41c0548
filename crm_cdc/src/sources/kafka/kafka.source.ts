import type { ChangeSource, SourceHandler, SourceRun } from '../change.source.js';
import { KafkaSession, type SessionOptions } from './kafka.session.js';
import type { SnapshotRecord } from './snapshot.store.js';

/** Reads the records that Debezium writes to Kafka. */
export class KafkaSource implements ChangeSource {
  readonly name = 'kafka';
  /** The snapshot whose rows are on their way or were read before; set by the bootstrap. */
  snapshot: SnapshotRecord | null = null;
  private session: KafkaSession | null = null;

  constructor(private readonly options: SessionOptions) {}

  async start(_from: bigint, handler: SourceHandler): Promise<SourceRun> {
    await this.stop();
    const session = new KafkaSession(this.options, this.snapshot, handler);
    this.session = session;
    await session.open();
    return { ended: session.ended };
  }

  confirm(lsn: bigint): Promise<void> {
    this.session?.confirm(lsn);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.close();
  }
}
