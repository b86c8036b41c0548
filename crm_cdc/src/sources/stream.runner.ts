import { setTimeout as delay } from 'node:timers/promises';
import { createSink, type Warehouse } from 'crm_warehouse';
import { classifyError } from '../outcomes/error.classifier.js';
import { defaultRetry, retryDelay, type RetryPolicy } from '../outcomes/retry.policy.js';
import { defaultLimits, type BatchLimits } from '../pipeline/change.batch.js';
import { ChangePipeline } from '../pipeline/change.pipeline.js';
import { ChangeWriter } from '../pipeline/change.writer.js';
import { StreamStatistics } from '../pipeline/stream.statistics.js';
import { WarehouseSink } from '../pipeline/warehouse.sink.js';
import type { ChangeSource } from './change.source.js';
import { ShapeKeeper } from './shape.keeper.js';
import type { BootstrapOptions, StreamStart } from './embedded/embedded.bootstrap.js';
import { defaultSilenceMs } from './embedded/postgres.client.js';

/** How a stream runs, whatever its source. */
export interface StreamOptions {
  readonly postgresUrl: string;
  /** A warehouse that has been migrated; it should not retry by itself, the stream does. */
  readonly warehouse: Warehouse;
  readonly slot?: string;
  readonly publication?: string;
  readonly limits?: Partial<BatchLimits>;
  readonly retry?: RetryPolicy;
  /** How often at most the catalogue is compared with the known tables while rows flow, ms; before an idle watermark moves it always is. Default 1,000. */
  readonly publicationEveryMs?: number;
  /** Longest wait for running transactions before a slot can be made, ms. Default 60,000. */
  readonly slotTimeoutMs?: number;
  /** Longest silence of a server that is still taken for work, ms. Default 60,000. */
  readonly silenceMs?: number;
  readonly log?: (message: string) => void;
  /** Counters to go on with, when somebody watches them from before the start. */
  readonly statistics?: StreamStatistics;
}

/** A running stream. */
export interface RunningStream {
  /** Resolves once changes flow for the first time; rejects when the stream cannot start. */
  readonly ready: Promise<void>;
  /** Resolves after `stop()`; rejects on an error that waiting cannot cure. Nothing unwritten was confirmed. */
  readonly ended: Promise<void>;
  readonly statistics: StreamStatistics;
  /** Position of the durable watermark; 0 before the first. */
  position(): bigint;
  /** Finishes the write in flight and ends. */
  stop(): Promise<void>;
}

/** What a source is made with. */
export type SourceTools = BootstrapOptions & { readonly warehouse: Warehouse; readonly retry: RetryPolicy };

/** A source and how its stream is prepared. */
export interface PreparedSource {
  readonly source: ChangeSource;
  bootstrap(): Promise<StreamStart>;
  /** Told what ended a run, before the next one is prepared. */
  interrupted?(error: unknown): Promise<void>;
}

/** Kind of a source: the name of its watermark, its slot by default, and how it is made. */
export interface SourceKind {
  readonly name: string;
  readonly slot: string;
  create(tools: SourceTools): PreparedSource;
}

/** Streams the publication of a Postgres into a warehouse until stopped; outlives the loss of every server on the way. */
export function runStream(options: StreamOptions, kind: SourceKind): RunningStream {
  const runner = new StreamRunner(options, kind);
  const ended = runner.run();
  ended.catch(() => undefined); // The caller awaits it later; until then it must not count as unhandled.
  const ready = Promise.race([runner.streaming, ended.then(() => { throw new Error('the stream was stopped before it was ready'); })]);
  ready.catch(() => undefined);
  return { ready, ended, statistics: runner.statistics, position: () => runner.position, stop: () => runner.stop(ended) };
}

class StreamRunner {
  readonly statistics: StreamStatistics;
  readonly streaming: Promise<void>;
  position = 0n;
  private nowStreaming!: () => void;
  private readonly abort = new AbortController();
  private readonly sink: WarehouseSink;
  private readonly source: ChangeSource;
  private readonly prepared: PreparedSource;
  private readonly writer: ChangeWriter;
  private readonly retry: RetryPolicy;
  private readonly log: (message: string) => void;
  private readonly bootstrapOptions: BootstrapOptions;
  private pipeline: ChangePipeline | null = null;
  private readonly keeper: ShapeKeeper;

