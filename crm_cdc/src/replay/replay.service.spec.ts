import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createSink, nowMicros } from 'crm_warehouse';
import pg from 'pg';
import { WarehouseSink } from '../pipeline/warehouse.sink.js';
import { CatalogueWatch } from '../sources/kafka/catalogue.watch.js';
import { MessageDecoder } from '../sources/kafka/message.decoder.js';
import { SnapshotStore } from '../sources/kafka/snapshot.store.js';
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
    await stack.postgres.table('crm_codes', 'code text PRIMARY KEY, name text, price money');
    await stack.run(`INSERT INTO crm_core.crm_codes VALUES ('A1', 'as it is', '3.50')`);
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

  it('reads messages again that could not be decoded: what fits now is stored, what does not stays with its reason', async () => {
    const topic = 'crm_cdc.crm_core.crm_codes';
    const change = (op: string, row: object, source: object = {}): string => JSON.stringify({ op, before: null, after: row, source: { schema: 'crm_core', table: 'crm_codes', lsn: 50, txId: 3, ts_us: 1_700_000_000_000_000, ...source } });
    // As Debezium writes them, for a key named `id`, which the table does not have yet. Money is what it cannot carry.
    const values: readonly (readonly [topic: string, key: string | null, value: string | null])[] = [
      [topic, '{"key":{"id":"A1"}}', change('u', { id: 'A1', name: 'as it was' })],
      [topic, '{"key":{"id":"B2"}}', change('c', { id: 'B2', name: 'gone since' }, { lsn: 60 })],
      [topic, '{"key":{"id":"A1"}}', change('r', { id: 'A1', name: 'of a snapshot' }, { snapshot: 'true' })],
      [topic, '{"key":{"id":"A1"}}', ''],
      [topic, '{"key":{"id":"A1"}}', '{"op":"u", cut off'],
      [topic, null, change('c', { id: 'C3' })],
      [topic, null, change('t', {})],
      ['crm_cdc.crm_core.crm_nobody', '{"key":{"id":"A1"}}', change('c', { id: 'A1' }, { table: 'crm_nobody' })],
      ['some.other.place', 'k', 'v'],
    ];
    const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));
    const client = new pg.Client({ connectionString: stack.postgres.url });
    await client.connect();
    const decoder = new MessageDecoder();
    const catalogue = (await new CatalogueWatch(client, 'crm_cdc').changed())!;
    decoder.replace(catalogue.shapes, catalogue.types, 0n);
    await client.end();
    expect(decoder.decode({ topic, key: Buffer.from('k'), value: null })).withContext('a tombstone is no trouble').toEqual({ kind: 'nothing' });
    const details = values.slice(0, 2).map(([of, key, value]) => decoder.decode({ topic: of, key: bytes(key), value: bytes(value) }));
    expect(details).toEqual(Array(2).fill({ kind: 'undecodable', table: 'crm_codes', detail: 'the key column code is missing' }));
    await new WarehouseSink(stack.warehouse, createSink(stack.warehouse), 'kafka').setAside(values.map(([of, key, value], offset) => (
      { message: { table: of === topic ? 'crm_codes' : '', topic: of, partition: 0, offset: BigInt(offset), key: bytes(key), value: bytes(value) }, reason: 'undecodable', detail: 'as the stream said' })));

    const outcomes = (report: ReplayReport): string[] => [...report.letters].sort((a, b) => Number(a.offset) - Number(b.offset)).map(({ offset, outcome, detail }) => `${offset ?? ''} ${outcome}: ${detail}`);
    const foul = ['4 refused: ', '5 refused: no key', '6 refused: a TRUNCATE cannot be repeated', '7 refused: crm_nobody is not published', '8 refused: some.other.place is not the topic of a table'];
    const like = (...starts: string[]): jasmine.AsymmetricMatcher<string>[] => starts.map((start) => jasmine.stringContaining(start));
    await new SnapshotStore(stack.warehouse, 'kafka', 'crm_cdc_kafka').write({ version: 10n, consistentLsn: 0n, state: 'running', at: nowMicros() });
    const early = await replay({ dryRun: true });
    expect(outcomes(early)).toEqual(like('0 refused: the key column code is missing', '1 refused: the key column code is missing', '2 refused: a row of a snapshot that is not the one in force', '3 would_replay: a tombstone or an empty message', ...foul));
    expect(await waiting('crm_codes')).toBe(7);

    await stack.run('ALTER TABLE crm_core.crm_codes RENAME COLUMN code TO id');
    await new SnapshotStore(stack.warehouse, 'kafka', 'crm_cdc_kafka').write({ version: 10n, consistentLsn: 90n, state: 'complete', at: nowMicros() });
    await equal(); // The stream has brought the new shape.
    expect(outcomes(await replay())).toEqual(like('0 replayed: stored at its own position', '1 replayed: stored in history and ended there', '2 replayed: a row of a snapshot that a later one has replaced', '3 replayed: a tombstone or an empty message', ...foul));
    expect(await stack.rows(`SELECT id, name, price FROM crm_raw.crm_codes FINAL`)).toEqual([{ id: 'A1', name: 'as it is', price: '$3.50' }]);
    expect(await stack.rows(`SELECT id, name, price, _op, _lsn FROM crm_history.crm_codes FINAL WHERE _lsn < 90 ORDER BY id, _lsn`)).toEqual([
      { id: 'A1', name: 'as it was', price: '$3.50', _op: 'u', _lsn: '50' }, { id: 'B2', name: 'gone since', price: null, _op: 'c', _lsn: '60' }, { id: 'B2', name: 'gone since', price: null, _op: 'd', _lsn: '61' }]);
    await equal();
    expect(outcomes(await replay())).withContext('again').toEqual(like(...foul));
    expect(await stack.rows(`SELECT DISTINCT detail FROM crm_cdc.dead_letter FINAL WHERE reason = 'undecodable'`)).withContext('the cause is kept').toEqual([{ detail: 'as the stream said' }]);
  });

  it('is a command, which names the messages by their place', async () => {
    const command = async (...args: string[]): Promise<{ status: number; lines: string[] }> => {
      const cli = spawn(process.execPath, [fileURLToPath(new URL('../replay.cli.js', import.meta.url)), ...args], { env: { CRM_PG_STREAM_URL: stack.postgres.url, CRM_CLICKHOUSE_URL: stack.url }, stdio: ['ignore', 'pipe', 'pipe'] });
      const [out, errors, [status]] = await Promise.all([text(cli.stdout), text(cli.stderr), once(cli, 'close') as Promise<[number]>]);
      return { status, lines: `${out}${errors}`.trim().split('\n') };
    };
    const list = await command('--list', '--table', 'crm_codes');
    expect([list.status, list.lines.at(-1), list.lines[0]]).toEqual([0, '3 dead letters wait', jasmine.stringMatching(/^crm_codes crm_cdc\.crm_core\.crm_codes\/0\/4 at 0: undecodable: as the stream said/)]);
    const refused = await command('--table', 'crm_codes');
    expect([refused.status, refused.lines.at(-1), refused.lines[1]]).toEqual([1, '3 dead letters: 0 replayed, 3 refused', 'crm_codes crm_cdc.crm_core.crm_codes/0/5 at 0: refused: no key']);
    expect(await command('--table', 'crm_nan', '--json')).toEqual({ status: 0, lines: ['{"found":0,"replayed":0,"refused":0,"letters":[]}'] });
    expect(await command('--discard', 'not ours')).toEqual({ status: 2, lines: [jasmine.stringMatching(/^--discard needs a reason in words, and --table/)] });
    expect(await command('--table', 'crm_codes', '--offset', '4', '--discard', 'not ours')).toEqual({ status: 0, lines: ['1 dead letters discarded'] });
    expect((await command('--list', '--table', 'crm_codes')).lines.at(-1)).toBe('2 dead letters wait');
    expect(await stack.rows(`SELECT outcome, raw != '' AS kept FROM crm_cdc.dead_letter FINAL WHERE table_name = 'crm_codes' AND offset = 4`)).toEqual([{ outcome: 'discarded: not ours', kept: 1 }]);
    expect(await command('--lsn', 'x')).toEqual({ status: 2, lines: ['--lsn is x; give the number that --list shows'] });
  });
});
