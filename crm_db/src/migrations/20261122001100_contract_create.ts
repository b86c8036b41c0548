import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** What makes a repeated request harmless: the answer to each `Idempotency-Key`, written in the transaction of the change itself. */
export const contractCreate: Migration = {
  name: '20261122001100_contract_create',
  async up(knex) {
    await createTable(knex, 'crm_idempotency_keys', `
      caller text NOT NULL,
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
      request_hash bytea NOT NULL,
      status smallint,
      headers jsonb,
      body text,
      expires_at timestamptz NOT NULL`, { stream: false });
    await createUniques(knex, [['crm_idempotency_keys_key', 'crm_idempotency_keys (caller, key)']]);
    await createIndexes(knex, [['crm_idempotency_keys_expiry_idx', 'crm_idempotency_keys (expires_at)']]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_idempotency_keys']);
  },
};
