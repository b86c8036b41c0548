import type { Migration } from './migration.types.js';

/** The results of comparing the warehouse with Postgres, one row a table or range of keys. */
export const reconciliation: Migration = {
  id: '202611222110_reconciliation_create',
  // The database is that of the stream's tables; it stays when this migration is taken back.
  up: ({ onCluster, engine }) => [
    `CREATE DATABASE IF NOT EXISTS crm_cdc${onCluster}`,
    `CREATE TABLE IF NOT EXISTS crm_cdc.reconciliation${onCluster}
(
    run_id UUID COMMENT 'what was compared together',
    table_name LowCardinality(String),
    kind LowCardinality(String) COMMENT 'full: all rows of the table, sample: those of one range of keys',
    range_from Nullable(String) COMMENT 'keys behind this one; NULL from the first',
    range_to Nullable(String) COMMENT 'keys up to this one; NULL to the last',
    lsn UInt64 COMMENT 'position that both sides were compared at; of a table compared in ranges the oldest',
    committed_at DateTime64(6, 'UTC') COMMENT 'everything committed up to here was compared',
    checked_at DateTime64(6, 'UTC') COMMENT 'when the comparison was complete',
    good_until DateTime64(6, 'UTC') COMMENT 'without a newer row by then nobody compares any more',
    rows UInt64,
    different UInt64 COMMENT 'rows found wrong, missing or not of Postgres',
    repaired UInt64 COMMENT 'of those, right at a second look',
    unrepaired UInt64 COMMENT 'of those, still wrong',
    removed UInt64 COMMENT 'versions taken out because their position is none of the log',
    reasons String COMMENT 'why rows stay wrong, JSON of {key, reason, detail}, at most ten',
    duration_ms UInt32
)
ENGINE = ${engine('MergeTree')}
ORDER BY (checked_at, table_name)
TTL toDateTime(checked_at) + INTERVAL 30 DAY`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_cdc.reconciliation${onCluster}`],
};
