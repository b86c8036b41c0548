import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { until } from '../testing/postgres.testing.js';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { replayDeadLetters, type ReplayReport } from './replay.service.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

describe('replay of dead letters', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;

  const replay = (options: { table?: string; dryRun?: boolean } = {}): Promise<ReplayReport> =>
    replayDeadLetters({ postgresUrl: stack.postgres.url, warehouseUrl: stack.url, filter: options.table === undefined ? {} : { table: options.table }, dryRun: options.dryRun ?? false });
  const waiting = async (table: string): Promise<number> =>
    Number((await stack.rows<{ n: string }>(`SELECT count() AS n FROM crm_cdc.dead_letter FINAL WHERE table_name = '${table}' AND replayed_at IS NULL`))[0]?.n);
  const set = (table: string, count: number): Promise<unknown> => until(`${count} dead letters of ${table}`, async () => (await waiting(table)) === count);
  const equal = async (): Promise<void> => { expect((await stack.parity()).different).withContext(stack.lines.slice(-8).join('\n')).toBe(0); };

  beforeAll(async () => {
    stack = await startTestStack();
    for (const name of ['crm_nan', 'crm_later', 'crm_gone', 'crm_many']) await stack.postgres.table(name, 'id int PRIMARY KEY, amount numeric(18,2) NOT NULL, name text');
    await stack.postgres.table('crm_ints', 'id int PRIMARY KEY, count bigint');
    stream = await stack.stream();
  });
  afterAll(async () => {
    await stream.stop();
    await stack.stop();
  });

  it('refuses while the cause persists, and stores the row once it is repaired', async () => {
    await stack.run(`INSERT INTO crm_core.crm_nan VALUES (1, 'NaN', 'poison'), (2, 2, 'fine')`);
    await set('crm_nan', 1);
    const early = await replay({ table: 'crm_nan' });
    expect([early.found, early.replayed, early.refused]).toEqual([1, 0, 1]);
    expect(early.letters[0]?.detail).toContain('DROP NOT NULL');
    await stack.run('ALTER TABLE crm_core.crm_nan ALTER COLUMN amount DROP NOT NULL');
    const dry = await replay({ table: 'crm_nan', dryRun: true });
    expect(dry.letters.map(({ outcome }) => outcome)).toEqual(['would_replay']);
    expect(await waiting('crm_nan')).toBe(1);
    const report = await replay({ table: 'crm_nan' });
    expect([report.found, report.replayed, report.refused]).withContext(JSON.stringify(report.letters)).toEqual([1, 1, 0]);
    expect(await stack.rows('SELECT id, amount, name FROM crm_raw.crm_nan FINAL ORDER BY id')).toEqual([{ id: 1, amount: null, name: 'poison' }, { id: 2, amount: '2.00', name: 'fine' }]);
    await equal();
    expect(await replay({ table: 'crm_nan' })).toEqual(jasmine.objectContaining({ found: 0, replayed: 0 }));
    const [kept] = await stack.rows<{ outcome: string; detail: string }>(`SELECT outcome, detail FROM crm_cdc.dead_letter FINAL WHERE table_name = 'crm_nan'`);
    expect(kept?.outcome).toContain('stored at its own position');
    expect(kept?.detail).withContext('the cause is kept').toContain('NaN');
  });

  it('does not overwrite what the row became later', async () => {
    await stack.run(`INSERT INTO crm_core.crm_later VALUES (1, 'NaN', 'first')`);
    await stack.run(`UPDATE crm_core.crm_later SET amount = 5, name = 'second' WHERE id = 1`);
    await set('crm_later', 1);
    await stack.run('ALTER TABLE crm_core.crm_later ALTER COLUMN amount DROP NOT NULL');
    await until('second', async () => (await stack.rows<{ name: string }>('SELECT name FROM crm_raw.crm_later FINAL'))[0]?.name === 'second');
    expect((await replay({ table: 'crm_later' })).replayed).toBe(1);
    expect(await stack.rows('SELECT amount, name FROM crm_raw.crm_later FINAL')).toEqual([{ amount: '5.00', name: 'second' }]);
    expect(await stack.rows('SELECT name FROM crm_history.crm_later FINAL ORDER BY _lsn')).toEqual([{ name: 'first' }, { name: 'second' }]);
    await equal();
  });

  it('does not bring back a row that Postgres has no more', async () => {
    await stack.run(`INSERT INTO crm_core.crm_gone VALUES (1, 'NaN', 'ghost')`);
    await set('crm_gone', 1);
    await stack.run('TRUNCATE crm_core.crm_gone'); // Leaves no delete of the single row.
    await stack.run('ALTER TABLE crm_core.crm_gone ALTER COLUMN amount DROP NOT NULL');
    const report = await replay({ table: 'crm_gone' });
    expect(report.letters.map(({ outcome }) => outcome)).toEqual(['replayed']);
    expect(report.letters[0]?.detail).toContain('gone from Postgres');
    expect(await stack.rows('SELECT id FROM crm_raw.crm_gone FINAL')).toEqual([]);
    await stack.run(`INSERT INTO crm_core.crm_gone VALUES (1, 7, 'born again')`);
    await equal();
  });

  it('takes what the warehouse itself refused, while the stream goes on', async () => {
    await stack.run(`INSERT INTO crm_core.crm_ints VALUES (1, 1)`);
    await equal();
    // The warehouse's own limit, as a person might set it: this value it refuses and its neighbours it takes.
    await stack.warehouse.command('ALTER TABLE crm_history.crm_ints ADD CONSTRAINT small CHECK count < 1000 OR isNull(count)');
    await stack.run('INSERT INTO crm_core.crm_ints VALUES (2, 2), (3, 5000), (4, 4)');
    await set('crm_ints', 1);
    const early = await replay({ table: 'crm_ints' });
    expect([early.replayed, early.refused]).toEqual([0, 1]);
    await stack.warehouse.command('ALTER TABLE crm_history.crm_ints DROP CONSTRAINT small');
    const writing = stack.run('INSERT INTO crm_core.crm_ints SELECT n, n FROM generate_series(10, 2000) n');
    expect((await replay({ table: 'crm_ints' })).replayed).toBe(1);
    await writing;
    await equal();
  });

  it('replays many of several tables at once, each once', async () => {
    await stack.run(`INSERT INTO crm_core.crm_many SELECT n, 'NaN', 'm' FROM generate_series(1, 1300) n`);
    await set('crm_many', 1300);
    await stack.run('ALTER TABLE crm_core.crm_many ALTER COLUMN amount DROP NOT NULL');
    const report = await replay();
    expect(report.letters.filter(({ table, outcome }) => table === 'crm_many' && outcome === 'replayed').length).toBe(1300);
    expect(await waiting('crm_many')).toBe(0);
    await equal();
  });
});
