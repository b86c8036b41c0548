import fc from 'fast-check';
import { readPeriod } from '../forecast.period.js';
import type { ListedDeal } from '../simulation/simulation.types.js';
import { rangeOf, suppose } from './apply.changes.js';

const period = readPeriod('2026-Q4', { fiscal_year_start_month: 1, time_zone: 'UTC' });
const deal = (id: string, more: Partial<ListedDeal> = {}): ListedDeal => ({ id, cents: 10_000, stageProbability: 0.5, score: 0.4, stageId: 's1', closeDate: '2026-11-15', ...more });
const list = { wonCents: 500, deals: [deal('a'), deal('b', { stageId: 's2', score: null, stageProbability: 0.8 }), deal('late', { closeDate: '2027-01-10' }), deal('early', { closeDate: '2026-09-20' })] };

describe('a scenario of the forecast', () => {
  it('without changes is what is: the open deals of the period with their scores, else the probability of their stage', () => {
    const { wonCents, weightedCents, deals, missing } = suppose(list, period, {});
    expect([wonCents, weightedCents, missing]).toEqual([500, 500 + 5_000 + 8_000, 0]);
    expect(deals).toEqual([{ id: 'a', cents: 10_000, probability: 0.4 }, { id: 'b', cents: 10_000, probability: 0.8 }]);
  });

  it('changes chances by stage or for all others to at most 1, amounts by per cent to the cent, and adds what is new', () => {
    const { wonCents, weightedCents, deals } = suppose(list, period, { win_rates: [{ stage_id: 's2', factor: 1.5 }, { stage_id: null, factor: 0.5 }], amount_percent: -33.333, new_business: '12.34' });
    expect(deals).toEqual([{ id: 'a', cents: 6_667, probability: 0.2 }, { id: 'b', cents: 6_667, probability: 1 }]);
    expect([wonCents, weightedCents]).toEqual([1_734, 1_734 + 6_667 * 0.25 + 6_667]);
  });

  it('moves deals into the period and out of it, and asks for those that can come', () => {
    expect(suppose(list, period, { shift_days: 11 }).deals.map(({ id }) => id)).toEqual(['a', 'b', 'early']);
    expect(suppose(list, period, { shift_days: -10 }).deals.map(({ id }) => id)).toEqual(['a', 'b', 'late']);
    expect(suppose(list, period, { shift_days: 120 }).deals).toEqual([]);
    expect([rangeOf(period, { shift_days: 11 }), rangeOf(period, { shift_days: -10 }), rangeOf(period, {})]).toEqual([{ start: '2026-09-20', end: '2027-01-01' }, { start: '2026-10-01', end: '2027-01-11' }, { start: '2026-10-01', end: '2027-01-01' }]);
  });

  it('does to a single deal what is said of it, whatever is said of all, and counts those that it does not find', () => {
    const told = suppose(list, period, { amount_percent: 100, shift_days: 90, deals: [{ id: 'a', outcome: 'won' }, { id: 'b', amount: '1.00', close_date: '2026-12-31' }, { id: 'late', outcome: 'won', close_date: '2027-01-01' }, { id: 'early', outcome: 'lost' }, { id: 'x', outcome: 'won' }] });
    expect([told.wonCents, told.deals, told.missing]).toEqual([20_500, [{ id: 'b', cents: 100, probability: 0.8 }], 1]);
  });

  it('never makes less of a period by a better chance, a higher amount or a deal won', () => {
    const any = fc.array(fc.record({ id: fc.uuid(), cents: fc.integer({ min: 0, max: 1e8 }), stageProbability: fc.double({ min: 0, max: 1, noNaN: true }), score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), stageId: fc.constantFrom('s1', 's2', null), closeDate: fc.constantFrom('2026-10-01', '2026-12-31', '2027-01-01') }), { minLength: 1, maxLength: 20 });
    const expected = (deals: readonly ListedDeal[], changes: Parameters<typeof suppose>[2]): number => { const { wonCents, deals: open } = suppose({ wonCents: 0, deals }, period, changes); return open.reduce((sum, { cents, probability }) => sum + cents * probability, wonCents); };
    fc.assert(fc.property(any, fc.double({ min: 1, max: 5, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (deals, factor, percent) => {
      const before = expected(deals, {});
      expect(expected(deals, { win_rates: [{ stage_id: null, factor }] })).toBeGreaterThanOrEqual(before);
      expect(expected(deals, { amount_percent: percent })).toBeGreaterThanOrEqual(before);
      expect(expected(deals, { deals: [{ id: deals[0]?.id ?? '', outcome: 'won' }] })).toBeGreaterThanOrEqual(before);
    }), { numRuns: 200 });
  });
});
