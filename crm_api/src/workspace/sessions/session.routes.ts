import Joi from 'joi';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import { requireScope } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import { idParams } from '../../kernel/crud/crud.routes.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, forbidden } from '../../kernel/errors/crm.error.js';
import { Reply, route, type Input, type RouteSpec } from '../../kernel/route.js';
import { personOnly } from '../auth/auth.errors.js';
import { SessionRepository, type SessionRow } from './session.repository.js';

const feature = 'crm_feature_sessions';
const sessions = new SessionRepository();

const item = Joi.object({
  id: Joi.string().guid().required(), client: Joi.object({ id: Joi.string().required(), name: Joi.string().allow(null).required() }).required(),
  device: Joi.string().allow(null).required().description('The User-Agent of the last sign-in or renewal.'), address: Joi.string().allow(null).required(),
  created_at: Joi.string().isoDate().required(), last_seen_at: Joi.string().isoDate().required(), current: Joi.boolean().required(),
}).label('Session');
const list = Joi.object({ items: Joi.array().items(item).required() }).label('Sessions');
const count = Joi.object({ ended: Joi.number().integer().required() }).label('EndedSessions');

/** The sessions of the caller, and those of others for administrators. */
export function sessionRoutes(actors: ActorReader): RouteSpec[] {
  const end = async (call: Call, which: Parameters<SessionRepository['end']>[1]): Promise<number> => {
    const ended = await sessions.end(call.db, which, 'ended');
    for (const one of ended) await call.db.transaction((trx) => audit(trx, call, { action: 'session_end', entity: 'users', entityId: one.user_id, after: { session: one.id } }));
    actors.forget();
    return ended.length;
  };
  return [
    route({
      method: 'GET', path: '/sessions', id: 'listSessions', tag: 'auth', access: 'signed_in', feature, summary: 'Where the caller is signed in', responses: { 200: list },
      async handle(call, input) {
        const { userId, sessionId } = personOf(call, input);
        return listOf(await sessions.list(call.db, userId, call.config.refreshTokenSeconds), sessionId);
      },
    }),
    route({
      method: 'DELETE', path: '/sessions/{id}', id: 'endSession', tag: 'auth', access: 'signed_in', feature, summary: 'End one of the caller\'s sessions with all its tokens',
      params: idParams, problems: [404], responses: { 204: null },
      async handle(call, input) {
        const { userId } = personOf(call, input);
        if ((await end(call, { id: input.params['id'] ?? '', userId })) === 0) throw new CrmError(404, 'session_not_found', 'There is no such session of yours, or it has ended already.');
        return Reply.none();
      },
    }),
    route({
      method: 'DELETE', path: '/sessions', id: 'endOtherSessions', tag: 'auth', access: 'signed_in', feature, summary: 'End all sessions of the caller but this one', responses: { 200: count },
      async handle(call, input) {
        const { userId, sessionId } = personOf(call, input);
        return { ended: await end(call, { userId, except: sessionId }) };
      },
    }),
    route({
      method: 'GET', path: '/users/{id}/sessions', id: 'listUserSessions', tag: 'users', access: { resource: 'users', action: 'write' }, feature, summary: 'Where a user is signed in',
      params: idParams, problems: [404], responses: { 200: list },
      handle: async (call, input) => listOf(await sessions.list(call.db, await userOf(call, input), call.config.refreshTokenSeconds), input.request.app.claims?.sessionId ?? null),
    }),
    route({
      method: 'DELETE', path: '/users/{id}/sessions', id: 'endUserSessions', tag: 'users', access: { resource: 'users', action: 'write' }, feature, summary: 'End all sessions of a user',
      params: idParams, problems: [404, 412], responses: { 200: count },
      handle: async (call, input) => ({ ended: await end(call, { userId: await userOf(call, input) }) }),
    }),
  ];
}

/** The signed-in person and the session of the request. @throws CrmError 403 for clients and narrowed tokens. */
export function personOf(call: Call, input: Input): { userId: string; sessionId: string } {
  const { claims } = input.request.app;
  if (call.actor.kind !== 'user' || call.actor.userId === null || claims?.sessionId == null || !claims.scope.split(' ').includes('crm')) throw personOnly();
  return { userId: call.actor.userId, sessionId: claims.sessionId };
}

async function userOf(call: Call, input: Input): Promise<string> {
  // Sessions are no rows with owners: whoever may change only some users may not end anybody's.
  if (requireScope(call.actor, 'users', 'write') !== 'all') throw forbidden('Your role may change some users only; ending sessions needs users:write for all.');
  const row = await call.db('crm_core.crm_users').where({ id: input.params['id'] }).whereNull('deleted_at').first<{ id: string } | undefined>('id');
  if (!row) throw new CrmError(404, 'user_not_found', 'There is no such user.');
  return row.id;
}

function listOf(rows: readonly SessionRow[], current: string | null): unknown {
  return {
    items: rows.map((row) => ({
      id: row.id, client: { id: row.client_id, name: row.client_name }, device: row.user_agent, address: row.ip,
      created_at: row.created_at.toISOString(), last_seen_at: row.last_seen_at.toISOString(), current: row.id === current,
    })),
  };
}
