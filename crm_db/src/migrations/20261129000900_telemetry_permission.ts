import type { Migration } from './ddl.js';

const whole = { telemetry: { read: 'all', write: 'all', delete: 'all', export: 'all' } };

/** The permission to read metrics, for administrators; an API client of its own for Prometheus needs no other. */
export const telemetryPermission: Migration = {
  name: '20261129000900_telemetry_permission',
  async up(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions || ?::jsonb WHERE key = 'admin' AND deleted_at IS NULL`, [JSON.stringify(whole)]);
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'telemetry' WHERE permissions \\? 'telemetry'`);
  },
};
