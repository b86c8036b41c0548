import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import { classifyError } from '../outcomes/error.classifier.js';
import { retrying, type RetryPolicy } from '../outcomes/retry.policy.js';
import type { ChangeBatch } from './change.batch.js';
import type { ChangeSink, DeadLetter } from './change.sink.js';
import type { StreamStatistics } from './stream.statistics.js';

/** What writing needs to know besides the sink. */
export interface WriterOptions {
  readonly retry: RetryPolicy;
  readonly signal: AbortSignal;
  readonly statistics: StreamStatistics;
  readonly onRetry: (error: unknown, attempt: number) => void;
}

/** Writes batches: waits out interruptions, sets aside the very rows the warehouse refuses, and throws on anything unknown. */
export class ChangeWriter {
  constructor(private readonly sink: ChangeSink, private readonly options: WriterOptions) {}

  /** Resolves once every row of the batch is durable, in its table or among the dead letters. */
  async write(batch: ChangeBatch): Promise<void> {
    const letters: DeadLetter[] = [...batch.letters];
    const begun = performance.now();
    if (batch.changes.length > 0) await this.writeRows(batch.changes, letters);
    if (letters.length > 0) await this.patiently(() => this.sink.setAside(letters));
    for (const letter of letters) this.options.statistics.deadLetters[letter.reason]++;
    this.options.statistics.ok += batch.changes.length - (letters.length - batch.letters.length);
    this.options.statistics.batches++;
    this.options.statistics.listener?.written(batch, letters, performance.now() - begun);
  }

  /** Runs a call of the sink again and again while what stops it is passing. */
  patiently<T>(work: () => Promise<T>): Promise<T> {
    return retrying(work, this.options.signal, (error, attempt) => {
      this.options.statistics.retries++;
      this.options.statistics.listener?.retried('write');
      this.options.onRetry(error, attempt);
    }, this.options.retry);
  }

  private async writeRows(changes: readonly ChangeEnvelope[], letters: DeadLetter[]): Promise<void> {
    try {
      await this.patiently(() => this.sink.write(changes));
    } catch (error) {
      if (classifyError(error) !== 'poison') throw error;
      const [only] = changes;
      if (changes.length === 1 && only) {
        letters.push({ envelope: only, reason: 'refused_by_warehouse', detail: error instanceof Error ? error.message : String(error) });
        return;
      }
      // Halving finds k bad rows of n in about k·log2(n) inserts; the good ones may be written in any order, their positions decide.
      const middle = changes.length >> 1;
      await this.writeRows(changes.slice(0, middle), letters);
      await this.writeRows(changes.slice(middle), letters);
    }
  }
}
