import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import type { TableShape } from '../mappings/table.shape.js';
import type { ChangeSource, SourceRun } from '../sources/change.source.js';
import { until } from '../testing/postgres.testing.js';
import { defaultLimits, type BatchLimits } from './change.batch.js';
import { ChangePipeline } from './change.pipeline.js';
import type { ChangeSink, DeadLetter, ShapeChange, WatermarkMove } from './change.sink.js';
import { ChangeWriter } from './change.writer.js';
import { StreamStatistics } from './stream.statistics.js';

const shape: TableShape = { oid: 1, schema: 'crm_core', name: 'crm_x', primaryKey: ['id'], replicaIdentityFull: true, columns: [{ name: 'id', type: 'integer', typeOid: 23, notNull: true, missing: null }] };

/** What the real servers cannot be made to do on demand: refuse a row, hang, break. */
class ObedientSink implements ChangeSink {
  readonly writes: string[][] = [];
  readonly letters: DeadLetter[] = [];
  readonly moves: bigint[] = [];
  refuse: (id: string) => string | null = () => null;
  gate: Promise<void> = Promise.resolve();
  stored = 0n;

  prepare(): Promise<ShapeChange> { return Promise.resolve({ created: false, added: [], retyped: false }); }
  async write(changes: readonly ChangeEnvelope[]): Promise<void> {
    await this.gate;
    const ids = changes.map((change) => change.key['id']!);
    for (const id of ids) {
      const code = this.refuse(id);
      if (code !== null) throw Object.assign(new Error(`refused ${id}`), { code });
    }
    this.writes.push(ids);
  }
  truncate(): Promise<void> { this.writes.push(['truncate']); return Promise.resolve(); }
  setAside(letters: readonly DeadLetter[]): Promise<void> { this.letters.push(...letters); return Promise.resolve(); }
  advance(move: WatermarkMove): Promise<void> { this.moves.push(move.lsn); return Promise.resolve(); }
  watermark(): Promise<{ lsn: bigint }> { return Promise.resolve({ lsn: this.stored }); }
}

class RecordingSource implements ChangeSource {
  readonly name = 'test';
  readonly confirmed: bigint[] = [];
  stopped = false;
  start(): Promise<SourceRun> { return Promise.resolve({ ended: Promise.resolve() }); }
  confirm(lsn: bigint): Promise<void> { this.confirmed.push(lsn); return Promise.resolve(); }
  stop(): Promise<void> { this.stopped = true; return Promise.resolve(); }
}

