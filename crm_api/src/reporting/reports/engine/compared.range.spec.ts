import type { ReportingDay } from '../../period/period.range.js';
import type { ReportDefinition } from '../definition/report.types.js';
import { besideStep, comparedRange } from './compared.range.js';

const at: ReportingDay = { today: '2026-11-30', zone: 'UTC', startMonth: 4 };
const range = (asked: NonNullable<ReportDefinition['period']>['range'], compare: 'previous' | 'year'): unknown => comparedRange({ period: { member: 'deals.closed_at', range: asked }, compare }, at);

describe('what a report is compared with', () => {
  it('is the same stretch before, whole months for whole months', () => {
    expect(range(['2026-02-01', '2026-02-28'], 'previous')).toEqual(['2026-01-01', '2026-01-31']);
    expect(range(['2026-01-01', '2026-03-31'], 'previous')).toEqual(['2025-10-01', '2025-12-31']);
    expect(range(['2026-03-10', '2026-03-19'], 'previous')).toEqual(['2026-02-28', '2026-03-09']);
    expect(range('thisQuarter', 'previous')).toEqual(['2026-07-01', '2026-08-30']);
  });

  it('is the year before to its last day of the month', () => {
    expect(range(['2025-02-01', '2025-02-28'], 'year')).toEqual(['2024-02-01', '2024-02-29']);
    expect(range(['2024-02-10', '2024-02-29'], 'year')).toEqual(['2023-02-10', '2023-02-28']);
    expect([range('all', 'year'), comparedRange({ period: null, compare: 'year' }, at)]).toEqual([null, null]);
  });

  it('stands step beside step', () => {
    const whole = [['2026-04-01', '2026-06-30'], ['2026-01-01', '2026-03-31']] as const;
    expect(besideStep('2026-02-01T00:00:00.000', 'month', 'previous', whole, 1)).toBe('2026-05-01T00:00:00.000');
    expect(besideStep('2026-01-01T00:00:00.000', 'quarter', 'previous', whole, 1)).toBe('2026-04-01T00:00:00.000');
    // A fiscal year that begins in February has its quarters in February, May, August and November.
    expect(besideStep('2025-11-01T00:00:00.000', 'fiscal_quarter', 'previous', whole, 2)).toBe('2026-02-01T00:00:00.000');
    const days = [['2026-03-10', '2026-03-19'], ['2026-02-28', '2026-03-09']] as const;
    expect(besideStep('2026-02-28T00:00:00.000', 'day', 'previous', days, 1)).toBe('2026-03-10T00:00:00.000');
    expect(besideStep('2026-02-23T00:00:00.000', 'week', 'previous', days, 1)).toBe('2026-03-09T00:00:00.000');
    const year = [['2025-01-01', '2025-12-31'], ['2024-01-01', '2024-12-31']] as const;
    expect(besideStep('2024-03-04T00:00:00.000', 'week', 'year', year, 1)).toBe('2025-03-03T00:00:00.000');
    expect(besideStep('2024-02-29T00:00:00.000', 'day', 'year', year, 1)).toBe('2024-02-29T00:00:00.000');
    expect(besideStep('2024-03-01T00:00:00.000', 'day', 'year', year, 1)).toBe('2025-03-01T00:00:00.000');
  });
});
