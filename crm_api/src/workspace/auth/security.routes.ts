import Joi from 'joi';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import type { TokenKeys } from '../../kernel/auth/token.keys.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { personOf } from '../sessions/session.routes.js';
import { SessionRepository } from '../sessions/session.repository.js';
import { wrongCode } from './auth.errors.js';
import type { FactorService } from './factor.service.js';
import type { LoginService } from './login.service.js';
import { checkPassword } from './password.policy.js';

const feature = 'crm_feature_second_factor';
const code = Joi.string().max(64).required().description('A code of the app, or a recovery code where one is accepted.');
const password = Joi.string().max(1024).required();
const noStore = { 'cache-control': 'no-store' };
// An answer that is a secret must not be kept to be replayed by Idempotency-Key.
const secret = { readOnly: true } as const;

const wrongPassword = (): CrmError => new CrmError(400, 'wrong_password', 'The current password is wrong.');

/** What people change about their own sign-in, and the rotation of the signing keys. */
export function securityRoutes(login: LoginService, factors: FactorService, keys: TokenKeys, actors: ActorReader): RouteSpec[] {
  const sessions = new SessionRepository();
  return [
    route({
      method: 'PUT', path: '/auth/password', id: 'changePassword', tag: 'auth', access: 'signed_in', summary: 'Change the own password; ends the other sessions', ...secret,
      body: Joi.object({ current_password: password, new_password: password }).required().label('PasswordChange'), problems: [422, 429], responses: { 204: null },
      async handle(call, input) {
        const { userId, sessionId } = personOf(call, input);
        const { current_password: current, new_password: next } = input.body as { current_password: string; new_password: string };
        if (!(await login.confirm(call, userId, current))) throw wrongPassword();
        checkPassword(call.config, next, call.actor);
        await call.db.transaction((trx) => login.setPassword(trx, userId, next));
        await sessions.end(call.db, { userId, except: sessionId }, 'password_changed');
        actors.forget();
        await login.note(call, userId, 'password_change', {});
        return Reply.none();
      },
    }),
    route({
      method: 'GET', path: '/auth/factor', id: 'getFactor', tag: 'auth', access: 'signed_in', feature, summary: 'Whether the own second factor is on',
      responses: { 200: Joi.object({ enabled: Joi.boolean().required(), recovery_codes_left: Joi.number().integer().required() }).label('Factor') },
      handle: (call, input) => factors.state(personOf(call, input).userId),
    }),
    route({
      method: 'POST', path: '/auth/factor', id: 'enrolFactor', tag: 'auth', access: 'signed_in', feature, summary: 'A secret for an authenticator app; in force only after its confirmation', ...secret,
      body: Joi.object({ password }).required().label('FactorEnrolment'), problems: [409, 429],
      responses: { 200: Joi.object({ secret: Joi.string().required(), uri: Joi.string().required().description('otpauth:// for a QR code') }).label('FactorSecret') },
      async handle(call, input) {
        const { userId } = personOf(call, input);
        if (!(await login.confirm(call, userId, (input.body as { password: string }).password))) throw wrongPassword();
        return new Reply(200, await factors.enrol(userId, call.actor.email ?? call.actor.name), noStore);
      },
    }),
    route({
      method: 'POST', path: '/auth/factor/confirm', id: 'confirmFactor', tag: 'auth', access: 'signed_in', feature, summary: 'Put the second factor in force with a code of it', ...secret,
      body: Joi.object({ code }).required().label('FactorConfirmation'), problems: [429],
      responses: { 200: Joi.object({ recovery_codes: Joi.array().items(Joi.string()).required() }).label('RecoveryCodes') },
      async handle(call, input) {
        const { userId } = personOf(call, input);
        let codes: string[] | null = null;
        const right = await login.counted(call, userId, 'code', async () => (codes = await factors.confirm(userId, (input.body as { code: string }).code.replace(/\s/g, ''))) !== null);
        if (!right) throw wrongCode();
        await login.note(call, userId, 'factor_on', {});
        return new Reply(200, { recovery_codes: codes }, noStore);
      },
    }),
    route({
      method: 'POST', path: '/auth/factor/disable', id: 'disableFactor', tag: 'auth', access: 'signed_in', summary: 'Switch the second factor off, with password and code', ...secret,
      body: Joi.object({ password, code }).required().label('FactorRemoval'), problems: [429], responses: { 204: null },
      async handle(call, input) {
        const { userId } = personOf(call, input);
        const given = input.body as { password: string; code: string };
        if (!(await login.confirm(call, userId, given.password))) throw wrongPassword();
        if (!(await login.counted(call, userId, 'code', async () => (await factors.take(userId, given.code)) !== null))) throw wrongCode();
        await call.db.transaction(async (trx) => {
          await factors.remove(trx, userId);
          await audit(trx, call, { action: 'factor_off', entity: 'users', entityId: userId, after: {} });
        });
        return Reply.none();
      },
    }),
    route({
      method: 'POST', path: '/auth/keys/rotate', id: 'rotateKeys', tag: 'auth', access: { resource: 'roles', action: 'write' }, summary: 'Make the next signing key: published at once, signing after a minute',
      responses: { 200: Joi.object({ id: Joi.string().guid().required(), activates_at: Joi.string().isoDate().required() }).label('SigningKey') },
      async handle(call) {
        const key = await keys.rotate();
        await call.db.transaction((trx) => audit(trx, call, { action: 'key_rotate', entity: 'signing_keys', entityId: key.id, after: { activates_at: key.activatesAt.toISOString() } }));
        return { id: key.id, activates_at: key.activatesAt.toISOString() };
      },
    }),
  ];
}
