import { inOneTransaction } from '../../kernel/context/call.js';
import { withVersion } from '../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { presentVersion, versionsPage } from '../versions/version.presenter.js';
import { versionAgainst, versionPage, versionParams, versionQuery, versionRestore } from '../versions/version.schema.js';
import { dashboardDiff } from './dashboard.diff.js';
import { listVersions } from './dashboard.repository.js';
import { dashboardCreate, dashboardItem, dashboardPage, dashboardPatch, dashboardVersionItem } from './dashboard.schema.js';
import { DashboardService } from './dashboard.service.js';
import type { DashboardRow } from './dashboard.types.js';

const shared = { tag: 'dashboards', feature: 'crm_feature_dashboards' } as const;
const read = { resource: 'dashboards', action: 'read' } as const;
const write = { resource: 'dashboards', action: 'write' } as const;

/** `/dashboards`: what the pages of figures show. */
export function dashboardRoutes(analytics: AnalyticsService): RouteSpec[] {
  const service = new DashboardService(analytics);
  return [
    route({
      ...shared, method: 'GET', path: '/dashboards', id: 'listDashboards', summary: 'Dashboards: those delivered, one\'s own, and those shared with one\'s roles, one\'s teams or oneself', access: read, responses: { 200: dashboardPage },
      handle: async (call) => ({ items: (await service.list(call)).map(present), next_cursor: null }),
    }),
    route({ ...shared, method: 'GET', path: '/dashboards/{id}', id: 'getDashboard', summary: 'Read one dashboard', access: read, params: idParams, problems: [404], responses: { 200: dashboardItem }, handle: async (call, { params }) => present(await service.get(call.db, call, params['id'] ?? '')) }),
    route({
      ...shared, method: 'POST', path: '/dashboards', id: 'createDashboard', summary: 'Save a dashboard of one\'s own', access: write, body: dashboardCreate, problems: [409, 422], responses: { 201: dashboardItem },
      async handle(call, { body }) {
        const input = body as Parameters<DashboardService['create']>[2];
        const pins = await service.pins(call, input.layout, input.based_on_id ?? null);
        const row = await inOneTransaction(call, (trx) => service.create(trx, call, input, pins));
        return Reply.created(`/dashboards/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/dashboards/{id}', id: 'updateDashboard', summary: 'Change the given parts of one dashboard', access: write, params: idParams, body: dashboardPatch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: dashboardItem },
      async handle(call, { params, body }) {
        const [id, { layout, ...change }] = [params['id'] ?? '', body as Parameters<DashboardService['update']>[3]];
        const pins = layout === undefined ? null : await service.pins(call, layout, id);
        return present(await inOneTransaction(call, (trx) => service.update(trx, call, id, { ...change, ...(layout === undefined ? {} : { layout }) }, pins)));
      },
    }),
    route({
      ...shared, method: 'DELETE', path: '/dashboards/{id}', id: 'deleteDashboard', summary: 'Delete one dashboard; the one that it was a copy of is back', access: { resource: 'dashboards', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await inOneTransaction(call, (trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      ...shared, method: 'GET', path: '/dashboards/{id}/versions', id: 'listDashboardVersions', summary: 'Versions of one dashboard, the newest first; those delivered have none', access: read, params: idParams, query: versionQuery, problems: [400, 404], responses: { 200: versionPage },
      async handle(call, { params, query }) {
        const { limit, cursor } = query as { limit: number; cursor?: string };
        const { id } = await service.get(call.db, call, params['id'] ?? '');
        return versionsPage(await listVersions(call.db, id, cursor === undefined ? null : Number(cursor), limit), limit);
      },
    }),
    route({
      ...shared, method: 'GET', path: '/dashboards/{id}/versions/{version}', id: 'getDashboardVersion', summary: 'One version of a dashboard, and what differs from another to it', access: read, params: versionParams, query: versionAgainst, problems: [400, 404], responses: { 200: dashboardVersionItem },
      async handle(call, { params, query }) {
        const dashboard = await service.get(call.db, call, params['id'] ?? '');
        const found = await service.version(call.db, dashboard, Number(params['version']));
        const against = (query['against'] as number | undefined) ?? null;
        const { layout, period, filters, pins } = found;
        return { ...presentVersion(found), layout, period, filters, pins, against, changes: against === null ? null : dashboardDiff(await service.version(call.db, dashboard, against), found) };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/dashboards/{id}/versions/{version}/restore', id: 'restoreDashboardVersion', summary: 'Make a new version of a dashboard that is equal to an earlier one', access: write, params: versionParams, body: versionRestore, problems: [400, 404, 412, 422], responses: { 200: dashboardItem },
      handle: async (call, { params, body }) => present(await inOneTransaction(call, (trx) => service.restore(trx, call, params['id'] ?? '', Number(params['version']), (body as { note?: string | null } | null)?.note ?? null))),
    }),
  ];
}

function present(row: DashboardRow): Record<string, unknown> {
  const { owner_id, owner_name, __version, ...parts } = row;
  return withVersion({ ...parts, owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' }, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }, __version);
}
