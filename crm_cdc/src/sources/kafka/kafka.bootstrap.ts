import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type pg from 'pg';
import { nowMicros } from 'crm_warehouse';
import { parseLsn } from '../../mappings/lsn.codec.js';
import { noteOf, readShapeNote, writeShapeNote, type ShapeNote } from '../../mappings/shape.note.js';
import type { TableShape } from '../../mappings/table.shape.js';
import { assertStreamable, readPublishedTables } from '../embedded/catalogue.reader.js';
import { each, needsCopy, NothingPublishedError, snapshotTables, withClient, type StreamStart } from '../embedded/embedded.bootstrap.js';
import { dropSlot, readSlot } from '../embedded/slot.manager.js';
import type { SourceTools } from '../stream.runner.js';
import type { ConnectClient } from './connect.client.js';
import { connectKafka, ensureTopics, groupPositions } from './kafka.connection.js';
import { topicOf, type CompleteKafkaSettings } from './kafka.settings.js';
import { NOWHERE, type Reached } from './fence.tracker.js';
import type { SnapshotRecord, SnapshotStore } from './snapshot.store.js';
import { StreamInterruption } from './stream.interruption.js';

/** What the start of a stream from Kafka works with. */
export interface KafkaBootstrapOptions extends SourceTools {
  readonly kafka: CompleteKafkaSettings;
  readonly connect: ConnectClient;
  /** Settings of the connector; the tables that its snapshot reads are put in here. */
  readonly settings: Record<string, string>;
  readonly snapshots: SnapshotStore;
}

/** Where the stream goes on and the snapshot its rows come from. */
export interface KafkaStart extends StreamStart {
  readonly snapshot: SnapshotRecord;
  /** Where the watermark stands. */
  readonly reached: Reached;
  /** What was noted of the tables before they were brought to their present shape. */
  readonly notes: ReadonlyMap<string, ShapeNote>;
}

