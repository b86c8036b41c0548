import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_users`. */
export class UserModel extends CrmModel {
  static override tableName = 'crm_core.crm_users';
}
