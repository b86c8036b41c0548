import { externalFields, field } from '../../kernel/crud/fields.js';
import { customMember } from '../../kernel/custom/custom.member.js';
import { tagMember } from '../../kernel/lists/tag.member.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { AccountModel } from './account.model.js';

/** Companies: customers, prospects and former customers. */
export const accountResource = defineResource({
  name: 'accounts', singular: 'account', feature: 'crm_feature_accounts', model: AccountModel,
  fields: {
    legal_name: field.text('The registered name; unique within a region, whatever its spelling.', { required: true, sort: true }),
    legal_name_ar: field.text('The registered name in Arabic.'),
    region: field.text('The sales region.', { max: 100 }),
    country_code: field.country('ISO 3166 alpha-2.'),
    city: field.text('The city of the head office.', { max: 100 }),
    industry: field.text('The industry.', { max: 100 }),
    size_tier: field.choice(['micro', 'small', 'medium', 'large', 'enterprise'], 'The size.'),
    employee_count: field.integer('The number of employees.', { min: 0, sort: true }),
    annual_revenue: field.money('The revenue of a year, in currency.', { sort: true }),
    currency: field.currency('The currency of annual_revenue.'),
    founded_year: field.integer('The year of foundation.', { min: 1000, max: 2299 }),
    website: field.url('The web site.'),
    phone: field.phone('The switchboard.'),
    description: field.text('Free text.', { max: 20_000, filter: false }),
    lifecycle: field.choice(['prospect', 'customer', 'former'], 'Where the account stands.', { nullable: false }),
    became_customer_at: field.timestamp('When it first bought.', { sort: true }),
    parent_id: field.uuid('The account that owns this one.'),
    owner_id: field.uuid('The user who looks after it.'),
    is_test: field.boolean('Left out of all figures.'),
    merged_into_id: field.uuid('The account that this one was merged into; such a record is hidden.', { readOnly: true }),
    ...externalFields,
  },
  references: {
    owner: ownerReference,
    parent: { column: 'parent_id', table: 'crm_core.crm_accounts', label: 'r.legal_name', resource: 'accounts' },
  },
  computed: { custom: customMember('accounts'), tags: tagMember('accounts') },
  search: 't.search_text LIKE $q',
  searched: { legal_name: 'crm_core.crm_fold(t.legal_name) LIKE $q', legal_name_ar: 'crm_core.crm_fold(t.legal_name_ar) LIKE $q', website: 'crm_core.crm_fold(t.website) LIKE $q', city: 'crm_core.crm_fold(t.city) LIKE $q' },
  defaultSort: '-created_at',
  ownership: ownerships.accounts ?? null,
  timeline: { account: 'id', label: 'legal_name' },
});
