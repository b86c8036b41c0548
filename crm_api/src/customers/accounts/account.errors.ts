import { invalidBody, type CrmError } from '../../kernel/errors/crm.error.js';

/** 422: the parent would be the account itself or one of its descendants. */
export const parentLoop = (): CrmError =>
  invalidBody([{ path: 'parent_id', code: 'parent_loop', message: '"parent_id" must not be the account itself or one of its children; choose another parent.' }]);
