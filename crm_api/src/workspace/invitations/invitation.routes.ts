import Joi from 'joi';
import { requireScope } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import { idParams } from '../../kernel/crud/crud.routes.js';
import { forbidden } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { InvitationService } from './invitation.service.js';

const feature = 'crm_feature_user_admin';
const access = { resource: 'users', action: 'write' } as const;
const noStore = { 'cache-control': 'no-store' };
// An answer that is a secret must not be kept to be replayed by Idempotency-Key.
const secret = { secretAnswer: true } as const;
const token = Joi.string().max(200).required().description('The part of the link behind "#".');
const moment = Joi.string().isoDate().allow(null).required();
const loginState = Joi.object({
  has_password: Joi.boolean().required(), password_changed_at: moment, invited_until: moment.description('The end of an open invitation.'),
  second_factor: Joi.boolean().required(), last_seen_at: moment,
}).label('LoginState');
const invitation = Joi.object({
  token: Joi.string().required(), path: Joi.string().required().description('Of the page where the person chooses the password, below the address of the product. Shown only now.'), expires_at: Joi.string().isoDate().required(),
}).label('Invitation');
const invited = Joi.object({ name: Joi.string().required(), name_ar: Joi.string().allow(null).required(), email: Joi.string().required(), expires_at: Joi.string().isoDate().required() }).label('Invited');

/** Inviting people to choose their password, and accepting that. */
export function invitationRoutes(service: InvitationService): RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/users/{id}/login', id: 'getUserLogin', tag: 'users', access, feature, summary: 'How a user can sign in', params: idParams, problems: [404], responses: { 200: loginState },
      async handle(call, { params }) {
        requireAll(call);
        const { has_password, second_factor, password_changed_at, invited_until, last_seen_at } = await service.state(call.db, call, params['id'] ?? '');
        const text = (at: Date | null): string | null => at?.toISOString() ?? null;
        return { has_password, second_factor, password_changed_at: text(password_changed_at), invited_until: text(invited_until), last_seen_at: text(last_seen_at) };
      },
    }),
    route({
      ...secret, method: 'POST', path: '/users/{id}/invitation', id: 'inviteUser', tag: 'users', access, feature, summary: 'A link by which a user chooses the first or a new password, once within three days',
      params: idParams, problems: [404, 409], responses: { 200: invitation },
      async handle(call, { params }) {
        requireAll(call);
        const made = await call.db.transaction((trx) => service.invite(trx, call, params['id'] ?? ''));
        return new Reply(200, { token: made.token, path: `/invitation#${made.token}`, expires_at: made.expires_at.toISOString() }, noStore);
      },
    }),
    route({
      method: 'DELETE', path: '/users/{id}/invitation', id: 'withdrawInvitation', tag: 'users', access, feature, summary: 'Take the open invitation of a user back', params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        requireAll(call);
        await call.db.transaction((trx) => service.withdraw(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      ...secret, method: 'POST', path: '/auth/invitation/lookup', id: 'readInvitation', tag: 'auth', access: 'public', feature, summary: 'Whom an invitation is for',
      body: Joi.object({ token }).required().label('InvitationToken'), problems: [404], responses: { 200: invited },
      async handle(call, { body }) {
        const { user_id: _id, expires_at, ...person } = await service.read(call.db, (body as { token: string }).token);
        return new Reply(200, { ...person, expires_at: expires_at.toISOString() }, noStore);
      },
    }),
    route({
      ...secret, method: 'POST', path: '/auth/invitation', id: 'acceptInvitation', tag: 'auth', access: 'public', feature, summary: 'Choose the password of an invitation; ends it and all sessions of the user',
      body: Joi.object({ token, password: Joi.string().max(1024).required() }).required().label('InvitationAcceptance'), problems: [404, 422], responses: { 204: null },
      async handle(call, { body }) {
        const given = body as { token: string; password: string };
        await service.accept(call, given.token, given.password);
        return Reply.none();
      },
    }),
  ];
}

/** A way to sign in is no row with an owner: whoever may change only some users may give it to nobody. */
function requireAll(call: Call): void {
  if (requireScope(call.actor, 'users', 'write') !== 'all') throw forbidden('Your role may change some users only; inviting needs users:write for all.');
}
