import type { Permissions } from 'crm_db';
import type { Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion, withVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import { hashPassword } from '../auth/password.hash.js';
import { requireCovers } from '../roles/role.rules.js';
import { unknownRoles } from '../users/user.errors.js';
import { UserRepository } from '../users/user.repository.js';
import { findClient, insertClient, listClients, updateClient, userExists, type StoredClient } from './api_client.repository.js';
import type { ApiClientInput, ApiClientRow } from './api_client.types.js';

type Body = Record<string, unknown>;

/** A client as JSON carries it. */
export function presentClient(row: ApiClientRow): Body {
  const { __version, role_id: _role, role_permissions: _permissions, role_fields: _fields, user_id: _user, last_used_at, created_at, updated_at, ...rest } = row;
  return withVersion({ ...rest, last_used_at: last_used_at?.toISOString() ?? null, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() }, __version);
}

// What a log may know of a client: everything but the secret.
const contentOf = (row: ApiClientRow): Body => ({ name: row.name, role: row.role.key, user_id: row.user_id, scopes: row.scopes, redirect_uris: row.redirect_uris, is_active: row.is_active });
const newSecret = (): string => `crms_${randomBytes(32).toString('base64url')}`;

/** The rules of API clients: a secret is shown once, and nobody makes a client that may do more than they may. */
export class ApiClientService {
  private readonly users = new UserRepository();

  /** All clients by name. */
  async list(db: Reader): Promise<Body[]> {
    return (await listClients(db)).map(presentClient);
  }

  /** One client; 404 where there is none. */
  async get(db: Reader, id: string): Promise<Body> {
    return presentClient(await this.find(db, id));
  }

  /** Makes a client; the answer alone has its secret. */
  async create(trx: Knex.Transaction, call: Call, input: Omit<ApiClientInput, 'is_active'> & { readonly client_id?: string }): Promise<Body & { id: string }> {
    const { client_id: wanted, ...content } = input;
    const values = await this.checked(trx, call, { ...content, is_active: true });
    const secret = newSecret();
    const id = await insertClient(trx, wanted ?? `crm_${randomBytes(6).toString('hex')}`, await hashPassword(secret), values);
    const row = await this.find(trx, id);
    await audit(trx, call, { action: 'create', entity: 'api_clients', entityId: id, after: { client_id: row.client_id, ...contentOf(row) } });
    return { ...presentClient(row), id, client_secret: secret };
  }

  /** Changes what is given; a change that changes nothing writes nothing. */
  async update(trx: Knex.Transaction, call: Call, id: string, input: Partial<ApiClientInput>): Promise<Body> {
    const current = await this.find(trx, id, true);
    requireVersion(call, current as unknown as Body);
    const before = contentOf(current);
    const wanted = { ...before, ...input } as ApiClientInput;
    const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify((wanted as unknown as Body)[name]));
    if (changed.length === 0) return presentClient(current);
    // Switching off needs no more than the permission: it takes away and gives nothing.
    const onlyOff = changed.length === 1 && input.is_active === false;
    await updateClient(trx, id, onlyOff ? { is_active: false } : await this.checked(trx, call, wanted));
    const pick = (from: Body): Body => Object.fromEntries(changed.map((name) => [name, from[name]]));
    await audit(trx, call, { action: 'update', entity: 'api_clients', entityId: id, before: pick(before), after: pick(wanted as unknown as Body) });
    return this.get(trx, id);
  }

  /** Gives a client another secret; the one before counts for nothing from now on. */
  async rotate(trx: Knex.Transaction, call: Call, id: string): Promise<Body> {
    const current = await this.find(trx, id, true);
    requireVersion(call, current as unknown as Body);
    // Who is given the secret is given all that the client may do.
    requireMayGive(call, current.role_permissions, current);
    const secret = newSecret();
    await updateClient(trx, id, { secret_hash: await hashPassword(secret) });
    await audit(trx, call, { action: 'secret_rotate', entity: 'api_clients', entityId: id, after: { client_id: current.client_id } });
    return { ...await this.get(trx, id), client_secret: secret };
  }

  /** Removes a client; its name stays taken, so that nobody poses as it. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.find(trx, id, true);
    requireVersion(call, current as unknown as Body);
    await updateClient(trx, id, { is_active: false, deleted_at: trx.raw('now()') });
    await audit(trx, call, { action: 'delete', entity: 'api_clients', entityId: id, before: { client_id: current.client_id, ...contentOf(current) } });
  }

  private async checked(trx: Knex.Transaction, call: Call, input: ApiClientInput): Promise<StoredClient> {
    const [role] = await this.users.rolesByKey(trx, [input.role]);
    if (!role) throw unknownRoles([input.role]);
    if (input.user_id !== null && !(await userExists(trx, input.user_id))) {
      throw invalidBody([{ path: 'user_id', code: 'unknown_reference', message: '"user_id" is not the id of an active user.' }]);
    }
    requireMayGive(call, role.permissions, { user_id: input.user_id, role_fields: role.fields });
    const { role: _key, ...rest } = input;
    return { ...rest, role_id: role.id };
  }

  private async find(db: Reader, id: string, lock = false): Promise<ApiClientRow> {
    const row = await findClient(db, id, lock);
    if (!row) throw notFound('api_client', id);
    return row;
  }
}

/** A client that acts as somebody else reaches that person's records: only who reaches everybody's may make one. */
function requireMayGive(call: Call, permissions: Permissions, client: Pick<ApiClientRow, 'user_id' | 'role_fields'>): void {
  const foreign = client.user_id !== null && client.user_id !== call.actor.userId;
  const needed = foreign
    ? Object.fromEntries(Object.entries(permissions).map(([resource, allowed]) => [resource, Object.fromEntries(Object.keys(allowed).map((action) => [action, 'all']))])) as Permissions
    : permissions;
  requireCovers(call.actor, { permissions: needed, fields: client.role_fields });
}
