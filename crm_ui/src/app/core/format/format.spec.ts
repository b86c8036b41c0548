import { formatDate, formatDays, formatMoney, formatNumber, formatPercent, formatRelative, initials, MISSING, toDate, toNumber } from './format';

const EN = 'en-u-ca-gregory';
const AR = 'ar-u-ca-gregory-nu-arab';

describe('format', () => {
  it('shows a missing number as a dash, never as zero', () => {
    for (const value of [null, undefined, '', 'x', Number.NaN]) expect(formatMoney(value, 'USD', EN)).toBe(MISSING);
    expect(formatNumber(0, EN)).toBe('0');
    expect(formatPercent(null, EN)).toBe(MISSING);
    expect(formatDays(undefined, EN)).toBe(MISSING);
    expect(formatDate('nonsense', EN)).toBe(MISSING);
    expect(formatRelative(null, EN)).toBe(MISSING);
  });

  it('writes money by style', () => {
    expect(formatMoney('10005534', 'USD', EN)).toBe('$10,005,534');
    expect(formatMoney('12.5', 'USD', EN)).toBe('$12.50');
    expect(formatMoney(10005534, 'USD', EN, 'compact')).toBe('$10.01M');
    expect(formatMoney(45678, 'USD', EN, 'compact')).toBe('$45.7K');
    expect(formatMoney(1234.56, 'USD', EN, 'whole')).toBe('$1,235');
    expect(formatMoney(9.5, 'nope!', EN)).toContain('nope!');
  });

  it('writes the digits that the reader chose', () => {
    expect(formatNumber(8800, AR)).toBe('٨٬٨٠٠');
    expect(formatNumber(8800, 'ar-u-ca-gregory-nu-latn')).toMatch(/8[,٬]800/);
  });

  it('writes per cent of a share', () => {
    expect(formatPercent(0.6315, EN, 2)).toBe('63.15%');
  });

  it('keeps a plain date on its day in every time zone', () => {
    expect(formatDate('2017-10-01', EN)).toBe('Oct 1, 2017');
    expect(formatDate('2017-10-01T00:00:00.000', EN, 'month')).toBe('October 2017');
    expect(formatDate('2017-10-01T00:00:00.000', EN, 'quarter')).toBe('Q4 2017');
    expect(formatDate('2017-10-01', AR, 'quarter')).toBe('الربع ٤ ٢٠١٧');
  });

  it('reads a time without a zone as UTC', () => {
    expect(toDate('2026-01-02T03:04:05.000')?.toISOString()).toBe('2026-01-02T03:04:05.000Z');
    expect(toDate(new Date(Number.NaN))).toBeNull();
  });

  it('tells how long ago', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(formatRelative('2026-01-01T00:00:00Z', EN, now)).toBe('yesterday');
    expect(formatRelative('2026-01-02T00:05:00Z', EN, now)).toBe('in 5 minutes');
  });

  it('takes initials of both scripts', () => {
    expect(initials('Darcel Schlecht')).toBe('DS');
    expect(initials('شركة النور')).toBe('شا');
    expect(initials('Acme')).toBe('A');
    expect(initials('  ')).toBe('?');
  });

  it('reads money that came as a string', () => {
    expect(toNumber('10.50')).toBe(10.5);
  });
});
