import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import { webhookColumns } from './webhook.repository.js';
import type { AttemptResult } from './webhook.sender.js';
import type { AttemptRow, DeliveryRow, EventRow, TakenDelivery, WebhookRow } from './webhook.types.js';

// Positions exceed what JSON numbers hold, hence text.
const eventJson = `json_build_object('id', e.id, 'position', e.position::text, 'type', e.type, 'resource', e.resource, 'record_id', e.record_id, 'changed', e.changed, 'previous', e.previous,
  'occurred_at', e.occurred_at, 'lsn', (e.lsn - '0/0'::pg_lsn)::text)`;

/** How many may be under way. */
export interface Places {
  readonly total: number;
  /** For one endpoint: a slow one must not take the places of all others. */
  readonly perEndpoint: number;
}

interface TakenRow extends WebhookRow { readonly delivery_id: string; readonly attempts: number; readonly event: Omit<EventRow, 'occurred_at' | 'record'> & { readonly occurred_at: string }; readonly record: string }

/**
 * Takes deliveries that are due, at most one of each record and endpoint, and only while no earlier one of that record waits: this is what keeps the order.
 * What is taken and not settled within `leaseMs` is due again: its worker has died.
 */
export async function takeDue(db: Knex, places: Places, leaseMs: number): Promise<TakenDelivery[]> {
  const { rows } = await db.raw<{ rows: TakenRow[] }>(`
    WITH due AS MATERIALIZED (
      SELECT c.id FROM crm_core.crm_webhooks w CROSS JOIN LATERAL (
        SELECT p.id, p.next_attempt_at, p.position FROM crm_core.crm_webhook_deliveries p
        WHERE p.webhook_id = w.id AND p.status = 'pending' AND p.next_attempt_at <= now() AND (p.leased_until IS NULL OR p.leased_until < now())
          AND NOT EXISTS (SELECT FROM crm_core.crm_webhook_deliveries b WHERE b.webhook_id = p.webhook_id AND b.record_id = p.record_id AND b.status = 'pending' AND b.position < p.position)
        ORDER BY p.next_attempt_at, p.position
        LIMIT greatest(0, ?::int - (SELECT count(*)::int FROM crm_core.crm_webhook_deliveries i WHERE i.webhook_id = w.id AND i.status = 'pending' AND i.leased_until >= now()))
        FOR UPDATE SKIP LOCKED) c
      WHERE w.is_enabled AND w.deleted_at IS NULL ORDER BY c.next_attempt_at, c.position LIMIT ?),
    taken AS (UPDATE crm_core.crm_webhook_deliveries d SET leased_until = now() + make_interval(secs => ?) FROM due WHERE d.id = due.id RETURNING d.*)
    SELECT d.id AS delivery_id, d.attempts, ${eventJson} AS event, e.record::text AS record, ${webhookColumns}
    FROM taken d JOIN crm_core.crm_webhook_events e ON e.id = d.event_id JOIN crm_core.crm_webhooks t ON t.id = d.webhook_id
      LEFT JOIN crm_core.crm_users u ON u.id = t.user_id LEFT JOIN crm_core.crm_api_clients c ON c.id = t.client_id
    ORDER BY d.next_attempt_at, d.position`, [places.perEndpoint, places.total, leaseMs / 1000]);
  return rows.map(({ delivery_id: id, attempts, event, record, ...webhook }) => ({ id, attempts, webhook, event: { ...event, occurred_at: new Date(event.occurred_at), record } }));
}

