import { Row } from '@core/analytics/analytics.client';
import { momentLines } from './asof/asof.view';
import { bridgeOf, groupsOf, stepsOf } from './changes/changes.view';
import { dealRows } from './deals.view';
import { approximate, exact, sameCent, sumExact } from '@shared/format/exact';
import { cellKey, flowMatrix, heatOf, OUTSIDE } from './flow/flow.view';
import { fieldOf, instantOf, isInstant, quarterRange, quartersAround, readAddress, startOf } from './pipeline.address';
import { amountOf, BAR_KEYS, barFilter, BARS, countOf, groupFilter, spanFilters } from './pipeline.members';
import { Reader, signedMoney } from '@shared/format/reader';
import { stageLines, stageQueries } from './stages/stages.view';
import { isBeforeHistory } from './span-problem.component';

const NOW = new Date('2026-08-22T13:00:00Z');
const reader: Reader = { tag: 'en-u-ca-gregory', arabic: false, currency: 'USD', text: (key, values) => (values ? `${key}(${JSON.stringify(values)})` : key) };
const row = (values: Record<string, string | number | null>): Row => Object.fromEntries(Object.entries(values).map(([key, value]) => [`pipeline_change.${key}`, value]));

describe('pipeline address', () => {
  it('takes named starts, exact instants and closing quarters, and leaves nonsense to the defaults', () => {
    expect(readAddress({}, NOW)).toEqual({ view: 'changes', start: 'month', from: null, until: null, close: null, by: null, pick: null, of: null, at: null });
    expect(readAddress({ from: 'quarter', close: '2026-Q4', by: 'team', pick: 'won', of: '', view: 'flow' }, NOW)).toEqual(jasmine.objectContaining({ start: 'quarter', from: '2026-07-01T00:00Z', close: '2026-Q4', by: 'team', pick: 'won', of: '', view: 'flow' }));
    expect(readAddress({ from: '2026-02-30T00:00Z', until: 'soon', close: '2026-Q5', by: 'x', view: 'y', at: '1' }, NOW)).toEqual(readAddress({}, NOW));
    expect(readAddress({ from: '2026-08-01T10:00:05.5Z', until: '2026-08-02T00:00Z' }, NOW)).toEqual(jasmine.objectContaining({ start: 'custom', from: '2026-08-01T10:00:05.5Z', until: '2026-08-02T00:00Z' }));
    expect(readAddress({ from: '2026-08-03T00:00Z', until: '2026-08-02T00:00Z' }, NOW).start).withContext('a start after the end').toBe('month');
  });

  it('knows weeks, quarters and fields without a zone', () => {
    expect([startOf('week', NOW), startOf('month', NOW), startOf('quarter', NOW)]).toEqual(['2026-08-15T00:00Z', null, '2026-07-01T00:00Z']);
    expect([quarterRange('2026-Q1'), quarterRange('2024-Q4'), quarterRange('2026')]).toEqual([['2026-01-01', '2026-03-31'], ['2024-10-01', '2024-12-31'], null]);
    expect(quartersAround(new Date('2026-01-05T00:00:00Z'))).toEqual(['2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2027-Q1']);
    expect([fieldOf('2026-08-01T10:00:05Z'), fieldOf(null), instantOf('2026-08-01T10:00'), instantOf(''), isInstant('2026-08-01T10:00')]).toEqual(['2026-08-01T10:00', '', '2026-08-01T10:00Z', null, false]);
  });

  it('asks for instants, window and group by their members', () => {
    expect(spanFilters({ from: null, close: null }, 'u').map((filter) => ('member' in filter ? filter.member : ''))).toEqual(['pipeline_change.until']);
    expect(spanFilters({ from: 'f', close: '2026-Q1' }, 'u').map((filter) => ('values' in filter ? filter.values?.[0] : ''))).toEqual(['f', 'u', '2026-01-01', '2026-03-31']);
    expect(groupFilter('owner', '')).toEqual({ member: 'pipeline_change.owner_id', operator: 'notSet' });
    expect(groupFilter('region', 'gulf')).toEqual({ member: 'pipeline_change.region', operator: 'equals', values: ['gulf'] });
    expect([barFilter('new'), barFilter('closing'), barFilter('won')].map((filter) => ('values' in filter ? `${String(filter.member)}=${String(filter.values)}` : ''))).toEqual(['pipeline_change.came_as=new,reopened', 'pipeline_change.went_as=open', 'pipeline_change.went_as=won']);
  });
});

