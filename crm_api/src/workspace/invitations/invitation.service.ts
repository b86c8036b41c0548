import type { Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, notFound } from '../../kernel/errors/crm.error.js';
import { checkPassword } from '../auth/password.policy.js';
import type { LoginService } from '../auth/login.service.js';
import { requireCovers } from '../roles/role.rules.js';
import { SessionRepository } from '../sessions/session.repository.js';
import type { UserService } from '../users/user.service.js';
import { dropInvitations, findInvited, putInvitation, readLoginState, rolesOf, type InvitedRow, type LoginStateRow } from './invitation.repository.js';

// Long enough for a weekend and a day off, short enough that a forgotten mail is worth nothing.
const lifeSeconds = 3 * 24 * 3600;

const invitationOver = (): CrmError => new CrmError(404, 'invitation_over', 'This invitation was used, withdrawn or has expired. Ask your administrator for a new one.');

/** An open invitation: whoever has the token may choose the password of the user, once. */
export interface Invitation {
  readonly token: string;
  readonly expires_at: Date;
}

/** Invites people to choose their password, the first one or a new one. */
export class InvitationService {
  private readonly sessions = new SessionRepository();

  constructor(private readonly users: UserService, private readonly login: LoginService, private readonly actors: ActorReader) {}

  /** How a user can sign in. */
  async state(db: Reader, call: Call, userId: string): Promise<LoginStateRow> {
    await this.users.get(db, call, userId);
    const row = await readLoginState(db, userId);
    if (!row) throw notFound('user', userId);
    return row;
  }

  /**
   * Makes an invitation; those before end. Whoever has it can become the user, so its maker must be allowed all that the user is.
   * @throws CrmError 403 beyond_your_role, 404, 409 not_invitable.
   */
  async invite(trx: Knex.Transaction, call: Call, userId: string): Promise<Invitation> {
    const user = await this.users.get(trx, call, userId);
    if (user['is_active'] !== true) throw new CrmError(409, 'not_invitable', 'This user is not active. Activate the user first.');
    if (typeof user['email'] !== 'string') throw new CrmError(409, 'not_invitable', 'This user has no e-mail address, which is the login. Add one first.');
    for (const role of await rolesOf(trx, userId)) requireCovers(call.actor, role);
    const token = randomBytes(32).toString('base64url');
    const expiresAt = await putInvitation(trx, userId, token, lifeSeconds);
    await audit(trx, call, { action: 'invite', entity: 'users', entityId: userId, after: { expires_at: expiresAt.toISOString() } });
    return { token, expires_at: expiresAt };
  }

  /** Takes the open invitation of a user back. @throws CrmError 404 where there is none. */
  async withdraw(trx: Knex.Transaction, call: Call, userId: string): Promise<void> {
    await this.users.get(trx, call, userId);
    if (await dropInvitations(trx, userId) === 0) throw invitationOver();
    await audit(trx, call, { action: 'invite', entity: 'users', entityId: userId, after: { withdrawn: true } });
  }

  /** Whom a token invites. @throws CrmError 404 where it invites nobody any more. */
  async read(db: Reader, token: string): Promise<InvitedRow> {
    const invited = await findInvited(db, token);
    if (!invited) throw invitationOver();
    return invited;
  }

  /** Makes the password that of the invited person and ends the invitation and their sessions. @throws CrmError 404, 422 for a weak password. */
  async accept(call: Call, token: string, password: string): Promise<void> {
    const userId = await call.db.transaction(async (trx) => {
      const invited = await findInvited(trx, token, true);
      if (!invited) throw invitationOver();
      checkPassword(call.config, password, invited);
      await this.login.setPassword(trx, invited.user_id, password);
      await dropInvitations(trx, invited.user_id);
      // The token has proved who it is.
      const actor = { ...call.actor, kind: 'user' as const, id: invited.user_id };
      await audit(trx, { ...call, actor }, { action: 'password_change', entity: 'users', entityId: invited.user_id, after: { by: 'invitation' } });
      return invited.user_id;
    });
    await this.sessions.end(call.db, { userId }, 'password_changed');
    this.actors.forget();
  }
}
