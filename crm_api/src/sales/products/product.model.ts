import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_products`. */
export class ProductModel extends CrmModel {
  static override tableName = 'crm_core.crm_products';
}
