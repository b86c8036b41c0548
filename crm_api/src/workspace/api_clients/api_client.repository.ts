import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { ApiClientRow } from './api_client.types.js';

const table = 'crm_core.crm_api_clients';

/** Columns of a client as written; the role by its id. */
export interface StoredClient {
  name: string;
  role_id: string;
  user_id: string | null;
  scopes: readonly string[] | null;
  redirect_uris: readonly string[];
  is_active: boolean;
}

const selected = (db: Reader): Knex.QueryBuilder => db(`${table} as c`).join('crm_core.crm_roles as r', 'r.id', 'c.role_id').leftJoin('crm_core.crm_users as u', 'u.id', 'c.user_id').whereNull('c.deleted_at')
  .select('c.id', 'c.client_id', 'c.name', 'c.role_id', 'c.user_id', 'c.scopes', 'c.redirect_uris', 'c.is_active', 'c.last_used_at', 'c.created_at', 'c.updated_at', 'r.permissions as role_permissions', 'r.fields as role_fields',
    db.raw(`json_build_object('key', r.key, 'name', r.name, 'name_ar', r.name_ar) AS role, c.xmin::text AS __version,
      CASE WHEN u.id IS NULL THEN NULL ELSE json_build_object('id', u.id, 'name', u.name, 'name_ar', u.name_ar) END AS "user"`));

/** All clients by name. */
export async function listClients(db: Reader): Promise<ApiClientRow[]> {
  return (await selected(db).orderBy(['c.name', 'c.id'])) as ApiClientRow[];
}

/** One client, behind its lock where it is to be changed. */
export async function findClient(db: Reader, id: string, lock = false): Promise<ApiClientRow | undefined> {
  if (lock) await db(table).where({ id }).whereNull('deleted_at').forUpdate().select('id');
  return (await selected(db).where('c.id', id).first()) as ApiClientRow | undefined;
}

/** Inserts a client with the hash of its secret and gives its id. */
export async function insertClient(trx: Knex.Transaction, clientId: string, secretHash: string, values: StoredClient): Promise<string> {
  const [row] = await trx(table).insert({ client_id: clientId, secret_hash: secretHash, ...values }).returning<{ id: string }[]>('id');
  if (!row) throw new Error('The client was not stored');
  return row.id;
}

/** Changes columns of a client; `deleted_at` hides it. */
export async function updateClient(trx: Knex.Transaction, id: string, values: Partial<StoredClient> & { secret_hash?: string; deleted_at?: Knex.Raw }): Promise<void> {
  await trx(table).where({ id }).update(values);
}

/** Whether an active user of that id exists. */
export async function userExists(trx: Knex.Transaction, id: string): Promise<boolean> {
  return (await trx('crm_core.crm_users').where({ id, is_active: true }).whereNull('deleted_at').first<{ id: string } | undefined>('id')) !== undefined;
}
