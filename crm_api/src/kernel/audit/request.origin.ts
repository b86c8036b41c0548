import type { Request } from '@hapi/hapi';

/** Something beside the request's own entry that the audit log shall know of it. */
export interface RequestNote {
  readonly action: 'read' | 'export' | 'refusal';
  readonly entity: string;
  readonly entityId: string | null;
  /** The HTTP status of a part of the answer; null: that of the answer. */
  readonly status: number | null;
}

/** Where a call came from, and what was noted while it was served. */
export interface RequestOrigin {
  readonly sessionId: string | null;
  /** The `client_id` of an API client. */
  readonly clientId: string | null;
  readonly method: string;
  /** The declared path, with `{id}` and without any value. */
  readonly route: string;
  readonly userAgent: string | null;
  readonly notes: RequestNote[];
  /** True once it is known of a POST that it only asked, as a query of GraphQL does. */
  onlyReads: boolean;
}

// Long enough for any browser; what is longer is somebody's try.
const maxAgent = 300;

/** The origin of a request; made once, so that the handler and the audit of the request speak of the same. */
export function originOf(request: Request): RequestOrigin {
  const { claims } = request.app;
  const agent: unknown = request.headers['user-agent'];
  request.app.origin ??= {
    sessionId: claims?.sessionId ?? null,
    clientId: claims?.kind === 'client' ? claims.subject : null,
    method: request.method.toUpperCase(),
    route: request.route.path,
    userAgent: typeof agent === 'string' && agent !== '' ? agent.slice(0, maxAgent).replaceAll('\u0000', '') : null,
    notes: [],
    onlyReads: false,
  };
  return request.app.origin;
}

/** Notes that a single sensitive record was shown; `null` is a record of which nothing was found. */
export function noteRead(origin: RequestOrigin | null, resource: { readonly name: string; readonly sensitive?: boolean }, id: string | null): void {
  if (resource.sensitive === true && id !== null) origin?.notes.push({ action: 'read', entity: resource.name, entityId: id, status: null });
}

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    origin?: RequestOrigin;
  }
}
