import type { Knex } from 'knex';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { accountResource } from './account.schema.js';

// Deeper than any company; ends the walk should old data already hold a loop.
const maxDepth = 50;

/** Rows of accounts and their tree. */
export class AccountRepository extends CrudRepository {
  constructor() {
    super(accountResource);
  }

  /** Whether `ancestorId` lies on the way from `id` up to its root, `id` included. */
  async hasAncestor(trx: Knex.Transaction, id: string, ancestorId: string): Promise<boolean> {
    const { rows } = await trx.raw<{ rows: { found: boolean }[] }>(`
      WITH RECURSIVE up AS (
        SELECT id, parent_id, 1 AS depth FROM crm_core.crm_accounts WHERE id = ?
        UNION ALL
        SELECT a.id, a.parent_id, up.depth + 1 FROM crm_core.crm_accounts a JOIN up ON a.id = up.parent_id WHERE up.depth < ${maxDepth}
      ) SELECT EXISTS (SELECT 1 FROM up WHERE id = ?) AS found`, [id, ancestorId]);
    return rows[0]?.found === true;
  }
}
