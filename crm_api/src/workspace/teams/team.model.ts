import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_teams`. */
export class TeamModel extends CrmModel {
  static override tableName = 'crm_core.crm_teams';
}
