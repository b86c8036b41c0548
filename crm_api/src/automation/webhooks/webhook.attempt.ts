import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ApiConfig } from '../../config.js';
import { ActorReader } from '../../kernel/auth/actor.reader.js';
import { systemActor, type Actor } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { audit } from '../../kernel/crud/trail.js';
import type { FeatureFlags } from '../../kernel/flags.js';
import type { JobQueue } from '../../kernel/jobs.js';
import { decryptSecret } from '../../kernel/secrets/secret.box.js';
import { giveBack, settle, withhold } from './delivery.repository.js';
import { ping } from './event.types.js';
import { renderPayload } from './payload.renderer.js';
import { waitAfter } from './retry.schedule.js';
import type { Lookup } from './target.guard.js';
import { disableWebhook } from './webhook.repository.js';
import { ownerActor, secretContext } from './webhook.service.js';
import { sendMessage, type AttemptResult } from './webhook.sender.js';
import { signedHeaders } from './webhook.signature.js';
import { messageId, type DisabledReason, type TakenDelivery, type WebhookRow } from './webhook.types.js';

/** What carrying out a delivery needs. */
export interface AttemptContext {
  readonly config: ApiConfig;
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly flags: FeatureFlags;
  readonly services: readonly CrudService[];
  readonly owners: OwnerCache;
  /** Waits in ms after failed attempts. */
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
  /** An endpoint that has failed for so long is switched off. */
  readonly disableAfterMs: number;
  readonly lookup?: Lookup;
}

// As in the API: a changed role counts within a second, and a burst costs one query.
const freshForMs = 1000;

/** The actors that own endpoints, as they are or were a second ago. */
export class OwnerCache {
  private readonly known = new Map<string, { readonly at: number; readonly actor: Promise<Actor | null> }>();
  private readonly actors: ActorReader;

  constructor(db: Knex) {
    this.actors = new ActorReader(db);
  }

  /** The owner, or null where it is not active. */
  of(webhook: WebhookRow): Promise<Actor | null> {
    const hit = this.known.get(webhook.id);
    if (hit && Date.now() - hit.at < freshForMs) return hit.actor;
    const actor = ownerActor(this.actors, webhook);
    this.known.set(webhook.id, { at: Date.now(), actor });
    actor.catch(() => this.known.delete(webhook.id));
    return actor;
  }
}

const product = systemActor('webhooks');

/** Carries out one delivery once and notes what came of it. Rejects only where that cannot be noted; then the delivery is due again when its lease ends. */
export async function attemptDelivery(context: AttemptContext, delivery: TakenDelivery, stop: AbortSignal): Promise<void> {
  const { config, db, flags, log } = context;
  const { webhook, event } = delivery;
  const requestId = randomUUID();
  const callAs = (actor: Actor): Call => ({ actor, db, jobs: context.jobs, config, log, requestId, ip: null, origin: null, ifMatch: null, feature: (key) => flags.isOn(key) });
  const owner = await context.owners.of(webhook);
  if (!owner) {
    await db.transaction((trx) => disable(trx, callAs(product), webhook.id, 'owner_inactive'));
    return giveBack(db, delivery.id);
  }
  const result = await perform(context, delivery, callAs(owner), stop);
  if (result === null) return withhold(db, delivery.id);
  // Stopping is no fault of the endpoint's: the message may have arrived, and is sent again by whoever works next.
  if (result.error === 'stopped') return giveBack(db, delivery.id);
  // Who answers 410 wants no more, now or later (Standard Webhooks).
  const gone = result.status === 410;
  // A ping answers somebody who is looking: it is not repeated when nobody looks any more.
  const wait = gone || event.type === ping.type ? null : waitAfter(delivery.attempts + 1, context.schedule, result.retryAfterMs);
  const failing = await settle(db, delivery, requestId, result, wait);
  const tired = failing !== null && Date.now() - failing.getTime() > context.disableAfterMs;
  if (gone || tired) await db.transaction((trx) => disable(trx, callAs(product), webhook.id, gone ? 'gone' : 'failing'));
  if (result.error !== null) log.info({ webhook_id: webhook.id, message_id: messageId(event.id), attempt: delivery.attempts + 1, status: result.status, error: result.error, dead: wait === null }, 'A webhook message was not taken');
}

/** The attempt itself; null where the owner must not be told. */
async function perform(context: AttemptContext, { id, webhook, event }: TakenDelivery, call: Call, stop: AbortSignal): Promise<AttemptResult | null> {
  const { config, log } = context;
  let message: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  try {
    const payload = await renderPayload(call, context.services, event);
    if (payload === null) return null;
    const body = JSON.stringify(payload);
    message = { body, headers: { ...signedHeaders(secretsOf(config, webhook), messageId(event.id), Math.floor(Date.now() / 1000), body), 'x-request-id': call.requestId } };
  } catch (error) {
    // A message that cannot be made, such as a version that no longer fits its table, must end as a dead letter and not hold up its record for ever.
    log.error({ err: error, delivery_id: id }, 'A webhook message could not be made');
    return { status: null, error: 'not_made', durationMs: 0, response: null, retryAfterMs: null };
  }
  return sendMessage(webhook.url, message.headers, message.body, { policy: config, timeoutMs: context.timeoutMs, ...(context.lookup ? { lookup: context.lookup } : {}) }, stop);
}

async function disable(trx: Knex.Transaction, call: Call, id: string, reason: DisabledReason): Promise<void> {
  if (!(await disableWebhook(trx, id, reason))) return;
  await audit(trx, call, { action: 'update', entity: 'webhooks', entityId: id, before: { is_enabled: true }, after: { is_enabled: false, disabled_reason: reason } });
  call.log.warn({ webhook_id: id, reason }, 'A webhook was switched off');
}

/** The secrets in force, the newest first. */
function secretsOf(config: ApiConfig, webhook: WebhookRow): string[] {
  const open = (sealed: string): string => decryptSecret(config, sealed, secretContext(webhook.id));
  const overlap = webhook.previous_secret_sealed !== null && webhook.previous_secret_until !== null && webhook.previous_secret_until > new Date();
  return [open(webhook.secret_sealed), ...(overlap && webhook.previous_secret_sealed !== null ? [open(webhook.previous_secret_sealed)] : [])];
}
