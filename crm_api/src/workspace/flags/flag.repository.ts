import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { FlagRow } from '../../kernel/flags.js';

const table = 'crm_core.crm_feature_flags';
const columns = ['id', 'key', 'enabled', 'description', 'updated_at'] as const;

/** All switches by key. */
export async function listFlags(db: Reader): Promise<FlagRow[]> {
  return db(table).whereNull('deleted_at').orderBy('key').select<FlagRow[]>(...columns);
}

/** One switch, locked. */
export async function lockFlag(trx: Knex.Transaction, key: string): Promise<FlagRow | undefined> {
  return trx(table).where({ key }).whereNull('deleted_at').forUpdate().first<FlagRow | undefined>(...columns);
}

/** Turns a switch. */
export async function setFlag(trx: Knex.Transaction, id: string, enabled: boolean): Promise<FlagRow | undefined> {
  const rows = await trx(table).where({ id }).update({ enabled }).returning<FlagRow[]>([...columns]);
  return rows[0];
}
