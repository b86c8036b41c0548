import { existsSync, readFileSync } from 'node:fs';
import type { FieldDefinition, FieldType } from '../import.types.js';
import { countryCode } from './country.names.js';
import { parseDate, parseTimestamp } from './date.parser.js';
import { looksLikeFormula, multiplyDecimal, parseCell, parseDecimal } from './value.parser.js';

const field = (type: FieldType, more: Partial<FieldDefinition> = {}): FieldDefinition => ({ key: 'x', label: { en: 'X', ar: 'س' }, type, ...more });
const read = (type: FieldType, text: string, more: Partial<FieldDefinition> = {}): unknown => {
  const parsed = parseCell(field(type, more), text, {});
  return 'value' in parsed ? parsed.value : parsed.problem.code;
};

describe('reading cells', () => {
  it('reads numbers the way people write them, in both scripts, without losing a digit', () => {
    const cases: [string, string | undefined][] = [
      ['1,234.50', '1234.50'], ['1.234,50', '1234.50'], ['1 234,5', '1234.5'], ['$1,000', '1000'], ['(12.30)', '-12.30'], ['١٬٢٣٤٫٥', '1234.5'],
      ['12345678901234.99', '12345678901234.99'], ['EUR 5', '5'], ['-7', '-7'], ['1.2.3', undefined], ['12a', undefined], ['', undefined], ['1e3', '1000'],
    ];
    for (const [text, expected] of cases) expect(parseDecimal(text)).withContext(text).toBe(expected);
  });

  it('multiplies exactly', () => {
    expect(multiplyDecimal('1100.04', 1_000_000)).toBe('1100040000.00');
    expect(multiplyDecimal('-0.1', 0.2)).toBe('-0.02');
  });

  it('refuses days the calendar does not have and days that could be two', () => {
    const cases: [string, 'dmy' | 'mdy' | undefined, string | undefined][] = [
      ['2017-02-29', undefined, undefined], ['2016-02-29', undefined, '2016-02-29'], ['2017-13-01', undefined, undefined], ['31/12/2020', undefined, '2020-12-31'],
      ['03/04/2020', undefined, undefined], ['03/04/2020', 'dmy', '2020-04-03'], ['03/04/2020', 'mdy', '2020-03-04'], ['31/12/2020', 'mdy', undefined],
      ['5 March 2021', undefined, '2021-03-05'], ['٥ مارس ٢٠٢١', undefined, '2021-03-05'], ['40995', undefined, '2012-03-27'], ['0000-00-00', undefined, undefined],
      ['2020-06-15 10:11:12', undefined, '2020-06-15'], ['tomorrow', undefined, undefined],
    ];
    for (const [text, order, expected] of cases) expect(parseDate(text, order)).withContext(text).toBe(expected);
  });

  it('reads instants with and without zones', () => {
    expect(parseTimestamp('2019-12-04 12:48:22')).toBe('2019-12-04T12:48:22Z');
    expect(parseTimestamp('2019-12-04')).toBe('2019-12-04T00:00:00Z');
    expect(parseTimestamp('2019-12-04T12:48:22.123+03:00')).toBe('2019-12-04T12:48:22.123+03:00');
    expect(parseTimestamp('12/31/2019 1:05 pm')).toBe('2019-12-31T13:05:00Z');
    expect(parseTimestamp('2019-12-04 25:00')).toBeUndefined();
  });

  it('finds countries by code, English or Arabic name, and through one slip of the pen', () => {
    expect(['United States', 'US', 'Philipines', 'Korea', 'المملكة العربية السعودية', 'الأردن', 'Atlantis'].map(countryCode)).toEqual(['US', 'US', 'PH', 'KR', 'SA', 'JO', undefined]);
  });

  it('judges addresses, phones, currencies, truths and choices', () => {
    expect(read('email', 'A.B@Example.COM')).toBe('a.b@example.com');
    expect(read('email', 'a@b')).toBe('email_invalid');
    expect(read('phone', '+966 50 123 4567')).toBe('+966501234567');
    expect(read('phone', '12')).toBe('phone_invalid');
    expect(read('currency', 'sar')).toBe('SAR');
    expect(read('currency', 'ZZZ')).toBe('currency_invalid');
    expect(read('boolean', 'نعم')).toBe(true);
    expect(read('boolean', 'perhaps')).toBe('boolean_invalid');
    expect(read('choice', 'One Off', { choices: ['one_off'] })).toBe('one_off');
    expect(read('choice', 'other', { choices: ['one_off'] })).toBe('choice_unknown');
    expect(read('integer', '12.0')).toBe('12');
    expect(read('integer', '99999999999')).toBe('integer_invalid');
    expect(read('money', '12345678901234567')).toBe('number_too_large');
    expect(read('text', 'a\u0000b')).toBe('text_invalid');
    expect(read('text', '  ')).toBeNull();
  });

  it('knows text that a spreadsheet would run', () => {
    for (const text of ['=1+1', '@SUM(A1)', '+cmd|x', '-2+3+cmd|" /C calc"!A0']) expect(looksLikeFormula(text)).withContext(text).toBeTrue();
    for (const text of ['+49 170 123', '-12.50', 'Acme', '']) expect(looksLikeFormula(text)).withContext(text).toBeFalse();
  });

  it('accepts one valid mobile number of each region', () => {
    const path = new URL('../../../../../../shared/data/validation/phone.examples.mobile.json', import.meta.url);
    if (!existsSync(path)) return pending('shared data is missing: phone.examples.mobile.json');
    const examples = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    const refused = Object.entries(examples).filter(([country, number]) => !('value' in parseCell(field('phone'), number, { country })));
    expect(refused).toEqual([]);
  });
});
