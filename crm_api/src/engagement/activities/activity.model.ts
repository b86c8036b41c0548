import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_activities`. */
export class ActivityModel extends CrmModel {
  static override tableName = 'crm_core.crm_activities';
}
