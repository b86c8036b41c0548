import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { ActivityRepository } from './activity.repository.js';

/** The rules of activities: each is found at the account of what it was about. */
export class ActivityService extends CrudService {
  constructor(private readonly activities = new ActivityRepository()) {
    super(activities);
  }

  protected override async beforeCreate(trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    if (input['account_id'] !== undefined) return input;
    const account = await this.activities.accountOf(trx, input['deal_id'], input['contact_id']);
    return account === null ? input : { ...input, account_id: account };
  }
}
