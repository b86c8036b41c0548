import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_accounts`. */
export class AccountModel extends CrmModel {
  static override tableName = 'crm_core.crm_accounts';
}
