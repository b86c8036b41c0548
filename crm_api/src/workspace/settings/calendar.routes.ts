import Joi from 'joi';
import { withVersion } from '../../kernel/contract/record.version.js';
import { jsonTypes } from '../../kernel/crud/crud.routes.js';
import { route, type RouteSpec } from '../../kernel/route.js';
import { calendarFeature, type Calendar } from './calendar.model.js';
import type { CalendarRow } from './calendar.repository.js';
import { changeCalendar, forgetCalendar, storedCalendar } from './calendar.service.js';

const zone = Joi.string().max(64).description('Name of the IANA database, such as Asia/Riyadh: the time zone of analytics questions that name none.');
const month = Joi.number().integer().min(1).max(12).description('The month on whose first day a fiscal year begins; 1 is the calendar year.');
const calendar = Joi.object({ time_zone: zone.required(), fiscal_year_start_month: month.required(), updated_at: Joi.string().isoDate().required() }).label('Calendar');
const patch = Joi.object({ time_zone: zone, fiscal_year_start_month: month }).min(1).required().label('CalendarPatch');

const shared = { path: '/settings/calendar', tag: 'settings', feature: calendarFeature } as const;
const present = (row: CalendarRow): Record<string, unknown> => withVersion({ time_zone: row.time_zone, fiscal_year_start_month: row.fiscal_year_start_month, updated_at: row.updated_at.toISOString() }, row.__version);

/** `/settings/calendar`: the reporting time zone and the fiscal year of the tenant. */
export function calendarRoutes(): RouteSpec[] {
  return [
    route({
      ...shared, method: 'GET', id: 'getCalendar', access: { resource: 'settings', action: 'read' }, summary: 'The reporting time zone and the fiscal year', problems: [404], responses: { 200: calendar },
      handle: async (call) => present(await storedCalendar(call)),
    }),
    route({
      ...shared, method: 'PATCH', id: 'updateCalendar', access: { resource: 'settings', action: 'write' }, summary: 'Change the reporting time zone or the fiscal year', body: patch, consumes: jsonTypes, problems: [404, 412, 422],
      responses: { 200: calendar },
      handle: async (call, { body }) => {
        const row = await call.db.transaction((trx) => changeCalendar(trx, call, body as Partial<Calendar>));
        forgetCalendar(call);
        return present(row);
      },
    }),
  ];
}
