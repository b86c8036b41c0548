import fc from 'fast-check';

/** A column type with texts of values at its edges and a generator of any others; the texts are what Postgres is given. */
export interface ValueType {
  readonly name: string;
  readonly type: string;
  readonly edges: readonly string[];
  readonly any: fc.Arbitrary<string>;
  /** False where Postgres has no array of it, or prints one in a way of its own. */
  readonly array?: false;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const digits = (max: number): fc.Arbitrary<string> => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((all) => all.join(''));
const signed = (whole: number, scale: number): fc.Arbitrary<string> => fc.tuple(fc.boolean(), digits(whole), digits(scale)).map(([minus, a, b]) => `${minus ? '-' : ''}${a}.${b}`);
const big = (bits: bigint): fc.Arbitrary<string> => fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }).map(String);
// Postgres has no NUL in text.
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'binary', maxLength }).map((value) => value.replaceAll('\0', ''));
const hex = (length: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const day = (from: number, to: number): fc.Arbitrary<string> =>
  fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([y, m, d]) => `${pad(Math.abs(y) || 1, 4)}-${pad(m, 2)}-${pad(d, 2)}${y < 0 ? ' BC' : ''}`);
const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 999_999 })).map(([h, m, s, f]) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(f, 6)}`);
const moment = (from: number, to: number): fc.Arbitrary<string> => fc.tuple(day(from, to), clock).map(([d, t]) => (d.endsWith(' BC') ? `${d.slice(0, -3)} ${t} BC` : `${d} ${t}`));
const zone = fc.constantFrom('+00', '+05:30', '-12', '+14', '+03');
const json = fc.json({ maxDepth: 4 }).map((value) => value.replaceAll('\\u0000', ''));
const bitText = (min: number, max: number): fc.Arbitrary<string> => fc.array(fc.constantFrom('0', '1'), { minLength: min, maxLength: max }).map((all) => all.join(''));
const anyDouble = fc.double().map((value) => (Object.is(value, -0) ? '-0' : String(value)));
const anyFloat = fc.float().map((value) => (Object.is(value, -0) ? '-0' : String(value)));
const nested = (depth: number): string => '['.repeat(depth) + '{"a":null}' + ']'.repeat(depth);

const texts = ['', ' ', 'NULL', '\\N', '\\', '\\\\n', 'a\tb\nc\rd\be\ff\vg', '\uFEFFbom', '\u2028\u2029', '\u0301', 'e\u0301', 'عميل مهمّ ﷺ', '👩‍👩‍👧‍👦🏳️‍🌈', '\u{10FFFF}', '\u0001\u001f\u007f\u0085', "'; DROP TABLE x; --", '"quoted"', '{a,b}', '{}', 'null'];
const moments = ['1900-01-01 00:00:00', '1899-12-31 23:59:59.999999', '2299-12-31 23:59:59.999999', '2300-01-01 00:00:00', '1970-01-01 00:00:00', '1969-12-31 23:59:59.999999', '2024-02-29 12:00:00.000001', '9999-12-31 23:59:59.999999', '10000-01-01 00:00:00', '294276-12-31 23:59:59.999999', '0001-01-01 00:00:00', '4713-01-01 00:00:00 BC', '0044-03-15 12:00:00 BC', 'infinity', '-infinity'];

/** Every type that a schema of a business could use. */
export const valueTypes: readonly ValueType[] = [
  { name: 'small', type: 'smallint', edges: ['-32768', '32767', '0', '-1'], any: big(16n) },
  { name: 'int', type: 'integer', edges: ['-2147483648', '2147483647', '0'], any: big(32n) },
  { name: 'big', type: 'bigint', edges: ['-9223372036854775808', '9223372036854775807', '0', '9007199254740993'], any: big(64n) },
  { name: 'free', type: 'numeric', edges: ['NaN', 'Infinity', '-Infinity', '0', '-0.000', '1.10', `${'9'.repeat(1000)}.${'1'.repeat(500)}`, '1e-1000', '1e1000', '0.000000000000000000000000000001'], any: signed(60, 60) },
  { name: 'amount', type: 'numeric(18,2)', edges: ['9999999999999999.99', '-9999999999999999.99', '0', '-0.01', '0.10', 'NaN'], any: signed(16, 2) },
  { name: 'fine', type: 'numeric(38,20)', edges: ['999999999999999999.99999999999999999999', '-0.00000000000000000001', '1'], any: signed(18, 20) },
  { name: 'widest', type: 'numeric(76,38)', edges: [`${'9'.repeat(38)}.${'9'.repeat(38)}`, `-${'9'.repeat(38)}.${'9'.repeat(38)}`, '0'], any: signed(38, 38) },
  { name: 'huge', type: 'numeric(1000,500)', edges: [`-${'9'.repeat(500)}.${'9'.repeat(500)}`, '0', 'NaN'], any: signed(100, 100) },
  { name: 'tens', type: 'numeric(5,-2)', edges: ['9999900', '-9999900', '149', '150', '0'], any: fc.integer({ min: -9_999_000, max: 9_999_000 }).map(String) },
  { name: 'crumbs', type: 'numeric(3,5)', edges: ['0.00999', '-0.00999', '0.00001', '0'], any: fc.integer({ min: -999, max: 999 }).map((n) => `${n}e-5`) },
  { name: 'single', type: 'real', edges: ['0', '-0', 'NaN', 'Infinity', '-Infinity', '1e-45', '3.4028235e38', '1.17549435e-38', '0.1', '16777217'], any: anyFloat },
  { name: 'double', type: 'double precision', edges: ['0', '-0', 'NaN', 'Infinity', '-Infinity', '5e-324', '2.2250738585072011e-308', '1.7976931348623157e308', '0.1', '0.30000000000000004', '1e23', '9007199254740993'], any: anyDouble },
  { name: 'body', type: 'text', edges: texts, any: text(200) },
  { name: 'short', type: 'character varying(60)', edges: texts, any: text(20) },
  { name: 'code', type: 'character(12)', edges: ['', 'a', ' a ', 'عميل', '👩‍👧', '\\N'], any: text(8).map((value) => [...value].slice(0, 12).join('')) },
  { name: 'mail', type: 'citext', edges: ['Mixed@Case.TEST', 'İstanbul', 'ß', ''], any: text(40) },
  { name: 'uid', type: 'uuid', edges: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '018F0000-ABCD-7000-8000-0000000000AA'], any: fc.uuid() },
  { name: 'ok', type: 'boolean', edges: ['t', 'f'], any: fc.constantFrom('true', 'false') },
  { name: 'day', type: 'date', edges: moments.filter((at) => !at.startsWith('294276')).map((at) => at.replace(/ [\d:.]+/, '')).concat('5874897-12-31', '4714-11-24 BC'), any: day(1700, 2500) },
  { name: 'at', type: 'timestamp without time zone', edges: moments, any: moment(1700, 2500) },
  { name: 'at_ms', type: 'timestamp(3) without time zone', edges: ['2024-01-01 00:00:00.9999', '1900-01-01 00:00:00.001', '2299-12-31 23:59:59.999'], any: moment(1900, 2299) },
  { name: 'at_zone', type: 'timestamp with time zone', edges: [...moments.map((at) => (at.includes('infinity') ? at : at.replace(/( BC)?$/, '+00$1'))), '1900-01-01 00:00:00+14', '2299-12-31 23:59:59.999999-12'], any: fc.tuple(moment(1700, 2500), zone).map(([at, z]) => `${at}${z}`) },
  { name: 'clock', type: 'time without time zone', edges: ['00:00:00', '23:59:59.999999', '24:00:00', '12:34:56.000001'], any: clock },
  { name: 'clock_zone', type: 'time with time zone', edges: ['00:00:00+15:59', '24:00:00-15:59', '12:34:56.789+05:30'], any: fc.tuple(clock, zone).map(([t, z]) => `${t}${z}`) },
  { name: 'span', type: 'interval', edges: ['0', '178000000 years', '-178000000 years', '1 mon -1 day +00:00:00.000001', '-1 year 2 mons -3 days 04:05:06.789', 'infinity', '-infinity'], any: fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -999, max: 999 }), fc.integer()).map(([m, d, s]) => `${m} mons ${d} days ${s} microseconds`) },
  { name: 'raw_json', type: 'json', edges: ['{"b": 1,  "a": [1.000, 1E400, -0]}', '"\\u0000"', '"\\ud83d\\ude00 \\u202e"', 'null', '{"a":1,"a":2}', nested(500), '12345678901234567890123456789.5', '""'], any: fc.json({ maxDepth: 4 }) },
  { name: 'note', type: 'jsonb', edges: ['{"b": 1,  "a": [1.000, 1E300, -0]}', '"\\ud83d\\ude00 \\u202e \\u001f"', 'null', '{"a":1,"a":2}', nested(500), '12345678901234567890123456789.5', '{}', '[]', '{"": ""}'], any: json },
  { name: 'bytes', type: 'bytea', edges: ['\\x', '\\x00', '\\xff00fe5c0a09', '\\x5c78'], any: fc.integer({ min: 0, max: 40 }).chain(hex).map((value) => `\\x${value}`) },
  { name: 'host', type: 'inet', edges: ['10.1.2.3', '10.1.2.3/8', '::', '::ffff:1.2.3.4/96', 'fe80::1/64', '255.255.255.255/32'], any: fc.ipV4() },
  { name: 'net', type: 'cidr', edges: ['10.0.0.0/8', '::/0', '192.168.1.1/32', '2001:db8::/32'], any: fc.ipV4().map((ip) => `${ip}/32`) },
  { name: 'mac', type: 'macaddr', edges: ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'], any: hex(6) },
  { name: 'mac8', type: 'macaddr8', edges: ['08:00:2b:01:02:03:04:05'], any: hex(8) },
  { name: 'mood', type: 'crm_core.mood', edges: ['sad', 'happy', "it's, \"odd\"\\ {}", 'سعيد'], any: fc.constantFrom('sad', 'happy') },
  { name: 'cents', type: 'crm_core.cents', edges: ['0.01', '-9999999999999999.99'], any: signed(16, 2) },
  { name: 'pair', type: 'crm_core.pair', edges: ['(,)', '(1,"a ""b"" \\\\ ,()")', '(-5,"")', '("2","\t\n")'], any: fc.tuple(fc.integer(), fc.constantFrom('x', 'y z', '')).map(([n, t]) => `(${n},"${t}")`) },
  { name: 'ints', type: 'int4range', edges: ['empty', '(,)', '[1,5)', '[-2147483648,2147483646]'], any: fc.tuple(fc.integer({ min: -1e9, max: 0 }), fc.integer({ min: 0, max: 1e9 })).map(([a, b]) => `[${a},${b}]`) },
  { name: 'nums', type: 'numrange', edges: ['empty', '(,1.500]', '[-Infinity,Infinity)', '[1.10,2.2000)'], any: signed(5, 5).map((n) => `[${n},)`) },
  { name: 'stay', type: 'tstzrange', edges: ['empty', '["2024-01-01 00:00:00+05:30",infinity)', '(,"0044-03-15 00:00:00+00 BC"]'], any: moment(1900, 2299).map((at) => `["${at}+00",)`) },
  { name: 'days', type: 'daterange', edges: ['empty', '[2024-02-29,2024-02-29]', '(-infinity,infinity)'], any: day(1900, 2299).map((at) => `[${at},)`) },
  { name: 'gaps', type: 'int4multirange', edges: ['{}', '{[1,2),[5,9)}'], any: fc.integer({ min: 0, max: 1000 }).map((n) => `{[${n},${n + 5})}`) },
  { name: 'cash', type: 'money', edges: ['92233720368547758.07', '-92233720368547758.08', '0', '-0.01'], any: signed(12, 2) },
  { name: 'doc', type: 'xml', edges: ['<a b="&lt;">é\n</a>', '<!-- x --><y/>', 'plain', ''], any: fc.constantFrom('<a/>', '<b>عربي</b>') },
  { name: 'words', type: 'tsvector', edges: ['', "'a':1A,2B 'it''s':3 'b\\\\c'", 'عميل'], any: fc.constantFrom('one two', "a:1 b:2C") },
  { name: 'bits', type: 'bit(9)', edges: ['000000000', '111111111'], any: bitText(9, 9) },
  { name: 'morebits', type: 'bit varying', edges: ['', '1', '0'.repeat(300)], any: bitText(0, 70) },
  { name: 'tags', type: 'hstore', edges: ['', '"a"=>NULL', '"k \\"\\\\"=>"v, =>"', 'ع=>1'], any: fc.constantFrom('a=>1,b=>2', 'x=>NULL') },
  { name: 'spot', type: 'point', edges: ['(0,-0)', '(1e308,-1e-308)', '(NaN,Infinity)'], any: fc.tuple(fc.integer(), fc.integer()).map(([x, y]) => `(${x},${y})`) },
  { name: 'area', type: 'box', edges: ['(1,1),(0,0)', '(-1.5,2),(3,-4)'], any: fc.tuple(fc.integer(), fc.integer()).map(([x, y]) => `(${x},${y}),(0,0)`) },
  { name: 'path_to', type: 'ltree', edges: ['', 'Top.Science', 'a.b_c.d'], any: fc.constantFrom('x.y', 'q') },
  { name: 'spot_in_log', type: 'pg_lsn', edges: ['0/0', 'FFFFFFFF/FFFFFFFF', '16/B374D848'], any: fc.constantFrom('1/2', 'A/B') },
];

/** SQL that makes the types of a schema of one's own. */
export const ownTypes = `CREATE EXTENSION IF NOT EXISTS hstore; CREATE EXTENSION IF NOT EXISTS ltree;
  CREATE TYPE crm_core.mood AS ENUM ('sad', 'happy', 'it''s, "odd"\\ {}', 'سعيد');
  CREATE DOMAIN crm_core.cents AS numeric(18,2) CHECK (VALUE < 1e17);
  CREATE TYPE crm_core.pair AS (n integer, t text)`;

/** Text of an array, from texts of its elements; null is NULL. */
export function arrayLiteral(elements: readonly (string | null)[], delimiter = ','): string {
  return `{${elements.map((element) => (element === null ? 'NULL' : `"${element.replaceAll(/(["\\])/g, '\\$1')}"`)).join(delimiter)}}`;
}
