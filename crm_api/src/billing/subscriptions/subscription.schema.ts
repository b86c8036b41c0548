import { externalFields, field } from '../../kernel/crud/fields.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountNamed, accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { SubscriptionModel } from './subscription.model.js';

/** Recurring contracts. */
export const subscriptionResource = defineResource({
  name: 'subscriptions', singular: 'subscription', feature: 'crm_feature_subscriptions', model: SubscriptionModel,
  fields: {
    account_id: field.uuid('The customer.', { required: true }),
    product_id: field.uuid('What is subscribed to.'),
    deal_id: field.uuid('The deal it came from.'),
    owner_id: field.uuid('The user who looks after it.'),
    status: field.choice(['trial', 'active', 'past_due', 'paused', 'cancelled', 'expired'], 'Where it stands.', { nullable: false }),
    billing_period: field.choice(['month', 'quarter', 'year'], 'What unit_price pays for.', { nullable: false }),
    quantity: field.decimal(4, 'Seats or units.', { nullable: false, min: 0.0001 }),
    unit_price: field.money('The price of one unit for one billing period.', { required: true, min: 0 }),
    mrr: field.money('Monthly recurring revenue: quantity × unit_price by the month; nothing during trial and after the end.', { readOnly: true, sort: true }),
    currency: field.currency('ISO 4217.', { required: true }),
    started_on: field.date('The first day.', { required: true, sort: true }),
    trial_ends_on: field.date('The last day of the trial.'),
    renews_on: field.date('The next renewal.', { sort: true }),
    cancelled_on: field.date('The day of cancellation; today, where the status says cancelled without it.'),
    ends_on: field.date('The last day.'),
    cancel_reason: field.text('Why it was cancelled.'),
    ...externalFields,
  },
  references: {
    account: accountReference,
    owner: ownerReference,
    product: { column: 'product_id', table: 'crm_core.crm_products', label: 'r.name', resource: 'products' },
    deal: { column: 'deal_id', table: 'crm_core.crm_deals', label: 'r.name', resource: 'deals' },
  },
  search: `t.account_id IN (${accountNamed})`,
  defaultSort: '-created_at',
  ownership: ownerships.subscriptions ?? null,
  timeline: { account: 'account_id', label: 'id' },
});
