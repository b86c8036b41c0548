import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_tickets`. */
export class TicketModel extends CrmModel {
  static override tableName = 'crm_core.crm_tickets';
}
