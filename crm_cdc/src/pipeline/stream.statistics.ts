import type { ChangeBatch } from './change.batch.js';
import type { DeadLetter } from './change.sink.js';
import type { DeadLetterReason, DropReason } from '../outcomes/outcome.types.js';

/** Is told what the stream does, as it happens; must be quick and must not throw. */
export interface StreamListener {
  /** A batch is durable: `letters` of it were set aside, and its write took `ms`, repetitions included. */
  written(batch: ChangeBatch, letters: readonly DeadLetter[], ms: number): void;
  /** The watermark stands behind the batch. */
  visible(batch: ChangeBatch): void;
  /** Something failed and is tried again: a write, or the whole stream. */
  retried(what: 'write' | 'stream'): void;
}

/** What a stream has done since it started. */
export class StreamStatistics {
  ok = 0;
  readonly dropped: Record<DropReason, number> = { already_applied: 0, not_published: 0, superseded: 0 };
  readonly deadLetters: Record<DeadLetterReason, number> = { out_of_range: 0, refused_by_warehouse: 0, undecodable: 0 };
  batches = 0;
  retries = 0;
  listener: StreamListener | null = null;
}
