import { bodyOf, moved, thresholdOf } from './alert.draft';
import { periodOfRange, seedOf } from './alert.model';

const NOW = new Date('2026-03-31T22:30:00Z');

describe('an alert from a number on screen', () => {
  it('takes measure, filters and the period by its days in the reporting zone', () => {
    const query = { measures: ['deals.won_amount', 'deals.reporting_currency'], filters: [{ member: 'deals.region', operator: 'equals', values: ['Gulf'] }], timeDimensions: [{ dimension: 'deals.closed_at', dateRange: ['2026-04-01', '2026-04-01'] }] };
    expect(seedOf({ query, title: 'x' }, 'Asia/Riyadh', 4, NOW)).toEqual({ measure: 'deals.won_amount', date: 'deals.closed_at', period: 'thisQuarter', filters: query.filters });
    expect(periodOfRange(['2026-04-01', '2026-04-01'], 'UTC', 1, NOW)).withContext('in UTC it is still March').toBeNull();
    expect(periodOfRange(['2026-03-02', '2026-03-31'], 'UTC', 1, NOW)).toBe('last30Days');
    expect(periodOfRange(['2026-02-01', '2026-03-31'], 'UTC', 2, NOW)).toBe('thisFiscalQuarter');
  });

  it('narrows to the cell of a chart, but not to its step of time or its helpers', () => {
    const query = { measures: ['deals.open_amount'], dimensions: ['deals.stage', 'deals.stage_ar'] };
    expect(seedOf({ query, measure: 'deals.open_amount', point: { 'deals.stage': 'Proposal', 'deals.stage_ar': 'عرض', 'deals.owner': null }, title: 'x' }, 'UTC', 1, NOW)).toEqual({ measure: 'deals.open_amount', filters: [{ member: 'deals.stage', operator: 'equals', values: ['Proposal'] }, { member: 'deals.owner', operator: 'notSet' }] });
    const monthly = { measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.created_at', granularity: 'month' }], filters: [{ member: 'deals.created_at', operator: 'set' }] };
    expect(seedOf({ query: monthly, point: { 'deals.created_at.month': '2026-03-01T00:00:00.000' }, title: 'x' }, 'UTC', 1, NOW)).toEqual({ measure: 'deals.count', date: 'deals.created_at', period: 'all' });
  });
});

describe('the form of an alert', () => {
  it('reads a threshold as it is typed in either language, and moves per cent exactly', () => {
    expect([thresholdOf('500,000', false), thresholdOf('٥٠٠٬٠٠٠٫٢٥', false), thresholdOf('-12.5', false), thresholdOf('50 %', true), thresholdOf('33.3333', true), thresholdOf('much', false), thresholdOf('1.23456', true)]).toEqual(['500000', '500000.25', '-12.5', '0.5', '0.333333', null, null]);
    const cases: [string, number, string][] = [['50', -2, '0.5'], ['5', -2, '0.05'], ['12.5', -2, '0.125'], ['0.5', 2, '50'], ['1', 2, '100'], ['0.125', 2, '12.5'], ['-0.07', 2, '-7'], ['0', -2, '0'], ['9007199254740993', -2, '90071992547409.93']];
    for (const [text, places, expected] of cases) expect(moved(text, places)).withContext(`${text} ${places}`).toBe(expected);
  });

  it('sends what its kind needs and nothing else', () => {
    const draft = { name: '', measure: 'deals.win_rate', kind: 'below', threshold: '40', date: 'deals.closed_at', period: 'last30Days', grain: 'day', sensitivity: '3.5', filters: [{ member: '', operator: 'equals', values: ['x'] }, { member: 'deals.region', operator: 'equals', values: [''] }] } as const;
    expect(bodyOf(draft, true)).toEqual({ question: { measure: 'deals.win_rate', date: 'deals.closed_at', period: 'last30Days' }, condition: { kind: 'below', threshold: '0.4' } });
    expect(bodyOf({ ...draft, kind: 'anomaly' }, true)).toEqual({ question: { measure: 'deals.win_rate', date: 'deals.closed_at' }, condition: { kind: 'anomaly', grain: 'day' } });
    expect([bodyOf({ ...draft, kind: 'anomaly', date: '' }, true), bodyOf({ ...draft, kind: 'anomaly', sensitivity: '99' }, true), bodyOf({ ...draft, measure: '' }, true), bodyOf({ ...draft, threshold: '' }, true)]).toEqual([null, null, null, null]);
  });
});
