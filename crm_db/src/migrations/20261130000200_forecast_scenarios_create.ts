import { createIndexes, createTable, dropTables, type Migration } from './ddl.js';

// As with dashboards: everybody keeps their own, a scope beyond `own` shares, and only administrators change what others own.
const own = { scenarios: { read: 'all', write: 'own', delete: 'own' } };
const sharing = { scenarios: { read: 'all', write: 'team', delete: 'own' } };
const granted = [['admin', { scenarios: { read: 'all', write: 'all', delete: 'all', export: 'all' } }], ['exec', sharing], ['manager', sharing], ['rep', own], ['analyst', own], ['finance', own]] as const;

/** What-if scenarios of the forecast: what people suppose, never what it comes to. */
export const forecastScenariosCreate: Migration = {
  name: '20261130000200_forecast_scenarios_create',
  async up(knex) {
    // What somebody supposes is no business: no figure counts it, so that it stays in Postgres.
    await createTable(knex, 'crm_forecast_scenarios', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      owner_id uuid NOT NULL REFERENCES crm_core.crm_users,
      period text NOT NULL CHECK (period ~ '^[0-9]{4}(|-Q[1-4]|-0[1-9]|-1[0-2])$'),
      filter jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(filter) = 'object'),
      changes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(changes) = 'object'),
      shared_roles text[] NOT NULL DEFAULT '{}',
      shared_team_ids uuid[] NOT NULL DEFAULT '{}'`, { stream: false });
    await createIndexes(knex, [
      ['crm_forecast_scenarios_owner_idx', 'crm_forecast_scenarios (owner_id) WHERE deleted_at IS NULL'],
      ['crm_forecast_scenarios_roles_idx', 'crm_forecast_scenarios USING gin (shared_roles) WHERE deleted_at IS NULL'],
      ['crm_forecast_scenarios_teams_idx', 'crm_forecast_scenarios USING gin (shared_team_ids) WHERE deleted_at IS NULL'],
    ]);
    for (const [key, permissions] of granted) {
      await knex.raw(`UPDATE crm_core.crm_roles SET permissions = ?::jsonb || permissions WHERE key = ? AND deleted_at IS NULL`, [JSON.stringify(permissions), key]);
    }
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'scenarios'`);
    await dropTables(knex, ['crm_forecast_scenarios']);
  },
};
