import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Batch, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type pg from 'pg';
import { parseLsn } from '../../mappings/lsn.codec.js';
import type { ShapeNote } from '../../mappings/shape.note.js';
import type { TableShape } from '../../mappings/table.shape.js';
import type { SourceEvent, SourceHandler } from '../change.source.js';
import { assertStreamable } from '../embedded/catalogue.reader.js';
import { readSlot, type SlotState } from '../embedded/slot.manager.js';
import { CatalogueWatch } from './catalogue.watch.js';
import { fillFromPostgres, type Incomplete } from './column.lookup.js';
import { FenceTracker, partitionName, type Fence } from './fence.tracker.js';
import { connectKafka, ensureTopics, groupPositions } from './kafka.connection.js';
import { tableOf, type CompleteKafkaSettings } from './kafka.settings.js';
import { MessageDecoder, type Decoded } from './message.decoder.js';
import { OffsetCommitter } from './offset.committer.js';
import { ReaderWatch } from './reader.watch.js';
import { formerShapes } from './row.form.js';
import { StreamInterruption } from './stream.interruption.js';
import type { Handover } from './kafka.source.js';
import type { SnapshotRecord } from './snapshot.store.js';
import { TruncateQueue } from './truncate.queue.js';

/** What a session reads and with which means. */
export interface SessionOptions {
  readonly slot: string;
  readonly publication: string;
  readonly kafka: CompleteKafkaSettings;
  readonly log: (message: string) => void;
}

// Records decoded and completed at once: enough to ask Postgres seldom, few enough to bound memory.
const chunkRecords = 500;
// What one answer of the broker may bring; a single larger record still passes.
const fetchBytes = 16 * 1024 * 1024;
const partitionBytes = 4 * 1024 * 1024;

// kafkajs asks again on the same connection, which may be half-open and never answer: only a new session has new ones.
const unanswered = (question: string): StreamInterruption => new StreamInterruption(`the broker did not answer ${question} in time`);

/** One life of the consumer: from joining the group to its end. Gives all events to the handler one after the other. */
export class KafkaSession {
  readonly ended: Promise<void>;
  /** Watches whether Debezium reads the log; the time of a snapshot does not count. */
  readonly reader = new ReaderWatch();
  private finish!: () => void;
  private fail!: (error: unknown) => void;
  private readonly closing = new AbortController();
  private readonly closed = new Promise<void>((resolve) => { this.closing.signal.addEventListener('abort', () => resolve(), { once: true }); });
  private readonly tracker: FenceTracker;
  private readonly decoder = new MessageDecoder();
  private readonly truncates = new TruncateQueue();
  private readonly client: pg.Client;
  private readonly snapshot: SnapshotRecord;
  private readonly notes: ReadonlyMap<string, ShapeNote>;
  private readonly admin: Admin;
  private readonly consumer: Consumer;
  private readonly committer: OffsetCommitter;
  private readonly watch: CatalogueWatch;
  private subscribed = new Set<string>();
  private queue: Promise<unknown> = Promise.resolve();
  private snapshotRuns: boolean;
  private fetchedAt = 0;
  private checkedAt = -1;
  private beatAt = -Infinity;
  private troubled = false;

