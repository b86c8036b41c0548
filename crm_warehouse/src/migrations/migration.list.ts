import type { Migration } from './migration.types.js';

const databases: Migration = {
  id: '202611220900_databases_create',
  // crm_raw exists already: it holds the list of applied migrations.
  up: ({ onCluster }) => [`CREATE DATABASE IF NOT EXISTS crm_history${onCluster}`, `CREATE DATABASE IF NOT EXISTS crm_mart${onCluster}`],
  down: ({ onCluster }) => [`DROP DATABASE IF EXISTS crm_mart${onCluster}`, `DROP DATABASE IF EXISTS crm_history${onCluster}`],
};

const watermark: Migration = {
  id: '202611220901_watermark_create',
  up: ({ onCluster, engine }) => [
    `CREATE TABLE IF NOT EXISTS crm_raw._watermark${onCluster}
(
    source String COMMENT 'name of the change source',
    lsn UInt64 COMMENT 'all tables are complete up to this position of the log',
    committed_at DateTime64(6, 'UTC') COMMENT 'commit time of the transaction at lsn',
    observed_at DateTime64(6, 'UTC') COMMENT 'when the source had nothing further or was delivering',
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY source`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_raw._watermark${onCluster}`],
};

const tables: Migration = {
  id: '202611220902_tables_create',
  up: ({ onCluster, engine }) => [
    `CREATE TABLE IF NOT EXISTS crm_raw._tables${onCluster}
(
    table_name String,
    last_lsn UInt64 COMMENT 'position of the last change that was written',
    rows_applied UInt64 COMMENT 'row versions written, snapshot included',
    state LowCardinality(String) COMMENT 'snapshot, streaming or failed',
    updated_at DateTime64(6, 'UTC'),
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY table_name`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_raw._tables${onCluster}`],
};

const deadLetters: Migration = {
  id: '202611220903_dead_letters_create',
  up: ({ onCluster, engine }) => [
    `CREATE TABLE IF NOT EXISTS crm_raw._dead_letters${onCluster}
(
    table_name String,
    key String COMMENT 'primary key as JSON of texts',
    lsn UInt64,
    seq UInt32,
    op LowCardinality(String),
    xid UInt64,
    committed_at DateTime64(6, 'UTC'),
    reason LowCardinality(String) COMMENT 'out_of_range or refused_by_warehouse',
    detail String COMMENT 'the cause, for a person',
    row String COMMENT 'the row as Postgres printed it, as JSON of texts',
    recorded_at DateTime64(6, 'UTC'),
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY (table_name, key, lsn, seq)`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_raw._dead_letters${onCluster}`],
};

/** All migrations, oldest first. */
export const MIGRATIONS: readonly Migration[] = [databases, watermark, tables, deadLetters];