/** Notes one attempt and what follows from it: delivered, another attempt after `waitMs`, or dead where that is null. */
export async function settle(trx: Knex.Transaction, delivery: TakenDelivery, attemptId: string, result: AttemptResult, waitMs: number | null): Promise<void> {
  const attempt = delivery.attempts + 1;
  const status = result.error === null ? 'delivered' : waitMs === null ? 'dead' : 'pending';
  const wait = status === 'pending' ? (waitMs ?? 0) / 1000 : 0;
  const { rows } = await trx.raw<{ rows: unknown[] }>(`UPDATE crm_core.crm_webhook_deliveries SET status = ?, attempts = ?, last_attempt_at = now(), leased_until = NULL, next_attempt_at = now() + make_interval(secs => ?)
    WHERE id = ? RETURNING 1`, [status, attempt, wait, delivery.id]);
  // The event may have been erased or forgotten meanwhile.
  if (rows.length === 0) return;
  await trx('crm_core.crm_webhook_attempts').insert({ id: attemptId, delivery_id: delivery.id, attempt, status: result.status, error: result.error, duration_ms: result.durationMs, response: result.response });
  if (status !== 'pending') return;
  // What waits behind it for order's sake need not be looked at before.
  await trx.raw(`UPDATE crm_core.crm_webhook_deliveries SET next_attempt_at = greatest(next_attempt_at, now() + make_interval(secs => ?))
    WHERE webhook_id = ? AND record_id = ? AND status = 'pending' AND position > ?`, [wait, delivery.webhook.id, delivery.event.record_id, delivery.event.position]);
}

/** Gives a delivery back as if it had not been taken. */
export async function giveBack(db: Reader, id: string): Promise<void> {
  await db('crm_core.crm_webhook_deliveries').where({ id }).update({ leased_until: null });
}

/** Removes a delivery that its endpoint's owner must not see: the log would tell that there was something. */
export async function withhold(db: Reader, id: string): Promise<void> {
  await db('crm_core.crm_webhook_deliveries').where({ id }).delete();
}

const shown = `SELECT d.id, d.position::text, d.event_id, e.type AS event_type, d.record_id, (e.lsn - '0/0'::pg_lsn)::text AS lsn, d.status, d.attempts, d.next_attempt_at, d.last_attempt_at, e.occurred_at
  FROM crm_core.crm_webhook_deliveries d JOIN crm_core.crm_webhook_events e ON e.id = d.event_id WHERE d.webhook_id = ? AND d.last_attempt_at IS NOT NULL`;

/** Deliveries that were attempted, newest event first: before that nobody has judged whether the owner may know of the event. */
export async function listDeliveries(db: Reader, webhookId: string, filter: { readonly status: string | null; readonly before: string | null; readonly limit: number }): Promise<DeliveryRow[]> {
  const { rows } = await db.raw<{ rows: DeliveryRow[] }>(`${shown} AND (?::text IS NULL OR d.status = ?) AND (?::bigint IS NULL OR d.position < ?) ORDER BY d.position DESC LIMIT ?`,
    [webhookId, filter.status, filter.status, filter.before, filter.before, filter.limit] as Knex.Value[]);
  return rows;
}

/** One delivery that was attempted. */
export async function findDelivery(db: Reader, webhookId: string, id: string): Promise<DeliveryRow | undefined> {
  const { rows } = await db.raw<{ rows: DeliveryRow[] }>(`${shown} AND d.id = ?`, [webhookId, id]);
  return rows[0];
}

/** The attempts of a delivery, the newest first. */
export async function listAttempts(db: Reader, deliveryId: string): Promise<AttemptRow[]> {
  return db('crm_core.crm_webhook_attempts').where({ delivery_id: deliveryId }).orderBy([{ column: 'created_at', order: 'desc' }, { column: 'attempt', order: 'desc' }]).limit(100)
    .select<AttemptRow[]>('id', 'attempt', 'status', 'error', 'duration_ms', 'response', 'created_at');
}

/** Queues one delivery at once with the whole schedule before it. */
export async function requeue(trx: Knex.Transaction, id: string): Promise<void> {
  await trx('crm_core.crm_webhook_deliveries').where({ id }).update({ status: 'pending', attempts: 0, next_attempt_at: trx.fn.now(), leased_until: null });
}
