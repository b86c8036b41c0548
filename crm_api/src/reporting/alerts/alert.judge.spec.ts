import { compareDecimals, judgeAnomaly, judgeThreshold } from './alert.judge.js';
import { rangeOf, reportingDay } from '../period/period.range.js';
import { bucketsOf, queryOf, seriesOf, valueOf } from './alert.question.js';

const now = { today: '2026-03-10', zone: 'UTC', startMonth: 1 }; // A Tuesday.

describe('the judgement of an alert', () => {
  it('compares decimals exactly, also where floats would not', () => {
    const cases: [string, string, number][] = [['0.3', '0.30', 0], ['9007199254740993', '9007199254740992', 1], ['-1.5', '-1.25', -1], ['0', '-0.000001', 1], ['1e3', '999.9', 1], ['100000000000000.01', '100000000000000.02', -1]];
    for (const [a, b, order] of cases) expect(Math.sign(compareDecimals(a, b))).withContext(`${a} ${b}`).toBe(order);
    expect(judgeThreshold({ kind: 'above', threshold: '10.00' }, '10').state).withContext('on the threshold is not above').toBe('ok');
    expect(judgeThreshold({ kind: 'above', threshold: '10' }, '10.01').state).toBe('firing');
    expect(judgeThreshold({ kind: 'below', threshold: '0.5' }, '0.4999').state).toBe('firing');
    expect(judgeThreshold({ kind: 'below', threshold: '0.5' }, null)).toEqual({ state: 'unknown', expected: null, problem: 'no_value' });
  });

  it('knows an outlier by the modified z-score, which earlier outliers do not move', () => {
    // Worked by hand: median 10, deviations 2 1 1 0 0 1 1 90, MAD 1 → 10 ± 3.5 · 1 ÷ 0.6745 = 4.811, 15.189.
    const history = ['8', '9', '9', '10', '10', '11', '11', '100'];
    const at = (value: string, sensitivity?: number): string => judgeAnomaly({ kind: 'anomaly', grain: 'day', ...(sensitivity === undefined ? {} : { sensitivity }) }, value, history).state;
    expect(judgeAnomaly({ kind: 'anomaly', grain: 'day' }, '15', history)).toEqual({ state: 'ok', expected: { low: '4.810971', high: '15.189029' }, problem: null });
    expect([at('15.19'), at('15.18'), at('4.8'), at('4.9'), at('13', 1)]).toEqual(['firing', 'ok', 'firing', 'ok', 'firing']);
  });

  it('falls back on the mean deviation where most of the history is one value, and needs enough of it', () => {
    // Median 5, MAD 0, mean deviation 3 ÷ 7 → 5 ± 3.5 · 1.253314 · 0.428571 = 5 ± 1.879971.
    const judged = judgeAnomaly({ kind: 'anomaly', grain: 'day' }, '7', ['5', '5', '5', '5', '5', '5', '8']);
    expect(judged).toEqual({ state: 'firing', expected: { low: '3.120029', high: '6.879971' }, problem: null });
    const flat = Array<string>(6).fill('5');
    expect(['5', '5.01'].map((value) => judgeAnomaly({ kind: 'anomaly', grain: 'day' }, value, flat).state)).toEqual(['ok', 'firing']);
    expect(judgeAnomaly({ kind: 'anomaly', grain: 'day' }, '9', flat.slice(1))).toEqual({ state: 'unknown', expected: null, problem: 'too_little_history' });
  });
});

