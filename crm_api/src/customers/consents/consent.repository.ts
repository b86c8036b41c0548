import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import { consentsOf, currentOf, stateNow } from './consent.sql.js';
import type { ConsentRow, CurrentConsent, PersonKind } from './consent.types.js';

const shown = `c.id, c.contact_id, c.lead_id, p.key AS purpose, c.channel, c.state, c.legal_basis, c.occurred_at, c.expires_at, c.source, c.wording_id, c.wording_version, c.wording_hash, c.reference,
  host(c.ip) AS ip, c.user_agent, c.actor_kind, c.created_at, (SELECT json_build_object('id', u.id, 'name', u.name) FROM crm_core.crm_users u WHERE u.id = c.actor_id) AS actor`;

/** What holds now of each live purpose and channel, those of which nothing was recorded among them. */
export async function readCurrent(db: Reader, kind: PersonKind, id: string): Promise<CurrentConsent[]> {
  const { rows } = await db.raw<{ rows: (Omit<CurrentConsent, 'since' | 'expires_at'> & { since: Date | null; expires_at: Date | null })[] }>(`
    WITH who AS (SELECT ?::uuid AS id), now_of AS (${currentOf(kind, '(SELECT id FROM who)')})
    SELECT p.key AS purpose, ch.channel, coalesce(${stateNow('c')}, 'none') AS state, c.legal_basis, c.occurred_at AS since, c.expires_at
      FROM crm_core.crm_consent_purposes p CROSS JOIN LATERAL unnest(p.channels) WITH ORDINALITY AS ch(channel, place)
      LEFT JOIN now_of c ON c.purpose_id = p.id AND c.channel = ch.channel
      WHERE p.deleted_at IS NULL ORDER BY p.created_at, p.id, ch.place`, [id]);
  return rows.map((row) => ({ ...row, since: row.since?.toISOString() ?? null, expires_at: row.expires_at?.toISOString() ?? null }));
}

/** Everything that was recorded, the newest statement first. */
export async function readHistory(db: Reader, kind: PersonKind, id: string, limit: number): Promise<ConsentRow[]> {
  const { rows } = await db.raw<{ rows: ConsentRow[] }>(`WITH who AS (SELECT ?::uuid AS id) SELECT ${shown} FROM (${consentsOf(kind, '(SELECT id FROM who)')}) c JOIN crm_core.crm_consent_purposes p ON p.id = c.purpose_id
    ORDER BY c.occurred_at DESC, c.id DESC LIMIT ?`, [id, limit]);
  return rows;
}

/** Writes one statement; there is no other way to write. */
export async function insertConsent(trx: Knex.Transaction, values: Readonly<Record<string, unknown>>): Promise<ConsentRow> {
  const [made] = await trx('crm_core.crm_consents').insert(values).returning<{ id: string }[]>('id');
  const { rows } = await trx.raw<{ rows: ConsentRow[] }>(`SELECT ${shown} FROM crm_core.crm_consents c JOIN crm_core.crm_consent_purposes p ON p.id = c.purpose_id WHERE c.id = ?`, [made?.id ?? '']);
  const [row] = rows;
  if (row === undefined) throw new Error('The consent was not written');
  return row;
}

/** A person as far as contacting them goes; undefined where there is no living record. */
export async function readReach(db: Reader, kind: PersonKind, id: string): Promise<Record<'email' | 'phone' | 'mobile', string | null> & { email_opt_in: boolean | null; sms_opt_in: boolean | null } | undefined> {
  const more = kind === 'contacts' ? 'mobile, email_opt_in, sms_opt_in' : 'NULL::text AS mobile, NULL::boolean AS email_opt_in, NULL::boolean AS sms_opt_in';
  const { rows } = await db.raw<{ rows: (Record<'email' | 'phone' | 'mobile', string | null> & { email_opt_in: boolean | null; sms_opt_in: boolean | null })[] }>(
    `SELECT email::text, phone, ${more} FROM crm_core.crm_${kind} WHERE id = ? AND deleted_at IS NULL AND merged_into_id IS NULL`, [id]);
  return rows[0];
}
