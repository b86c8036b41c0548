import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** The registry of models and the current score of each deal and account; earlier scores live in the warehouse's history. */
export const modelsCreate: Migration = {
  name: '20261122000700_models_create',
  async up(knex) {
    await createTable(knex, 'crm_models', `
      kind text NOT NULL CHECK (kind IN ('win', 'churn', 'lead')),
      version integer NOT NULL,
      state text NOT NULL CHECK (state IN ('training', 'insufficient_data', 'active', 'retired', 'rejected', 'failed')),
      method text,
      trained_at timestamptz,
      data_from timestamptz,
      data_to timestamptz,
      data_lsn numeric(20,0),
      code_version text,
      metrics jsonb NOT NULL DEFAULT '{}',
      parameters jsonb NOT NULL DEFAULT '{}',
      artifact jsonb,
      message text`);
    await createTable(knex, 'crm_deal_scores', `
      deal_id uuid NOT NULL REFERENCES crm_core.crm_deals,
      model_id uuid NOT NULL REFERENCES crm_core.crm_models,
      probability numeric(5,4) NOT NULL CHECK (probability BETWEEN 0 AND 1),
      base_probability numeric(5,4),
      reasons jsonb NOT NULL DEFAULT '[]',
      scored_at timestamptz NOT NULL DEFAULT now()`);
    await createTable(knex, 'crm_account_scores', `
      account_id uuid NOT NULL REFERENCES crm_core.crm_accounts,
      model_id uuid NOT NULL REFERENCES crm_core.crm_models,
      kind text NOT NULL CHECK (kind IN ('churn', 'lead')),
      probability numeric(5,4) NOT NULL CHECK (probability BETWEEN 0 AND 1),
      reasons jsonb NOT NULL DEFAULT '[]',
      scored_at timestamptz NOT NULL DEFAULT now()`);
    await createUniques(knex, [
      ['crm_models_version_key', 'crm_models (kind, version) WHERE deleted_at IS NULL'],
      ['crm_models_active_key', `crm_models (kind) WHERE state = 'active' AND deleted_at IS NULL`],
      ['crm_deal_scores_deal_key', 'crm_deal_scores (deal_id)'],
      ['crm_account_scores_key', 'crm_account_scores (account_id, kind)'],
    ]);
    await createIndexes(knex, [['crm_deal_scores_probability_idx', 'crm_deal_scores (probability DESC, deal_id)']]);
  },
  async down(knex) {
    await dropTables(knex, ['crm_account_scores', 'crm_deal_scores', 'crm_models']);
  },
};
