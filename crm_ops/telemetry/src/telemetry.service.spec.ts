import { context, trace } from '@opentelemetry/api';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { observed, type MetricDefinition } from './metric.definition.js';
import { inSpan } from './span.run.js';
import { startTelemetry, type Telemetry } from './telemetry.service.js';
import { traceFields } from './trace.context.js';

const off = { traces: false, metrics: false, logs: false, serviceName: 'crm_spec' };
const counted: MetricDefinition = { name: 'crm.spec.things', kind: 'gauge', unit: '{thing}', description: 'Things', labels: ['kind'] };

/** The other end of the protocol: a collector's receiver of OTLP over HTTP that keeps what it is sent. */
class Collector {
  readonly received: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly text: string }[] = [];
  status = 200;
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      this.received.push({ path: request.url ?? '', headers: request.headers, text: Buffer.concat(parts).toString() });
      response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What arrived at a path, parsed. */
  at(path: string): Record<string, unknown>[] {
    return this.received.filter((one) => one.path === path).map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(() => resolve()); });
  }
}

describe('telemetry', () => {
  let collector: Collector;
  let telemetry: Telemetry | null = null;
  const settings = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_RESOURCE_ATTRIBUTES'];
  // The exporters read the standard variables by themselves, as they do in a part.
  const { env } = globalThis.process;

  beforeEach(async () => {
    collector = new Collector();
    env['OTEL_EXPORTER_OTLP_ENDPOINT'] = await collector.start();
    env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-tenant=spec';
    env['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=spec';
  });
  afterEach(async () => {
    await telemetry?.stop();
    telemetry = null;
    await collector.stop();
    for (const name of settings) delete env[name];
  });

  it('is delivered to a collector: spans, metrics and lines, by the standard variables', async () => {
    telemetry = await startTelemetry({ ...off, traces: true, metrics: true, logs: true });
    observed(telemetry.meter, counted, (observe) => observe(3, { kind: 'a' }));
    const lines: string[] = [];
    const sink = telemetry.logSink({ write: (line) => { lines.push(line); } });
    let ids: ReturnType<typeof traceFields> = {};
    await inSpan({ name: 'crm.spec.outer' }, async () => {
      ids = traceFields();
      await inSpan({ name: 'crm.spec.inner' }, async () => { await Promise.resolve(); });
      sink.write(JSON.stringify({ level: 40, time: Date.now(), msg: 'attention', part: 'spec', ...ids }));
    });
    sink.write('not one of ours');
    await telemetry.stop();
    telemetry = null;
    expect(lines.length).toBe(2);
    const [traces] = collector.at('/v1/traces') as unknown as [{ resourceSpans: [{ resource: { attributes: { key: string; value: { stringValue?: string } }[] }; scopeSpans: [{ spans: { name: string; traceId: string; spanId: string; parentSpanId?: string }[] }] }] }];
    const { spans } = traces.resourceSpans[0].scopeSpans[0];
    const [inner, outer] = ['crm.spec.inner', 'crm.spec.outer'].map((name) => spans.find((span) => span.name === name));
    expect([inner?.traceId, inner?.parentSpanId]).toEqual([outer?.traceId, outer?.spanId]);
    expect([outer?.traceId, outer?.spanId]).toEqual([ids.trace_id, ids.span_id]);
    const attributes = Object.fromEntries(traces.resourceSpans[0].resource.attributes.map(({ key, value }) => [key, value.stringValue]));
    expect([attributes['service.name'], attributes['service.namespace'], attributes['deployment.environment.name']]).toEqual(['crm_spec', 'crm', 'spec']);
    expect(Object.keys(attributes).filter((key) => /^(host|process)\./.test(key))).toEqual([]);
    expect(JSON.stringify(collector.at('/v1/metrics'))).toContain('"crm.spec.things"');
    const logs = JSON.stringify(collector.at('/v1/logs'));
    expect(logs).toContain(`"traceId":"${ids.trace_id ?? '?'}"`);
    expect(logs).toContain('"severityText":"WARN"');
    expect(collector.received.every(({ headers }) => headers['x-tenant'] === 'spec')).toBeTrue();
  });

  it('says once that a collector does not take it, and ends all the same', async () => {
    collector.status = 400;
    const errors: string[] = [];
    telemetry = await startTelemetry({ ...off, traces: true }, { onError: (message) => errors.push(message) });
    await inSpan({ name: 'crm.spec' }, () => Promise.resolve());
    await telemetry.stop();
    telemetry = null;
    expect(errors.length).withContext(errors.join('\n')).toBe(1);
  });

  it('sends nothing and records nothing unless it is told to; the metrics can be read', async () => {
    telemetry = await startTelemetry(off);
    let known: number | null = 2;
    observed(telemetry.meter, counted, (observe) => observe(known, { kind: 'a' }));
    await inSpan({ name: 'crm.spec' }, (span) => { expect(span.isRecording()).toBeFalse(); return Promise.resolve(); });
    expect(await telemetry.metricsText()).toMatch(/^crm_spec_things\{kind="a"\} 2$/m);
    known = null; // What is not known any more must not look like a fact.
    expect(await telemetry.metricsText()).toMatch(/^crm_spec_things\{kind="a"\} NaN$/m);
    await telemetry.stop();
    telemetry = null;
    expect(collector.received).toEqual([]);
  });

  it('marks failed work by the kind of its error and never by its words', async () => {
    telemetry = await startTelemetry({ ...off, traces: true });
    await expectAsync(inSpan({ name: 'crm.spec' }, () => Promise.reject(Object.assign(new Error('Layla was here'), { code: '23505' })))).toBeRejected();
    await telemetry.stop();
    telemetry = null;
    const text = JSON.stringify(collector.at('/v1/traces'));
    expect(text).toContain('23505');
    expect(text).not.toContain('Layla');
  });

  it('costs next to nothing while it is off', async () => {
    telemetry = await startTelemetry(off);
    const runs = 20_000;
    const took = async (work: () => Promise<void>): Promise<number> => {
      for (let n = 0; n < 2_000; n++) await work();
      const began = performance.now();
      for (let n = 0; n < runs; n++) await work();
      return ((performance.now() - began) / runs) * 1_000;
    };
    const bare = await took(async () => { await Promise.resolve(); });
    const spanned = await took(() => inSpan({ name: 'crm.spec', attributes: { a: 1 } }, async () => { await Promise.resolve(); }));
    process.stdout.write(`telemetry off: a span costs ${(spanned - bare).toFixed(2)} µs\n`);
    // A statement takes hundreds of microseconds; the bound leaves room for a busy machine.
    expect(spanned - bare).toBeLessThan(100);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
