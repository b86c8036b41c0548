import type { Dialect } from './ddl.dialect.js';
import { HISTORY_MIGRATIONS } from '../history/history.migrations.js';
import { kpiProof } from './kpi.proof.migration.js';
import type { Migration } from './migration.types.js';
import { reconciliation } from './reconciliation.migration.js';

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

const oldDeadLetters = ({ onCluster, engine }: Dialect): string => `CREATE TABLE IF NOT EXISTS crm_raw._dead_letters${onCluster}
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
ORDER BY (table_name, key, lsn, seq)`;

const deadLetters: Migration = {
  id: '202611220903_dead_letters_create',
  up: (dialect) => [oldDeadLetters(dialect)],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_raw._dead_letters${onCluster}`],
};

const streamDatabase: Migration = {
  id: '202611222100_cdc_database_create',
  up: ({ onCluster }) => [`CREATE DATABASE IF NOT EXISTS crm_cdc${onCluster}`],
  down: ({ onCluster }) => [`DROP DATABASE IF EXISTS crm_cdc${onCluster}`],
};

const deadLetter = ({ onCluster, engine }: Dialect): string => `CREATE TABLE IF NOT EXISTS crm_cdc.dead_letter${onCluster}
(
    table_name String COMMENT 'table without schema; empty when the message did not tell',
    key String COMMENT 'primary key as JSON of texts',
    lsn UInt64,
    seq UInt32,
    topic String COMMENT 'only of a message that could not be decoded, as partition and offset',
    partition Int32,
    offset Int64,
    op LowCardinality(String) COMMENT 'c, u, d, r; empty when the message did not tell',
    before String COMMENT 'the row before, as JSON of the texts of Postgres, or null',
    after String COMMENT 'the row after, likewise',
    xid UInt64,
    committed_at DateTime64(6, 'UTC'),
    reason LowCardinality(String) COMMENT 'out_of_range, refused_by_warehouse or undecodable',
    detail String COMMENT 'the cause, for a person',
    source LowCardinality(String) COMMENT 'the change source that delivered it',
    raw String COMMENT 'value of a message that could not be decoded, base64',
    raw_key String COMMENT 'its key, base64',
    recorded_at DateTime64(6, 'UTC'),
    replayed_at Nullable(DateTime64(6, 'UTC')) COMMENT 'when it went through the pipeline again and was stored',
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY (table_name, key, lsn, seq, topic, partition, offset)`;

const deadLettersMove: Migration = {
  id: '202611222101_dead_letters_move',
  // Each starts by making sure of both tables, so that it can be repeated wherever it was interrupted.
  up: (dialect) => [
    oldDeadLetters(dialect),
    deadLetter(dialect),
    `INSERT INTO crm_cdc.dead_letter (table_name, key, lsn, seq, op, before, after, xid, committed_at, reason, detail, source, recorded_at, _version)
SELECT table_name, key, lsn, seq, op, if(op = 'd', row, 'null'), if(op = 'd', 'null', row), xid, committed_at, reason, detail, 'embedded', recorded_at, _version FROM crm_raw._dead_letters FINAL`,
    `DROP TABLE IF EXISTS crm_raw._dead_letters${dialect.onCluster}`,
  ],
  down: (dialect) => [
    oldDeadLetters(dialect),
    deadLetter(dialect),
    `INSERT INTO crm_raw._dead_letters (table_name, key, lsn, seq, op, xid, committed_at, reason, detail, row, recorded_at, _version)
SELECT table_name, key, lsn, seq, op, xid, committed_at, reason, detail, if(after = 'null', before, after), recorded_at, _version FROM crm_cdc.dead_letter FINAL WHERE reason != 'undecodable' AND replayed_at IS NULL`,
    `DROP TABLE IF EXISTS crm_cdc.dead_letter${dialect.onCluster}`,
  ],
};

const snapshots: Migration = {
  id: '202611222102_snapshots_create',
  up: ({ onCluster, engine }) => [
    `CREATE TABLE IF NOT EXISTS crm_cdc.snapshots${onCluster}
(
    source String COMMENT 'name of the change source',
    slot String,
    version UInt64 COMMENT 'position that the rows of the snapshot carry: older than every change the slot delivers',
    consistent_lsn UInt64 COMMENT 'what was committed before this position is in the snapshot',
    state LowCardinality(String) COMMENT 'running or complete',
    taken_at DateTime64(6, 'UTC'),
    _version UInt64
)
ENGINE = ${engine('ReplacingMergeTree', '_version')}
ORDER BY (source, slot)`,
  ],
  down: ({ onCluster }) => [`DROP TABLE IF EXISTS crm_cdc.snapshots${onCluster}`],
};

const deadLetterOutcome: Migration = {
  id: '202611222230_dead_letter_outcome_add',
  up: ({ onCluster }) => [`ALTER TABLE crm_cdc.dead_letter${onCluster} ADD COLUMN IF NOT EXISTS outcome String COMMENT 'what the replay did' AFTER replayed_at`],
  down: ({ onCluster }) => [`ALTER TABLE crm_cdc.dead_letter${onCluster} DROP COLUMN IF EXISTS outcome`],
};

/** All migrations, oldest first. */
export const MIGRATIONS: readonly Migration[] = [databases, watermark, tables, deadLetters, ...HISTORY_MIGRATIONS, streamDatabase, deadLettersMove, snapshots, kpiProof, reconciliation, deadLetterOutcome];
