import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';

/** What figures take from the business, with its row; the margin as decimal text, at most four places. */
export interface MarginRow {
  readonly id: string;
  readonly gross_margin: string | null;
  readonly updated_at: Date;
  readonly __version: string;
}

const table = 'crm_core.crm_tenants';
const columns = 'id, gross_margin::text AS gross_margin, updated_at, xmin::text AS __version';

/** The margin of the tenant; undefined before one exists. */
export async function readMargin(db: Reader): Promise<MarginRow | undefined> {
  return db(table).whereNull('deleted_at').select<MarginRow[]>(db.raw(columns)).first();
}

/** The same, locked until the transaction ends. */
export async function lockMargin(trx: Knex.Transaction): Promise<MarginRow | undefined> {
  return trx(table).whereNull('deleted_at').select<MarginRow[]>(trx.raw(columns)).forUpdate().first();
}

/** Writes the margin and gives the row. */
export async function writeMargin(trx: Knex.Transaction, id: string, margin: number | null): Promise<MarginRow | undefined> {
  const rows = await trx(table).where({ id }).update({ gross_margin: margin }).returning<MarginRow[]>(trx.raw(columns) as unknown as string);
  return rows[0];
}
