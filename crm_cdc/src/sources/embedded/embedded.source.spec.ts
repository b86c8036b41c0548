import { startTestPostgres, until, type TestPostgres } from '../../testing/postgres.testing.js';
import type { ChangeEnvelope } from '../../mappings/change.envelope.js';
import { parseLsn } from '../../mappings/lsn.codec.js';
import type { SourceEvent, SourceRun } from '../change.source.js';
import { EmbeddedSource } from './embedded.source.js';
import { createSlot, dropSlot, readSlot, SlotTimeoutError } from './slot.manager.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // A server starts in here, on machines that others use as well.

describe('EmbeddedSource', () => {
  let postgres: TestPostgres;
  let source: EmbeddedSource;
  let events: SourceEvent[];

  const changes = (): ChangeEnvelope[] => events.flatMap((event) => (event.kind === 'change' ? [event.envelope] : []));
  const commits = (): number => events.filter((event) => event.kind === 'commit').length;
  const run = (sql: string): Promise<unknown> => postgres.client.query(sql);
  const start = (from = 0n): Promise<SourceRun> => source.start(from, (event) => { events.push(event); });

  beforeAll(async () => {
    postgres = await startTestPostgres();
    await postgres.table('crm_deals', 'id int PRIMARY KEY, name text, value numeric(18,2), big bigint, at timestamptz, note jsonb, body text');
  }, 60_000);
  afterAll(async () => { await postgres.stop(); });

  beforeEach(async () => {
    events = [];
    await (await createSlot(postgres.url, 'crm_cdc', { temporary: false, timeoutMs: 5_000 })).release();
    source = new EmbeddedSource({ url: postgres.url, slot: 'crm_cdc', publication: 'crm_cdc' });
  });
  afterEach(async () => {
    await source.stop();
    await run('ROLLBACK; TRUNCATE crm_core.crm_deals');
    await until('slot released', async () => !(await readSlot(postgres.client, 'crm_cdc'))?.active);
    await dropSlot(postgres.client, 'crm_cdc');
  });

  it('keeps every value as the exact text of Postgres', async () => {
    await start();
    await postgres.client.query('INSERT INTO crm_core.crm_deals VALUES ($1,$2,$3,$4,$5,$6,$7)',
      [1, '\uFEFFعميل 🚀\t"x"\\n', '9999999999999999.99', '9223372036854775807', '2026-01-02 03:04:05.123456+00', '{"a": 1.00, "b": "\u2028"}', null]);
    await until('commit', () => commits() === 1);
    const [change] = changes();
    expect(change?.op).toBe('c');
    expect(change?.after).toEqual({
      id: '1', name: '\uFEFFعميل 🚀\t"x"\\n', value: '9999999999999999.99', big: '9223372036854775807',
      at: '2026-01-02 03:04:05.123456+00', note: '{"a": 1.00, "b": "\u2028"}', body: null,
    });
    expect(change?.key).toEqual({ id: '1' });
    expect(change?.source.seq).toBe(0);
    expect(Number(change!.source.committed_at / 1000n)).toBeGreaterThan(Date.now() - 60_000);
    expect(Number(change!.source.committed_at / 1000n)).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('fills large values that an update left alone from the old row', async () => {
    const json = JSON.stringify({ text: Array.from({ length: 60_000 }, (_, i) => `${i} ${Math.sin(i)}`).join(',') });
    const body = Array.from({ length: 60_000 }, (_, i) => `${i}:${Math.cos(i)}`).join(';');
    expect(json.length).toBeGreaterThan(1_000_000);
    await postgres.client.query('INSERT INTO crm_core.crm_deals (id, name, note, body) VALUES (1, $1, $2, $3)', ['a', json, body]);
    await start();
    await run(`UPDATE crm_core.crm_deals SET name = 'b'`);
    await until('both commits', () => commits() === 2);
    const update = changes()[1]!;
    expect(update.op).toBe('u');
    expect(update.after!['name']).toBe('b');
    expect(update.after!['body']).toBe(body);
    expect(JSON.parse(update.after!['note']!)).toEqual(JSON.parse(json));
  });

  it('splits a changed key into a delete and an insert', async () => {
    await run(`INSERT INTO crm_core.crm_deals (id, name) VALUES (1, 'a')`);
    await start();
    await run('UPDATE crm_core.crm_deals SET id = 2');
    await until('both commits', () => commits() === 2);
    expect(changes().map(({ op, key, source: { seq } }) => [op, key['id'], seq])).toEqual([['c', '1', 0], ['d', '1', 0], ['c', '2', 1]]);
  });

  it('tells transactions apart and announces truncation', async () => {
    await start();
    await run(`BEGIN; INSERT INTO crm_core.crm_deals (id) VALUES (1), (2); TRUNCATE crm_core.crm_deals; INSERT INTO crm_core.crm_deals (id) VALUES (3); COMMIT`);
    await until('commit', () => commits() === 1);
    // TRUNCATE gives the table a new file, so the server announces it again.
    expect(events.map((event) => event.kind).filter((kind) => kind !== 'idle' && kind !== 'shape')).toEqual(['begin', 'change', 'change', 'truncate', 'change', 'commit']);
    expect(changes().map((change) => change.source.seq)).toEqual([0, 1, 3]);
  });

  it('delivers again what was not confirmed, and only that', async () => {
    await start();
    for (let id = 1; id <= 5; id++) await run(`INSERT INTO crm_core.crm_deals (id) VALUES (${id})`);
    await until('commits', () => commits() === 5);
    const ends = events.flatMap((event) => (event.kind === 'commit' ? [event.lsn] : []));
    await source.confirm(ends[2]!);
    await source.stop();
    await until('slot released', async () => !(await readSlot(postgres.client, 'crm_cdc'))?.active);
    expect((await readSlot(postgres.client, 'crm_cdc'))?.confirmedLsn).toBe(ends[2]!);
    events = [];
    await start();
    await until('commits', () => commits() === 2);
    expect(changes().map((change) => change.key['id'])).toEqual(['4', '5']);
  });

  it('loses no transaction that commits right behind a confirmed one', async () => {
    // Two writers whose commit records follow one another without a gap: confirming one byte too much would skip the second.
    await start();
    const { default: pg } = await import('pg');
    const writers = await Promise.all([0, 1, 2, 3].map(async () => { const client = new pg.Client({ connectionString: postgres.url }); await client.connect(); return client; }));
    for (let round = 0; round < 20; round++) {
      await Promise.all(writers.map((writer, i) => writer.query(`BEGIN; INSERT INTO crm_core.crm_deals (id) VALUES (${round * 4 + i})`)));
      await Promise.all(writers.map((writer) => writer.query('COMMIT')));
    }
    await Promise.all(writers.map((writer) => writer.end()));
    await until('commits', () => commits() === 80);
    await source.stop();
    const ends = events.flatMap((event) => (event.kind === 'commit' ? [{ end: event.lsn, start: event.transaction_lsn }] : []));
    const adjacent = ends.findIndex(({ end }, i) => ends[i + 1]?.start === end);
    expect(adjacent).withContext('no two commits were adjacent').toBeGreaterThanOrEqual(0);
    await until('slot released', async () => !(await readSlot(postgres.client, 'crm_cdc'))?.active);
    events = [];
    await start(ends[adjacent]!.end);
    await source.confirm(ends[adjacent]!.end);
    await until('rest', () => commits() === 80 - adjacent - 1);
    expect(commits()).toBe(80 - adjacent - 1);
  });

  it('follows the log while idle, so that other work does not pile up behind the slot', async () => {
    await start();
    await run('CREATE TABLE crm_core.unpublished AS SELECT generate_series(1, 1000) AS n; DROP TABLE crm_core.unpublished');
    const { rows } = await postgres.client.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    const target = parseLsn(rows[0]!.lsn);
    const idle = await until('idle at the end of the log', () => events.flatMap((event) => (event.kind === 'idle' && event.lsn >= target ? [event] : []))[0]);
    await source.confirm(idle.lsn);
    await until('confirmed', async () => ((await readSlot(postgres.client, 'crm_cdc'))?.confirmedLsn ?? 0n) >= target);
  });

  it('stops reading while its handler is busy', async () => {
    let open!: () => void;
    const gate = new Promise<void>((resolve) => { open = resolve; });
    let seen = 0;
    await source.start(0n, (event) => { if (event.kind === 'change') { seen++; return gate; } return undefined; });
    await run(`INSERT INTO crm_core.crm_deals (id, body) SELECT n, repeat('x', 1000) FROM generate_series(1, 50000) n`);
    await until('first change', () => seen === 1);
    const before = process.memoryUsage().rss;
    await new Promise((resolve) => setTimeout(resolve, 500)); // Not to wait for something: to see that nothing comes.
    expect(seen).toBe(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
    open();
    await until('all changes', () => seen === 50_000);
  });

  it('ends with the error of its handler and delivers nothing behind it', async () => {
    let seen = 0;
    const { ended } = await source.start(0n, (event) => { if (event.kind === 'change' && ++seen === 3) throw new Error('broken downstream'); });
    await run('INSERT INTO crm_core.crm_deals (id) SELECT generate_series(1, 10)');
    await expectAsync(ended).toBeRejectedWithError('broken downstream');
    expect(seen).toBe(3);
  });

  it('refuses a table without whole old rows and says the cure', async () => {
    await postgres.client.query('CREATE TABLE crm_core.bare (id int PRIMARY KEY); ALTER PUBLICATION crm_cdc ADD TABLE crm_core.bare');
    const ended = await source.start(0n, () => undefined);
    await run('INSERT INTO crm_core.bare VALUES (1)');
    await expectAsync(ended.ended).toBeRejectedWithError(/REPLICA IDENTITY FULL/);
    await run('DROP TABLE crm_core.bare');
  });

  it('says that an open transaction keeps the slot from its starting point', async () => {
    const { default: pg } = await import('pg');
    const other = new pg.Client({ connectionString: postgres.url });
    await other.connect();
    await other.query('BEGIN; INSERT INTO crm_core.crm_deals (id) VALUES (1)');
    await expectAsync(createSlot(postgres.url, 'crm_late', { temporary: true, timeoutMs: 300 })).toBeRejectedWithError(SlotTimeoutError, /long transaction/);
    await other.end();
    expect(await readSlot(postgres.client, 'crm_late')).toBeNull();
  });
});
