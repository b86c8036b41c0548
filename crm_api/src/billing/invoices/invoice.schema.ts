import { externalFields, field } from '../../kernel/crud/fields.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountNamed, accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { InvoiceModel } from './invoice.model.js';

/** Invoices. */
export const invoiceResource = defineResource({
  name: 'invoices', singular: 'invoice', feature: 'crm_feature_invoices', model: InvoiceModel,
  fields: {
    number: field.text('Unique; made by the product where it is not given.', { max: 50, nullable: false, createOnly: true, sort: true }),
    account_id: field.uuid('Who pays.', { required: true }),
    subscription_id: field.uuid('The subscription it bills.'),
    deal_id: field.uuid('The deal it bills.'),
    owner_id: field.uuid('The user who looks after it.'),
    status: field.choice(['draft', 'open', 'paid', 'overdue', 'void', 'uncollectible'], 'Where it stands.', { nullable: false }),
    currency: field.currency('ISO 4217.', { required: true }),
    net_total: field.money('Without tax.', { nullable: false, sort: true }),
    tax_total: field.money('The tax.', { nullable: false }),
    gross_total: field.money('With tax.', { readOnly: true, sort: true }),
    paid_total: field.money('What was paid so far.', { nullable: false, min: 0 }),
    issued_on: field.date('The day of issue; today where it is not given.', { nullable: false, sort: true }),
    due_on: field.date('The last day to pay.', { sort: true }),
    paid_at: field.timestamp('When it was fully paid; set by the status.', { sort: true }),
    ...externalFields,
  },
  references: {
    account: accountReference,
    owner: ownerReference,
    deal: { column: 'deal_id', table: 'crm_core.crm_deals', label: 'r.name', resource: 'deals' },
  },
  search: `(lower(t.number) LIKE $q OR t.account_id IN (${accountNamed}))`,
  searched: { number: 'lower(t.number) LIKE $q', account_id: `t.account_id IN (${accountNamed})` },
  defaultSort: '-created_at',
  ownership: ownerships.invoices ?? null,
  timeline: { account: 'account_id', label: 'number' },
});
