import { createIndexes, createTable, createUniques, dropTables, externalColumns, externalUnique, type Migration } from './ddl.js';

const tables = [
  'crm_tenants', 'crm_feature_flags', 'crm_teams', 'crm_users', 'crm_roles', 'crm_user_roles', 'crm_credentials', 'crm_api_clients',
  'crm_refresh_tokens', 'crm_signing_keys', 'crm_audit_log', 'crm_timeline', 'crm_tags', 'crm_taggings', 'crm_custom_fields',
  'crm_custom_values', 'crm_segments', 'crm_part_heartbeats',
] as const;

/** Tenant, flags, people, permissions, tokens, audit, timeline, tags, custom fields and segments. */
export const workspaceCreate: Migration = {
  name: '20261122000100_workspace_create',
  async up(knex) {
    await createTable(knex, 'crm_tenants', `
      name text NOT NULL,
      reporting_currency char(3) NOT NULL DEFAULT 'USD',
      time_zone text NOT NULL DEFAULT 'UTC',
      fiscal_year_start_month smallint NOT NULL DEFAULT 1 CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
      locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'ar'))`);
    await createTable(knex, 'crm_feature_flags', `
      tenant_id uuid NOT NULL REFERENCES crm_core.crm_tenants,
      key text NOT NULL CHECK (key LIKE 'crm\\_feature\\_%'),
      enabled boolean NOT NULL DEFAULT true,
      description text NOT NULL DEFAULT ''`);
    await createTable(knex, 'crm_teams', `
      name text NOT NULL,
      name_ar text,
      region text,
      manager_id uuid,
      ${externalColumns}`);
    await createTable(knex, 'crm_users', `
      email citext,
      name text NOT NULL,
      name_ar text,
      team_id uuid REFERENCES crm_core.crm_teams,
      manager_id uuid REFERENCES crm_core.crm_users,
      region text,
      job_title text,
      phone text,
      locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'ar')),
      time_zone text NOT NULL DEFAULT 'UTC',
      is_active boolean NOT NULL DEFAULT true,
      hired_on date,
      ${externalColumns}`);
    await knex.raw('ALTER TABLE crm_core.crm_teams ADD CONSTRAINT crm_teams_manager_fk FOREIGN KEY (manager_id) REFERENCES crm_core.crm_users');
    await createTable(knex, 'crm_roles', `
      key text NOT NULL,
      name text NOT NULL,
      name_ar text NOT NULL,
      permissions jsonb NOT NULL,
      version integer NOT NULL DEFAULT 1`);
    await createTable(knex, 'crm_user_roles', `
      user_id uuid NOT NULL REFERENCES crm_core.crm_users,
      role_id uuid NOT NULL REFERENCES crm_core.crm_roles`);
    await createTable(knex, 'crm_credentials', `
      user_id uuid NOT NULL UNIQUE REFERENCES crm_core.crm_users,
      password_hash text NOT NULL,
      failed_attempts integer NOT NULL DEFAULT 0,
      locked_until timestamptz,
      password_changed_at timestamptz NOT NULL DEFAULT now()`, { stream: false });
    await createTable(knex, 'crm_api_clients', `
      client_id text NOT NULL UNIQUE,
      name text NOT NULL,
      secret_hash text NOT NULL,
      role_id uuid NOT NULL REFERENCES crm_core.crm_roles,
      user_id uuid REFERENCES crm_core.crm_users,
      is_active boolean NOT NULL DEFAULT true,
      last_used_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_refresh_tokens', `
      token_hash bytea NOT NULL UNIQUE,
      family_id uuid NOT NULL,
      user_id uuid REFERENCES crm_core.crm_users,
      client_id text,
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      revoked_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_signing_keys', `
      algorithm text NOT NULL,
      public_jwk jsonb NOT NULL,
      private_jwk jsonb NOT NULL,
      retired_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_audit_log', `
      occurred_at timestamptz NOT NULL DEFAULT now(),
      actor_id uuid,
      actor_kind text NOT NULL DEFAULT 'user' CHECK (actor_kind IN ('user', 'client', 'system', 'import', 'model')),
      action text NOT NULL,
      entity text NOT NULL,
      entity_id uuid,
      before jsonb,
      after jsonb,
      request_id text,
      ip inet`);
    await createTable(knex, 'crm_timeline', `
      occurred_at timestamptz NOT NULL DEFAULT now(),
      entity text NOT NULL,
      entity_id uuid NOT NULL,
      account_id uuid,
      kind text NOT NULL,
      actor_id uuid,
      summary text NOT NULL,
      data jsonb NOT NULL DEFAULT '{}'`);
    await createTable(knex, 'crm_tags', `name citext NOT NULL, color text`);
    await createTable(knex, 'crm_taggings', `
      tag_id uuid NOT NULL REFERENCES crm_core.crm_tags,
      entity text NOT NULL,
      entity_id uuid NOT NULL`);
    await createTable(knex, 'crm_custom_fields', `
      entity text NOT NULL,
      key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
      label text NOT NULL,
      label_ar text NOT NULL,
      type text NOT NULL CHECK (type IN ('text', 'number', 'money', 'date', 'timestamp', 'boolean', 'choice', 'multi_choice', 'user', 'url')),
      options jsonb NOT NULL DEFAULT '[]',
      required boolean NOT NULL DEFAULT false,
      position integer NOT NULL DEFAULT 0`);
    // One typed column per kind of value: a wrong type cannot be stored, and each can be indexed and summed.
    await createTable(knex, 'crm_custom_values', `
      field_id uuid NOT NULL REFERENCES crm_core.crm_custom_fields,
      entity_id uuid NOT NULL,
      text_value text,
      number_value numeric(28,8),
      date_value date,
      timestamp_value timestamptz,
      boolean_value boolean,
      json_value jsonb,
      CHECK (num_nonnulls(text_value, number_value, date_value, timestamp_value, boolean_value, json_value) = 1)`);
    await createTable(knex, 'crm_segments', `
      entity text NOT NULL,
      name text NOT NULL,
      owner_id uuid REFERENCES crm_core.crm_users,
      filter jsonb NOT NULL,
      shared boolean NOT NULL DEFAULT false`);
    await createTable(knex, 'crm_part_heartbeats', `
      part text NOT NULL UNIQUE,
      beat_at timestamptz NOT NULL DEFAULT now()`, { stream: false });
    await createUniques(knex, [
      ['crm_feature_flags_key', 'crm_feature_flags (tenant_id, key) WHERE deleted_at IS NULL'],
      ['crm_users_email_key', 'crm_users (email) WHERE email IS NOT NULL AND deleted_at IS NULL'],
      ['crm_roles_key', 'crm_roles (key) WHERE deleted_at IS NULL'],
      ['crm_user_roles_key', 'crm_user_roles (user_id, role_id) WHERE deleted_at IS NULL'],
      ['crm_tags_name_key', 'crm_tags (name) WHERE deleted_at IS NULL'],
      ['crm_taggings_key', 'crm_taggings (tag_id, entity, entity_id) WHERE deleted_at IS NULL'],
      ['crm_custom_fields_key', 'crm_custom_fields (entity, key) WHERE deleted_at IS NULL'],
      ['crm_custom_values_key', 'crm_custom_values (field_id, entity_id) WHERE deleted_at IS NULL'],
      externalUnique('crm_teams'),
      externalUnique('crm_users'),
    ]);
    await createIndexes(knex, [
      ['crm_users_team_idx', 'crm_users (team_id) WHERE deleted_at IS NULL'],
      ['crm_users_name_trgm', 'crm_users USING gin (crm_core.crm_fold(name) gin_trgm_ops)'],
      ['crm_refresh_tokens_family_idx', 'crm_refresh_tokens (family_id)'],
      ['crm_audit_log_entity_idx', 'crm_audit_log (entity, entity_id, occurred_at)'],
      ['crm_timeline_entity_idx', 'crm_timeline (entity, entity_id, occurred_at DESC)'],
      ['crm_timeline_account_idx', 'crm_timeline (account_id, occurred_at DESC) WHERE account_id IS NOT NULL'],
      ['crm_taggings_entity_idx', 'crm_taggings (entity, entity_id) WHERE deleted_at IS NULL'],
      ['crm_custom_values_entity_idx', 'crm_custom_values (entity_id)'],
    ]);
  },
  async down(knex) {
    await knex.raw('ALTER TABLE crm_core.crm_teams DROP CONSTRAINT crm_teams_manager_fk');
    await dropTables(knex, [...tables].reverse());
  },
};
