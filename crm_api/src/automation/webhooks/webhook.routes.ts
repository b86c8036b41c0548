import { withVersion } from '../../kernel/contract/record.version.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { notFound } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { findDelivery, listAttempts, listDeliveries } from './delivery.repository.js';
import type { ReplayStart } from './event.repository.js';
import { subscribable } from './event.types.js';
import { deliveryDetail, deliveryPage, deliveryParams, deliveryQuery, eventTypePage, pingResult, replayBody, replayResult, rotateBody, statisticsPage, webhookCreate, webhookItem, webhookPage, webhookPatch, webhookSecret } from './webhook.schema.js';
import { WebhookService, type WebhookInput } from './webhook.service.js';
import { messageId, type DeliveryRow, type WebhookRow } from './webhook.types.js';

const shared = { tag: 'webhooks', feature: 'crm_feature_webhooks' } as const;
const read = { resource: 'webhooks', action: 'read' } as const;
const write = { resource: 'webhooks', action: 'write' } as const;

const time = (at: Date | null): string | null => at?.toISOString() ?? null;

function present(row: WebhookRow): Record<string, unknown> {
  const overlap = row.previous_secret_until !== null && row.previous_secret_until > new Date() ? row.previous_secret_until : null;
  return withVersion({
    id: row.id, name: row.name, url: row.url, event_types: row.event_types,
    owner: { kind: row.user_id === null ? 'client' : 'user', id: row.user_id ?? row.client_id, name: row.owner_name },
    is_enabled: row.is_enabled, disabled_reason: row.disabled_reason, disabled_at: time(row.disabled_at), failing_since: time(row.failing_since),
    previous_secret_until: time(overlap), created_at: time(row.created_at), updated_at: time(row.updated_at),
  }, row.__version);
}

const presentDelivery = (row: DeliveryRow): Record<string, unknown> => ({
  id: row.id, message_id: messageId(row.event_id), event_type: row.event_type, record_id: row.record_id, lsn: row.lsn, status: row.status, attempts: row.attempts,
  occurred_at: time(row.occurred_at), next_attempt_at: row.status === 'pending' ? time(row.next_attempt_at) : null, last_attempt_at: time(row.last_attempt_at),
});

