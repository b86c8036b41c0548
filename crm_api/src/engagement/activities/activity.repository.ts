import type { Reader } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { activityResource } from './activity.schema.js';

/** Rows of activities. */
export class ActivityRepository extends CrudRepository {
  constructor() {
    super(activityResource);
  }

  /** The account of a deal, else of a contact. */
  async accountOf(db: Reader, dealId: unknown, contactId: unknown): Promise<string | null> {
    for (const [table, id] of [['crm_deals', dealId], ['crm_contacts', contactId]] as const) {
      if (typeof id !== 'string') continue;
      const row = await db(`crm_core.${table}`).where({ id }).first<{ account_id: string | null } | undefined>('account_id');
      if (row?.account_id) return row.account_id;
    }
    return null;
  }
}
