import { externalFields, field } from '../../kernel/crud/fields.js';
import { customMember } from '../../kernel/custom/custom.member.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { TicketModel } from './ticket.model.js';

/** Service requests. */
export const ticketResource = defineResource({
  name: 'tickets', singular: 'ticket', feature: 'crm_feature_tickets', model: TicketModel,
  fields: {
    number: field.text('Unique; made by the product where it is not given.', { max: 50, nullable: false, createOnly: true, sort: true }),
    subject: field.text('What it is about.', { required: true, max: 300 }),
    body: field.text('What the customer wrote.', { max: 50_000, filter: false }),
    status: field.choice(['new', 'open', 'pending', 'solved', 'closed'], 'Where it stands.', { nullable: false }),
    priority: field.choice(['low', 'normal', 'high', 'urgent'], 'How urgent it is; decides the due times.', { nullable: false }),
    category: field.text('The kind of request.', { max: 100 }),
    channel: field.text('How it arrived.', { max: 100 }),
    account_id: field.uuid('The account.'),
    contact_id: field.uuid('The person who asks.'),
    owner_id: field.uuid('The user who answers.'),
    first_response_due_at: field.timestamp('By the service level.', { readOnly: true, sort: true }),
    first_responded_at: field.timestamp('When somebody first answered.'),
    resolution_due_at: field.timestamp('By the service level.', { readOnly: true, sort: true }),
    resolved_at: field.timestamp('When it was solved; set by the status.', { readOnly: true, sort: true }),
    closed_at: field.timestamp('When it was closed; set by the status.', { readOnly: true }),
    reopened_count: field.integer('How often it was taken up again.', { readOnly: true, nullable: false }),
    csat: field.integer('Satisfaction, 1–5.', { min: 1, max: 5 }),
    nps: field.integer('Would recommend, 0–10.', { min: 0, max: 10 }),
    ...externalFields,
  },
  references: {
    account: accountReference,
    contact: { column: 'contact_id', table: 'crm_core.crm_contacts', label: 'r.full_name', resource: 'contacts' },
    owner: ownerReference,
  },
  computed: { custom: customMember('tickets') },
  search: "crm_core.crm_fold(t.number || ' ' || t.subject) LIKE $q",
  defaultSort: '-created_at',
  ownership: ownerships.tickets ?? null,
  timeline: { account: 'account_id', label: 'subject' },
});
