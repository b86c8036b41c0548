import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { readSlot } from '../sources/embedded/slot.manager.js';
import { until } from '../testing/postgres.testing.js';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { StateSampler } from './state.sampler.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000; // Servers start and stop in here, on machines that others use as well.

describe('a slot that the server gives up', () => {
  let stack: TestStack;
  let stream: EmbeddedStream | undefined;
  let sampler: StateSampler;
  const warnings: string[] = [];

  /** Writes log that nobody publishes, until the server has thrown away what the slot needs. */
  const lose = (): Promise<unknown> => until('slot lost', async () => {
    await stack.run(`SELECT pg_logical_emit_message(false, 'filler', repeat('x', 4000000)) FROM generate_series(1, 9); CHECKPOINT`);
    return (await readSlot(stack.postgres.client, 'crm_cdc'))?.lost;
  }, 60_000);
  const noneDoubled = async (): Promise<void> => {
    const { rows: [truth] } = await stack.postgres.client.query<{ n: string; total: string }>('SELECT count(*) AS n, sum(version) AS total FROM crm_core.crm_rows');
    expect(await stack.rows('SELECT toString(count()) AS n, toString(sum(version)) AS total FROM crm_raw.crm_rows FINAL')).toEqual([{ n: truth!.n, total: truth!.total }]);
    // A version of a row stands in history once, however often it was delivered or read.
    expect(await stack.rows('SELECT id, _lsn, _seq FROM crm_history.crm_rows FINAL GROUP BY id, _lsn, _seq HAVING count() > 1')).toEqual([]);
  };

  beforeAll(async () => {
    stack = await startTestStack(['max_slot_wal_keep_size=1MB', 'max_wal_size=32MB', 'min_wal_size=32MB']);
    await stack.postgres.table('crm_rows', 'id int PRIMARY KEY, version int NOT NULL');
    sampler = new StateSampler({ postgresUrl: stack.postgres.url, warehouseUrl: stack.url, slot: 'crm_cdc', source: 'embedded', everyMs: 100, log: (line) => warnings.push(line) });
    sampler.start();
  });
  afterEach(async () => { await stream?.stop(); });
  afterAll(async () => {
    await sampler.stop();
    await stack.stop();
  });

  it('is healed by a new snapshot when the stream was stopped, and was announced', async () => {
    await stack.run('INSERT INTO crm_core.crm_rows SELECT n, 1 FROM generate_series(1, 1000) n');
    stream = await stack.stream();
    await stack.run('UPDATE crm_core.crm_rows SET version = 2 WHERE id <= 500');
    expect((await stack.parity()).different).toBe(0);
    await stream.stop();
    warnings.length = 0;
    await stack.run('UPDATE crm_core.crm_rows SET version = 3 WHERE id <= 250; DELETE FROM crm_core.crm_rows WHERE id > 900');
    await lose();
    await until('seen as lost', () => sampler.slot?.walStatus === 'lost');
    await until('announced', () => warnings.some((line) => line.includes('given up by the server')));
    stack.lines.length = 0;
    stream = await stack.stream();
    expect(stack.lines.join()).toContain('discarded log');
    expect((await stack.parity()).different).withContext(stack.lines.join('\n')).toBe(0);
    await noneDoubled();
    const [ended] = await stack.rows<{ n: string }>(`SELECT toString(count()) AS n FROM crm_history.crm_rows FINAL WHERE _op = 'd' AND id <= 1000`);
    expect(ended?.n).withContext('rows deleted while the slot was lost end in history too').toBe('100');
    await until('seen as healed', () => sampler.slot?.walStatus === 'reserved' && sampler.slot.active);
  });

  it('is healed by a new snapshot while the stream runs', async () => {
    stream = await stack.stream();
    await stack.run('INSERT INTO crm_core.crm_rows SELECT n, 1 FROM generate_series(2001, 2100) n');
    expect((await stack.parity()).different).toBe(0);
    stack.lines.length = 0;
    // A warehouse that does not answer holds the stream back; its slot falls behind while it is being read.
    await stack.stopWarehouse();
    await stack.run('UPDATE crm_core.crm_rows SET version = version + 1 WHERE id > 2000');
    await until('a retry', () => stream!.statistics.retries > 0);
    await lose();
    await stack.run('UPDATE crm_core.crm_rows SET version = version + 1 WHERE id > 2050; DELETE FROM crm_core.crm_rows WHERE id = 2001');
    await stack.startWarehouse();
    await until('a new snapshot', () => stack.lines.some((line) => line.includes('snapshot complete')), 60_000);
    expect(stack.lines.join()).toContain('discarded log');
    await stack.run('UPDATE crm_core.crm_rows SET version = version + 1 WHERE id = 2100');
    expect((await stack.parity()).different).withContext(stack.lines.join('\n')).toBe(0);
    await noneDoubled();
    expect((await readSlot(stack.postgres.client, 'crm_cdc'))?.lost).toBeFalse();
  });
});
