import { externalFields, field } from '../../kernel/crud/fields.js';
import { customMember } from '../../kernel/custom/custom.member.js';
import { tagMember } from '../../kernel/lists/tag.member.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { LeadModel } from './lead.model.js';
import { consentsComputed, consentsCondition } from '../consents/consent.sql.js';
import { mailDomainComputed } from '../quality/mail/mail.domain.computed.js';

/** People who may become customers. */
export const leadResource = defineResource({
  name: 'leads', singular: 'lead', feature: 'crm_feature_leads', model: LeadModel,
  fields: {
    full_name: field.text('The whole name.', { required: true, sort: true }),
    company: field.text('The company, as the lead wrote it.'),
    email: field.email('The e-mail address.'),
    phone: field.phone('E.164; a national number is understood beside country_code.'),
    job_title: field.text('The position.', { max: 150 }),
    country_code: field.country('ISO 3166 alpha-2.'),
    region: field.text('The sales region.', { max: 100 }),
    industry: field.text('The industry.', { max: 100 }),
    source: field.text('Where the lead came from.', { max: 100 }),
    campaign_id: field.uuid('The campaign the lead came from.'),
    utm_source: field.text('UTM source.'),
    utm_medium: field.text('UTM medium.'),
    utm_campaign: field.text('UTM campaign.'),
    status: field.choice(['new', 'working', 'mql', 'sql', 'converted', 'disqualified'], 'How far the lead has come.', { nullable: false }),
    mql_at: field.timestamp('When marketing found it ready; set by the status.', { readOnly: true }),
    sql_at: field.timestamp('When sales accepted it; set by the status.', { readOnly: true }),
    converted_at: field.timestamp('When it became a customer; set by the status.', { readOnly: true, sort: true }),
    disqualified_at: field.timestamp('When it was given up; set by the status.', { readOnly: true }),
    disqualified_reason: field.text('Why it was given up.'),
    converted_account_id: field.uuid('The account it became.'),
    converted_contact_id: field.uuid('The contact it became.'),
    converted_deal_id: field.uuid('The deal it became.'),
    owner_id: field.uuid('The user who follows it.'),
    score: field.number('The lead score, 0–100.', { readOnly: true, sort: true }),
    is_test: field.boolean('Left out of all figures.'),
    merged_into_id: field.uuid('The lead that this one was merged into; such a record is hidden.', { readOnly: true }),
    ...externalFields,
  },
  references: {
    owner: ownerReference,
    campaign: { column: 'campaign_id', table: 'crm_core.crm_campaigns', label: 'r.name', resource: 'campaigns' },
    converted_account: { column: 'converted_account_id', table: 'crm_core.crm_accounts', label: 'r.legal_name', resource: 'accounts' },
    converted_contact: { column: 'converted_contact_id', table: 'crm_core.crm_contacts', label: 'r.full_name', resource: 'contacts' },
    converted_deal: { column: 'converted_deal_id', table: 'crm_core.crm_deals', label: 'r.name', resource: 'deals' },
  },
  computed: { custom: customMember('leads'), tags: tagMember('leads'), email_domain: mailDomainComputed('leads'), consents: consentsComputed('leads') },
  conditions: { consents: consentsCondition('leads') },
  search: 't.search_text LIKE $q',
  searched: {
    full_name: 'crm_core.crm_fold(t.full_name) LIKE $q', company: 'crm_core.crm_fold(t.company) LIKE $q', email: 'crm_core.crm_fold(t.email::text) LIKE $q', phone: 't.phone LIKE $q',
  },
  defaultSort: '-created_at',
  sensitive: true,
  ownership: ownerships.leads ?? null,
  timeline: { account: 'converted_account_id', label: 'full_name' },
});
