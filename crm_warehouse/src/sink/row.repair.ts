import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import type { TableDescription } from '../mirror/table.description.js';
import { primaryKeyOf } from '../mirror/table.description.js';
import { mirrorType } from '../mirror/type.map.js';
import type { ChangeRow, RowText } from './change.types.js';

/** A version of a row, by its key and position. */
export interface RowVersion {
  readonly key: RowText;
  readonly lsn: bigint;
}

/** What makes rows of a table right again. */
export interface Repair {
  readonly table: string;
  /** The rows as they should be, at a position that later changes win against. */
  readonly changes: readonly ChangeRow[];
  /** Versions that no change has brought. */
  readonly remove: readonly RowVersion[];
}

/** Statements that take versions out of both tables. */
export function removal(table: TableDescription, versions: readonly RowVersion[]): string[] {
  const keys = primaryKeyOf(table);
  const tuples = versions.map(({ key, lsn }) => `(${keys.map((name) => literal(table, name, key[name] ?? '')).join(', ')}, ${String(lsn)})`).join(', ');
  const names = keys.map(quoteName).join(', ');
  const where = (position: string): string => `DELETE WHERE (${names}, ${position}) IN (${tuples}) SETTINGS mutations_sync = 1`;
  return [`ALTER TABLE crm_history.${quoteName(table.name)} ${where('_lsn')}`, `ALTER TABLE crm_raw.${quoteName(table.name)} ${where('_version')}`];
}

/** Statement that brings rows from history to raw again: raw may have lost what came after a version that was taken out. */
export function refeed(table: TableDescription, keys: readonly RowText[], from: bigint): string {
  const names = table.columns.map((column) => quoteName(column.name)).join(', ');
  const own = primaryKeyOf(table);
  const tuples = keys.map((key) => `(${own.map((name) => literal(table, name, key[name] ?? '')).join(', ')})`).join(', ');
  return `INSERT INTO crm_raw.${quoteName(table.name)} (${names}, _version, _deleted, _committed_at)
SELECT ${names}, _lsn, toUInt8(_op = 'd'), _committed_at FROM crm_history.${quoteName(table.name)} WHERE (${own.map(quoteName).join(', ')}) IN (${tuples}) AND _lsn >= ${String(from)}
ORDER BY _lsn, _seq`;
}

function literal(table: TableDescription, name: string, text: string): string {
  const column = table.columns.find((one) => one.name === name);
  return `CAST(${quoteString(text)}, ${quoteString(mirrorType(column?.pgType ?? 'text').type)})`;
}
