import pg from 'pg';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { until } from '../testing/postgres.testing.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { openMoment, type Moment } from './moment.service.js';
import { compareRows } from './table.comparison.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

describe('openMoment', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_sums', 'id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int NOT NULL, amount numeric(18,2) NOT NULL');
    await stack.run('INSERT INTO crm_core.crm_sums (n, amount) SELECT n, n / 100.0 FROM generate_series(1, 1000) n');
    stream = await stack.stream();
  });
  afterAll(async () => {
    await stream.stop();
    await stack.stop();
  });

  const open = (): Promise<Moment> => openMoment({ postgresUrl: stack.postgres.url, warehouse: stack.warehouse, waitMs: 20_000 });
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: stack.postgres.url });
    await client.connect();
    return client;
  };
  const figures = async (moment: Moment): Promise<{ here: unknown; there: unknown }> => ({
    here: (await moment.client.query('SELECT count(*)::text AS n, sum(amount)::text AS amount FROM crm_core.crm_sums')).rows[0],
    there: (await stack.rows(`SELECT toString(count()) AS n, toString(toDecimalString(sum(amount), 2)) AS amount FROM ${moment.tableAt('crm_sums')} AS s`))[0],
  });
  const reached = async (): Promise<void> => {
    const { rows } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
    await until('stream reaches Postgres', () => stream.position() >= BigInt(rows[0]!.lsn));
  };

  it('shows the tables as they were, in the columns of crm_raw, whatever is written later', async () => {
    const moment = await open();
    const before = await figures(moment);
    expect(before.there).toEqual(before.here);
    await stack.run(`UPDATE crm_core.crm_sums SET amount = amount + 1 WHERE n <= 300; DELETE FROM crm_core.crm_sums WHERE n BETWEEN 301 AND 400; INSERT INTO crm_core.crm_sums (n, amount) VALUES (2000, 9)`);
    await reached();
    const now = (await stack.postgres.client.query<{ n: string }>('SELECT count(*)::text AS n FROM crm_core.crm_sums')).rows[0];
    expect(now).not.toEqual({ n: (before.here as { n: string }).n });
    expect((await stack.rows<{ n: string }>('SELECT toString(count()) AS n FROM crm_raw.crm_sums FINAL'))[0]).toEqual(now!);
    expect(await figures(moment)).toEqual(before);
    const [row] = await stack.rows<Record<string, unknown>>(`SELECT * FROM ${moment.tableAt('crm_sums')} LIMIT 1`);
    expect(Object.keys(row!)).toEqual(['id', 'n', 'amount', '_version', '_deleted', '_committed_at']);
    expect(() => moment.tableAt('crm_nothing')).toThrowError(/not a published table/);
    expect(moment.committedAt <= BigInt(Date.now()) * 1000n).toBeTrue();
    await moment.close();
  });

  it('leaves out a transaction that wrote before the position and commits behind it', async () => {
    const [first, second, third] = [await connect(), await connect(), await connect()];
    await first.query(`BEGIN; INSERT INTO crm_core.crm_sums (n, amount) VALUES (3001, 1)`);
    const opening = open();
    // The slot waits for the first transaction, then for those that began meanwhile, and for no later one.
    const waits = (who: string): Promise<unknown> => until(`the slot waits for the ${who}`, async () => (await stack.postgres.client.query(
      `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND transactionid = (SELECT backend_xid FROM pg_stat_activity WHERE pid = $1)`,
      [(({ first, second } as Record<string, pg.Client & { processID?: number }>)[who] as { processID?: number }).processID])).rowCount === 1);
    await waits('first');
    await second.query(`BEGIN; INSERT INTO crm_core.crm_sums (n, amount) VALUES (3002, 1)`);
    await first.query('COMMIT');
    await waits('second');
    await third.query(`BEGIN; INSERT INTO crm_core.crm_sums (n, amount) VALUES (3003, 1); UPDATE crm_core.crm_sums SET amount = -1 WHERE n = 1`);
    await second.query('COMMIT');
    const moment = await opening;
    await third.query('COMMIT');
    await reached();
    expect((await stack.rows('SELECT n FROM crm_raw.crm_sums FINAL WHERE n > 3000')).length).toBe(3);
    expect((await stack.rows(`SELECT n FROM ${moment.tableAt('crm_sums')} WHERE n > 3000`)).length).toBe(2);
    const { here, there } = await figures(moment);
    expect(there).toEqual(here);
    const shape = moment.shapes.find((one) => one.name === 'crm_sums')!;
    expect((await compareRows(moment, shape)).differences).toEqual([]);
    await moment.close();
    await Promise.all([first, second, third].map((client) => client.end()));
  });

  it('says that a transaction stays open, and leaves neither slot nor connection behind', async () => {
    const writer = await connect();
    await writer.query(`BEGIN; INSERT INTO crm_core.crm_sums (n, amount) VALUES (4001, 1)`);
    await expectAsync(openMoment({ postgresUrl: stack.postgres.url, warehouse: stack.warehouse, waitMs: 20_000, slotTimeoutMs: 300 })).toBeRejectedWithError(/a long transaction is open/);
    await writer.query('ROLLBACK');
    await writer.end();
    await until('no slot', async () => (await stack.postgres.client.query(`SELECT 1 FROM pg_replication_slots WHERE slot_name LIKE 'crm_parity%'`)).rowCount === 0);
    await until('no session', async () => (await stack.postgres.client.query(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'crm_parity'`)).rowCount === 0);
  });
});
