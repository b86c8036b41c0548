import type { Knex } from 'knex';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { subscriptionResource } from './subscription.schema.js';

/** One step of the recurring revenue of a subscription. */
export interface SubscriptionChange {
  subscription_id: string;
  account_id: unknown;
  kind: string;
  effective_on: string;
  mrr_before: string;
  mrr_after: string;
  currency: unknown;
  reason: unknown;
}

/** Rows of subscriptions and of their changes. */
export class SubscriptionRepository extends CrudRepository {
  constructor() {
    super(subscriptionResource);
  }

  /** Monthly recurring revenue, rounded by Postgres so that no cent is lost to binary fractions. */
  async monthly(trx: Knex.Transaction, quantity: unknown, unitPrice: unknown, months: number): Promise<string> {
    const { rows } = await trx.raw<{ rows: { mrr: string }[] }>('SELECT round(?::numeric * ?::numeric / ?::numeric, 2)::text AS mrr', [String(quantity), String(unitPrice), months]);
    return rows[0]?.mrr ?? '0.00';
  }

  /** Adds a step to the bridge of recurring revenue. */
  async addChange(trx: Knex.Transaction, change: SubscriptionChange): Promise<void> {
    await trx('crm_core.crm_subscription_changes').insert(change);
  }
}
