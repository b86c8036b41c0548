import { quoteName, quoteString, type Warehouse } from 'crm_warehouse';
import type { Finding, Needles, Searched } from './certificate.types.js';

/** Searches every column of text of every table of the warehouse: all versions, the ones that others replace too. */
export async function searchWarehouse(warehouse: Warehouse, needles: Needles): Promise<Searched> {
  const columns = await warehouse.rows<{ database: string; table: string; name: string }>(
    `SELECT database, table, name FROM system.columns WHERE startsWith(database, 'crm_') AND type LIKE '%String%'
       AND (database, table) IN (SELECT database, name FROM system.tables WHERE engine LIKE '%MergeTree') ORDER BY database, table, position`);
  const tables = new Map<string, string[]>();
  for (const { database, table, name } of columns) {
    const place = `${database}.${quoteName(table)}`;
    tables.set(place, [...(tables.get(place) ?? []), name]);
  }
  const forms = `[${needles.forms.map(quoteString).join(', ')}]`;
  // Messages that could not be decoded are kept as base64, in which nobody's name stands.
  const text = (table: string, name: string): string => (table === 'crm_cdc.`dead_letter`' && ['raw', 'raw_key'].includes(name) ? `concat(${name}, '\n', tryBase64Decode(${name}))` : `ifNull(toString(${quoteName(name)}), '')`);
  const findings: Finding[] = [];
  let items = 0;
  for (const [table, names] of tables) {
    const counts = names.map((name, index) => `countIf(arrayExists(form -> position(lowerUTF8(${text(table, name)}), form) > 0, ${forms})) AS c${index}`);
    const row = await warehouse.first<Record<string, string>>(`SELECT count() AS n, ${counts.join(', ')} FROM ${table}`);
    items += Number(row?.['n'] ?? 0);
    names.forEach((name, index) => {
      const count = Number(row?.[`c${index}`] ?? 0);
      if (count > 0) findings.push({ where: 'warehouse', place: table.replaceAll('`', ''), column: name, count });
    });
  }
  return { places: tables.size, columns: columns.length, items, findings, unread: [] };
}
