import { views } from '../model/model.index.js';
import { viewMembers } from '../model/model.render.js';
import { cubeOf } from '../model/model.registry.js';
import type { SemanticServer } from '../server/cube.server.js';
import { insertAdversaries } from '../testing/adversarial.data.js';
import { insertRandomBusiness } from '../testing/random.business.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

interface Kept {
  readonly name: string;
  readonly cube: string;
}

const open = { measures: ['deals.count', 'deals.open_amount'] };
const keptByAll = ['crm_deals', 'crm_rates', 'crm_owner', 'crm_account', 'crm_stage', 'crm_stage_funnel', 'crm_forecast', 'crm_acquisition', 'crm_mrr_bridge', 'crm_invoices', 'crm_subscriptions'];

describe('rows that are kept', () => {
  let fixture: SemanticFixture;
  let direct: SemanticServer;
  let turn = 1_000;
  beforeAll(async () => {
    fixture = await SemanticFixture.start();
    await insertRandomBusiness(fixture, 20_261_130);
    await insertAdversaries(fixture);
    direct = await fixture.another({ CRM_CUBE_KEPT_MB: '0' });
  }, 120_000);
  afterAll(async () => {
    await direct.close();
    await fixture.stop();
  });

  /** The answer to a question that nobody asked before, so that no answer kept anywhere serves. */
  const ask = (query: object, of = fixture.server): Promise<readonly Row[]> => fixture.load({ ...query, limit: (turn += 1) }, {}, of.url);
  const kept = async (cube?: string): Promise<readonly Kept[]> => {
    const text = (await fixture.sql(`SELECT name, comment AS cube FROM system.tables WHERE database = 'crm_mart' AND engine = 'Memory' ORDER BY name FORMAT JSONEachRow`)).trim();
    const all = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Kept);
    return all.filter((one) => cube === undefined || one.cube === cube);
  };
  /** A state in which nothing is kept of deals yet. */
  const addDeal = async (): Promise<void> => {
    turn += 1;
    await fixture.insert('crm_deals', [{ id: uuid(900_000 + turn), name: 'Later', status: 'open', expected_value: '10', currency: 'USD', is_test: false }]);
    await fixture.settled();
  };

  it('give the answers that the mirrored tables give, by every member of every cube that is kept', async () => {
    await addDeal();
    const first = new Map<string, string>();
    for (const view of views.filter((one) => cubeOf(one).kept === true)) {
      const cube = cubeOf(view);
      const members = viewMembers(view, cube);
      const measures = members.filter((name) => name in cube.measures).map((name) => `${view.name}.${name}`);
      const dimensions = members.filter((name) => name in cube.dimensions).map((name) => `${view.name}.${name}`);
      const questions = [{ measures }, ...inFours(dimensions).map((four) => ({ measures: measures.slice(0, 2), dimensions: four }))];
      await ask(questions[0] ?? {});
      for (const question of questions) {
        const [mine, theirs] = [await ask(question), await ask(question, direct)];
        expect(rowsOf(mine)).withContext(JSON.stringify(question)).toEqual(rowsOf(theirs));
        expect(mine.length).withContext(JSON.stringify(question)).toBeGreaterThan(0);
        for (const { cube: made, name } of await kept()) if (!first.has(made)) first.set(made, name);
      }
    }
    expect([...first.keys()]).toEqual(jasmine.arrayContaining(keptByAll));
    // A member that reads a column which is not kept would have been answered without, and the rows made again.
    expect(new Map((await kept()).map(({ cube, name }) => [cube, name]))).toEqual(first);
  }, 240_000);

  it('are made for the second question of a state, and anew once a table has moved', async () => {
    await addDeal();
    const [before] = await ask(open);
    expect(await kept('crm_deals')).toEqual([]);
    expect(await ask(open)).toEqual([before!]);
    const [first] = await kept('crm_deals');
    expect(first).toBeDefined();
    await addDeal();
    for (const time of ['first', 'second', 'third']) expect(Number((await ask(open))[0]?.['deals.count'])).withContext(time).toBe(Number(before?.['deals.count']) + 1);
    const now = await kept('crm_deals');
    expect(now.length).toBe(1);
    expect(now[0]?.name).not.toBe(first?.name);
  });

  it('that a restart of the warehouse has emptied, or that somebody has dropped, answer nothing: the question is asked as it was written', async () => {
    await addDeal();
    const before = await ask(open);
    await ask(open);
    await fixture.restartWarehouse();
    expect((await fixture.sql(`SELECT sum(total_rows) FROM system.tables WHERE database = 'crm_mart' AND engine = 'Memory'`)).trim()).toBe('0');
    for (let n = 0; n < 3; n += 1) expect(await ask(open)).toEqual(before);
    expect((await kept('crm_deals')).length).toBe(1);
    for (const { name } of await kept()) await fixture.sql(`DROP TABLE crm_mart.${name} SYNC`);
    expect(await ask(open)).toEqual(before);
  });

  it('are no more than is allowed, and go with the server that made them', async () => {
    await addDeal();
    const small = await fixture.another({ CRM_CUBE_KEPT_MB: '0.03' });
    const before = await ask(open, direct);
    const mine = async (): Promise<readonly Kept[]> => (await kept()).filter(({ name }) => !others.has(name));
    const others = new Set((await kept()).map(({ name }) => name));
    try {
      for (let n = 0; n < 3; n += 1) expect(await ask(open, small)).toEqual(before);
      const cubes = (await mine()).map(({ cube }) => cube);
      expect(cubes).not.toContain('crm_deals');
      expect(cubes.length).toBeGreaterThan(0);
    } finally {
      await small.close();
    }
    expect(await mine()).toEqual([]);
  });
});

const inFours = (all: readonly string[]): (readonly string[])[] => Array.from({ length: Math.ceil(all.length / 4) }, (_, n) => all.slice(n * 4, n * 4 + 4));

/** Money to the cent as it is; of a mean of fractions the last digits are those of the order in which they were summed. */
const exact = (value: unknown): unknown => (typeof value === 'string' && /^-?\d+\.\d{11,}$/.test(value) ? Number(value).toPrecision(13) : value);

/** Rows as text in one order: that of rows which a question does not sort is nobody's promise. */
const rowsOf = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row, (_key, value: unknown) => exact(value))).sort();
