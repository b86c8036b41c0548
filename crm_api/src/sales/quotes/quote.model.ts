import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_quotes`. */
export class QuoteModel extends CrmModel {
  static override tableName = 'crm_core.crm_quotes';
}
