import type { Knex } from 'knex';
import type { Reader } from '../../../kernel/context/call.js';
import type { EmbedRequest, EmbedRow } from './embed.types.js';

const table = 'crm_core.crm_report_embeds';
const columns = ['id', 'report_id', 'owner_id', 'client_id', 'scope', 'version', 'origins', 'locale', 'created_at', 'expires_at', 'last_used_at'] as const;

/** Somebody's tokens in force, the newest first. */
export async function listEmbeds(db: Reader, ownerId: string, reportId: string | null): Promise<EmbedRow[]> {
  const found = db(table).where({ owner_id: ownerId, ...(reportId === null ? {} : { report_id: reportId }) }).whereNull('deleted_at').where('expires_at', '>', db.fn.now());
  return found.orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id', order: 'desc' }]).limit(1000).select<EmbedRow[]>(...columns);
}

/** A token that was not revoked, in force or expired. */
export async function findEmbed(db: Reader, id: string): Promise<EmbedRow | undefined> {
  return db(table).where({ id }).whereNull('deleted_at').first<EmbedRow | undefined>(...columns);
}

/** How many tokens in force somebody has. The owner's row is locked, so that two requests at once cannot pass a limit. */
export async function countEmbeds(trx: Knex.Transaction, ownerId: string): Promise<number> {
  await trx.raw('SELECT 1 FROM crm_core.crm_users WHERE id = ? FOR NO KEY UPDATE', [ownerId]);
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM ${table} WHERE owner_id = ? AND deleted_at IS NULL AND expires_at > now()`, [ownerId]);
  return rows[0]?.n ?? 0;
}

/** Stores a token. */
export async function insertEmbed(trx: Knex.Transaction, { seconds, origins, ...rest }: EmbedRequest & Pick<EmbedRow, 'report_id' | 'owner_id' | 'client_id' | 'scope'>): Promise<EmbedRow> {
  const [row] = await trx(table).insert({ ...rest, origins: [...origins], expires_at: trx.raw("date_trunc('second', now() + make_interval(secs => ?))", [seconds]) }).returning<EmbedRow[]>([...columns]);
  if (!row) throw new Error('An embed token could not be stored');
  return row;
}

/** Revokes somebody's token; undefined where there is none. */
export async function revokeEmbed(trx: Knex.Transaction, ownerId: string, id: string): Promise<EmbedRow | undefined> {
  const [row] = await trx(table).where({ id, owner_id: ownerId }).whereNull('deleted_at').update({ deleted_at: trx.fn.now() }).returning<EmbedRow[]>([...columns]);
  return row;
}

/** Notes about once a minute that a token was used. */
export async function touchEmbed(db: Reader, id: string): Promise<void> {
  await db.raw(`UPDATE ${table} SET last_used_at = now() WHERE id = ? AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`, [id]);
}

/** Whether a token names an origin. Those that expired lately count: their pages must be able to read that they did. */
export async function namesOrigin(db: Reader, origin: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(`SELECT 1 FROM ${table} WHERE origins @> ARRAY[?]::text[] AND deleted_at IS NULL AND expires_at > now() - interval '30 days' LIMIT 1`, [origin]);
  return rows.length > 0;
}
