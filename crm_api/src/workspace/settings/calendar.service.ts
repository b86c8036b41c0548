import type { Knex } from 'knex';
import type { ApiConfig } from '../../config.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { unknownTimeZone } from '../users/user.errors.js';
import { calendarFeature, isTimeZone, plainCalendar, type Calendar } from './calendar.model.js';
import { lockCalendar, readCalendar, writeCalendar, type CalendarRow } from './calendar.repository.js';

// Every question of analytics needs the calendar. A change by another process of the API is in force within a second, as that of a switch is.
const freshForMs = 1000;

interface Reading {
  readonly at: number;
  readonly calendar: Promise<Calendar>;
}

// One process of the API has one configuration; its calendar is read once for all who ask together.
const readings = new WeakMap<ApiConfig, Reading>();

/** The calendar in force: the tenant's, or the plain one while the feature is off. */
export async function calendarOf({ db, feature }: { readonly db: Reader; feature(key: string): boolean }): Promise<Calendar> {
  if (!feature(calendarFeature)) return plainCalendar;
  const row = await readCalendar(db);
  return row ? { time_zone: row.time_zone, fiscal_year_start_month: row.fiscal_year_start_month } : plainCalendar;
}

/** The calendar in force, at most a second old: for the many questions that need it and change nothing. */
export async function recentCalendarOf(call: Call): Promise<Calendar> {
  if (!call.feature(calendarFeature)) return plainCalendar;
  const known = readings.get(call.config);
  if (known && Date.now() - known.at < freshForMs) return known.calendar;
  const reading: Reading = { at: Date.now(), calendar: calendarOf(call) };
  readings.set(call.config, reading);
  // A failed reading must not be the answer to the next question.
  reading.calendar.catch(() => { if (readings.get(call.config) === reading) readings.delete(call.config); });
  return reading.calendar;
}

/** Forgets the last reading, after a change in this process: the next question is asked in the new calendar. */
export function forgetCalendar(call: Call): void {
  readings.delete(call.config);
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
