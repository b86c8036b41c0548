import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span, type SpanContext } from '@opentelemetry/api';

/** What a span is made of. */
export interface SpanWork {
  /** `crm.*`. */
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Where it belongs; by default to the present piece of work. */
  readonly parent?: Context;
  /** What led to it, where that is not its parent. */
  readonly origin?: SpanContext | null;
}

/** Runs work in a span of its own; a rejection marks the span as failed, by the kind of error only, as messages may quote what people wrote. */
export async function inSpan<T>({ name, kind = SpanKind.INTERNAL, attributes = {}, parent = context.active(), origin = null }: SpanWork, work: (span: Span) => Promise<T>): Promise<T> {
  const span = trace.getTracer('crm').startSpan(name, { kind, attributes, ...(origin === null ? {} : { links: [{ context: origin }] }) }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed: the name of the error, and its code where it has one. */
export function failSpan(span: Span, error: unknown): void {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  span.setAttribute('error.type', code ?? (error instanceof Error ? error.name : 'unknown'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
