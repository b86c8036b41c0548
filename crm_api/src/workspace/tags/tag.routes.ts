import { withVersion } from '../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { schemasOf } from '../../kernel/crud/crud.schema.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { typeName } from '../../kernel/crud/resource.js';
import { tagFeature } from '../../kernel/lists/tag.member.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { TagRow } from './tag.repository.js';
import { bulkResult, bulkTags, recordTag, recordTags, tagCreate, tagItem, tagMerge, tagPage, tagPatch } from './tag.schema.js';
import { TagService } from './tag.service.js';

const shared = { tag: 'tags', feature: tagFeature } as const;
const read = { resource: 'tags', action: 'read' } as const;
const write = { resource: 'tags', action: 'write' } as const;

const present = (row: TagRow): Record<string, unknown> => withVersion({
  id: row.id, name: row.name, color: row.color, records: row.records, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
}, row.__version);

/** `/tags`, and the tags of the records that can have some. */
export function tagRoutes(services: readonly CrudService[]): RouteSpec[] {
  const service = new TagService();
  return [
    route({ ...shared, method: 'GET', path: '/tags', id: 'listTags', summary: 'All tags by name', access: read, responses: { 200: tagPage }, handle: async (call) => ({ items: (await service.list(call)).map(present), next_cursor: null }) }),
    route({ ...shared, method: 'GET', path: '/tags/{id}', id: 'getTag', summary: 'Read one tag', access: read, params: idParams, problems: [404], responses: { 200: tagItem }, handle: async (call, { params }) => present(await service.get(call.db, params['id'] ?? '')) }),
    route({
      ...shared, method: 'POST', path: '/tags', id: 'createTag', summary: 'Make one tag', access: write, body: tagCreate, problems: [409, 422], responses: { 201: tagItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => service.create(trx, call, body as { name: string; color?: string | null }));
        return Reply.created(`/tags/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/tags/{id}', id: 'updateTag', summary: 'Rename or colour one tag', access: write, params: idParams, body: tagPatch, consumes: jsonTypes, problems: [404, 409, 412, 422], responses: { 200: tagItem },
      handle: async (call, { params, body }) => present(await call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as { name?: string; color?: string | null }))),
    }),
    route({
      ...shared, method: 'DELETE', path: '/tags/{id}', id: 'deleteTag', summary: 'Delete one tag and take it off every record', access: { resource: 'tags', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      ...shared, method: 'POST', path: '/tags/{id}/merge', id: 'mergeTag', summary: 'Make one tag part of another, on every record', access: write, params: idParams, body: tagMerge, problems: [404, 422], responses: { 200: tagItem },
      handle: async (call, { params, body }) => present(await call.db.transaction((trx) => service.merge(trx, call, params['id'] ?? '', (body as { into: string }).into))),
    }),
    ...services.filter(({ resource }) => resource.computed['tags'] !== undefined).flatMap((records) => recordRoutes(service, records)),
  ];
}

function recordRoutes(service: TagService, records: CrudService): RouteSpec[] {
  const { name, singular } = records.resource;
  const access = { resource: name, action: 'write' } as const;
  const one = { ...shared, access, problems: [404, 422], responses: { 200: schemasOf(records.resource).detail } };
  const words = singular.replace(/_/g, ' ');
  return [
    route({
      ...one, method: 'POST', path: `/${name}/{id}/tags`, id: `tag${typeName(singular)}`, summary: `Tag one ${words}`, params: idParams, body: recordTags,
      handle: (call, { params, body }) => call.db.transaction(async (trx) => {
        await service.tag(trx, call, records, [params['id'] ?? ''], { add: (body as { tag_ids: string[] }).tag_ids, remove: [] });
        return records.get(trx, call, params['id'] ?? '');
      }),
    }),
    route({
      ...one, method: 'DELETE', path: `/${name}/{id}/tags/{tag_id}`, id: `untag${typeName(singular)}`, summary: `Take one tag off one ${words}`, params: recordTag,
      handle: (call, { params }) => call.db.transaction(async (trx) => {
        await service.tag(trx, call, records, [params['id'] ?? ''], { add: [], remove: [params['tag_id'] ?? ''] });
        return records.get(trx, call, params['id'] ?? '');
      }),
    }),
    route({
      ...shared, access, method: 'POST', path: `/${name}/tags`, id: `tag${typeName(name)}`, summary: `Tag and untag up to 200 ${name} at once, all or nothing`, body: bulkTags, problems: [404, 422], responses: { 200: bulkResult },
      async handle(call, { body }) {
        const { ids, add, remove } = body as { ids: string[]; add: string[]; remove: string[] };
        return { changed: await call.db.transaction((trx) => service.tag(trx, call, records, ids, { add, remove })) };
      },
    }),
  ];
}
