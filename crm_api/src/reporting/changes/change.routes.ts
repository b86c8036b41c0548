import Joi from 'joi';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import { invalidQuery } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { ChangeService } from './change.service.js';

const feature = 'crm_feature_analytics';
const largest = 2n ** 64n - 1n;

/** `/analytics/changes`: which tables of the warehouse change, as it happens. */
export function changeRoutes(service: ChangeService, actors: ActorReader): RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/analytics/changes', id: 'getAnalyticsChanges', tag: 'analytics', access: 'signed_in', feature, summary: 'Server-sent events: tables that changed, at most once a second', problems: [400, 503], lasting: true,
      produces: 'text/event-stream',
      responses: { 200: Joi.string().description('`change`: {lsn, committed_at, tables}, with lsn as the id by which `Last-Event-ID` resumes; `expired` before the end, when the token ends: come back with another. Comments every 15 s keep the connection.') },
      async handle(call, { request }) {
        const { claims } = request.app;
        const stream = await service.connect(call.actor, {
          expiresAt: claims?.expiresAt ?? 0, since: positionOf(request.headers['last-event-id']),
          stillAllowed: async () => call.feature(feature) && claims !== undefined && (await actors.read(claims)) !== null,
        });
        // hapi leaves what it was given to read alone when the client has gone.
        request.raw.res.once('close', () => { stream.body.destroy(); });
        return new Reply(200, stream.body, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      },
    }),
  ];
}

/** The position of a client that resumes; null where it begins. @throws CrmError 400 */
function positionOf(header: unknown): bigint | null {
  if (header === undefined || header === '') return null;
  const text = String(header);
  if (/^\d{1,20}$/.test(text) && BigInt(text) <= largest) return BigInt(text);
  throw invalidQuery([{ path: 'last-event-id', code: 'invalid', message: 'Last-Event-ID must be the id of an event of this connection, a decimal number; leave it out to begin now.' }]);
}
