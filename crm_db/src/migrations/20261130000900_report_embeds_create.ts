import { createIndexes, createTable, dropTables, type Migration } from './ddl.js';

/** Tokens that show a report in pages of others: whose rows they show, where, and until when. Revoked ones are deleted softly. */
export const reportEmbedsCreate: Migration = {
  name: '20261130000900_report_embeds_create',
  async up(knex) {
    await createTable(knex, 'crm_report_embeds', `
      report_id uuid NOT NULL REFERENCES crm_core.crm_reports,
      owner_id uuid NOT NULL REFERENCES crm_core.crm_users,
      client_id text,
      scope text NOT NULL,
      version integer CHECK (version > 0),
      origins text[] NOT NULL CHECK (cardinality(origins) BETWEEN 1 AND 20),
      locale text NOT NULL CHECK (locale IN ('en', 'ar')),
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz`, { stream: false });
    await createIndexes(knex, [
      ['crm_report_embeds_owner_idx', 'crm_report_embeds (owner_id) WHERE deleted_at IS NULL'],
      ['crm_report_embeds_report_idx', 'crm_report_embeds (report_id)'],
      ['crm_report_embeds_origins_idx', 'crm_report_embeds USING gin (origins) WHERE deleted_at IS NULL'],
    ]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_report_embeds']);
  },
};
