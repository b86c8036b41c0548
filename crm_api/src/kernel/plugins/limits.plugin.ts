import type { Plugin, Request } from '@hapi/hapi';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimits } from '../../config.js';
import { CrmError } from '../errors/crm.error.js';
import type { RouteSpec } from '../route.js';

const windowSeconds = 60;

/** The kinds of work that are counted apart: reading records, writing them, computing figures. */
export type LimitKind = keyof RateLimits;

/** Which limit a route counts against; null for what has no caller to count. */
export function limitOf(spec: RouteSpec): LimitKind | null {
  if (spec.access === 'public') return null;
  if (spec.tag === 'analytics') return 'analytics';
  return spec.method === 'GET' || spec.readOnly === true ? 'read' : 'write';
}

/**
 * Requests per minute, caller and kind of work. Each answer says what is left (`RateLimit`, `RateLimit-Policy`: draft-ietf-httpapi-ratelimit-headers-10);
 * beyond it 429 with `Retry-After`. Counted in this process: several API processes allow that many times as much.
 */
export const limitsPlugin: Plugin<{ limits: RateLimits }> = {
  name: 'crm-limits',
  register(server, { limits }) {
    const limiters = Object.fromEntries(Object.entries(limits).map(([kind, points]) => [kind, new RateLimiterMemory({ points, duration: windowSeconds })])) as Record<LimitKind, RateLimiterMemory>;
    server.ext('onCredentials', async (request, h) => {
      const spec = request.route.settings.plugins?.crm?.spec;
      const kind = spec ? limitOf(spec) : null;
      const { actor } = request.app;
      if (kind === null || !actor) return h.continue;
      const left = await limiters[kind].consume(request.app.countedAs ?? `${actor.kind}:${actor.id ?? ''}`).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      });
      const seconds = Math.max(1, Math.ceil(left.msBeforeNext / 1000));
      request.app.limit = { policy: `"${kind}";q=${limits[kind]};w=${windowSeconds}`, left: `"${kind}";r=${Math.max(0, left.remainingPoints)};t=${seconds}` };
      if (left.consumedPoints > limits[kind]) {
        throw new CrmError(429, 'too_many_requests', `More than ${limits[kind]} requests of the kind "${kind}" within a minute. Wait ${seconds} s, or ask for many records at once.`, { headers: { 'retry-after': String(seconds) } });
      }
      return h.continue;
    });
    server.ext('onPreResponse', (request, h) => {
      const { response } = request;
      for (const [name, value] of headersOf(request)) {
        if ('isBoom' in response) response.output.headers[name] = value;
        else response.header(name, value);
      }
      return h.continue;
    });
  },
};

function headersOf(request: Request): [string, string][] {
  const { limit } = request.app;
  return limit ? [['ratelimit-policy', limit.policy], ['ratelimit', limit.left]] : [];
}

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** Whose requests it counts among, where not the caller's own. */
    countedAs?: string;
    limit?: { readonly policy: string; readonly left: string };
  }
}