  constructor(private readonly options: SessionOptions, { client, snapshot, reached, notes }: Handover, private readonly handler: SourceHandler) {
    this.ended = new Promise<void>((resolve, reject) => { this.finish = resolve; this.fail = reject; });
    this.ended.catch(() => undefined); // The caller awaits it later; until then it must not count as unhandled.
    this.client = client;
    this.snapshot = snapshot;
    this.tracker = new FenceTracker(reached);
    this.notes = notes;
    const kafka = connectKafka(options.kafka, options.log);
    this.admin = kafka.admin();
    const sessionTimeout = options.kafka.sessionTimeoutMs;
    this.consumer = kafka.consumer({
      groupId: options.kafka.groupId, sessionTimeout, heartbeatInterval: Math.min(3_000, sessionTimeout / 3), rebalanceTimeout: 60_000,
      maxBytes: fetchBytes, maxBytesPerPartition: partitionBytes, maxWaitTimeInMs: 200, allowAutoTopicCreation: false,
      // A consumer that starts itself again does so even after it was told to leave, stays in the group beside the next one and keeps its share of the partitions.
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: () => Promise.resolve(false) },
    });
    this.committer = new OffsetCommitter(this.consumer, options.log);
    this.watch = new CatalogueWatch(this.client, options.publication);
    this.decoder.snapshot = snapshot;
    this.snapshotRuns = snapshot.state === 'running';
  }

  /** Joins the group and reads; resolves once the consumer has its partitions. */
  async open(): Promise<void> {
    this.client.on('error', (error) => this.end(error));
    this.admin.on(this.admin.events.REQUEST_TIMEOUT, ({ payload }) => this.end(unanswered(payload.apiName)));
    await this.admin.connect();
    const catalogue = (await this.watch.changed())!;
    for (const shape of catalogue.shapes) this.decoder.adopt(shape, catalogue.types, catalogue.since, formerShapes(shape, this.notes.get(shape.name), catalogue.types));
    await ensureTopics(this.admin, this.options.kafka, catalogue.shapes);
    const topics = await this.tableTopics();
    this.subscribed = new Set(topics);
    // What the broker has discarded will never be delivered: no fence may wait for it.
    for (const { topic, partition, offset, low } of await groupPositions(this.admin, this.options.kafka.groupId, topics)) {
      this.tracker.delivered(partitionName(topic, partition), offset > low ? offset : low);
    }
    // Known shapes are those of the start; should they have changed since, the pipeline hears of it before the first row.
    for (const shape of catalogue.shapes) await this.give({ kind: 'shape', shape });
    await this.consumer.connect();
    const joined = new Promise<void>((resolve) => { this.consumer.on(this.consumer.events.GROUP_JOIN, () => resolve()); });
    this.consumer.on(this.consumer.events.FETCH, () => { this.fetchedAt = performance.now(); });
    this.consumer.on(this.consumer.events.CRASH, ({ payload }) => this.end(payload.error));
    this.consumer.on(this.consumer.events.REQUEST_TIMEOUT, ({ payload }) => this.end(unanswered(payload.apiName)));
    await this.consumer.subscribe({ topics, fromBeginning: true });
    await this.consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 1, eachBatch: (payload) => this.eachBatch(payload) });
    await Promise.race([joined, this.ended]);
    void this.watchFences();
  }

  /** The shape of a table with a place for its rows that are on their way in an older one. */
  place(shape: TableShape): TableShape {
    return this.decoder.place(shape);
  }

  /** Notes that everything given up to this watermark is durable. */
  confirm(lsn: bigint): void {
    this.committer.confirm(lsn);
  }

  /** Leaves the group; whatever was not confirmed is delivered again by the next session. */
  async close(): Promise<void> {
    this.end(undefined);
    const left = Promise.allSettled([this.consumer.disconnect(), this.admin.disconnect()]);
    // With the broker away there is nobody to say good-bye to.
    await Promise.race([left, delay(5_000)]);
  }

  private end(error: unknown): void {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    if (error === undefined) this.finish();
    else this.fail(error);
  }

  private async tableTopics(): Promise<string[]> {
    return (await this.admin.listTopics()).filter((topic) => tableOf(topic) !== undefined).sort();
  }

  private async eachBatch({ batch, heartbeat, resolveOffset, isStale }: EachBatchPayload): Promise<void> {
    const { signal } = this.closing;
    if (signal.aborted || isStale()) return;
    // The group must not take a consumer for dead that waits for its warehouse.
    const beat = setInterval(() => void heartbeat().catch(() => undefined), 1_000);
    try {
      // A closing session does not wait for the pipeline, which may itself be waiting for the session to close.
      await Promise.race([this.exclusive(() => this.take(batch)), this.closed]);
      if (!this.closing.signal.aborted) resolveOffset(batch.lastOffset());
    } catch (error) {
      this.end(error);
    } finally {
      clearInterval(beat);
    }
  }

  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async take(batch: Batch): Promise<void> {
    await this.checkShapes();
    const { topic, partition, messages } = batch;
    for (let at = 0; at < messages.length && !this.closing.signal.aborted; at += chunkRecords) await this.takeChunk(topic, partition, messages.slice(at, at + chunkRecords));
    if (this.closing.signal.aborted) return;
    this.tracker.delivered(partitionName(topic, partition), BigInt(batch.lastOffset()) + 1n);
    await this.passFence();
  }

  private async takeChunk(topic: string, partition: number, messages: readonly KafkaMessage[]): Promise<void> {
    const decoded = messages.map((message) => ({ message, what: this.decoder.decode({ topic, key: message.key, value: message.value }) }));
    const incomplete = decoded.flatMap(({ what }): Incomplete[] => (what.kind === 'change' && what.ask.length > 0 ? [what] : []));
    const filled = incomplete.length === 0 ? null : await fillFromPostgres(this.client, incomplete);
    let shown: TableShape | null = null;
    for (const { message, what } of decoded) {
      if (this.closing.signal.aborted) return;
      if (what.kind === 'change' && (what.shape !== shown || what.late)) {
        shown = what.shape;
        await this.give({ kind: 'shape', shape: shown, now: what.now, late: what.late });
      }
      const event = this.eventOf(what, topic, partition, message);
      if (event === null) continue;
      await this.give(event.kind === 'change' ? { kind: 'change', envelope: filled?.get(event.envelope) ?? event.envelope } : event);
    }
  }

  private eventOf(what: Decoded, topic: string, partition: number, message: KafkaMessage): SourceEvent | null {
    switch (what.kind) {
      case 'change': return { kind: 'change', envelope: what.envelope };
      case 'skipped': return { kind: 'skipped', table: what.table, reason: what.reason };
      case 'truncate':
        this.truncates.hold(what, partitionName(topic, partition), BigInt(message.offset));
        return null;
      case 'undecodable': return {
        kind: 'undecodable', detail: what.detail,
        message: { table: what.table, topic, partition, offset: BigInt(message.offset), key: message.key, value: message.value },
      };
      case 'nothing': return null;
    }
  }

  private async give(event: SourceEvent): Promise<void> {
    const pending = this.handler(event);
    if (pending) await pending;
  }

  /** Looks at the catalogue once for everything that one answer of the broker brought, after it was there. */
  private async checkShapes(): Promise<void> {
    if (this.checkedAt > this.fetchedAt) return;
    const began = performance.now();
    await this.readShapes();
    this.checkedAt = began;
  }

  private async readShapes(): Promise<void> {
    const catalogue = await this.watch.changed();
    if (catalogue === null) return;
    catalogue.shapes.forEach(assertStreamable);
    this.decoder.replace(catalogue.shapes, catalogue.types, catalogue.since);
    for (const shape of catalogue.shapes) await this.give({ kind: 'shape', shape: this.decoder.placed(shape), now: shape });
  }

  /** Tells what is complete, if the fence that was set has been reached. */
  private async passFence(): Promise<void> {
    const fence = this.tracker.passed();
    if (fence === null) return;
    // A change of shape before this position may have changed rows without a record that tells.
    await this.readShapes();
    if (this.snapshotRuns) {
      await this.give({ kind: 'snapshot_end' });
      this.snapshotRuns = false;
    }
    for (const truncate of this.truncates.release(fence.lsn)) await this.give(truncate);
    this.committer.mark(fence.lsn, this.offsetsBelow(fence));
    await this.give({ kind: 'commit', lsn: fence.lsn, transaction_lsn: fence.lsn, committed_at: fence.at });
  }

  /** Offsets that may be confirmed with a fence: all that was delivered, but no truncation that still waits. */
  private offsetsBelow(fence: Fence): Map<string, bigint> {
    const offsets = new Map<string, bigint>();
    for (const partition of fence.ends.keys()) {
      const position = this.tracker.position(partition);
      if (position === undefined) continue;
      const held = this.truncates.firstHeld(partition);
      offsets.set(partition, held !== undefined && held < position ? held : position);
    }
    return offsets;
  }

  private async watchFences(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await this.look();
        this.troubled = false;
      } catch (error) {
        if (error instanceof StreamInterruption) this.end(error);
        else if (!this.troubled) this.options.log(`the watermark waits: ${error instanceof Error ? error.message : String(error)}`);
        this.troubled = true;
      }
      await delay(this.options.kafka.fenceEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Writes a message to the log now and then: Connect stores its position, so that the slot moves while nobody writes to published tables. */
  private async beat(): Promise<void> {
    if (performance.now() - this.beatAt < this.options.kafka.heartbeatEveryMs) return;
    await this.client.query(`SELECT pg_logical_emit_message(true, 'crm_heartbeat', '')`);
    this.beatAt = performance.now();
  }

  /** Notes how far the log has come, and reads the slot. */
  private async readLog(): Promise<SlotState | null> {
    // The time first: whatever had been committed by then lies before the position read after it.
    const { rows } = await this.client.query<{ at: string; lsn: string }>(`SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS at, pg_current_wal_lsn()::text AS lsn`);
    this.tracker.sample(parseLsn(rows[0]!.lsn), BigInt(rows[0]!.at));
    const slot = await readSlot(this.client, this.options.slot);
    if (slot === null || this.snapshotRuns) this.reader.forget();
    else this.reader.look(slot);
    return slot;
  }

  private async look(): Promise<void> {
    // Between batches: the connection takes one question at a time, and no fence passes while a batch is on its way.
    const slot = await this.exclusive(async () => {
      await this.beat();
      return this.readLog();
    });
    if (slot === null || slot.lost) throw new StreamInterruption(slot === null ? `the slot ${this.options.slot} has vanished` : `the server has discarded log that ${this.options.slot} still needed`);
    const lsn = slot.confirmedLsn;
    // The slot stands still at its consistent point until Debezium has sent the whole snapshot.
    if (!this.tracker.wants(lsn) || (this.snapshotRuns && lsn <= (this.snapshot.consistentLsn))) return;
    const topics = await this.tableTopics();
    const stranger = topics.find((topic) => !this.subscribed.has(topic));
    if (stranger !== undefined) throw new StreamInterruption(`the topic ${stranger} is new`);
    const ends = new Map<string, bigint>();
    await Promise.all(topics.map(async (topic) => {
      for (const { partition, high } of await this.admin.fetchTopicOffsets(topic)) ends.set(partitionName(topic, partition), BigInt(high));
    }));
    this.tracker.set(lsn, ends);
    await this.exclusive(() => this.passFence()).catch((error: unknown) => this.end(error));
  }
}
