import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_invoices`. */
export class InvoiceModel extends CrmModel {
  static override tableName = 'crm_core.crm_invoices';
}