describe('ChangePipeline', () => {
  let sink: ObedientSink;
  let source: RecordingSource;
  let statistics: StreamStatistics;

  const create = (limits: Partial<BatchLimits> = {}, from = 0n, between: (() => Promise<void>) | null = null): ChangePipeline => {
    const writer = new ChangeWriter(sink, { retry: { firstMs: 1, maxMs: 5 }, signal: new AbortController().signal, statistics, onRetry: () => undefined });
    const pipeline = new ChangePipeline({
      source, sink, writer, statistics, limits: { ...defaultLimits, lingerMs: 1, maxWaitMs: 20, ...limits },
      between, betweenMs: 0, onShape: () => Promise.resolve(), onAdvance: () => undefined,
    }, from);
    pipeline.adopt(shape);
    return pipeline;
  };
  const change = (id: number, lsn = BigInt(id)): ChangeEnvelope => ({ op: 'c', before: null, after: { id: String(id) }, key: { id: String(id) }, source: { table: 'crm_x', lsn, seq: 0, xid: 1, committed_at: 1n } });
  const transaction = async (pipeline: ChangePipeline, end: bigint, ...ids: number[]): Promise<void> => {
    await pipeline.handle({ kind: 'begin', lsn: end - 1n, xid: 1, committed_at: 1n });
    for (const id of ids) await pipeline.handle({ kind: 'change', envelope: change(id) });
    await pipeline.handle({ kind: 'commit', lsn: end, transaction_lsn: end - 1n, committed_at: 1n });
  };

  beforeEach(() => {
    sink = new ObedientSink();
    source = new RecordingSource();
    statistics = new StreamStatistics();
  });

  it('confirms only what is written, at the ends of transactions', async () => {
    const pipeline = create();
    let open!: () => void;
    sink.gate = new Promise((resolve) => { open = resolve; });
    await transaction(pipeline, 100n, 1, 2);
    await new Promise((resolve) => setTimeout(resolve, 30)); // Not to wait for something: to see that nothing is confirmed.
    expect([sink.moves, source.confirmed]).toEqual([[], []]);
    open();
    await pipeline.drain();
    expect([sink.moves, source.confirmed]).toEqual([[100n], [100n]]);
  });

  it('writes a large transaction in parts and moves the watermark once', async () => {
    const pipeline = create({ rows: 10 });
    await transaction(pipeline, 1000n, ...Array.from({ length: 95 }, (_, i) => i + 1));
    await pipeline.drain();
    expect(sink.writes.length).toBeGreaterThanOrEqual(9);
    expect(sink.writes.flat().length).toBe(95);
    expect(sink.moves).toEqual([1000n]);
  });

  it('writes a transaction that stays open before it ends, without the watermark', async () => {
    const pipeline = create();
    void pipeline.handle({ kind: 'begin', lsn: 9n, xid: 1, committed_at: 1n });
    void pipeline.handle({ kind: 'change', envelope: change(1) });
    await until('write', () => sink.writes.length === 1);
    expect(sink.moves).toEqual([]);
  });

  it('keeps the source waiting when two batches are full', async () => {
    const pipeline = create({ rows: 2 });
    let open!: () => void;
    sink.gate = new Promise((resolve) => { open = resolve; });
    void pipeline.handle({ kind: 'begin', lsn: 9n, xid: 1, committed_at: 1n });
    const answers = [1, 2, 3, 4].map((id) => pipeline.handle({ kind: 'change', envelope: change(id) }));
    expect(answers.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(answers[3]).toBeInstanceOf(Promise);
    open();
    await answers[3];
    await pipeline.drain();
    expect(sink.writes).toEqual([['1', '2'], ['3', '4']]);
  });

  it('drops what was applied before a restart', async () => {
    const pipeline = create({}, 100n);
    await transaction(pipeline, 100n, 1, 2);
    await transaction(pipeline, 200n, 3);
    await pipeline.drain();
    expect(sink.writes).toEqual([['3']]);
    expect(statistics.dropped.already_applied).toBe(2);
  });

  it('finds the rows that the warehouse refuses, and only those', async () => {
    const pipeline = create();
    sink.refuse = (id) => (id === '13' || id === '40' ? '27' : null);
    await transaction(pipeline, 100n, ...Array.from({ length: 50 }, (_, i) => i + 1));
    await pipeline.drain();
    expect(sink.letters.map((letter) => ['envelope' in letter && letter.envelope.key['id'], letter.reason, letter.detail])).toEqual([['13', 'refused_by_warehouse', 'refused 13'], ['40', 'refused_by_warehouse', 'refused 40']]);
    expect(sink.writes.flat().length).toBe(48);
    expect([statistics.ok, statistics.deadLetters.refused_by_warehouse]).toEqual([48, 2]);
    expect(source.confirmed).toEqual([100n]);
  });

  it('waits out what passes', async () => {
    const pipeline = create();
    let left = 3;
    sink.refuse = () => (left-- > 0 ? 'ECONNREFUSED' : null);
    await transaction(pipeline, 100n, 1);
    await pipeline.drain();
    expect([statistics.retries, source.confirmed]).toEqual([3, [100n]]);
  });

  it('stops before it confirms when it does not know the error', async () => {
    const pipeline = create();
    sink.refuse = () => '516';
    await transaction(pipeline, 100n, 1);
    await until('stop', () => source.stopped);
    expect([sink.moves, source.confirmed, sink.letters]).toEqual([[], [], []]);
    expect((pipeline.cause as Error).message).toBe('refused 1');
    expect(() => pipeline.handle({ kind: 'change', envelope: change(2) })).toThrowError('refused 1');
    await pipeline.abandon();
  });

  it('follows an idle source, but never past what waits to be written', async () => {
    const pipeline = create({ lingerMs: 10_000 });
    await pipeline.handle({ kind: 'idle', lsn: 50n, at: 5n });
    expect(source.confirmed).toEqual([50n]);
    await transaction(pipeline, 100n, 1);
    await pipeline.handle({ kind: 'idle', lsn: 150n, at: 6n });
    expect(source.confirmed).toEqual([50n]);
    await pipeline.drain();
    await pipeline.handle({ kind: 'idle', lsn: 40n, at: 7n });
    expect(source.confirmed).toEqual([50n, 100n]);
  });

  it('begins no write once it is abandoned: a late one would move the watermark back', async () => {
    let looks = 0;
    const pipeline = create({}, 0n, () => Promise.resolve(void looks++));
    let open!: () => void;
    const asked = new Promise<void>((started) => {
      const held = new Promise<void>((resolve) => { open = resolve; });
      Object.defineProperty(sink, 'gate', { get: () => { started(); return held; } });
    });
    await pipeline.handle({ kind: 'begin', lsn: 99n, xid: 1, committed_at: 1n });
    await pipeline.handle({ kind: 'change', envelope: change(1) });
    await asked; // The first row is on its way when the second one and the commit arrive, which wants both written before it looks at the catalogue.
    await pipeline.handle({ kind: 'change', envelope: change(2) });
    const commit = pipeline.handle({ kind: 'commit', lsn: 100n, transaction_lsn: 99n, committed_at: 1n });
    const abandoned = pipeline.abandon();
    open();
    await abandoned;
    await expectAsync(Promise.resolve(commit)).toBeRejectedWithError(/stopped/);
    expect([sink.writes, sink.moves, looks]).toEqual([[['1']], [], 0]);
  });

  it('leaves a watermark in place that a killed stream has sent late, until it is there as well', async () => {
    const pipeline = create({}, 100n);
    sink.stored = 150n; // Arrived after the start had read 100.
    await transaction(pipeline, 120n, 1);
    await pipeline.drain();
    expect([sink.writes, sink.moves, source.confirmed]).toEqual([[['1']], [], [120n]]);
    await transaction(pipeline, 200n, 2);
    await pipeline.drain();
    expect([sink.moves, source.confirmed]).toEqual([[200n], [120n, 200n]]);
  });

  it('moves on from zero whatever was stored: the log is another one', async () => {
    const pipeline = create();
    sink.stored = 150n;
    await transaction(pipeline, 120n, 1);
    await pipeline.drain();
    expect(sink.moves).toEqual([120n]);
  });

  it('is abandoned only when nothing of it is under way', async () => {
    let open!: () => void;
    const held = new Promise<void>((resolve) => { open = resolve; });
    const pipeline = create({}, 0n, () => held);
    const idle = pipeline.handle({ kind: 'idle', lsn: 50n, at: 5n });
    let over = false;
    const abandoned = pipeline.abandon().then(() => { over = true; });
    await new Promise((resolve) => setTimeout(resolve, 30)); // Not to wait for something: to see that it is not over.
    expect(over).toBeFalse();
    open();
    await Promise.all([idle, abandoned]);
    expect(sink.moves).toEqual([50n]);
  });

  it('writes the rows before a truncation first', async () => {
    const pipeline = create({ lingerMs: 10_000 });
    await pipeline.handle({ kind: 'begin', lsn: 9n, xid: 1, committed_at: 1n });
    await pipeline.handle({ kind: 'change', envelope: change(1) });
    await pipeline.handle({ kind: 'truncate', tables: ['crm_x', 'crm_unknown'], lsn: 5n, seq: 1, xid: 1, committed_at: 1n });
    expect(sink.writes).toEqual([['1'], ['truncate']]);
  });

  it('calls a change without a shape what it is', () => {
    const pipeline = create();
    const stranger = change(1);
    expect(() => pipeline.handle({ kind: 'change', envelope: { ...stranger, source: { ...stranger.source, table: 'crm_y' } } })).toThrowError(/before its shape/);
  });
});
