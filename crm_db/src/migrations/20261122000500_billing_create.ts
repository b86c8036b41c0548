import { createIndexes, createTable, createUniques, dropTables, externalColumns, externalUnique, type Migration } from './ddl.js';

/** Invoices, payments and subscriptions with every change of their recurring revenue. */
export const billingCreate: Migration = {
  name: '20261122000500_billing_create',
  async up(knex) {
    await createTable(knex, 'crm_subscriptions', `
      account_id uuid NOT NULL REFERENCES crm_core.crm_accounts,
      product_id uuid REFERENCES crm_core.crm_products,
      deal_id uuid REFERENCES crm_core.crm_deals,
      owner_id uuid REFERENCES crm_core.crm_users,
      status text NOT NULL DEFAULT 'active' CHECK (status IN ('trial', 'active', 'past_due', 'paused', 'cancelled', 'expired')),
      billing_period text NOT NULL DEFAULT 'month' CHECK (billing_period IN ('month', 'quarter', 'year')),
      quantity numeric(18,4) NOT NULL DEFAULT 1 CHECK (quantity > 0),
      unit_price numeric(18,2) NOT NULL,
      mrr numeric(18,2) NOT NULL DEFAULT 0,
      currency char(3) NOT NULL,
      started_on date NOT NULL,
      trial_ends_on date,
      renews_on date,
      cancelled_on date,
      ends_on date,
      cancel_reason text,
      ${externalColumns}`);
    // mrr_before and mrr_after are monthly-normalised; their difference is the event's part in the MRR bridge.
    await createTable(knex, 'crm_subscription_changes', `
      subscription_id uuid NOT NULL REFERENCES crm_core.crm_subscriptions,
      account_id uuid NOT NULL REFERENCES crm_core.crm_accounts,
      kind text NOT NULL CHECK (kind IN ('trial', 'new', 'expansion', 'contraction', 'churn', 'reactivation')),
      effective_on date NOT NULL,
      mrr_before numeric(18,2) NOT NULL,
      mrr_after numeric(18,2) NOT NULL,
      mrr_delta numeric(18,2) GENERATED ALWAYS AS (mrr_after - mrr_before) STORED,
      currency char(3) NOT NULL,
      reason text`);
    await createTable(knex, 'crm_invoices', `
      number text NOT NULL,
      account_id uuid NOT NULL REFERENCES crm_core.crm_accounts,
      subscription_id uuid REFERENCES crm_core.crm_subscriptions,
      order_id uuid REFERENCES crm_core.crm_orders,
      deal_id uuid REFERENCES crm_core.crm_deals,
      owner_id uuid REFERENCES crm_core.crm_users,
      status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'open', 'paid', 'overdue', 'void', 'uncollectible')),
      currency char(3) NOT NULL,
      net_total numeric(18,2) NOT NULL DEFAULT 0,
      tax_total numeric(18,2) NOT NULL DEFAULT 0,
      gross_total numeric(18,2) GENERATED ALWAYS AS (net_total + tax_total) STORED,
      paid_total numeric(18,2) NOT NULL DEFAULT 0,
      issued_on date NOT NULL DEFAULT current_date,
      due_on date,
      paid_at timestamptz,
      ${externalColumns}`);
    await createTable(knex, 'crm_invoice_line_items', `
      invoice_id uuid NOT NULL REFERENCES crm_core.crm_invoices,
      product_id uuid REFERENCES crm_core.crm_products,
      description text,
      quantity numeric(18,4) NOT NULL DEFAULT 1,
      unit_price numeric(18,2) NOT NULL,
      discount_rate numeric(7,6) NOT NULL DEFAULT 0 CHECK (discount_rate BETWEEN 0 AND 1),
      tax_rate numeric(7,6) NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1),
      net_amount numeric(18,2) GENERATED ALWAYS AS (round(quantity * unit_price * (1 - discount_rate), 2)) STORED,
      position integer NOT NULL DEFAULT 0`);
    await createTable(knex, 'crm_payments', `
      invoice_id uuid NOT NULL REFERENCES crm_core.crm_invoices,
      account_id uuid NOT NULL REFERENCES crm_core.crm_accounts,
      amount numeric(18,2) NOT NULL,
      currency char(3) NOT NULL,
      method text,
      status text NOT NULL DEFAULT 'succeeded' CHECK (status IN ('pending', 'succeeded', 'failed', 'refunded')),
      received_at timestamptz NOT NULL DEFAULT now(),
      reference text`);
    await createUniques(knex, [
      ['crm_invoices_number_key', 'crm_invoices (number) WHERE deleted_at IS NULL'],
      externalUnique('crm_subscriptions'),
      externalUnique('crm_invoices'),
    ]);
    await createIndexes(knex, [
      ['crm_subscriptions_account_idx', 'crm_subscriptions (account_id) WHERE deleted_at IS NULL'],
      ['crm_subscriptions_created_idx', 'crm_subscriptions (created_at DESC, id) WHERE deleted_at IS NULL'],
      ['crm_subscription_changes_subscription_idx', 'crm_subscription_changes (subscription_id, effective_on)'],
      ['crm_subscription_changes_account_idx', 'crm_subscription_changes (account_id, effective_on)'],
      ['crm_invoices_account_idx', 'crm_invoices (account_id, issued_on) WHERE deleted_at IS NULL'],
      ['crm_invoices_created_idx', 'crm_invoices (created_at DESC, id) WHERE deleted_at IS NULL'],
      ['crm_invoice_line_items_invoice_idx', 'crm_invoice_line_items (invoice_id) WHERE deleted_at IS NULL'],
      ['crm_payments_invoice_idx', 'crm_payments (invoice_id)'],
    ]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_payments', 'crm_invoice_line_items', 'crm_invoices', 'crm_subscription_changes', 'crm_subscriptions']);
  },
};
