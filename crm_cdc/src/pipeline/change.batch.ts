import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import { rowSize } from '../mappings/row.mapper.js';
import type { DeadLetter } from './change.sink.js';

/** When a batch is written. */
export interface BatchLimits {
  /** Rows of one batch; 20,000 rows parse in well under 250 ms. */
  readonly rows: number;
  /** Characters of values in one batch: what bounds memory, as at most two batches are held. */
  readonly bytes: number;
  /** Longest wait of a change in ms while its transaction goes on. */
  readonly maxWaitMs: number;
  /** Wait in ms for company after a commit, so that a burst of small transactions makes one insert and not twenty. */
  readonly lingerMs: number;
}

/** 20,000 rows, 32 MB, 250 ms, 25 ms. */
export const defaultLimits: BatchLimits = { rows: 20_000, bytes: 32 * 1024 * 1024, maxWaitMs: 250, lingerMs: 25 };

/** Changes on their way to one write. */
export class ChangeBatch {
  readonly changes: ChangeEnvelope[] = [];
  readonly letters: DeadLetter[] = [];
  bytes = 0;
  /** Monotonic ms of the first change; undefined while empty. */
  since: number | undefined;
  /** The last commit inside; the watermark may move there once the batch is written. */
  commit: { readonly lsn: bigint; readonly committedAt: bigint } | undefined;

  get isEmpty(): boolean {
    return this.changes.length === 0 && this.letters.length === 0 && this.commit === undefined;
  }

  add(change: ChangeEnvelope): void {
    this.changes.push(change);
    this.bytes += rowSize(change);
    this.since ??= performance.now();
  }

  setAside(letter: DeadLetter): void {
    this.letters.push(letter);
    this.bytes += 'envelope' in letter ? rowSize(letter.envelope) : (letter.message.value?.length ?? 0) + 64;
    this.since ??= performance.now();
  }

  isFull(limits: BatchLimits): boolean {
    return this.changes.length + this.letters.length >= limits.rows || this.bytes >= limits.bytes;
  }
}
