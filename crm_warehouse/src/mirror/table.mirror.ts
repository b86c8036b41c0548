import type { Warehouse } from '../connection.js';
import type { Dialect } from '../migrations/ddl.dialect.js';
import { hasIndexedTimes, readSortingKey, type KeyPart } from './raw.order.js';
import type { TableDescription } from './table.description.js';
import { planRebuild } from './table.rebuild.js';
import { planTable, type ExistingColumn, type ExistingTable } from './table.plan.js';

/** Reads what the warehouse has of a table; past `timeoutMs` the connection counts as lost. */
export async function readExisting(warehouse: Warehouse, table: string, timeoutMs?: number): Promise<ExistingTable> {
  const columns = await warehouse.rows<ExistingColumn & { database: string }>(
    `SELECT database, name, type FROM system.columns
     WHERE database IN ('crm_raw', 'crm_history') AND table = {table:String} ORDER BY position`,
    { params: { table }, timeoutMs },
  );
  const of = (database: string): ExistingColumn[] | undefined => {
    const own = columns.filter((column) => column.database === database).map(({ name, type }) => ({ name, type }));
    return own.length === 0 ? undefined : own;
  };
  const tables = await warehouse.rows<{ sorting_key: string; engine_full: string; comment: string; as_select: string; name: string; database: string }>(
    `SELECT database, name, sorting_key, engine_full, comment, as_select FROM system.tables
     WHERE (database = 'crm_raw' AND name = {table:String}) OR (database = 'crm_history' AND name IN ({table:String}, {feed:String}, {view:String}))
        OR (database = 'crm_mart' AND engine = 'View')`,
    { params: { table, feed: `_feed_${table}`, view: `${table}_asof` }, timeoutMs },
  );
  const [raw, history] = ['crm_raw', 'crm_history'].map((database) => tables.find((t) => t.database === database && t.name === table));
  const keyOf = (of: { sorting_key: string } | undefined): KeyPart[] | undefined => (of === undefined ? undefined : readSortingKey(of.sorting_key));
  return {
    raw: of('crm_raw'),
    history: of('crm_history'),
    rawKey: keyOf(raw),
    rawTimes: raw !== undefined && hasIndexedTimes(raw.engine_full),
    rawNote: raw?.comment,
    historyKey: keyOf(history)?.map(({ name }) => name).filter((name) => name !== '_lsn' && name !== '_seq'),
    feed: tables.find((t) => t.name === `_feed_${table}`)?.as_select,
    views: tables.filter((t) => t.database === 'crm_mart' || t.name === `${table}_asof`).map((t) => t.name),
  };
}

/** Creates or changes the tables of the warehouse for one Postgres table; returns the statements it ran. `timeoutMs` is the limit of each look, not of a change, which may write many rows. Throws MirrorError for a table that cannot be mirrored. */
export async function applyTable(warehouse: Warehouse, table: TableDescription, dialect: Dialect, timeoutMs?: number): Promise<string[]> {
  const run = async (statements: readonly string[]): Promise<readonly string[]> => {
    for (const statement of statements) await warehouse.command(statement, { idempotent: true });
    return statements;
  };
  let existing = await readExisting(warehouse, table.name, timeoutMs);
  const rebuilt: string[] = [];
  if (planRebuild(table, existing, new Set(), dialect) !== undefined) {
    const taken = await warehouse.rows<{ name: string }>(`SELECT name FROM system.tables WHERE database = 'crm_history'`, { timeoutMs });
    rebuilt.push(...(await run(planRebuild(table, existing, new Set(taken.map(({ name }) => name)), dialect)?.statements ?? [])));
    existing = await readExisting(warehouse, table.name, timeoutMs);
  }
  return [...rebuilt, ...(await run(planTable(table, existing, dialect)))];
}

/** Whether the tables of the warehouse are as {@link applyTable} leaves them. */
export async function isApplied(warehouse: Warehouse, table: TableDescription, dialect: Dialect): Promise<boolean> {
  const existing = await readExisting(warehouse, table.name);
  return planRebuild(table, existing, new Set(), dialect) === undefined && planTable(table, existing, dialect).length === 0;
}
