import type { Permissions } from 'crm_db';
import type { Reader } from '../../kernel/context/call.js';

/** A role in force. */
export interface RoleRow {
  id: string;
  key: string;
  name: string;
  name_ar: string;
  permissions: Permissions;
  version: number;
}

/** All roles by key. */
export async function listRoles(db: Reader): Promise<RoleRow[]> {
  return db('crm_core.crm_roles').whereNull('deleted_at').orderBy('key').select<RoleRow[]>('id', 'key', 'name', 'name_ar', 'permissions', 'version');
}
