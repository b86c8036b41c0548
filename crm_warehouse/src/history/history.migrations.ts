import type { Migration } from '../migrations/migration.types.js';

const watermarkLog: Migration = {
  id: '202611220910_watermark_log_create',
  up: ({ onCluster, engine }) => [
    `CREATE TABLE IF NOT EXISTS crm_raw._watermark_log${onCluster}
(
    source String COMMENT 'name of the change source',
    lsn UInt64 COMMENT 'all tables were complete up to this position of the log',
    committed_at DateTime64(6, 'UTC') COMMENT 'and held everything committed up to this instant; the latest one known of the position'
)
ENGINE = ${engine('ReplacingMergeTree', 'committed_at')}
ORDER BY (source, lsn)`,
    // Fed by the insert that moves the watermark, so the two cannot disagree and the sink writes once.
    `CREATE MATERIALIZED VIEW IF NOT EXISTS crm_raw._watermark_log_feed${onCluster} TO crm_raw._watermark_log AS SELECT source, lsn, committed_at FROM crm_raw._watermark`,
  ],
  down: ({ onCluster }) => [`DROP VIEW IF EXISTS crm_raw._watermark_log_feed${onCluster}`, `DROP TABLE IF EXISTS crm_raw._watermark_log${onCluster}`],
};

const begins: Migration = {
  id: '202611220911_history_begins_create',
  up: ({ onCluster, engine }) => [
    `CREATE TABLE IF NOT EXISTS crm_raw._history_begins${onCluster}
(
    table_name String,
    begins_at DateTime64(6, 'UTC') COMMENT 'from this instant on the history of the table answers; the latest one counts',
    reason LowCardinality(String) COMMENT 'snapshot, retention or emptied',
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY (table_name, begins_at)`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_raw._history_begins${onCluster}`],
};

const erasures: Migration = {
  id: '202611220912_erasures_create',
  up: ({ onCluster, engine }) => [
    `CREATE DATABASE IF NOT EXISTS crm_cdc${onCluster}`,
    `CREATE TABLE IF NOT EXISTS crm_cdc.erasures${onCluster}
(
    id UUID COMMENT 'row of crm_core.crm_erasures',
    lsn UInt64 COMMENT 'position of that row in the log',
    xid UInt64,
    committed_at DateTime64(6, 'UTC'),
    removed UInt64 COMMENT 'row versions removed or overwritten, history and raw together',
    completed_at DateTime64(6, 'UTC'),
    topics_purged_at Nullable(DateTime64(6, 'UTC')) COMMENT 'when the records of before were gone from the topics; only where there are topics',
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY id`,
    // Ids only: what stands here says that something is gone, not what it was.
    `CREATE TABLE IF NOT EXISTS crm_cdc.erased_keys${onCluster}
(
    table_name LowCardinality(String),
    key String COMMENT 'id of the row',
    lsn UInt64 COMMENT 'changes up to this position, other than those of the erasing transaction, never come back',
    xid UInt64,
    action LowCardinality(String) COMMENT 'delete, anonymise or rewrite',
    columns Array(String) COMMENT 'of a rewrite: the columns whose earlier values are gone'
)
ENGINE = ${engine('ReplacingMergeTree', 'lsn')}
ORDER BY (table_name, key, action)`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_cdc.erased_keys${onCluster}`, `DROP TABLE IF EXISTS crm_cdc.erasures${onCluster}`],
};

/** The fixed objects of time travel, retention and erasure. */
export const HISTORY_MIGRATIONS: readonly Migration[] = [watermarkLog, begins, erasures];
