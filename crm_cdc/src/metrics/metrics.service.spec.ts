import { freePort } from 'crm_db';
import { StreamStatistics } from '../pipeline/stream.statistics.js';
import { dropSlot } from '../sources/embedded/slot.manager.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { until } from '../testing/postgres.testing.js';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { prometheusNames, type MetricDefinition } from 'crm_telemetry';
import { METRICS } from './metric.list.js';
import { startMetrics, type StreamMetrics } from './metrics.service.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

describe('metrics of the stream', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;
  let metrics: StreamMetrics;
  let port: number;
  const lines: string[] = [];
  const statistics = new StreamStatistics();

  /** Value of a series whose labels contain the given text; undefined when it is absent or not known any more. */
  const series = async (name: string, labels = ''): Promise<number | undefined> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(name) && /[ {]/.test(each[name.length] ?? '') && each.includes(labels));
    const value = line === undefined ? NaN : Number(line.slice(line.lastIndexOf('} ') + 2));
    return Number.isNaN(value) ? undefined : value;
  };

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_things', 'id int PRIMARY KEY, amount numeric(18,2) NOT NULL');
    port = await freePort();
    metrics = await startMetrics({ postgresUrl: stack.postgres.url, warehouseUrl: stack.url, slot: 'crm_cdc', source: 'embedded', everyMs: 100, port, statistics, log: (line) => lines.push(line) });
    stream = await stack.stream({ statistics });
  });
  afterAll(async () => {
    await stream.stop();
    await metrics.stop();
    await stack.stop();
  });

  it('tells what happened to every row, and how long it took', async () => {
    const before = { rows: (await series('crm_cdc_rows_total', 'outcome="ok"')) ?? 0, letters: (await series('crm_cdc_dead_letters_total')) ?? 0, batched: (await series('crm_cdc_batch_rows_sum')) ?? 0 };
    await stack.run(`INSERT INTO crm_core.crm_things SELECT n, n FROM generate_series(1, 500) n; INSERT INTO crm_core.crm_things VALUES (1000, 'NaN')`);
    await until('rows', async () => (await series('crm_cdc_rows_total', 'outcome="ok"')) === before.rows + 500);
    await until('dead letter', async () => (await series('crm_cdc_dead_letters_total', 'reason="out_of_range"')) === before.letters + 1);
    expect(await series('crm_cdc_rows_total', 'outcome="dead_letter"')).toBe(before.letters + 1);
    await until('visible', async () => ((await series('crm_cdc_visible_duration_count')) ?? 0) > 0);
    expect(await series('crm_cdc_batch_rows_sum')).toBe(before.batched + 500);
    expect(await series('crm_cdc_batch_write_duration_sum')).toBeGreaterThan(0);
    expect(await series('crm_cdc_memory_bytes', 'kind="rss"')).toBeGreaterThan(10_000_000);
  });

  it('tells the lag, the watermark and the slot', async () => {
    await until('fresh', async () => ((await series('crm_cdc_lag_ms')) ?? Infinity) < 3_000);
    expect(await series('crm_cdc_watermark_lsn')).toBeGreaterThan(0);
    expect(await series('crm_cdc_slot_status', 'status="reserved"')).toBe(1);
    expect(await series('crm_cdc_slot_status', 'status="lost"')).toBe(0);
    expect(await series('crm_cdc_slot_active')).toBe(1);
    expect(await series('crm_cdc_slot_wal_limit_bytes')).toBe(Number((await stack.postgres.client.query<{ n: string }>(`SELECT pg_size_bytes(current_setting('max_slot_wal_keep_size')) AS n`)).rows[0]!.n));
    expect(await series('crm_cdc_lag_bytes')).toBeGreaterThanOrEqual(0);
  });

  it('grows in lag and says who is gone while the warehouse is away, and recovers', async () => {
    await stack.stopWarehouse();
    await until('unreachable', async () => (await series('crm_cdc_reachable', 'server="warehouse"')) === 0);
    expect(await series('crm_cdc_reachable', 'server="postgres"')).toBe(1);
    await until('no lag: an old answer is no answer', async () => (await series('crm_cdc_lag_ms')) === undefined);
    await stack.run('INSERT INTO crm_core.crm_things VALUES (3000, 1)');
    await until('retry', async () => ((await series('crm_cdc_retries_total', 'what="write"')) ?? 0) > 0);
    await stack.startWarehouse();
    await until('a lag again', async () => (await series('crm_cdc_lag_ms')) !== undefined);
    await until('reachable', async () => (await series('crm_cdc_reachable', 'server="warehouse"')) === 1);
  });

  it('serves every declared metric of the embedded profile and no other', async () => {
    await stack.run(`INSERT INTO crm_core.crm_things VALUES (2000, 2000), (2001, 'NaN')`);
    await until('a dead letter', async () => ((await series('crm_cdc_dead_letters_waiting')) ?? 0) > 0);
    await until('lag', async () => (await series('crm_cdc_lag_ms')) !== undefined);
    await until('visible', async () => ((await series('crm_cdc_visible_duration_count')) ?? 0) > 0);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const served = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]!).filter((name) => name !== 'target_info'));
    const all: MetricDefinition[] = Object.values(METRICS);
    const declared = all.map((metric) => prometheusNames(metric)[0]!.replace(/_bucket$/, ''));
    expect([...served].filter((name) => !declared.includes(name))).toEqual([]);
    const elsewhere = /consumer|connector|reconciliation|kpi_proof|retries/; // Not before there is a broker, a comparison, a proof, a failure.
    expect(declared.filter((name) => !served.has(name) && !elsewhere.test(name))).toEqual([]);
  });

  it('says once in the log that the slot is in danger, and that it is fine again', async () => {
    await stream.stop();
    lines.length = 0;
    await until('released', async () => (await series('crm_cdc_slot_active')) === 0);
    await dropSlot(stack.postgres.client, 'crm_cdc');
    await until('missing', async () => (await series('crm_cdc_slot_status', 'status="missing"')) === 1);
    stream = await stack.stream({ statistics });
    await until('fine', () => lines.some((line) => line.includes('fine again')));
    expect(lines.filter((line) => line.includes('slot is missing')).length).toBe(1);
  });

  it('says what to do when its port is taken', async () => {
    const other: string[] = [];
    const second = await startMetrics({ postgresUrl: stack.postgres.url, warehouseUrl: stack.url, slot: 'crm_cdc', source: 'embedded', port, statistics: new StreamStatistics(), log: (line) => other.push(line) });
    expect(other.join()).toContain('CRM_CDC_METRICS_PORT');
    await second.stop();
  });
});
