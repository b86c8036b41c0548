import { withVersion } from '../../kernel/contract/record.version.js';
import type { Call } from '../../kernel/context/call.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { listDeliveries } from './delivery.repository.js';
import type { DeliveryRow, ScheduleChange, ScheduleRow } from './delivery.types.js';
import { schedulesFeature } from './schedule.feature.js';
import { deliveryPage, scheduleCreate, scheduleItem, schedulePage, schedulePatch } from './schedule.schema.js';
import { ScheduleService } from './schedule.service.js';

const shared = { tag: 'schedules', feature: schedulesFeature } as const;
const read = { resource: 'schedules', action: 'read' } as const;
const write = { resource: 'schedules', action: 'write' } as const;
const deliveriesShown = 100;

/** `/schedules`: dashboards and reports by e-mail. */
export function scheduleRoutes(): RouteSpec[] {
  const service = new ScheduleService();
  return [
    route({ ...shared, method: 'GET', path: '/schedules', id: 'listSchedules', summary: 'Your dashboards and reports by e-mail', access: read, responses: { 200: schedulePage }, handle: async (call) => ({ items: (await service.list(call)).map(present), next_cursor: null }) }),
    route({ ...shared, method: 'GET', path: '/schedules/{id}', id: 'getSchedule', summary: 'Read one schedule', access: read, params: idParams, problems: [404], responses: { 200: scheduleItem }, handle: async (call, { params }) => present(await service.get(call.db, call, params['id'] ?? '')) }),
    route({
      ...shared, method: 'POST', path: '/schedules', id: 'createSchedule', summary: 'Send a dashboard or a saved report by e-mail', access: write, body: scheduleCreate, problems: [409, 422], responses: { 201: scheduleItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => service.create(trx, call, body as Parameters<ScheduleService['create']>[2]));
        return Reply.created(`/schedules/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/schedules/{id}', id: 'updateSchedule', summary: 'Change the given parts of one schedule', access: write, params: idParams, body: schedulePatch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: scheduleItem },
      handle: async (call, { params, body }) => present(await call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as ScheduleChange))),
    }),
    route({
      ...shared, method: 'DELETE', path: '/schedules/{id}', id: 'deleteSchedule', summary: 'Delete one schedule', access: { resource: 'schedules', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      ...shared, method: 'POST', path: '/schedules/{id}/send', id: 'sendSchedule', summary: 'Send it now', access: write, params: idParams, problems: [404], responses: { 202: scheduleItem },
      async handle(call, { params }) {
        const row = await call.db.transaction((trx) => service.sendNow(trx, call, params['id'] ?? ''));
        await wake(call);
        return new Reply(202, present(row));
      },
    }),
    route({
      ...shared, method: 'GET', path: '/schedules/{id}/deliveries', id: 'listDeliveries', summary: 'What was sent of one schedule, the newest first', access: read, params: idParams, problems: [404], responses: { 200: deliveryPage },
      async handle(call, { params }) {
        const { id } = await service.get(call.db, call, params['id'] ?? '');
        return { items: (await listDeliveries(call.db, id, deliveriesShown)).map(presentDelivery), next_cursor: null };
      },
    }),
  ];
}

/** The worker looks by itself soon; this only shortens the wait. */
const wake = async (call: Call): Promise<void> => { await call.jobs.send('crm_delivery', {}).catch((error: unknown) => { call.log.warn({ err: error }, 'The worker of deliveries could not be woken'); }); };

function present(row: ScheduleRow): Record<string, unknown> {
  const { id, name, recipients, cadence, locale, files, is_enabled, time_zone, problem } = row;
  return withVersion({
    id, name, dashboard: row.dashboard_id === null ? null : { id: row.dashboard_id, name: row.dashboard_name ?? '', name_ar: row.dashboard_name_ar },
    report: row.report_id === null ? null : { id: row.report_id, name: row.report_name ?? '', name_ar: row.report_name_ar }, recipients, cadence, locale, files, is_enabled, owner: { id: row.owner_id, name: row.owner_name ?? '' }, time_zone,
    next_run_at: is_enabled ? row.next_run_at.toISOString() : null, problem, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
  }, row.__version);
}

function presentDelivery(row: DeliveryRow): Record<string, unknown> {
  const { id, trigger, state, attempts, problem, files } = row;
  return {
    id, recipient: { id: row.recipient_id, name: row.recipient_name ?? '' }, run_at: row.run_at.toISOString(), trigger, state, attempts, problem,
    watermark: row.lsn === null || row.committed_at === null ? null : { lsn: row.lsn, committed_at: row.committed_at.toISOString() }, files, sent_at: row.sent_at?.toISOString() ?? null, created_at: row.created_at.toISOString(),
  };
}
