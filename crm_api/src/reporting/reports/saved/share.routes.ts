import { inOneTransaction } from '../../../kernel/context/call.js';
import { withVersion } from '../../../kernel/contract/record.version.js';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { route, type RouteSpec } from '../../../kernel/route.js';
import { savedReports } from './report.presenter.js';
import { audience, shareAnswer, shareList } from './saved.schema.js';
import type { Share, Shared } from './saved.types.js';
import type { ShareService } from './share.service.js';

const write = { resource: 'reports', action: 'write' } as const;

/** `/reports/{id}/shares` and `/report-folders/{id}/shares`: who else is shown it. Their ETag is that of the report or folder. `/report-audience`: the roles to choose from. */
export function shareRoutes(service: ShareService): RouteSpec[] {
  return [
    ...sharesOf(service, { path: 'reports', title: 'Report', words: 'report' }, (id) => ({ report_id: id })),
    route({
      ...savedReports, method: 'GET', path: '/report-audience', id: 'getReportAudience', summary: 'Roles by name, for who shares a report or folder with one: also for those who may not read what roles allow', access: write,
      responses: { 200: audience }, handle: async (call) => ({ roles: await service.roles(call.db) }),
    }),
    ...sharesOf(service, { path: 'report-folders', title: 'ReportFolder', words: 'folder' }, (id) => ({ folder_id: id })),
  ];
}

function sharesOf(service: ShareService, { path, title, words }: { readonly path: string; readonly title: string; readonly words: string }, of: (id: string) => Shared): RouteSpec[] {
  const shared = { ...savedReports, path: `/${path}/{id}/shares`, access: write, params: idParams } as const;
  const present = ({ shares, version }: Awaited<ReturnType<ShareService['list']>>): object => withVersion({ shares }, version);
  return [
    route({ ...shared, method: 'GET', id: `get${title}Shares`, summary: `With whom one ${words} is shared, for who may share it`, problems: [404], responses: { 200: shareAnswer }, handle: async (call, { params }) => present(await service.list(call.db, call, of(params['id'] ?? ''))) }),
    route({
      ...shared, method: 'PUT', id: `put${title}Shares`, summary: `Share one ${words} with these roles, teams and people and nobody else`, body: shareList, problems: [404, 412, 422], responses: { 200: shareAnswer },
      handle: async (call, { params, body }) => present(await inOneTransaction(call, (trx) => service.replace(trx, call, of(params['id'] ?? ''), (body as { shares: Share[] }).shares))),
    }),
  ];
}
