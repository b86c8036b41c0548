import { day, ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

describe('KPIs of the forecast', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000; // Two cores may be busy with other suites.
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 180_000);
  afterAll(() => fixture.stop());

  const numbers = async (view: string, names: readonly string[], rest: Record<string, unknown> = {}): Promise<unknown[]> => {
    const row = await fixture.one({ measures: names.map((name) => `${view}.${name}`), ...rest });
    return names.map((name) => (row[`${view}.${name}`] === null ? null : Number(row[`${view}.${name}`])));
  };
  const within = (from: string, to: string): Record<string, unknown> => ({ timeDimensions: [{ dimension: 'forecast.close_date', dateRange: [from, to] }] });
  const of = (member: string, value: string): Record<string, unknown> => ({ filters: [{ member: `forecast.${member}`, operator: 'equals', values: [value] }] });

  it('keeps model and adjustments beside the weighted forecast, and divides plans of a quarter among its months to the cent', async () => {
    const { sara } = ids.reps;
    const adjustment = (n: number, row: Row): Row => ({ id: uuid(500 + n), reason: 'said so', currency: 'USD', period_start: '2031-01-01', period_end: '2031-04-01', version: 1, created_at: `${day(-50)} 00:00:00`, ...row });
    await fixture.insert('crm_forecast_adjustments', [
      adjustment(1, { user_id: sara, delta: '-5000.00' }), adjustment(2, { user_id: sara, delta: '-100.00', version: 2 }),
      adjustment(3, { team_id: ids.teams.gulf, delta: '30.00', currency: 'SAR' }), adjustment(4, { user_id: ids.reps.lena, delta: '7.00', deleted_at: `${day(-1)} 00:00:00` }),
    ]);
    await fixture.insert('crm_quotas', [{ id: uuid(520), user_id: sara, period_start: '2031-01-01', period_end: '2031-04-01', amount: '100.00', currency: 'USD', version: 1 }]);
    // The only scored deal: 10 000 × 0.75; by stage it is 10 000 × 0.5.
    expect(await numbers('forecast', ['won_amount', 'weighted_amount', 'model_weighted_amount', 'model_forecast_amount', 'adjustment_amount', 'adjusted_amount'], of('owner_id', sara))).toEqual([1000, 5000, 7500, 8500, -100, 5900]);
    const measures = ['adjustment_amount', 'quota_amount', 'gap_amount', 'adjusted_amount'];
    for (const [month, last, quota, delta] of [['01', '31', 33.33, -33.33], ['02', '28', 33.33, -33.33], ['03', '31', 33.34, -33.34]] as const) {
      expect(await numbers('forecast', measures, { ...of('owner_id', sara), ...within(`2031-${month}-01`, `2031-${month}-${last}`) })).withContext(month).toEqual([delta, quota, quota, delta]);
    }
    // A team's own adjustment belongs to the team and to nobody in it: 30 SAR × 0.27 are 8.10.
    const rows = await fixture.load({ measures: ['forecast.adjustment_amount'], dimensions: ['forecast.owner', 'forecast.team', 'forecast.region'], ...within('2031-01-01', '2031-03-31') });
    expect(rows.map((row) => [row['forecast.owner'], row['forecast.team'], row['forecast.region'], Number(row['forecast.adjustment_amount'])])).toEqual(jasmine.arrayWithExactContents([['Sara', 'Gulf', 'MENA', -100], [null, 'Gulf', 'MENA', 8.1]]));
  });

  it('measures how near forecasts came, never averaging ratios, and leaves running periods out', async () => {
    const { sara, omar, lena } = ids.reps;
    let n = 600;
    const snapshot = (who: string, source: string, category: string, amount: string, row: Row = {}): Row => ({
      id: uuid(n++), user_id: who, source, category, amount, currency: 'USD', taken_at: `${day(-59)} 08:00:00`, period_start: day(-60), period_end: day(-10), ...row,
    });
    await fixture.insert('crm_forecast_snapshots', [
      // Sara won 1 000, Omar 3 000, Lena nothing in the period.
      snapshot(sara, 'rep', 'closed', '200.00'), snapshot(sara, 'rep', 'commit', '1000.00'), snapshot(sara, 'rep', 'best_case', '9000.00'), snapshot(omar, 'rep', 'commit', '2000.00'),
      snapshot(sara, 'manager', 'weighted', '1500.00', { adjusted_amount: '1100.00' }), snapshot(omar, 'manager', 'weighted', '3000.00'), snapshot(sara, 'model', 'weighted', '400.00', { currency: 'SAR' }),
      snapshot(lena, 'rep', 'commit', '50.00'),
      snapshot(sara, 'rep', 'commit', '9.00', { period_start: day(-5), period_end: day(30), taken_at: `${day(-1)} 08:00:00` }),
      snapshot(sara, 'rep', 'commit', '8.00', { deleted_at: `${day(-1)} 00:00:00`, taken_at: `${day(-30)} 08:00:00` }), snapshot(sara, 'rep', 'commit', '8.00', { taken_at: `${day(-9)} 08:00:00` }),
      { ...snapshot(sara, 'manager', 'weighted', '77.00'), user_id: null, team_id: ids.teams.gulf },
    ]);
    const all = await numbers('forecast_accuracy', ['count', 'actual_amount', 'rep_forecast_amount', 'rep_error_amount', 'rep_accuracy', 'manager_error_amount', 'manager_accuracy', 'model_forecast_amount', 'model_accuracy', 'stage_accuracy']);
    // Rep: |1 200 − 1 000| + |2 000 − 3 000| + |50 − 0| of 4 000. Manager: 100 + 0 of 4 000. Model: 400 SAR × 0.27 = 108 of 1 000.
    expect(all).toEqual([4, 4000, 3250, 1250, 1 - 1250 / 4000, 100, 1 - 100 / 4000, 108, 1 - 892 / 1000, null]);
    const rows = await fixture.load({ measures: ['forecast_accuracy.rep_accuracy'], dimensions: ['forecast_accuracy.owner', 'forecast_accuracy.weeks_left'] });
    expect(rows.map((row) => [row['forecast_accuracy.owner'], Number(row['forecast_accuracy.weeks_left']), row['forecast_accuracy.rep_accuracy'] === null ? null : Number(row['forecast_accuracy.rep_accuracy'])])).toEqual(jasmine.arrayWithExactContents([
      ['Sara', 7, 0.8], ['Omar', 7, 1 - 1 / 3], ['Lena', 7, null], ['Sara', 4, null],
    ]));
  });
});
