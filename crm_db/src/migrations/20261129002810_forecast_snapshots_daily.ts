import type { Migration } from './ddl.js';

/** Snapshots that the worker takes: one of each number by person, period and day. */
export const forecastSnapshotsDaily: Migration = {
  name: '20261129002810_forecast_snapshots_daily',
  async up(knex) {
    // Empty for what was taken on demand or came from elsewhere: those may be several a day.
    await knex.raw('ALTER TABLE crm_core.crm_forecast_snapshots ADD COLUMN taken_on date');
    await knex.raw(`CREATE UNIQUE INDEX crm_forecast_snapshots_daily_key ON crm_core.crm_forecast_snapshots (taken_on, period_start, period_end, coalesce(user_id, team_id), source, category)
      WHERE taken_on IS NOT NULL AND deleted_at IS NULL`);
  },
  async down(knex) {
    await knex.raw('DROP INDEX crm_core.crm_forecast_snapshots_daily_key');
    await knex.raw('ALTER TABLE crm_core.crm_forecast_snapshots DROP COLUMN taken_on');
  },
};
