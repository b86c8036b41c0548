import { invalidBody, type CrmError } from '../../kernel/errors/crm.error.js';

/** 422: neither a whole name nor its parts were given. */
export const nameMissing = (): CrmError =>
  invalidBody([{ path: 'full_name', code: 'required', message: 'A contact needs a name; send full_name, or first_name and last_name.' }]);
