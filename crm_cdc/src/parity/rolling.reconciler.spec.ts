import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { until } from '../testing/postgres.testing.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { startReconciler, type Reconciler, type ReconcilerOptions } from './rolling.reconciler.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 400_000; // Servers start and stop in here, on machines that others use as well.

interface Recorded { table_name: string; kind: string; from: string | null; to: string | null; lsn: string; n: string; different: string; repaired: string; unrepaired: string; at: string }

describe('startReconciler', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;
  let reconciler: Reconciler;

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_big', 'id uuid PRIMARY KEY, n int NOT NULL');
    await stack.postgres.table('crm_small', 'code text PRIMARY KEY, n int NOT NULL');
    await stack.postgres.table('crm_days', 'day date PRIMARY KEY, n int NOT NULL');
    await stack.run(`INSERT INTO crm_core.crm_big SELECT md5(n::text)::uuid, n FROM generate_series(1, 1000) n`);
    await stack.run(`INSERT INTO crm_core.crm_small SELECT chr(64 + n) || CASE WHEN n % 2 = 0 THEN 'é' ELSE 'z' END, n FROM generate_series(1, 250) n`);
    await stack.run(`INSERT INTO crm_core.crm_days SELECT date '2026-01-01' + n, n FROM generate_series(1, 350) n`);
    stream = await stack.stream();
  });
  afterEach(async () => { await reconciler.stop(); });
  afterAll(async () => {
    await stream.stop();
    await stack.stop();
  });

  const start = (options: Partial<ReconcilerOptions> = {}): Reconciler => (reconciler = startReconciler({
    postgresUrl: stack.postgres.url, warehouseUrl: stack.url, everyMs: 50, share: 1, rangeRows: 300, log: (line) => stack.lines.push(line), ...options }));
  const rounds = (more: number): Promise<unknown> => {
    const goal = reconciler.statistics.rounds + more;
    return until(`${more} rounds`, () => reconciler.statistics.rounds >= goal, 180_000);
  };
  const recorded = (): Promise<Recorded[]> => stack.rows<Recorded>(
    `SELECT table_name, kind, range_from AS from, range_to AS to, toString(lsn) AS lsn, toString(rows) AS n, toString(different) AS different, toString(repaired) AS repaired,
       toString(unrepaired) AS unrepaired, toString(checked_at) AS at FROM crm_cdc.reconciliation ORDER BY checked_at, table_name, kind DESC, from NULLS FIRST`);
  const forget = (): Promise<void> => stack.warehouse.command('TRUNCATE TABLE crm_cdc.reconciliation');

  it('goes round small tables whole and large ones by ranges of keys, a bounded part at each moment', async () => {
    await forget();
    start({ stepRows: 350 });
    await rounds(1);
    await reconciler.stop();
    const results = await recorded();
    const first = results.filter((one) => one.table_name === 'crm_big').slice(0, 5);
    expect(first.map((one) => [one.kind, one.n])).toEqual([['sample', '300'], ['sample', '300'], ['sample', '300'], ['sample', '100'], ['full', '1000']].slice(0, 5) as [string, string][]);
    expect(first.slice(0, 4).map((one) => one.from)).toEqual([null, ...first.slice(0, 3).map((one) => one.to)]);
    expect(first[3]?.to).toBeNull();
    // The table's position is that of its first range, which is proven for the oldest moment.
    expect(first[4]?.lsn).toBe(first[0]!.lsn);
    expect(BigInt(first[3]!.lsn)).toBeGreaterThan(Number(first[0]!.lsn));
    // Days have no range: whole, though more than a range holds.
    expect(results.filter((one) => one.table_name === 'crm_days').map((one) => [one.kind, one.n])[0]).toEqual(['full', '350']);
    expect(results.filter((one) => one.table_name === 'crm_small').map((one) => [one.kind, one.n])[0]).toEqual(['full', '250']);
    expect(reconciler.statistics.moments).toBeGreaterThanOrEqual(4);
    expect(reconciler.statistics.different).toBe(0);
  });

  it('orders texts and identifiers alike on both sides, so that no row falls between two ranges', async () => {
    await forget();
    start({ rangeRows: 37 });
    await rounds(1);
    await reconciler.stop();
    const full = (await recorded()).filter((one) => one.kind === 'full');
    const of = (table: string): string | undefined => full.find((one) => one.table_name === table)?.n;
    expect([of('crm_big'), of('crm_small'), of('crm_days')]).toEqual(['1000', '250', '350']);
    expect(reconciler.statistics.different).toBe(0);
  });

  it('repairs what it finds, wherever it lies, and says so', async () => {
    start();
    await rounds(1);
    await forget();
    await stack.warehouse.command(`ALTER TABLE crm_raw.crm_big DELETE WHERE n IN (5, 500, 995) SETTINGS mutations_sync = 1`);
    await stack.warehouse.command(`INSERT INTO crm_history.crm_small (code, n, _op, _lsn, _seq, _xid, _committed_at) SELECT 'zz extra', 1, 'c', max(_lsn), 9, 0, now64(6) FROM crm_history.crm_small`);
    await until('repaired', () => reconciler.statistics.repaired >= 4, 180_000);
    await rounds(2);
    await reconciler.stop();
    expect(reconciler.statistics.unrepaired).toBe(0);
    expect(reconciler.statistics.different).toBe(4);
    expect((await stack.rows<{ n: string }>('SELECT toString(count()) AS n FROM crm_raw.crm_big FINAL'))[0]).toEqual({ n: '1000' });
    const wrong = (await recorded()).filter((one) => one.kind === 'full' && one.different !== '0');
    expect(wrong.map((one) => [one.table_name, one.different, one.repaired, one.unrepaired]).sort()).toEqual(jasmine.arrayContaining([['crm_small', '1', '1', '0']]));
    expect(stack.lines).toContain('crm_small: 1 rows were different from Postgres, 1 repaired');
    expect((await stack.parity()).different).toBe(0);
  });

  it('never takes a write for a difference, whatever is written while it compares', async () => {
    let writing = true;
    const write = async (lane: number): Promise<void> => {
      const client = new pg.Client({ connectionString: stack.postgres.url });
      await client.connect();
      for (let n = 0; writing; n++) {
        await client.query('BEGIN');
        await client.query(`UPDATE crm_core.crm_big SET n = n + 1 WHERE n % 7 = $1`, [lane]);
        await client.query(`INSERT INTO crm_core.crm_big SELECT md5($1::text)::uuid, $2`, [`${lane} ${n}`, 10_000 + n]);
        await client.query(`DELETE FROM crm_core.crm_big WHERE id = md5($1::text)::uuid`, [`${lane} ${n - 5}`]);
        await client.query(n % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
        // Without a pause two lanes write more than a busy machine streams, and no moment to compare at ever comes.
        await delay(10);
      }
      await client.end();
    };
    const writers = [1, 2].map(write);
    start();
    await rounds(4).finally(() => { writing = false; });
    await Promise.all(writers);
    await rounds(1);
    await reconciler.stop();
    expect(reconciler.statistics.different).withContext(stack.lines.slice(-5).join('\n')).toBe(0);
    expect(reconciler.statistics.rows).toBeGreaterThan(4 * 1600);
  });

  it('waits for an open transaction, changed shapes and servers that are gone, and goes on', async () => {
    start();
    await rounds(1);
    await stack.run('ALTER TABLE crm_core.crm_days ADD COLUMN note text; UPDATE crm_core.crm_days SET note = n::text WHERE n < 5');
    await rounds(3);
    expect(reconciler.statistics.different).toBe(0);
    await stack.stopWarehouse();
    const before = reconciler.statistics.interrupted;
    await until('interrupted', () => reconciler.statistics.interrupted > before, 180_000);
    await stack.startWarehouse();
    await rounds(1);
    const writer = new pg.Client({ connectionString: stack.postgres.url });
    await writer.connect();
    await writer.query(`BEGIN; UPDATE crm_core.crm_small SET n = n`);
    const waiting = reconciler.statistics.interrupted;
    await until('kept from a moment', () => reconciler.statistics.interrupted > waiting, 180_000);
    await writer.query('COMMIT');
    await writer.end();
    await rounds(1);
    await reconciler.stop();
    expect(reconciler.statistics.different).withContext(stack.lines.slice(-5).join('\n')).toBe(0);
    await until('no slot', async () => (await stack.postgres.client.query(`SELECT 1 FROM pg_replication_slots WHERE slot_name LIKE 'crm_parity%'`)).rowCount === 0);
  });

  it('is off when its period is 0', async () => {
    start({ everyMs: 0 });
    await reconciler.ended;
    expect(reconciler.statistics.moments).toBe(0);
  });
});
