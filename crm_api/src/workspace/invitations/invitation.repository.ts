import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { RoleContent } from '../roles/role.types.js';

// An invitation is one step of signing in, used once and gone when it expires: what this table is for, and what tidies it.
const table = 'crm_core.crm_oidc_payloads';
const model = 'Invitation';

/** Whom an open invitation is for. */
export interface InvitedRow {
  readonly user_id: string;
  readonly name: string;
  readonly name_ar: string | null;
  readonly email: string;
  readonly expires_at: Date;
}

/** How somebody can sign in. */
export interface LoginStateRow {
  readonly has_password: boolean;
  readonly password_changed_at: Date | null;
  readonly invited_until: Date | null;
  readonly second_factor: boolean;
  readonly last_seen_at: Date | null;
}

// Only the digest is stored: who reads the table cannot use what is in it.
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Makes the token the only open invitation of a user, for some seconds; gives its end. */
export async function putInvitation(trx: Knex.Transaction, userId: string, token: string, seconds: number): Promise<Date> {
  await dropInvitations(trx, userId);
  const [row] = await trx(table).insert({ model, payload_id: digest(token), payload: JSON.stringify({ user: userId }), uid: userId, expires_at: trx.raw('now() + make_interval(secs => ?)', [seconds]) })
    .returning<{ expires_at: Date }[]>('expires_at');
  if (!row) throw new Error('The invitation was not stored');
  return row.expires_at;
}

/** Takes back what is open for a user; returns how many. */
export async function dropInvitations(trx: Knex.Transaction, userId: string): Promise<number> {
  return trx(table).where({ model, uid: userId }).del();
}

/** Whom a token invites, behind its lock: active users with an address only. */
export async function findInvited(db: Reader, token: string, lock = false): Promise<InvitedRow | undefined> {
  const query = db(`${table} as p`).joinRaw('JOIN crm_core.crm_users u ON u.id::text = p.uid').where({ 'p.model': model, 'p.payload_id': digest(token), 'u.is_active': true })
    .whereNull('u.deleted_at').whereNotNull('u.email').whereRaw('p.expires_at > now()');
  if (lock) void query.forUpdate('p');
  return query.first<InvitedRow | undefined>('u.id as user_id', 'u.name', 'u.name_ar', db.raw('u.email::text AS email'), 'p.expires_at');
}

/** How a user can sign in; undefined where there is no such user. */
export async function readLoginState(db: Reader, userId: string): Promise<LoginStateRow | undefined> {
  const { rows } = await db.raw<{ rows: LoginStateRow[] }>(`SELECT c.user_id IS NOT NULL AS has_password, c.password_changed_at, f.user_id IS NOT NULL AS second_factor,
    (SELECT max(p.expires_at) FROM ${table} p WHERE p.model = ? AND p.uid = u.id::text AND p.expires_at > now()) AS invited_until,
    (SELECT max(s.last_seen_at) FROM crm_core.crm_sessions s WHERE s.user_id = u.id) AS last_seen_at
    FROM crm_core.crm_users u LEFT JOIN crm_core.crm_credentials c ON c.user_id = u.id LEFT JOIN crm_core.crm_second_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL
    WHERE u.id = ? AND u.deleted_at IS NULL`, [model, userId]);
  return rows[0];
}

/** The roles of a user as they count, for who may invite them. */
export async function rolesOf(trx: Knex.Transaction, userId: string): Promise<Pick<RoleContent, 'permissions' | 'fields'>[]> {
  return trx('crm_core.crm_user_roles as ur').join('crm_core.crm_roles as r', 'r.id', 'ur.role_id').where('ur.user_id', userId).whereNull('ur.deleted_at').whereNull('r.deleted_at').select<Pick<RoleContent, 'permissions' | 'fields'>[]>('r.permissions', 'r.fields');
}
