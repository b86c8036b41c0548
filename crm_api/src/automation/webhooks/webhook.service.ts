import type { Knex } from 'knex';
import { ActorReader } from '../../kernel/auth/actor.reader.js';
import type { Actor } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import type { Resource } from '../../kernel/crud/resource.js';
import { scopeCondition } from '../../kernel/crud/scope.js';
import { audit } from '../../kernel/crud/trail.js';
import { notFound } from '../../kernel/errors/crm.error.js';
import { encryptSecret } from '../../kernel/secrets/secret.box.js';
import { findDelivery, readStatistics, requeue, type DeliveryStatistics } from './delivery.repository.js';
import { insertPing, replayEvents, type Replayed, type ReplayStart } from './event.repository.js';
import { resolveTarget, TargetError } from './target.guard.js';
import { badTarget, isDisabled, outsideScope, ownerInactive, tooMany, unknownOwner } from './webhook.errors.js';
import { countWebhooks, findWebhook, insertWebhook, listWebhooks, nextId, updateWebhook, type WebhookPatch } from './webhook.repository.js';
import { requireKnownTypes, requireReadable } from './webhook.rules.js';
import { makeSecret } from './webhook.signature.js';
import type { WebhookRow } from './webhook.types.js';

/** Whose eyes a webhook has. */
export interface OwnerInput { readonly kind: 'user' | 'client'; readonly id: string }

/** What a caller says of a webhook. */
export interface WebhookInput { readonly name: string; readonly url: string; readonly event_types: readonly string[]; readonly owner?: OwnerInput }

/** What a secret is sealed to. */
export const secretContext = (id: string): string => `webhook:${id}`;

// Every event is matched with every endpoint; a hundred is far beyond what an installation integrates.
const mostWebhooks = 100;

/** The rules of webhooks: who may set one up for whom, and what it is told. */
export class WebhookService {
  readonly resources: readonly Resource[];

  /** `services` are those of the records that events are about. */
  constructor(services: readonly CrudService[]) {
    this.resources = services.map(({ resource }) => resource);
  }

  /** Endpoints in the caller's reach. */
  list(call: Call): Promise<WebhookRow[]> {
    return listWebhooks(call.db, scopeCondition(call.actor, 'webhooks', 'read', ownerships.webhooks ?? null));
  }

  /** How the deliveries of the endpoints in the caller's reach went lately. */
  async statistics(call: Call): Promise<DeliveryStatistics[]> {
    return readStatistics(call.db, (await this.list(call)).map(({ id }) => id));
  }

  /** One endpoint in the caller's reach for the action; 404 otherwise. */
  async get(db: Reader, call: Call, id: string, action: 'read' | 'write' | 'delete' = 'read', lock = false): Promise<WebhookRow> {
    const row = await findWebhook(db, id, scopeCondition(call.actor, 'webhooks', action, ownerships.webhooks ?? null), lock);
    if (!row) throw notFound('webhook', id);
    return row;
  }

  /** Makes an endpoint; the secret is in the answer and never again. */
  async create(call: Call, input: WebhookInput): Promise<{ row: WebhookRow; secret: string }> {
    requireKnownTypes(input.event_types, this.resources);
    const owner = await this.ownerOf(call, input.owner);
    requireReadable(call, owner.actor, input.event_types, this.resources);
    await checkTarget(call, input.url);
    return call.db.transaction(async (trx) => {
      if (await countWebhooks(trx) >= mostWebhooks) throw tooMany(mostWebhooks);
      const id = await nextId(trx);
      const secret = makeSecret();
      const values = { name: input.name, url: input.url, event_types: [...input.event_types], user_id: owner.userId, client_id: owner.clientId };
      await insertWebhook(trx, { id, ...values, secret_sealed: encryptSecret(call.config, secret, secretContext(id)) });
      await audit(trx, call, { action: 'create', entity: 'webhooks', entityId: id, after: values });
      const row = await findWebhook(trx, id, scopeCondition(call.actor, 'webhooks', 'write', ownerships.webhooks ?? null));
      if (!row) throw outsideScope();
      return { row, secret };
    });
  }

  /** Changes the given parts of an endpoint; switching it on again forgets its failures. */
  async update(call: Call, id: string, input: Partial<Omit<WebhookInput, 'owner'>> & { readonly is_enabled?: boolean }): Promise<WebhookRow> {
    if (input.event_types) requireKnownTypes(input.event_types, this.resources);
    if (input.url !== undefined) await checkTarget(call, input.url);
    return call.db.transaction(async (trx) => {
      const current = await this.get(trx, call, id, 'write', true);
      requireVersion(call, { __version: current.__version });
      requireReadable(call, await activeOwner(call, current), input.event_types ?? current.event_types, this.resources);
      const { is_enabled: on, ...rest } = input;
      const given = { ...rest, ...(rest.event_types ? { event_types: [...rest.event_types] } : {}) };
      const turned = on === undefined || on === current.is_enabled ? {}
        : on ? { is_enabled: true, disabled_reason: null, disabled_at: null, failing_since: null } : { is_enabled: false, disabled_reason: 'switched_off' as const, disabled_at: new Date() };
      const patch: WebhookPatch = { ...given, ...turned };
      if (Object.keys(patch).length === 0) return current;
      await updateWebhook(trx, id, patch);
      const { name, url, event_types, is_enabled } = current;
      await audit(trx, call, { action: 'update', entity: 'webhooks', entityId: id, before: { name, url, event_types, is_enabled }, after: input });
      return this.get(trx, call, id);
    });
  }

