import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Item, type Values } from '../../kernel/crud/crud.service.js';
import { audit } from '../../kernel/crud/trail.js';
import { requireCovers } from '../roles/role.rules.js';
import { lastAdministrator, unknownRoles, unknownTimeZone } from './user.errors.js';
import { UserRepository } from './user.repository.js';

/** The rules of users: the product never loses its last administrator. */
export class UserService extends CrudService {
  constructor(private readonly users = new UserRepository()) {
    super(users);
  }

  /** Makes the user's roles exactly the given ones. */
  async setRoles(trx: Knex.Transaction, call: Call, id: string, keys: readonly string[]): Promise<Item> {
    const current = await this.users.get(trx, call, id, { action: 'write', lock: true });
    const found = await this.users.rolesByKey(trx, keys);
    const missing = keys.filter((key) => !found.some((role) => role.key === key));
    if (missing.length > 0) throw unknownRoles(missing);
    const held = (Array.isArray(current['roles']) ? current['roles'] : []) as readonly unknown[];
    for (const role of found) if (!held.includes(role.key)) requireCovers(call.actor, role);
    if (!keys.includes('admin')) await this.keepAdministrator(trx, current);
    await this.users.setRoles(trx, id, found.map((role) => role.id));
    await audit(trx, call, { action: 'update', entity: 'users', entityId: id, before: { roles: current['roles'] }, after: { roles: [...keys].sort() } });
    return this.get(trx, call, id);
  }

  protected override beforeCreate(_trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    return checkZone(input);
  }

  protected override async beforeUpdate(trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    if (input['is_active'] === false) await this.keepAdministrator(trx, current);
    return checkZone(input);
  }

  protected override async beforeRemove(trx: Knex.Transaction, _call: Call, current: Row): Promise<void> {
    await this.keepAdministrator(trx, current);
  }

  private async keepAdministrator(trx: Knex.Transaction, current: Row): Promise<void> {
    const roles = current['roles'];
    if (Array.isArray(roles) && roles.includes('admin') && await this.users.otherAdministrators(trx, current.id) === 0) throw lastAdministrator();
  }
}

function checkZone(input: Values): Promise<Values> {
  const zone = input['time_zone'];
  if (typeof zone === 'string') {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
    } catch {
      return Promise.reject(unknownTimeZone());
    }
  }
  return Promise.resolve(input);
}
