import { context, trace, TraceFlags } from '@opentelemetry/api';
import { contextOf, followTraces, named, readTraceparent, requestIdOf, spanOfRequestId, traceFields, traceHeaders, traceparentOf } from './trace.context.js';

const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('the trace of a piece of work', () => {
  beforeAll(followTraces);

  it('is read of a traceparent, and of nothing that only looks like one', () => {
    expect(readTraceparent(header)).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED, isRemote: true });
    for (const wrong of [undefined, '', 7, header.slice(0, -1), header.toUpperCase().replace('00-', 'ff-'), `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${header}-more`]) expect(readTraceparent(wrong)).withContext(String(wrong)).toBeNull();
  });

  it('goes on in the caller\'s trace under an id of its own, and begins one without a caller, also where nothing records', () => {
    const caller = readTraceparent(header);
    const span = named(trace.getTracer('spec').startSpan('s', {}, contextOf(caller)), caller).spanContext();
    expect(span.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(span.spanId).toMatch(/^(?!b7ad6b7169203331)[0-9a-f]{16}$/);
    const [one, two] = [1, 2].map(() => named(trace.getTracer('spec').startSpan('s', {}, contextOf(null)), null).spanContext());
    expect(one?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(one?.traceId).not.toBe(two?.traceId);
  });

  it('follows it through promises into headers and lines', async () => {
    expect([traceHeaders(), traceFields()]).toEqual([{}, {}]);
    const caller = readTraceparent(header);
    await context.with(contextOf(caller), async () => {
      await new Promise((resolve) => { setImmediate(resolve); });
      expect(traceHeaders()).toEqual({ traceparent: header });
      expect(traceFields()).toEqual({ trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' });
    });
    expect(traceHeaders()).toEqual({});
  });

  it('is found again from the id of a request', () => {
    const span = readTraceparent(header);
    if (span === null) throw new Error('unreadable');
    const id = requestIdOf(span);
    expect(spanOfRequestId(id)).toEqual(span);
    expect(traceparentOf(span)).toBe(header);
    for (const other of ['import:7', '', null, undefined, crypto.randomUUID(), `${'0'.repeat(32)}-b7ad6b7169203331`]) expect(spanOfRequestId(other)).toBeNull();
  });
});
