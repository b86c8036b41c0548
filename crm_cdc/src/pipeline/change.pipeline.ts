import { nowMicros } from 'crm_warehouse';
import { createRowMapper, type RowMapper } from '../mappings/row.mapper.js';
import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import type { TableShape } from '../mappings/table.shape.js';
import type { LateRows } from '../mappings/unclear.names.js';
import type { ChangeSource, SourceEvent } from '../sources/change.source.js';
import { ChangeBatch, type BatchLimits } from './change.batch.js';
import type { ChangeSink, DeadLetter } from './change.sink.js';
import type { ChangeWriter } from './change.writer.js';
import type { StreamStatistics } from './stream.statistics.js';

/** What a pipeline connects. */
export interface PipelineOptions {
  readonly source: ChangeSource;
  readonly sink: ChangeSink;
  readonly writer: ChangeWriter;
  readonly limits: BatchLimits;
  readonly statistics: StreamStatistics;
  /** Called between transactions at most every `betweenMs`, while nothing is in flight. */
  readonly between: (() => Promise<void>) | null;
  readonly betweenMs: number;
  /** Called when the stream meets a table for the first time, with another shape or with rows in an older one, before they are written. */
  readonly onShape: (shape: TableShape, now: TableShape | undefined, late: LateRows | undefined) => Promise<void>;
  readonly onAdvance: (lsn: bigint) => void;
  /** Called when the source's own snapshot is written whole. */
  readonly onSnapshotEnd?: () => Promise<void>;
}

/**
 * decode (source) → order (drop what was applied before) → map → batch → write → confirm. One batch is written while the next one
 * fills; when that one is full too, the source is kept waiting. The watermark moves only to ends of transactions, and the source
 * hears of a position only after the watermark is durable.
 */
export class ChangePipeline {
  private batch = new ChangeBatch();
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private failure: unknown;
  private failed = false;
  private skipping = false;
  private inTransaction = false;
  private lastBetween = performance.now();
  private readonly pending = new Set<Promise<void>>();
  /** Watermark that was stored when the first one was to be written. */
  private stored: bigint | undefined;
  private readonly mappers = new Map<string, RowMapper>();

  constructor(private readonly options: PipelineOptions, private applied: bigint) {}

  /** What made writing impossible; undefined while all is well. */
  get cause(): unknown {
    return this.failure;
  }

  /** Makes a table known; changes of tables that were never announced to the pipeline are an error of the source. */
  adopt(shape: TableShape): void {
    this.mappers.set(shape.name, createRowMapper(shape));
  }

  /** Takes one event; a pending promise means: bring no more until it is settled. Throws what made writing impossible. */
  handle(event: SourceEvent): void | Promise<void> {
    this.throwIfFailed();
    const pending = this.take(event);
    if (pending === undefined) return undefined;
    this.pending.add(pending);
    const settled = (): void => void this.pending.delete(pending);
    pending.then(settled, settled);
    return pending;
  }

  private take(event: SourceEvent): void | Promise<void> {
    switch (event.kind) {
      case 'begin':
        this.inTransaction = true;
        this.skipping = event.lsn < this.applied;
        return undefined;
      case 'change': return this.change(event.envelope);
      case 'skipped':
        this.options.statistics.dropped[event.reason]++;
        return undefined;
      case 'commit':
        this.inTransaction = false;
        if (!this.skipping) {
          this.batch.commit = { lsn: event.lsn, committedAt: event.committed_at };
          this.schedule();
        }
        this.skipping = false;
        return this.pauseBetween();
      case 'idle': return this.idle(event.lsn, event.at);
      case 'shape': return this.shape(event);
      case 'undecodable': return this.setAside({ message: event.message, reason: 'undecodable', detail: event.detail });
      case 'snapshot_end': return this.drain().then(() => this.options.onSnapshotEnd?.());
      case 'truncate': return this.skipping ? undefined : this.truncate(event);
    }
  }

