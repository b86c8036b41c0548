import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** What signing in needs: the store of the OpenID provider, sessions, second factors and the count of failed attempts. None of it leaves Postgres. */
export const identityCreate: Migration = {
  name: '20261122001300_identity_create',
  async up(knex) {
    await createTable(knex, 'crm_oidc_payloads', `
      model text NOT NULL,
      payload_id text NOT NULL,
      payload jsonb NOT NULL,
      grant_id text,
      uid text,
      consumed_at timestamptz,
      expires_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_sessions', `
      grant_id text NOT NULL UNIQUE,
      user_id uuid NOT NULL REFERENCES crm_core.crm_users,
      client_id text NOT NULL,
      user_agent text,
      ip inet,
      last_seen_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      ended_reason text CHECK (ended_reason IN ('signed_out', 'ended', 'password_changed', 'revoked'))`, { stream: false });
    await createTable(knex, 'crm_second_factors', `
      user_id uuid NOT NULL UNIQUE REFERENCES crm_core.crm_users,
      secret_sealed text NOT NULL,
      confirmed_at timestamptz,
      last_counter bigint`, { stream: false });
    await createTable(knex, 'crm_recovery_codes', `
      user_id uuid NOT NULL REFERENCES crm_core.crm_users,
      code_hash bytea NOT NULL UNIQUE,
      used_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_login_attempts', `
      key text NOT NULL UNIQUE,
      failures integer NOT NULL,
      last_failed_at timestamptz NOT NULL DEFAULT now(),
      blocked_until timestamptz`, { stream: false });
    await createUniques(knex, [['crm_oidc_payloads_key', 'crm_oidc_payloads (model, payload_id)']]);
    await createIndexes(knex, [
      ['crm_oidc_payloads_grant_idx', 'crm_oidc_payloads (grant_id) WHERE grant_id IS NOT NULL'],
      ['crm_oidc_payloads_uid_idx', 'crm_oidc_payloads (uid) WHERE uid IS NOT NULL'],
      ['crm_oidc_payloads_expiry_idx', 'crm_oidc_payloads (expires_at)'],
      ['crm_sessions_user_idx', 'crm_sessions (user_id, last_seen_at) WHERE ended_at IS NULL'],
      ['crm_recovery_codes_user_idx', 'crm_recovery_codes (user_id)'],
    ]);
    // A key is published before it signs; an older one verifies until the last token that it signed has ended.
    await knex.raw('ALTER TABLE crm_core.crm_signing_keys ADD COLUMN activates_at timestamptz NOT NULL DEFAULT now()');
    await knex.raw('ALTER TABLE crm_core.crm_api_clients ADD COLUMN scopes text[], ADD COLUMN redirect_uris text[] NOT NULL DEFAULT \'{}\'');
    // Refresh tokens live in the provider's store and failures in crm_login_attempts: one place each. Whoever is signed in signs in again.
    await dropTables(knex, ['crm_refresh_tokens']);
    await knex.raw('ALTER TABLE crm_core.crm_credentials DROP COLUMN failed_attempts, DROP COLUMN locked_until');
  },
  async down(knex) {
    // Made anew and not altered: columns come back where they stood.
    await knex.raw('CREATE TEMPORARY TABLE crm_kept_credentials AS SELECT * FROM crm_core.crm_credentials');
    await dropTables(knex, ['crm_credentials']);
    await createTable(knex, 'crm_credentials', `
      user_id uuid NOT NULL UNIQUE REFERENCES crm_core.crm_users,
      password_hash text NOT NULL,
      failed_attempts integer NOT NULL DEFAULT 0,
      locked_until timestamptz,
      password_changed_at timestamptz NOT NULL DEFAULT now()`, { stream: false });
    const columns = 'id, user_id, password_hash, password_changed_at, created_at, updated_at, deleted_at';
    await knex.raw(`INSERT INTO crm_core.crm_credentials (${columns}) SELECT ${columns} FROM crm_kept_credentials`);
    await knex.raw('DROP TABLE crm_kept_credentials');
    await createTable(knex, 'crm_refresh_tokens', `
      token_hash bytea NOT NULL UNIQUE,
      family_id uuid NOT NULL,
      user_id uuid REFERENCES crm_core.crm_users,
      client_id text,
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      revoked_at timestamptz`, { stream: false });
    await createIndexes(knex, [['crm_refresh_tokens_family_idx', 'crm_refresh_tokens (family_id)']]);
    await knex.raw('ALTER TABLE crm_core.crm_api_clients DROP COLUMN scopes, DROP COLUMN redirect_uris');
    await knex.raw('ALTER TABLE crm_core.crm_signing_keys DROP COLUMN activates_at');
    await dropTables(knex, ['crm_login_attempts', 'crm_recovery_codes', 'crm_second_factors', 'crm_sessions', 'crm_oidc_payloads']);
  },
};
