import { createTable, createUniques, dropTables, type Migration } from './ddl.js';

// The roles as delivered before fields had rules; only those that nobody has changed since get what was added.
const delivered: Readonly<Record<string, { readonly acquisition?: object; readonly fields?: object }>> = {
  admin: { acquisition: { read: 'all', write: 'all', delete: 'all', export: 'all' } },
  exec: { acquisition: { read: 'all', export: 'all' } },
  manager: { acquisition: { read: 'all' } },
  rep: {
    fields: {
      products: { unit_cost: 'hidden' }, campaigns: { budget: 'hidden' },
      accounts: { is_test: 'read_only' }, contacts: { is_test: 'read_only' }, leads: { is_test: 'read_only' }, deals: { is_test: 'read_only' },
    },
  },
  analyst: {
    acquisition: { read: 'all', export: 'all' },
    fields: { contacts: { email: 'hidden', phone: 'hidden', mobile: 'hidden' }, leads: { email: 'hidden', phone: 'hidden' }, users: { phone: 'hidden' } },
  },
  finance: { acquisition: { read: 'all', export: 'all' } },
};

/** Rules for fields beside those for rows, and every version of every role. */
export const permissionsCreate: Migration = {
  name: '20261122001400_permissions_create',
  async up(knex) {
    await knex.raw(`ALTER TABLE crm_core.crm_roles ADD COLUMN fields jsonb NOT NULL DEFAULT '{}'`);
    for (const [key, { acquisition, fields }] of Object.entries(delivered)) {
      await knex.raw('UPDATE crm_core.crm_roles SET permissions = permissions || ?::jsonb, fields = ?::jsonb WHERE key = ? AND version = 1 AND deleted_at IS NULL',
        [JSON.stringify(acquisition ? { acquisition } : {}), JSON.stringify(fields ?? {}), key]);
    }
    await createTable(knex, 'crm_role_versions', `
      role_id uuid NOT NULL REFERENCES crm_core.crm_roles,
      version integer NOT NULL,
      action text NOT NULL CHECK (action IN ('create', 'update', 'delete', 'revert')),
      actor_id uuid,
      before jsonb,
      after jsonb`, { stream: false });
    await createUniques(knex, [['crm_role_versions_key', 'crm_role_versions (role_id, version)']]);
    // A history that can be rewritten proves nothing.
    await knex.raw(`CREATE FUNCTION crm_core.crm_append_only_role_versions() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'crm_role_versions is append-only' USING ERRCODE = 'insufficient_privilege'; END $$`);
    await knex.raw(`CREATE TRIGGER crm_append_only BEFORE UPDATE OR DELETE ON crm_core.crm_role_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_role_versions()`);
  },
  async down(knex) {
    await dropTables(knex, ['crm_role_versions']);
    await knex.raw('DROP FUNCTION crm_core.crm_append_only_role_versions()');
    await knex.raw('ALTER TABLE crm_core.crm_roles DROP COLUMN fields');
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'acquisition'`);
  },
};
