import { apiPrefix, type RouteSpec } from '../route.js';

/** A route on its way out. Days are ISO dates, in UTC. */
export interface Deprecation {
  /** From when on nobody should begin to use it. */
  readonly since: string;
  /** From when on it may be gone. */
  readonly sunset: string;
  /** The path below `/crm/v1` of what to use instead; null where there is nothing of the kind. */
  readonly successor: string | null;
}

/** What callers are promised: a year between the first word and the end. */
export const noticeDays = 365;

const dayMs = 24 * 3600 * 1000;

/** Headers by which every answer of such a route says so: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the successor as `Link` (RFC 5829). */
export function deprecationHeaders({ since, sunset, successor }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${Date.parse(since) / 1000}`,
    sunset: new Date(sunset).toUTCString(),
    ...(successor === null ? {} : { link: `<${apiPrefix}${successor}>; rel="successor-version"` }),
  };
}

/** @throws Error where a route is declared to end sooner than callers were promised: the server does not start then. */
export function requireNotice({ method, path, deprecated }: Pick<RouteSpec, 'method' | 'path' | 'deprecated'>): void {
  if (deprecated === undefined) return;
  const [since, sunset] = [Date.parse(deprecated.since), Date.parse(deprecated.sunset)];
  if (sunset - since >= noticeDays * dayMs) return;
  throw new Error(`${method} ${path} is to end less than ${noticeDays} days after it was deprecated; move its sunset or correct the dates`);
}
