import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

const own = { schedules: { read: 'own', write: 'own', delete: 'own' } };
const exporting = { schedules: { ...own.schedules, export: 'own' } };
const whole = { schedules: { read: 'all', write: 'all', delete: 'all', export: 'all' } };
const granted = [['admin', whole], ['exec', exporting], ['manager', exporting], ['rep', own], ['analyst', exporting], ['finance', exporting]] as const;

/** Figures by e-mail: who is sent which dashboard when, what came of each, and the mails of the demo. */
export const deliveryCreate: Migration = {
  name: '20261130000300_delivery_create',
  async up(knex) {
    await createTable(knex, 'crm_report_schedules', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      owner_id uuid NOT NULL REFERENCES crm_core.crm_users,
      dashboard_id uuid NOT NULL REFERENCES crm_core.crm_dashboards,
      recipient_ids uuid[] NOT NULL CHECK (cardinality(recipient_ids) BETWEEN 1 AND 50),
      cadence jsonb NOT NULL CHECK (cadence ->> 'every' IN ('day', 'week', 'month')),
      locale text NOT NULL CHECK (locale IN ('en', 'ar')),
      files text[] NOT NULL DEFAULT '{}' CHECK (files <@ ARRAY['csv', 'xlsx']),
      is_enabled boolean NOT NULL DEFAULT true,
      time_zone text NOT NULL,
      next_run_at timestamptz NOT NULL,
      problem text`, { stream: false });
    await createTable(knex, 'crm_report_deliveries', `
      schedule_id uuid NOT NULL REFERENCES crm_core.crm_report_schedules,
      recipient_id uuid NOT NULL REFERENCES crm_core.crm_users,
      run_at timestamptz NOT NULL,
      trigger text NOT NULL CHECK (trigger IN ('schedule', 'person')),
      state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'making', 'sending', 'sent', 'failed', 'refused', 'uncertain')),
      attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz NOT NULL DEFAULT now(),
      claimed_until timestamptz,
      problem text,
      message_id text,
      lsn numeric(20,0),
      committed_at timestamptz,
      files jsonb NOT NULL DEFAULT '[]',
      sent_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_demo_mails', `
      user_id uuid REFERENCES crm_core.crm_users,
      subject text NOT NULL DEFAULT '',
      byte_count integer NOT NULL,
      raw bytea NOT NULL`, { stream: false });
    // The same run is never planned twice for one person, however many workers plan it.
    await createUniques(knex, [['crm_report_deliveries_run_key', 'crm_report_deliveries (schedule_id, recipient_id, run_at)']]);
    await createIndexes(knex, [
      ['crm_report_schedules_owner_idx', 'crm_report_schedules (owner_id) WHERE deleted_at IS NULL'],
      ['crm_report_schedules_due_idx', 'crm_report_schedules (next_run_at) WHERE is_enabled AND deleted_at IS NULL'],
      ['crm_report_deliveries_open_idx', "crm_report_deliveries (next_attempt_at) WHERE state IN ('queued', 'making', 'sending')"],
      ['crm_report_deliveries_age_idx', 'crm_report_deliveries (created_at)'],
      ['crm_demo_mails_user_idx', 'crm_demo_mails (user_id, id DESC)'],
    ]);
    await knex.raw(`ALTER TABLE crm_core.crm_notifications DROP CONSTRAINT crm_notifications_kind_check,
      ADD CONSTRAINT crm_notifications_kind_check CHECK (kind IN ('alert_firing', 'alert_ended', 'schedule_failed'))`);
    for (const [key, permissions] of granted) {
      await knex.raw(`UPDATE crm_core.crm_roles SET permissions = ?::jsonb || permissions WHERE key = ? AND deleted_at IS NULL`, [JSON.stringify(permissions), key]);
    }
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'schedules'`);
    await knex.raw(`DELETE FROM crm_core.crm_notifications WHERE kind = 'schedule_failed'`);
    await knex.raw(`ALTER TABLE crm_core.crm_notifications DROP CONSTRAINT crm_notifications_kind_check,
      ADD CONSTRAINT crm_notifications_kind_check CHECK (kind IN ('alert_firing', 'alert_ended'))`);
    await dropTables(knex, ['crm_demo_mails', 'crm_report_deliveries', 'crm_report_schedules']);
  },
};
