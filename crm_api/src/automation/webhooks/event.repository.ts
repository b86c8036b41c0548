import type { Knex } from 'knex';
import { ping } from './event.types.js';

/** Events of one transaction of the publisher: short enough that nobody waits for its locks. */
const batchSize = 500;
const purgeSize = 5_000;
/** Events that one replay queues. */
export const replaySize = 10_000;

// One publisher at a time: two would hand out deliveries of one record in an order that neither knows.
const lockKey = `hashtext('crm_webhook_publisher')`;

/**
 * Publishes committed events of the outbox, oldest first, and makes their deliveries; answers how many. The position of the log is read after the
 * statement's snapshot was taken, so that it lies behind the commit of everything that the snapshot sees: what commits after a position has greater ones.
 */
export async function publishEvents(db: Knex): Promise<number> {
  return db.transaction(async (trx) => {
    const lock = await trx.raw<{ rows: { taken: boolean }[] }>(`SELECT pg_try_advisory_xact_lock(${lockKey}) AS taken`);
    if (lock.rows[0]?.taken !== true) return 0;
    const { rows } = await trx.raw<{ rows: { n: number }[] }>(`
      WITH here AS MATERIALIZED (SELECT pg_current_wal_insert_lsn() AS lsn),
      batch AS MATERIALIZED (SELECT id FROM crm_core.crm_webhook_events WHERE lsn IS NULL ORDER BY position LIMIT ${batchSize} FOR UPDATE),
      published AS (UPDATE crm_core.crm_webhook_events e SET lsn = here.lsn, published_at = now() FROM batch, here WHERE e.id = batch.id RETURNING e.*),
      made AS (INSERT INTO crm_core.crm_webhook_deliveries (webhook_id, event_id, record_id, position)
        SELECT w.id, p.id, p.record_id, p.position FROM published p JOIN crm_core.crm_webhooks w ON w.is_enabled AND w.deleted_at IS NULL AND ${subscribed('w', 'p')} ORDER BY p.position)
      SELECT count(*)::int AS n FROM published`);
    return rows[0]?.n ?? 0;
  });
}

const subscribed = (webhook: string, event: string): string => `${webhook}.event_types && ARRAY['*', split_part(${event}.type, '.', 1) || '.*', ${event}.type]`;

/** Where a replay begins: at a position of the log (decimal text) or at a time. */
export type ReplayStart = { readonly lsn: string } | { readonly since: string };

/** What a replay came to: how many events were queued, the position of the last, and whether there are more. */
export interface Replayed {
  readonly queued: number;
  readonly lastLsn: string | null;
  readonly more: boolean;
  /** False where the outbox begins later than was asked for. */
  readonly complete: boolean;
}

/** Queues the events from a point on for one endpoint again, whatever became of them; the messages keep their ids. */
export async function replayEvents(trx: Knex.Transaction, webhookId: string, start: ReplayStart): Promise<Replayed> {
  const [condition, value] = 'lsn' in start ? [`e.lsn >= '0/0'::pg_lsn + ?::numeric`, start.lsn] : ['e.occurred_at >= ?::timestamptz', start.since];
  const { rows } = await trx.raw<{ rows: { queued: number; found: number; last: string | null }[] }>(`
    WITH found AS MATERIALIZED (SELECT e.id, e.record_id, e.position, e.lsn FROM crm_core.crm_webhook_events e, crm_core.crm_webhooks w
      WHERE w.id = ? AND e.lsn IS NOT NULL AND e.resource <> '${ping.resource}' AND ${subscribed('w', 'e')} AND ${condition} ORDER BY e.lsn, e.position LIMIT ${replaySize + 1}),
    taken AS (SELECT * FROM found ORDER BY lsn, position LIMIT ${replaySize}),
    queued AS (INSERT INTO crm_core.crm_webhook_deliveries (webhook_id, event_id, record_id, position) SELECT ?, id, record_id, position FROM taken
      ON CONFLICT (webhook_id, event_id) DO UPDATE SET status = 'pending', attempts = 0, next_attempt_at = now(), leased_until = NULL)
    SELECT (SELECT count(*)::int FROM taken) AS queued, (SELECT count(*)::int FROM found) AS found, (SELECT (max(lsn) - '0/0'::pg_lsn)::text FROM taken) AS last`, [webhookId, value, webhookId]);
  const first = await trx.raw<{ rows: { covers: boolean }[] }>(`SELECT ${'lsn' in start ? `'0/0'::pg_lsn + ?::numeric >= lsn` : '?::timestamptz >= occurred_at'} AS covers FROM crm_core.crm_webhook_events WHERE lsn IS NOT NULL ORDER BY lsn, position LIMIT 1`, [value]);
  const [row] = rows;
  return { queued: row?.queued ?? 0, lastLsn: row?.last ?? null, more: (row?.found ?? 0) > replaySize, complete: first.rows[0]?.covers ?? false };
}

/** Queues a ping for one endpoint, published at once and for it alone; answers the delivery's id. */
export async function insertPing(trx: Knex.Transaction, webhookId: string): Promise<string> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(`
    WITH made AS (INSERT INTO crm_core.crm_webhook_events (type, resource, record_id, record, lsn, published_at)
      VALUES ('${ping.type}', '${ping.resource}', ?::uuid, '{}', pg_current_wal_insert_lsn(), now()) RETURNING id, record_id, position)
    INSERT INTO crm_core.crm_webhook_deliveries (webhook_id, event_id, record_id, position) SELECT record_id, id, record_id, position FROM made RETURNING id`, [webhookId]);
  return rows[0]?.id ?? '';
}

/** Forgets events that are older than `days`, with their deliveries and attempts, except those that an endpoint which is on still waits for; answers how many. */
export async function purgeEvents(db: Knex, days: number): Promise<number> {
  const { rows } = await db.raw<{ rows: unknown[] }>(`DELETE FROM crm_core.crm_webhook_events WHERE id IN (
    SELECT e.id FROM crm_core.crm_webhook_events e WHERE e.occurred_at < now() - make_interval(days => ?) AND NOT EXISTS (
      SELECT FROM crm_core.crm_webhook_deliveries d JOIN crm_core.crm_webhooks w ON w.id = d.webhook_id AND w.is_enabled AND w.deleted_at IS NULL WHERE d.event_id = e.id AND d.status = 'pending')
    ORDER BY e.occurred_at LIMIT ${purgeSize}) RETURNING 1`, [days]);
  return rows.length;
}
