import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import type { RoleContent, RoleRow, RoleVersionRow } from './role.types.js';

const columns = ['id', 'key', 'name', 'name_ar', 'permissions', 'fields', 'version', 'created_at', 'updated_at'] as const;

/** All roles by key, or all deleted ones. */
export async function listRoles(db: Reader, deleted = false): Promise<RoleRow[]> {
  return db('crm_core.crm_roles').whereRaw('(deleted_at IS NOT NULL) = ?', [deleted]).orderBy('key').select<RoleRow[]>(...columns, db.raw('xmin::text AS __version'));
}

/** One role, behind its lock where it is to be changed; a deleted one where that is asked for. */
export async function findRole(db: Reader, id: string, lock = false, deleted = false): Promise<RoleRow | undefined> {
  const query = db('crm_core.crm_roles').where({ id }).whereRaw('(deleted_at IS NOT NULL) = ?', [deleted]);
  if (lock) void query.forUpdate();
  return query.first<RoleRow | undefined>(...columns, db.raw('xmin::text AS __version'));
}

const stored = ({ key, name, name_ar, permissions, fields }: RoleContent): Record<string, unknown> =>
  ({ key, name, name_ar, permissions: JSON.stringify(permissions), fields: JSON.stringify(fields) });

/** Inserts a role and gives its id. */
export async function insertRole(trx: Knex.Transaction, content: RoleContent): Promise<string> {
  const [row] = await trx('crm_core.crm_roles').insert(stored(content)).returning<{ id: string }[]>('id');
  if (!row) throw new Error('The role was not stored');
  return row.id;
}

/** Makes a role say something else, as its next version. */
export async function updateRole(trx: Knex.Transaction, id: string, version: number, content: RoleContent): Promise<void> {
  await trx('crm_core.crm_roles').where({ id }).update({ ...stored(content), version });
}

/** Hides a role, as its last version. */
export async function hideRole(trx: Knex.Transaction, id: string, version: number): Promise<void> {
  await trx('crm_core.crm_roles').where({ id }).update({ deleted_at: trx.fn.now(), version });
}

/** Brings a hidden role back, as its next version. */
export async function showRole(trx: Knex.Transaction, id: string, version: number): Promise<void> {
  await trx('crm_core.crm_roles').where({ id }).update({ deleted_at: null, version });
}

/** Notes a change; the table only ever grows. */
export async function noteVersion(trx: Knex.Transaction, call: Call, roleId: string, version: number, action: RoleVersionRow['action'], before: RoleContent | null, after: RoleContent | null): Promise<void> {
  await trx('crm_core.crm_role_versions').insert({
    role_id: roleId, version, action, actor_id: call.actor.id, before: before === null ? null : JSON.stringify(before), after: after === null ? null : JSON.stringify(after),
  });
}

/** The changes of a role, newest first. */
export async function listVersions(db: Reader, roleId: string): Promise<RoleVersionRow[]> {
  return db('crm_core.crm_role_versions as v').where('v.role_id', roleId).orderBy('v.version', 'desc').select<RoleVersionRow[]>('v.version', 'v.action', 'v.before', 'v.after', db.raw(`v.created_at AS changed_at,
    CASE WHEN v.actor_id IS NULL THEN NULL ELSE json_build_object('id', v.actor_id, 'name', (SELECT coalesce(u.name, c.name) FROM (SELECT 1) one
      LEFT JOIN crm_core.crm_users u ON u.id = v.actor_id LEFT JOIN crm_core.crm_api_clients c ON c.id = v.actor_id)) END AS actor`));
}

/** How many users and API clients have a role. */
export async function countHolders(trx: Knex.Transaction, id: string): Promise<{ users: number; clients: number }> {
  const { rows } = await trx.raw<{ rows: { users: string; clients: string }[] }>(`SELECT
    (SELECT count(*) FROM crm_core.crm_user_roles ur JOIN crm_core.crm_users u ON u.id = ur.user_id AND u.deleted_at IS NULL WHERE ur.role_id = ? AND ur.deleted_at IS NULL) AS users,
    (SELECT count(*) FROM crm_core.crm_api_clients c WHERE c.role_id = ? AND c.deleted_at IS NULL) AS clients`, [id, id]);
  return { users: Number(rows[0]?.users ?? 0), clients: Number(rows[0]?.clients ?? 0) };
}
