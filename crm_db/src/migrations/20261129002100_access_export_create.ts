import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** Requests of persons for everything that is stored about them (Art. 15 and 20 GDPR), and the files that answer them for a while. */
export const accessExportCreate: Migration = {
  name: '20261129002100_access_export_create',
  async up(knex) {
    // Ids and counts; the answer itself lies apart and is gone first. Neither leaves Postgres: a copy of a person must not outlive its purpose downstream.
    await createTable(knex, 'crm_access_exports', `
      subject_type text NOT NULL CHECK (subject_type IN ('contact', 'lead', 'user', 'account')),
      subject_id uuid NOT NULL,
      locale text NOT NULL CHECK (locale IN ('en', 'ar')),
      requested_by uuid,
      status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'expired')),
      attempts integer NOT NULL DEFAULT 0,
      row_counts jsonb NOT NULL DEFAULT '{}',
      byte_count bigint,
      sha256 text,
      error_code text,
      finished_at timestamptz,
      expires_at timestamptz,
      downloads integer NOT NULL DEFAULT 0`, { stream: false });
    await createTable(knex, 'crm_access_export_files', `
      export_id uuid NOT NULL REFERENCES crm_core.crm_access_exports,
      position integer NOT NULL,
      content bytea NOT NULL`, { stream: false });
    await createUniques(knex, [['crm_access_export_files_key', 'crm_access_export_files (export_id, position)']]);
    await createIndexes(knex, [
      ['crm_access_exports_open_idx', `crm_access_exports (id) WHERE status IN ('queued', 'running')`],
      ['crm_access_exports_expiry_idx', `crm_access_exports (expires_at) WHERE status = 'done'`],
    ]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_access_export_files', 'crm_access_exports']);
  },
};
