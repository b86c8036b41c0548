import { readFileSync } from 'node:fs';
import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** A dashboard as delivered; what its tiles may say is the API's to check. */
interface BuiltIn {
  readonly key: string;
  readonly name: string;
  readonly name_ar: string;
  readonly role: string;
  readonly period: string;
  readonly layout: object;
}

// Everybody who reads figures lays out their own; who leads others may also lay out theirs (a scope beyond `own`), and only administrators change what others own.
const own = { dashboards: { read: 'all', write: 'own', delete: 'own' } };
const sharing = { dashboards: { read: 'all', write: 'team', delete: 'own' } };
const granted = [
  ['admin', { dashboards: { read: 'all', write: 'all', delete: 'all', export: 'all' } }],
  ['exec', sharing], ['manager', sharing], ['rep', own], ['analyst', own], ['finance', own],
] as const;

/** Dashboards: those that are delivered, which nobody changes, and those that people lay out. */
export const dashboardsCreate: Migration = {
  name: '20261129002700_dashboards_create',
  async up(knex) {
    // Layouts are no business: no figure counts them, so that they stay in Postgres.
    await createTable(knex, 'crm_dashboards', `
      key text CHECK (key ~ '^[a-z][a-z0-9_]{1,39}$'),
      name text NOT NULL CHECK (btrim(name) <> ''),
      name_ar text CHECK (btrim(name_ar) <> ''),
      role text CHECK (role IN ('executive', 'sales_manager', 'rep', 'finance', 'support')),
      owner_id uuid REFERENCES crm_core.crm_users,
      shared_roles text[] NOT NULL DEFAULT '{}',
      based_on_id uuid REFERENCES crm_core.crm_dashboards,
      layout jsonb NOT NULL CHECK (jsonb_typeof(layout -> 'tiles') = 'array'),
      period text,
      filters jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(filters) = 'array'),
      CHECK ((key IS NULL) = (owner_id IS NOT NULL))`, { stream: false });
    await createUniques(knex, [
      ['crm_dashboards_key', 'crm_dashboards (key) WHERE key IS NOT NULL AND deleted_at IS NULL'],
      // One copy stands in for the original.
      ['crm_dashboards_copy_key', 'crm_dashboards (owner_id, based_on_id) WHERE based_on_id IS NOT NULL AND deleted_at IS NULL'],
    ]);
    await createIndexes(knex, [
      ['crm_dashboards_owner_idx', 'crm_dashboards (owner_id) WHERE deleted_at IS NULL'],
      ['crm_dashboards_shared_idx', 'crm_dashboards USING gin (shared_roles) WHERE deleted_at IS NULL'],
    ]);
    const builtIn = JSON.parse(readFileSync(new URL('../../dashboards.json', import.meta.url), 'utf8')) as readonly BuiltIn[];
    for (const { key, name, name_ar, role, period, layout } of builtIn) {
      await knex.raw('INSERT INTO crm_core.crm_dashboards (key, name, name_ar, role, period, layout) VALUES (?, ?, ?, ?, ?, ?::jsonb)', [key, name, name_ar, role, period, JSON.stringify(layout)]);
    }
    for (const [key, permissions] of granted) {
      await knex.raw(`UPDATE crm_core.crm_roles SET permissions = ?::jsonb || permissions WHERE key = ? AND deleted_at IS NULL`, [JSON.stringify(permissions), key]);
    }
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'dashboards'`);
    await dropTables(knex, ['crm_dashboards']);
  },
};
