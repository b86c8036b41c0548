import { inOneTransaction } from '../../../kernel/context/call.js';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { route, type RouteSpec } from '../../../kernel/route.js';
import { pinChanges } from '../../analytics/definition.pins.js';
import { presentVersion, versionsPage } from '../../versions/version.presenter.js';
import { versionAgainst, versionPage, versionParams, versionQuery, versionRestore } from '../../versions/version.schema.js';
import { measuresOf } from '../definition/report.measures.js';
import { diff } from './definition.diff.js';
import { presentReport, savedReports } from './report.presenter.js';
import { listVersions } from './report.repository.js';
import type { ReportService } from './report.service.js';
import { reportItem, versionItem } from './saved.schema.js';

const read = { resource: 'reports', action: 'read' } as const;

/** `/reports/{id}/versions`: what a report was, and what became of it. */
export function versionRoutes(service: ReportService): RouteSpec[] {
  return [
    route({
      ...savedReports, method: 'GET', path: '/reports/{id}/versions', id: 'listReportVersions', summary: 'Versions of one report, the newest first', access: read, params: idParams, query: versionQuery, problems: [400, 404], responses: { 200: versionPage },
      async handle(call, { params, query }) {
        const { limit, cursor } = query as { limit: number; cursor?: string };
        const { id } = await service.get(call.db, call, params['id'] ?? '');
        return versionsPage(await listVersions(call.db, id, cursor === undefined ? null : Number(cursor), limit), limit);
      },
    }),
    route({
      ...savedReports, method: 'GET', path: '/reports/{id}/versions/{version}', id: 'getReportVersion', summary: 'One version of a report, and what differs from another to it', access: read, params: versionParams, query: versionAgainst, problems: [400, 404], responses: { 200: versionItem },
      async handle(call, { params, query }) {
        const report = await service.get(call.db, call, params['id'] ?? '');
        const found = await service.version(call.db, report, Number(params['version']));
        const against = (query['against'] as number | undefined) ?? null;
        const other = against === null ? null : await service.version(call.db, report, against);
        const { definition, pins } = found;
        const changes = other && [...diff(other.definition, definition), ...pinChanges(other.pins, pins, measuresOf(definition).filter((one) => measuresOf(other.definition).includes(one)))];
        return { ...presentVersion(found), definition, pins, against, changes };
      },
    }),
    route({
      ...savedReports, method: 'POST', path: '/reports/{id}/versions/{version}/restore', id: 'restoreReportVersion', summary: 'Make a new version of a report that is equal to an earlier one', access: { resource: 'reports', action: 'write' }, params: versionParams, body: versionRestore, problems: [400, 404, 412, 422], responses: { 200: reportItem },
      handle: async (call, { params, body }) => presentReport(call, await inOneTransaction(call, (trx) => service.restore(trx, call, params['id'] ?? '', Number(params['version']), (body as { note?: string | null } | null)?.note ?? null))),
    }),
  ];
}
