import { context, isSpanContextValid, ROOT_CONTEXT, trace, TraceFlags, type Context, type Span, type SpanContext } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseTraceParent } from '@opentelemetry/core';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace-base';

// Ids are no secrets; the SDK makes them in a fraction of a microsecond.
const ids = new RandomIdGenerator();

/** Makes the trace of a piece of work follow it through its promises, in this process, from now on; calling it again does nothing. */
export function followTraces(): void {
  // The API refuses a second manager by itself, but says so on its log.
  if (installed) return;
  installed = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

let installed = false;

/** The span that a W3C `traceparent` names; null where the text is none. */
export function readTraceparent(header: unknown): SpanContext | null {
  const parsed = typeof header === 'string' ? parseTraceParent(header) : null;
  return parsed === null ? null : { ...parsed, isRemote: true };
}

/** The `traceparent` of a span (W3C Trace Context, version 00). */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The headers that carry the trace of the present piece of work on to another server; none outside of a trace. */
export function traceHeaders(at: Context = context.active()): Record<string, string> {
  const span = trace.getSpanContext(at);
  return span !== undefined && isSpanContextValid(span) ? { traceparent: traceparentOf(span) } : {};
}

/** The ids under which log lines and problems name the present piece of work; empty outside of a trace. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const span = trace.getSpanContext(context.active());
  return span !== undefined && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** A context in which the caller's span is the parent; that of nobody where the caller names none. */
export function contextOf(caller: SpanContext | null): Context {
  return caller === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, caller);
}

/**
 * The span of a piece of work that begins here. While nothing records spans the API gives one without an id, or the caller's own; then it is a bare id
 * of the caller's trace, or of a new one: what people are told must lead somewhere also in the logs.
 */
export function named(span: Span, caller: SpanContext | null): Span {
  const { spanId } = span.spanContext();
  if (isSpanContextValid(span.spanContext()) && spanId !== caller?.spanId) return span;
  return trace.wrapSpanContext({ traceId: caller?.traceId ?? ids.generateTraceId(), spanId: ids.generateSpanId(), traceFlags: caller?.traceFlags ?? TraceFlags.NONE });
}

/** Text that names a request and its span at once, `<trace id>-<span id>`; what is kept of a request leads back to its trace. */
export function requestIdOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}-${spanId}`;
}

/** The span that such a text names; null where it is one of another kind. */
export function spanOfRequestId(id: string | null | undefined): SpanContext | null {
  const parts = /^([0-9a-f]{32})-([0-9a-f]{16})$/.exec(id ?? '');
  const span = parts === null ? null : { traceId: parts[1] ?? '', spanId: parts[2] ?? '', traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return span !== null && isSpanContextValid(span) ? span : null;
}
