import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_leads`. */
export class LeadModel extends CrmModel {
  static override tableName = 'crm_core.crm_leads';
}
