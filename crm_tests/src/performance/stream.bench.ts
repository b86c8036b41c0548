import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalConnect, startLocalKafka, type LocalConnect, type LocalKafka } from 'crm_cdc';
import { readLoad } from './load.options.js';
import { readBare } from './bare.reader.js';
import type { Figures, LoneBench } from './bench.types.js';
import { cpuOf } from './process.cpu.js';
import { logEnd, startStreamStack, writeChanges, type StreamStack } from './stream.stack.js';
import { quantile, round } from './timing.js';

type Settings = Readonly<Record<string, string>>;
type Print = (line: string) => void;
type Cpu = Readonly<Record<string, () => number>>;

const patienceMs = 300_000;

/** Waits until all tables are complete up to a position; resolves with the milliseconds it took. */
async function untilComplete(stack: StreamStack, source: string, lsn: bigint): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const row = await stack.warehouse.first<{ lsn: string }>(`SELECT lsn FROM crm_raw._watermark FINAL WHERE source = '${source}'`).catch(() => undefined);
    if (row !== undefined && BigInt(row.lsn) >= lsn) return performance.now() - begun;
    if (performance.now() - begun > patienceMs) throw new Error(`the stream did not get to ${lsn} within ${patienceMs / 1000} s`);
    await delay(20);
  }
}

/** Rows already there, read by the first start of a stream. */
async function snapshot(stack: StreamStack, source: string, env: Settings, rows: number): Promise<number> {
  const begun = performance.now();
  const part = await stack.startPart(env);
  await untilComplete(stack, source, await logEnd(stack.client));
  const perSecond = rows / ((performance.now() - begun) / 1000);
  await stack.stopPart(part);
  return perSecond;
}

/** From the commit of a transaction to its rows in an answer, while 1,000 changes a second are written in transactions of ten. */
async function visibility(stack: StreamStack, seconds: number): Promise<number[]> {
  const committed: number[] = [];
  const samples: number[] = [];
  let writing = true;
  const watch = async (): Promise<void> => {
    let seen = 0;
    const deadline = (): boolean => performance.now() > begun + seconds * 1000 + 60_000;
    while ((writing || seen < committed.length) && !deadline()) {
      const row = await stack.warehouse.first<{ n: string }>(`SELECT max(toUInt64(next_step)) AS n FROM crm_raw.crm_bench WHERE status = 'beat'`);
      const now = performance.now();
      for (const until = Math.min(Number(row?.n ?? 0), committed.length); seen < until; seen += 1) samples.push(now - (committed[seen] ?? now));
      await delay(5);
    }
    if (seen < committed.length) throw new Error(`only ${seen} of ${committed.length} transactions became visible`);
  };
  const begun = performance.now();
  const watching = watch();
  for (let index = 0; index < seconds * 100; index += 1) {
    const wait = begun + index * 10 - performance.now();
    if (wait > 0) await delay(wait);
    await stack.client.query(`INSERT INTO crm_core.crm_bench (name, expected_value, currency, status, next_step) SELECT 'beat', n, 'USD', 'beat', $1 FROM generate_series(1, 10) n`, [String(index + 1)]);
    committed.push(performance.now());
  }
  writing = false;
  await watching;
  return samples;
}

