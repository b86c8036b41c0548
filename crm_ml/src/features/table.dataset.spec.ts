import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnOf, categoryColumn, numberColumn } from './frame.model.js';
import { profileColumn } from './column.profile.js';
import { prepareTable, type TableQuestion } from './table.dataset.js';
import { parseTable, readTable } from './table.reader.js';

const coded = (code: string) => (error: { code?: string; message?: string }): boolean => error.code === code && (error.message ?? '').length > 20;
const question = (extra: Partial<TableQuestion> = {}): TableQuestion => ({ target: 'y', positive: 'yes', drop: [], ...extra });
const csv = (rows: number, line: (i: number) => string, header = 'x,y'): string => [header, ...Array.from({ length: rows }, (_, i) => line(i))].join('\n');

describe('profile of a column', () => {
  const rows = 200;
  const of = (name: string, value: (i: number) => string, days?: Float64Array) => profileColumn(name, Array.from({ length: rows }, (_, i) => value(i)), days);

  it('finds numbers, categories, dates, mixtures and text', () => {
    expect(of('price', (i) => (i % 10 ? `$${i}.50` : 'n/a')).role).toBe('number');
    expect(of('city', (i) => ['Amman', 'Doha', ''][i % 3] as string).role).toBe('category');
    expect(of('code', (i) => `0${i % 5}1`).role).toBe('category');
    expect(of('when', (i) => `2020-01-${String(1 + (i % 28)).padStart(2, '0')}`).columns.map((c) => c.name)).toEqual(['when', 'when (month)']);
    expect(of('Deal Date', (i) => String(40_000 + i)).role).toBe('date');
    expect(of('visits', (i) => (i % 5 ? String(i) : 'unknown')).columns.map((c) => c.kind)).toEqual(['number', 'category']);
    expect(of('note', (i) => `they said it was number ${i} of many`).columns[0]?.name).toBe('note (length)');
  });

  it('takes a date relative to the row time where that is known', () => {
    const days = Float64Array.from({ length: rows }, (_, i) => 18_262 + i);
    const column = of('opened', () => '2020-01-01', days).columns;
    expect(column).toEqual([]); // one value only: constant
    const two = of('opened', (i) => (i % 2 ? '2020-01-01' : '2020-01-02'), days).columns[0];
    expect(two?.kind === 'number' && two.values[0]).toBe(1);
  });

  it('leaves out what only identifies or says nothing', () => {
    expect(of('anything', (i) => `A-${i}X`).role).toBe('identifier');
    expect(of('row', (i) => String(5000 + i)).role).toBe('identifier');
    expect(of('customer_id', (i) => String((i >> 1) * 7919)).role).toBe('identifier');
    expect(of('pair', (i) => `name ${i >> 2}`).role).toBe('high_cardinality');
    expect(of('same', () => 'x').role).toBe('constant');
    expect(of('none', () => ' ').role).toBe('blank');
    expect(of('amount', (i) => String(i * 1000 + 7)).role).toBe('number');
  });
});

describe('table for training', () => {
  it('reads separators, encodings, repeated names and short rows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crm-ml-'));
    try {
      const path = join(folder, 'a.csv');
      writeFileSync(path, Buffer.from('\ufeffname;name;z\nJos\u00e9;2\n"a;b";"c";3\n', 'utf16le'));
      const table = await readTable(path);
      expect(table.names).toEqual(['name', 'name 2', 'z']);
      expect(table.columns.array('name')).toEqual(['José', 'a;b']);
      expect(table.columns.array('z')).toEqual(['', '3']);
      writeFileSync(path, Buffer.from('a,b\ncaf\u00e9,1\n', 'latin1'));
      expect((await readTable(path)).columns.array('a')).toEqual(['café']);
      await expectAsync(readTable(join(folder, 'missing.csv'))).toBeRejectedWith(jasmine.objectContaining({ code: 'unreadable_file' }));
      writeFileSync(path, Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 1]));
      await expectAsync(readTable(path)).toBeRejectedWith(jasmine.objectContaining({ code: 'unreadable_file' }));
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(() => parseTable('a,b\n')).toThrowMatching(coded('too_few_rows'));
  });

  it('refuses with a code and a cure', () => {
    const prepare = (text: string, extra?: Partial<TableQuestion>) => () => prepareTable(parseTable(text), question(extra));
    const fine = csv(100, (i) => `${i % 7},${i % 3 ? 'yes' : 'no'}`);
    expect(prepare(csv(10, (i) => `${i},${i % 2 ? 'yes' : 'no'}`))).toThrowMatching(coded('too_few_rows'));
    expect(prepare(csv(100, (i) => `${i},yes`))).toThrowMatching(coded('one_class'));
    expect(prepare(csv(100, (i) => `${i},${i ? 'yes' : 'no'}`))).toThrowMatching(coded('too_few_rows'));
    expect(prepare(csv(100, (i) => `5,${i % 2 ? 'yes' : 'no'}`))).toThrowMatching(coded('no_usable_columns'));
    expect(prepare(csv(100, (i) => `,${i % 2 ? 'yes' : 'no'}`))).toThrowMatching(coded('no_usable_columns'));
    expect(prepare(fine, { target: 'z' })).toThrowMatching(coded('unknown_column'));
    expect(prepare(fine, { drop: ['z'] })).toThrowMatching(coded('unknown_column'));
    expect(prepare(fine, { positive: 'won' })).toThrowMatching(coded('unknown_positive'));
    expect(prepare(csv(100, () => '1,'))).toThrowMatching(coded('too_few_rows'));
  });

  it('leaves out rows without outcome or time, keeps the target, time and group out of the features, and says so', () => {
    const text = csv(120, (i) => `${i % 7},${i % 10 === 0 ? '' : i % 3 ? 'Yes' : 'no'},${i === 1 ? 'soon' : 43_000 + i},g${i % 6},${i}`, 'x,y,t,g,d');
    const { data, warnings } = prepareTable(parseTable(text), question({ time: 't', group: 'g', drop: ['d'] }));
    expect(data.target.length).toBe(107);
    expect(data.frame.columns.map((c) => c.name)).toEqual(['x']);
    expect(new Set(data.group).size).toBe(6);
    expect(warnings.join()).toContain('13 of 120 rows were left out');
  });

  it('warns of a column that tells the outcome and of repeated rows', () => {
    const { warnings } = prepareTable(parseTable(csv(200, (i) => `${i % 5},${i % 2 ? 'after' : 'before'},${i % 2 ? 'yes' : 'no'}`, 'x,reason,y')), question());
    expect(warnings.join('\n')).toContain('"reason" alone tells the outcome');
    expect(warnings.join('\n')).toContain('repeat the values of another row');
  });

  it('matches a positive value written as a number, and more than two values count as the rest', () => {
    const { data, warnings } = prepareTable(parseTable(csv(90, (i) => `${i % 7},${['1.0', '0', '2'][i % 3] as string}`)), question({ positive: '1' }));
    expect(data.target.reduce((s, y) => s + y, 0)).toBe(30);
    expect(warnings.join()).toContain('has 3 values');
  });
});

describe('frame', () => {
  it('turns what is no number into missing and refuses missing columns', () => {
    expect([...numberColumn('n', [1, null, undefined, Infinity, NaN]).values]).toEqual([1, NaN, NaN, NaN, NaN]);
    expect([...categoryColumn('c', ['a', '', null, 'b', 'a']).codes]).toEqual([0, -1, -1, 1, 0]);
    expect(() => columnOf({ rows: 0, columns: [] }, 'x')).toThrowMatching(coded('missing_column'));
  });
});
