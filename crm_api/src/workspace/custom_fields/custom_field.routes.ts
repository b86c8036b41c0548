import { withVersion } from '../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { customFeature, type CustomEntity } from '../../kernel/custom/custom.types.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { customFieldCreate, customFieldItem, customFieldPage, customFieldPatch, customFieldQuery } from './custom_field.schema.js';
import { CustomFieldService } from './custom_field.service.js';
import type { CustomFieldChange, CustomFieldInput, CustomFieldRow } from './custom_field.types.js';

const shared = { tag: 'custom_fields', feature: customFeature } as const;
const read = { resource: 'custom_fields', action: 'read' } as const;
const write = { resource: 'custom_fields', action: 'write' } as const;

function present(row: CustomFieldRow): Record<string, unknown> {
  return withVersion({
    id: row.id, entity: row.entity, key: row.key, label: row.label, label_ar: row.label_ar, type: row.type, choices: row.options, required: row.required, unique: row.is_unique,
    min: row.min_value, max: row.max_value, pattern: row.pattern, position: row.position, archived: row.archived_at !== null, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
  }, row.__version);
}

/** `/custom-fields`: which further fields records have. */
export function customFieldRoutes(): RouteSpec[] {
  const service = new CustomFieldService();
  return [
    route({
      ...shared, method: 'GET', path: '/custom-fields', id: 'listCustomFields', summary: 'Custom fields in the order of forms', access: read, query: customFieldQuery, responses: { 200: customFieldPage },
      async handle(call, { query }) {
        const { entity, archived } = query as { entity?: CustomEntity; archived: boolean };
        return { items: (await service.list(call, entity ?? null, archived)).map(present), next_cursor: null };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/custom-fields/{id}', id: 'getCustomField', summary: 'Read one custom field', access: read, params: idParams, problems: [404], responses: { 200: customFieldItem },
      handle: async (call, { params }) => present(await service.get(call.db, call, params['id'] ?? '')),
    }),
    route({
      ...shared, method: 'POST', path: '/custom-fields', id: 'createCustomField', summary: 'Make one custom field', access: write, body: customFieldCreate, problems: [409, 422], responses: { 201: customFieldItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => service.create(trx, call, body as CustomFieldInput));
        return Reply.created(`/custom-fields/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/custom-fields/{id}', id: 'updateCustomField', summary: 'Change, archive or bring back one custom field', access: write, params: idParams, body: customFieldPatch, consumes: jsonTypes,
      problems: [404, 409, 412, 422], responses: { 200: customFieldItem },
      handle: async (call, { params, body }) => present(await call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as CustomFieldChange))),
    }),
    route({
      ...shared, method: 'DELETE', path: '/custom-fields/{id}', id: 'deleteCustomField', summary: 'Delete one archived custom field with its values, for good', access: { resource: 'custom_fields', action: 'delete' }, params: idParams,
      problems: [404, 409, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
  ];
}
