import { inOneTransaction } from '../../../kernel/context/call.js';
import { idParams, jsonTypes } from '../../../kernel/crud/crud.routes.js';
import { invalidQuery } from '../../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { folderRoutes } from './folder.routes.js';
import { FolderService } from './folder.service.js';
import { presentReport, presentSummary, savedReports } from './report.presenter.js';
import { listReports } from './report.repository.js';
import { ReportService } from './report.service.js';
import { wrongCursor } from './saved.errors.js';
import { reportCreate, reportItem, reportPage, reportPatch, reportQuery } from './saved.schema.js';
import type { ReportChanges } from './saved.types.js';
import { shareRoutes } from './share.routes.js';
import { ShareService } from './share.service.js';
import { versionRoutes } from './version.routes.js';

const read = { resource: 'reports', action: 'read' } as const;
const write = { resource: 'reports', action: 'write' } as const;

/** `/reports` and `/report-folders`: reports that are kept, version by version, and who is shown them. */
export function savedReportRoutes(analytics: AnalyticsService): RouteSpec[] {
  const folders = new FolderService();
  const service = new ReportService(analytics);
  return [
    route({
      ...savedReports, method: 'GET', path: '/reports', id: 'listReports', summary: 'Reports by name: one\'s own, and those shared with one\'s roles, one\'s teams or oneself', access: read, query: reportQuery, problems: [400], responses: { 200: reportPage },
      async handle(call, { query }) {
        const { folder_id: folder, q, limit, cursor } = query as { folder_id?: string; q?: string; limit: number; cursor?: string };
        if (q?.includes('\u0000') === true) throw invalidQuery([{ path: 'q', code: 'invalid', message: '"q" must not contain NUL.' }]);
        const found = await listReports(call.db, call, { limit, after: cursor === undefined ? null : readCursor(cursor), ...(folder === undefined ? {} : { folder_id: folder === 'none' ? null : folder }), ...(q === undefined ? {} : { q }) });
        const last = found.length > limit ? found[limit - 1] : undefined;
        return { items: found.slice(0, limit).map((row) => presentSummary(call, row)), next_cursor: last === undefined ? null : Buffer.from(JSON.stringify([last.name, last.id])).toString('base64url') };
      },
    }),
    route({ ...savedReports, method: 'GET', path: '/reports/{id}', id: 'getReport', summary: 'Read one report', access: read, params: idParams, problems: [404], responses: { 200: reportItem }, handle: async (call, { params }) => presentReport(call, await service.get(call.db, call, params['id'] ?? '')) }),
    route({
      ...savedReports, method: 'POST', path: '/reports', id: 'createReport', summary: 'Save a report of one\'s own', access: write, body: reportCreate, problems: [409, 422], responses: { 201: reportItem },
      async handle(call, { body }) {
        const input = body as Parameters<ReportService['create']>[2];
        const pins = await service.pins(call, input.definition, null);
        const row = await inOneTransaction(call, (trx) => service.create(trx, call, input, pins));
        return Reply.created(`/reports/${row.id}`, presentReport(call, row));
      },
    }),
    route({
      ...savedReports, method: 'PATCH', path: '/reports/{id}', id: 'updateReport', summary: 'Change the given parts of one report; another definition is a new version', access: write, params: idParams, body: reportPatch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: reportItem },
      async handle(call, { params, body }) {
        const patch = body as ReportChanges;
        const id = params['id'] ?? '';
        const pins = patch.definition === undefined ? {} : await service.pins(call, patch.definition, id);
        return presentReport(call, await inOneTransaction(call, (trx) => service.update(trx, call, id, patch, pins)));
      },
    }),
    route({
      ...savedReports, method: 'DELETE', path: '/reports/{id}', id: 'deleteReport', summary: 'Delete one report', access: { resource: 'reports', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await inOneTransaction(call, (trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    ...versionRoutes(service), ...folderRoutes(folders), ...shareRoutes(new ShareService(service, folders)),
  ];
}

/** @throws CrmError 400 */
function readCursor(text: string): readonly [string, string] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (cause) {
    throw Object.assign(wrongCursor(), { cause });
  }
  const [name, id] = Array.isArray(parts) ? parts as unknown[] : [];
  if (typeof name !== 'string' || name.includes('\u0000') || typeof id !== 'string' || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) throw wrongCursor();
  return [name, id];
}
