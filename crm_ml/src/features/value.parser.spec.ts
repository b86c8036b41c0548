import { dayOrder, isBlank, parseDate, parseNumber, parseTimes } from './value.parser.js';

describe('reading cells', () => {
  it('understands numbers as people and programs write them', () => {
    const cases: [string, number][] = [
      ['1234.5', 1234.5], ['1,234.50', 1234.5], ['1.234,50', 1234.5], ['12,5', 12.5], ['1,234', 1234], ['1.234.567', 1234567], ['-3', -3], ['+3', 3], ['.5', 0.5],
      ['$1,200', 1200], ['€ 12', 12], ['SAR 5', 5], ['12 %', 0.12], ['(1,500)', -1500], ['1e3', 1000], ['1 234', 1234], ['1\u00a0234,5', 1234.5],
      ['١٢٣٫٥', 123.5], ['−7', -7], ['0', 0], ['0.10', 0.1], ['-$5', -5],
    ];
    for (const [text, value] of cases) expect(parseNumber(text)).withContext(text).toBeCloseTo(value, 9);
    for (const text of ['', 'abc', '007', '1-2', '12 apples', '1e999', '2020-01-01', '+', '1,2,3x']) expect(parseNumber(text)).withContext(text).toBeNaN();
  });

  it('understands dates and refuses impossible ones', () => {
    const day = (text: string): number => Date.parse(text) / 86_400_000;
    expect(parseDate('2020-02-29', 'month_first')).toBe(day('2020-02-29'));
    expect(parseDate('2020/3/1', 'month_first')).toBe(day('2020-03-01'));
    expect(parseDate('2020-03-01T12:00:00+02:00', 'month_first')).toBeCloseTo(day('2020-03-01T10:00:00Z'), 9);
    expect(parseDate('31.12.2020', 'day_first')).toBe(day('2020-12-31'));
    expect(parseDate('12/31/20 11:30 PM', 'month_first')).toBeCloseTo(day('2020-12-31T23:30:00Z'), 9);
    expect(parseDate('5 Jan 2021', 'day_first')).toBe(day('2021-01-05'));
    expect(parseDate('January 5, 2021', 'day_first')).toBe(day('2021-01-05'));
    for (const text of ['2021-02-30', '13/13/2020', '5 Foo 2021', 'hello 5', '20201']) expect(parseDate(text, 'month_first')).withContext(text).toBeNaN();
    expect(dayOrder(['01/02/2020', '31/01/2020'])).toBe('day_first');
    expect(dayOrder(['01/31/2020'])).toBe('month_first');
  });

  it('reads times as dates, spreadsheet serials, Unix times or any order', () => {
    const wanted = Date.parse('2012-03-28') / 86_400_000;
    expect([...parseTimes(['2012-03-28', '40996', '40996.0', '1332892800', '1332892800000'])]).toEqual([wanted, wanted, wanted, wanted, wanted]);
    expect([...parseTimes(['3', '2015', '', 'later'])]).toEqual([3, 2015, NaN, NaN]);
  });

  it('knows the marks of a blank cell', () => {
    for (const text of ['', '  ', 'NA', 'n/a', 'NULL', '-', '?', '#N/A']) expect(isBlank(text)).withContext(text).toBeTrue();
    expect(isBlank('0')).toBeFalse();
  });
});
