import { withVersion } from '../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { dashboardCreate, dashboardItem, dashboardPage, dashboardPatch } from './dashboard.schema.js';
import { DashboardService } from './dashboard.service.js';
import type { DashboardChange, DashboardRow } from './dashboard.types.js';

const shared = { tag: 'dashboards', feature: 'crm_feature_dashboards' } as const;
const read = { resource: 'dashboards', action: 'read' } as const;
const write = { resource: 'dashboards', action: 'write' } as const;

/** `/dashboards`: what the pages of figures show. */
export function dashboardRoutes(): RouteSpec[] {
  const service = new DashboardService();
  return [
    route({
      ...shared, method: 'GET', path: '/dashboards', id: 'listDashboards', summary: 'Dashboards: those delivered, one\'s own, and those shared with one\'s roles', access: read, responses: { 200: dashboardPage },
      handle: async (call) => ({ items: (await service.list(call)).map(present), next_cursor: null }),
    }),
    route({ ...shared, method: 'GET', path: '/dashboards/{id}', id: 'getDashboard', summary: 'Read one dashboard', access: read, params: idParams, problems: [404], responses: { 200: dashboardItem }, handle: async (call, { params }) => present(await service.get(call.db, call, params['id'] ?? '')) }),
    route({
      ...shared, method: 'POST', path: '/dashboards', id: 'createDashboard', summary: 'Save a dashboard of one\'s own', access: write, body: dashboardCreate, problems: [409, 422], responses: { 201: dashboardItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => service.create(trx, call, body as Parameters<DashboardService['create']>[2]));
        return Reply.created(`/dashboards/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/dashboards/{id}', id: 'updateDashboard', summary: 'Change the given parts of one dashboard', access: write, params: idParams, body: dashboardPatch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: dashboardItem },
      handle: async (call, { params, body }) => present(await call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as DashboardChange))),
    }),
    route({
      ...shared, method: 'DELETE', path: '/dashboards/{id}', id: 'deleteDashboard', summary: 'Delete one dashboard; the one that it was a copy of is back', access: { resource: 'dashboards', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
  ];
}

function present(row: DashboardRow): Record<string, unknown> {
  const { owner_id, owner_name, __version, ...parts } = row;
  return withVersion({ ...parts, owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' }, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }, __version);
}
