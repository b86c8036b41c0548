import type { Migration } from './ddl.js';

/** The gross margin of the tenant, a share from 0 to 1, which lifetime value and payback need; unknown until somebody says it. */
export const marginCreate: Migration = {
  name: '20261129002500_margin_create',
  async up(knex) {
    await knex.raw(`ALTER TABLE crm_core.crm_tenants ADD COLUMN gross_margin numeric(5,4) CONSTRAINT crm_tenants_gross_margin_check CHECK (gross_margin > 0 AND gross_margin <= 1)`);
  },
  async down(knex) {
    await knex.raw('ALTER TABLE crm_core.crm_tenants DROP COLUMN gross_margin');
  },
};
