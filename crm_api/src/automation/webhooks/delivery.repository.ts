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

// The first of each record is looked up by its index, one by one: as an anti-join, the planner would go through all that waits before statistics tell it better.
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
          AND p.position = (SELECT min(b.position) FROM crm_core.crm_webhook_deliveries b WHERE b.webhook_id = p.webhook_id AND b.record_id = p.record_id AND b.status = 'pending')
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

/**
 * Notes one attempt and what follows from it, in one statement: delivered, another attempt after `waitMs`, or dead where that is null. Answers since when the
 * endpoint fails; null while it does not. A delivery whose event was erased or forgotten meanwhile leaves no trace.
 */
export async function settle(db: Reader, delivery: TakenDelivery, attemptId: string, result: AttemptResult, waitMs: number | null): Promise<Date | null> {
  const attempt = delivery.attempts + 1;
  const status = result.error === null ? 'delivered' : waitMs === null ? 'dead' : 'pending';
  const wait = status === 'pending' ? (waitMs ?? 0) / 1000 : 0;
  const taken = result.error === null;
  const { id: webhookId } = delivery.webhook;
  // The endpoint's row is written only when its state turns: many attempts would wait for each other there. What waits behind this delivery for order's
  // sake need not be looked at before it.
  const { rows } = await db.raw<{ rows: { failing_since: Date | null }[] }>(`
    WITH done AS (UPDATE crm_core.crm_webhook_deliveries SET status = ?, attempts = ?, last_attempt_at = now(), leased_until = NULL, next_attempt_at = now() + make_interval(secs => ?) WHERE id = ? RETURNING id),
    logged AS (INSERT INTO crm_core.crm_webhook_attempts (id, delivery_id, attempt, status, error, duration_ms, response) SELECT ?::uuid, done.id, ?::int, ?::int, ?, ?::int, ? FROM done),
    behind AS (UPDATE crm_core.crm_webhook_deliveries SET next_attempt_at = greatest(next_attempt_at, now() + make_interval(secs => ?))
      WHERE ? AND webhook_id = ? AND record_id = ? AND status = 'pending' AND position > ?),
    health AS (UPDATE crm_core.crm_webhooks SET failing_since = CASE WHEN ?::boolean THEN NULL ELSE now() END WHERE id = ? AND (failing_since IS NULL) <> ?::boolean RETURNING failing_since)
    SELECT coalesce((SELECT failing_since FROM health), w.failing_since) AS failing_since FROM crm_core.crm_webhooks w WHERE w.id = ?`, [
    status, attempt, wait, delivery.id, attemptId, attempt, result.status, result.error, result.durationMs, result.response,
    wait, status === 'pending', webhookId, delivery.event.record_id, delivery.event.position, taken, webhookId, taken, webhookId,
  ] as Knex.Value[]);
  return taken ? null : rows[0]?.failing_since ?? null;
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

/** How deliveries of an endpoint went: what waits for another attempt and what is dead, and of the last deliveries how many attempts were made and taken, how long they took, and the last one. */
export interface DeliveryStatistics {
  readonly webhook_id: string;
  readonly pending: number;
  readonly dead: number;
  readonly attempts: number;
  readonly taken: number;
  readonly p95_ms: number | null;
  readonly last_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

// As many as say how an endpoint is; all of them would be read for every look at the page.
const judged = 1000;

/** The statistics of endpoints. Deliveries that were never attempted do not count: nobody has judged yet whether the owner may know of them. */
export async function readStatistics(db: Reader, webhookIds: readonly string[]): Promise<DeliveryStatistics[]> {
  const { rows } = await db.raw<{ rows: DeliveryStatistics[] }>(`SELECT w.id AS webhook_id,
      (SELECT count(*)::int FROM crm_core.crm_webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.last_attempt_at IS NOT NULL) AS pending,
      (SELECT count(*)::int FROM crm_core.crm_webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'dead') AS dead,
      s.attempts, s.taken, s.p95_ms, l.created_at AS last_at, l.status AS last_status, l.error AS last_error
    FROM crm_core.crm_webhooks w
      CROSS JOIN LATERAL (SELECT ARRAY(SELECT d.id FROM crm_core.crm_webhook_deliveries d WHERE d.webhook_id = w.id AND d.last_attempt_at IS NOT NULL ORDER BY d.position DESC LIMIT ${judged}) AS ids) r
      CROSS JOIN LATERAL (SELECT count(*)::int AS attempts, count(*) FILTER (WHERE a.error IS NULL)::int AS taken,
        round(percentile_cont(0.95) WITHIN GROUP (ORDER BY a.duration_ms))::int AS p95_ms FROM crm_core.crm_webhook_attempts a WHERE a.delivery_id = ANY(r.ids)) s
      LEFT JOIN LATERAL (SELECT a.created_at, a.status, a.error FROM crm_core.crm_webhook_attempts a WHERE a.delivery_id = ANY(r.ids) ORDER BY a.created_at DESC LIMIT 1) l ON true
    WHERE w.id = ANY(?::uuid[]) ORDER BY w.id`, [`{${webhookIds.join(',')}}`]);
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
