import { context, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { contextOf, readTraceparent } from 'crm_telemetry';
import { startApi, type Caller, type TestApi } from '../../testing/api.testing.js';

let next = 1;
/** A caller's trace of its own. */
const callers = (): { readonly traceId: string; readonly traceparent: string } => {
  const traceId = (next++).toString(16).padStart(32, 'a');
  return { traceId, traceparent: `00-${traceId}-b7ad6b7169203331-01` };
};

describe('the trace of a request', () => {
  let api: TestApi;
  let admin: Caller;
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  /** What was recorded of a trace; the request's own span ends behind its answer. */
  const spansOf = async (id: string): Promise<ReadableSpan[]> => {
    for (const until = Date.now() + 5_000; Date.now() < until;) {
      const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === id);
      if (spans.some(({ name }) => name === 'crm.api.request')) return spans;
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    throw new Error(`No span of the trace ${id}`);
  };
  const idOf = (answer: { readonly headers: Record<string, unknown> }): string => String(answer.headers['traceresponse']).split('-')[1] ?? '';

  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
    trace.setGlobalTracerProvider(provider);
  }, 120_000);
  afterAll(async () => {
    trace.disable();
    await provider.shutdown();
    await api.stop();
  });

  it('is the caller\'s, holds every statement, and says nothing of who or what', async () => {
    const { traceId, traceparent } = callers();
    const answer = await admin.call('POST', '/contacts', { full_name: 'Layla Secret', email: 'layla@secret.test' }, { traceparent, 'user-agent': 'Secret/1' });
    expect(answer.status).toBe(201);
    const spans = await spansOf(traceId);
    const request = spans.find(({ name }) => name === 'crm.api.request');
    expect(request?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(request?.attributes).toEqual({ 'http.request.method': 'POST', 'http.route': '/crm/v1/contacts', 'http.response.status_code': 201, 'crm.actor.kind': 'user', 'crm.request_id': String(answer.headers['x-request-id']) });
    expect(answer.headers['traceresponse']).toBe(`00-${traceId}-${request?.spanContext().spanId ?? ''}-01`);
    const statements = spans.filter(({ name }) => name === 'crm.sql');
    const texts = statements.map(({ attributes }) => String(attributes['db.query.text']));
    // Who asks, the transaction, the row, and its entry in the audit log.
    for (const part of [/from .*crm_sessions|crm_users/i, /^BEGIN/, /^insert into "crm_core"."crm_contacts"/i, /insert into "crm_core"."crm_audit_log"/i, /^COMMIT/]) expect(texts.some((text) => part.test(text))).withContext(`${part}: ${texts.join('\n')}`).toBeTrue();
    expect(statements.every((span) => span.parentSpanContext?.spanId === request?.spanContext().spanId)).toBeTrue();
    const everything = JSON.stringify(spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]));
    for (const secret of ['Layla', 'secret.test', 'Secret/1', 'admin@crm.test', '127.0.0.1']) expect(everything).withContext(secret).not.toContain(secret);
  });

  it('travels with the change: the request id of its audit entry names the span', async () => {
    const answer = await admin.call('POST', '/accounts', { legal_name: 'Traced Trading' }, { traceparent: callers().traceparent });
    const [, trace, span] = String(answer.headers['traceresponse']).split('-');
    const entry = await api.db('crm_core.crm_audit_log').where({ entity: 'accounts', entity_id: answer.body.id, action: 'create' }).first<{ request_id: string }>('request_id');
    expect(entry.request_id).toBe(`${trace ?? ''}-${span ?? ''}`);
    const own = await admin.call('POST', '/accounts', { legal_name: 'Named Trading' }, { 'x-request-id': 'a-caller-of-old' });
    expect(own.headers['x-request-id']).toBe('a-caller-of-old');
  });

  it('is named in problems and in the lines of the log', async () => {
    const answer = await admin.get('/contacts/00000000-0000-7000-8000-000000000000');
    expect([answer.status, answer.body['trace_id']]).toEqual([404, idOf(answer)]);
    const { traceId, traceparent } = callers();
    const refused = await api.inject({ url: '/crm/v1/contacts', headers: { traceparent } });
    expect([refused.status, refused.body['trace_id']]).toEqual([401, traceId]);
    await api.admin.raw('ALTER TABLE crm_core.crm_campaigns RENAME COLUMN channel TO hidden_channel');
    const broken = await admin.get('/campaigns').finally(() => api.admin.raw('ALTER TABLE crm_core.crm_campaigns RENAME COLUMN hidden_channel TO channel'));
    expect(broken.status).toBe(500);
    const line = api.logged.find((one) => one['request_id'] === broken.headers['x-request-id']);
    expect(line).toEqual(jasmine.objectContaining({ trace_id: idOf(broken), severity: 'ERROR', level: 50, part: 'api' }));
    expect(line?.['span_id']).toMatch(/^[0-9a-f]{16}$/);
    const failed = (await spansOf(idOf(broken))).find(({ name, attributes }) => name === 'crm.sql' && attributes['error.type'] !== undefined);
    expect(failed?.attributes['error.type']).toBe('42703');
  });

  it('is a new one for who names none, or nonsense, and never mixes those that run at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => admin.call('GET', `/contacts?limit=${n + 1}`, undefined, n % 2 === 0 ? {} : { traceparent: 'nonsense' })));
    const ids = answers.map(idOf);
    expect(new Set(ids).size).toBe(12);
    for (const id of ids) {
      const spans = await spansOf(id);
      expect(spans.filter(({ name }) => name === 'crm.api.request').length).toBe(1);
      expect(spans.some(({ attributes }) => /from "?crm_core"?\."?crm_contacts/i.test(String(attributes['db.query.text'])))).toBeTrue();
    }
  });

  it('is linked from the job that a request has queued, whose data stay what they were', async () => {
    const { traceId, traceparent } = callers();
    const caller = readTraceparent(traceparent);
    if (caller === null) throw new Error('unreadable');
    await context.with(contextOf(caller), () => api.jobs.send('crm_quality', { kind: 'spec' }));
    const done: unknown[] = [];
    await api.jobs.work('crm_quality', (job) => { done.push(job.data); return Promise.resolve(); });
    let job: ReadableSpan | undefined;
    for (const end = Date.now() + 20_000; Date.now() < end && job === undefined;) {
      await new Promise((resolve) => { setImmediate(resolve); });
      job = exporter.getFinishedSpans().find(({ name }) => name === 'crm.job');
    }
    expect(done).toEqual([{ kind: 'spec' }]);
    expect(job?.links.map((link) => link.context.traceId)).toEqual([traceId]);
    expect(job?.spanContext().traceId).not.toBe(traceId);
  }, 30_000);

  it('has no statement that nobody asked for', async () => {
    const before = exporter.getFinishedSpans().length;
    await api.db.raw('SELECT 42');
    await api.db.transaction(async (trx) => { await trx.raw('SELECT 43'); });
    expect(exporter.getFinishedSpans().slice(before).filter(({ attributes }) => /^(SELECT \?|BEGIN|COMMIT)/.test(String(attributes['db.query.text'])))).toEqual([]);
  });

  it('keeps unknown paths and methods out of what is counted', async () => {
    const { headers } = await api.inject({ method: 'PROPFIND', url: '/crm/v1/nothing-here' });
    const [request] = await spansOf(idOf({ headers }));
    expect([request?.attributes['http.route'], request?.attributes['http.request.method'], request?.attributes['crm.actor.kind']]).toEqual(['none', 'other', 'anonymous']);
  });
});
