import { day, ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid } from '../testing/semantic.fixture.js';
import { cubeOf } from './model.registry.js';
import { views } from './model.index.js';

type Values = Record<string, unknown>;

describe('KPIs of deals', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    // Two cores may be busy with other suites.
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 60_000);
  afterAll(() => fixture.stop());

  const deals = async (names: readonly string[], rest: Values = {}): Promise<Values> => {
    const row = await fixture.one({ measures: names.map((name) => `deals.${name}`), ...rest });
    return Object.fromEntries(names.map((name) => [name, row[`deals.${name}`]]));
  };

  it('counts without deleted and test records', async () => {
    expect(await deals(['count', 'open_count', 'won_count', 'lost_count'])).toEqual({ count: '8', open_count: '3', won_count: '3', lost_count: '2' });
  });

  it('converts each amount at the rate of its day and sums to the cent', async () => {
    // Won in SAR 200 days ago at 0.26; open in SAR at today's 0.27.
    expect(await deals(['won_amount', 'lost_amount', 'open_amount'])).toEqual({ won_amount: '4520', lost_amount: '1200', open_amount: '11080' });
  });

  it('weights by stage, and beside it by the latest score of the model', async () => {
    const { weighted_amount, model_weighted_amount, scored_count } = await deals(['weighted_amount', 'model_weighted_amount', 'scored_count']);
    expect(Number(weighted_amount)).toBe(10_000 * 0.5 + 1_080 * 0.1);
    expect(Number(model_weighted_amount)).toBe(7_500);
    expect(scored_count).toBe('1');
  });

  it('gives ratios from 0 to 1', async () => {
    const values = await deals(['win_rate', 'value_win_rate']);
    expect(Number(values['win_rate'])).toBeCloseTo(3 / 5, 12);
    expect(Number(values['value_win_rate'])).toBeCloseTo(4520 / 5720, 12);
  });

  it('gives mean and median side by side', async () => {
    const values = await deals(['average_won_amount', 'median_won_amount', 'sales_cycle', 'average_sales_cycle']);
    // Amounts 520, 1000, 3000; cycles 20, 10 and 10 hours, 30 days.
    expect(Number(values['average_won_amount'])).toBeCloseTo(4520 / 3, 9);
    expect(Number(values['median_won_amount'])).toBe(1000);
    expect(Number(values['sales_cycle'])).toBe(20);
    expect(Number(values['average_sales_cycle'])).toBeCloseTo((20 + 10 + 10 / 24 + 30) / 3, 9);
  });

  it('computes velocity as N × W × A ÷ L over the last 90 days', async () => {
    const cycle = (10 + 10 / 24 + 30) / 2;
    expect(Number((await deals(['velocity']))['velocity'])).toBeCloseTo((3 * (2 / 3) * 2000) / cycle, 6);
  });

  it('narrows all four factors of velocity to the same segment', async () => {
    const rows = await fixture.load({ measures: ['deals.velocity'], dimensions: ['deals.owner'] });
    const byOwner = new Map(rows.map((row) => [row['deals.owner'], row['deals.velocity']]));
    expect(Number(byOwner.get('Sara'))).toBeCloseTo((1 * (1 / 2) * 1000) / (10 + 10 / 24), 6);
    expect(Number(byOwner.get('Omar'))).toBeCloseTo((1 * 1 * 3000) / 30, 6);
    expect(byOwner.get('Lena')).toBeNull();
  });

  it('gives null, not zero, without a denominator', async () => {
    const nothing = { filters: [{ member: 'deals.status', operator: 'equals', values: ['open'] }] };
    const values = await deals(['win_rate', 'value_win_rate', 'average_won_amount', 'median_won_amount', 'sales_cycle', 'average_sales_cycle', 'velocity'], nothing);
    for (const [name, value] of Object.entries(values)) expect(value).withContext(name).toBeNull();
  });

  it('names the reporting currency', async () => {
    expect(await deals(['reporting_currency'])).toEqual({ reporting_currency: 'USD' });
  });

  it('takes the region of the account, else that of the team, and merged accounts as their survivor', async () => {
    const rows = await fixture.load({ measures: ['deals.count'], dimensions: ['deals.region'] });
    expect(Object.fromEntries(rows.map((row) => [String(row['deals.region']), row['deals.count']]))).toEqual({ Americas: '3', MENA: '3', EMEA: '1', null: '1' });
    const accounts = await fixture.load({ measures: ['deals.count'], dimensions: ['deals.account'] });
    expect(accounts.find((row) => row['deals.account'] === 'Acme')?.['deals.count']).toBe('3');
  });

  it('sums over every dimension to the whole: no join fans out', async () => {
    const view = views.find(({ name }) => name === 'deals');
    if (!view) throw new Error('no view deals');
    const cube = cubeOf(view);
    const additive = Object.entries(cube.measures).filter(([, measure]) => measure.additive && !measure.internal).map(([name]) => `deals.${name}`);
    const whole = await fixture.one({ measures: additive });
    const dimensions = Object.entries(cube.dimensions).filter(([, dimension]) => !dimension.internal);
    for (const [name, { type }] of dimensions) {
      const split = type === 'time' ? { timeDimensions: [{ dimension: `deals.${name}`, granularity: 'month' }] } : { dimensions: [`deals.${name}`] };
      const rows = await fixture.load({ measures: additive, ...split });
      for (const measure of additive) {
        const sum = rows.reduce((total, row) => total + Number(row[measure]), 0);
        expect(sum).withContext(`${measure} by ${name}`).toBeCloseTo(Number(whole[measure]), 6);
      }
    }
  }, 60_000);

  it('keeps a calendar date on its day in any time zone', async () => {
    for (const timezone of ['UTC', 'America/Los_Angeles', 'Pacific/Auckland']) {
      const rows = await fixture.load({
        measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.close_date', granularity: 'day', dateRange: [day(20), day(20)] }], timezone,
      });
      expect(rows.filter((row) => Number(row['deals.count']) > 0).map((row) => row['deals.close_date.day'])).withContext(timezone).toEqual([`${day(20)}T00:00:00.000`]);
    }
  });

  it('ends a period half-open: the last microsecond is in, the next is not', async () => {
    const edge = uuid(990);
    const row = { id: edge, name: 'edge', status: 'lost', pipeline_id: uuid(40), stage_id: ids.stages.lost, currency: 'USD', is_test: false, expected_value: '1.00' };
    const count = async (): Promise<unknown> =>
      (await fixture.one({ measures: ['deals.lost_count'], timeDimensions: [{ dimension: 'deals.closed_at', dateRange: ['2020-01-01', '2020-01-31'] }] }))['deals.lost_count'];
    await fixture.insert('crm_deals', [{ ...row, closed_at: '2020-01-31 23:59:59.999999' }]);
    await fixture.settled();
    expect(await count()).toBe('1');
    await fixture.insert('crm_deals', [{ ...row, closed_at: '2020-02-01 00:00:00' }]);
    await fixture.settled();
    expect(await count()).toBe('0');
    await fixture.insert('crm_deals', [{ ...row, closed_at: '2020-02-01 00:00:00', _deleted: 1 }]);
    await fixture.settled();
    expect(await deals(['count'])).toEqual({ count: '8' });
  });

  it('refuses to convert without a rate, but only where the amount counts', async () => {
    const row = { id: uuid(991), name: 'no rate', status: 'open', pipeline_id: uuid(40), stage_id: ids.stages.lead, currency: 'JPY', is_test: false };
    await fixture.insert('crm_deals', [{ ...row, expected_value: '5000.00' }]);
    await fixture.settled();
    await expectAsync(deals(['open_amount'])).toBeRejectedWithError(/Code: 395\. DB::Exception: CRM: an exchange rate to the reporting currency is missing; add it to the exchange rates$/);
    expect(await deals(['count'])).toEqual({ count: '9' });
    // An inverted rate serves when there is no direct one: 1 USD = 0.8 EUR, so 1 EUR = 1.25 USD.
    await fixture.insert('crm_deals', [{ ...row, currency: 'EUR', expected_value: '100.00' }]);
    await fixture.settled();
    expect(await deals(['open_amount'])).toEqual({ open_amount: '11205' });
    await fixture.insert('crm_deals', [{ ...row, expected_value: null, _deleted: 1 }]);
    await fixture.settled();
  });
});
