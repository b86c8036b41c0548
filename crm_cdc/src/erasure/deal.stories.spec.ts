import { DEAL_VIEWS, asOf } from 'crm_warehouse';
import { until } from '../testing/postgres.testing.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { startTestStack, type TestStack } from '../testing/stream.testing.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000; // Servers start and stop in here, on machines that others use as well.

const uuid = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const short = (id: string | null): number | null => (id === null ? null : Number(id.slice(-12)));

interface State { stage: number; owner: number | null; amount: number | null; currency: string; close: string | null; status: string; deleted: boolean }
interface Told { stages: string[]; amounts: string[]; slips: string[]; owners: string[] }

/** The same stories, computed while the writes are made, one deal at a time. */
class Teller {
  readonly told: Told = { stages: [], amounts: [], slips: [], owners: [] };
  readonly states = new Map<number, State>();
  private readonly last = new Map<number, State>();
  /** Deals that a snapshot brought: how they began is not known. */
  private readonly found = new Set<number>();

  /** Takes the state that a transaction left; null after a hard delete. */
  commit(id: number, now: State | null, quiet = false): void {
    const before = this.states.get(id);
    const alive = now !== null && !now.deleted;
    const wasAlive = before !== undefined && !before.deleted;
    const last = this.last.get(id);
    if (!quiet) {
      if (alive && last === undefined) this.told.stages.push(`${id} ${this.found.has(id) ? 'restored' : 'created'} null>${now.stage}`);
      else if (alive && !wasAlive) this.told.stages.push(`${id} restored null>${now.stage}`);
      else if (alive && last !== undefined && last.stage !== now.stage) this.told.stages.push(`${id} moved ${last.stage}>${now.stage}`);
      else if (!alive && wasAlive) this.told.stages.push(`${id} deleted ${before.stage}>null`);
      if (alive && last !== undefined) this.compare(id, last, now);
    }
    if (now === null) {
      this.states.delete(id);
      this.last.delete(id);
      this.found.delete(id);
    } else {
      this.states.set(id, now);
      if (alive) this.last.set(id, now);
    }
    if (quiet) this.found.add(id);
  }

  private compare(id: number, last: State, now: State): void {
    if (last.amount !== now.amount || last.currency !== now.currency) this.told.amounts.push(`${id} ${last.amount} ${last.currency}>${now.amount} ${now.currency}`);
    if (last.owner !== now.owner) this.told.owners.push(`${id} ${last.owner}>${now.owner}`);
    if (last.close === now.close) return;
    const days = last.close === null || now.close === null ? null : Math.round((Date.parse(now.close) - Date.parse(last.close)) / 86_400_000);
    this.told.slips.push(`${id} ${days === null ? (last.close === null ? 'set' : 'cleared') : days > 0 ? 'slip' : 'pull_in'} ${days}`);
  }
}

