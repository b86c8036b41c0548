import { CrmError } from '../../kernel/errors/crm.error.js';

/** 409: people or API clients have the role. */
export const roleInUse = (users: number, clients: number): CrmError =>
  new CrmError(409, 'role_in_use', `${users} users and ${clients} API clients have this role. Give them another one first.`);

/** 409: the role that keeps the workspace administrable. */
export const administratorStays = (): CrmError =>
  new CrmError(409, 'last_administrator', 'The role admin must stay, and must read and write all roles and users with every field; otherwise nobody could ever change a permission again.');

/** 403: a role that permits more than its maker may. */
export const beyondYours = (what: string): CrmError =>
  new CrmError(403, 'beyond_your_role', `The role would permit ${what}, which you may not yourself. Nobody gives what they do not have; ask an administrator.`);

/** 404: no such version of the role. */
export const versionNotFound = (version: number): CrmError =>
  new CrmError(404, 'role_version_not_found', `The role has no version ${version}; see its versions.`);