describe('the question of an alert', () => {
  it('takes its period in days', () => {
    expect((['today', 'yesterday', 'last7Days', 'thisWeek', 'thisMonth', 'lastMonth', 'thisQuarter', 'lastQuarter', 'thisYear', 'last12Months', 'all'] as const).map((period) => rangeOf(period, now))).toEqual([
      ['2026-03-10', '2026-03-10'], ['2026-03-09', '2026-03-09'], ['2026-03-04', '2026-03-10'], ['2026-03-09', '2026-03-10'], ['2026-03-01', '2026-03-10'], ['2026-02-01', '2026-02-28'],
      ['2026-01-01', '2026-03-10'], ['2025-10-01', '2025-12-31'], ['2026-01-01', '2026-03-10'], ['2025-04-01', '2026-03-10'], null,
    ]);
    expect(rangeOf('thisWeek', { ...now, today: '2026-03-15' })).withContext('Sunday ends its week').toEqual(['2026-03-09', '2026-03-15']);
    const filters = [{ member: 'deals.region', operator: 'equals', values: ['Gulf'] }];
    expect(queryOf({ measure: 'deals.won_amount', date: 'deals.closed_at', period: 'thisMonth', filters }, { kind: 'above', threshold: '1' }, now))
      .toEqual({ measures: ['deals.won_amount'], filters, timezone: 'UTC', timeDimensions: [{ dimension: 'deals.closed_at', dateRange: ['2026-03-01', '2026-03-10'] }] });
  });

  it('means the days of the tenant\'s time zone and the quarters of its fiscal year', () => {
    // 22:30 in UTC is tomorrow in Riyadh, and the first day of a fiscal quarter that begins in April.
    const at = reportingDay({ time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 }, new Date('2026-03-31T22:30:00Z'));
    expect(at.today).toBe('2026-04-01');
    expect((['today', 'thisFiscalQuarter', 'lastFiscalQuarter', 'thisFiscalYear', 'thisYear'] as const).map((period) => rangeOf(period, at))).toEqual([
      ['2026-04-01', '2026-04-01'], ['2026-04-01', '2026-04-01'], ['2026-01-01', '2026-03-31'], ['2026-04-01', '2026-04-01'], ['2026-01-01', '2026-04-01'],
    ]);
    expect((['thisFiscalQuarter', 'lastFiscalQuarter', 'thisFiscalYear'] as const).map((period) => rangeOf(period, { today: '2026-01-15', startMonth: 2 }))).toEqual([['2025-11-01', '2026-01-15'], ['2025-08-01', '2025-10-31'], ['2025-02-01', '2026-01-15']]);
    const question = { measure: 'deals.won_amount', date: 'deals.closed_at', period: 'today' } as const;
    expect(queryOf(question, { kind: 'above', threshold: '1' }, at)).toEqual({ measures: ['deals.won_amount'], timezone: 'Asia/Riyadh', timeDimensions: [{ dimension: 'deals.closed_at', dateRange: ['2026-04-01', '2026-04-01'] }] });
    expect(queryOf({ measure: 'deals.won_amount', date: 'deals.closed_at' }, { kind: 'anomaly', grain: 'month' }, at)['timeDimensions']).toEqual([{ dimension: 'deals.closed_at', granularity: 'month', dateRange: ['2025-03-01', '2026-03-31'] }]);
  });

  it('compares the last whole day with its weekday, the last whole month with those before', () => {
    expect(bucketsOf('day', now.today).slice(0, 3)).toEqual(['2026-03-09', '2026-03-02', '2026-02-23']);
    expect(bucketsOf('month', now.today)).toEqual(['2026-02-01', '2026-01-01', ...['12', '11', '10', '09', '08', '07', '06', '05', '04', '03', '02'].map((month) => `2025-${month}-01`)]);
    const question = { measure: 'deals.count', date: 'deals.created_at' };
    expect(queryOf(question, { kind: 'anomaly', grain: 'month' }, now)['timeDimensions']).toEqual([{ dimension: 'deals.created_at', granularity: 'month', dateRange: ['2025-02-01', '2026-02-28'] }]);
    expect(queryOf(question, { kind: 'anomaly', grain: 'day' }, now)['timeDimensions']).toEqual([{ dimension: 'deals.created_at', granularity: 'day', dateRange: ['2025-12-15', '2026-03-09'] }]);
    const rows = [{ 'deals.created_at.day': '2026-03-09T00:00:00.000', 'deals.count': '7' }, { 'deals.created_at.day': '2026-03-03T00:00:00.000', 'deals.count': '99' }, { 'deals.created_at.day': '2026-03-02T00:00:00.000', 'deals.count': 4 }];
    expect(seriesOf(rows, question, 'day', true, now)).toEqual({ value: '7', history: ['4', ...Array<string>(11).fill('0')] });
    expect(seriesOf(rows, question, 'day', false, now)).withContext('a ratio of nothing is no zero').toEqual({ value: '7', history: ['4'] });
    expect([valueOf(null), valueOf(0), valueOf('12.50'), valueOf('USD')]).toEqual([null, '0', '12.50', null]);
  });
});
