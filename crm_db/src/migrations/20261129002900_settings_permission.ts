import type { Migration } from './ddl.js';

const whole = { settings: { read: 'all', write: 'all', delete: 'all', export: 'all' } };

/** The permission to read and change the settings of the tenant, for administrators. */
export const settingsPermission: Migration = {
  name: '20261129002900_settings_permission',
  async up(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions || ?::jsonb WHERE key = 'admin' AND deleted_at IS NULL`, [JSON.stringify(whole)]);
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'settings' WHERE permissions \\? 'settings'`);
  },
};
