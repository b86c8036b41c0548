import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_campaigns`. */
export class CampaignModel extends CrmModel {
  static override tableName = 'crm_core.crm_campaigns';
}