describe('the stories of deals', () => {
  let stack: TestStack;
  let stream: EmbeddedStream;
  const teller = new Teller();
  const seed = Number(process.hrtime.bigint() % 1_000_000n);
  let place = seed;
  const random = (below: number): number => {
    place = (Math.imul(place, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((place / 4_294_967_296) * below);
  };
  const drawn = (): State => ({
    stage: random(4), owner: random(5) === 0 ? null : random(3), amount: random(6) === 0 ? null : random(5) * 100, currency: random(8) === 0 ? 'EUR' : 'USD',
    close: random(6) === 0 ? null : `2026-0${1 + random(9)}-15`, status: ['open', 'won', 'lost'][random(3)]!, deleted: random(7) === 0,
  });
  const sql = (id: number, state: State): string => {
    const values = [`'${uuid(id)}'`, `'${uuid(state.stage)}'`, `'${uuid(0)}'`, `'${state.status}'`, state.owner === null ? 'NULL' : `'${uuid(state.owner)}'`, state.amount ?? 'NULL', `'${state.currency}'`,
      state.close === null ? 'NULL' : `'${state.close}'`, state.deleted ? 'now()' : 'NULL'];
    return `INSERT INTO crm_core.crm_deals (id, stage_id, pipeline_id, status, owner_id, expected_value, currency, close_date, deleted_at) VALUES (${values.join(', ')})
      ON CONFLICT (id) DO UPDATE SET stage_id = EXCLUDED.stage_id, status = EXCLUDED.status, owner_id = EXCLUDED.owner_id, expected_value = EXCLUDED.expected_value, currency = EXCLUDED.currency, close_date = EXCLUDED.close_date, deleted_at = EXCLUDED.deleted_at`;
  };
  const caughtUp = async (): Promise<void> => {
    // Tables are written side by side: only the watermark says that all of them are complete.
    const { rows: [at] } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
    await stack.run(`INSERT INTO crm_core.crm_marks DEFAULT VALUES`);
    await until('the watermark', async () => {
      if (stack.lines.some((line) => line.includes('rror'))) throw new Error(stack.lines.join('; '));
      const [mark] = await stack.rows<{ lsn: string }>('SELECT toString(max(lsn)) AS lsn FROM crm_raw._watermark FINAL');
      return BigInt(mark?.lsn ?? 0) > BigInt(at!.lsn);
    }, 120_000);
  };

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_deals', `id uuid PRIMARY KEY, stage_id uuid NOT NULL, pipeline_id uuid NOT NULL, status text NOT NULL, owner_id uuid, account_id uuid, expected_value numeric(18,2),
      currency char(3) NOT NULL, close_date date, closed_at timestamptz, is_test boolean NOT NULL DEFAULT false, deleted_at timestamptz`);
    await stack.postgres.table('crm_marks', 'id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY');
    for (let id = 0; id < 5; id++) {
      const state = drawn();
      await stack.run(sql(id, state));
      // What a snapshot brings is no change; a deal that it finds in the bin has no stage before.
      teller.commit(id, state, true);
    }
    stream = await stack.stream();
    stream.ended.catch((error: unknown) => stack.lines.push(String(error)));
    for (let step = 0; step < 250; step++) {
      const id = random(12);
      const state = drawn();
      if (random(10) === 0) {
        await stack.run(`DELETE FROM crm_core.crm_deals WHERE id = '${uuid(id)}'`);
        if (teller.states.has(id)) teller.commit(id, null);
      } else if (random(5) === 0) {
        // Several writes of one transaction: only what it leaves was ever the state.
        await stack.run(`BEGIN; ${sql(id, drawn())}; ${sql(id, drawn())}; ${sql(id, state)}; COMMIT`);
        teller.commit(id, state);
      } else {
        const known = teller.states.get(id);
        const next = known !== undefined && random(4) === 0 ? known : state; // Now and then a write that changes nothing.
        await stack.run(sql(id, next));
        teller.commit(id, next);
      }
    }
    await caughtUp();
  });
  afterAll(async () => {
    await stream.stop();
    await stack.stop();
  });

  it(`are told from history alone, each change once (seed ${seed})`, async () => {
    // The other specs, in whatever order, write deals of their own.
    const drawnOnly = `deal_id IN (${Array.from({ length: 12 }, (_, id) => `'${uuid(id)}'`).join(', ')})`;
    const told = async (again: string): Promise<void> => {
      const stages = await stack.rows<{ id: string; kind: string; f: string | null; t: string | null }>(`SELECT deal_id AS id, kind, from_stage_id AS f, to_stage_id AS t FROM crm_mart.deal_stage_changes WHERE ${drawnOnly} ORDER BY at`);
      expect(stages.map((row) => `${short(row.id)} ${row.kind} ${short(row.f)}>${short(row.t)}`)).withContext(again).toEqual(teller.told.stages);
      const amounts = await stack.rows<{ id: string; a: string | null; b: string | null; c: string; d: string }>(`SELECT deal_id AS id, toString(from_amount) AS a, toString(to_amount) AS b, from_currency AS c, to_currency AS d FROM crm_mart.deal_amount_changes WHERE ${drawnOnly} ORDER BY at`);
      expect(amounts.map((row) => `${short(row.id)} ${row.a === null ? null : Number(row.a)} ${row.c}>${row.b === null ? null : Number(row.b)} ${row.d}`)).withContext(again).toEqual(teller.told.amounts);
      const slips = await stack.rows<{ id: string; kind: string; days: number | null }>(`SELECT deal_id AS id, kind, days FROM crm_mart.deal_slips WHERE ${drawnOnly} ORDER BY at`);
      expect(slips.map((row) => `${short(row.id)} ${row.kind} ${row.days}`)).withContext(again).toEqual(teller.told.slips);
      const owners = await stack.rows<{ id: string; a: string | null; b: string | null }>(`SELECT deal_id AS id, from_owner_id AS a, to_owner_id AS b FROM crm_mart.deal_owner_changes WHERE ${drawnOnly} ORDER BY at`);
      expect(owners.map((row) => `${short(row.id)} ${short(row.a)}>${short(row.b)}`)).withContext(again).toEqual(teller.told.owners);
    };
    expect(Object.values(teller.told).every((list: string[]) => list.length > 20)).toBeTrue();
    await told('once');
    // The same versions delivered again.
    await stack.warehouse.command('INSERT INTO crm_history.crm_deals SELECT * FROM crm_history.crm_deals');
    await told('delivered again');
    expect((await stack.rows<{ name: string }>(`SELECT name FROM system.tables WHERE database = 'crm_mart'`)).map((row) => row.name).sort()).toEqual([...DEAL_VIEWS].sort());
  });

  it('know the days in a stage, and say where they do not', async () => {
    const id = 500;
    for (const stage of [1, 2, 3]) await stack.run(sql(id, { ...drawn(), stage, deleted: false, status: 'open' }));
    await caughtUp();
    const rows = await stack.rows<{ kind: string; days: number | null; exact: number; at: string }>(`SELECT kind, days_in_stage AS days, days_are_exact AS exact, toString(toUnixTimestamp64Micro(at)) AS at FROM crm_mart.deal_stage_changes WHERE deal_id = '${uuid(id)}' ORDER BY at`);
    expect(rows.map((row) => [row.kind, Boolean(row.exact)])).toEqual([['created', false], ['moved', true], ['moved', true]]);
    expect(rows[2]!.days).toBeCloseTo((Number(rows[2]!.at) - Number(rows[1]!.at)) / 86_400_000_000, 6);
    expect(rows[0]!.days).toBeNull();
  });

  it('give the deals of a day', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const on = await stack.rows<{ id: string }>(`SELECT deal_id AS id FROM crm_mart.deals_on(day = '${today}') ORDER BY id`);
    const now = await stack.rows<{ id: string }>(`SELECT id FROM ${asOf('crm_deals', { at: new Date(Date.now() + 60_000) })} WHERE deleted_at IS NULL ORDER BY id`);
    expect(on).toEqual(now);
    expect(on.length).toBeGreaterThan(3);
    await expectAsync(stack.rows(`SELECT * FROM crm_mart.deals_on(day = '2020-01-01')`)).toBeRejectedWithError(/does not reach back/);
  });
});
