import Joi from 'joi';
import { field } from '../../kernel/crud/fields.js';
import { inputSchema } from '../../kernel/crud/values.js';

const guid = Joi.string().guid();
const instant = Joi.string().isoDate();
// 64 bits without a sign.
const lsn = Joi.string().pattern(/^\d{1,19}$/);
const types = Joi.array().items(Joi.string().max(60)).min(1).max(100).unique();

const inputs = {
  name: inputSchema(field.text('What the endpoint is for.', { required: true, max: 100 })),
  url: Joi.string().max(2000).description('Where messages are posted: https://, a public address, no redirects.').meta({ openapi: { format: 'uri', examples: ['https://hooks.example.com/crm'] } }),
  event_types: types.description('Events such as deal.won, all of one kind of record (deal.*) or everything (*).'),
};

/** The body that makes a webhook. */
export const webhookCreate = Joi.object({
  name: inputs.name.required(), url: inputs.url.required(), event_types: inputs.event_types.required(),
  owner: Joi.object({ kind: Joi.valid('user', 'client').required(), id: guid.lowercase().required() }).description('Whose rows and fields the webhook shows; without it, yours.'),
}).required().label('WebhookCreate');

/** The body that changes one. */
export const webhookPatch = Joi.object({ ...inputs, is_enabled: Joi.boolean().description('False sends nothing; true forgets earlier failures.') }).min(1).required().label('WebhookPatch');

const shown = {
  id: guid.required(), name: Joi.string().required(), url: Joi.string().required(), event_types: Joi.array().items(Joi.string()).required(),
  owner: Joi.object({ kind: Joi.valid('user', 'client').required(), id: guid.required(), name: Joi.string().allow(null).required() }).required().description('Whose rows and fields it shows.'),
  is_enabled: Joi.boolean().required(),
  disabled_reason: Joi.valid('switched_off', 'failing', 'gone', 'owner_inactive').allow(null).required().description('By a person; after failing for days; by its own answer 410; because its owner is not active.'),
  disabled_at: instant.allow(null).required(), failing_since: instant.allow(null).required().description('Since when no attempt has succeeded; null while the last one did.'),
  previous_secret_until: instant.allow(null).required().description('Until when messages are also signed by the secret before the last rotation.'),
  created_at: instant.required(), updated_at: instant.required(),
};

/** A webhook as it is answered. */
export const webhookItem = Joi.object(shown).label('Webhook');

/** The same with its secret, shown once. */
export const webhookSecret = Joi.object({ ...shown, secret: Joi.string().required().description('whsec_…, the key of the signatures; it cannot be read again.') }).label('WebhookWithSecret');

/** All webhooks. */
export const webhookPage = Joi.object({ items: Joi.array().items(webhookItem).required(), next_cursor: Joi.valid(null).required() }).label('WebhookPage');

/** What can be subscribed to. */
export const eventTypePage = Joi.object({ items: Joi.array().items(Joi.string()).required(), next_cursor: Joi.valid(null).required() }).label('WebhookEventTypes');

/** The body of a rotation. */
export const rotateBody = Joi.object({ overlap_hours: Joi.number().min(0).max(168).default(24).description('How long the old secret signs beside the new one.') }).required().label('WebhookRotate');

/** The body of a replay. */
export const replayBody = Joi.object({
  lsn: lsn.description('A position of the log as in a message or a watermark: everything published at or after it.'),
  since: inputSchema(field.timestamp('A time: everything that happened at or after it.', { nullable: false })),
}).xor('lsn', 'since').required().label('WebhookReplay');

/** What a replay has queued. */
export const replayResult = Joi.object({
  queued: Joi.number().integer().required(), last_lsn: lsn.allow(null).required().description('The position of the last message queued; continue there while more is true.'),
  more: Joi.boolean().required(), complete: Joi.boolean().required().description('False where the log of events begins later than you asked for: read what is missing from the lists.'),
}).label('WebhookReplayed');

const delivery = {
  id: guid.required(), message_id: Joi.string().required().description('The header webhook-id.'), event_type: Joi.string().required(), record_id: guid.required(), lsn: lsn.required(),
  status: Joi.valid('pending', 'delivered', 'dead').required(), attempts: Joi.number().integer().required(), occurred_at: instant.required(),
  next_attempt_at: instant.allow(null).required(), last_attempt_at: instant.required(),
};

/** The log of deliveries. */
export const deliveryPage = Joi.object({ items: Joi.array().items(Joi.object(delivery).label('WebhookDelivery')).required(), next_cursor: Joi.string().allow(null).required() }).label('WebhookDeliveryPage');

/** One delivery with its attempts. */
export const deliveryDetail = Joi.object({
  ...delivery,
  log: Joi.array().items(Joi.object({
    request_id: guid.required().description('The header x-request-id.'), attempt: Joi.number().integer().required(), at: instant.required(),
    status: Joi.number().integer().allow(null).required(), error: Joi.string().allow(null).required().description('http_500, redirect, timeout, connection_refused, forbidden_address, …; null where it was taken.'),
    duration_ms: Joi.number().integer().required(), response: Joi.string().allow('', null).required().description('The first kilobyte of the answer.'),
  })).required(),
}).label('WebhookDeliveryDetail');

/** How deliveries went, by webhook. */
export const statisticsPage = Joi.object({
  items: Joi.array().items(Joi.object({
    webhook_id: guid.required(), pending: Joi.number().integer().required().description('Deliveries that wait for another attempt.'), dead: Joi.number().integer().required().description('Deliveries that were given up.'),
    attempts: Joi.number().integer().required().description('Attempts for the last 1,000 deliveries.'), taken: Joi.number().integer().required().description('Those that were answered with 2xx.'),
    p95_ms: Joi.number().integer().allow(null).required().description('95 of 100 of these attempts took at most so many milliseconds.'),
    last_at: instant.allow(null).required(), last_status: Joi.number().integer().allow(null).required(), last_error: Joi.string().allow(null).required().description('Null where the last attempt was taken.'),
  }).label('WebhookStatistics')).required(), next_cursor: Joi.valid(null).required(),
}).label('WebhookStatisticsPage');

/** What a ping answers. */
export const pingResult = Joi.object({ delivery_id: guid.required().description('Its delivery in the log, once it was attempted.') }).required().label('WebhookPing');

/** The parameters of the log. */
export const deliveryQuery = Joi.object({
  status: Joi.valid('pending', 'delivered', 'dead'), limit: Joi.number().integer().min(1).max(200).default(50), cursor: Joi.string().pattern(/^\d{1,18}$/).description('next_cursor of the page before.'),
});

/** The `{id}` and `{delivery_id}` of a path. */
export const deliveryParams = Joi.object({ id: guid.lowercase().required().description('The id of the webhook.'), delivery_id: guid.lowercase().required().description('The id of the delivery.') });
