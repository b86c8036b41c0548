import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';

/** A login with the count of its failures. */
export interface LoginRow {
  user_id: string;
  password_hash: string;
  failed_attempts: number;
  locked_until: Date | null;
}

/** An API client with its secret's hash. */
export interface ClientRow {
  id: string;
  client_id: string;
  secret_hash: string;
}

/** A refresh token as stored: only its hash. */
export interface RefreshRow {
  id: string;
  family_id: string;
  user_id: string | null;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
}

/** Reads and writes logins, clients and refresh tokens. */
export class AuthRepository {
  /** The login of an active user by address, case not counting. */
  async loginByEmail(db: Reader, email: string): Promise<LoginRow | undefined> {
    return db('crm_core.crm_users as u').join('crm_core.crm_credentials as c', 'c.user_id', 'u.id')
      .where('u.email', email).where('u.is_active', true).whereNull('u.deleted_at')
      .first<LoginRow | undefined>('c.user_id', 'c.password_hash', 'c.failed_attempts', 'c.locked_until');
  }

  /** Counts a failure and locks the account for the given seconds, atomically; returns the failures so far. */
  async countFailure(db: Reader, userId: string, waitAfter: (failures: number) => number): Promise<void> {
    const [row] = await db('crm_core.crm_credentials').where({ user_id: userId }).increment('failed_attempts', 1).returning<{ failed_attempts: number }[]>('failed_attempts');
    const seconds = waitAfter(row?.failed_attempts ?? 0);
    if (seconds > 0) await db('crm_core.crm_credentials').where({ user_id: userId }).update({ locked_until: db.raw('now() + make_interval(secs => ?)', [seconds]) });
  }

  /** Forgets the failures after a success. */
  async clearFailures(db: Reader, userId: string): Promise<void> {
    await db('crm_core.crm_credentials').where({ user_id: userId }).where('failed_attempts', '>', 0).update({ failed_attempts: 0, locked_until: null });
  }

  /** An active API client by its public id. */
  async clientById(db: Reader, clientId: string): Promise<ClientRow | undefined> {
    return db('crm_core.crm_api_clients').where({ client_id: clientId, is_active: true }).whereNull('deleted_at')
      .first<ClientRow | undefined>('id', 'client_id', 'secret_hash');
  }

  /** Notes that a client was used. */
  async touchClient(db: Reader, id: string): Promise<void> {
    await db('crm_core.crm_api_clients').where({ id }).update({ last_used_at: db.fn.now() });
  }

  /** Stores a refresh token of a family. */
  async insertRefresh(trx: Reader, row: { token_hash: Buffer; family_id: string; user_id: string; expires_at: Date }): Promise<void> {
    await trx('crm_core.crm_refresh_tokens').insert(row);
  }

  /** A refresh token by its hash, locked so that two uses at once are one after the other. */
  async lockRefresh(trx: Knex.Transaction, tokenHash: Buffer): Promise<RefreshRow | undefined> {
    return trx('crm_core.crm_refresh_tokens').where({ token_hash: tokenHash }).forUpdate()
      .first<RefreshRow | undefined>('id', 'family_id', 'user_id', 'expires_at', 'used_at', 'revoked_at');
  }

  /** Marks a refresh token as used. */
  async useRefresh(trx: Knex.Transaction, id: string): Promise<void> {
    await trx('crm_core.crm_refresh_tokens').where({ id }).update({ used_at: trx.fn.now() });
  }

  /** Ends all tokens that descend from one sign-in. */
  async revokeFamily(trx: Reader, familyId: string): Promise<void> {
    await trx('crm_core.crm_refresh_tokens').where({ family_id: familyId }).whereNull('revoked_at').update({ revoked_at: trx.fn.now() });
  }
}
