import { createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** Verifications of the audit chain that people asked for: how far each is and what it found. They stay in Postgres. */
export const auditVerificationsCreate: Migration = {
  name: '20261129001000_audit_verifications_create',
  async up(knex) {
    await createTable(knex, 'crm_audit_verifications', `
      requested_by uuid,
      status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed')),
      checked_count bigint NOT NULL DEFAULT 0,
      total_count bigint,
      started_at timestamptz,
      finished_at timestamptz,
      sound boolean,
      result jsonb,
      error text CHECK (error IN ('too_long', 'fault'))`, { stream: false });
    // It reads the whole log: one at a time, whoever asks.
    await createUniques(knex, [['crm_audit_verifications_unfinished_key', `crm_audit_verifications ((true)) WHERE status IN ('queued', 'running') AND deleted_at IS NULL`]]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_audit_verifications']);
  },
};
