import { ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

describe('stage visits', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 90_000);
  afterAll(() => fixture.stop());

  let id = 3_000;
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().replace('T', ' ').replace('Z', '');
  /** Visits of the open deal 6 to a stage: `[days, ended]`; what has not ended lasts since then. */
  const visits = async (list: readonly (readonly [number, boolean])[], row: Row = {}): Promise<void> => {
    await fixture.sql('TRUNCATE TABLE crm_raw.crm_deal_stage_history');
    await fixture.insert('crm_deal_stage_history', list.map(([days, ended]): Row => {
      const entered = Date.parse('2026-01-01T00:00:00Z');
      const times = ended ? { entered_at: '2026-01-01 00:00:00', left_at: new Date(entered + days * 86_400_000).toISOString().replace('T', ' ').replace('Z', '') } : { entered_at: ago(days), left_at: null };
      return { id: uuid((id += 1)), deal_id: uuid(106), to_stage_id: ids.stages.offer, ...times, ...row };
    }));
    await fixture.settled();
  };
  const ask = async (dimensions: readonly string[] = []): Promise<readonly unknown[][]> => (await fixture.load({
    measures: ['count', 'open_count', 'median_days'].map((name) => `stage_visits.${name}`), dimensions: dimensions.map((name) => `stage_visits.${name}`), order: dimensions.map((name) => [`stage_visits.${name}`, 'asc']),
  })).map((row) => [...dimensions.map((name) => row[`stage_visits.${name}`]), Number(row['stage_visits.count']), Number(row['stage_visits.open_count']), row['stage_visits.median_days'] === null ? null : Number(Number(row['stage_visits.median_days']).toFixed(3))]);

  it('have the median that Kaplan and Meier give by hand', async () => {
    const cases: [string, readonly (readonly [number, boolean])[], number | null][] = [
      ['none', [], null],
      ['all ended, odd: the middle one', [[3, true], [9, true], [5, true]], 5],
      ['all ended, even: the mean of the two in the middle', [[2, true], [4, true], [7, true], [9, true]], 5.5],
      // 5 still there: ¾ after 2 … 1 − 1/5 = 0.8 at 2; censored at 3; 0.8 × ⅔ = 0.533 at 4; 0.533 × ½ = 0.267 at 6.
      ['an open one takes part until now', [[2, true], [3, false], [4, true], [6, true], [8, false]], 6],
      // Left out, the open ones would make it 2.
      ['open ones that lasted longer push it up', [[1, true], [2, true], [3, true], [10, false], [11, false], [12, false]], 3],
      ['fewer than half have ended', [[1, true], [5, false], [6, false]], null],
      // At 4 two of four end: ½ exactly, until the next end at 7.
      ['ends at one time fall together, and ½ lasts until the next end', [[4, true], [4, true], [7, true], [9, true]], 5.5],
      ['½ that lasts to the end is its first time', [[4, true], [4, true], [7, false], [9, false]], 4],
      ['one that ended', [[5, true]], 5],
      ['all open', [[5, false], [6, false]], null],
    ];
    for (const [name, list, expected] of cases) {
      await visits(list);
      expect(await ask()).withContext(name).toEqual([[list.length, list.filter(([, ended]) => !ended).length, expected]]);
    }
  });

  it('are split by stage and state, end with the deal, and leave out closed stages and deals that do not count', async () => {
    await visits([[2, true], [4, true], [6, false]]);
    const closed = (n: number, deal: number, row: Row): Row => ({ id: uuid(n), deal_id: uuid(deal), to_stage_id: ids.stages.lead, entered_at: ago(50), left_at: null, ...row });
    await fixture.insert('crm_deal_stage_history', [
      closed(3_900, 101, {}), closed(3_901, 101, { to_stage_id: ids.stages.won }), closed(3_902, 109, {}), closed(3_903, 110, {}), closed(3_904, 102, { deleted_at: ago(1) }),
    ]);
    await fixture.settled();
    const byStage = await ask(['stage', 'state']);
    // Deal 1 was won 40 days ago: its visit lasted from 50 days ago until then.
    expect(byStage.map((row) => row.slice(0, 4))).toEqual([['Lead', 'ended', 1, 0], ['Offer', 'ended', 2, 0], ['Offer', 'open', 1, 1]]);
    expect(byStage[0]?.[4]).toBeCloseTo((Date.parse(`${ago(40).slice(0, 10)}T10:00:00Z`) - (Date.now() - 50 * 86_400_000)) / 86_400_000, 1);
    expect(byStage.slice(1).map((row) => row[4])).toEqual([3, null]);
  });
});
