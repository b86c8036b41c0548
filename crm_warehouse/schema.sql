-- The fixed objects of the warehouse, printed by the engine: npm run schema -w crm_warehouse

CREATE DATABASE crm_history;

CREATE DATABASE crm_mart;

CREATE DATABASE crm_raw;

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
