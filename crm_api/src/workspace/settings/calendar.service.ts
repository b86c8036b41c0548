import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { unknownTimeZone } from '../users/user.errors.js';
import { calendarFeature, isTimeZone, plainCalendar, type Calendar } from './calendar.model.js';
import { lockCalendar, readCalendar, writeCalendar, type CalendarRow } from './calendar.repository.js';

/** The calendar in force: the tenant's, or the plain one while the feature is off. */
export async function calendarOf(call: Call): Promise<Calendar> {
  if (!call.feature(calendarFeature)) return plainCalendar;
  const row = await readCalendar(call.db);
  return row ? { time_zone: row.time_zone, fiscal_year_start_month: row.fiscal_year_start_month } : plainCalendar;
}

/** The calendar with its row; 404 where no tenant was ever made. */
export async function storedCalendar(call: Call): Promise<CalendarRow> {
  const row = await readCalendar(call.db);
  if (!row) throw noTenant();
  return row;
}

/**
 * Changes the calendar and says who did. What does not change writes nothing.
 * @throws CrmError 422 for a zone that the IANA database does not name so, 412 when it was changed meanwhile.
 */
export async function changeCalendar(trx: Knex.Transaction, call: Call, change: Partial<Calendar>): Promise<CalendarRow> {
  if (change.time_zone !== undefined && !isTimeZone(change.time_zone)) throw unknownTimeZone();
  const current = await lockCalendar(trx);
  if (!current) throw noTenant();
  requireVersion(call, { __version: current.__version });
  const changed = (Object.keys(change) as (keyof Calendar)[]).filter((name) => change[name] !== current[name]);
  if (changed.length === 0) return current;
  const pick = (from: Partial<Calendar>): Record<string, unknown> => Object.fromEntries(changed.map((name) => [name, from[name]]));
  const written = await writeCalendar(trx, current.id, pick(change) as Partial<Calendar>);
  await audit(trx, call, { action: 'update', entity: 'settings', entityId: current.id, before: pick(current), after: pick(change) });
  return written ?? current;
}

const noTenant = (): CrmError => new CrmError(404, 'not_found', 'There is no tenant yet whose calendar could be set. Start the product once with its seed, then set it.');
