-- The fixed objects of the warehouse, printed by the engine: npm run schema -w crm_warehouse

CREATE DATABASE crm_cdc;

CREATE DATABASE crm_history;

CREATE DATABASE crm_mart;

CREATE DATABASE crm_raw;

CREATE TABLE crm_cdc.dead_letter
(
    `table_name` String COMMENT 'table without schema; empty when the message did not tell',
    `key` String COMMENT 'primary key as JSON of texts',
    `lsn` UInt64,
    `seq` UInt32,
    `topic` String COMMENT 'only of a message that could not be decoded, as partition and offset',
    `partition` Int32,
    `offset` Int64,
    `op` LowCardinality(String) COMMENT 'c, u, d, r; empty when the message did not tell',
    `before` String COMMENT 'the row before, as JSON of the texts of Postgres, or null',
    `after` String COMMENT 'the row after, likewise',
    `xid` UInt64,
    `committed_at` DateTime64(6, 'UTC'),
    `reason` LowCardinality(String) COMMENT 'out_of_range, refused_by_warehouse or undecodable',
    `detail` String COMMENT 'the cause, for a person',
    `source` LowCardinality(String) COMMENT 'the change source that delivered it',
    `raw` String COMMENT 'value of a message that could not be decoded, base64',
    `raw_key` String COMMENT 'its key, base64',
    `recorded_at` DateTime64(6, 'UTC'),
    `replayed_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'when it went through the pipeline again and was stored',
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY (table_name, key, lsn, seq, topic, partition, offset)
SETTINGS index_granularity = 8192;

CREATE TABLE crm_cdc.snapshots
(
    `source` String COMMENT 'name of the change source',
    `slot` String,
    `version` UInt64 COMMENT 'position that the rows of the snapshot carry: older than every change the slot delivers',
    `consistent_lsn` UInt64 COMMENT 'what was committed before this position is in the snapshot',
    `state` LowCardinality(String) COMMENT 'running or complete',
    `taken_at` DateTime64(6, 'UTC'),
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY (source, slot)
SETTINGS index_granularity = 8192;

CREATE TABLE crm_raw._migrations
(
    `id` String,
    `applied` Bool,
    `changed_at` DateTime64(6, 'UTC'),
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY id
SETTINGS index_granularity = 8192;

CREATE TABLE crm_raw._tables
(
    `table_name` String,
    `last_lsn` UInt64 COMMENT 'position of the last change that was written',
    `rows_applied` UInt64 COMMENT 'row versions written, snapshot included',
    `state` LowCardinality(String) COMMENT 'snapshot, streaming or failed',
    `updated_at` DateTime64(6, 'UTC'),
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY table_name
SETTINGS index_granularity = 8192;

CREATE TABLE crm_raw._watermark
(
    `source` String COMMENT 'name of the change source',
    `lsn` UInt64 COMMENT 'all tables are complete up to this position of the log',
    `committed_at` DateTime64(6, 'UTC') COMMENT 'commit time of the transaction at lsn',
    `observed_at` DateTime64(6, 'UTC') COMMENT 'when the source had nothing further or was delivering',
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY source
SETTINGS index_granularity = 8192;
