import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, FeatureFlags, JobQueue, measureApi, openLog, readConfig, API_METRICS } from 'crm_api';
import { METRICS as STREAM_METRICS, StreamStatistics, traceBatches } from 'crm_cdc';
import { createKnex, startTestCluster, testPassword, type TestCluster } from 'crm_db';
import { prometheusNames, startTelemetry, type MetricDefinition, type Telemetry } from 'crm_telemetry';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ProofFixture } from '../proof/proof.fixture.js';
import { groupingsOf, parseMetrics, readObservability, selectorsOf } from './observability.names.js';

type ApiServer = Awaited<ReturnType<typeof createServer>>;

const until = async <T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  throw new Error(`Never came: ${what}`);
};

describe('one trace', () => {
  let cluster: TestCluster;
  let fixture: ProofFixture;
  let telemetry: Telemetry;
  let server: ApiServer;
  let stop: () => Promise<void>;
  let token: string;
  const exporter = new InMemorySpanExporter();
  const statistics = new StreamStatistics();
  const spansOf = (traceId: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  const call = async (method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = {}): Promise<{ status: number; headers: Record<string, unknown>; body: Record<string, unknown>; text: string }> => {
    const answer = await server.inject({ method, url: `/crm/v1${url}`, headers: { authorization: `Bearer ${token}`, ...headers }, ...(payload ? { payload } : {}) });
    return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: answer.payload.startsWith('{') ? JSON.parse(answer.payload) as Record<string, unknown> : {} };
  };
  /** An answer with figures; Cube may ask to be asked again. */
  const figures = async (headers: Record<string, string>, measure: string, limit = 1_000): ReturnType<typeof call> => until('figures', async () => {
    const answer = await call('POST', '/analytics/load', { query: { measures: [measure], limit } }, headers);
    return 'data' in answer.body || 'results' in answer.body ? answer : undefined;
  });

  beforeAll(async () => {
    telemetry = await startTelemetry({ traces: false, metrics: false, logs: false, serviceName: 'crm_spec' }, { spanProcessors: [new SimpleSpanProcessor(exporter)] });
    statistics.listener = traceBatches(null);
    cluster = await startTestCluster();
    fixture = await ProofFixture.start(cluster, 7, 0, statistics);
    const config = readConfig({ ...fixture.apiSettings, CRM_PORT: '0', CRM_DEMO_PASSWORD: testPassword, CRM_SECRETS_KEY: 'c'.repeat(64) });
    const measures = measureApi(telemetry);
    const db = createKnex(config.pgUrl, { max: 6, applicationName: 'crm_trace_spec', onStatement: measures.statement });
    const log = openLog('api', 'error', { write: () => undefined });
    const jobs = new JobQueue(config.pgUrl, () => undefined);
    server = await createServer(config, { db, jobs, log, flags: new FeatureFlags(db), measures });
    stop = async () => {
      await server.stop({ timeout: 1_000 });
      await jobs.stop();
      await db.destroy();
    };
    const signedIn = await server.inject({
      method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ grant_type: 'password', username: 'admin@crm.test', password: testPassword }).toString(),
    });
    token = String((JSON.parse(signedIn.payload) as Record<string, unknown>)['access_token']);
    await until('figures of the stream', async () => ((await call('POST', '/analytics/load', { query: { measures: ['deals.count'] } })).status === 200 ? true : undefined));
  }, 300_000);
  afterAll(async () => {
    await stop();
    await fixture.stop();
    await cluster.stop();
    await telemetry.stop();
  }, 60_000);

  it('holds a tile\'s question from the request through SQL and the semantic layer to the statement in the warehouse', async () => {
    // Who asks is looked up once a second, and an answer that is known needs no statement: a question that had both, each with a limit of its own.
    let asked = 0;
    const { traceId, answer, spans } = await until('a question with a look at the session', async () => {
      asked += 1;
      const traceId = asked.toString(16).padStart(32, 'c');
      // What the browser sends with each question of a tile.
      const answer = await figures({ traceparent: `00-${traceId}-b7ad6b7169203331-01` }, 'deals.won_amount', asked);
      await until('the request ends', () => spansOf(traceId).find(({ name }) => name === 'crm.api.request'));
      const spans = spansOf(traceId);
      return spans.some(({ name, attributes }) => name === 'crm.sql' && String(attributes['db.query.text']).includes('crm_sessions')) ? { traceId, answer, spans } : undefined;
    });
    expect(answer.body['trace_id']).toBe(traceId);
    const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
    const up = (from: ReadableSpan | undefined): string[] => (from === undefined ? [] : [from.name, ...up(byId.get(from.parentSpanContext?.spanId ?? ''))]);
    const statement = (name: string, part: string): ReadableSpan | undefined => spans.find((span) => span.name === name && String(span.attributes['db.query.text']).includes(part));
    const figure = statement('crm.warehouse.query', 'crm_raw.crm_deals');
    expect(up(figure)).toEqual(['crm.warehouse.query', 'crm.semantic.query', 'crm.api.request']);
    expect(up(statement('crm.sql', 'crm_sessions'))).toEqual(['crm.sql', 'crm.api.request']);
    expect(String(figure?.attributes['db.query.text'])).not.toMatch(/'[^']+'/);
  });

  it('is led to by the batch that carries a change to the warehouse', async () => {
    const traceId = '1bf7651916cd43dd8448eb211c80319c';
    const made = await call('POST', '/accounts', { legal_name: 'Followed Trading' }, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    expect(made.status).withContext(made.text).toBe(201);
    const request = await until('the request ends', () => spansOf(traceId).find(({ name }) => name === 'crm.api.request'));
    const batch = await until('a batch with the change', () => exporter.getFinishedSpans().find(({ name, links, attributes }) => name === 'crm.cdc.batch'
      && (attributes['crm.cdc.tables'] as string[]).includes('crm_accounts') && links.some(({ context }) => context.traceId === traceId)));
    expect(batch.links.find(({ context }) => context.traceId === traceId)?.context.spanId).toBe(request.spanContext().spanId);
    expect(batch.spanContext().traceId).not.toBe(traceId);
  });

  it('is measured by the metrics that dashboards and alerts ask for, and by no other', async () => {
    await call('POST', '/contacts', { full_name: 'Measured Person', email: 'measured@secret.test' });
    await call('GET', '/contacts?limit=1');
    await figures({}, 'deals.open_amount');
    const read = await call('GET', '/metrics');
    expect(read.status).toBe(200);
    const series = parseMetrics(read.text).filter(({ name }) => name !== 'target_info');
    const lists: readonly MetricDefinition[] = Object.values(API_METRICS);
    const names = new Set(lists.flatMap(prometheusNames));
    expect([...new Set(series.map(({ name }) => name))].filter((name) => !names.has(name))).withContext('served, not declared').toEqual([]);
    expect([...names].filter((name) => !series.some((one) => one.name === name))).withContext('declared, not served').toEqual([]);
    for (const { name, labels } of series) {
      const declared = lists.find((metric) => prometheusNames(metric).includes(name))?.labels ?? [];
      expect(Object.keys(labels).filter((label) => label !== 'le').sort()).withContext(name).toEqual([...declared].sort());
    }
    expect(read.text).not.toMatch(/secret|@|[0-9a-f]{8}-[0-9a-f]{4}-/);

    // The stream's endpoint is held to its list by its own spec.
    const stream: readonly MetricDefinition[] = Object.values(STREAM_METRICS);
    const { expressions, recorded } = readObservability(path.join(fileURLToPath(new URL('../../..', import.meta.url)), 'crm_ops/observability'));
    expect(expressions.length).toBeGreaterThan(80);
    for (const expression of expressions) {
      const selectors = selectorsOf(expression);
      expect(selectors.length).withContext(expression.text).toBeGreaterThan(0);
      const labels = new Set(['le', 'slo']);
      for (const { metric, matchers } of selectors) {
        if (recorded.has(metric)) continue;
        const definition = [...lists, ...stream].find((one) => prometheusNames(one).includes(metric));
        expect(definition).withContext(`${expression.where}: ${metric}`).toBeDefined();
        for (const label of definition?.labels ?? []) labels.add(label);
        for (const [label, operator, value] of matchers) {
          const context = `${expression.where}: ${metric}{${label}${operator}${value}}`;
          if (label === 'le') {
            const bounds = definition?.buckets ?? [];
            expect(bounds.some((bound) => new RegExp(`^(?:${value})$`).test(String(bound)))).withContext(context).toBeTrue();
          } else expect(definition?.labels ?? []).withContext(context).toContain(label);
        }
      }
      for (const label of groupingsOf(expression)) expect([...labels]).withContext(`${expression.where} by ${label}`).toContain(label);
    }
  });

  it('is asked for in PromQL that is one', () => {
    expect(() => selectorsOf({ where: 'spec', text: 'sum(rate(crm_x[5m])' })).toThrowError(/not PromQL/);
    expect(selectorsOf({ where: 'spec', text: 'sum by (le) (rate(crm_x_bucket{kind=~"a|b",le="1"}[5m])) / crm:y > 1' })).toEqual([
      { metric: 'crm_x_bucket', matchers: [['kind', '=~', 'a|b'], ['le', '=', '1']] }, { metric: 'crm:y', matchers: [] },
    ]);
    expect(() => parseMetrics('crm_x{a="b} 1')).toThrowError(/Not a line/);
    expect(parseMetrics('# HELP x y\ncrm_x{a="b\\"c",le="+Inf"} 1.5e3\n')).toEqual([{ name: 'crm_x', labels: { a: 'b\\"c', le: '+Inf' }, value: 1500 }]);
  });
});
