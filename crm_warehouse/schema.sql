-- The fixed objects of the warehouse, printed by the engine: npm run schema -w crm_warehouse

CREATE DATABASE crm_history;

CREATE DATABASE crm_mart;

CREATE DATABASE crm_raw;

CREATE TABLE crm_raw._dead_letters
(
    `table_name` String,
    `key` String COMMENT 'primary key as JSON of texts',
    `lsn` UInt64,
    `seq` UInt32,
    `op` LowCardinality(String),
    `xid` UInt64,
    `committed_at` DateTime64(6, 'UTC'),
    `reason` LowCardinality(String) COMMENT 'out_of_range or refused_by_warehouse',
    `detail` String COMMENT 'the cause, for a person',
    `row` String COMMENT 'the row as Postgres printed it, as JSON of texts',
    `recorded_at` DateTime64(6, 'UTC'),
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY (table_name, key, lsn, seq)
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
