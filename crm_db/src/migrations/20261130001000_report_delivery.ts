import { createIndexes, type Migration } from './ddl.js';

/** Saved reports by e-mail and watched for their values, as dashboards and numbers are. */
export const reportDelivery: Migration = {
  name: '20261130001000_report_delivery',
  async up(knex) {
    await knex.raw(`ALTER TABLE crm_core.crm_report_schedules ALTER COLUMN dashboard_id DROP NOT NULL,
      ADD COLUMN report_id uuid REFERENCES crm_core.crm_reports,
      ADD CONSTRAINT crm_report_schedules_source_check CHECK (num_nonnulls(dashboard_id, report_id) = 1),
      DROP CONSTRAINT crm_report_schedules_files_check, ADD CONSTRAINT crm_report_schedules_files_check CHECK (files <@ ARRAY['csv', 'xlsx', 'pdf']),
      DROP CONSTRAINT crm_report_schedules_locale_check, ADD CONSTRAINT crm_report_schedules_locale_check CHECK (locale IN ('en', 'ar', 'own'))`);
    await createIndexes(knex, [['crm_report_schedules_report_idx', 'crm_report_schedules (report_id) WHERE report_id IS NOT NULL AND deleted_at IS NULL']]);
    // What a look found of a report: the value's name and unit, and the rows that crossed.
    await knex.raw(`ALTER TABLE crm_core.crm_alerts ADD COLUMN found jsonb,
      DROP CONSTRAINT crm_alerts_question_check, ADD CONSTRAINT crm_alerts_question_check CHECK (coalesce(jsonb_typeof(question -> 'measure'), jsonb_typeof(question -> 'report_id')) = 'string')`);
  },
  async down(knex) {
    await knex.raw(`DELETE FROM crm_core.crm_alerts WHERE jsonb_typeof(question -> 'report_id') = 'string'`);
    await knex.raw(`ALTER TABLE crm_core.crm_alerts DROP COLUMN found,
      DROP CONSTRAINT crm_alerts_question_check, ADD CONSTRAINT crm_alerts_question_check CHECK (jsonb_typeof(question -> 'measure') = 'string')`);
    await knex.raw(`DELETE FROM crm_core.crm_report_deliveries WHERE schedule_id IN (SELECT id FROM crm_core.crm_report_schedules WHERE report_id IS NOT NULL)`);
    await knex.raw(`DELETE FROM crm_core.crm_report_schedules WHERE report_id IS NOT NULL`);
    await knex.raw(`UPDATE crm_core.crm_report_schedules SET files = array_remove(files, 'pdf'), locale = CASE locale WHEN 'ar' THEN 'ar' ELSE 'en' END`);
    await knex.raw(`ALTER TABLE crm_core.crm_report_schedules DROP COLUMN report_id, ALTER COLUMN dashboard_id SET NOT NULL,
      DROP CONSTRAINT crm_report_schedules_files_check, ADD CONSTRAINT crm_report_schedules_files_check CHECK (files <@ ARRAY['csv', 'xlsx']),
      DROP CONSTRAINT crm_report_schedules_locale_check, ADD CONSTRAINT crm_report_schedules_locale_check CHECK (locale IN ('en', 'ar'))`);
  },
};
