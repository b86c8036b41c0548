import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { Verification } from './chain.types.js';

/** A row of `crm_audit_verifications`. */
export interface VerificationRow {
  readonly id: string;
  readonly requested_by: string | null;
  readonly status: 'queued' | 'running' | 'done' | 'failed';
  readonly checked_count: string;
  readonly total_count: string | null;
  readonly finished_at: Date | null;
  readonly sound: boolean | null;
  readonly result: Verification | null;
  readonly error: 'too_long' | 'fault' | null;
  readonly created_at: Date;
}

/** What the chain says of itself without being recomputed. */
export interface ChainState {
  readonly position: string | null;
  readonly head: string | null;
  readonly sealed_at: Date | null;
  readonly waiting: number;
  readonly oldest_waiting: Date | null;
}

const table = 'crm_core.crm_audit_verifications';
const kept = 20;
// A worker that gives no sign of life for so long has died; a batch takes a fraction of a second.
const silentSeconds = 60;

/** The newest seal and what waits for the next one. */
export async function readChainState(db: Reader): Promise<ChainState> {
  const { rows: [row] } = await db.raw<{ rows: ChainState[] }>(`SELECT s.last_position AS position, s.head, s.created_at AS sealed_at, w.waiting, w.oldest_waiting
    FROM (SELECT count(*)::int AS waiting, min(created_at) AS oldest_waiting FROM crm_core.crm_audit_pending) w
      LEFT JOIN LATERAL (SELECT last_position, head, created_at FROM crm_core.crm_audit_seals ORDER BY last_position DESC LIMIT 1) s ON true`);
  return row ?? { position: null, head: null, sealed_at: null, waiting: 0, oldest_waiting: null };
}

/** The last verification that was asked for. */
export const newestVerification = (db: Reader): Promise<VerificationRow | undefined> => Promise.resolve(db(table).orderBy('created_at', 'desc').orderBy('id', 'desc').first<VerificationRow | undefined>('*'));

/** One verification. */
export const findVerification = (db: Reader, id: string): Promise<VerificationRow | undefined> => Promise.resolve(db(table).where({ id }).first<VerificationRow | undefined>('*'));

/** Queues one and forgets old ones; undefined while another is unfinished. */
export async function insertVerification(trx: Knex.Transaction, requestedBy: string | null): Promise<VerificationRow | undefined> {
  const [row] = await trx(table).insert({ requested_by: requestedBy }).onConflict(trx.raw(`((true)) WHERE status IN ('queued', 'running') AND deleted_at IS NULL`)).ignore().returning<VerificationRow[]>('*');
  if (row) await trx(table).whereIn('id', trx(table).whereNotNull('finished_at').orderBy('created_at', 'desc').offset(kept).select('id')).delete();
  return row;
}

/** Takes the verification that waits, or that its worker left behind. */
export async function takeVerification(db: Knex): Promise<string | undefined> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(`UPDATE ${table} SET status = 'running', started_at = now(), checked_count = 0 WHERE id = (
    SELECT id FROM ${table} WHERE status = 'queued' OR (status = 'running' AND updated_at < now() - make_interval(secs => ${silentSeconds})) LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`);
  return rows[0]?.id;
}

/** Gives one back as if it had not been taken. */
export async function returnVerification(db: Reader, id: string): Promise<void> {
  await db(table).where({ id }).update({ status: 'queued' });
}

/** How far one is; also the sign of life. */
export async function noteChecked(db: Reader, id: string, checked: number, total: number): Promise<void> {
  await db(table).where({ id }).update({ checked_count: checked, total_count: total });
}

/** The end of one. */
export async function finishVerification(db: Reader, id: string, outcome: { readonly result: Verification; readonly sound: boolean } | 'too_long' | 'fault'): Promise<void> {
  await db(table).where({ id }).update(typeof outcome === 'string'
    ? { status: 'failed', error: outcome, finished_at: db.fn.now() }
    : { status: 'done', sound: outcome.sound, result: JSON.stringify(outcome.result), checked_count: outcome.result.checked, total_count: outcome.result.checked, finished_at: db.fn.now() });
}
