import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { apiPrefix, Reply, route, type RouteSpec } from '../../kernel/route.js';
import { clientCreate, clientItem, clientPage, clientPatch, clientWithSecret } from './api_client.schema.js';
import { ApiClientService } from './api_client.service.js';
import type { ApiClientInput } from './api_client.types.js';

const shared = { tag: 'api_clients', feature: 'crm_feature_api_clients' } as const;
// A client is a bearer of a role, so that the right to give roles is the right to make clients.
const read = { resource: 'roles', action: 'read' } as const;
const write = { resource: 'roles', action: 'write' } as const;
const noStore = { 'cache-control': 'no-store' };
// An answer that is a secret must not be kept to be replayed by Idempotency-Key.
const secret = { secretAnswer: true } as const;

/** `/api-clients`: programs that sign in with a secret of their own. */
export function apiClientRoutes(actors: ActorReader): RouteSpec[] {
  const service = new ApiClientService();
  /** In this process a change counts for the next request; elsewhere within a second. */
  const changed = async <T>(work: Promise<T>): Promise<T> => work.finally(() => { actors.forget(); });
  return [
    route({
      ...shared, method: 'GET', path: '/api-clients', id: 'listApiClients', access: read, summary: 'Programs that may sign in', responses: { 200: clientPage },
      handle: async (call) => ({ items: await service.list(call.db), next_cursor: null }),
    }),
    route({
      ...shared, method: 'GET', path: '/api-clients/{id}', id: 'getApiClient', access: read, summary: 'Read one client', params: idParams, problems: [404], responses: { 200: clientItem },
      handle: (call, { params }) => service.get(call.db, params['id'] ?? ''),
    }),
    route({
      ...shared, ...secret, method: 'POST', path: '/api-clients', id: 'createApiClient', access: write, summary: 'Make a client; the answer alone has its secret', body: clientCreate, problems: [409, 422], responses: { 201: clientWithSecret },
      async handle(call, { body }) {
        const item = await changed(call.db.transaction((trx) => service.create(trx, call, body as Omit<ApiClientInput, 'is_active'>)));
        return new Reply(201, item, { location: `${apiPrefix}/api-clients/${item.id}`, ...noStore });
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/api-clients/{id}', id: 'updateApiClient', access: write, summary: 'Change the given parts of one client, or switch it off and on', params: idParams, consumes: jsonTypes, body: clientPatch,
      problems: [404, 409, 412, 422], responses: { 200: clientItem },
      handle: (call, { params, body }) => changed(call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as Partial<ApiClientInput>))),
    }),
    route({
      ...shared, ...secret, method: 'POST', path: '/api-clients/{id}/secret', id: 'rotateApiClientSecret', access: write, summary: 'Give one client another secret; the one before ends at once', params: idParams,
      problems: [404, 412], responses: { 200: clientWithSecret },
      handle: async (call, { params }) => new Reply(200, await call.db.transaction((trx) => service.rotate(trx, call, params['id'] ?? '')), noStore),
    }),
    route({
      ...shared, method: 'DELETE', path: '/api-clients/{id}', id: 'deleteApiClient', access: { resource: 'roles', action: 'delete' }, summary: 'Remove one client', params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await changed(call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? '')));
        return Reply.none();
      },
    }),
  ];
}
