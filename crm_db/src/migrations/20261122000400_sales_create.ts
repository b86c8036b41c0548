import { createIndexes, createTable, createUniques, dropTables, externalColumns, externalUnique, type Migration } from './ddl.js';

/** Pipelines, deals with their history, quotes, orders, quotas and forecast snapshots. */
export const salesCreate: Migration = {
  name: '20261122000400_sales_create',
  async up(knex) {
    await createTable(knex, 'crm_pipelines', `
      name text NOT NULL,
      name_ar text,
      is_default boolean NOT NULL DEFAULT false,
      ${externalColumns}`);
    await createTable(knex, 'crm_stages', `
      pipeline_id uuid NOT NULL REFERENCES crm_core.crm_pipelines,
      name text NOT NULL,
      name_ar text,
      position smallint NOT NULL,
      kind text NOT NULL DEFAULT 'open' CHECK (kind IN ('open', 'won', 'lost')),
      probability numeric(5,4) NOT NULL CHECK (probability BETWEEN 0 AND 1),
      forecast_category text NOT NULL DEFAULT 'pipeline' CHECK (forecast_category IN ('omitted', 'pipeline', 'best_case', 'commit', 'closed')),
      ${externalColumns},
      CHECK (kind <> 'won' OR probability = 1),
      CHECK (kind <> 'lost' OR probability = 0)`);
    // The amount of a deal is expected_value; for a won deal it is what was sold. Empty means not yet known, never zero.
    await createTable(knex, 'crm_deals', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      account_id uuid REFERENCES crm_core.crm_accounts,
      primary_contact_id uuid REFERENCES crm_core.crm_contacts,
      owner_id uuid REFERENCES crm_core.crm_users,
      pipeline_id uuid NOT NULL REFERENCES crm_core.crm_pipelines,
      stage_id uuid NOT NULL REFERENCES crm_core.crm_stages,
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'won', 'lost')),
      expected_value numeric(18,2),
      currency char(3) NOT NULL DEFAULT 'USD',
      close_date date,
      closed_at timestamptz,
      lost_reason text,
      source text,
      product_id uuid REFERENCES crm_core.crm_products,
      campaign_id uuid,
      forecast_category text CHECK (forecast_category IN ('omitted', 'pipeline', 'best_case', 'commit', 'closed')),
      next_step text,
      description text,
      is_test boolean NOT NULL DEFAULT false,
      search_text text NOT NULL GENERATED ALWAYS AS (crm_core.crm_fold(name || ' ' || coalesce(external_id, ''))) STORED,
      ${externalColumns},
      CHECK ((status = 'open') = (closed_at IS NULL))`);
    await knex.raw('ALTER TABLE crm_core.crm_leads ADD CONSTRAINT crm_leads_deal_fk FOREIGN KEY (converted_deal_id) REFERENCES crm_core.crm_deals');
    await createTable(knex, 'crm_deal_stage_history', `
      deal_id uuid NOT NULL REFERENCES crm_core.crm_deals,
      from_stage_id uuid REFERENCES crm_core.crm_stages,
      to_stage_id uuid NOT NULL REFERENCES crm_core.crm_stages,
      entered_at timestamptz NOT NULL,
      left_at timestamptz CHECK (left_at >= entered_at),
      changed_by uuid,
      amount numeric(18,2),
      currency char(3)`);
    await createTable(knex, 'crm_deal_line_items', `
      deal_id uuid NOT NULL REFERENCES crm_core.crm_deals,
      product_id uuid REFERENCES crm_core.crm_products,
      description text,
      quantity numeric(18,4) NOT NULL DEFAULT 1 CHECK (quantity > 0),
      unit_price numeric(18,2) NOT NULL,
      discount_rate numeric(7,6) NOT NULL DEFAULT 0 CHECK (discount_rate BETWEEN 0 AND 1),
      tax_rate numeric(7,6) NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1),
      net_amount numeric(18,2) GENERATED ALWAYS AS (round(quantity * unit_price * (1 - discount_rate), 2)) STORED,
      currency char(3) NOT NULL,
      position integer NOT NULL DEFAULT 0`);
    await createTable(knex, 'crm_quotes', `
      number text NOT NULL,
      deal_id uuid REFERENCES crm_core.crm_deals,
      account_id uuid REFERENCES crm_core.crm_accounts,
      contact_id uuid REFERENCES crm_core.crm_contacts,
      owner_id uuid REFERENCES crm_core.crm_users,
      price_book_id uuid REFERENCES crm_core.crm_price_books,
      status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'in_approval', 'approved', 'sent', 'accepted', 'declined', 'expired')),
      currency char(3) NOT NULL,
      net_total numeric(18,2) NOT NULL DEFAULT 0,
      tax_total numeric(18,2) NOT NULL DEFAULT 0,
      gross_total numeric(18,2) GENERATED ALWAYS AS (net_total + tax_total) STORED,
      valid_until date,
      accepted_at timestamptz,
      notes text,
      ${externalColumns}`);
    await createTable(knex, 'crm_quote_line_items', `
      quote_id uuid NOT NULL REFERENCES crm_core.crm_quotes,
      product_id uuid REFERENCES crm_core.crm_products,
      description text,
      quantity numeric(18,4) NOT NULL DEFAULT 1 CHECK (quantity > 0),
      unit_price numeric(18,2) NOT NULL,
      discount_rate numeric(7,6) NOT NULL DEFAULT 0 CHECK (discount_rate BETWEEN 0 AND 1),
      tax_rate numeric(7,6) NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1),
      net_amount numeric(18,2) GENERATED ALWAYS AS (round(quantity * unit_price * (1 - discount_rate), 2)) STORED,
      position integer NOT NULL DEFAULT 0`);
    await createTable(knex, 'crm_orders', `
      number text NOT NULL,
      quote_id uuid REFERENCES crm_core.crm_quotes,
      deal_id uuid REFERENCES crm_core.crm_deals,
      account_id uuid REFERENCES crm_core.crm_accounts,
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'fulfilled', 'cancelled')),
      currency char(3) NOT NULL,
      net_total numeric(18,2) NOT NULL DEFAULT 0,
      ordered_at timestamptz NOT NULL DEFAULT now(),
      ${externalColumns}`);
    await createTable(knex, 'crm_quotas', `
      user_id uuid REFERENCES crm_core.crm_users,
      team_id uuid REFERENCES crm_core.crm_teams,
      period_start date NOT NULL,
      period_end date NOT NULL CHECK (period_end > period_start),
      amount numeric(18,2) NOT NULL CHECK (amount >= 0),
      currency char(3) NOT NULL,
      version integer NOT NULL DEFAULT 1,
      CHECK (num_nonnulls(user_id, team_id) = 1)`);
    await createTable(knex, 'crm_forecast_snapshots', `
      taken_at timestamptz NOT NULL,
      period_start date NOT NULL,
      period_end date NOT NULL CHECK (period_end > period_start),
      user_id uuid REFERENCES crm_core.crm_users,
      team_id uuid REFERENCES crm_core.crm_teams,
      source text NOT NULL DEFAULT 'rep' CHECK (source IN ('rep', 'manager', 'model', 'stage')),
      category text NOT NULL CHECK (category IN ('omitted', 'pipeline', 'best_case', 'commit', 'closed', 'weighted')),
      amount numeric(18,2) NOT NULL,
      adjusted_amount numeric(18,2),
      adjustment_reason text,
      currency char(3) NOT NULL`);
    await createUniques(knex, [
      ['crm_pipelines_default_key', 'crm_pipelines (is_default) WHERE is_default AND deleted_at IS NULL'],
      ['crm_stages_name_key', 'crm_stages (pipeline_id, lower(name)) WHERE deleted_at IS NULL'],
      ['crm_deal_stage_history_open_key', 'crm_deal_stage_history (deal_id) WHERE left_at IS NULL AND deleted_at IS NULL'],
      ['crm_quotes_number_key', 'crm_quotes (number) WHERE deleted_at IS NULL'],
      ['crm_orders_number_key', 'crm_orders (number) WHERE deleted_at IS NULL'],
      ['crm_quotas_user_key', 'crm_quotas (user_id, period_start, period_end, version) WHERE user_id IS NOT NULL AND deleted_at IS NULL'],
      ['crm_quotas_team_key', 'crm_quotas (team_id, period_start, period_end, version) WHERE team_id IS NOT NULL AND deleted_at IS NULL'],
      externalUnique('crm_pipelines'),
      externalUnique('crm_stages'),
      externalUnique('crm_deals'),
      externalUnique('crm_quotes'),
      externalUnique('crm_orders'),
    ]);
    await createIndexes(knex, [
      ['crm_deals_search_trgm', 'crm_deals USING gin (search_text gin_trgm_ops)'],
      ['crm_deals_owner_idx', 'crm_deals (owner_id, status, close_date) WHERE deleted_at IS NULL'],
      ['crm_deals_account_idx', 'crm_deals (account_id) WHERE deleted_at IS NULL'],
      ['crm_deals_stage_idx', 'crm_deals (stage_id) WHERE deleted_at IS NULL'],
      ['crm_deals_status_close_idx', 'crm_deals (status, close_date, id) WHERE deleted_at IS NULL'],
      ['crm_deals_name_idx', 'crm_deals (name, id) WHERE deleted_at IS NULL'],
      ['crm_deals_value_idx', 'crm_deals (expected_value DESC, id) WHERE deleted_at IS NULL'],
      ['crm_deals_created_idx', 'crm_deals (created_at DESC, id) WHERE deleted_at IS NULL'],
      ['crm_deals_updated_idx', 'crm_deals (updated_at DESC, id) WHERE deleted_at IS NULL'],
      ['crm_deal_stage_history_deal_idx', 'crm_deal_stage_history (deal_id, entered_at)'],
      ['crm_deal_line_items_deal_idx', 'crm_deal_line_items (deal_id) WHERE deleted_at IS NULL'],
      ['crm_quotes_deal_idx', 'crm_quotes (deal_id) WHERE deleted_at IS NULL'],
      ['crm_quotes_account_idx', 'crm_quotes (account_id) WHERE deleted_at IS NULL'],
      ['crm_quote_line_items_quote_idx', 'crm_quote_line_items (quote_id) WHERE deleted_at IS NULL'],
      ['crm_orders_account_idx', 'crm_orders (account_id) WHERE deleted_at IS NULL'],
      ['crm_forecast_snapshots_period_idx', 'crm_forecast_snapshots (period_start, taken_at)'],
    ]);
  },
  async down(knex) {
    await knex.raw('ALTER TABLE crm_core.crm_leads DROP CONSTRAINT crm_leads_deal_fk');
    await dropTables(knex, [
      'crm_forecast_snapshots', 'crm_quotas', 'crm_orders', 'crm_quote_line_items', 'crm_quotes', 'crm_deal_line_items',
      'crm_deal_stage_history', 'crm_deals', 'crm_stages', 'crm_pipelines',
    ]);
  },
};
