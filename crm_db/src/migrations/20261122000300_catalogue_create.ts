import { createIndexes, createTable, createUniques, dropTables, externalColumns, externalUnique, type Migration } from './ddl.js';

/** What is sold and at what price: products, bundles, price books, tax and exchange rates. */
export const catalogueCreate: Migration = {
  name: '20261122000300_catalogue_create',
  async up(knex) {
    await createTable(knex, 'crm_tax_rates', `
      name text NOT NULL,
      country_code char(2) NOT NULL,
      rate numeric(7,6) NOT NULL CHECK (rate BETWEEN 0 AND 1),
      valid_from date NOT NULL,
      valid_to date CHECK (valid_to > valid_from)`);
    await createTable(knex, 'crm_products', `
      code citext NOT NULL,
      name text NOT NULL CHECK (btrim(name) <> ''),
      name_ar text,
      family text,
      kind text NOT NULL DEFAULT 'one_off' CHECK (kind IN ('one_off', 'recurring', 'usage', 'service', 'bundle')),
      unit text NOT NULL DEFAULT 'each',
      list_price numeric(18,2),
      unit_cost numeric(18,2),
      currency char(3) NOT NULL DEFAULT 'USD',
      tax_rate_id uuid REFERENCES crm_core.crm_tax_rates,
      is_active boolean NOT NULL DEFAULT true,
      description text,
      ${externalColumns}`);
    await createTable(knex, 'crm_product_bundles', `
      bundle_id uuid NOT NULL REFERENCES crm_core.crm_products,
      product_id uuid NOT NULL REFERENCES crm_core.crm_products,
      quantity numeric(18,4) NOT NULL DEFAULT 1 CHECK (quantity > 0),
      CHECK (bundle_id <> product_id)`);
    await createTable(knex, 'crm_price_books', `
      name text NOT NULL,
      currency char(3) NOT NULL,
      region text,
      is_default boolean NOT NULL DEFAULT false,
      valid_from date NOT NULL DEFAULT '2000-01-01',
      valid_to date CHECK (valid_to > valid_from)`);
    await createTable(knex, 'crm_price_book_entries', `
      price_book_id uuid NOT NULL REFERENCES crm_core.crm_price_books,
      product_id uuid NOT NULL REFERENCES crm_core.crm_products,
      model text NOT NULL DEFAULT 'fixed' CHECK (model IN ('fixed', 'tiered', 'volume', 'usage')),
      unit_price numeric(18,2) CHECK (unit_price >= 0),
      billing_period text CHECK (billing_period IN ('month', 'quarter', 'year')),
      CHECK (model <> 'fixed' OR unit_price IS NOT NULL)`);
    await createTable(knex, 'crm_price_tiers', `
      entry_id uuid NOT NULL REFERENCES crm_core.crm_price_book_entries,
      from_quantity numeric(18,4) NOT NULL CHECK (from_quantity >= 0),
      to_quantity numeric(18,4) CHECK (to_quantity > from_quantity),
      unit_price numeric(18,6) NOT NULL CHECK (unit_price >= 0)`);
    await createTable(knex, 'crm_exchange_rates', `
      base_currency char(3) NOT NULL,
      quote_currency char(3) NOT NULL CHECK (quote_currency <> base_currency),
      rate numeric(20,10) NOT NULL CHECK (rate > 0),
      valid_on date NOT NULL,
      source text NOT NULL DEFAULT 'manual'`);
    await createUniques(knex, [
      ['crm_products_code_key', 'crm_products (code) WHERE deleted_at IS NULL'],
      ['crm_product_bundles_key', 'crm_product_bundles (bundle_id, product_id) WHERE deleted_at IS NULL'],
      ['crm_price_books_default_key', 'crm_price_books (currency) WHERE is_default AND deleted_at IS NULL'],
      ['crm_price_book_entries_key', 'crm_price_book_entries (price_book_id, product_id) WHERE deleted_at IS NULL'],
      ['crm_price_tiers_key', 'crm_price_tiers (entry_id, from_quantity) WHERE deleted_at IS NULL'],
      ['crm_exchange_rates_key', 'crm_exchange_rates (base_currency, quote_currency, valid_on) WHERE deleted_at IS NULL'],
      externalUnique('crm_products'),
    ]);
    await createIndexes(knex, [
      ['crm_products_name_trgm', 'crm_products USING gin (crm_core.crm_fold(name) gin_trgm_ops)'],
    ]);
  },
  async down(knex) {
    await dropTables(knex, [
      'crm_exchange_rates', 'crm_price_tiers', 'crm_price_book_entries', 'crm_price_books', 'crm_product_bundles', 'crm_products', 'crm_tax_rates',
    ]);
  },
};
