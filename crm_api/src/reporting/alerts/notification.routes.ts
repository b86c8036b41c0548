import Joi from 'joi';
import { idParams } from '../../kernel/crud/crud.routes.js';
import { notFound } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { alertFeature } from './alert.routes.js';
import { listNotifications, markRead, type NotificationRow } from './notification.repository.js';

const shared = { tag: 'notifications', feature: alertFeature } as const;
const read = { resource: 'alerts', action: 'read' } as const;
const write = { resource: 'alerts', action: 'write' } as const;

const item = Joi.object({
  id: Joi.string().guid().required(), kind: Joi.valid('alert_firing', 'alert_ended', 'schedule_failed').required(), title: Joi.string().allow('').required().description('The name of the alert or schedule when it told.'),
  params: Joi.object().unknown(true).required().description('{alert_id, measure, value, expected, condition, watermark, query}, and firing_since at the end; of a schedule {schedule_id, delivery_id, problem}: what the sentence is made of in the language of the reader.'),
  read_at: Joi.string().isoDate().allow(null).required(), created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('Notification');
const page = Joi.object({ items: Joi.array().items(item).required(), next_cursor: Joi.valid(null).required(), unread: Joi.number().integer().required().description('How many are unread in all.') }).label('NotificationPage');
const query = Joi.object({ unread: Joi.boolean().description('Only those that are unread.'), limit: Joi.number().integer().min(1).max(100).description('The newest so many; 50 where it is not given.') });

/** `/notifications`: what one was told. */
export function notificationRoutes(): RouteSpec[] {
  return [
    route({
      ...shared, method: 'GET', path: '/notifications', id: 'listNotifications', summary: 'What you were told, the newest first', access: read, query, responses: { 200: page },
      async handle(call, { query: asked }) {
        const { userId } = call.actor;
        if (userId === null) return { items: [], next_cursor: null, unread: 0 };
        const found = await listNotifications(call.db, userId, { unread: asked['unread'] === true, limit: (asked['limit'] as number | undefined) ?? 50 });
        return { items: found.items.map(present), next_cursor: null, unread: found.unread };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/notifications/{id}/read', id: 'readNotification', summary: 'Mark one as read', access: write, params: idParams, problems: [404], responses: { 200: item },
      async handle(call, { params }) {
        const id = params['id'] ?? '';
        const [row] = call.actor.userId === null ? [] : await markRead(call.db, call.actor.userId, id);
        if (!row) throw notFound('notification', id);
        return present(row);
      },
    }),
    route({
      ...shared, method: 'POST', path: '/notifications/read', id: 'readNotifications', summary: 'Mark all as read', access: write, responses: { 204: null },
      async handle(call) {
        if (call.actor.userId !== null) await markRead(call.db, call.actor.userId, null);
        return Reply.none();
      },
    }),
  ];
}

const present = ({ read_at: readAt, created_at: createdAt, updated_at: updatedAt, ...row }: NotificationRow): Record<string, unknown> =>
  ({ ...row, read_at: readAt?.toISOString() ?? null, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() });
