import type { Warehouse } from '../connection.js';
import { quoteName, quoteString } from '../embedded/sql.scanner.js';
import type { Dialect } from '../migrations/ddl.dialect.js';

/** What the stream has noted about each table of `crm_raw`: table → text. It is the comment of the table, so it goes where the table goes. Past `timeoutMs` the connection counts as lost. */
export async function readNotes(warehouse: Warehouse, timeoutMs?: number): Promise<Map<string, string>> {
  const rows = await warehouse.rows<{ name: string; comment: string }>(`SELECT name, comment FROM system.tables WHERE database = 'crm_raw' AND comment != '' AND NOT startsWith(name, '_')`, { timeoutMs });
  return new Map(rows.map(({ name, comment }) => [name, comment]));
}

/** Replaces the note about a table; past `timeoutMs` the connection counts as lost. */
export async function writeNote(warehouse: Warehouse, table: string, text: string, dialect: Dialect, timeoutMs?: number): Promise<void> {
  await warehouse.command(`ALTER TABLE crm_raw.${quoteName(table)}${dialect.onCluster} MODIFY COMMENT ${quoteString(text)}`, { idempotent: true, timeoutMs });
}
