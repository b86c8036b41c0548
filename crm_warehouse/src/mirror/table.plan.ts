import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import { asOfViewName, asOfViewSelect } from '../history/as.of.js';
import { planDealViews } from '../history/deal.views.js';
import type { Dialect } from '../migrations/ddl.dialect.js';
import { pgArrayToJson } from './array.text.js';
import { rawOrder, rawStorage, type KeyPart } from './raw.order.js';
import { MirrorError, primaryKeyOf, type ColumnDescription, type TableDescription } from './table.description.js';
import { commonType, mirrorType, retainedName, unwrapped } from './type.map.js';

/** A column as the warehouse has it now. */
export interface ExistingColumn {
  readonly name: string;
  readonly type: string;
}

/** What the warehouse has of a table now; undefined when it is not there. */
export interface ExistingTable {
  readonly raw?: readonly ExistingColumn[];
  readonly history?: readonly ExistingColumn[];
  /** Sorting key of raw. */
  readonly rawKey?: readonly KeyPart[];
  /** Whether raw has indexes on its columns of time. */
  readonly rawTimes?: boolean;
  /** Comment of raw. */
  readonly rawNote?: string;
  /** Sorting key of history without `_lsn` and `_seq`. */
  readonly historyKey?: readonly string[];
  /** SELECT of the view that feeds raw from history, as the engine prints it. */
  readonly feed?: string;
  /** Names of the views over its history. */
  readonly views?: readonly string[];
}

const RAW_OWN = ["_version UInt64", '_deleted UInt8', "_committed_at DateTime64(6, 'UTC')"];
const HISTORY_OWN = ["_op Enum8('c' = 1, 'u' = 2, 'd' = 3, 'r' = 4)", '_lsn UInt64', '_seq UInt32', '_xid UInt64', "_committed_at DateTime64(6, 'UTC')", '_commit_lsn UInt64'];
const OWN_NAMES = new Set(['_version', '_deleted', '_committed_at', '_op', '_lsn', '_seq', '_xid', '_commit_lsn']);

/** The materialized view that copies each block of history into raw, in the same INSERT. */
export function feedName(table: string): string {
  return `crm_history.${quoteName(`_feed_${table}`)}`;
}

function typeOf(column: ColumnDescription): string {
  const { type } = mirrorType(column.pgType);
  return column.nullable && (column.primaryKeyPosition ?? 0) === 0 ? `Nullable(${type})` : type;
}

/** Key columns of a new table with their types. */
function keyTypes(table: TableDescription, key: readonly string[]): ExistingColumn[] {
  return key.map((name) => ({ name, type: mirrorType(table.columns.find((column) => column.name === name)?.pgType ?? 'text').type }));
}

function missingDefault(column: ColumnDescription): string {
  if (column.missingValue === null || column.missingValue === undefined) return '';
  const map = mirrorType(column.pgType);
  const text = map.element === undefined ? column.missingValue : pgArrayToJson(column.missingValue, map.element);
  const nullable = typeOf(column).startsWith('Nullable(');
  const value = map.input === 'String' ? map.convert(quoteString(text), nullable) : `CAST(${quoteString(booleanText(map.type, text))}, ${quoteString(map.type)})`;
  return ` DEFAULT ${value}`;
}

function booleanText(type: string, text: string): string {
  return type === 'Bool' ? (text.startsWith('t') ? 'true' : 'false') : text;
}

function create(table: TableDescription, database: string, own: readonly string[], engine: string, storage: string, dialect: Dialect): string {
  const columns = [...table.columns.map((column) => `${quoteName(column.name)} ${typeOf(column)}${missingDefault(column)}`), ...own];
  return `CREATE TABLE IF NOT EXISTS ${database}.${quoteName(table.name)}${dialect.onCluster}\n(\n    ${columns.join(',\n    ')}\n)\nENGINE = ${engine}\n${storage}`;
}

/** SELECT of the feed view for the columns that raw will have. */
function feedSelect(table: string, columns: readonly string[]): string {
  const own = ["_lsn AS _version", "toUInt8(_op = 'd') AS _deleted", '_committed_at'];
  return `SELECT ${[...columns.map(quoteName), ...own].join(', ')} FROM crm_history.${quoteName(table)}`;
}

