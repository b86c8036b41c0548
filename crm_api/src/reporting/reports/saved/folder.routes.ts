import { inOneTransaction } from '../../../kernel/context/call.js';
import { idParams, jsonTypes } from '../../../kernel/crud/crud.routes.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import type { FolderService } from './folder.service.js';
import { presentFolder, savedReports } from './report.presenter.js';
import { folderCreate, folderItem, folderPage, folderPatch } from './saved.schema.js';
import type { FolderChanges } from './saved.types.js';

const read = { resource: 'reports', action: 'read' } as const;
const write = { resource: 'reports', action: 'write' } as const;

/** `/report-folders`: the tree that reports are kept in. */
export function folderRoutes(service: FolderService): RouteSpec[] {
  return [
    route({
      ...savedReports, method: 'GET', path: '/report-folders', id: 'listReportFolders', summary: 'Folders by name: one\'s own, and those shared with one', access: read, responses: { 200: folderPage },
      handle: async (call) => ({ items: (await service.list(call)).map((row) => presentFolder(call, row)), next_cursor: null }),
    }),
    route({ ...savedReports, method: 'GET', path: '/report-folders/{id}', id: 'getReportFolder', summary: 'Read one folder', access: read, params: idParams, problems: [404], responses: { 200: folderItem }, handle: async (call, { params }) => presentFolder(call, await service.get(call.db, call, params['id'] ?? '')) }),
    route({
      ...savedReports, method: 'POST', path: '/report-folders', id: 'createReportFolder', summary: 'Make a folder', access: write, body: folderCreate, problems: [409, 422], responses: { 201: folderItem },
      async handle(call, { body }) {
        const row = await inOneTransaction(call, (trx) => service.create(trx, call, body as Parameters<FolderService['create']>[2]));
        return Reply.created(`/report-folders/${row.id}`, presentFolder(call, row));
      },
    }),
    route({
      ...savedReports, method: 'PATCH', path: '/report-folders/{id}', id: 'updateReportFolder', summary: 'Rename or move one folder', access: write, params: idParams, body: folderPatch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: folderItem },
      handle: async (call, { params, body }) => presentFolder(call, await inOneTransaction(call, (trx) => service.update(trx, call, params['id'] ?? '', body as FolderChanges))),
    }),
    route({
      ...savedReports, method: 'DELETE', path: '/report-folders/{id}', id: 'deleteReportFolder', summary: 'Delete one folder that is empty', access: { resource: 'reports', action: 'delete' }, params: idParams, problems: [404, 409, 412], responses: { 204: null },
      async handle(call, { params }) {
        await inOneTransaction(call, (trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
  ];
}
