import { externalFields, field } from '../../kernel/crud/fields.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountNamed, accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { QuoteModel } from './quote.model.js';

/** Offers to customers. */
export const quoteResource = defineResource({
  name: 'quotes', singular: 'quote', feature: 'crm_feature_quotes', model: QuoteModel,
  fields: {
    number: field.text('Unique; made by the product where it is not given.', { max: 50, nullable: false, createOnly: true, sort: true }),
    deal_id: field.uuid('The deal it belongs to.'),
    account_id: field.uuid('The buyer; that of the deal where it is not given.'),
    contact_id: field.uuid('The person it is addressed to.'),
    owner_id: field.uuid('The user who wrote it.'),
    status: field.choice(['draft', 'in_approval', 'approved', 'sent', 'accepted', 'declined', 'expired'], 'Where it stands.', { nullable: false }),
    currency: field.currency('ISO 4217; that of the deal where it is not given.', { nullable: false }),
    net_total: field.money('Without tax.', { nullable: false, min: 0, sort: true }),
    tax_total: field.money('The tax.', { nullable: false, min: 0 }),
    gross_total: field.money('With tax.', { readOnly: true, sort: true }),
    valid_until: field.date('The last day it can be accepted.', { sort: true }),
    accepted_at: field.timestamp('When it was accepted; set by the status.', { readOnly: true }),
    notes: field.text('Free text.', { max: 20_000, filter: false }),
    ...externalFields,
  },
  references: {
    account: accountReference,
    owner: ownerReference,
    deal: { column: 'deal_id', table: 'crm_core.crm_deals', label: 'r.name', resource: 'deals' },
    contact: { column: 'contact_id', table: 'crm_core.crm_contacts', label: 'r.full_name', resource: 'contacts' },
  },
  search: `(lower(t.number) LIKE $q OR t.account_id IN (${accountNamed}))`,
  searched: { number: 'lower(t.number) LIKE $q', account_id: `t.account_id IN (${accountNamed})` },
  defaultSort: '-created_at',
  ownership: ownerships.quotes ?? null,
  timeline: { account: 'account_id', label: 'number' },
});
