import type { Migration } from './migration.types.js';

/** What each proof of a KPI against Postgres found. */
export const kpiProof: Migration = {
  id: '202611222110_kpi_proof_create',
  up: ({ onCluster, engine }) => [
    `CREATE DATABASE IF NOT EXISTS crm_cdc${onCluster}`,
    `CREATE TABLE IF NOT EXISTS crm_cdc.kpi_proof${onCluster}
(
    kpi String COMMENT 'view.measure of the KPI dictionary',
    grouping String COMMENT 'how the numbers were split',
    lsn UInt64 COMMENT 'position of the log that both sides were read at',
    committed_at DateTime64(6, 'UTC') COMMENT 'everything committed up to here was in it',
    checked_at DateTime64(6, 'UTC'),
    expected Nullable(String) COMMENT 'recomputed from Postgres: of the first difference, else of one group',
    actual Nullable(String) COMMENT 'the same from the semantic layer',
    equal Bool,
    rows UInt32 COMMENT 'numbers compared',
    different UInt32 COMMENT 'numbers that were not equal',
    detail String COMMENT 'the first difference, for a person',
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY (kpi, grouping, checked_at)
TTL toDateTime(checked_at) + INTERVAL 90 DAY`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_cdc.kpi_proof${onCluster}`],
};
