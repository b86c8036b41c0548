import type { ClientBase } from 'pg';
import type { ColumnShape, TableShape } from '../../mappings/table.shape.js';

interface CatalogueRow {
  oid: string;
  schema: string;
  name: string;
  identity: string;
  filenode: string;
  membership: string;
  dropped: number[];
  columns: { name: string; type: string; type_oid: number; attnum: number; not_null: boolean; missing: string | null }[];
  primary_key: string[];
}

// attmissingval is an array of the column's own type with one element; `->> 0` of its JSON gives booleans and dates another text
// than Postgres' own, so the element is taken by unnest and printed by the type's output function.
const query = `
  SELECT c.oid::text, p.schemaname AS schema, p.tablename AS name, c.relreplident AS identity, c.relfilenode::text AS filenode,
    coalesce((SELECT r.oid FROM pg_publication_rel r JOIN pg_publication b ON b.oid = r.prpubid WHERE b.pubname = p.pubname AND r.prrelid = c.oid), 0)::text AS membership,
    coalesce((SELECT array_agg(a.attnum::int ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attisdropped), '{}') AS dropped,
    (SELECT json_agg(json_build_object(
        'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'type_oid', a.atttypid::bigint, 'attnum', a.attnum, 'not_null', a.attnotnull,
        'missing', CASE WHEN a.atthasmissing THEN a.attmissingval::text END) ORDER BY a.attnum)
      FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY (p.attnames)) AS columns,
    coalesce((SELECT array_agg(a.attname::text ORDER BY k.position)
      FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, position), pg_attribute a
      WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.attnum), '{}') AS primary_key
  FROM pg_publication_tables p
  JOIN pg_namespace n ON n.nspname = p.schemaname
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
  WHERE p.pubname = $1 AND ($2::oid IS NULL OR c.oid = $2)
  ORDER BY p.tablename`;

/** The one element of a printed array such as `{5}` or `{"a b"}`; `{NULL}` is null. */
export function onlyElement(text: string): string | null {
  const inner = text.slice(1, -1);
  if (inner === 'NULL') return null;
  return inner.startsWith('"') ? inner.slice(1, -1).replace(/\\(.)/gs, '$1') : inner;
}

function toShape(row: CatalogueRow): TableShape {
  const columns: ColumnShape[] = row.columns.map((column) => ({
    name: column.name,
    type: column.type,
    typeOid: column.type_oid,
    attnum: column.attnum,
    notNull: column.not_null,
    missing: column.missing === null ? null : onlyElement(column.missing),
  }));
  return {
    oid: Number(row.oid), schema: row.schema, name: row.name, columns, primaryKey: row.primary_key, replicaIdentityFull: row.identity === 'f',
    filenode: Number(row.filenode), membership: Number(row.membership), dropped: row.dropped,
  };
}

// Each fails only when yet another table is dropped in the very moment.
const attempts = 20;

/** Raised when a published table cannot be streamed safely. */
export class UnstreamableTableError extends Error {
  override readonly name = 'UnstreamableTableError';
}

/** Throws with the cure when a table lacks what streaming needs: a primary key and whole old rows. */
export function assertStreamable(shape: TableShape): void {
  if (shape.primaryKey.length === 0) throw new UnstreamableTableError(`${shape.schema}.${shape.name} has no primary key; add one or take the table out of the publication`);
  if (!shape.replicaIdentityFull) throw new UnstreamableTableError(`${shape.schema}.${shape.name} does not log whole old rows; run ALTER TABLE ${shape.schema}.${shape.name} REPLICA IDENTITY FULL`);
}

/** Describes every table of a publication, or the one with `oid`; only published columns are listed. */
export async function readPublishedTables(client: ClientBase, publication: string, oid: number | null = null): Promise<TableShape[]> {
  const { rows } = await whileTablesGo(() => client.query<CatalogueRow>(query, [publication, oid]));
  return rows.map(toShape);
}

/** Repeats a question about published tables that fails because one of them is being dropped. */
export async function whileTablesGo<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      // The server's own view of a publication fails when a table of it is dropped while it is read.
      if (attempt === attempts || !(error instanceof Error) || !/could not open relation with OID|cache lookup failed/.test(error.message)) throw error;
    }
  }
}

/** Postgres' names of types by their numbers and modifiers; a type that exists no more is `text`, the form in which its values come. */
export async function readTypeNames(client: ClientBase, types: readonly { readonly typeOid: number; readonly typeMod: number }[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string | null }>(
    'SELECT format_type(t, m) AS name FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS u (t, m, n) ORDER BY n', [types.map(({ typeOid }) => typeOid), types.map(({ typeMod }) => typeMod)]);
  return rows.map(({ name }) => (name === null || name.includes('???') ? 'text' : name));
}
