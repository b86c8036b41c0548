import type { Plugin, Request } from '@hapi/hapi';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { ApiConfig } from '../../config.js';
import { statusOf } from '../answer.status.js';
import { originOf, type RequestNote } from '../audit/request.origin.js';
import { RequestRecorder, type RequestEntry } from '../audit/request.recorder.js';
import { addressOf } from '../context/caller.address.js';
import type { Deps } from '../context/deps.js';
import { isUuid } from '../crud/uuid.js';
import { changesSomething, type RouteSpec } from '../route.js';

const windowSeconds = 60;
// Entries can never be deleted: strangers, and callers who only collect refusals, must not be able to fill the disk.
const perCaller = 60;
const inAll = 600;
const refused: ReadonlySet<number> = new Set([401, 403, 429]);

/** What the audit of requests needs. */
export interface AuditOptions {
  readonly config: ApiConfig;
  readonly deps: Deps;
}

/**
 * Notes each request that writes or is refused, and each that shows a single sensitive record or an export: who, with which session or client, what, from where,
 * with which answer, after how long. Refusals, and requests of strangers, are bounded to 60 a minute and caller, 600 for each kind of callers; those beyond are counted.
 */
export const auditPlugin: Plugin<AuditOptions> = {
  name: 'crm-audit',
  register(server, { config, deps }) {
    const recorder = new RequestRecorder(deps.db, deps.log);
    const limits = { one: new RateLimiterMemory({ points: perCaller, duration: windowSeconds }), all: new RateLimiterMemory({ points: inAll, duration: windowSeconds }) };
    // The caller's own share first: one who floods must not use up what is left for the others; strangers not that of those who are signed in.
    const within = (caller: string, kind: string): Promise<boolean> => limits.one.consume(`${kind}:${caller}`).then(() => limits.all.consume(kind)).then(() => true, () => false);
    const telling = setInterval(() => { recorder.tellLost(); }, windowSeconds * 1000).unref();
    server.events.on('response', (request) => {
      if (!deps.flags.isOn('crm_feature_audit')) return;
      try {
        for (const entry of entriesOf(request, addressOf(request, config))) {
          if (entry.actor_kind !== 'anonymous' && entry.action !== 'refusal') recorder.push(entry);
          else void within(entry.actor_id ?? entry.ip ?? 'unknown', entry.actor_kind).then((free) => { if (free) recorder.push(entry); else recorder.suppress(); });
        }
      } catch (error) {
        // The answer is out, and nobody waits for this: thrown here, it would end the process.
        deps.log.error({ err: error, route: request.route.path }, 'A request could not be noted in the audit log');
      }
    });
    server.ext('onPostStop', async () => {
      clearInterval(telling);
      await recorder.flush();
    });
  },
};

function entriesOf(request: Request, ip: string | null): RequestEntry[] {
  const spec = request.route.settings.plugins?.crm?.spec;
  if (spec === undefined) return [];
  const status = statusOf(request);
  const origin = originOf(request);
  const given: unknown = (request.params as Record<string, unknown>)['id'];
  const entityId = isUuid(given) ? given : null;
  const own = ownAction(spec, request, status, origin.onlyReads);
  const notes: RequestNote[] = [
    ...(own === null ? [] : [{ action: own, entity: typeof spec.access === 'object' ? spec.access.resource : spec.tag, entityId, status } as RequestNote]),
    ...origin.notes,
  ];
  const { actor } = request.app;
  return notes.map((note) => ({
    occurred_at: new Date(request.info.received), actor_id: actor?.id ?? null, actor_kind: actor?.kind ?? 'anonymous', action: note.action, entity: note.entity, entity_id: note.entityId,
    request_id: request.app.requestId ?? null, ip, session_id: origin.sessionId, client_id: origin.clientId, method: origin.method, route: origin.route, status: note.status ?? status,
    duration_ms: Math.max(0, Math.round(Date.now() - request.info.received)), user_agent: origin.userAgent, after: null,
  }));
}

/** The action of the request's own entry; null where it needs none. */
function ownAction(spec: RouteSpec, request: Request, status: number, onlyReads: boolean): RequestEntry['action'] | null {
  // Out of reach and not there are one answer: whoever tries ids leaves a trace.
  if (refused.has(status) || (status === 404 && request.app.actor !== undefined && spec.path.includes('{id}'))) return 'refusal';
  return changesSomething(spec) && !onlyReads ? 'request' : null;
}
