import { externalFields, field } from '../../kernel/crud/fields.js';
import { customMember } from '../../kernel/custom/custom.member.js';
import { tagMember } from '../../kernel/lists/tag.member.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { consentsComputed, consentsCondition } from '../consents/consent.sql.js';
import { ContactModel } from './contact.model.js';
import { mailDomainComputed } from '../quality/mail/mail.domain.computed.js';

/** People at accounts. */
export const contactResource = defineResource({
  name: 'contacts', singular: 'contact', feature: 'crm_feature_contacts', model: ContactModel,
  fields: {
    // Derived from first and last name where it is not given, see the service.
    full_name: field.text('The whole name; made of first_name and last_name where it is not given.', { nullable: false, sort: true }),
    first_name: field.text('The given name.', { max: 100 }),
    last_name: field.text('The family name.', { max: 100 }),
    full_name_ar: field.text('The whole name in Arabic.'),
    account_id: field.uuid('The account of the person.'),
    email: field.email('Unique among contacts, case not counting.'),
    phone: field.phone('E.164; a national number is understood beside country_code.'),
    mobile: field.phone('E.164; a national number is understood beside country_code.'),
    job_title: field.text('The position.', { max: 150 }),
    department: field.text('The department.', { max: 150 }),
    locale: field.choice(['en', 'ar'], 'The language to write in.'),
    country_code: field.country('ISO 3166 alpha-2.'),
    city: field.text('The city.', { max: 100 }),
    owner_id: field.uuid('The user who looks after the person.'),
    lead_source: field.text('Where the person came from.', { max: 100 }),
    utm_source: field.text('UTM source of the first touch.'),
    utm_medium: field.text('UTM medium of the first touch.'),
    utm_campaign: field.text('UTM campaign of the first touch.'),
    utm_term: field.text('UTM term of the first touch.'),
    utm_content: field.text('UTM content of the first touch.'),
    email_opt_in: field.boolean('Agreed to e-mail.'),
    email_opt_in_at: field.timestamp('When the person agreed.'),
    email_opt_in_source: field.text('Where the person agreed.'),
    sms_opt_in: field.boolean('Agreed to text messages.'),
    is_test: field.boolean('Left out of all figures.'),
    merged_into_id: field.uuid('The contact that this one was merged into; such a record is hidden.', { readOnly: true }),
    ...externalFields,
  },
  references: { account: accountReference, owner: ownerReference },
  computed: { custom: customMember('contacts'), tags: tagMember('contacts'), email_domain: mailDomainComputed('contacts'), consents: consentsComputed('contacts') },
  conditions: { consents: consentsCondition('contacts') },
  search: 't.search_text LIKE $q',
  searched: {
    full_name: 'crm_core.crm_fold(t.full_name) LIKE $q', full_name_ar: 'crm_core.crm_fold(t.full_name_ar) LIKE $q', email: 'crm_core.crm_fold(t.email::text) LIKE $q',
    phone: 't.phone LIKE $q', mobile: 't.mobile LIKE $q',
  },
  defaultSort: '-created_at',
  sensitive: true,
  ownership: ownerships.contacts ?? null,
  timeline: { account: 'account_id', label: 'full_name' },
});