function changed(table: TableDescription, database: string, existing: readonly ExistingColumn[], key: readonly string[], dialect: Dialect): string[] {
  const name = `${database}.${quoteName(table.name)}`;
  const alter = `ALTER TABLE ${name}${dialect.onCluster}`;
  const have = new Map(existing.map((column) => [column.name, column.type]));
  const statements: string[] = [];
  let after = '';
  for (const column of table.columns) {
    const wanted = typeOf(column);
    const type = have.get(column.name);
    const add = (goal: string): string => `${alter} ADD COLUMN IF NOT EXISTS ${quoteName(column.name)} ${goal}${missingDefault(column)}${after}`;
    // Rows of before have no value in a new column unless Postgres gives them one.
    const unknown = key.includes(column.name) || missingDefault(column) !== '' ? wanted : `Nullable(${unwrapped(wanted).base})`;
    if (type === undefined) statements.push(add(unknown));
    else {
      const [now, goal] = [unwrapped(type), unwrapped(wanted)];
      // A warehouse column never becomes narrower or NOT NULL: older versions of the row must still fit.
      const base = commonType(now.base, goal.base);
      const target = now.nullable || goal.nullable ? `Nullable(${String(base)})` : base;
      if (base === undefined) {
        // No type holds both: what was known stays under another name, later rows have NULL there.
        const kept = quoteName(freeName(retainedName(column.name, now.base), have));
        statements.push(`${alter} RENAME COLUMN ${quoteName(column.name)} TO ${kept}`, ...(now.nullable ? [] : [`${alter} MODIFY COLUMN ${kept} Nullable(${now.base})`]), add(unknown));
      } else if (target !== type && !key.includes(column.name)) statements.push(`${alter} MODIFY COLUMN ${quoteName(column.name)} ${String(target)}`);
    }
    after = ` AFTER ${quoteName(column.name)}`;
  }
  const described = new Set(table.columns.map((column) => column.name));
  for (const column of existing) {
    if (described.has(column.name) || OWN_NAMES.has(column.name) || column.type.startsWith('Nullable(')) continue;
    // Postgres dropped it: what was known stays, later rows have NULL.
    statements.push(`${alter} MODIFY COLUMN ${quoteName(column.name)} Nullable(${column.type})`);
  }
  return statements;
}

function freeName(name: string, have: ReadonlyMap<string, string>): string {
  let free = name;
  for (let number = 2; have.has(free); number += 1) free = `${name}_${String(number)}`;
  return free;
}

/**
 * Statements, in order, that bring `crm_raw.<table>`, `crm_history.<table>` and the view between them to the description; none when all fits.
 * Columns that Postgres dropped stay in both tables and become Nullable. The key fits already: see planRebuild.
 */
export function planTable(table: TableDescription, existing: ExistingTable, dialect: Dialect): string[] {
  const key = primaryKeyOf(table);
  const reserved = table.columns.find((column) => OWN_NAMES.has(column.name));
  if (reserved !== undefined) throw new MirrorError(`${table.name}.${reserved.name}: this name is the warehouse's own; rename the column`);
  const raw = existing.raw === undefined
    ? [create(table, 'crm_raw', RAW_OWN, dialect.engine('ReplacingMergeTree', '_version', '_deleted'), rawStorage(rawOrder(keyTypes(table, key))), dialect)]
    : changed(table, 'crm_raw', existing.raw, key, dialect);
  const history = existing.history === undefined
    ? [create(table, 'crm_history', HISTORY_OWN, dialect.engine('ReplacingMergeTree'), `ORDER BY (${key.map(quoteName).join(', ')}, _lsn, _seq)`, dialect)]
    : changed(table, 'crm_history', existing.history, key, dialect);
  // Histories of before this column was kept: their rows have 0 there, which is "not told".
  const commit = existing.history === undefined || existing.history.some((column) => column.name === '_commit_lsn') ? [] : [`ALTER TABLE crm_history.${quoteName(table.name)}${dialect.onCluster} ADD COLUMN IF NOT EXISTS _commit_lsn UInt64`];
  const kept = [...(existing.history ?? []).map((column) => column.name), ...history.flatMap((statement) => / RENAME COLUMN .* TO `(.*)`$/s.exec(statement)?.[1] ?? [])];
  const dropped = kept.filter((name) => !OWN_NAMES.has(name) && !table.columns.some((column) => column.name === name)).sort();
  const select = feedSelect(table.name, [...table.columns.map((column) => column.name), ...dropped]);
  const feed = existing.feed === undefined
    ? [`CREATE MATERIALIZED VIEW IF NOT EXISTS ${feedName(table.name)}${dialect.onCluster} TO crm_raw.${quoteName(table.name)} AS ${select}`]
    // MODIFY QUERY is atomic: there is no moment in which a row could reach history alone.
    : normal(existing.feed) === normal(select) ? [] : [`ALTER TABLE ${feedName(table.name)}${dialect.onCluster} MODIFY QUERY ${select}`];
  const view = existing.views?.includes(`${table.name}_asof`) === true ? [] : [`CREATE VIEW IF NOT EXISTS ${asOfViewName(table.name)}${dialect.onCluster} AS ${asOfViewSelect(table.name, key)}`];
  return [...raw, ...history, ...commit, ...feed, ...view, ...planDealViews(table, existing.views ?? [], dialect)];
}

function normal(sql: string): string {
  return sql.replaceAll(/[\s`()]+/g, '').toLowerCase();
}
