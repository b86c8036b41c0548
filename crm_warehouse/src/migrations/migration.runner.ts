import type { Warehouse } from '../connection.js';
import { createDialect } from './ddl.dialect.js';
import { MIGRATIONS } from './migration.list.js';
import type { Migration } from './migration.types.js';

/** What to run. */
export interface MigrateOptions {
  /** `up` applies what is missing (default); `down` takes back the newest ones. */
  readonly direction?: 'up' | 'down';
  /** Up: the last migration to apply, default the newest. Down: the last one to take back, default only the newest applied. */
  readonly target?: string;
  /** Only tells what would run. */
  readonly dryRun?: boolean;
  /** Cluster for ON CLUSTER and replicated engines. */
  readonly cluster?: string;
  readonly migrations?: readonly Migration[];
}

/** A migration that ran, or would. */
export interface MigrationStep {
  readonly id: string;
  readonly direction: 'up' | 'down';
  readonly statements: readonly string[];
}

interface AppliedRow {
  readonly id: string;
}

async function appliedIds(warehouse: Warehouse): Promise<Set<string>> {
  const exists = await warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_raw' AND name = '_migrations'`);
  if (exists === undefined) return new Set();
  const rows = await warehouse.rows<AppliedRow>('SELECT id FROM crm_raw._migrations FINAL WHERE applied ORDER BY id');
  return new Set(rows.map((row) => row.id));
}

function choose(options: MigrateOptions, applied: ReadonlySet<string>): Migration[] {
  const all = [...(options.migrations ?? MIGRATIONS)].sort((a, b) => a.id.localeCompare(b.id));
  if (options.target !== undefined && !all.some((migration) => migration.id === options.target)) {
    throw new Error(`There is no warehouse migration "${options.target}"; the newest is ${all[all.length - 1]?.id ?? 'none'}`);
  }
  if (options.direction === 'down') {
    const done = all.filter((migration) => applied.has(migration.id)).reverse();
    const last = options.target === undefined ? 0 : done.findIndex((migration) => migration.id === options.target);
    return done.slice(0, last + 1);
  }
  return all.filter((migration) => !applied.has(migration.id) && (options.target === undefined || migration.id <= options.target));
}

/** Brings the fixed objects of the warehouse up to date (or back); every statement may be repeated, so an interrupted run is simply run again. */
export async function migrateWarehouse(warehouse: Warehouse, options: MigrateOptions = {}): Promise<MigrationStep[]> {
  const dialect = createDialect(options.cluster);
  const direction = options.direction ?? 'up';
  const steps = choose(options, await appliedIds(warehouse)).map((migration): MigrationStep => ({ id: migration.id, direction, statements: migration[direction](dialect) }));
  if (options.dryRun === true || steps.length === 0) return steps;
  await warehouse.command(`CREATE DATABASE IF NOT EXISTS crm_raw${dialect.onCluster}`, { idempotent: true });
  await warehouse.command(
    `CREATE TABLE IF NOT EXISTS crm_raw._migrations${dialect.onCluster}
(
    id String,
    applied Bool,
    changed_at DateTime64(6, 'UTC'),
    _version UInt64
)
ENGINE = ${dialect.engine('ReplacingMergeTree', '_version')}
ORDER BY id`,
    { idempotent: true },
  );
  for (const step of steps) {
    for (const statement of step.statements) await warehouse.command(statement, { idempotent: true });
    await warehouse.command(
      `INSERT INTO crm_raw._migrations SELECT {id:String}, {applied:Bool}, now64(6), toUnixTimestamp64Micro(now64(6))`,
      { params: { id: step.id, applied: direction === 'up' }, idempotent: true },
    );
  }
  return steps;
}

/** DDL of the warehouse's fixed objects as the engine prints it, for the committed schema.sql. */
export async function dumpSchema(warehouse: Warehouse): Promise<string> {
  const objects = await warehouse.rows<{ database: string; name: string }>(
    `SELECT database, name FROM system.tables WHERE database = 'crm_cdc' OR (database = 'crm_raw' AND startsWith(name, '_')) ORDER BY database, name`,
  );
  const databases = await warehouse.rows<{ name: string }>(`SELECT name FROM system.databases WHERE startsWith(name, 'crm_') ORDER BY name`);
  const parts = databases.map(({ name }) => `CREATE DATABASE ${name};`);
  for (const { database, name } of objects) {
    const row = await warehouse.first<{ statement: string }>(`SHOW CREATE TABLE ${database}.${name}`);
    parts.push(`${row?.statement ?? ''};`);
  }
  return `-- The fixed objects of the warehouse, printed by the engine: npm run schema -w crm_warehouse\n\n${parts.join('\n\n')}\n`;
}
