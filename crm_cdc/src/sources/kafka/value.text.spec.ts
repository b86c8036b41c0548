import { readJson } from './message.decoder.js';
import { floatText } from './float.text.js';
import { valueReader, type Json, type TypeInfo } from './value.text.js';

describe('texts of Debezium values', () => {
  const names = ['boolean', 'bigint', 'numeric', 'real', 'double precision', 'date', 'timestamp with time zone', 'timestamp without time zone', 'time without time zone', 'time with time zone', 'interval', 'bytea', 'bit', 'bit varying', 'hstore', 'text', 'money', 'jsonb'];
  const types = new Map<number, TypeInfo>();
  names.forEach((name, i) => {
    types.set(i + 1, { name, kind: 'b', base: 0, element: 0, category: 'X' });
    types.set(i + 101, { name: `${name}[]`, kind: 'b', base: 0, element: i + 1, category: 'A' });
  });
  const read = (name: string, value: Json, full = name): string | undefined => valueReader(names.indexOf(name) + 1, full, types)(value);
  const list = (name: string, value: Json): string | undefined => valueReader(names.indexOf(name) + 101, `${name}[]`, types)(value);

  const cases: readonly (readonly [string, Json, string | undefined, string?])[] = [
    ['boolean', true, 't'], ['bigint', 9223372036854775807n, '9223372036854775807'], ['numeric', 'NAN', 'NaN'], ['numeric', 'NEGATIVE_INFINITY', '-Infinity'], ['numeric', '1.500', '1.500'],
    ['date', '2026-01-02Z', '2026-01-02'], ['date', '+5877611-06-21Z', undefined], ['date', '-5877641-06-23Z', undefined], ['date', '0044-03-15Z', undefined],
    ['timestamp with time zone', '2026-01-01T21:34:05.100000Z', '2026-01-01 21:34:05.1+00'], ['timestamp with time zone', 'infinity', 'infinity'],
    ['timestamp with time zone', '-0043-03-15T01:02:03.000001Z', '0044-03-15 01:02:03.000001+00 BC'], ['timestamp without time zone', '+292278994-08-16T23:00:00Z', 'infinity'],
    ['timestamp without time zone', '+294276-12-31T23:59:59.999999Z', '294276-12-31 23:59:59.999999'],
    ['time without time zone', '03:04:05.120Z', '03:04:05.12'], ['time without time zone', '00:00:00Z', undefined], ['time with time zone', '01:04:05.1Z', undefined],
    ['interval', 'P1Y2M3DT4H5M6.789S', 'P1Y2M3DT4H5M6.789S'], ['interval', 'P0Y-1M2DT0H0M-0.000001S', 'P-1M2DT-0.000001S'], ['interval', 'P0Y0M0DT0H0M0S', undefined],
    ['interval', 'P-435Y-5M-185DT0H12M31.092745999S', 'P-435Y-5M-185DT12M31.092746S'], ['interval', 'P0Y0M0DT2562047788H0M-59.999998999S', 'PT2562047788H-59.999999S'],
    ['bytea', 'deadbeef00', '\\xdeadbeef00'], ['bit', 'FQ==', '10101', 'bit(5)'], ['bit', true, '1', 'bit(1)'], ['bit varying', 'BQ==', undefined], ['money', '1.00', undefined],
    ['hstore', { 'b c': null, a: '1"' }, '"a"=>"1\\"", "b c"=>NULL'], ['jsonb', '{"a": 1.00}', '{"a": 1.00}'],
  ];
  for (const [name, value, text, full] of cases) it(`${name} ${typeof value === 'bigint' ? String(value) : JSON.stringify(value)} is ${text ?? 'not told'}`, () => expect(read(name, value, full)).toBe(text));

  it('prints floats as Postgres does', () => {
    const doubles: readonly (readonly [number, string])[] = [[0.1, '0.1'], [1e15, '1e+15'], [123456789012345, '123456789012345'], [0.0001, '0.0001'], [0.00001, '1e-05'], [-0, '-0'], [5e-324, '5e-324'], [1.7976931348623157e308, '1.7976931348623157e+308'], [-12.5, '-12.5'], [100, '100'],
      // ECMAScript has shorter texts for these, which lie halfway to a neighbour.
      [-21845624100648608, '-2.1845624100648608e+16'], [5e22, '4.9999999999999996e+22'], [1e23, '9.999999999999999e+22'], [2 ** -44, '5.684341886080802e-14']];
    for (const [value, text] of doubles) expect(floatText(value, false)).toBe(text);
    const halfway = [458499.125, -458499.375, 16777217, 8388609.5].map((value) => floatText(value, true));
    expect(halfway).toEqual(['458499.12', '-458499.38', '1.6777216e+07', '8.38861e+06']);
    expect([floatText(Math.fround(1.1), true), floatText(1e6, true), floatText(999999, true), floatText(Math.fround(3.4e38), true), floatText(Math.fround(1e-45), true)]).toEqual(['1.1', '1e+06', '999999', '3.4e+38', '1e-45']);
  });

  it('prints lists, and says where a list was destroyed on its way', () => {
    expect(list('text', ['a b', 'c"d', null, 'e,f{}', '', 'NULL', 'x'])).toBe('{"a b","c\\"d",NULL,"e,f{}","","NULL",x}');
    expect(list('text', [])).toBe('{}');
    expect(list('numeric', [])).toBeUndefined();
    expect(list('text', ['[Ljava.lang.String;@5632cd3f'])).toBeUndefined();
    expect(list('bit', ['FQ=='])).toBeUndefined();
    expect(list('numeric', ['1.50', null])).toBe('{1.50,NULL}');
    expect(list('text', [null, null])).toBeUndefined();
    expect([list('date', ['2026-01-02Z']), list('date', ['-0043-03-15Z']), list('date', ['+5877611-06-21Z'])]).toEqual(['{2026-01-02}', undefined, undefined]);
  });

  it('keeps whole numbers beyond 2^53 and everything beside them', () => {
    const { after, source }: { after?: unknown; source?: { lsn?: unknown } | null } = readJson('{"after":{"a":9223372036854775807,"b":-0.0,"c":0.1,"d":"9223372036854775807","e":[9007199254740993]},"source":{"lsn":25413080}}');
    expect(after).toEqual({ a: 9223372036854775807n, b: -0, c: 0.1, d: '9223372036854775807', e: [9007199254740993n] });
    expect(source?.lsn).toBe(25413080);
    expect(() => readJson('[1]')).toThrowError(/not a JSON object/);
  });
});
