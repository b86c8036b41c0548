/** Where the distributed profile's servers are and how the stream uses them. */
export interface KafkaSettings {
  /** `host:port`, several separated by commas. */
  readonly brokers: string;
  /** Address of Connect's REST interface. */
  readonly connectUrl: string;
  /** Consumer group; one per warehouse. Default `crm_cdc`. */
  readonly groupId?: string;
  /** Name of the connector. Default `crm_cdc`. */
  readonly connector?: string;
  /** Partitions of each topic. Default 1: the sink is one process, more only pays with more brokers. */
  readonly partitions?: number;
  /** Copies of each topic. Default 1. */
  readonly replication?: number;
  readonly tls?: boolean;
  readonly sasl?: KafkaLogin;
  /** Where Connect reaches Postgres, if not at the address of the stream: `postgres://user:password@host:port/database`. */
  readonly connectPostgresUrl?: string;
  /** Connector settings that replace ours, for servers with needs of their own. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** How often the fence behind the watermark is looked at, ms. Default 250. */
  readonly fenceEveryMs?: number;
  /** How often the stream writes a message to the log, so that slot and watermark move while nobody writes, ms. Default 1,000. */
  readonly heartbeatEveryMs?: number;
  /** How long the group waits for a silent member, ms. Default 30,000. */
  readonly sessionTimeoutMs?: number;
}

/** Settings in which nothing is left open. */
export type CompleteKafkaSettings = KafkaSettings & Required<Pick<KafkaSettings, 'groupId' | 'connector' | 'partitions' | 'replication' | 'fenceEveryMs' | 'heartbeatEveryMs' | 'sessionTimeoutMs'>>;

/** The settings with the defaults of what was left out. */
export function withDefaults(settings: KafkaSettings): CompleteKafkaSettings {
  const { groupId = 'crm_cdc', connector = 'crm_cdc', partitions = 1, replication = 1, fenceEveryMs = 250, heartbeatEveryMs = 1_000, sessionTimeoutMs = 30_000 } = settings;
  return { ...settings, groupId, connector, partitions, replication, fenceEveryMs, heartbeatEveryMs, sessionTimeoutMs };
}

/** How the stream signs in to the brokers. */
export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** All topics start with it; Debezium's `topic.prefix`. */
export const TOPIC_PREFIX = 'crm_cdc';

/** Stands for a large value that an update did not touch; the consumer takes the value from the row before. */
export const UNAVAILABLE = '__crm_cdc_value_not_sent_6b1f2c__';

/** Topic of a table. */
export function topicOf(schema: string, table: string): string {
  return `${TOPIC_PREFIX}.${schema}.${table}`;
}

/** Table of a topic, or undefined for a topic that is none of a table. */
export function tableOf(topic: string): { readonly schema: string; readonly table: string } | undefined {
  const [prefix, schema, table, more] = topic.split('.');
  return prefix === TOPIC_PREFIX && schema !== undefined && table !== undefined && more === undefined ? { schema, table } : undefined;
}

// Compaction knows no consumer: it takes older versions of a row before they were read, and no offset tells that they are missing.
// Deletion works on closed segments only: with large ones an erased person would stay on the disk for days.
// A week is more than the longest interruption that is worth catching up with; then a new snapshot is quicker.
const TOPIC: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'segment.bytes': String(64 * 1024 * 1024),
  'segment.ms': String(10 * 60_000),
  'retention.ms': String(7 * 24 * 3_600_000),
  'max.message.bytes': String(64 * 1024 * 1024),
};

/** Settings of a table's topic. */
export function topicSettings(): { name: string; value: string }[] {
  return Object.entries(TOPIC).map(([name, value]) => ({ name, value }));
}

