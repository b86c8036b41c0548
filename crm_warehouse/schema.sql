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
    `outcome` String COMMENT 'what the replay did',
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY (table_name, key, lsn, seq, topic, partition, offset)
SETTINGS index_granularity = 8192;

CREATE TABLE crm_cdc.erased_keys
(
    `table_name` LowCardinality(String),
    `key` String COMMENT 'id of the row',
    `lsn` UInt64 COMMENT 'changes up to this position, other than those of the erasing transaction, never come back',
    `xid` UInt64,
    `action` LowCardinality(String) COMMENT 'delete, anonymise or rewrite',
    `columns` Array(String) COMMENT 'of a rewrite: the columns whose earlier values are gone'
)
ENGINE = ReplacingMergeTree(lsn)
ORDER BY (table_name, key, action)
SETTINGS index_granularity = 8192;

CREATE TABLE crm_cdc.erasures
(
    `id` UUID COMMENT 'row of crm_core.crm_erasures',
    `lsn` UInt64 COMMENT 'position of that row in the log',
    `xid` UInt64,
    `committed_at` DateTime64(6, 'UTC'),
    `removed` UInt64 COMMENT 'row versions removed or overwritten, history and raw together',
    `completed_at` DateTime64(6, 'UTC'),
    `topics_purged_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'when the records of before were gone from the topics; only where there are topics',
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY id
SETTINGS index_granularity = 8192;

CREATE TABLE crm_cdc.kpi_proof
(
    `kpi` String COMMENT 'view.measure of the KPI dictionary',
    `grouping` String COMMENT 'how the numbers were split',
    `lsn` UInt64 COMMENT 'position of the log that both sides were read at',
    `committed_at` DateTime64(6, 'UTC') COMMENT 'everything committed up to here was in it',
    `checked_at` DateTime64(6, 'UTC'),
    `expected` Nullable(String) COMMENT 'recomputed from Postgres: of the first difference, else of one group',
    `actual` Nullable(String) COMMENT 'the same from the semantic layer',
    `equal` Bool,
    `rows` UInt32 COMMENT 'numbers compared',
    `different` UInt32 COMMENT 'numbers that were not equal',
    `detail` String COMMENT 'the first difference, for a person',
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY (kpi, grouping, checked_at)
TTL toDateTime(checked_at) + toIntervalDay(90)
SETTINGS index_granularity = 8192;

CREATE TABLE crm_cdc.reconciliation
(
    `run_id` UUID COMMENT 'what was compared together',
    `table_name` LowCardinality(String),
    `kind` LowCardinality(String) COMMENT 'full: all rows of the table, sample: those of one range of keys',
    `range_from` Nullable(String) COMMENT 'keys behind this one; NULL from the first',
    `range_to` Nullable(String) COMMENT 'keys up to this one; NULL to the last',
    `lsn` UInt64 COMMENT 'position that both sides were compared at; of a table compared in ranges the oldest',
    `committed_at` DateTime64(6, 'UTC') COMMENT 'everything committed up to here was compared',
    `checked_at` DateTime64(6, 'UTC') COMMENT 'when the comparison was complete',
    `good_until` DateTime64(6, 'UTC') COMMENT 'without a newer row by then nobody compares any more',
    `rows` UInt64,
    `different` UInt64 COMMENT 'rows found wrong, missing or not of Postgres',
    `repaired` UInt64 COMMENT 'of those, right at a second look',
    `unrepaired` UInt64 COMMENT 'of those, still wrong',
    `removed` UInt64 COMMENT 'versions taken out because their position is none of the log',
    `reasons` String COMMENT 'why rows stay wrong, JSON of {key, reason, detail}, at most ten',
    `duration_ms` UInt32
)
ENGINE = MergeTree
ORDER BY (checked_at, table_name)
TTL toDateTime(checked_at) + toIntervalDay(30)
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

CREATE TABLE crm_raw._history_begins
(
    `table_name` String,
    `begins_at` DateTime64(6, 'UTC') COMMENT 'from this instant on the history of the table answers; the latest one counts',
    `reason` LowCardinality(String) COMMENT 'snapshot, retention or emptied',
    `_version` UInt64
)
ENGINE = ReplacingMergeTree(_version)
ORDER BY (table_name, begins_at)
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

CREATE TABLE crm_raw._watermark_log
(
    `source` String COMMENT 'name of the change source',
    `lsn` UInt64 COMMENT 'all tables were complete up to this position of the log',
    `committed_at` DateTime64(6, 'UTC') COMMENT 'and held everything committed up to this instant; the latest one known of the position'
)
ENGINE = ReplacingMergeTree(committed_at)
ORDER BY (source, lsn)
SETTINGS index_granularity = 8192;

CREATE MATERIALIZED VIEW crm_raw._watermark_log_feed TO crm_raw._watermark_log
(
    `source` String,
    `lsn` UInt64,
    `committed_at` DateTime64(6, 'UTC')
)
AS SELECT
    source,
    lsn,
    committed_at
FROM crm_raw._watermark;
