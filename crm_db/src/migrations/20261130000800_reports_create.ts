import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

// Everybody who reads figures keeps reports and shares their own, as a share grants no data; files go to whose role may take figures away in bulk, and only administrators change what others own.
const own = { reports: { read: 'all', write: 'own', delete: 'own' } };
const exporting = { reports: { ...own.reports, export: 'all' } };
const whole = { reports: { read: 'all', write: 'all', delete: 'all', export: 'all' } };
const granted = [['admin', whole], ['exec', exporting], ['manager', exporting], ['rep', own], ['analyst', exporting], ['finance', exporting]] as const;

/** Saved reports: their definitions version by version, folders, and who else is shown them. */
export const reportsCreate: Migration = {
  name: '20261130000800_reports_create',
  async up(knex) {
    // Definitions are no business: no figure counts them, so that they stay in Postgres.
    await createTable(knex, 'crm_report_folders', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      name_ar text CHECK (btrim(name_ar) <> ''),
      parent_id uuid REFERENCES crm_core.crm_report_folders CHECK (parent_id <> id),
      owner_id uuid NOT NULL REFERENCES crm_core.crm_users`, { stream: false });
    await createTable(knex, 'crm_reports', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      name_ar text CHECK (btrim(name_ar) <> ''),
      description text,
      description_ar text,
      folder_id uuid REFERENCES crm_core.crm_report_folders,
      owner_id uuid NOT NULL REFERENCES crm_core.crm_users,
      definition jsonb NOT NULL CHECK (jsonb_typeof(definition -> 'values') = 'array'),
      pins jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(pins) = 'object'),
      version integer NOT NULL DEFAULT 1 CHECK (version > 0)`, { stream: false });
    await createTable(knex, 'crm_report_versions', `
      report_id uuid NOT NULL REFERENCES crm_core.crm_reports,
      version integer NOT NULL CHECK (version > 0),
      definition jsonb NOT NULL CHECK (jsonb_typeof(definition -> 'values') = 'array'),
      pins jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(pins) = 'object'),
      note text CHECK (btrim(note) <> ''),
      restored_from integer,
      author_id uuid NOT NULL REFERENCES crm_core.crm_users`, { stream: false });
    await createTable(knex, 'crm_report_shares', `
      report_id uuid REFERENCES crm_core.crm_reports,
      folder_id uuid REFERENCES crm_core.crm_report_folders,
      role text,
      team_id uuid REFERENCES crm_core.crm_teams,
      user_id uuid REFERENCES crm_core.crm_users,
      may text NOT NULL CHECK (may IN ('view', 'edit')),
      CHECK (num_nonnulls(report_id, folder_id) = 1),
      CHECK (num_nonnulls(role, team_id, user_id) = 1)`, { stream: false });
    await createUniques(knex, [
      ['crm_report_versions_key', 'crm_report_versions (report_id, version)'],
      ['crm_report_shares_report_key', 'crm_report_shares (report_id, role, team_id, user_id) NULLS NOT DISTINCT WHERE report_id IS NOT NULL'],
      ['crm_report_shares_folder_key', 'crm_report_shares (folder_id, role, team_id, user_id) NULLS NOT DISTINCT WHERE folder_id IS NOT NULL'],
    ]);
    await createIndexes(knex, [
      ['crm_report_folders_owner_idx', 'crm_report_folders (owner_id) WHERE deleted_at IS NULL'],
      ['crm_report_folders_parent_idx', 'crm_report_folders (parent_id) WHERE deleted_at IS NULL'],
      ['crm_reports_owner_idx', 'crm_reports (owner_id) WHERE deleted_at IS NULL'],
      ['crm_reports_folder_idx', 'crm_reports (folder_id) WHERE deleted_at IS NULL'],
      ['crm_reports_name_idx', 'crm_reports (name, id) WHERE deleted_at IS NULL'],
      ['crm_report_shares_role_idx', 'crm_report_shares (role) WHERE role IS NOT NULL'],
      ['crm_report_shares_team_idx', 'crm_report_shares (team_id) WHERE team_id IS NOT NULL'],
      ['crm_report_shares_user_idx', 'crm_report_shares (user_id) WHERE user_id IS NOT NULL'],
    ]);
    // A history that can be rewritten is none. Only a person's name may go out of it, when they are erased.
    await knex.raw(`CREATE FUNCTION crm_core.crm_append_only_report_version() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        beside text[] := '{definition,note,updated_at}';
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await knex.raw('CREATE TRIGGER crm_versions_only BEFORE UPDATE OR DELETE ON crm_core.crm_report_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_report_version()');
    for (const [key, permissions] of granted) {
      await knex.raw(`UPDATE crm_core.crm_roles SET permissions = ?::jsonb || permissions WHERE key = ? AND deleted_at IS NULL`, [JSON.stringify(permissions), key]);
    }
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'reports'`);
    await dropTables(knex, ['crm_report_shares', 'crm_report_versions', 'crm_reports', 'crm_report_folders']);
    await knex.raw('DROP FUNCTION crm_core.crm_append_only_report_version()');
  },
};
