import { createIndexes, createTable, dropTables, type Migration } from './ddl.js';

const own = { alerts: { read: 'own', write: 'own', delete: 'own' } };
const whole = { alerts: { read: 'all', write: 'all', delete: 'all', export: 'all' } };
const granted = [['admin', whole], ...['exec', 'manager', 'rep', 'analyst', 'finance'].map((key) => [key, own] as const)] as const;

/** Alerts on figures, and what people are told of them. */
export const alertsCreate: Migration = {
  name: '20261129002710_alerts_create',
  async up(knex) {
    // Written at every look: streamed, they would be changes by themselves of which open pages are told.
    await createTable(knex, 'crm_alerts', `
      name text NOT NULL CHECK (btrim(name) <> ''),
      owner_id uuid NOT NULL REFERENCES crm_core.crm_users,
      question jsonb NOT NULL CHECK (jsonb_typeof(question -> 'measure') = 'string'),
      condition jsonb NOT NULL CHECK (condition ->> 'kind' IN ('above', 'below', 'anomaly')),
      additive boolean NOT NULL,
      is_enabled boolean NOT NULL DEFAULT true,
      state text NOT NULL DEFAULT 'unknown' CHECK (state IN ('ok', 'firing', 'unknown')),
      firing_since timestamptz,
      value numeric,
      expected_low numeric,
      expected_high numeric,
      problem text,
      checked_at timestamptz,
      lsn numeric(20,0),
      committed_at timestamptz,
      next_check_at timestamptz NOT NULL DEFAULT now()`, { stream: false });
    await createTable(knex, 'crm_notifications', `
      user_id uuid NOT NULL REFERENCES crm_core.crm_users,
      kind text NOT NULL CHECK (kind IN ('alert_firing', 'alert_ended')),
      title text NOT NULL,
      params jsonb NOT NULL DEFAULT '{}',
      read_at timestamptz`, { stream: false });
    await createIndexes(knex, [
      ['crm_alerts_owner_idx', 'crm_alerts (owner_id) WHERE deleted_at IS NULL'],
      ['crm_alerts_due_idx', 'crm_alerts (next_check_at) WHERE is_enabled AND deleted_at IS NULL'],
      ['crm_notifications_user_idx', 'crm_notifications (user_id, id DESC) WHERE deleted_at IS NULL'],
      ['crm_notifications_age_idx', 'crm_notifications (created_at)'],
    ]);
    for (const [key, permissions] of granted) {
      await knex.raw(`UPDATE crm_core.crm_roles SET permissions = ?::jsonb || permissions WHERE key = ? AND deleted_at IS NULL`, [JSON.stringify(permissions), key]);
    }
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'alerts'`);
    await dropTables(knex, ['crm_notifications', 'crm_alerts']);
  },
};
