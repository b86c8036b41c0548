import { createIndexes, type Migration } from './ddl.js';

const living = 'deleted_at IS NULL';

// Each ends with the owner, which orders nothing: rows of other people are passed over within the index, and one index serves own, team and all.
const lists = [
  ['crm_invoices_status_due_idx', `crm_invoices (status, due_on, id, owner_id) WHERE ${living}`],
  ['crm_subscriptions_status_renews_idx', `crm_subscriptions (status, renews_on, id, owner_id) WHERE ${living}`],
  ['crm_tickets_status_due_idx', `crm_tickets (status, resolution_due_at, id, owner_id) WHERE ${living}`],
  // Nearly every activity is done; an index of the others costs nothing when one is recorded.
  ['crm_activities_open_idx', `crm_activities (status, occurred_at, id, owner_id) WHERE status <> 'done' AND ${living}`],
] as const;

const value = 'crm_deals_value_idx';

/** Indexes of lists by status that are read in the order of a date, and an index of deals by value that knows status and owner. */
export const listIndexes: Migration = {
  name: '20261130000700_list_indexes',
  async up(knex) {
    await createIndexes(knex, lists);
    await knex.raw(`DROP INDEX crm_core.${value}`);
    await createIndexes(knex, [[value, `crm_deals (expected_value DESC, id, status, owner_id) WHERE ${living}`]]);
  },
  async down(knex) {
    await knex.raw(`DROP INDEX crm_core.${value}`);
    await createIndexes(knex, [[value, `crm_deals (expected_value DESC, id) WHERE ${living}`]]);
    for (const [name] of lists) await knex.raw(`DROP INDEX crm_core.${name}`);
  },
};
