import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { DeliveryRow, DeliveryState, SentFile, Sources } from './delivery.types.js';

const table = 'crm_core.crm_report_deliveries';
const columns = 't.id, t.schedule_id, t.recipient_id, t.run_at, t.trigger, t.state, t.attempts, t.next_attempt_at, t.problem, t.lsn::text, t.committed_at, t.files, t.sent_at, t.created_at';

/** Plans a run for each recipient; a run that was planned before stays one. */
export async function planRun(trx: Knex.Transaction, { scheduleId, recipientIds, runAt, trigger }: { readonly scheduleId: string; readonly recipientIds: readonly string[]; readonly runAt: Date; readonly trigger: DeliveryRow['trigger'] }): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(`INSERT INTO ${table} (schedule_id, recipient_id, run_at, trigger) SELECT ?::uuid, one, ?::timestamptz, ? FROM unnest(?::uuid[]) AS one ON CONFLICT (schedule_id, recipient_id, run_at) DO NOTHING`, [scheduleId, runAt, trigger, [...recipientIds]]);
  return rowCount;
}

/** Takes the next delivery that is due for so many seconds; another worker may take it after that, if it was not handed over by then. */
export async function takeDelivery(db: Knex, { dashboards, reports }: Sources, leaseSeconds: number): Promise<DeliveryRow | undefined> {
  return (await db.raw<{ rows: DeliveryRow[] }>(`WITH due AS (SELECT id FROM ${table} WHERE ((state = 'queued' AND next_attempt_at <= now()) OR (state = 'making' AND claimed_until < now()))
      AND EXISTS (SELECT FROM crm_core.crm_report_schedules s WHERE s.id = schedule_id AND CASE WHEN s.report_id IS NULL THEN ?::boolean ELSE ?::boolean END) ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE ${table} t SET state = 'making', attempts = attempts + 1, claimed_until = now() + make_interval(secs => ?) FROM due WHERE t.id = due.id RETURNING ${columns}`, [dashboards, reports, leaseSeconds])).rows[0];
}

/** Marks a delivery as being handed over; false where it is no longer this attempt's to hand over. From here on it is never sent again by itself. */
export async function beginSending(db: Reader, { id, attempts }: Pick<DeliveryRow, 'id' | 'attempts'>, values: { readonly messageId: string; readonly files: readonly SentFile[]; readonly lsn: string | null; readonly committedAt: string | null }, leaseSeconds: number): Promise<boolean> {
  return await db(table).where({ id, attempts, state: 'making' }).update({ state: 'sending', message_id: values.messageId, files: JSON.stringify(values.files), lsn: values.lsn, committed_at: values.committedAt, claimed_until: db.raw('now() + make_interval(secs => ?)', [leaseSeconds]) }) === 1;
}

/** Ends an attempt: in a final state, or queued again after so many seconds. */
export async function endAttempt(db: Reader, id: string, state: Exclude<DeliveryState, 'making' | 'sending'>, { problem = null, retrySeconds = 0 }: { readonly problem?: string | null; readonly retrySeconds?: number } = {}): Promise<void> {
  await db(table).where({ id }).update({ state, problem, claimed_until: null, next_attempt_at: db.raw('now() + make_interval(secs => ?)', [retrySeconds]), ...(state === 'sent' ? { sent_at: db.fn.now() } : {}) });
}

/** Deliveries that were being handed over when their worker died: whether they arrived is not known, so that they are never sent again. */
export async function giveUpInterrupted(db: Knex): Promise<{ readonly id: string; readonly schedule_id: string }[]> {
  return db(table).where({ state: 'sending' }).where('claimed_until', '<', db.fn.now()).update({ state: 'uncertain', problem: 'delivery_uncertain', claimed_until: null }).returning<{ id: string; schedule_id: string }[]>(['id', 'schedule_id']);
}

/** The newest deliveries of a schedule. */
export async function listDeliveries(db: Reader, scheduleId: string, limit: number): Promise<DeliveryRow[]> {
  return (await db.raw<{ rows: DeliveryRow[] }>(`SELECT ${columns}, u.name AS recipient_name FROM ${table} t JOIN crm_core.crm_users u ON u.id = t.recipient_id WHERE t.schedule_id = ? ORDER BY t.run_at DESC, u.name LIMIT ?`, [scheduleId, limit])).rows;
}

/** Forgets what is older than so many days. */
export async function forgetDeliveries(db: Knex, days: number): Promise<number> {
  return db(table).where('created_at', '<', db.raw('now() - make_interval(days => ?)', [days])).whereNotIn('state', ['queued', 'making', 'sending']).delete();
}