/** The connector's settings. */
export function connectorSettings(options: { readonly postgresUrl: string; readonly slot: string; readonly publication: string; readonly kafka: CompleteKafkaSettings; readonly slotTimeoutMs: number; readonly silenceMs: number }): Record<string, string> {
  const { slot, publication, kafka, slotTimeoutMs, silenceMs } = options;
  const postgres = new URL(kafka.connectPostgresUrl ?? options.postgresUrl);
  const created = Object.fromEntries(Object.entries(TOPIC).map(([name, value]) => [`topic.creation.default.${name}`, value]));
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'tasks.max': '1',
    'database.hostname': postgres.hostname,
    'database.port': postgres.port || '5432',
    'database.user': decodeURIComponent(postgres.username),
    'database.password': decodeURIComponent(postgres.password),
    'database.dbname': decodeURIComponent(postgres.pathname.slice(1)),
    ...sslSettings(postgres),
    // Behind a dead line either side would wait for the other for ever: the server parts with a reader that is silent for so long, and Debezium
    // with a server that leaves a question unanswered. The longest question is the one for a new slot.
    'driver.options': `-c wal_sender_timeout=${silenceMs}`,
    'status.update.interval.ms': String(Math.min(10_000, Math.max(500, Math.floor(silenceMs / 4)))),
    'driver.socketTimeout': String(Math.ceil((slotTimeoutMs + silenceMs) / 1000)),
    'topic.prefix': TOPIC_PREFIX,
    'plugin.name': 'pgoutput',
    'slot.name': slot,
    'publication.name': publication,
    // A slot that somebody dropped would be made anew without a word, with a hole before it; this one fails and is healed.
    'offset.mismatch.strategy': 'trust_offset',
    'publication.autocreate.mode': 'disabled', // What is published is decided by migrations.
    'snapshot.mode': 'initial',
    'snapshot.locking.mode': 'none',
    'snapshot.fetch.size': '10000',
    // Texts and whole numbers that lose nothing.
    'decimal.handling.mode': 'string',
    'time.precision.mode': 'isostring',
    'interval.handling.mode': 'string',
    'binary.handling.mode': 'hex',
    'hstore.handling.mode': 'map',
    'include.unknown.datatypes': 'true',
    'unavailable.value.placeholder': UNAVAILABLE,
    'tombstones.on.delete': 'true', // For others who keep compacted copies of the topics.
    'skipped.operations': 'none', // Truncations too.
    'event.processing.failure.handling.mode': 'fail',
    // After a restart Debezium finds its place by the position it stored last. A record of its own heartbeat stores where a commit ended,
    // and a change of another transaction may lie at that very position: it would take all before that change for sent. A change and a
    // message have positions that they share with nothing; the stream's messages move the slot instead (kafka.session.ts).
    'heartbeat.interval.ms': '0',
    'signal.enabled.channels': 'kafka',
    'signal.kafka.topic': signalTopic(),
    'signal.kafka.bootstrap.servers': kafka.brokers,
    'read.only': 'true', // Incremental snapshots by transaction numbers: the stream's role writes nothing.
    'incremental.snapshot.chunk.size': '10000',
    'errors.max.retries': '0', // A failed task is restarted by the supervisor, which also finds out why it failed.
    'poll.interval.ms': '20',
    'max.batch.size': '4096',
    'max.queue.size': '16384',
    'max.queue.size.in.bytes': String(64 * 1024 * 1024),
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter.schemas.enable': 'false',
    // Or a NULL would become the default of its column.
    'value.converter.replace.null.with.default': 'false',
    'key.converter.replace.null.with.default': 'false',
    'producer.override.acks': 'all',
    // A broker that flushes before it acknowledges takes some hundred appends a second: many records in each.
    'producer.override.linger.ms': '20',
    'producer.override.batch.size': String(1024 * 1024),
    'producer.override.max.request.size': String(64 * 1024 * 1024),
    // A truncation has no key, and a compacted copy of a topic takes no record without.
    transforms: 'key',
    'transforms.key.type': 'org.apache.kafka.connect.transforms.HoistField$Key',
    'transforms.key.field': 'key',
    'topic.creation.default.replication.factor': String(kafka.replication),
    'topic.creation.default.partitions': String(kafka.partitions),
    ...created,
    // The messages of heartbeats are of no use an hour later.
    'topic.creation.groups': 'beats',
    'topic.creation.beats.include': `${TOPIC_PREFIX}\\.message`,
    'topic.creation.beats.replication.factor': String(kafka.replication),
    'topic.creation.beats.partitions': '1',
    'topic.creation.beats.cleanup.policy': 'delete',
    'topic.creation.beats.retention.ms': '3600000',
    ...kafka.overrides,
  };
}

/** Topic on which snapshots of single tables are asked for. */
export function signalTopic(): string {
  return `${TOPIC_PREFIX}-signals`;
}

function sslSettings(url: URL): Record<string, string> {
  const mode = url.searchParams.get('sslmode');
  return mode === null ? {} : { 'database.sslmode': mode };
}
