import { prepared } from 'crm_db';
import type { Knex } from 'knex';

const table = 'crm_core.crm_idempotency_keys';

/** The answer kept under a key. */
export interface KeptAnswer {
  readonly request_hash: Buffer;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** Takes the key for this transaction: its id, or null where an answer is kept already. Waits for another transaction that holds it. */
export async function takeKey(trx: Knex.Transaction, entry: { caller: string; key: string; requestHash: Buffer; lifeSeconds: number }): Promise<string | null> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(`
    INSERT INTO ${table} AS k (caller, key, request_hash, expires_at) VALUES (:caller, :key, :hash, now() + :life * interval '1 second')
    ON CONFLICT (caller, key) DO UPDATE SET request_hash = excluded.request_hash, status = NULL, headers = NULL, body = NULL, expires_at = excluded.expires_at
    WHERE k.expires_at <= now()
    RETURNING id`, { caller: entry.caller, key: entry.key, hash: entry.requestHash, life: entry.lifeSeconds }).options(prepared);
  return rows[0]?.id ?? null;
}

/** The answer kept under a key. */
export async function keptAnswer(trx: Knex.Transaction, caller: string, key: string): Promise<KeptAnswer | undefined> {
  return trx(table).where({ caller, key }).whereNotNull('status').first<KeptAnswer | undefined>('request_hash', 'status', 'headers', 'body');
}

/** Keeps the answer; it becomes visible with the change itself. */
export async function keepAnswer(trx: Knex.Transaction, id: string, answer: { status: number; headers: Readonly<Record<string, string>>; body: string | null }): Promise<void> {
  await trx(table).where({ id }).update({ status: answer.status, headers: JSON.stringify(answer.headers), body: answer.body }).options(prepared);
}

/** Removes keys whose time is over, a bounded number at once; returns how many. */
export async function forgetKeys(db: Knex): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE expires_at <= now() LIMIT 5000)`);
  return rowCount;
}