  constructor(private readonly options: StreamOptions, kind: SourceKind) {
    const { postgresUrl: url, slot = kind.slot, publication = 'crm_cdc', warehouse, silenceMs = defaultSilenceMs } = options;
    this.statistics = options.statistics ?? new StreamStatistics();
    this.streaming = new Promise((resolve) => { this.nowStreaming = resolve; });
    this.log = options.log ?? (() => undefined);
    this.retry = options.retry ?? defaultRetry;
    this.sink = new WarehouseSink(warehouse, createSink(warehouse, { writeTimeoutMs: silenceMs }), kind.name, silenceMs);
    const signal = this.abort.signal;
    this.writer = new ChangeWriter(this.sink, { retry: this.retry, signal, statistics: this.statistics, onRetry: (error, attempt) => this.report('the warehouse does not take changes', error, attempt) });
    this.bootstrapOptions = { url, slot, publication, source: kind.name, sink: this.sink, signal, slotTimeoutMs: options.slotTimeoutMs ?? 60_000, silenceMs, log: this.log };
    this.keeper = new ShapeKeeper({ ...this.bootstrapOptions, writer: this.writer, adopt: (shape) => this.pipeline?.adopt(shape), place: (shape) => this.source.place?.(shape) ?? shape });
    this.prepared = kind.create({ ...this.bootstrapOptions, warehouse, retry: this.retry });
    this.source = this.prepared.source;
  }

  async run(): Promise<void> {
    for (let attempt = 1; !this.abort.signal.aborted; attempt++) {
      const error = await this.once(() => { attempt = 1; });
      if (this.abort.signal.aborted) return;
      if (classifyError(error) !== 'retriable') throw error;
      this.statistics.retries++;
      this.statistics.listener?.retried('stream');
      this.report('the stream was interrupted', error, attempt);
      await delay(retryDelay(this.retry, attempt), undefined, { signal: this.abort.signal }).catch(() => undefined);
    }
  }

  async stop(ended: Promise<void>): Promise<void> {
    this.abort.abort();
    await this.source.stop();
    await ended.catch(() => undefined);
  }

  /** One connection's life: prepares, streams, and answers with what ended it. */
  private async once(onStreaming: () => void): Promise<unknown> {
    let failure: unknown;
    try {
      const start = await this.prepared.bootstrap();
      this.abort.signal.throwIfAborted();
      const pipeline = this.createPipeline(start);
      await this.keeper.begin(start.shapes);
      const { ended } = await this.source.start(start.from, (event) => pipeline.handle(event));
      onStreaming();
      this.nowStreaming();
      await ended;
    } catch (error) {
      failure = error;
    }
    await this.source.stop();
    await this.pipeline?.abandon();
    // Stopping the source because a write failed ends its delivery without an error: the write's is the one that counts.
    const cause = this.pipeline?.cause ?? failure ?? new Error('Connection terminated');
    await this.prepared.interrupted?.(cause).catch((error: unknown) => this.report('an interruption could not be noted', error, 1));
    return cause;
  }

  private createPipeline(start: StreamStart): ChangePipeline {
    const pipeline = new ChangePipeline({
      source: this.source, sink: this.sink, writer: this.writer, statistics: this.statistics,
      limits: { ...defaultLimits, ...this.options.limits },
      between: () => this.keeper.compare(this.position),
      betweenMs: this.options.publicationEveryMs ?? 1_000,
      onShape: (shape, now, late) => this.keeper.reshape(shape, now, late),
      onAdvance: (lsn) => { this.position = lsn; },
      onSnapshotEnd: () => this.writer.patiently(() => start.onSnapshotEnd?.() ?? Promise.resolve()),
    }, start.from);
    this.position = start.from;
    this.pipeline = pipeline;
    return pipeline;
  }

  private report(what: string, error: unknown, attempt: number): void {
    // Not each of a thousand attempts: the first ones, then now and then.
    if (attempt <= 3 || attempt % 20 === 0) this.log(`${what} (attempt ${attempt}): ${error instanceof Error ? error.message : String(error)}`);
  }
}
