import type { Call } from '../../kernel/context/call.js';
import { withVersion } from '../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { segmentFeature } from '../../kernel/lists/segment.reader.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { segmentCount, segmentCreate, segmentItem, segmentPage, segmentPatch, segmentQuery } from './segment.schema.js';
import { SegmentService } from './segment.service.js';
import type { SegmentChange, SegmentRow } from './segment.types.js';

const shared = { tag: 'segments', feature: segmentFeature } as const;
const read = { resource: 'segments', action: 'read' } as const;
const write = { resource: 'segments', action: 'write' } as const;

/** `/segments`: saved lists; a list is cut to one by `segment=`. */
export function segmentRoutes(services: readonly CrudService[]): RouteSpec[] {
  const service = new SegmentService(services);
  const present = (call: Call, row: SegmentRow): Record<string, unknown> => withVersion({
    id: row.id, entity: row.entity, name: row.name, filter: row.filter, q: row.q, sort: row.sort, visibility: row.visibility,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' }, mine: service.mine(call, row), created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
  }, row.__version);
  return [
    route({
      ...shared, method: 'GET', path: '/segments', id: 'listSegments', summary: 'Segments: one\'s own and what others share', access: read, query: segmentQuery, responses: { 200: segmentPage },
      handle: async (call, { query }) => ({ items: (await service.list(call, (query['entity'] as string | undefined) ?? null)).map((row) => present(call, row)), next_cursor: null }),
    }),
    route({ ...shared, method: 'GET', path: '/segments/{id}', id: 'getSegment', summary: 'Read one segment', access: read, params: idParams, problems: [404], responses: { 200: segmentItem }, handle: async (call, { params }) => present(call, await service.get(call.db, call, params['id'] ?? '')) }),
    route({ ...shared, method: 'GET', path: '/segments/{id}/count', id: 'countSegment', summary: 'How many records you see in one segment', access: read, params: idParams, problems: [403, 404, 409], responses: { 200: segmentCount }, handle: (call, { params }) => service.count(call, params['id'] ?? '') }),
    route({
      ...shared, method: 'POST', path: '/segments', id: 'createSegment', summary: 'Save a list as a segment', access: write, body: segmentCreate, problems: [422], responses: { 201: segmentItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => service.create(trx, call, body as Parameters<SegmentService['create']>[2]));
        return Reply.created(`/segments/${row.id}`, present(call, row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/segments/{id}', id: 'updateSegment', summary: 'Change the given parts of one segment', access: write, params: idParams, body: segmentPatch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: segmentItem },
      handle: async (call, { params, body }) => present(call, await call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as SegmentChange))),
    }),
    route({
      ...shared, method: 'DELETE', path: '/segments/{id}', id: 'deleteSegment', summary: 'Delete one segment; the records stay', access: { resource: 'segments', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
  ];
}
