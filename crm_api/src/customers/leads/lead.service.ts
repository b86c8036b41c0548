import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { leadResource } from './lead.schema.js';

// The times that a status implies: a lead that sales accepted was ready for sales too, so the funnel never has a later step without its earlier ones.
const reached: Readonly<Record<string, readonly string[]>> = {
  mql: ['mql_at'], sql: ['mql_at', 'sql_at'], converted: ['mql_at', 'sql_at', 'converted_at'], disqualified: ['disqualified_at'],
};

/** The rules of leads: each status leaves its time, once. */
export class LeadService extends CrudService {
  constructor(repository = new CrudRepository(leadResource)) {
    super(repository);
  }

  protected override beforeCreate(_trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    return Promise.resolve({ ...input, ...times(input, null) });
  }

  protected override beforeUpdate(_trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    return Promise.resolve({ ...input, ...times(input, current) });
  }
}

function times(input: Values, current: Row | null): Values {
  const status = input['status'];
  if (typeof status !== 'string' || status === current?.['status']) return {};
  const now = new Date().toISOString();
  const stamped = (reached[status] ?? []).filter((column) => (current?.[column] ?? null) === null).map((column) => [column, now]);
  // A lead that is taken up again is neither given up nor a customer any more.
  const cleared = (['disqualified', 'converted'] as const).filter((one) => one !== status).map((one) => [`${one}_at`, null]);
  return Object.fromEntries([...cleared, ...stamped]) as Values;
}
