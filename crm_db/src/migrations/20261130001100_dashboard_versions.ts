import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

const added = ['version', 'pins', 'shared_team_ids', 'shared_user_ids'];

/** What each dashboard was before it was changed, by which definitions its numbers counted, and sharing with teams and people beside roles. */
export const dashboardVersions: Migration = {
  name: '20261130001100_dashboard_versions',
  async up(knex) {
    await knex.raw(`ALTER TABLE crm_core.crm_dashboards
      ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version > 0),
      ADD COLUMN pins jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(pins) = 'object'),
      ADD COLUMN shared_team_ids uuid[] NOT NULL DEFAULT '{}',
      ADD COLUMN shared_user_ids uuid[] NOT NULL DEFAULT '{}'`);
    await createTable(knex, 'crm_dashboard_versions', `
      dashboard_id uuid NOT NULL REFERENCES crm_core.crm_dashboards,
      version integer NOT NULL CHECK (version > 0),
      layout jsonb NOT NULL CHECK (jsonb_typeof(layout -> 'tiles') = 'array'),
      period text,
      filters jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(filters) = 'array'),
      pins jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(pins) = 'object'),
      note text CHECK (btrim(note) <> ''),
      restored_from integer,
      author_id uuid NOT NULL REFERENCES crm_core.crm_users`, { stream: false });
    await createUniques(knex, [['crm_dashboard_versions_key', 'crm_dashboard_versions (dashboard_id, version)']]);
    await createIndexes(knex, [
      ['crm_dashboards_teams_idx', 'crm_dashboards USING gin (shared_team_ids) WHERE deleted_at IS NULL'],
      ['crm_dashboards_users_idx', 'crm_dashboards USING gin (shared_user_ids) WHERE deleted_at IS NULL'],
    ]);
    // Those delivered are changed by nobody and have no versions.
    await knex.raw(`INSERT INTO crm_core.crm_dashboard_versions (dashboard_id, version, layout, period, filters, author_id, created_at)
      SELECT id, version, layout, period, filters, owner_id, updated_at FROM crm_core.crm_dashboards WHERE owner_id IS NOT NULL`);
    // A history that can be rewritten is none. Only what tells of a person may go out of it, when they are erased.
    await knex.raw(`CREATE FUNCTION crm_core.crm_append_only_dashboard_version() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        beside text[] := '{layout,filters,note,updated_at}';
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await knex.raw('CREATE TRIGGER crm_versions_only BEFORE UPDATE OR DELETE ON crm_core.crm_dashboard_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_dashboard_version()');
  },
  async down(knex) {
    await dropTables(knex, ['crm_dashboard_versions']);
    await knex.raw('DROP FUNCTION crm_core.crm_append_only_dashboard_version()');
    await knex.raw(`ALTER TABLE crm_core.crm_dashboards ${added.map((name) => `DROP COLUMN ${name}`).join(', ')}`);
  },
};