/** `/webhooks`: endpoints, their log, sending again; `services` are those of the records that events are about. */
export function webhookRoutes(services: readonly CrudService[]): RouteSpec[] {
  const service = new WebhookService(services);
  return [
    route({
      ...shared, method: 'GET', path: '/webhooks', id: 'listWebhooks', summary: 'Webhooks and whether they work', access: read, responses: { 200: webhookPage },
      handle: async (call) => ({ items: (await service.list(call)).map(present), next_cursor: null }),
    }),
    route({
      ...shared, method: 'GET', path: '/webhooks/event-types', id: 'listWebhookEventTypes', summary: 'What a webhook can be told of', access: read, responses: { 200: eventTypePage },
      handle: () => Promise.resolve({ items: subscribable(service.resources), next_cursor: null }),
    }),
    route({
      ...shared, method: 'GET', path: '/webhooks/statistics', id: 'listWebhookStatistics', summary: 'How the deliveries of each webhook went', access: read, responses: { 200: statisticsPage },
      handle: async (call) => ({ items: (await service.statistics(call)).map(({ last_at: at, ...one }) => ({ ...one, last_at: time(at) })), next_cursor: null }),
    }),
    route({
      ...shared, method: 'GET', path: '/webhooks/{id}', id: 'getWebhook', summary: 'Read one webhook', access: read, params: idParams, problems: [404], responses: { 200: webhookItem },
      handle: async (call, { params }) => present(await service.get(call.db, call, params['id'] ?? '')),
    }),
    route({
      ...shared, method: 'POST', path: '/webhooks', id: 'createWebhook', summary: 'Make one webhook; its secret is shown once', access: write, body: webhookCreate, secretAnswer: true, problems: [409, 422], responses: { 201: webhookSecret },
      async handle(call, { body }) {
        const { row, secret } = await service.create(call, body as WebhookInput);
        return Reply.created(`/webhooks/${row.id}`, { ...present(row), secret });
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/webhooks/{id}', id: 'updateWebhook', summary: 'Change the given parts of one webhook', access: write, params: idParams, body: webhookPatch, consumes: jsonTypes, problems: [404, 409, 412, 422], responses: { 200: webhookItem },
      handle: async (call, { params, body }) => present(await service.update(call, params['id'] ?? '', body as Partial<WebhookInput> & { is_enabled?: boolean })),
    }),
    route({
      ...shared, method: 'DELETE', path: '/webhooks/{id}', id: 'deleteWebhook', summary: 'Delete one webhook', access: { resource: 'webhooks', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await service.remove(call, params['id'] ?? '');
        return Reply.none();
      },
    }),
    route({
      ...shared, method: 'POST', path: '/webhooks/{id}/rotate', id: 'rotateWebhookSecret', summary: 'Give one webhook a new secret, shown once', access: write, params: idParams, body: rotateBody, secretAnswer: true, problems: [404, 409], responses: { 200: webhookSecret },
      async handle(call, { params, body }) {
        const { row, secret } = await service.rotate(call, params['id'] ?? '', (body as { overlap_hours: number }).overlap_hours);
        return { ...present(row), secret };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/webhooks/{id}/ping', id: 'pingWebhook', summary: 'Send a signed ping, once', access: write, params: idParams, problems: [404, 409], responses: { 202: pingResult },
      handle: async (call, { params }) => new Reply(202, { delivery_id: await service.ping(call, params['id'] ?? '') }),
    }),
    route({
      ...shared, method: 'POST', path: '/webhooks/{id}/replay', id: 'replayWebhook', summary: 'Send everything from a position of the log or a time on again', access: write, params: idParams, body: replayBody, problems: [404, 409], responses: { 200: replayResult },
      async handle(call, { params, body }) {
        const { queued, lastLsn, more, complete } = await service.replay(call, params['id'] ?? '', body as ReplayStart);
        return { queued, last_lsn: lastLsn, more, complete };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/webhooks/{id}/deliveries', id: 'listWebhookDeliveries', summary: 'What was sent, newest event first', access: read, params: idParams, query: deliveryQuery, problems: [404], responses: { 200: deliveryPage },
      async handle(call, { params, query }) {
        const row = await service.get(call.db, call, params['id'] ?? '');
        const { status, limit, cursor } = query as { status?: string; limit: number; cursor?: string };
        const found = await listDeliveries(call.db, row.id, { status: status ?? null, before: cursor ?? null, limit: limit + 1 });
        const page = found.slice(0, limit);
        return { items: page.map(presentDelivery), next_cursor: found.length > limit ? page.at(-1)?.position ?? null : null };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/webhooks/{id}/deliveries/{delivery_id}', id: 'getWebhookDelivery', summary: 'One delivery with its attempts', access: read, params: deliveryParams, problems: [404], responses: { 200: deliveryDetail },
      async handle(call, { params }) {
        const row = await service.get(call.db, call, params['id'] ?? '');
        const delivery = await findDelivery(call.db, row.id, params['delivery_id'] ?? '');
        if (!delivery) throw notFound('delivery', params['delivery_id'] ?? '');
        const attempts = await listAttempts(call.db, delivery.id);
        return { ...presentDelivery(delivery), log: attempts.map(({ id, created_at: at, ...one }) => ({ request_id: id, at: at.toISOString(), ...one })) };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/webhooks/{id}/deliveries/{delivery_id}/resend', id: 'resendWebhookDelivery', summary: 'Send one delivery again', access: write, params: deliveryParams, problems: [404, 409], responses: { 204: null },
      async handle(call, { params }) {
        await service.resend(call, params['id'] ?? '', params['delivery_id'] ?? '');
        return Reply.none();
      },
    }),
  ];
}
