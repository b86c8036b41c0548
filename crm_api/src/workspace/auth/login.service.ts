import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { audit, type AuditEntry } from '../../kernel/crud/trail.js';
import { AttemptRepository, accountKey, addressKey, clientKey, factorKey, waitAfter, type AttemptKey } from './attempt.repository.js';
import { invalidGrant, slowDown } from './auth.errors.js';
import { LoginRepository } from './login.repository.js';
import { hashPassword, isOutdated, matches } from './password.hash.js';

/** Checks passwords with back-off by account and by address, and writes down what happened. */
export class LoginService {
  private readonly repository = new LoginRepository();
  private readonly attempts: AttemptRepository;

  constructor(private readonly db: Knex) {
    this.attempts = new AttemptRepository(db);
  }

  /**
   * The id of the user whose password it is.
   * @throws CrmError 400 `invalid_grant` or 429 `slow_down`, the same for unknown users.
   */
  async check(call: Call, email: string, password: string): Promise<string> {
    const keys = [addressKey(call.ip ?? 'unknown'), accountKey(email)];
    const failures = await this.reserve(keys);
    const login = await this.repository.byEmail(this.db, email);
    if (!(await matches(login?.password_hash, password)) || !login) {
      await this.failed(call, login?.user_id ?? null, failures, 'password');
      throw invalidGrant('The e-mail address or password is wrong.');
    }
    for (const key of keys) await this.attempts.succeeded(key);
    if (isOutdated(login.password_hash)) await this.repository.renewHash(this.db, login.user_id, await hashPassword(password));
    return login.user_id;
  }

  /** Whether the password of a signed-in person is right; counted like a second factor. @throws CrmError 429 */
  async confirm(call: Call, userId: string, password: string): Promise<boolean> {
    return this.counted(call, userId, 'password', async () => matches((await this.repository.byUser(this.db, userId))?.password_hash, password));
  }

  /** Runs a check about a known user under back-off. @throws CrmError 429 */
  async counted(call: Call, userId: string, what: string, check: () => Promise<boolean>): Promise<boolean> {
    const failures = await this.reserve([factorKey(userId)]);
    if (await check()) {
      await this.attempts.succeeded(factorKey(userId));
      return true;
    }
    await this.failed(call, userId, failures, what);
    return false;
  }

  /** Checks the secret of an API client. @throws CrmError 429 */
  async checkClient(call: Call, clientId: string, secret: string): Promise<boolean> {
    const keys = [addressKey(call.ip ?? 'unknown'), clientKey(clientId)];
    await this.reserve(keys);
    const client = await this.repository.clientById(this.db, clientId);
    if (!(await matches(client?.secret_hash, secret))) return false;
    for (const key of keys) await this.attempts.succeeded(key);
    await this.repository.touchClient(this.db, clientId);
    return true;
  }

  /** Makes a password the user's. */
  async setPassword(trx: Knex.Transaction, userId: string, password: string): Promise<void> {
    await this.repository.putHash(trx, userId, await hashPassword(password));
  }

  /** Writes an entry about a user's identity into the audit log. */
  async note(call: Call, userId: string | null, action: AuditEntry['action'], after: Record<string, unknown>): Promise<void> {
    const actor = call.actor.id === null && userId !== null ? { ...call.actor, kind: 'user' as const, id: userId } : call.actor;
    await this.db.transaction((trx) => audit(trx, { ...call, actor }, { action, entity: 'users', entityId: userId, after }));
  }

  private async reserve(keys: readonly AttemptKey[]): Promise<number> {
    let most = 0;
    for (const key of keys) {
      const { seconds, failures } = await this.attempts.reserve(key);
      if (seconds > 0) throw slowDown(seconds);
      most = failures;
    }
    return most;
  }

  /** The person did not prove who they are: so the entry is the product's own, about the account. */
  private async failed(call: Call, userId: string | null, failures: number, what: string): Promise<void> {
    await this.db.transaction((trx) => audit(trx, call, { action: 'login_failed', entity: 'users', entityId: userId, after: { what, failures } }));
    const seconds = waitAfter(failures);
    if (seconds > 0) await this.db.transaction((trx) => audit(trx, call, { action: 'lock', entity: 'users', entityId: userId, after: { seconds } }));
  }
}
