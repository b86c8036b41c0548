import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import type { Dialect } from '../migrations/ddl.dialect.js';
import { rawOrder, rawStorage } from './raw.order.js';
import { primaryKeyOf, type TableDescription } from './table.description.js';
import { feedName, type ExistingColumn, type ExistingTable } from './table.plan.js';
import { commonType, mirrorType, unwrapped } from './type.map.js';

/** How a table gets another key or another order. */
export interface Rebuild {
  /** To be run before the plan of the table, with the stream of the table at rest. */
  readonly statements: readonly string[];
  /** Where the history up to now is kept, when its versions cannot be told apart by the new key; undefined when it was carried over. */
  readonly archive?: string;
}

// Several tables are filled at once: blocks of 64 MB took 330 MB of memory each, those of 256 MB, the default, 1.2 GB. The more parts are merged behind it.
const SPARING = 'SETTINGS min_insert_block_size_bytes = 67108864';

interface KeyColumn {
  readonly name: string;
  /** Type of the new table. */
  readonly type: string;
  /** False when the rows of now have no value for it. */
  readonly filled: boolean;
}

function keyColumns(table: TableDescription, key: readonly string[], existing: readonly ExistingColumn[]): KeyColumn[] {
  const have = new Map(existing.map((column) => [column.name, unwrapped(column.type).base]));
  return key.map((name) => {
    const goal = mirrorType(table.columns.find((column) => column.name === name)?.pgType ?? 'text').type;
    const now = have.get(name);
    const common = now === undefined ? undefined : commonType(now, goal);
    return { name, type: common ?? goal, filled: common !== undefined };
  });
}

function typesFit(columns: readonly KeyColumn[], existing: readonly ExistingColumn[]): boolean {
  return columns.every((column) => existing.some(({ name, type }) => name === column.name && type === column.type));
}

/** A table like the one there is but with another key is filled beside it and takes its place in one step, so that readers always find rows. */
function replace(name: { database: string; table: string; engine: string; storage: string; note?: string }, columns: readonly KeyColumn[], existing: readonly ExistingColumn[], fill: boolean, dialect: Dialect): string[] {
  const now = `${name.database}.${quoteName(name.table)}`;
  const next = `${name.database}.${quoteName(`_next_${name.table}`)}`;
  const key = new Map(columns.map((column) => [column.name, column]));
  // A former value of a key column that the new type does not hold is left out: it belongs to rows that the new snapshot replaces.
  const kept = existing.filter(({ name: column }) => key.get(column)?.filled !== false);
  const described = [...kept.filter(({ name: column }) => !key.has(column)).map(({ name: column, type }) => `${quoteName(column)} ${type}`)];
  const structure = [...columns.map((column) => `${quoteName(column.name)} ${column.type}`), ...described];
  const values = kept.map(({ name: column, type }) => {
    const goal = key.get(column);
    if (goal === undefined || goal.type === type) return quoteName(column);
    return `CAST(${unwrapped(type).nullable ? `assumeNotNull(${quoteName(column)})` : quoteName(column)}, '${goal.type.replaceAll("'", "\\'")}')`;
  });
  return [
    `DROP TABLE IF EXISTS ${next}${dialect.onCluster} SYNC`,
    `CREATE TABLE ${next}${dialect.onCluster}\n(\n    ${structure.join(',\n    ')}\n)\nENGINE = ${name.engine}\n${name.storage}${name.note === undefined || name.note === '' ? '' : `\nCOMMENT ${quoteString(name.note)}`}`,
    ...(fill ? [`INSERT INTO ${next} (${kept.map((column) => quoteName(column.name)).join(', ')}) SELECT ${values.join(', ')} FROM ${now} ${SPARING}`] : []),
    `EXCHANGE TABLES ${next} AND ${now}${dialect.onCluster}`,
    `DROP TABLE ${next}${dialect.onCluster} SYNC`,
  ];
}

/** What gives a table another key or order, or undefined when both fit. `taken` are the tables of crm_history. */
export function planRebuild(table: TableDescription, existing: ExistingTable, taken: ReadonlySet<string>, dialect: Dialect): Rebuild | undefined {
  const key = primaryKeyOf(table);
  const statements: string[] = [];
  let archive: string | undefined;
  if (existing.history !== undefined) {
    const columns = keyColumns(table, key, existing.history);
    const { history, historyKey = [] } = existing;
    if (historyKey.join() !== key.join() || !typesFit(columns, history)) {
      // Versions stay apart when the new key holds all of the old one.
      const carried = historyKey.every((name) => columns.some((column) => column.name === name && column.filled));
      if (carried) statements.push(...replace({ database: 'crm_history', table: table.name, engine: dialect.engine('ReplacingMergeTree'), storage: `ORDER BY (${key.map(quoteName).join(', ')}, _lsn, _seq)` }, columns, history, true, dialect));
      else {
        let number = 1;
        while (taken.has(`${table.name}__${String(number)}`)) number += 1;
        archive = `crm_history.${table.name}__${String(number)}`;
        // Before the rows go: no moment of before may be answered from a history that begins anew.
        statements.push(`INSERT INTO crm_raw._history_begins SELECT ${quoteString(table.name)}, now64(6, 'UTC'), 'emptied', toUnixTimestamp64Micro(now64(6, 'UTC'))`);
        statements.push(`RENAME TABLE crm_history.${quoteName(table.name)} TO crm_history.${quoteName(`${table.name}__${String(number)}`)}${dialect.onCluster}`);
      }
    }
  }
  const historyChanges = statements.length > 0;
  if (existing.raw !== undefined) {
    const columns = keyColumns(table, key, existing.raw);
    const order = rawOrder(columns);
    if (JSON.stringify(existing.rawKey) !== JSON.stringify(order) || existing.rawTimes !== true || !typesFit(columns, existing.raw)) {
      // Rows of the old key are ended by the snapshot that follows; until then readers see them rather than nothing.
      const fill = columns.every((column) => column.filled);
      statements.push(...replace({ database: 'crm_raw', table: table.name, engine: dialect.engine('ReplacingMergeTree', '_version', '_deleted'), storage: rawStorage(order), note: existing.rawNote }, columns, existing.raw, fill, dialect));
    }
  }
  if (statements.length === 0) return undefined;
  // What copies rows into raw rests until the plan of the table makes it again; the view over history knows its columns and key, not those of raw.
  const views = [`DROP VIEW IF EXISTS ${feedName(table.name)}${dialect.onCluster}`];
  if (historyChanges) views.push(`DROP VIEW IF EXISTS crm_history.${quoteName(`${table.name}_asof`)}${dialect.onCluster}`);
  return { statements: [...views, ...statements], archive };
}
