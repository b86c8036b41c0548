import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** Imports: files and rows as they arrived, saved mappings, progress that survives a crash. */
export const importsCreate: Migration = {
  name: '20261122000800_imports_create',
  async up(knex) {
    await createTable(knex, 'crm_import_mappings', `
      name text NOT NULL,
      entity text NOT NULL,
      source text NOT NULL DEFAULT 'file',
      mapping jsonb NOT NULL,
      owner_id uuid REFERENCES crm_core.crm_users`);
    await createTable(knex, 'crm_imports', `
      entity text NOT NULL,
      file_name text NOT NULL,
      format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
      source text NOT NULL DEFAULT 'file',
      mapping jsonb NOT NULL DEFAULT '{}',
      dry_run boolean NOT NULL DEFAULT false,
      status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
      total_rows integer,
      processed_rows integer NOT NULL DEFAULT 0,
      created_count integer NOT NULL DEFAULT 0,
      updated_count integer NOT NULL DEFAULT 0,
      unchanged_count integer NOT NULL DEFAULT 0,
      skipped_count integer NOT NULL DEFAULT 0,
      error_count integer NOT NULL DEFAULT 0,
      started_at timestamptz,
      finished_at timestamptz,
      error jsonb,
      requested_by uuid REFERENCES crm_core.crm_users`);
    // The upload itself, in pieces: a worker on another machine, or after a crash, reads it from here.
    await createTable(knex, 'crm_import_files', `
      import_id uuid NOT NULL REFERENCES crm_core.crm_imports,
      position integer NOT NULL,
      content bytea NOT NULL`, { stream: false });
    // Only rows that did not go in as they are: errors and warnings, with what the file said.
    await createTable(knex, 'crm_import_rows', `
      import_id uuid NOT NULL REFERENCES crm_core.crm_imports,
      row_number integer NOT NULL,
      outcome text NOT NULL CHECK (outcome IN ('error', 'warning')),
      problems jsonb NOT NULL,
      raw jsonb NOT NULL`, { stream: false });
    await createUniques(knex, [
      ['crm_import_mappings_name_key', 'crm_import_mappings (entity, name) WHERE deleted_at IS NULL'],
      ['crm_import_files_key', 'crm_import_files (import_id, position)'],
      ['crm_import_rows_key', 'crm_import_rows (import_id, row_number)'],
    ]);
    await createIndexes(knex, [['crm_imports_created_idx', 'crm_imports (created_at DESC, id)']]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_import_rows', 'crm_import_files', 'crm_imports', 'crm_import_mappings']);
  },
};
