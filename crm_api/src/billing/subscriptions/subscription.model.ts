import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_subscriptions`. */
export class SubscriptionModel extends CrmModel {
  static override tableName = 'crm_core.crm_subscriptions';
}