/** Prepares the stream: makes sure that slot, connector, topics and warehouse belong together, and lets Debezium begin anew where they do not. */
export async function bootstrapKafka(options: KafkaBootstrapOptions): Promise<KafkaStart> {
  const admin = connectKafka(options.kafka, options.log).admin();
  await admin.connect();
  try {
    const notes = new Map([...(await options.sink.notes())].flatMap(([table, text]) => {
      const note = readShapeNote(text);
      return note === undefined ? [] : [[table, note] as const];
    }));
    return { ...(await withClient(options, (client) => prepare(client, admin, options))), notes };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function prepare(client: pg.Client, admin: Admin, options: KafkaBootstrapOptions): Promise<Omit<KafkaStart, 'notes'>> {
  const shapes = await readPublishedTables(client, options.publication);
  if (shapes.length === 0) throw new NothingPublishedError(`publication ${options.publication} has no tables; run npm run db:migrate first`);
  shapes.forEach(assertStreamable);
  // Left alone, Debezium's snapshot reads every table it finds, published or not: secrets would reach the topics, or, without the right to
  // read them, the snapshot would fail for ever. What it streams is limited by the publication itself.
  options.settings['snapshot.include.collection.list'] = shapes.map(({ schema, name }) => `${schema}.${name}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join(',');
  const [known, watermark] = await Promise.all([options.snapshots.read(), options.sink.watermark(options.source)]);
  const reached = watermark === undefined ? NOWHERE : { lsn: watermark.lsn, at: watermark.committedAt };
  const reason = await whyAnew(client, admin, options, shapes, known, watermark?.lsn);
  if (reason !== null || known === undefined) {
    options.log(`Debezium takes a snapshot of ${shapes.length} tables: ${reason ?? 'there is none yet'}`);
    return begin(client, admin, options, shapes, reached);
  }
  if (known.state === 'running') {
    await each(shapes, async (shape) => { await options.sink.prepare(shape); });
    // What the snapshot reads was noted when it began; tables that have joined since then are none of it.
    const noted = await options.sink.notes();
    const joined = shapes.filter(({ name }) => !noted.has(name));
    if (joined.length > 0) {
      options.log(`${joined.map(({ name }) => name).join(', ')} joined while the snapshot is on its way; reading their rows`);
      await snapshotTables(options, joined);
    }
    return { from: reached.lsn, shapes, snapshot: known, reached, onSnapshotEnd: () => complete(options, shapes.filter((shape) => !joined.includes(shape)), known) };
  }
  const states = await options.sink.states();
  const incomplete: TableShape[] = [];
  await each(shapes, async (shape) => {
    if (states.get(shape.name)?.state !== 'streaming' || (await needsCopy(client, shape, await options.sink.prepare(shape)))) incomplete.push(shape);
  });
  if (incomplete.length > 0) await snapshotTables(options, incomplete);
  return { from: reached.lsn, shapes, snapshot: known, reached };
}

/** Why what is in the topics does not lead on from the warehouse; null when it does. */
async function whyAnew(client: pg.Client, admin: Admin, options: KafkaBootstrapOptions, shapes: readonly TableShape[], known: SnapshotRecord | undefined, watermark: bigint | undefined): Promise<string | null> {
  if (known === undefined) return 'there is none yet';
  if (known.state === 'void' || known.consistentLsn === 0n) return 'the last one was interrupted';
  const slot = await readSlot(client, options.slot);
  if (slot === null) return 'the replication slot is missing';
  if (slot.lost) return 'the server has discarded log that the slot still needed';
  if ((watermark ?? 0n) > (await currentLsn(client))) return 'Postgres is older than the warehouse; it was restored from a backup';
  const there = new Set(await admin.listTopics());
  const topics = shapes.map((shape) => topicOf(shape.schema, shape.name)).filter((topic) => there.has(topic));
  for (const { topic, offset, lsn, low } of await groupPositions(admin, options.kafka.groupId, topics)) {
    if (offset < low && low > 0n) return `the broker has discarded records of ${topic} that were not read`;
    if (lsn > (watermark ?? 0n)) return 'the warehouse is older than what it had confirmed';
  }
  return null;
}

/** Begins with a new slot: its changes and the snapshot of its consistent point are all there is to know. */
async function begin(client: pg.Client, admin: Admin, options: KafkaBootstrapOptions, shapes: readonly TableShape[], before: Reached): Promise<Omit<KafkaStart, 'notes'>> {
  const { connect, sink, snapshots, signal } = options;
  await each(shapes, async (shape) => { await sink.prepare(shape); });
  if ((await connect.config()) === null) await connect.register(options.settings);
  await connect.stop(signal);
  await connect.forgetOffsets();
  await connect.configure(options.settings);
  await dropWhenFree(client, options);
  // Debezium makes the slot and reads at the very snapshot that the slot exports; with a slot that is there already it would read at
  // some later moment and stream from yet a later one. The slot's log begins after this position, so every change it will deliver is newer.
  const version = await currentLsn(client);
  const at = nowMicros();
  const alien = await fromElsewhere(options, shapes, version);
  if (alien) await emptyTopics(admin, shapes);
  await ensureTopics(admin, options.kafka, shapes);
  // As they are before Debezium reads them: a change of shape from here on is seen beside this.
  await each(shapes, (shape) => sink.note(shape.name, writeShapeNote(noteOf(shape))));
  await snapshots.write({ version, consistentLsn: 0n, state: 'running', at });
  await connect.resume();
  const consistentLsn = await newSlot(client, options);
  const snapshot: SnapshotRecord = { version, consistentLsn, state: 'running', at };
  await snapshots.write(snapshot);
  // The log of a Postgres that was restored has not come as far as the watermark: then it stands anew.
  const reached = alien || before.lsn > version ? NOWHERE : before;
  return { from: reached.lsn, shapes, snapshot, reached, onSnapshotEnd: () => complete(options, shapes, snapshot) };
}

/** Ends the rows that the snapshot does not contain and opens the tables. */
async function complete(options: KafkaBootstrapOptions, shapes: readonly TableShape[], snapshot: SnapshotRecord): Promise<void> {
  await each(shapes, async (shape) => {
    await options.sink.endOlder(shape, { version: snapshot.version, at: snapshot.at });
    await options.sink.mark(shape.name, 'streaming');
  });
  await options.snapshots.write({ ...snapshot, state: 'complete' });
  options.log(`snapshot complete: ${shapes.length} tables`);
}

async function currentLsn(client: pg.Client): Promise<bigint> {
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  return parseLsn(rows[0]!.lsn);
}

async function dropWhenFree(client: pg.Client, options: KafkaBootstrapOptions): Promise<void> {
  for (;;) {
    // A killed Connect keeps the slot until the server misses its answers; nobody else may read it.
    await client.query('SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active_pid IS NOT NULL', [options.slot]);
    try {
      await dropSlot(client, options.slot);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== '55006') throw error;
      await delay(100, undefined, { signal: options.signal });
    }
  }
}

async function newSlot(client: pg.Client, options: KafkaBootstrapOptions): Promise<bigint> {
  const deadline = Date.now() + options.slotTimeoutMs + 60_000;
  for (;;) {
    const slot = await readSlot(client, options.slot);
    if (slot !== null && slot.confirmedLsn > 0n) return slot.confirmedLsn;
    const state = await options.connect.state();
    if (state?.task === 'FAILED' || state?.connector === 'FAILED') throw new StreamInterruption(`the connector cannot begin: ${state.trace}`);
    if (Date.now() > deadline) throw new StreamInterruption('Debezium has made no slot; a long transaction may be open in Postgres (see pg_stat_activity)');
    await delay(20, undefined, { signal: options.signal });
  }
}

/** True when the warehouse holds versions that this Postgres has not reached; they are removed, as nothing newer would win against them. */
async function fromElsewhere(options: KafkaBootstrapOptions, shapes: readonly TableShape[], version: bigint): Promise<boolean> {
  let alien = false;
  await each(shapes, async (shape) => {
    if ((await options.sink.newestVersion(shape.name)) < version) return;
    options.log(`${shape.name}: the warehouse holds rows of another database; emptying it`);
    await options.sink.forget(shape.name);
    alien = true;
  });
  return alien;
}

async function emptyTopics(admin: Admin, shapes: readonly TableShape[]): Promise<void> {
  const there = new Set(await admin.listTopics());
  const topics = shapes.map((shape) => topicOf(shape.schema, shape.name)).filter((topic) => there.has(topic));
  for (const topic of topics) {
    const ends = await admin.fetchTopicOffsets(topic);
    const full = ends.filter((one) => one.high !== one.low);
    if (full.length > 0) await admin.deleteTopicRecords({ topic, partitions: full.map(({ partition, high }) => ({ partition, offset: high })) });
  }
}
