import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { StreamStatistics } from '../pipeline/stream.statistics.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { until } from '../testing/postgres.testing.js';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { traceBatches } from './batch.trace.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

const traceId = '0af7651916cd43dd8448eb211c80319c';

describe('the trace of a batch', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const statistics = new StreamStatistics();
  const batches = (): ReadableSpan[] => exporter.getFinishedSpans().filter(({ name }) => name === 'crm.cdc.batch');
  const linked = (): string[] => batches().flatMap(({ links }) => links.map(({ context }) => `${context.traceId}-${context.spanId}`));
  const unlinked = (): number => batches().reduce((sum, { attributes }) => sum + Number(attributes['crm.cdc.requests.unlinked']), 0);

  beforeAll(async () => {
    trace.setGlobalTracerProvider(provider);
    stack = await startTestStack();
    await stack.postgres.table('crm_things', 'id int PRIMARY KEY, name text');
    await stack.postgres.table('crm_audit_log', 'id int PRIMARY KEY, request_id text');
    await stack.run(`INSERT INTO crm_core.crm_audit_log VALUES (1, '${traceId}-aaaaaaaaaaaaaaaa')`);
    statistics.listener = traceBatches(null);
    stream = await stack.stream({ statistics });
  });
  afterAll(async () => {
    await stream.stop();
    await stack.stop();
    trace.disable();
    await provider.shutdown();
  });

  it('leads back to the request of each change in it, once for each request', async () => {
    await stack.run(`BEGIN; INSERT INTO crm_core.crm_things VALUES (1, 'Layla'), (2, 'b'); INSERT INTO crm_core.crm_audit_log VALUES (10, '${traceId}-b7ad6b7169203331'), (11, '${traceId}-b7ad6b7169203331'); COMMIT`);
    await stack.run(`BEGIN; UPDATE crm_core.crm_things SET name = 'c'; INSERT INTO crm_core.crm_audit_log VALUES (12, '${traceId}-b7ad6b7169203332'); COMMIT`);
    await until('both', () => Promise.resolve(linked().length === 2));
    expect(linked().sort()).toEqual([`${traceId}-b7ad6b7169203331`, `${traceId}-b7ad6b7169203332`]);
    const [batch] = batches().filter(({ links }) => links.length > 0);
    expect(batch?.attributes['crm.cdc.tables']).toEqual(['crm_audit_log', 'crm_things']);
    expect(Number(batch?.attributes['crm.cdc.rows'])).toBeGreaterThanOrEqual(4);
    expect(batch?.parentSpanContext).toBeUndefined();
    expect(JSON.stringify(batches().map(({ attributes }) => attributes))).not.toContain('Layla');
  });

  it('counts requests that it cannot lead back to, and links nothing that it only read anew', async () => {
    const before = unlinked();
    await stack.run(`INSERT INTO crm_core.crm_audit_log VALUES (20, 'import:7'), (21, 'a-caller-of-old'), (22, NULL)`);
    await until('two', () => Promise.resolve(unlinked() === before + 2));
    // The row of before the stream came with its first copy of the table: that request's work is long over.
    expect(linked().some((id) => id.endsWith('aaaaaaaaaaaaaaaa'))).toBeFalse();
  });
});
