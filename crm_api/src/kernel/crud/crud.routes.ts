import Joi from 'joi';
import { noteRead } from '../audit/request.origin.js';
import { inOneTransaction } from '../context/call.js';
import { readList } from '../lists/list.reader.js';
import { Reply, route, type RouteSpec } from '../route.js';
import { bulkRoute } from './bulk.routes.js';
import { schemasOf } from './crud.schema.js';
import type { CrudService, Values } from './crud.service.js';
import { operatorsOf } from './list.query.js';
import { typeName, type Resource } from './resource.js';

/** Which of the standard routes a resource has. */
export interface CrudRouteOptions {
  readonly create?: boolean;
  readonly update?: boolean;
  readonly remove?: boolean;
  readonly timeline?: boolean;
}

/** The `{id}` of a path. */
export const idParams = Joi.object({ id: Joi.string().guid().lowercase().required().description('The id of the record.') });

/** Media types of a JSON body; a merge patch is plain JSON with a name of its own. */
export const jsonTypes = ['application/json', 'application/merge-patch+json'];

/** List, create, read, change, delete and restore for a resource. */
export function crudRoutes(service: CrudService, options: CrudRouteOptions = {}): RouteSpec[] {
  const { resource } = service;
  const { name, singular } = resource;
  const schemas = schemasOf(resource);
  const shared = { tag: name, feature: resource.feature };
  const title = typeName(singular);
  const plural = typeName(name);
  const words = singular.replace(/_/g, ' ');
  const routes: RouteSpec[] = [
    route({
      ...shared, method: 'GET', path: `/${name}`, id: `list${plural}`, summary: `List ${name}`, access: { resource: name, action: 'read' },
      query: listQuerySchema(resource, options.remove !== false), problems: [400], responses: { 200: schemas.page },
      handle: async (call, { query }) => service.list(call, await readList(call, resource, query)),
    }),
    route({
      ...shared, method: 'GET', path: `/${name}/{id}`, id: `get${title}`, summary: `Read one ${words}`, access: { resource: name, action: 'read' },
      params: idParams, problems: [404], responses: { 200: schemas.detail },
      async handle(call, { params }) {
        const item = await service.get(call.db, call, params['id'] ?? '');
        noteRead(call.origin, resource, item.id);
        return item;
      },
    }),
  ];
  if (options.create !== false) {
    routes.push(route({
      ...shared, method: 'POST', path: `/${name}`, id: `create${title}`, summary: `Create one ${words}`, access: { resource: name, action: 'write' },
      body: schemas.create, problems: [409, 422], responses: { 201: schemas.detail },
      async handle(call, { body }) {
        const item = await inOneTransaction(call, (trx) => service.create(trx, call, body as Values));
        return Reply.created(`/${name}/${item.id}`, item);
      },
    }));
  }
  if (options.update !== false) {
    routes.push(route({
      ...shared, method: 'PATCH', path: `/${name}/{id}`, id: `update${title}`, summary: `Change the given fields of one ${words}`,
      access: { resource: name, action: 'write' }, params: idParams, body: schemas.patch, consumes: jsonTypes, problems: [404, 409, 422],
      responses: { 200: schemas.detail },
      handle: (call, { params, body }) => inOneTransaction(call, (trx) => service.update(trx, call, params['id'] ?? '', body as Values)),
    }));
  }
  if (options.remove !== false) {
    routes.push(
      route({
        ...shared, method: 'DELETE', path: `/${name}/{id}`, id: `delete${title}`, summary: `Delete one ${words}; it can be restored`,
        access: { resource: name, action: 'delete' }, params: idParams, problems: [404, 409], responses: { 204: null },
        async handle(call, { params }) {
          await inOneTransaction(call, (trx) => service.remove(trx, call, params['id'] ?? ''));
          return Reply.none();
        },
      }),
      route({
        ...shared, method: 'POST', path: `/${name}/{id}/restore`, id: `restore${title}`, summary: `Bring one deleted ${words} back`,
        access: { resource: name, action: 'delete' }, params: idParams, problems: [404, 409], responses: { 200: schemas.detail },
        handle: (call, { params }) => inOneTransaction(call, (trx) => service.restore(trx, call, params['id'] ?? '')),
      }),
    );
  }
  routes.push(...bulkRoute(service, options));
  return routes;
}

/** The parameters of a list, for the document; `readList` does the checking, as it can name what would be right. */
/** The parameters of a resource's list, as the document describes them; `parseListQuery` checks them. */
export function listQuerySchema(resource: Resource, restorable: boolean): Joi.ObjectSchema {
  const sortable = Object.entries(resource.fields).filter(([, field]) => field.sort).map(([field]) => field);
  const filters: Record<string, Joi.Schema> = {};
  for (const [field, declared] of Object.entries(resource.fields)) {
    if (!declared.filter) continue;
    filters[`filter[${field}]`] = Joi.any().description(`Equal to. Operators, as filter[${field}][operator]: ${operatorsOf(declared).join(', ')}.`).meta({ openapi: { type: 'string' } });
  }
  for (const [name, condition] of Object.entries(resource.conditions ?? {})) filters[`filter[${name}]`] = Joi.any().description(`${condition.description} Operators: eq, ne.`).meta({ openapi: { type: 'string' } });
  const customs: Record<string, Joi.Schema> = resource.computed['custom'] === undefined ? {}
    : { 'filter[custom.key]': Joi.any().description('Of the custom field with that key; operators by its type, as filter[custom.key][operator]. sort takes custom.key alone.').meta({ openapi: { type: 'string' } }) };
  return Joi.object({
    ...(resource.search === null ? {} : { q: Joi.any().description('Words that must all occur; case, accents and Arabic spelling variants do not count.').meta({ openapi: { type: 'string' } }) }),
    ...filters, ...customs,
    ...(resource.computed['tags'] === undefined ? {} : { 'filter[tags]': Joi.any().description('The id of a tag. Operators, as filter[tags][operator]: eq, ne, in, null.').meta({ openapi: { type: 'string' } }) }),
    ...(resource.computed['custom'] === undefined ? {} : { segment: Joi.any().description('The id of a segment, whose conditions hold as well, see /crm/v1/segments.').meta({ openapi: { type: 'string', format: 'uuid' } }) }),
    ...(restorable ? { 'filter[deleted]': Joi.any().description('true lists deleted records instead; needs the permission to delete.').meta({ openapi: { type: 'boolean' } }) } : {}),
    sort: Joi.any().description(`Comma-separated, - for descending: ${sortable.join(', ')}. Default ${resource.defaultSort}.`).meta({ openapi: { type: 'string' } }),
    limit: Joi.any().description('1–200.').meta({ openapi: { type: 'integer', minimum: 1, maximum: 200, default: 50 } }),
    cursor: Joi.any().description('next_cursor of the page before.').meta({ openapi: { type: 'string' } }),
    count: Joi.any().description('true adds total.').meta({ openapi: { type: 'boolean' } }),
  }).unknown(true);
}
