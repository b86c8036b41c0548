import fc from 'fast-check';
import { ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid } from '../testing/semantic.fixture.js';

const models = ['first_touch', 'last_touch', 'linear', 'u_shaped', 'time_decay'] as const;
const hour = 3_600_000;
const closed = Date.parse('2026-03-10T12:00:00Z');
const instant = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '');

/** A won deal in cents with the hours before its closing at which it was touched, several at once among them; some after it. */
const sale = fc.record({
  cents: fc.oneof(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 999_999_999 })), currency: fc.constantFrom('USD', 'SAR'),
  hours: fc.array(fc.oneof(fc.integer({ min: -48, max: 24 * 400 }), fc.constantFrom(0, 24, 168)), { maxLength: 9 }),
});

describe('attribution', () => {
  let fixture: SemanticFixture;
  let next = 0;
  const sell = async (sales: readonly { cents: number; currency: string; hours: readonly number[] }[]): Promise<string[]> => {
    const deals = sales.map(() => uuid(100_000 + (next += 1)));
    await fixture.insert('crm_deals', sales.map(({ cents, currency }, index) => ({
      id: deals[index], name: `sale ${index}`, pipeline_id: uuid(40), stage_id: ids.stages.won, status: 'won', expected_value: (cents / 100).toFixed(2), currency, is_test: false, owner_id: ids.reps.sara, closed_at: instant(closed), close_date: '2026-03-10',
    })));
    await fixture.insert('crm_touches', sales.flatMap(({ hours }, index) => hours.map((before, n) => ({
      id: uuid(200_000 + (next += 1)), deal_id: deals[index], occurred_at: instant(closed - before * hour), channel: ['search', 'email', 'event'][n % 3], kind: 'visit',
    }))));
    return deals;
  };
  const among = (deals: readonly string[]): object => ({ filters: [{ member: 'attribution.deal_id', operator: 'equals', values: deals }] });
  const credits = async (deals: readonly string[], dimensions: readonly string[]): Promise<readonly Record<string, unknown>[]> =>
    fixture.load({ measures: models.map((model) => `attribution.${model}`), dimensions, order: { [dimensions[0] ?? '']: 'asc' }, limit: 50_000, ...among(deals) });

  beforeAll(async () => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 180_000);
  afterAll(() => fixture.stop());

  it('gives each touch before the closing its share in five models, and what nobody touched to direct', async () => {
    const shares = async (cents: number, hours: readonly number[]): Promise<number[][]> =>
      (await credits(await sell([{ cents, currency: 'USD', hours }]), ['attribution.occurred_at'])).map((row) => models.map((model) => Number(row[`attribution.${model}`])));
    // Four touches a week apart, the last at the closing; one after it gets nothing.
    expect(await shares(15_000, [504, 336, 168, 0, -1])).toEqual([[150, 0, 37.5, 60, 10], [0, 0, 37.5, 15, 20], [0, 0, 37.5, 15, 40], [0, 150, 37.5, 60, 80]]);
    expect(await shares(15_000, [336, 168, 0])).toEqual([[150, 0, 50, 60, 21.42], [0, 0, 50, 30, 42.86], [0, 150, 50, 60, 85.72]]);
    expect(await shares(101, [178, 10])).toEqual([[1.01, 0, 0.5, 0.5, 0.33], [0, 1.01, 0.51, 0.51, 0.68]]);
    expect(await shares(700, [5])).toEqual([[7, 7, 7, 7, 7]]);
    const untouched = await credits(await sell([{ cents: 1_234, currency: 'USD', hours: [] }, { cents: 1, currency: 'USD', hours: [-3] }]), ['attribution.channel']);
    expect(untouched).toEqual([{ 'attribution.channel': 'direct', ...Object.fromEntries(models.map((model) => [`attribution.${model}`, '12.35'])) }]);
  });

  it('counts a touch of the lead that became the deal, once', async () => {
    const [deal = ''] = await sell([{ cents: 1_000, currency: 'USD', hours: [10] }]);
    await fixture.insert('crm_leads', [{ id: uuid(300_001), full_name: 'lead', status: 'converted', is_test: false, converted_deal_id: deal }]);
    await fixture.insert('crm_touches', [
      { id: uuid(300_002), lead_id: uuid(300_001), occurred_at: instant(closed - 20 * hour), channel: 'webinar', kind: 'attendance' },
      { id: uuid(300_003), lead_id: uuid(300_001), deal_id: deal, occurred_at: instant(closed - 5 * hour), channel: 'email', kind: 'click' },
    ]);
    expect((await credits([deal], ['attribution.channel'])).map((row) => [row['attribution.channel'], Number(row['attribution.first_touch']), Number(row['attribution.last_touch']), Number(row['attribution.linear'])]))
      .toEqual([['email', 0, 10, 3.34], ['search', 0, 0, 3.33], ['webinar', 10, 0, 3.33]]);
  });

  it('shares out all of the won revenue to the cent, in every model and split', async () => {
    const seed = Date.now() % 2 ** 31;
    const deals = await sell(fc.sample(sale, { numRuns: 300, seed }));
    const worth = new Map((await fixture.load({ measures: ['deals.won_amount'], dimensions: ['deals.id'], filters: [{ member: 'deals.id', operator: 'equals', values: deals }] })).map((row) => [String(row['deals.id']), Math.round(Number(row['deals.won_amount']) * 100)]));
    const byDeal = await credits(deals, ['attribution.deal_id']);
    expect(byDeal.length).withContext(`seed ${seed}`).toBe(300);
    const broken = byDeal.flatMap((row) => models.filter((model) => Math.round(Number(row[`attribution.${model}`]) * 100) !== worth.get(String(row['attribution.deal_id']))).map((model) => [row['attribution.deal_id'], model]));
    expect(broken).withContext(`seed ${seed}`).toEqual([]);
    const whole = [...worth.values()].reduce((sum, cents) => sum + cents, 0);
    for (const split of ['attribution.channel', 'attribution.occurred_at']) {
      const rows = await credits(deals, [split]);
      for (const model of models) {
        const cents = rows.map((row) => Math.round(Number(row[`attribution.${model}`]) * 100));
        expect(cents.reduce((sum, one) => sum + one, 0)).withContext(`${model} by ${split}, seed ${seed}`).toBe(whole);
        expect(Math.min(...cents)).withContext(`${model} by ${split}, seed ${seed}`).toBeGreaterThanOrEqual(0);
      }
    }
    // And all there is: the revenue of the business.
    const won = await fixture.one({ measures: ['deals.won_amount'] });
    const all = await fixture.one({ measures: models.map((model) => `attribution.${model}`) });
    for (const model of models) expect(Number(all[`attribution.${model}`])).withContext(model).toBe(Number(won['deals.won_amount']));
  });
});
