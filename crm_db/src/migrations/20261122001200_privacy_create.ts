import { createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** Erasures of persons, as the stream follows them, and how long the history of each table is kept. */
export const privacyCreate: Migration = {
  name: '20261122001200_privacy_create',
  async up(knex) {
    // Ids, counts and names of tables only: the row says that a person is gone, not who it was. Reasons are the grounds of Art. 17 GDPR.
    await createTable(knex, 'crm_erasures', `
      subject_type text NOT NULL CHECK (subject_type IN ('contact', 'lead', 'user', 'account')),
      subject_id uuid NOT NULL,
      reason text NOT NULL CHECK (reason IN ('request', 'consent_withdrawn', 'objection', 'no_longer_needed', 'unlawful', 'legal_obligation')),
      requested_by uuid,
      identifier_count integer NOT NULL,
      scope jsonb NOT NULL,
      certified_at timestamptz,
      certificate_hash text`);
    await createTable(knex, 'crm_retention_policies', `
      table_name text NOT NULL CHECK (table_name LIKE 'crm\\_%'),
      keep_days integer NOT NULL CHECK (keep_days BETWEEN 1 AND 36500),
      action text NOT NULL DEFAULT 'shorten' CHECK (action = 'shorten')`);
    await createUniques(knex, [['crm_retention_policies_key', 'crm_retention_policies (table_name) WHERE deleted_at IS NULL']]);
    // Roles of an existing installation were copied from the matrix when it knew nothing of this.
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions || '{"privacy": {"read": "all", "write": "all", "delete": "all", "export": "all"}}' WHERE key = 'admin' AND deleted_at IS NULL`);
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'privacy' WHERE key = 'admin'`);
    await dropTables(knex, ['crm_retention_policies', 'crm_erasures']);
  },
};
