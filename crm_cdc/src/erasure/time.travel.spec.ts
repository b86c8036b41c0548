import { applyRetention, asOf, historyBegins, instantOf, microsText, readPolicies, shortenHistory } from 'crm_warehouse';
import { parseLsn } from '../mappings/lsn.codec.js';
import pg from 'pg';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';
import { until } from '../testing/postgres.testing.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000; // Servers start and stop in here, on machines that others use as well.

type Row = Record<string, string | null>;
interface Kept { readonly at: bigint; readonly lsn: bigint; readonly columns: readonly string[]; readonly rows: readonly Row[] }

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const uuid = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A write history of deals, played in Postgres; what the table was at random moments is kept and later asked of the warehouse. */
describe('time travel', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;
  let other: pg.Client;
  const seed = Number(process.hrtime.bigint() % 1_000_000n);
  const random = seeded(seed);
  const kept: Kept[] = [];

  const columnsOf = async (): Promise<string[]> => (await stack.postgres.client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'crm_core.crm_deals'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`)).rows.map((row) => row.name);

  /** The table now, with an instant and a position between the commits around it: nobody else commits meanwhile. */
  const keep = async (): Promise<void> => {
    const columns = await columnsOf();
    const list = columns.map((name) => `${name}::text`).join(', ');
    const { rows } = await stack.postgres.client.query<Row>(`SELECT ${list} FROM crm_core.crm_deals ORDER BY id`);
    const { rows: [place] } = await stack.postgres.client.query<{ at: string; lsn: string }>(
      `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS at, pg_current_wal_insert_lsn()::text AS lsn`);
    kept.push({ at: BigInt(place!.at), lsn: parseLsn(place!.lsn), columns, rows });
  };

  const caughtUp = async (): Promise<void> => {
    const { rows: [now] } = await stack.postgres.client.query<{ lsn: string }>(`SELECT pg_current_wal_insert_lsn()::text AS lsn`);
    await until('the warehouse to catch up', async () => (await stack.rows<{ lsn: string }>('SELECT toString(max(lsn)) AS lsn FROM crm_raw._watermark FINAL')).some((row) => BigInt(row.lsn) >= parseLsn(now!.lsn)), 60_000);
  };

  const write = async (): Promise<void> => {
    const id = uuid(random(25));
    const amount = random(4) === 0 ? 'NULL' : `${random(100_000)}.${String(random(100)).padStart(2, '0')}`;
    const day = random(5) === 0 ? 'NULL' : `'2026-0${1 + random(9)}-1${random(10)}'`;
    switch (random(8)) {
      case 0: await stack.run(`DELETE FROM crm_core.crm_deals WHERE id = '${id}'`); break;
      case 1: await stack.run(`UPDATE crm_core.crm_deals SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = '${id}'`); break;
      case 2: await stack.run(`UPDATE crm_core.crm_deals SET id = '${uuid(25 + random(10))}' WHERE id = '${id}' AND NOT EXISTS (SELECT FROM crm_core.crm_deals WHERE id >= '${uuid(25)}')`); break;
      case 3: await stack.run(`BEGIN; UPDATE crm_core.crm_deals SET stage_id = '${uuid(100 + random(5))}'; UPDATE crm_core.crm_deals SET owner_id = NULL WHERE id = '${id}'; COMMIT`); break;
      default: await stack.run(`INSERT INTO crm_core.crm_deals (id, name, stage_id, owner_id, expected_value, close_date) VALUES ('${id}', 'deal ${random(99)} صفقة', '${uuid(100 + random(5))}', '${uuid(200 + random(3))}', ${amount}, ${day})
        ON CONFLICT (id) DO UPDATE SET stage_id = EXCLUDED.stage_id, expected_value = EXCLUDED.expected_value, close_date = EXCLUDED.close_date, owner_id = EXCLUDED.owner_id`);
    }
  };

  const asked = (moment: Kept, of: string): Promise<Row[]> => stack.rows<Row>(
    `SELECT ${moment.columns.map((name) => `toString(${name === 'deleted_at' ? 'formatDateTime(deleted_at, \'%Y-%m-%d %H:%i:%S.%f\')' : name}) AS _${name}`).join(', ')} FROM ${of} ORDER BY id`);
  /** Both as text: numbers with their scale, times in UTC with all six digits. */
  const plain = (rows: readonly Row[], strip: boolean): Row[] => rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => {
    const bare = strip ? name.slice(1) : name;
    // The engine prints no zeros at the end of a decimal; the value is the same.
    if (bare === 'expected_value' && value !== null) return [bare, value.replace(/\.(\d*?)0*$/, (_, digits: string) => (digits === '' ? '' : `.${digits}`))];
    if (bare !== 'deleted_at' || value === null || strip) return [bare, value];
    return [bare, value.replace(/([+-]\d\d)$/, '').replace(/^([^.]*)(?:\.(\d*))?$/, (_, head: string, tail = '') => `${head}.${String(tail).padEnd(6, '0')}`)];
  })));

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.run(`SET TIME ZONE 'UTC'`);
    await stack.postgres.table('crm_deals', 'id uuid PRIMARY KEY, name text NOT NULL, stage_id uuid NOT NULL, owner_id uuid, expected_value numeric(18,2), close_date date, deleted_at timestamptz, note text');
    await stack.postgres.table('crm_empty', 'id uuid PRIMARY KEY, name text');
    for (let n = 0; n < 10; n++) await write();
    stream = await stack.stream();
    other = new pg.Client({ connectionString: stack.postgres.url });
    await other.connect();
    await until('the first watermark', async () => (await stack.rows('SELECT 1 FROM crm_raw._watermark')).length > 0);
    for (let step = 0; step < 120; step++) {
      await write();
      // A transaction whose change comes early and whose commit comes late.
      if (step === 20) await other.query(`BEGIN; INSERT INTO crm_core.crm_deals VALUES ('${uuid(90)}', 'late', '${uuid(100)}', NULL, 1, NULL, NULL, 'n')`);
      if (step === 45) await other.query('COMMIT');
      if (step === 50) await stack.run(`ALTER TABLE crm_core.crm_deals ADD COLUMN currency text NOT NULL DEFAULT 'USD'`);
      if (step === 80) await stack.run(`ALTER TABLE crm_core.crm_deals ALTER COLUMN expected_value TYPE numeric(20,2)`);
      if (step === 95) await stack.run(`ALTER TABLE crm_core.crm_deals DROP COLUMN note; ALTER TABLE crm_core.crm_deals ADD COLUMN source text`);
      if (step % 4 === 3) await keep();
      // What the log still holds of a column is not readable once the column is dropped: it is dropped when the stream is there.
      if (step === 60 || step === 94) await caughtUp();
    }
    await stack.run(`UPDATE crm_core.crm_deals SET stage_id = '${uuid(199)}'`);
    await caughtUp();
  });
  afterAll(async () => {
    await stream.stop();
    await other.end();
    await stack.stop();
  });

  it(`answers as of any instant and any position, to the last cell (seed ${seed})`, async () => {
    expect(kept.some(({ lsn, rows }, index) => index > 0 && lsn > kept[index - 1]!.lsn && rows.length > 5)).toBeTrue();
    for (const [index, moment] of kept.entries()) {
      const expected = plain(moment.rows, false);
      expect(plain(await asked(moment, asOf('crm_deals', { at: moment.at })), true)).withContext(`instant ${index}`).toEqual(expected);
      expect(plain(await asked(moment, asOf('crm_deals', { lsn: moment.lsn })), true)).withContext(`position ${index}`).toEqual(expected);
    }
    const last = kept.at(-1)!;
    expect(plain(await asked(last, `crm_history.crm_deals_asof(at = '${microsText(last.at)}')`), true)).toEqual(plain(last.rows, false));
  });

  it('knows where history begins and refuses to answer for earlier moments', async () => {
    const begin = (await historyBegins(stack.warehouse, 'crm_deals'))!;
    expect(begin.reason).toBe('snapshot');
    expect(begin.at < kept[0]!.at).toBeTrue();
    expect((await historyBegins(stack.warehouse, 'crm_empty'))?.reason).toBe('snapshot');
    expect(await historyBegins(stack.warehouse, 'crm_nothing')).toBeUndefined();
    for (const table of ['crm_deals', 'crm_empty']) {
      await expectAsync(stack.rows(`SELECT * FROM ${asOf(table, { at: begin.at - 60_000_000n })}`)).toBeRejectedWithError(/history of crm_.* does not reach back/);
      await expectAsync(stack.rows(`SELECT * FROM ${asOf(table, { lsn: 1n })}`)).toBeRejectedWithError(/does not reach back/);
      expect(await stack.rows(`SELECT count() AS n FROM ${asOf(table, { at: new Date() })}`)).toEqual([{ n: jasmine.any(String) }]);
    }
    await expectAsync(stack.rows(`SELECT * FROM crm_history.crm_deals_asof(at = '2001-01-01 00:00:00')`)).toBeRejectedWithError(/does not reach back/);
    const middle = kept[10]!;
    expect(await instantOf(stack.warehouse, 1n)).toBeUndefined();
    expect((await instantOf(stack.warehouse, kept.at(-1)!.lsn))! >= middle.at).toBeTrue();
  });

  it('keeps the state as of a horizon, and refuses what lies before it', async () => {
    const middle = kept[15]!;
    await stack.warehouse.command('CREATE TABLE crm_history.crm_old AS crm_history.crm_deals');
    await stack.warehouse.command('INSERT INTO crm_history.crm_old SELECT * FROM crm_history.crm_deals');
    const count = async (): Promise<number> => Number((await stack.rows<{ n: string }>('SELECT count() AS n FROM crm_history.crm_old FINAL'))[0]!.n);
    const before = await count();
    const result = await shortenHistory(stack.warehouse, 'crm_old', middle.at);
    expect(result.removed).toBeGreaterThan(10);
    expect(await count()).toBe(before - result.removed);
    for (const [index, moment] of kept.entries()) {
      const answer = asked(moment, asOf('crm_old', { at: moment.at }));
      if (index < 15) await expectAsync(answer).toBeRejectedWithError(/does not reach back/);
      else expect(plain(await answer, true)).withContext(String(index)).toEqual(plain(moment.rows, false));
    }
    expect((await historyBegins(stack.warehouse, 'crm_old'))?.reason).toBe('retention');
    expect((await shortenHistory(stack.warehouse, 'crm_old', middle.at)).removed).toBe(0);
    expect((await shortenHistory(stack.warehouse, 'crm_unknown', middle.at)).removed).toBe(0);
    // A policy reaches at most to the watermark: what is not complete is not judged.
    const [applied] = await applyRetention(stack.warehouse, [{ table: 'crm_old', keepDays: 0 }], BigInt(Date.now() + 86_400_000) * 1000n);
    expect(applied!.horizon <= BigInt(Date.now()) * 1000n).toBeTrue();
    expect(await readPolicies(stack.warehouse)).toEqual([]);
  });
});
