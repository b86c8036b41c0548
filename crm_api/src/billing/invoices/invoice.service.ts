import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { newNumber } from '../../kernel/crud/numbers.js';
import { invoiceResource } from './invoice.schema.js';

/** The rules of invoices: a paid one says when. */
export class InvoiceService extends CrudService {
  constructor(repository = new CrudRepository(invoiceResource)) {
    super(repository);
  }

  protected override beforeCreate(_trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    return Promise.resolve({ number: newNumber('INV'), ...input, ...paid(input, null) });
  }

  protected override beforeUpdate(_trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    return Promise.resolve({ ...input, ...paid(input, current) });
  }
}

function paid(input: Values, current: Row | null): Values {
  const status = input['status'];
  if (status === undefined || status === current?.['status'] || input['paid_at'] !== undefined) return {};
  return { paid_at: status === 'paid' ? new Date().toISOString() : null };
}
