import pg from 'pg';
import { byteForms, type Finding, type Needles, type Searched } from './certificate.types.js';

interface Column { readonly schema: string; readonly table: string; readonly name: string; readonly bytes: boolean; readonly readable: boolean }

// Numbers, times, booleans and ids cannot hold a name; everything else is printed and searched, whatever its type.
const COLUMNS = `SELECT n.nspname AS schema, c.relname AS table, a.attname AS name, a.atttypid = 'bytea'::regtype AS bytes, has_table_privilege(c.oid, 'SELECT') AS readable
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
  WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND a.attnum > 0 AND NOT a.attisdropped
    AND t.typcategory NOT IN ('B', 'D', 'N', 'T') AND a.atttypid <> 'uuid'::regtype ORDER BY 1, 2, a.attnum`;

/** Characters of an identifier at least: what is shorter stands in everybody's texts. */
export const SHORTEST = 3;

/** The forms of identifiers, with the folding of the ledger's own search columns. */
export async function needlesOf(client: pg.ClientBase, given: readonly string[]): Promise<Needles> {
  const { rows } = await client.query<{ form: string }>(
    `SELECT DISTINCT lower(form) AS form FROM (SELECT value AS form FROM unnest($1::text[]) AS value UNION SELECT crm_core.crm_fold(value) FROM unnest($1::text[]) AS value
       UNION SELECT trim(both '"' FROM to_json(value)::text) FROM unnest($1::text[]) AS value) f WHERE length(form) >= $2`, [[...given], SHORTEST]);
  return { given, forms: rows.map((row) => row.form) };
}

/** Searches every column of every table that can hold text, the queue's and other schemas' included. */
export async function searchPostgres(client: pg.ClientBase, needles: Needles): Promise<Searched> {
  const { rows: columns } = await client.query<Column>(COLUMNS);
  const tables = new Map<string, Column[]>();
  for (const column of columns) tables.set(`${pg.escapeIdentifier(column.schema)}.${pg.escapeIdentifier(column.table)}`, [...(tables.get(`${pg.escapeIdentifier(column.schema)}.${pg.escapeIdentifier(column.table)}`) ?? []), column]);
  const bytePatterns = byteForms(needles);
  const like = needles.forms.map((form) => `%${form.replace(/[\\%_]/g, '\\$&')}%`);
  const findings: Finding[] = [];
  const unread: string[] = [];
  let items = 0;
  for (const [table, list] of tables) {
    if (list.some((column) => !column.readable)) {
      unread.push(`postgres ${table}`);
      continue;
    }
    const counts = list.map(({ name, bytes }, index) => {
      const column = pg.escapeIdentifier(name);
      // Escaped bytes are text whose Latin letters have a case, whatever the encoding of the rest.
      const hit = bytes ? `EXISTS (SELECT FROM unnest($2::text[]) AS form WHERE position(lower(encode(convert_to(form, 'UTF8'), 'escape')) IN lower(encode(${column}, 'escape'))) > 0)` : `lower(${column}::text) LIKE ANY ($1)`;
      return `count(*) FILTER (WHERE ${hit}) AS c${index}`;
    });
    const { rows: [row] } = await client.query<Record<string, string>>(`SELECT count(*) AS n, $1::text[] IS NULL, $2::text[] IS NULL, ${counts.join(', ')} FROM ${table}`, [like, bytePatterns]);
    items += Number(row!['n']);
    list.forEach(({ name }, index) => {
      const count = Number(row![`c${index}`]);
      if (count > 0) findings.push({ where: 'postgres', place: table.replaceAll('"', ''), column: name, count });
    });
  }
  return { places: tables.size, columns: columns.length, items, findings, unread };
}
