import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** 422: not a time zone of the IANA database. */
export const unknownTimeZone = (): CrmError =>
  invalidBody([{ path: 'time_zone', code: 'unknown_time_zone', message: '"time_zone" must be a name of the IANA database such as "Asia/Riyadh".' }]);

/** 422: some role keys do not exist. */
export const unknownRoles = (keys: readonly string[]): CrmError =>
  invalidBody([{ path: 'roles', code: 'unknown_reference', message: `There is no role ${keys.join(', ')}; see /crm/v1/roles.` }]);

/** 409: the last administrator must stay one. */
export const lastAdministrator = (): CrmError =>
  new CrmError(409, 'last_administrator', 'This is the only active administrator. Make somebody else an administrator first.');
