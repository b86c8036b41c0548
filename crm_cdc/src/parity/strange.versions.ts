import type { ClientBase } from 'pg';
import { quoteName, type Warehouse } from 'crm_warehouse';
import { parseLsn } from '../mappings/lsn.codec.js';
import type { TableShape } from '../mappings/table.shape.js';
import { scopeConditions, type RowScope } from './row.scope.js';

/** A version that the warehouse holds of a row. */
export interface HeldVersion {
  /** Texts of the key's columns, in key order. */
  readonly keyTexts: readonly string[];
  readonly lsn: bigint;
}

/** End of Postgres' log at this moment: no record has a later position yet. */
export async function logEnd(client: ClientBase): Promise<bigint> {
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
  return parseLsn(rows[0]!.lsn);
}

/** The versions behind a position that the warehouse's two tables hold. */
export async function versionsBehind(warehouse: Warehouse, shape: TableShape, scope: RowScope, lsn: bigint): Promise<HeldVersion[]> {
  const names = `[${shape.primaryKey.map((name) => `toString(${quoteName(name)})`).join(', ')}]`;
  const { warehouse: within } = scopeConditions(shape, scope);
  const from = (database: string, position: string): string =>
    `SELECT ${names} AS _row_names, ${position} AS _row_position FROM ${database}.${quoteName(shape.name)} WHERE ${position} > ${String(lsn)}${within === '' ? '' : ` AND ${within}`}`;
  const rows = await warehouse.rows<{ names: string[]; position: string }>(
    `SELECT DISTINCT _row_names AS names, _row_position AS position FROM (${from('crm_history', '_lsn')} UNION ALL ${from('crm_raw', '_version')})`);
  return rows.map((row) => ({ keyTexts: row.names, lsn: BigInt(row.position) }));
}

/**
 * Versions whose position lies behind the end of the log: no change has brought them, and they would hide every change to come. A change can be written and
 * arrive between two looks, so what the warehouse held comes first and the end of the log second.
 */
export async function strangeVersions(client: ClientBase, warehouse: Warehouse, shape: TableShape, scope: RowScope): Promise<HeldVersion[]> {
  const held = await versionsBehind(warehouse, shape, scope, await logEnd(client));
  if (held.length === 0) return held;
  const end = await logEnd(client);
  return held.filter((version) => version.lsn > end);
}
