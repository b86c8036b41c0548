import type { Reader } from '../../kernel/context/call.js';

/** A login: whose it is and the hash of its password. */
export interface LoginRow {
  user_id: string;
  password_hash: string;
}

/** An API client as the provider knows it. */
export interface ClientRow {
  id: string;
  client_id: string;
  name: string;
  secret_hash: string;
  scopes: string[] | null;
  redirect_uris: string[];
}

/** Rows of logins and API clients. */
export class LoginRepository {
  /** The login of an active user by address, case not counting. */
  async byEmail(db: Reader, email: string): Promise<LoginRow | undefined> {
    // Postgres has no such character in its texts.
    if (email.includes('\0')) return undefined;
    return logins(db).where('u.email', email).first<LoginRow | undefined>('c.user_id', 'c.password_hash');
  }

  /** The login of an active user. */
  async byUser(db: Reader, userId: string): Promise<LoginRow | undefined> {
    return logins(db).where('u.id', userId).first<LoginRow | undefined>('c.user_id', 'c.password_hash');
  }

  /** Stores another hash of the same password. */
  async renewHash(db: Reader, userId: string, hash: string): Promise<void> {
    await db('crm_core.crm_credentials').where({ user_id: userId }).update({ password_hash: hash });
  }

  /** Stores the hash of a password that was chosen, the first one or another. */
  async putHash(trx: Reader, userId: string, hash: string): Promise<void> {
    await trx('crm_core.crm_credentials').insert({ user_id: userId, password_hash: hash }).onConflict('user_id').merge({ password_hash: hash, password_changed_at: trx.fn.now() });
  }

  /** An active API client by its public id. */
  async clientById(db: Reader, clientId: string): Promise<ClientRow | undefined> {
    if (clientId.includes('\0')) return undefined;
    return db('crm_core.crm_api_clients').where({ client_id: clientId, is_active: true }).whereNull('deleted_at')
      .first<ClientRow | undefined>('id', 'client_id', 'name', 'secret_hash', 'scopes', 'redirect_uris');
  }

  /** Notes that a client was used. */
  async touchClient(db: Reader, clientId: string): Promise<void> {
    await db('crm_core.crm_api_clients').where({ client_id: clientId }).update({ last_used_at: db.fn.now() });
  }
}

const logins = (db: Reader): ReturnType<Reader> => db('crm_core.crm_users as u').join('crm_core.crm_credentials as c', 'c.user_id', 'u.id').where('u.is_active', true).whereNull('u.deleted_at');
