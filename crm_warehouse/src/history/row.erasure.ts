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

/**
 * Removes or overwrites versions in crm_history and crm_raw, in histories set aside under an earlier key (`crm_x__1`) as well, waits until it
 * is done and returns how many were touched. Repeating it changes nothing.
 */
export async function eraseRows(warehouse: Warehouse, erasure: RowErasure, place: ErasurePlace): Promise<number> {
  const columns = await warehouse.rows<Column & { database: string; table: string }>(
    `SELECT database, table, name, type FROM system.columns WHERE database IN ('crm_raw', 'crm_history') AND match(table, {pattern:String})
       AND (database, table) IN (SELECT database, table FROM system.columns WHERE name = 'id')`, { params: { pattern: `^${erasure.table}(__[0-9]+)?$` } });
  // Raw first: which of its versions stay is known by the positions that history has.
  const tables = [...new Set(columns.map(({ database, table }) => `${database} ${table}`))].sort().reverse();
  const history = tables.filter((name) => name.startsWith('crm_history'));
  if (history.length === 0) return 0;
  let touched = 0;
  for (const name of tables) {
    const [database = '', table = ''] = name.split(' ');
    const own = columns.filter((column) => column.database === database && column.table === table);
    let here = 0;
    for (let at = 0; at < erasure.keys.length; at += KEYS_AT_ONCE) here += await eraseKeys(warehouse, erasure, place, { database, table, columns: own, keys: erasure.keys.slice(at, at + KEYS_AT_ONCE) });
    if (here > 0) await clearRemovedParts(warehouse, database, table);
    touched += here;
  }
  return touched;
}

interface Part { readonly database: string; readonly table: string; readonly columns: readonly Column[]; readonly keys: readonly string[] }

async function eraseKeys(warehouse: Warehouse, erasure: RowErasure, place: ErasurePlace, part: Part): Promise<number> {
  const keys = part.keys.map(quoteString).join(', ');
  const own = place.xid === 0n ? '0' : `_xid = ${String(place.xid)} AND _op != 'd'`;
  // The plain comparison uses the sorting key; an id of an earlier type may not be comparable with texts.
  const ids = part.columns.find((column) => column.name === 'id')?.type === 'UUID' ? `id IN (${keys})` : `toString(id) IN (${keys})`;
  const condition = part.database === 'crm_raw'
    ? `${ids} AND _version <= ${String(place.lsn)} AND (id, _version) NOT IN (SELECT id, _lsn FROM crm_history.${quoteName(erasure.table)} WHERE ${ids} AND (${own}))`
    : `${ids} AND _lsn <= ${String(place.lsn)} AND NOT (${own})`;
  const table = `${part.database}.${quoteName(part.table)}`;
  const row = await warehouse.first<{ n: string }>(`SELECT count() AS n FROM ${table} WHERE ${condition}`);
  if (row === undefined || row.n === '0') return 0;
  await warehouse.command(`ALTER TABLE ${table} ${statement(erasure, part.columns, condition)} SETTINGS mutations_sync = 2`, { idempotent: true });
  return Number(row.n);
}

// A column that was retyped keeps its earlier values beside it, as `name__…`.
function statement(erasure: RowErasure, columns: readonly Column[], condition: string): string {
  if (erasure.action !== 'rewrite') return `DELETE WHERE ${condition}`;
  const targets = columns.filter((column) => (erasure.columns ?? []).some((name) => column.name === name || column.name.startsWith(`${name}__`))).map((column) => [quoteName(column.name), emptied(column)] as const);
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
