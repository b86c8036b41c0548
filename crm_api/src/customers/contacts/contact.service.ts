import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { followFields } from '../consents/consent.service.js';
import { nameMissing } from './contact.errors.js';
import { contactResource } from './contact.schema.js';

/** The rules of contacts: the whole name follows its parts, an agreement to e-mail has a time. */
export class ContactService extends CrudService {
  constructor(repository = new CrudRepository(contactResource)) {
    super(repository);
  }

  protected override beforeCreate(_trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    const name = input['full_name'] ?? joined(input['first_name'], input['last_name']);
    if (typeof name !== 'string' || name.trim() === '') return Promise.reject(nameMissing());
    return Promise.resolve({ ...input, full_name: name, ...consent(input) });
  }

  protected override beforeUpdate(_trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    const renamed = input['full_name'] === undefined && ('first_name' in input || 'last_name' in input);
    const name = renamed ? joined(input['first_name'] ?? current['first_name'], input['last_name'] ?? current['last_name']) : input['full_name'];
    if (typeof name === 'string' && name.trim() === '' && !renamed) return Promise.reject(nameMissing());
    const consented = input['email_opt_in'] === true && current['email_opt_in'] !== true ? consent(input) : {};
    return Promise.resolve({ ...input, ...(renamed && name !== '' ? { full_name: name } : {}), ...consented });
  }

  protected override afterCreate(trx: Knex.Transaction, call: Call, row: Row): Promise<void> {
    return followFields(trx, call, row.id, null, row);
  }

  protected override afterUpdate(trx: Knex.Transaction, call: Call, before: Row, patch: Values): Promise<void> {
    return followFields(trx, call, before.id, before, patch);
  }
}

const joined = (first: unknown, last: unknown): string => [first, last].filter((part) => typeof part === 'string' && part.trim() !== '').join(' ');

function consent(input: Values): Values {
  return input['email_opt_in'] === true && input['email_opt_in_at'] === undefined ? { email_opt_in_at: new Date().toISOString() } : {};
}
