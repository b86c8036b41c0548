import type pg from 'pg';
import { parseLsn } from '../../mappings/lsn.codec.js';
import type { TableShape } from '../../mappings/table.shape.js';
import { readPublishedTables, whileTablesGo } from '../embedded/catalogue.reader.js';
import type { TypeInfo } from './value.text.js';

// Everything that a shape is made of, hashed by the server: one short answer instead of the description of all tables.
const fingerprint = `
  SELECT md5(string_agg(concat_ws(' ', c.oid, c.relname, c.relreplident, c.relfilenode, coalesce(r.oid, 0), a.attname = ANY (p.attnames), a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasmissing, a.attisdropped), ',' ORDER BY c.oid, a.attnum))
    || (SELECT md5(coalesce(string_agg(concat_ws(' ', i.indexrelid, i.indkey), ',' ORDER BY i.indexrelid), '')) FROM pg_index i WHERE i.indisprimary AND i.indrelid >= 16384) AS mark
  FROM pg_publication_tables p
  JOIN pg_namespace n ON n.nspname = p.schemaname
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
  JOIN pg_publication b ON b.pubname = p.pubname
  LEFT JOIN pg_publication_rel r ON r.prpubid = b.oid AND r.prrelid = c.oid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE p.pubname = $1`;

const types = `SELECT oid::bigint AS oid, format_type(oid, NULL) AS name, typtype AS kind, typbasetype::bigint AS base, typelem::bigint AS element, typcategory AS category FROM pg_type`;

/** The published tables with the types of their columns. */
export interface Catalogue {
  readonly shapes: readonly TableShape[];
  readonly types: ReadonlyMap<number, TypeInfo>;
  /** End of the log after the tables were read: no row behind it was written with an earlier shape. */
  readonly since: bigint;
}

/** Tells when the published tables have changed. */
export class CatalogueWatch {
  private mark: string | null = null;

  constructor(private readonly client: pg.ClientBase, private readonly publication: string) {}

  /** The catalogue, if it differs from what was read last or was never read; null when it does not. */
  async changed(): Promise<Catalogue | null> {
    const { rows } = await whileTablesGo(() => this.client.query<{ mark: string | null }>(fingerprint, [this.publication]));
    const mark = rows[0]?.mark ?? '';
    if (mark === this.mark) return null;
    // Should it change between the two, the next look finds another mark and reads again.
    const shapes = await readPublishedTables(this.client, this.publication);
    const found = await this.client.query<{ oid: string; name: string; kind: string; base: string; element: string; category: string }>(types);
    const { rows: [end] } = await this.client.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
    this.mark = mark;
    return {
      since: parseLsn(end!.lsn),
      shapes,
      types: new Map(found.rows.map((row) => [Number(row.oid), { name: row.name, kind: row.kind, base: Number(row.base), element: Number(row.element), category: row.category }])),
    };
  }
}
