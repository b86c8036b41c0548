import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { Calendar } from './calendar.model.js';

/** The calendar as stored, with its row. */
export interface CalendarRow extends Calendar {
  readonly id: string;
  readonly updated_at: Date;
  readonly __version: string;
}

const table = 'crm_core.crm_tenants';
const columns = 'id, time_zone, fiscal_year_start_month, updated_at, xmin::text AS __version';

/** The calendar of the tenant; undefined before one exists. */
export async function readCalendar(db: Reader): Promise<CalendarRow | undefined> {
  return db(table).whereNull('deleted_at').select<CalendarRow[]>(db.raw(columns)).first();
}

/** The same, locked until the transaction ends. */
export async function lockCalendar(trx: Knex.Transaction): Promise<CalendarRow | undefined> {
  return trx(table).whereNull('deleted_at').select<CalendarRow[]>(trx.raw(columns)).forUpdate().first();
}

/** Writes what is given and gives the row. */
export async function writeCalendar(trx: Knex.Transaction, id: string, change: Partial<Calendar>): Promise<CalendarRow | undefined> {
  const rows = await trx(table).where({ id }).update(change).returning<CalendarRow[]>(trx.raw(columns) as unknown as string);
  return rows[0];
}
