import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_deals`. */
export class DealModel extends CrmModel {
  static override tableName = 'crm_core.crm_deals';
}