async function profile(stack: StreamStack, source: string, env: Settings, cpu: Cpu, print: Print, pause?: () => Promise<unknown>): Promise<Figures> {
  const { rows, seconds } = readLoad();
  const figures: Record<string, number> = {};
  figures['snapshot_rows_per_second'] = Math.round(await snapshot(stack, source, env, rows));

  await stack.client.query('TRUNCATE crm_core.crm_bench');
  const bareSlots = source === 'embedded' ? ['bare_before', 'bare_after'] : [];
  for (const slot of bareSlots) await stack.client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slot]);
  // Debezium would read ahead while nobody is timing it; the stream's supervisor lets it go on.
  await pause?.();
  await writeChanges(stack.client, rows);
  const target = await logEnd(stack.client);
  const bare: number[] = [];
  const read = async (slot: string | undefined): Promise<void> => {
    if (slot === undefined) return;
    bare.push(await readBare(stack.server.superuserUrl, slot, rows));
    await stack.client.query('SELECT pg_drop_replication_slot($1)', [slot]);
  };
  await read(bareSlots[0]);
  const before = Object.fromEntries(Object.entries(cpu).map(([name, seconds_]) => [name, seconds_()]));
  const part = await stack.startPart(env);
  const own = cpuOf(part.pid ?? 0);
  const ms = await untilComplete(stack, source, target);
  figures['stream_rows_per_second'] = Math.round(rows / (ms / 1000));
  const million = 1_000_000 / rows;
  figures['stream_cpu_seconds_per_million'] = round((cpuOf(part.pid ?? 0) - own) * million);
  for (const [name, seconds_] of Object.entries(cpu)) figures[`${name}_cpu_seconds_per_million`] = round((seconds_() - (before[name] ?? 0)) * million);
  const samples = await visibility(stack, seconds);
  for (const [name, share] of [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const) figures[`visible_${name}_ms`] = round(quantile(samples, share));
  await stack.stopPart(part);
  await read(bareSlots[1]);
  if (bare.length > 0) {
    figures['bare_rows_per_second'] = Math.round(bare.reduce((sum, each) => sum + each, 0) / bare.length);
    figures['bare_ratio'] = round((figures['stream_rows_per_second'] ?? 0) / (figures['bare_rows_per_second'] ?? 1));
  }
  print(`${source}: ${Object.entries(figures).map(([name, value]) => `${name} ${value}`).join(', ')}`);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${source}_${name}`, value]));
}

async function distributed(print: Print): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-bench-kafka-'));
  let kafka: LocalKafka | undefined;
  let connect: LocalConnect | undefined;
  let stack: StreamStack | undefined;
  try {
    kafka = await startLocalKafka({ dataDir: join(folder, 'kafka') });
    connect = await startLocalConnect({ dataDir: join(folder, 'connect'), brokers: kafka.brokers });
    stack = await startStreamStack();
    await writeChanges(stack.client, readLoad().rows * 2);
    const [broker, worker, url, { store, server }] = [kafka.pid, connect.pid, connect.url, stack];
    return await profile(stack, 'kafka', { CRM_KAFKA_BROKERS: kafka.brokers, CRM_KAFKA_CONNECT_URL: connect.url },
      { warehouse: () => cpuOf(store.pid), postgres: () => cpuOf(server.pid), broker: () => cpuOf(broker), connect: () => cpuOf(worker) }, print,
      () => fetch(`${url}/connectors/crm_cdc/pause`, { method: 'PUT' }));
  } finally {
    await stack?.dispose();
    await connect?.stop();
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function embedded(print: Print): Promise<Figures> {
  const stack = await startStreamStack();
  try {
    await writeChanges(stack.client, readLoad().rows * 2);
    const { store, server } = stack;
    return await profile(stack, 'embedded', {}, { warehouse: () => cpuOf(store.pid), postgres: () => cpuOf(server.pid) }, print);
  } finally {
    await stack.dispose();
  }
}

/** The embedded stream on servers of its own, against reading the same slot with nothing behind it. */
export const embeddedStreamBench: LoneBench = {
  name: 'stream.embedded',
  about: 'the embedded stream: snapshot and changes in rows/s, CPU, commit to visible at 1,000 changes/s, ratio to a bare reader of the slot',
  alone: true,
  run: embedded,
};

/** The distributed stream on servers of its own: Debezium, Connect, a broker. */
export const kafkaStreamBench: LoneBench = {
  name: 'stream.kafka',
  about: 'the distributed stream: snapshot and changes in rows/s, CPU, commit to visible at 1,000 changes/s',
  alone: true,
  async run(print) {
    try {
      return await distributed(print);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!/stack:kafka/.test(message)) throw error;
      print(`not measured: ${message}`);
      return {};
    }
  },
};
