import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readerUrl, createWarehouse } from 'crm_warehouse';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { until } from '../testing/postgres.testing.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { reconcileTables, type ReconcileReport } from './reconcile.service.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

const columns = 'id, name, amount, tags, code';
const bogus = 1n << 62n;

describe('reconcileTables', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_things', 'id int PRIMARY KEY, name text, amount numeric(18,2) NOT NULL, tags text[], code char(4)');
    await stack.postgres.table('crm_pairs', 'a uuid, b text, n int, PRIMARY KEY (a, b)');
    await stack.run(`INSERT INTO crm_core.crm_things SELECT n, 'thing ' || n, n, ARRAY['a b', 'c"' || n, NULL], 'x' FROM generate_series(1, 500) n`);
    await stack.run(`INSERT INTO crm_core.crm_pairs SELECT md5(n::text)::uuid, E'k\\t''' || n, n FROM generate_series(1, 100) n`);
    stream = await stack.stream();
  });
  afterAll(async () => {
    await stream.stop();
    await stack.stop();
  });

  const reconcile = (repair = true, tables?: string[]): Promise<ReconcileReport> => reconcileTables({
    postgresUrl: stack.postgres.url, warehouseUrl: stack.url, waitMs: 20_000, repair, ...(tables ? { tables } : {}), log: (line) => stack.lines.push(line) });
  const counts = ({ different, repaired, unrepaired }: ReconcileReport): number[] => [different, repaired, unrepaired];
  const clean = async (): Promise<void> => {
    const again = await reconcile(false);
    expect(counts(again)).withContext(stack.lines.slice(-8).join('\n')).toEqual([0, 0, 0]);
  };
  const reached = async (): Promise<void> => {
    const { rows } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
    await until('stream reaches Postgres', () => stream.position() >= BigInt(rows[0]!.lsn));
  };
  // As a lost or damaged write would leave it: past the stream.
  const plant = (row: string, op: string, lsn: string, seq = 999): Promise<void> => stack.warehouse.command(
    `INSERT INTO crm_history.crm_things (${columns}, _op, _lsn, _seq, _xid, _committed_at) SELECT ${row}, '${op}', ${lsn}, ${seq}, 0, now64(6)`);
  const newest = '(SELECT max(_lsn) FROM crm_history.crm_things)';
  const erase = (condition: string): Promise<unknown> => Promise.all(['crm_history', 'crm_raw'].map((database) => stack.warehouse.command(`ALTER TABLE ${database}.crm_things DELETE WHERE ${condition} SETTINGS mutations_sync = 1`)));
  const shown = async (id: number): Promise<unknown> => (await stack.rows(`SELECT name, toString(amount) AS amount, tags, code FROM crm_raw.crm_things FINAL WHERE id = ${id}`))[0];

  it('repairs a wrong, a missing, an extra, a doubled and a wrongly ended row; later changes still win', async () => {
    const before = await Promise.all([10, 20, 30, 40].map(shown));
    await plant(`10, 'wrong', 10, '[]', 'x'`, 'u', newest);
    await erase('id = 20');
    await plant(`9001, 'extra', 1, NULL, NULL`, 'c', newest);
    await plant(`30, 'thing 30', 30, NULL, 'x'`, 'd', newest);
    // The same row again under another position: the history holds it twice, and the newer one is not Postgres' row.
    await plant(`40, 'doubled', 40, NULL, 'x'`, 'c', newest, 1000);
    const found = await reconcile(false);
    expect(counts(found)).toEqual([5, 0, 5]);
    const report = await reconcile();
    expect(counts(report)).withContext(stack.lines.slice(-12).join('\n')).toEqual([5, 5, 0]);
    expect(await Promise.all([10, 20, 30, 40].map(shown))).toEqual(before);
    expect(await shown(9001)).toBeUndefined();
    await clean();
    await stack.run(`UPDATE crm_core.crm_things SET amount = amount + 0.5 WHERE id IN (10, 20, 30, 40); INSERT INTO crm_core.crm_things VALUES (9001, 'now real', 2)`);
    await reached();
    expect((await stack.rows(`SELECT id, toString(amount) AS amount FROM crm_raw.crm_things FINAL WHERE id IN (10, 20, 30, 40, 9001) ORDER BY id`))).toEqual(
      [[10, '10.5'], [20, '20.5'], [30, '30.5'], [40, '40.5'], [9001, '2']].map(([id, amount]) => ({ id, amount })));
    await clean();
  });

  it('repairs what only one of the two tables has wrong', async () => {
    await stack.warehouse.command(`INSERT INTO crm_raw.crm_things (${columns}, _version, _deleted, _committed_at) SELECT 50, 'raw only', 1, NULL, NULL, max(_lsn), 0, now64(6) FROM crm_history.crm_things`);
    await stack.warehouse.command(`ALTER TABLE crm_history.crm_things DELETE WHERE id = 60 SETTINGS mutations_sync = 1`);
    await stack.warehouse.command(`ALTER TABLE crm_raw.crm_things DELETE WHERE id = 70 SETTINGS mutations_sync = 1`);
    await stack.warehouse.command(`ALTER TABLE crm_raw.crm_pairs DELETE WHERE n <= 30 SETTINGS mutations_sync = 1`);
    expect(counts(await reconcile())).toEqual([33, 33, 0]);
    expect((await shown(50) as { name: string }).name).toBe('thing 50');
    expect((await stack.rows('SELECT 1 FROM crm_history.crm_things WHERE id = 60')).length).toBe(1);
    await clean();
  });

  it('takes out a version that lies behind the end of the log, which would hide every change to come', async () => {
    await plant(`80, 'from nowhere', 80, NULL, NULL`, 'u', String(bogus));
    await stack.warehouse.command(`INSERT INTO crm_raw.crm_things (${columns}, _version, _deleted, _committed_at) VALUES (81, 'raw from nowhere', 1, NULL, NULL, ${bogus}, 0, now64(6))`);
    await plant(`9002, 'never was', 80, NULL, NULL`, 'c', String(bogus));
    await stack.run(`UPDATE crm_core.crm_things SET name = 'hidden change' WHERE id = 80`);
    await reached();
    await stack.warehouse.command('OPTIMIZE TABLE crm_raw.crm_things FINAL');
    expect((await shown(80) as { name: string }).name).toBe('from nowhere');
    const report = await reconcile();
    expect(counts(report)).withContext(stack.lines.slice(-8).join('\n')).toEqual([3, 3, 0]);
    expect(report.tables.find((one) => one.table === 'crm_things')?.removed).toBe(3);
    expect([(await shown(80) as { name: string }).name, (await shown(81) as { name: string }).name, await shown(9002)]).toEqual(['hidden change', 'thing 81', undefined]);
    expect(await stack.rows(`SELECT 1 FROM crm_history.crm_things WHERE _lsn >= ${bogus} UNION ALL SELECT 1 FROM crm_raw.crm_things WHERE _version >= ${bogus}`)).toEqual([]);
    await clean();
  });

  it('says of a row that the warehouse cannot hold that it stays different, and why', async () => {
    await stack.run(`INSERT INTO crm_core.crm_things VALUES (9100, 'not a number', 'NaN')`);
    await reached();
    const report = await reconcile(true, ['crm_things']);
    expect(counts(report)).toEqual([1, 0, 1]);
    expect(report.tables[0]?.reasons).toEqual([{ key: '9100', reason: 'out_of_range', detail: jasmine.stringMatching(/^amount: NaN has no place/) }]);
    await stack.run('DELETE FROM crm_core.crm_things WHERE id = 9100');
    await clean();
  });

  it('leaves a table alone that is changing its shape', async () => {
    await stream.stop();
    await stack.run('ALTER TABLE crm_core.crm_pairs ADD COLUMN note text');
    await stack.run(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'crm_cdc' AND NOT active`);
    await stack.warehouse.command(`INSERT INTO crm_raw._watermark SELECT 'embedded', 18446744073709551615, now64(6), now64(6), toUnixTimestamp64Micro(now64(6))`); // The stream stands still: nobody else would say so.
    const report = await reconcile(true, ['crm_pairs']);
    expect(counts(report)).toEqual([100, 0, 100]);
    expect(report.tables[0]?.reasons[0]?.reason).toBe('shape_changes');
    expect((await stack.rows(`SELECT name FROM system.columns WHERE database = 'crm_raw' AND table = 'crm_pairs' AND name = 'note'`))).toEqual([]);
    await stack.warehouse.command('TRUNCATE TABLE crm_raw._watermark');
    stream = await stack.stream();
    await clean();
  });

  it('records each result where readers find it', async () => {
    await plant(`11, 'wrong', 10, '[]', 'x'`, 'u', newest);
    const began = new Date().toISOString();
    const report = await reconcile();
    const reader = createWarehouse(readerUrl(stack.url));
    const rows = await reader.rows<Record<string, unknown>>(
      `SELECT table_name, kind, lsn, toString(rows) AS n, toString(different) AS different, toString(repaired) AS repaired, toString(unrepaired) AS unrepaired, committed_at <= checked_at AND checked_at < good_until AS ordered
       FROM crm_cdc.reconciliation WHERE checked_at >= parseDateTime64BestEffort({began:String}, 6, 'UTC') ORDER BY table_name`, { params: { began } });
    await reader.close();
    const row = (table_name: string, n: string, wrong: string): Record<string, unknown> => ({ table_name, kind: 'full', lsn: String(report.lsn), n, different: wrong, repaired: wrong, unrepaired: '0', ordered: 1 });
    expect(rows).toEqual([row('crm_pairs', '100', '0'), row('crm_things', '501', '1')]);
  });

  it('has a command that compares one table, repairs, and says the counts', async () => {
    await plant(`12, 'wrong', 10, '[]', 'x'`, 'u', newest);
    const run = async (...args: string[]): Promise<{ code: number | null; output: string; errors: string }> => {
      const cli = spawn(process.execPath, [fileURLToPath(new URL('../parity.cli.js', import.meta.url)), ...args], { env: { CRM_PG_STREAM_URL: stack.postgres.url, CRM_CLICKHOUSE_URL: stack.url } });
      let [output, errors] = ['', ''];
      cli.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
      cli.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
      const [code] = (await once(cli, 'close')) as [number];
      return { code, output, errors };
    };
    const found = await run('--table', 'crm_things', '--json');
    expect(found.code).withContext(found.errors).toBe(1);
    expect(JSON.parse(found.output)).toEqual(jasmine.objectContaining({ rows: 501, different: 1, unrepaired: 1, lsn: jasmine.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) }));
    const repaired = await run('--repair');
    expect([repaired.code, repaired.output]).withContext(repaired.errors).toEqual([0, 'crm_things: 501 rows compared, 1 rows different, 1 repaired\n601 rows compared, 0 rows different\n']);
    const strange = await run('--table', 'crm_nothing');
    expect([strange.code, strange.errors]).toEqual([2, jasmine.stringMatching(/crm_nothing is not a published table; choose among crm_pairs, crm_things/)]);
    expect((await run('--fast')).errors).toContain('use npm run parity -- [--repair]');
  });
});
