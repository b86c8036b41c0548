import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { parentLoop } from './account.errors.js';
import { AccountRepository } from './account.repository.js';

/** The rules of accounts. */
export class AccountService extends CrudService {
  constructor(private readonly accounts = new AccountRepository()) {
    super(accounts);
  }

  protected override async beforeUpdate(trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    const parent = input['parent_id'];
    if (typeof parent === 'string' && await this.accounts.hasAncestor(trx, parent, current.id)) throw parentLoop();
    return input;
  }
}