describe('exact sums', () => {
  it('add what binary fractions cannot, and refuse what is no number', () => {
    expect(approximate(sumExact(['0.1', '0.2', '-0.3']))).toBe(0);
    expect(approximate(exact('-12.345'))).toBe(-12.345);
    expect([exact(null), exact(''), exact(1.5), exact('1e3')].map(approximate)).toEqual([0, 0, 1.5, 1000]);
    expect(() => exact('x')).toThrowError(RangeError);
    expect([sameCent(exact('1.00'), exact('1.004')), sameCent(exact('1.00'), exact('1.01'))]).toEqual([true, false]);
  });

  it('keep the identity on random bridges, and find every cent that is missing', () => {
    for (let round = 0; round < 200; round += 1) {
      const cents = Object.fromEntries(['opening', ...BARS.map(({ key }) => key)].map((key) => [key, Math.floor(Math.random() * 1e9)]));
      const closing = BARS.reduce((level, { key, sign }) => level + sign * (cents[key] ?? 0), cents['opening'] ?? 0);
      const money = (value: number): string => `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
      const values = Object.fromEntries(Object.entries({ ...cents, closing }).map(([key, value]) => [key, money(value)]));
      expect(bridgeOf(row(values)).whole).withContext(JSON.stringify(values)).toBeTrue();
      expect(bridgeOf(row({ ...values, closing: money(closing + 1) })).whole).withContext('one cent more').toBeFalse();
    }
  });
});

describe('waterfall of changes', () => {
  const answer = row({ opening: '100.00', opening_count: 2, new: '50.50', new_count: 1, reopened: '20.00', reopened_count: 1, lost: '30.00', lost_count: 1, closing: '120.50', closing_count: 2 });

  it('draws what takes away downwards, leaves out what did not happen and tells what was reopened', () => {
    const steps = stepsOf(bridgeOf(answer), reader);
    expect(steps.map(({ key, value, text }) => [key, value, text])).toEqual([['opening', 100, '$100'], ['new', 50.5, '+$51'], ['won', 0, '$0'], ['lost', -30, '\u2212$30'], ['closing', 120.5, '$121']]);
    expect(steps[1]?.detail).toContain('ofWhichReopened');
    expect(signedMoney(-5, { ...reader, arabic: true, tag: 'ar-u-ca-gregory-nu-latn' }).startsWith('\u200f\u200e\u2212')).toBeTrue();
  });

  it('tells groups apart by id, the largest first, each with its own check', () => {
    const groups = groupsOf([row({ owner_id: '1', owner: 'A', opening: '1', closing: '1' }), row({ owner_id: null, owner: null, opening: '5', closing: '9' })], 'owner', reader);
    expect(groups.map(({ key, name, whole }) => [key, name, whole])).toEqual([['', 'home.charts.none', false], ['1', 'A', true]]);
    expect(groups[0]?.gap).toBe(exact('4'));
  });

  it('adds up the deals behind a bar', () => {
    const deals = [row({ id: '1', name: 'A', new: '50.10', from_stage: null, to_stage: 'Proposal', to_close_date: '2026-09-01T00:00:00.000' }), row({ id: '2', name: 'B', new: '0.40', from_stage: 'Lost', to_stage: 'Proposal' })];
    const listed = dealRows(deals, [amountOf('new')], exact('50.50'), reader);
    expect([listed.sum, listed.equal]).toEqual(['$50.50', true]);
    expect(listed.rows.map(({ stages, close, part }) => [stages.split('(')[0], close, part])).toEqual([['Proposal', 'Sep 1, 2026', '$50.10'], ['pipeline.deals.way', '–', '$0.40']]);
    expect(dealRows(deals, [amountOf('new')], exact('50.51'), reader).equal).toBeFalse();
    expect(BAR_KEYS.map(countOf)).toContain('pipeline_change.slipped_out_count');
  });
});

describe('flow, stages and moments', () => {
  it('sums rows, columns and all, with the outside first and last', () => {
    const matrix = flowMatrix([
      row({ from_stage_id: 'b', from_stage: 'B', to_stage_id: 'a', to_stage: 'A', opening: '5', count: 1 }), row({ from_stage_id: 'a', from_stage: 'A', to_stage_id: null, opening: '3', count: 1 }),
      row({ from_stage_id: null, to_stage_id: 'b', to_stage: 'B', new: '2', pulled_in: '0', count: 2 }),
    ], (id) => ({ a: 1, b: 2 })[id] ?? 9, reader);
    expect([matrix.from.map(({ key }) => key), matrix.to.map(({ key }) => key)]).toEqual([[OUTSIDE, 'a', 'b'], ['a', 'b', OUTSIDE]]);
    expect([matrix.all, matrix.cells.get(cellKey('b', 'a')), matrix.rows.get(OUTSIDE), matrix.columns.get('b')]).toEqual([{ amount: exact('10'), count: 4 }, { amount: exact('5'), count: 1 }, { amount: exact('2'), count: 2 }, { amount: exact('2'), count: 2 }]);
    expect([heatOf(undefined, 1n), heatOf({ amount: 0n, count: 1 }, 100n), heatOf({ amount: 100n, count: 1 }, 100n), heatOf({ amount: 25n, count: 1 }, 100n)]).toEqual([0, 1, 4, 2]);
  });

  it('puts conversion beside duration, stages in order, and knows nothing where nothing is known', () => {
    const lines = stageLines([{ 'stage_funnel.stage': 'A', 'stage_funnel.stage_position': 1, 'stage_funnel.count': '10', 'stage_funnel.conversion_rate': '0.4' }], [{ 'stage_visits.stage': 'B', 'stage_visits.stage_position': 2, 'stage_visits.median_days': null, 'stage_visits.count': '3', 'stage_visits.open_count': '3' }, { 'stage_visits.stage': 'A', 'stage_visits.stage_position': 1, 'stage_visits.median_days': '4', 'stage_visits.count': '12', 'stage_visits.open_count': '2' }], reader);
    expect(lines.map(({ name, conversion, median, length, open }) => [name, conversion, median, length, open])).toEqual([['A', '40%', '4 days', 1, '2'], ['B', '–', '–', 0, '3']]);
    expect(stageQueries(['f', 'u'], (member) => member !== 'stage_visits.median_days').visits.measures).toEqual(['stage_visits.count', 'stage_visits.open_count']);
  });

  it('tells then, now and the difference, and none where a number is missing', () => {
    const lines = momentLines({ 'deals_asof.open_amount': '100.10', 'deals_asof.open_count': '5', 'deals_asof.win_rate': '0.5' }, { 'deals_asof.open_amount': '90.00', 'deals_asof.open_count': '7', 'deals_asof.win_rate': null }, reader);
    expect(lines.map(({ key, then, difference, direction }) => [key, then, difference, direction])).toEqual([['open_amount', '$100.10', '\u2212$10.10', 'down'], ['weighted_amount', '–', '–', 'same'], ['open_count', '5', '+2', 'up'], ['win_rate', '50%', '–', 'same']]);
    expect([isBeforeHistory({ code: 'figure_impossible', detail: 'the history of crm_deals does not reach back to this moment' }), isBeforeHistory({ code: 'figure_impossible', detail: 'no rate' })]).toEqual([true, false]);
  });
});
