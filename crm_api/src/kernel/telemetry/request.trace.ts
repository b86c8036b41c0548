import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import type { Request } from '@hapi/hapi';
import { contextOf, named, readTraceparent } from 'crm_telemetry';
import { statusOf } from '../answer.status.js';

/** The trace that a request belongs to. */
export interface RequestTrace {
  readonly span: Span;
  /** In which the request's work is done. */
  readonly context: Context;
  /** Monotonic ms. */
  readonly began: number;
  ended: boolean;
}

/** Begins the span of a request: in the caller's trace where a W3C `traceparent` names one, else in a new one. */
export function beginTrace(request: Request): RequestTrace {
  const caller = readTraceparent(request.headers['traceparent']);
  const parent = contextOf(caller);
  const span = named(trace.getTracer('crm').startSpan('crm.api.request', { kind: SpanKind.SERVER, startTime: request.info.received }, parent), caller);
  return { span, context: trace.setSpan(parent, span), began: performance.now(), ended: false };
}

/** Does a part of a request's work in its trace; hapi calls each of its steps from where it stands itself, so each says so. */
export function inTrace<T>(request: Request, work: () => T): T {
  const { trace: of } = request.app;
  return of === undefined ? work() : context.with(of.context, work);
}

/** What a request turned out to be; bounded words only, so that it can be counted by them. */
export interface RequestFacts {
  /** The declared path, with `{id}` and without any value; `none` for what is not declared. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  /** What it counts against in the promises: `read`, `write` or `analytics` of people and clients; `other` is sign-in, health and the UI's files. */
  readonly kind: 'read' | 'write' | 'analytics' | 'other';
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Reads them of a request that is answered. */
export function factsOf(request: Request, kind: RequestFacts['kind']): RequestFacts {
  const status = statusOf(request);
  const method = request.method.toUpperCase();
  const declared = String(request.route.method) === '_special' ? 'none' : request.route.path;
  return { route: declared, method: methods.has(method) ? method : 'other', status, kind };
}

/** Ends the span of a request: which route, which answer, which kind of caller; nothing of who or of what was asked. */
export function endTrace(request: Request, { span }: RequestTrace, { route, method, status }: RequestFacts): void {
  if (span.isRecording()) {
    span.setAttributes({
      'http.request.method': method, 'http.route': route, 'http.response.status_code': status,
      'crm.actor.kind': request.app.actor?.kind ?? 'anonymous', 'crm.request_id': request.app.requestId ?? '',
    });
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    trace?: RequestTrace;
  }
}
