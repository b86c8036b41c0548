import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { newNumber } from '../../kernel/crud/numbers.js';
import { invalidBody } from '../../kernel/errors/crm.error.js';
import { QuoteRepository } from './quote.repository.js';

/** The rules of quotes: buyer and currency come from the deal, acceptance has a time. */
export class QuoteService extends CrudService {
  constructor(private readonly quotes = new QuoteRepository()) {
    super(quotes);
  }

  protected override async beforeCreate(trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    const deal = typeof input['deal_id'] === 'string' ? await this.quotes.dealOf(trx, input['deal_id']) : undefined;
    const values = { number: newNumber('Q'), ...(deal ? { account_id: deal.account_id, currency: deal.currency } : {}), ...input };
    if (!('currency' in values)) throw invalidBody([{ path: 'currency', code: 'required', message: '"currency" is required without deal_id; send one such as "USD".' }]);
    return { ...values, ...accepted(input, null) };
  }

  protected override beforeUpdate(_trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    return Promise.resolve({ ...input, ...accepted(input, current) });
  }
}

function accepted(input: Values, current: Row | null): Values {
  const status = input['status'];
  if (status === undefined || status === current?.['status']) return {};
  return { accepted_at: status === 'accepted' ? new Date().toISOString() : null };
}