  /**
   * Forgets what was not written, as the source will bring it again, and waits for all that is under way. Nothing begins from here on: a write that
   * outlived this would move the watermark back to its own position, behind that of the pipeline which has followed.
   */
  async abandon(): Promise<void> {
    this.failed = true;
    this.batch = new ChangeBatch();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.writing || this.pending.size > 0) await Promise.allSettled([this.writing, ...this.pending]);
  }

  /** Writes everything taken so far; resolves when it is durable. */
  async drain(): Promise<void> {
    while (this.writing || !this.batch.isEmpty) await (this.writing ?? this.flush());
    // What was to follow the write belongs to a stream that has ended meanwhile.
    this.throwIfFailed();
  }

  private throwIfFailed(): void {
    if (this.failed) throw this.failure ?? new Error('the pipeline was stopped');
  }

  private change(envelope: ChangeEnvelope): void | Promise<void> {
    if (this.skipping) {
      this.options.statistics.dropped.already_applied++;
      return undefined;
    }
    const mapper = this.mappers.get(envelope.source.table);
    if (!mapper) throw new Error(`a change of ${envelope.source.table} arrived before its shape`);
    const outcome = mapper.map(envelope);
    if (outcome.kind === 'ok') this.batch.add(outcome.value);
    else if (outcome.kind === 'drop') this.options.statistics.dropped[outcome.reason]++;
    else return this.setAside({ envelope, reason: outcome.reason, detail: outcome.detail });
    return this.taken();
  }

  private setAside(letter: DeadLetter): void | Promise<void> {
    this.batch.setAside(letter);
    return this.taken();
  }

  private taken(): void | Promise<void> {
    if (this.batch.isFull(this.options.limits)) return this.writing ? this.writing.then(() => { this.startFlush(); }) : this.startFlush();
    this.schedule();
    return undefined;
  }

  /** Sets the alarm for the write of the batch that is filling. */
  private schedule(): void {
    if (this.timer || this.writing || this.failed) return; // The end of a running write looks again.
    const { lingerMs, maxWaitMs } = this.options.limits;
    this.timer = setTimeout(() => {
      this.timer = null;
      // A transaction still open after the linger may be large: give it the rest of the allowed wait.
      if (!this.batch.commit && this.inTransaction && performance.now() - (this.batch.since ?? 0) < maxWaitMs) this.schedule();
      else this.startFlush();
    }, lingerMs);
  }

  private startFlush(): void {
    if (this.writing || this.batch.isEmpty || this.failed) return;
    void this.flush().catch(() => undefined); // Kept as the pipeline's failure; the next event throws it.
  }

  private flush(): Promise<void> {
    const batch = this.batch;
    this.batch = new ChangeBatch();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.settle(batch);
    return this.writing;
  }

  private async settle(batch: ChangeBatch): Promise<void> {
    try {
      await this.options.writer.write(batch);
      if (batch.commit) await this.advance(batch.commit.lsn, batch.commit.committedAt, nowMicros());
      this.options.statistics.listener?.visible(batch);
    } catch (error) {
      this.failed = true;
      this.failure = error;
      await this.options.source.stop();
      throw error;
    } finally {
      this.writing = null;
    }
    if (this.batch.isFull(this.options.limits)) this.startFlush();
    else if (!this.batch.isEmpty) this.schedule();
  }

  private async advance(lsn: bigint, committedAt: bigint, observedAt: bigint): Promise<void> {
    const { writer, sink, source } = this.options;
    // A stream that was killed may have sent its last watermark so late that it arrived after ours was read: all that it covers is written, and it stays
    // until we are there as well. From the beginning of a log nothing of before counts.
    this.stored ??= this.applied === 0n ? 0n : ((await writer.patiently(() => sink.watermark(source.name)))?.lsn ?? 0n);
    if (lsn >= this.stored) await writer.patiently(() => sink.advance({ source: source.name, lsn, committedAt, observedAt }));
    this.applied = lsn;
    this.options.onAdvance(lsn);
    await source.confirm(lsn);
  }

  private idle(lsn: bigint, at: bigint): void | Promise<void> {
    if (this.writing || !this.batch.isEmpty || this.inTransaction || lsn < this.applied) return undefined;
    // Nothing was committed since that is not applied: complete up to this very moment.
    // First the look at the catalogue: a change of shape before this position may have changed rows without a trace in the log.
    const look = this.options.between?.() ?? Promise.resolve();
    this.lastBetween = performance.now();
    return look.then(() => this.advance(lsn, at, at));
  }

  private async shape({ shape, now, late }: SourceEvent & { kind: 'shape' }): Promise<void> {
    const known = this.mappers.get(shape.name);
    if (known && sameShape(known.shape, shape) && late === undefined) return;
    await this.drain();
    await this.options.onShape(shape, now, late);
    this.adopt(shape);
  }

  private async truncate(event: SourceEvent & { kind: 'truncate' }): Promise<void> {
    await this.drain(); // The rows it ends must be there before they are ended.
    const { lsn, seq, xid, committed_at } = event;
    for (const table of event.tables) {
      if (!this.mappers.has(table)) continue;
      await this.options.writer.patiently(() => this.options.sink.truncate({ table, lsn, seq, xid, committed_at }));
    }
  }

  private pauseBetween(): void | Promise<void> {
    const { between, betweenMs } = this.options;
    if (!between || performance.now() - this.lastBetween < betweenMs) return undefined;
    this.lastBetween = performance.now();
    return this.drain().then(between);
  }
}

function asked({ oid, columns, primaryKey, filenode, membership }: TableShape): unknown {
  return [oid, columns, primaryKey, filenode, membership];
}

/** True when two descriptions of a table ask for the same columns and key and mean the same rows. */
export function sameShape(a: TableShape, b: TableShape): boolean {
  return JSON.stringify(asked(a)) === JSON.stringify(asked(b));
}
