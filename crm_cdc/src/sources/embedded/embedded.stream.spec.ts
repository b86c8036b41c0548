import { createSlot, dropSlot, readSlot } from './slot.manager.js';
import { startTestStack, type TestStack } from '../../testing/stream.testing.js';
import { until } from '../../testing/postgres.testing.js';
import type { EmbeddedStream } from './embedded.stream.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // Servers start and stop in here, on machines that others use as well.

describe('embedded stream', () => {
  let stack: TestStack;
  let stream: EmbeddedStream | undefined;

  const equal = async (): Promise<void> => {
    const report = await stack.parity();
    expect(report.different).withContext(stack.lines.slice(-12).join('\n')).toBe(0);
  };
  const raw = <T>(columns: string, table = 'crm_things'): Promise<T[]> => stack.rows<T>(`SELECT ${columns} FROM crm_raw.${table} FINAL ORDER BY id`);
  const seen = async (): Promise<void> => {
    const { rows } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_lsn() - '0/0')::text AS lsn`);
    await until('watermark', async () => stream!.position() >= BigInt(rows[0]!.lsn));
  };

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_things', `id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, code char(3), mail citext, amount numeric(18,2) NOT NULL DEFAULT 0, rate numeric(20,10), count bigint, small smallint, ok boolean,
      at timestamptz, day date, note jsonb, tags text[], numbers int[], ratio double precision, ip inet, free numeric, doubled numeric(18,2) GENERATED ALWAYS AS (amount * 2) STORED, deleted_at timestamptz`);
    await stack.postgres.table('crm_parts', 'thing uuid, no int, label text, PRIMARY KEY (thing, no)');
  });
  afterEach(async () => {
    await stream?.stop();
    stream = undefined;
    await stack.run('TRUNCATE crm_core.crm_things, crm_core.crm_parts'); // Without a stream: the next one has to catch up with it.
    stack.lines.length = 0;
  });
  afterAll(async () => { await stack.stop(); });

  it('copies what is there and follows what happens then', async () => {
    await stack.run(`INSERT INTO crm_core.crm_things (name, amount) SELECT 'old ' || n, n FROM generate_series(1, 2000) n`);
    await dropSlot(stack.postgres.client, 'crm_cdc');
    stream = await stack.stream();
    await stack.run(`INSERT INTO crm_core.crm_things (name, amount) SELECT 'new ' || n, n FROM generate_series(1, 500) n`);
    await stack.run(`UPDATE crm_core.crm_things SET amount = amount + 0.5, deleted_at = now() WHERE name LIKE '%7'`);
    await stack.run(`DELETE FROM crm_core.crm_things WHERE name LIKE '%3'`);
    await stack.run(`INSERT INTO crm_core.crm_parts SELECT id, n, 'part' FROM crm_core.crm_things, generate_series(1, 2) n WHERE name LIKE 'old 1%'`);
    await stack.run(`UPDATE crm_core.crm_parts SET no = no + 10 WHERE no = 2`);
    await equal();
    const [count] = await stack.rows<{ n: string; gone: string }>('SELECT count() AS n, countIf(deleted_at IS NOT NULL) AS gone FROM crm_raw.crm_things FINAL');
    expect(count).toEqual({ n: '2250', gone: '250' });
    const ops = await stack.rows<{ _op: string; n: string }>(`SELECT _op, count() AS n FROM crm_history.crm_things WHERE (name LIKE 'new %' OR name LIKE 'old %') AND _op != 'r' GROUP BY _op ORDER BY _op`);
    expect(ops).toEqual([{ _op: 'c', n: '500' }, { _op: 'u', n: '250' }, { _op: 'd', n: '250' }]);
  });

  it('keeps extreme values exact, by the stream and by the snapshot', async () => {
    stream = await stack.stream();
    await stack.run(`INSERT INTO crm_core.crm_things (name, code, mail, amount, rate, count, small, ok, at, day, note, tags, numbers, ratio, ip, free)
      VALUES (E'tab\\t back\\\\ line\\n quote'' \uFEFF عربي 🚀', 'ab', 'Mixed@Case.TEST', 4999999999999999.99, -1234567890.0123456789, 9223372036854775807, -32768, false,
      '2026-03-01 12:34:56.789012+05:30', '1900-01-01', '{"a": 1.000, "n": null, "x": "\\u00e9"}', ARRAY['a b', 'c"d', NULL, 'e,f{}', ''], ARRAY[1, NULL, -3], 1e300, '10.1.2.3', 123456789012345678901234567890.123456789)`);
    await stack.run(`INSERT INTO crm_core.crm_things (name, ratio, at, day, rate, free) VALUES ('nan', 'NaN', 'infinity', '-infinity', 'NaN', 'NaN'), ('inf', '-Infinity', '0044-03-15 BC', '5874897-12-31', NULL, '-Infinity'), ('', 0.1, NULL, NULL, NULL, 0)`);
    await equal();
    const [row] = await stack.rows<Record<string, unknown>>(`SELECT amount, rate, count, toString(at) AS at, note, tags, numbers, free, doubled, code FROM crm_raw.crm_things FINAL WHERE small = -32768`);
    expect(row).toEqual({
      amount: '4999999999999999.99', rate: '-1234567890.0123456789', count: '9223372036854775807', at: '2026-03-01 07:04:56.789012', note: '{"a": 1.000, "n": null, "x": "é"}',
      tags: '["a b","c\\"d",null,"e,f{}",""]', numbers: '[1,null,-3]', free: '123456789012345678901234567890.123456789', doubled: '9999999999999999.98', code: 'ab ',
    });
    await stream.stop();
    await dropSlot(stack.postgres.client, 'crm_cdc');
    stream = await stack.stream();
    expect(stack.lines.join()).toContain('the replication slot is missing');
    await equal();
  });

  it('keeps large JSON and text through updates of other columns', async () => {
    stream = await stack.stream();
    const text = Array.from({ length: 60_000 }, (_, i) => `${i}\t${Math.sin(i)}`).join('\n');
    await stack.postgres.client.query('INSERT INTO crm_core.crm_things (name, note, tags) VALUES ($1, $2, $3)', ['large', JSON.stringify({ text }), [text]]);
    await stack.run(`UPDATE crm_core.crm_things SET amount = 1 WHERE name = 'large'`);
    await stack.run(`UPDATE crm_core.crm_things SET amount = 2 WHERE name = 'large'`);
    await equal();
    const [row] = await stack.rows<{ amount: string; n: string }>(`SELECT amount, length(note) AS n FROM crm_raw.crm_things FINAL WHERE name = 'large'`);
    expect(Number(row?.amount)).toBe(2);
    expect(Number(row?.n)).toBeGreaterThan(1_000_000);
  });

  it('follows TRUNCATE, before and after in one transaction', async () => {
    stream = await stack.stream();
    await stack.run(`BEGIN; INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'a' FROM generate_series(1, 50) n; TRUNCATE crm_core.crm_parts; INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'b' FROM generate_series(1, 5) n; COMMIT`);
    await equal();
    expect(await stack.rows('SELECT label, count() AS n FROM crm_raw.crm_parts FINAL GROUP BY label')).toEqual([{ label: 'b', n: '5' }]);
  });

  it('takes new columns: constant, volatile, generated, renamed and of another type', async () => {
    stream = await stack.stream();
    await stack.run(`INSERT INTO crm_core.crm_things (name) SELECT 'col ' || n FROM generate_series(1, 20) n`);
    await stack.run(`ALTER TABLE crm_core.crm_things ADD COLUMN stage text NOT NULL DEFAULT 'it''s "new"', ADD COLUMN empty text`);
    await stack.run(`UPDATE crm_core.crm_things SET empty = 'x' WHERE name = 'col 3'`);
    await equal();
    await stack.run(`ALTER TABLE crm_core.crm_things ADD COLUMN token uuid DEFAULT gen_random_uuid(), ADD COLUMN shout text GENERATED ALWAYS AS (upper(name)) STORED`);
    await stack.run(`UPDATE crm_core.crm_things SET amount = 4 WHERE name = 'col 4'`);
    await equal();
    await stack.run(`ALTER TABLE crm_core.crm_things RENAME COLUMN empty TO filled; ALTER TABLE crm_core.crm_things ALTER COLUMN small TYPE integer`);
    await stack.run(`UPDATE crm_core.crm_things SET small = 70000 WHERE name = 'col 5'`);
    await equal();
    await stack.run('ALTER TABLE crm_core.crm_things DROP COLUMN filled');
    await stack.run(`UPDATE crm_core.crm_things SET small = 70001 WHERE name = 'col 6'`);
    await equal();
  });

  it('takes tables that are published later, with and without rows, and columns that came while it was away', async () => {
    stream = await stack.stream();
    await stack.run(`CREATE TABLE crm_core.crm_late (id int PRIMARY KEY, name text); ALTER TABLE crm_core.crm_late REPLICA IDENTITY FULL; INSERT INTO crm_core.crm_late SELECT n, 'n' FROM generate_series(1, 100) n`);
    await stack.run('ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_late');
    await until('table in the warehouse', async () => (await stack.rows<{ n: string }>(`SELECT count() AS n FROM system.tables WHERE database = 'crm_raw' AND name = 'crm_late'`))[0]?.n === '1');
    await stack.run(`UPDATE crm_core.crm_late SET name = 'm' WHERE id < 10`);
    await equal();
    await stream.stop();
    await stack.run(`ALTER TABLE crm_core.crm_late ADD COLUMN score int DEFAULT 7, ADD COLUMN chance double precision DEFAULT random()`);
    stream = await stack.stream();
    await equal();
    await stack.run('ALTER PUBLICATION crm_cdc DROP TABLE crm_core.crm_late');
    await until('left', () => stack.lines.some((line) => line.includes('crm_late: left the publication')));
    await stack.run(`UPDATE crm_core.crm_late SET name = 'unseen'; ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_late`);
    await until('read again', async () => (await stack.rows<{ n: string }>(`SELECT countIf(name = 'unseen') AS n FROM crm_raw.crm_late FINAL`))[0]?.n === '100');
    await equal();
  });

  it('ends rows that were deleted while the slot was lost', async () => {
    stream = await stack.stream();
    await stack.run(`INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'heal' FROM generate_series(1, 10) n`);
    await equal();
    await stream.stop();
    await until('slot released', async () => !(await readSlot(stack.postgres.client, 'crm_cdc'))?.active);
    await dropSlot(stack.postgres.client, 'crm_cdc');
    await stack.run(`DELETE FROM crm_core.crm_parts WHERE label = 'heal' AND no < 6; UPDATE crm_core.crm_parts SET label = 'healed' WHERE no = 6`);
    // A new slot by somebody else starts after the gap: the position it confirmed is beyond the watermark.
    await (await createSlot(stack.postgres.url, 'crm_cdc', { temporary: false, timeoutMs: 5_000 })).release();
    stream = await stack.stream();
    expect(stack.lines.join()).toContain('the warehouse is older than what it had confirmed');
    await equal();
    const [gone] = await stack.rows<{ n: string }>(`SELECT count() AS n FROM crm_history.crm_parts WHERE _op = 'd' AND label = 'heal'`);
    expect(gone?.n).toBe('5');
  });

  it('sets rows aside that the warehouse cannot hold, says why and goes on', async () => {
    stream = await stack.stream();
    await stack.run(`INSERT INTO crm_core.crm_things (name, amount) VALUES ('poison', 'NaN'), ('fine', 1)`);
    await until('fine row', async () => (await raw<{ name: string }>('name')).some((row) => row.name === 'fine'));
    const letters = await until('dead letter', async () => {
      const found = await stack.rows<{ table_name: string; reason: string; detail: string; after: string }>('SELECT table_name, reason, detail, after FROM crm_cdc.dead_letter FINAL');
      return found.length > 0 && found;
    });
    expect(letters.length).toBe(1);
    expect(letters[0]?.detail).toContain('amount: NaN');
    expect((JSON.parse(letters[0]!.after) as { name: string }).name).toBe('poison');
    expect(stream.statistics.deadLetters.out_of_range).toBe(1);
    const report = await stack.parity();
    expect(report.different).toBe(1);
    await stack.run(`DELETE FROM crm_core.crm_things WHERE name = 'poison'`);
    await equal();
  });

  it('keeps rows that are on their way while their column gets another type', async () => {
    await stack.postgres.table('crm_backlog', 'id int PRIMARY KEY, note text');
    stream = await stack.stream({ limits: { rows: 100 } });
    await stack.run(`INSERT INTO crm_core.crm_backlog VALUES (0, 'first')`);
    await equal();
    // Held up by the warehouse, so that the change of shape is seen long before the last row of the older one.
    await stack.stopWarehouse();
    for (let n = 1; n <= 5_000; n += 100) await stack.run(`INSERT INTO crm_core.crm_backlog SELECT n, 'note no. ' || n FROM generate_series(${n}, ${n + 99}) n`);
    await stack.run('ALTER TABLE crm_core.crm_backlog ALTER COLUMN note TYPE int USING length(note)');
    await stack.run('INSERT INTO crm_core.crm_backlog VALUES (5001, 7)');
    await stack.startWarehouse();
    const report = await stack.parity(90_000);
    const letters = await stack.rows<{ detail: string }>(`SELECT detail FROM crm_cdc.dead_letter FINAL WHERE table_name = 'crm_backlog' LIMIT 3`);
    expect([report.different, letters]).withContext(stack.lines.slice(-12).join('\n')).toEqual([0, []]);
    const [past] = await stack.rows<{ n: string }>(`SELECT uniqExactIf(id, note__string = concat('note no. ', toString(id))) AS n FROM crm_history.crm_backlog FINAL`);
    expect(past?.n).toBe('5000');
    await stack.run('DROP TABLE crm_core.crm_backlog');
  });

  it('waits out the loss of the warehouse and of its connection to Postgres', async () => {
    stream = await stack.stream();
    await stack.stopWarehouse();
    await stack.run(`INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'while away' FROM generate_series(1, 1000) n`);
    await until('a retry', () => stream!.statistics.retries > 0);
    await stack.startWarehouse();
    await equal();
    await stack.run(`SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'crm_cdc'`);
    await stack.run(`UPDATE crm_core.crm_parts SET label = 'after' WHERE no < 100`);
    await equal();
  });

  it('keeps a watermark that is fresh when idle and never ahead of the rows', async () => {
    stream = await stack.stream();
    await seen();
    const lag = async (): Promise<number> => {
      const [row] = await stack.rows<{ lag: number }>(`SELECT toFloat64(now64(6) - committed_at) AS lag FROM crm_raw._watermark FINAL`);
      return row!.lag;
    };
    await until('fresh', async () => (await lag()) < 1.5);
    const before = stream.position();
    await stack.stopWarehouse();
    await stack.run(`INSERT INTO crm_core.crm_parts VALUES (gen_random_uuid(), 1, 'late')`);
    await until('a retry', () => stream!.statistics.retries > 0);
    expect(stream.position() - before < 1_000n).toBeTrue();
    expect((await readSlot(stack.postgres.client, 'crm_cdc'))!.confirmedLsn <= stream.position()).toBeTrue();
    await stack.startWarehouse();
    await seen();
    await equal();
    // Work outside of the publication moves the log; the slot must not hold it.
    await stack.run('CREATE TABLE crm_core.other AS SELECT generate_series(1, 20000) n; DROP TABLE crm_core.other');
    await seen();
    await until('confirmed', async () => (await readSlot(stack.postgres.client, 'crm_cdc'))!.confirmedLsn >= stream!.position() - 1n);
  });

  it('refuses to start without a publication and says the cure', async () => {
    await expectAsync(stack.stream({ publication: 'crm_none', slot: 'crm_none' })).toBeRejectedWithError(/db:migrate/);
  });
});
