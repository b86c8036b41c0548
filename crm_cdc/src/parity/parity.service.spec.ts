import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { dropSlot, readSlot } from '../sources/embedded/slot.manager.js';
import { until } from '../testing/postgres.testing.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

describe('compareParity', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;

  // A wrong version as a lost or damaged change would leave it: written past the stream, and newer than what it wrote.
  const plant = (row: string, op: string): Promise<void> => stack.warehouse.command(
    `INSERT INTO crm_history.crm_pairs (a, b, text, amount, key, hash, t, v, bucket, _op, _lsn, _seq, _xid, _committed_at) SELECT ${row}, NULL, NULL, NULL, NULL, NULL, '${op}', max(_lsn), 999, 0, now64(6) FROM crm_history.crm_pairs`);

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_pairs', 'a int, b text, text text, amount numeric(18,2), key text, hash text, t text, v text, bucket int, PRIMARY KEY (a, b)');
    await stack.run(`INSERT INTO crm_core.crm_pairs SELECT n, 'key ' || n, NULLIF('text ' || n % 10, 'text 3'), n, 'k' || n, 'h', 't' || n, 'v', n % 7 FROM generate_series(1, 5000) n`);
  });
  beforeEach(async () => {
    // A lost slot is healed by a new snapshot, which also undoes what the spec before has planted.
    await dropSlot(stack.postgres.client, 'crm_cdc');
    stream = await stack.stream();
  });
  afterEach(async () => {
    await stream.stop();
    await until('slot released', async () => !(await readSlot(stack.postgres.client, 'crm_cdc'))?.active);
  });
  afterAll(async () => { await stack.stop(); });

  it('finds nothing where both sides agree', async () => {
    const report = await stack.parity();
    expect([report.rows, report.different]).toEqual([5000, 0]);
  });

  it('finds a changed, an extra and a missing row and names them', async () => {
    await plant(`10, 'key 10', 'text 0', 10.01`, 'c');
    await plant(`5001, 'key 5001', 'x', 1`, 'c');
    await plant(`20, 'key 20', 'text 0', 20`, 'd');
    const report = await stack.parity();
    expect([report.rows, report.different]).toEqual([5001, 3]);
    expect(report.tables[0]?.examples.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual(['changed 10|6:key 10', 'extra 5001|8:key 5001', 'missing 20|6:key 20']);
    await stack.warehouse.command(`ALTER TABLE crm_history.crm_pairs DELETE WHERE _seq = 999 SETTINGS mutations_sync = 1`);
    // The history is whole again, the rows that the KPIs read are not.
    const raw = await stack.parity();
    expect(raw.different).toBe(3);
    expect(raw.tables[0]?.examples.every((difference) => difference.side === 'raw')).toBeTrue();
  });

  it('tells NULL from an empty text and neighbours apart', async () => {
    await stack.run(`INSERT INTO crm_core.crm_pairs VALUES (7001, '', NULL, NULL), (7002, '|', '', 0)`);
    expect((await stack.parity()).different).toBe(0);
    await plant(`7001, '', '', NULL`, 'c');
    const report = await stack.parity();
    expect(report.tables[0]?.examples.some(({ kind, key }) => kind === 'changed' && key.startsWith('7001|'))).toBeTrue();
    await stack.run(`DELETE FROM crm_core.crm_pairs WHERE a > 7000`);
  });

  it('ends its output with the counts and its exit says whether they differ', async () => {
    await plant(`10, 'key 10', 'text 0', 10.01`, 'c');
    const cli = spawn(process.execPath, [fileURLToPath(new URL('../parity.cli.js', import.meta.url))], {
      env: { CRM_PG_STREAM_URL: stack.postgres.url, CRM_CLICKHOUSE_URL: stack.url }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    cli.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    cli.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
    const [code] = (await once(cli, 'close')) as [number];
    expect(code).withContext(errors).toBe(1);
    expect(output.trim().split('\n').at(-1)).toMatch(/^\d+ rows compared, [1-9]\d* rows different$/);
    expect(errors).toContain('is changed in crm_history');
  });

  it('says that the warehouse did not get there in time', async () => {
    await stream.stop();
    await stack.run(`INSERT INTO crm_core.crm_pairs VALUES (9000, 'a', 'b', 1)`);
    await expectAsync(stack.parity(300)).toBeRejectedWithError(/did not reach .* check that the stream runs/);
    await stack.run(`DELETE FROM crm_core.crm_pairs WHERE a = 9000`);
  });
});
