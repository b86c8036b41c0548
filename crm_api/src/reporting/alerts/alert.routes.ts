import type { Call } from '../../kernel/context/call.js';
import { withVersion } from '../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { reportingDay, type ReportingDay } from '../period/period.range.js';
import { AlertChecker } from './alert.checker.js';
import { numberQuery } from './alert.question.js';
import { alertCreate, alertItem, alertPage, alertPatch } from './alert.schema.js';
import { AlertService } from './alert.service.js';
import type { AlertChange, AlertRow } from './alert.types.js';
import { alertVersion } from './alert.version.js';

/** The switch of alerts and of what they tell. */
export const alertFeature = 'crm_feature_alerts';

const shared = { tag: 'alerts', feature: alertFeature } as const;
const read = { resource: 'alerts', action: 'read' } as const;
const write = { resource: 'alerts', action: 'write' } as const;

/** `/alerts`: numbers and values of reports that are watched for somebody. */
export function alertRoutes(analytics: AnalyticsService): RouteSpec[] {
  const service = new AlertService(new AlertChecker(analytics));
  return [
    route({
      ...shared, method: 'GET', path: '/alerts', id: 'listAlerts', summary: 'Your alerts, those that fire first', access: read, responses: { 200: alertPage },
      async handle(call) {
        const at = await dayOf(call);
        return { items: (await service.list(call)).map((row) => present(row, at)), next_cursor: null };
      },
    }),
    route({ ...shared, method: 'GET', path: '/alerts/{id}', id: 'getAlert', summary: 'Read one alert', access: read, params: idParams, problems: [404], responses: { 200: alertItem }, handle: async (call, { params }) => present(await service.get(call.db, call, params['id'] ?? ''), await dayOf(call)) }),
    route({
      ...shared, method: 'POST', path: '/alerts', id: 'createAlert', summary: 'Watch a number', access: write, body: alertCreate, problems: [409, 422, 503], responses: { 201: alertItem },
      async handle(call, { body }) {
        const row = await service.create(call, body as Parameters<AlertService['create']>[1]);
        return Reply.created(`/alerts/${row.id}`, present(row, await dayOf(call)));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/alerts/{id}', id: 'updateAlert', summary: 'Change the given parts of one alert', access: write, params: idParams, body: alertPatch, consumes: jsonTypes, problems: [404, 412, 422, 503], responses: { 200: alertItem },
      handle: async (call, { params, body }) => present(await service.update(call, params['id'] ?? '', body as AlertChange), await dayOf(call)),
    }),
    route({
      ...shared, method: 'DELETE', path: '/alerts/{id}', id: 'deleteAlert', summary: 'Delete one alert', access: { resource: 'alerts', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({ ...shared, method: 'POST', path: '/alerts/{id}/check', id: 'checkAlert', summary: 'Look at the number now', access: write, params: idParams, problems: [404, 502, 503], responses: { 200: alertItem }, handle: async (call, { params }) => present(await service.check(call, params['id'] ?? ''), await dayOf(call)) }),
  ];
}

const dayOf = async (call: Call): Promise<ReportingDay> => reportingDay(await calendarOf(call), new Date());
const instant = (time: Date | null): string | null => time?.toISOString() ?? null;

function present(row: AlertRow, at: ReportingDay): Record<string, unknown> {
  const { id, name, question, condition, is_enabled, state, value, problem } = row;
  return withVersion({
    id, name, question, condition, is_enabled, owner: { id: row.owner_id, name: row.owner_name ?? '' }, state, firing_since: instant(row.firing_since), value,
    expected: row.expected_low === null || row.expected_high === null ? null : { low: row.expected_low, high: row.expected_high }, problem, checked_at: instant(row.checked_at),
    watermark: row.lsn === null || row.committed_at === null ? null : { lsn: row.lsn, committed_at: row.committed_at.toISOString() }, query: 'measure' in question ? numberQuery(question, condition, at) : null, found: row.found, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
  }, alertVersion(row));
}
