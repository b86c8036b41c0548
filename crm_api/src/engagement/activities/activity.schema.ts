import { externalFields, field } from '../../kernel/crud/fields.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { ActivityModel } from './activity.model.js';

/** Calls, e-mails, meetings, tasks and notes. */
export const activityResource = defineResource({
  name: 'activities', singular: 'activity', feature: 'crm_feature_activities', model: ActivityModel,
  fields: {
    kind: field.choice(['call', 'email', 'meeting', 'task', 'note', 'message'], 'What it was.', { required: true }),
    direction: field.choice(['inbound', 'outbound'], 'Who began.'),
    subject: field.text('What it was about.', { required: true, max: 300 }),
    body: field.text('What was said.', { max: 50_000, filter: false }),
    status: field.choice(['planned', 'done', 'cancelled'], 'Where it stands.', { nullable: false }),
    outcome: field.text('What came of it.'),
    occurred_at: field.timestamp('When it happened; now where it is not given.', { nullable: false, sort: true }),
    due_at: field.timestamp('When a task is due.'),
    duration_minutes: field.integer('How long it took.', { min: 0, max: 100_000 }),
    owner_id: field.uuid('The user who did it.'),
    account_id: field.uuid('The account; that of the deal or contact where it is not given.'),
    contact_id: field.uuid('The person.'),
    deal_id: field.uuid('The deal.'),
    lead_id: field.uuid('The lead.'),
    ticket_id: field.uuid('The ticket.'),
    ...externalFields,
    // At ten million rows only the order that has an index can be offered.
    created_at: field.timestamp('When the record was made.', { nullable: false, readOnly: true }),
    updated_at: field.timestamp('When the record was last changed.', { nullable: false, readOnly: true }),
  },
  references: {
    owner: ownerReference,
    account: accountReference,
    contact: { column: 'contact_id', table: 'crm_core.crm_contacts', label: 'r.full_name', resource: 'contacts' },
    deal: { column: 'deal_id', table: 'crm_core.crm_deals', label: 'r.name', resource: 'deals' },
    lead: { column: 'lead_id', table: 'crm_core.crm_leads', label: 'r.full_name', resource: 'leads' },
    ticket: { column: 'ticket_id', table: 'crm_core.crm_tickets', label: 'r.subject', resource: 'tickets' },
  },
  // At ten million rows there is no index to search by; lists are read by record, owner or time.
  search: null,
  defaultSort: '-occurred_at',
  ownership: ownerships.activities ?? null,
  timeline: { account: 'account_id', label: 'subject' },
});