  /** Removes an endpoint; what waits for it is not sent. */
  async remove(call: Call, id: string): Promise<void> {
    await call.db.transaction(async (trx) => {
      const current = await this.get(trx, call, id, 'delete', true);
      requireVersion(call, { __version: current.__version });
      await updateWebhook(trx, id, { deleted_at: new Date() });
      await audit(trx, call, { action: 'delete', entity: 'webhooks', entityId: id, before: { name: current.name, url: current.url } });
    });
  }

  /** Gives an endpoint a new secret; until the overlap in hours is over, messages carry a signature by the old one as well. */
  async rotate(call: Call, id: string, overlapHours: number): Promise<{ row: WebhookRow; secret: string }> {
    return call.db.transaction(async (trx) => {
      const current = await this.get(trx, call, id, 'write', true);
      requireReadable(call, await activeOwner(call, current), current.event_types, this.resources);
      const secret = makeSecret();
      const until = overlapHours > 0 ? new Date(Date.now() + overlapHours * 3_600_000) : null;
      await updateWebhook(trx, id, { secret_sealed: encryptSecret(call.config, secret, secretContext(id)), previous_secret_sealed: until === null ? null : current.secret_sealed, previous_secret_until: until });
      await audit(trx, call, { action: 'key_rotate', entity: 'webhooks', entityId: id, after: { previous_secret_until: until?.toISOString() ?? null } });
      return { row: await this.get(trx, call, id), secret };
    });
  }

  /** Queues one delivery of the log again. */
  async resend(call: Call, id: string, deliveryId: string): Promise<void> {
    await this.queueing(call, id, async (trx) => {
      const delivery = await findDelivery(trx, id, deliveryId);
      if (!delivery) throw notFound('delivery', deliveryId);
      await requeue(trx, deliveryId);
      await audit(trx, call, { action: 'update', entity: 'webhooks', entityId: id, after: { resent: deliveryId } });
    });
  }

  /** Queues a signed `ping`; answers the id of its delivery. */
  async ping(call: Call, id: string): Promise<string> {
    return this.queueing(call, id, async (trx) => {
      const delivery = await insertPing(trx, id);
      await audit(trx, call, { action: 'update', entity: 'webhooks', entityId: id, after: { pinged: delivery } });
      return delivery;
    });
  }

  /** Queues everything from a point on again. */
  async replay(call: Call, id: string, start: ReplayStart): Promise<Replayed> {
    return this.queueing(call, id, async (trx) => {
      const done = await replayEvents(trx, id, start);
      await audit(trx, call, { action: 'update', entity: 'webhooks', entityId: id, after: { replayed: start, queued: done.queued } });
      return done;
    });
  }

  private async queueing<T>(call: Call, id: string, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
    const result = await call.db.transaction(async (trx) => {
      if (!(await this.get(trx, call, id, 'write')).is_enabled) throw isDisabled();
      return work(trx);
    });
    // Only to be quick: the worker finds what waits by itself.
    await call.jobs.send('crm_webhook', { webhook_id: id }, { singletonKey: id }).catch((error: unknown) => { call.log.warn({ err: error, webhook_id: id }, 'The worker could not be woken; it looks by itself'); });
    return result;
  }

  private async ownerOf(call: Call, wanted: OwnerInput | undefined): Promise<{ actor: Actor; userId: string | null; clientId: string | null }> {
    const kind = wanted?.kind ?? (call.actor.kind === 'client' ? 'client' : 'user');
    const id = wanted?.id ?? call.actor.id ?? '';
    const actor = kind === 'user' ? await new ActorReader(call.db).user(id) : await clientActor(call.db, id);
    if (!actor) throw unknownOwner();
    return { actor, userId: kind === 'user' ? id : null, clientId: kind === 'client' ? id : null };
  }
}

async function clientActor(db: Knex, id: string): Promise<Actor | null> {
  const row = await db('crm_core.crm_api_clients').where({ id }).first<{ client_id: string } | undefined>('client_id');
  return row ? new ActorReader(db).client(row.client_id) : null;
}

/** The actor whose eyes an endpoint has, or null where it is no longer active. */
export async function ownerActor(actors: ActorReader, row: Pick<WebhookRow, 'user_id' | 'client_key'>): Promise<Actor | null> {
  return row.user_id !== null ? actors.user(row.user_id) : row.client_key === null ? null : actors.client(row.client_key);
}

async function activeOwner(call: Call, row: WebhookRow): Promise<Actor> {
  const actor = await ownerActor(new ActorReader(call.db), row);
  if (!actor) throw ownerInactive();
  return actor;
}

async function checkTarget(call: Call, url: string): Promise<void> {
  await resolveTarget(url, call.config).catch((error: unknown) => { throw error instanceof TargetError ? badTarget(error) : error; });
}
