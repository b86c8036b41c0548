import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';

/** How long the history of a table is kept in the warehouse. */
export interface RetentionRow {
  id: string;
  table_name: string;
  keep_days: number;
  action: string;
  updated_at: Date;
}

const table = 'crm_core.crm_retention_policies';
const columns = ['id', 'table_name', 'keep_days', 'action', 'updated_at'] as const;

/** All policies by table. */
export async function listPolicies(db: Reader): Promise<RetentionRow[]> {
  return db(table).whereNull('deleted_at').orderBy('table_name').select<RetentionRow[]>(...columns);
}

/** Sets how long the history of a published table is kept; 404 for any other table. */
export async function setPolicy(trx: Knex.Transaction, call: Call, name: string, keepDays: number): Promise<RetentionRow> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(`SELECT 1 FROM pg_publication_tables WHERE pubname = 'crm_cdc' AND tablename = ?`, [name]);
  if (rows.length === 0) throw new CrmError(404, 'table_not_found', `${name} has no history: it is not a table that is streamed. Use a name such as crm_activities.`);
  const before = await trx(table).where({ table_name: name }).whereNull('deleted_at').forUpdate().first<RetentionRow | undefined>(...columns);
  const [row] = before === undefined
    ? await trx(table).insert({ table_name: name, keep_days: keepDays }).returning<RetentionRow[]>([...columns])
    : await trx(table).where({ id: before.id }).update({ keep_days: keepDays }).returning<RetentionRow[]>([...columns]);
  if (row === undefined) throw new Error('The policy was not written');
  await audit(trx, call, { action: before === undefined ? 'create' : 'update', entity: 'privacy', entityId: row.id, before: before ? { keep_days: before.keep_days } : null, after: { table_name: name, keep_days: keepDays } });
  return row;
}

/** Ends a policy: from now on the table keeps all. What is gone does not come back. */
export async function endPolicy(trx: Knex.Transaction, call: Call, name: string): Promise<void> {
  const [row] = await trx(table).where({ table_name: name }).whereNull('deleted_at').update({ deleted_at: trx.fn.now() }).returning<RetentionRow[]>([...columns]);
  if (row === undefined) throw new CrmError(404, 'policy_not_found', `There is no policy for ${name}.`);
  await audit(trx, call, { action: 'delete', entity: 'privacy', entityId: row.id, before: { table_name: name, keep_days: row.keep_days } });
}
