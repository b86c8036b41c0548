import type pg from 'pg';
import type { ShapeNote } from '../../mappings/shape.note.js';
import type { TableShape } from '../../mappings/table.shape.js';
import type { ChangeSource, SourceHandler, SourceRun } from '../change.source.js';
import { endClient } from '../embedded/postgres.client.js';
import type { Reached } from './fence.tracker.js';
import { KafkaSession, type SessionOptions } from './kafka.session.js';
import type { SnapshotRecord } from './snapshot.store.js';

/** What a session begins with; each is made by the bootstrap and ends with the session. */
export interface Handover {
  /** Connection that holds the stream's turn. */
  readonly client: pg.Client;
  /** The snapshot whose rows are on their way or were read before. */
  readonly snapshot: SnapshotRecord;
  /** Where the watermark stands. */
  readonly reached: Reached;
  /** What was noted of the tables whose rows the warehouse holds, before the start brought them to their present shape. */
  readonly notes: ReadonlyMap<string, ShapeNote>;
}

/** Reads the records that Debezium writes to Kafka. */
export class KafkaSource implements ChangeSource {
  readonly name = 'kafka';
  private handed: Handover | null = null;
  private session: KafkaSession | null = null;

  constructor(private readonly options: SessionOptions) {}

  /** True while it is this stream's turn to read. */
  get hasTurn(): boolean {
    return this.handed !== null;
  }

  /** How long Debezium has not read the log, ms; 0 while it need not. */
  get readerSilentMs(): number {
    return this.session?.reader.silentMs ?? 0;
  }

  /** Takes over from the bootstrap, without a moment in which another stream could come between. */
  async prepare(handed: Handover): Promise<void> {
    await this.stop();
    this.handed = handed;
  }

  async start(_from: bigint, handler: SourceHandler): Promise<SourceRun> {
    if (this.handed === null) throw new Error('the source was started before it was prepared');
    const session = new KafkaSession(this.options, this.handed, handler);
    this.session = session;
    await session.open();
    return { ended: session.ended };
  }

  place(shape: TableShape): TableShape {
    return this.session?.place(shape) ?? shape;
  }

  confirm(lsn: bigint): Promise<void> {
    this.session?.confirm(lsn);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    const { session, handed } = this;
    this.session = null;
    this.handed = null;
    await session?.close();
    if (handed) await endClient(handed.client);
  }
}
