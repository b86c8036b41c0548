import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { FlagRow } from '../../kernel/flags.js';
import { lockFlag, setFlag } from './flag.repository.js';

/** Turns a switch and says who did; 404 for a key that does not exist. */
export async function turnFlag(trx: Knex.Transaction, call: Call, key: string, enabled: boolean): Promise<FlagRow> {
  const current = await lockFlag(trx, key);
  if (!current) throw new CrmError(404, 'flag_not_found', `There is no feature ${key}; see /crm/v1/flags.`);
  if (current.enabled === enabled) return current;
  const turned = await setFlag(trx, current.id, enabled);
  await audit(trx, call, { action: 'update', entity: 'flags', entityId: current.id, before: { enabled: current.enabled }, after: { enabled } });
  return turned ?? current;
}
