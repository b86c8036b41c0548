import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import type { RoleRow } from '../roles/role.types.js';
import { userResource } from './user.schema.js';

/** Rows of users and the roles they have. */
export class UserRepository extends CrudRepository {
  constructor() {
    super(userResource);
  }

  /** Ids of roles by key. */
  async rolesByKey(db: Reader, keys: readonly string[]): Promise<(Pick<RoleRow, 'id' | 'key' | 'permissions' | 'fields'>)[]> {
    return db('crm_core.crm_roles').whereIn('key', [...keys]).whereNull('deleted_at').select<Pick<RoleRow, 'id' | 'key' | 'permissions' | 'fields'>[]>('id', 'key', 'permissions', 'fields');
  }

  /** Makes the user's roles exactly these. */
  async setRoles(trx: Knex.Transaction, userId: string, roleIds: readonly string[]): Promise<void> {
    await trx('crm_core.crm_user_roles').where({ user_id: userId }).whereNull('deleted_at').whereNotIn('role_id', [...roleIds]).update({ deleted_at: trx.fn.now() });
    for (const id of roleIds) {
      await trx('crm_core.crm_user_roles').insert({ user_id: userId, role_id: id }).onConflict(trx.raw('(user_id, role_id) WHERE deleted_at IS NULL')).ignore();
    }
  }

  /** How many active administrators there are besides a user; locks the role, so that two cannot step down at once. */
  async otherAdministrators(trx: Knex.Transaction, userId: string): Promise<number> {
    await trx('crm_core.crm_roles').where({ key: 'admin' }).forUpdate().select('id');
    const row = await trx('crm_core.crm_user_roles as ur').join('crm_core.crm_roles as r', 'r.id', 'ur.role_id').join('crm_core.crm_users as u', 'u.id', 'ur.user_id')
      .where({ 'r.key': 'admin', 'u.is_active': true }).whereNot('u.id', userId).whereNull('ur.deleted_at').whereNull('u.deleted_at').whereNull('r.deleted_at')
      .countDistinct<{ total: string } | undefined>({ total: 'u.id' }).first();
    return Number(row?.total ?? 0);
  }
}
