import { createIndexes, createTable, createUniques, dropTables, externalColumns, externalUnique, type Migration } from './ddl.js';

/** Activities, campaigns with their touches and spend, tickets with service levels. */
export const engagementCreate: Migration = {
  name: '20261122000600_engagement_create',
  async up(knex) {
    await createTable(knex, 'crm_campaigns', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      name_ar text,
      channel text NOT NULL DEFAULT 'other',
      status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'active', 'paused', 'completed', 'cancelled')),
      starts_on date,
      ends_on date CHECK (ends_on >= starts_on),
      budget numeric(18,2),
      currency char(3) NOT NULL DEFAULT 'USD',
      owner_id uuid REFERENCES crm_core.crm_users,
      utm_campaign text,
      ${externalColumns}`);
    await knex.raw('ALTER TABLE crm_core.crm_deals ADD CONSTRAINT crm_deals_campaign_fk FOREIGN KEY (campaign_id) REFERENCES crm_core.crm_campaigns');
    await knex.raw('ALTER TABLE crm_core.crm_leads ADD CONSTRAINT crm_leads_campaign_fk FOREIGN KEY (campaign_id) REFERENCES crm_core.crm_campaigns');
    await createTable(knex, 'crm_touches', `
      occurred_at timestamptz NOT NULL,
      channel text NOT NULL,
      kind text NOT NULL,
      campaign_id uuid REFERENCES crm_core.crm_campaigns,
      contact_id uuid REFERENCES crm_core.crm_contacts,
      lead_id uuid REFERENCES crm_core.crm_leads,
      account_id uuid REFERENCES crm_core.crm_accounts,
      deal_id uuid REFERENCES crm_core.crm_deals,
      utm_source text,
      utm_medium text`);
    await createTable(knex, 'crm_marketing_spend', `
      spent_on date NOT NULL,
      channel text NOT NULL,
      kind text NOT NULL DEFAULT 'marketing' CHECK (kind IN ('marketing', 'sales')),
      campaign_id uuid REFERENCES crm_core.crm_campaigns,
      region text,
      amount numeric(18,2) NOT NULL,
      currency char(3) NOT NULL`);
    await createTable(knex, 'crm_activities', `
      kind text NOT NULL CHECK (kind IN ('call', 'email', 'meeting', 'task', 'note', 'message')),
      direction text CHECK (direction IN ('inbound', 'outbound')),
      subject text NOT NULL,
      body text,
      status text NOT NULL DEFAULT 'done' CHECK (status IN ('planned', 'done', 'cancelled')),
      outcome text,
      occurred_at timestamptz NOT NULL DEFAULT now(),
      due_at timestamptz,
      duration_minutes integer CHECK (duration_minutes >= 0),
      owner_id uuid REFERENCES crm_core.crm_users,
      account_id uuid REFERENCES crm_core.crm_accounts,
      contact_id uuid REFERENCES crm_core.crm_contacts,
      deal_id uuid REFERENCES crm_core.crm_deals,
      lead_id uuid REFERENCES crm_core.crm_leads,
      ticket_id uuid,
      ${externalColumns}`);
    await createTable(knex, 'crm_sla_policies', `
      name text NOT NULL,
      priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
      first_response_minutes integer NOT NULL CHECK (first_response_minutes > 0),
      resolution_minutes integer NOT NULL CHECK (resolution_minutes > 0),
      business_hours jsonb NOT NULL DEFAULT '{"days":[1,2,3,4,5],"from":"09:00","to":"17:00","time_zone":"UTC"}'`);
    await createTable(knex, 'crm_tickets', `
      number text NOT NULL,
      subject text NOT NULL CHECK (btrim(subject) <> ''),
      body text,
      status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'pending', 'solved', 'closed')),
      priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
      category text,
      channel text,
      account_id uuid REFERENCES crm_core.crm_accounts,
      contact_id uuid REFERENCES crm_core.crm_contacts,
      owner_id uuid REFERENCES crm_core.crm_users,
      sla_policy_id uuid REFERENCES crm_core.crm_sla_policies,
      first_response_due_at timestamptz,
      first_responded_at timestamptz,
      resolution_due_at timestamptz,
      resolved_at timestamptz,
      closed_at timestamptz,
      reopened_count integer NOT NULL DEFAULT 0,
      csat smallint CHECK (csat BETWEEN 1 AND 5),
      nps smallint CHECK (nps BETWEEN 0 AND 10),
      ${externalColumns}`);
    await knex.raw('ALTER TABLE crm_core.crm_activities ADD CONSTRAINT crm_activities_ticket_fk FOREIGN KEY (ticket_id) REFERENCES crm_core.crm_tickets');
    await createUniques(knex, [
      ['crm_tickets_number_key', 'crm_tickets (number) WHERE deleted_at IS NULL'],
      externalUnique('crm_campaigns'),
      externalUnique('crm_activities'),
      externalUnique('crm_tickets'),
    ]);
    // Lists of activities are read by one record or by owner, newest first; at 10 M rows no other order is offered.
    await createIndexes(knex, [
      ['crm_touches_account_idx', 'crm_touches (account_id, occurred_at)'],
      ['crm_touches_deal_idx', 'crm_touches (deal_id, occurred_at) WHERE deal_id IS NOT NULL'],
      ['crm_activities_occurred_idx', 'crm_activities (occurred_at DESC, id) WHERE deleted_at IS NULL'],
      ['crm_activities_owner_idx', 'crm_activities (owner_id, occurred_at DESC) WHERE deleted_at IS NULL'],
      ['crm_activities_deal_idx', 'crm_activities (deal_id, occurred_at DESC) WHERE deal_id IS NOT NULL AND deleted_at IS NULL'],
      ['crm_activities_account_idx', 'crm_activities (account_id, occurred_at DESC) WHERE account_id IS NOT NULL AND deleted_at IS NULL'],
      ['crm_activities_contact_idx', 'crm_activities (contact_id, occurred_at DESC) WHERE contact_id IS NOT NULL AND deleted_at IS NULL'],
      ['crm_tickets_account_idx', 'crm_tickets (account_id) WHERE deleted_at IS NULL'],
      ['crm_tickets_owner_idx', 'crm_tickets (owner_id, status) WHERE deleted_at IS NULL'],
      ['crm_tickets_created_idx', 'crm_tickets (created_at DESC, id) WHERE deleted_at IS NULL'],
      ['crm_tickets_subject_trgm', `crm_tickets USING gin (crm_core.crm_fold(number || ' ' || subject) gin_trgm_ops)`],
      ['crm_campaigns_name_trgm', 'crm_campaigns USING gin (crm_core.crm_fold(name) gin_trgm_ops)'],
    ]);
  },
  async down(knex) {
    await knex.raw('ALTER TABLE crm_core.crm_activities DROP CONSTRAINT crm_activities_ticket_fk');
    await knex.raw('ALTER TABLE crm_core.crm_leads DROP CONSTRAINT crm_leads_campaign_fk');
    await knex.raw('ALTER TABLE crm_core.crm_deals DROP CONSTRAINT crm_deals_campaign_fk');
    await dropTables(knex, ['crm_tickets', 'crm_sla_policies', 'crm_activities', 'crm_marketing_spend', 'crm_touches', 'crm_campaigns']);
  },
};
