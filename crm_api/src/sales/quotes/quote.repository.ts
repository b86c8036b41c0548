import type { Reader } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { quoteResource } from './quote.schema.js';

/** Rows of quotes. */
export class QuoteRepository extends CrudRepository {
  constructor() {
    super(quoteResource);
  }

  /** What a quote takes over from its deal. */
  async dealOf(db: Reader, dealId: string): Promise<{ account_id: string | null; currency: string } | undefined> {
    return db('crm_core.crm_deals').where({ id: dealId }).whereNull('deleted_at').first<{ account_id: string | null; currency: string } | undefined>('account_id', 'currency');
  }
}
