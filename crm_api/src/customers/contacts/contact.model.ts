import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_contacts`. */
export class ContactModel extends CrmModel {
  static override tableName = 'crm_core.crm_contacts';
}
