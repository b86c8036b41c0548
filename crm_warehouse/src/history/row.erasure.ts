import type { Warehouse } from '../connection.js';
import { quoteName, quoteString } from '../embedded/sql.scanner.js';

/** What becomes of the earlier versions of some rows of one table. */
export interface RowErasure {
  readonly table: string;
  /** Values of the primary key `id`. */
  readonly keys: readonly string[];
  /** `delete`: no version stays. `anonymise`: those of the erasing transaction stay. `rewrite`: all stay, without their values of `columns`. */
  readonly action: 'delete' | 'anonymise' | 'rewrite';
  readonly columns?: readonly string[];
}

/** Place of the erasing transaction: versions after `lsn`, and its own ones, are free of the person. */
export interface ErasurePlace {
  readonly lsn: bigint;
  readonly xid: bigint;
}

// Keys of one statement: 36 characters each, far below what a query may be long.
const KEYS_AT_ONCE = 2000;

interface Column { readonly name: string; readonly type: string }

function emptied(column: Column): string {
  if (column.type.startsWith('Nullable(')) return 'NULL';
  // A NOT NULL column of another type has no empty value that is not a value: its versions are removed instead.
  return column.type === 'String' ? quoteString('') : '';
}

/** Removes or overwrites versions in crm_history and crm_raw, waits until it is done and returns how many were touched. Repeating it changes nothing. */
export async function eraseRows(warehouse: Warehouse, erasure: RowErasure, place: ErasurePlace): Promise<number> {
  let touched = 0;
  const columns = await warehouse.rows<Column & { database: string }>(
    `SELECT database, name, type FROM system.columns WHERE database IN ('crm_raw', 'crm_history') AND table = {table:String}`, { params: { table: erasure.table } });
  if (columns.length === 0) return 0;
  for (let at = 0; at < erasure.keys.length; at += KEYS_AT_ONCE) {
    const keys = erasure.keys.slice(at, at + KEYS_AT_ONCE).map(quoteString).join(', ');
    const own = place.xid === 0n ? '0' : `_xid = ${String(place.xid)} AND _op != 'd'`;
    const older = `id IN (${keys}) AND _lsn <= ${String(place.lsn)} AND NOT (${own})`;
    // In raw the versions of the erasing transaction are known by their positions, which history has.
    const kept = `SELECT id, _lsn FROM crm_history.${quoteName(erasure.table)} WHERE id IN (${keys}) AND (${own})`;
    const olderRaw = `id IN (${keys}) AND _version <= ${String(place.lsn)} AND (id, _version) NOT IN (${kept})`;
    for (const [database, condition] of [['crm_raw', olderRaw], ['crm_history', older]] as const) {
      const table = `${database}.${quoteName(erasure.table)}`;
      const row = await warehouse.first<{ n: string }>(`SELECT count() AS n FROM ${table} WHERE ${condition}`);
      if (row === undefined || row.n === '0') continue;
      touched += Number(row.n);
      await warehouse.command(`ALTER TABLE ${table} ${statement(erasure, columns.filter((column) => column.database === database), condition)} SETTINGS mutations_sync = 2`, { idempotent: true });
    }
  }
  if (touched > 0) for (const database of ['crm_raw', 'crm_history']) await clearRemovedParts(warehouse, database, erasure.table);
  return touched;
}

function statement(erasure: RowErasure, columns: readonly Column[], condition: string): string {
  if (erasure.action !== 'rewrite') return `DELETE WHERE ${condition}`;
  const targets = columns.filter((column) => (erasure.columns ?? []).includes(column.name)).map((column) => [quoteName(column.name), emptied(column)] as const);
  if (targets.length === 0 || targets.some(([, value]) => value === '')) return `DELETE WHERE ${condition}`;
  return `UPDATE ${targets.map(([name, value]) => `${name} = ${value}`).join(', ')} WHERE ${condition}`;
}

/**
 * Takes the files of replaced parts off the disk. The engine keeps them for some minutes, the embedded one until it starts anew; dropping a
 * partition that does not exist makes it look, and for that moment nothing is old enough to be kept.
 */
export async function clearRemovedParts(warehouse: Warehouse, database: string, table: string): Promise<void> {
  const name = `${database}.${quoteName(table)}`;
  await warehouse.command(`ALTER TABLE ${name} MODIFY SETTING old_parts_lifetime = 0`, { idempotent: true });
  try {
    await warehouse.command(`OPTIMIZE TABLE ${name} FINAL`, { idempotent: true });
    await warehouse.command(`ALTER TABLE ${name} DROP PARTITION ID 'none'`, { idempotent: true });
  } finally {
    await warehouse.command(`ALTER TABLE ${name} RESET SETTING old_parts_lifetime`, { idempotent: true });
  }
}
