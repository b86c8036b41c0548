import fc, { type Arbitrary } from 'fast-check';
import { definitionSchema } from '../definition/report.schema.js';
import type { ReportDefinition } from '../definition/report.types.js';
import { pinChanges } from '../../analytics/definition.pins.js';
import { diff, type ReportChange } from './definition.diff.js';

const make = (parts: object): ReportDefinition => {
  const { value, error } = definitionSchema.validate({ v: 1, view: 'deals', rows: [], columns: [], values: [{ key: 'n', measure: 'deals.count' }], ...parts }, { convert: false });
  if (error) throw error;
  return value as ReportDefinition;
};
const split = (name: string, grain?: string): object => ({ member: `deals.${name}`, ...(grain === undefined ? {} : { grain }) });
const told = (a: object, b: object): ReportChange[] => diff(make(a), make(b));

describe('the difference of two definitions', () => {
  it('names splits that came, went, moved and changed their steps, and no more of them than somebody moved', () => {
    const four = { rows: [split('a'), split('b'), split('c'), split('d')] };
    expect(told(four, { rows: [split('d'), split('a'), split('b'), split('c')] })).toEqual([{ what: 'split', action: 'moved', from: { on: 'rows', at: 3, member: 'deals.d' }, to: { on: 'rows', at: 0, member: 'deals.d' } }]);
    expect(told(four, { rows: [split('b'), split('c'), split('d')] })).withContext('those behind it did not move').toEqual([{ what: 'split', action: 'removed', from: { on: 'rows', at: 0, member: 'deals.a' }, to: null }]);
    expect(told({ rows: [split('a')] }, { columns: [split('a')] })).toEqual([{ what: 'split', action: 'moved', from: { on: 'rows', at: 0, member: 'deals.a' }, to: { on: 'columns', at: 0, member: 'deals.a' } }]);
    expect(told({ columns: [split('t', 'year'), split('t', 'month')] }, { columns: [split('t', 'quarter'), split('t', 'month')] })).withContext('the same time twice').toEqual([
      { what: 'split', action: 'changed', from: { on: 'columns', at: 0, member: 'deals.t', grain: 'year' }, to: { on: 'columns', at: 0, member: 'deals.t', grain: 'quarter' } } as never]);
    expect(told({ rows: [split('a')] }, { rows: [split('x'), split('a')] })).toEqual([{ what: 'split', action: 'added', from: null, to: { on: 'rows', at: 0, member: 'deals.x' } }]);
  });

  it('names values by their key, or by their measure where only the key is another', () => {
    const n = { key: 'n', measure: 'deals.count' };
    const mean = (args: object[]): object => ({ key: 'mean', title: 'Mean', calculation: { op: '/', args } });
    const [before, after] = [mean([{ value: 'n' }, { number: '2' }]), mean([{ value: 'n', of: 'grand' }, { number: '2' }])];
    expect(told({ values: [n, before] }, { values: [after, n] })).toEqual([
      { what: 'value', action: 'changed', from: { at: 1, ...before }, to: { at: 0, ...after } } as never, { what: 'value', action: 'moved', from: { at: 1, ...before }, to: { at: 0, ...after } } as never]);
    expect(told({ values: [n] }, { values: [{ ...n, key: 'deals' }] })).toEqual([{ what: 'value', action: 'changed', from: { at: 0, ...n }, to: { at: 0, ...n, key: 'deals' } } as never]);
    expect(told({ values: [n] }, { values: [{ key: 'other', measure: 'deals.won_count' }] }).map(({ action }) => action)).toEqual(['removed', 'added']);
  });

  it('names conditions from and to, whatever their order, and every part that there is one of', () => {
    const region = { member: 'deals.region', operator: 'equals', values: ['Gulf'] };
    const any = { any: [region, { member: 'deals.source', operator: 'set' }] };
    expect(told({ filters: [region, any] }, { filters: [any, region] })).toEqual([]);
    expect(told({ filters: [region, any] }, { filters: [{ any: [{ member: 'deals.source', operator: 'notSet' }, region] }, { ...region, values: ['Levant'] }] })).toEqual([
      { what: 'condition', action: 'changed', from: region, to: { ...region, values: ['Levant'] } }, { what: 'condition', action: 'changed', from: any, to: { any: [{ member: 'deals.source', operator: 'notSet' }, region] } }] as never);
    const having = { value: 'n', operator: 'gt', number: '10' };
    expect(told({}, {
      having: [having], period: { member: 'deals.closed_at', range: 'thisYear' }, compare: 'year', top: { value: 'n', n: 5 }, sort: { by: 'n', order: 'desc' }, totals: { rows: false }, show: { shape: 'bar' },
    })).toEqual([
      { what: 'having', action: 'added', from: null, to: having }, { what: 'period', action: 'changed', from: null, to: { member: 'deals.closed_at', range: 'thisYear' } }, { what: 'compare', action: 'changed', from: null, to: 'year' },
      { what: 'top', action: 'changed', from: null, to: { value: 'n', n: 5, others: true, order: 'desc' } }, { what: 'sort', action: 'changed', from: null, to: { by: 'n', order: 'desc' } },
      { what: 'totals', action: 'changed', from: { rows: true, columns: true }, to: { rows: false, columns: true } }, { what: 'shape', action: 'changed', from: 'pivot', to: 'bar' },
    ] as never);
    expect(told({ having: [having] }, { having: [{ ...having, number: '20' }] }).map(({ action }) => action)).toEqual(['changed']);
    expect(pinChanges({ a: 1, b: 1 }, { a: 2, b: 1, c: 1 }, ['a', 'b', 'c', 'a'])).toEqual([{ what: 'pin', action: 'changed', measure: 'a', from: 1, to: 2 }, { what: 'pin', action: 'changed', measure: 'c', from: null, to: 1 }]);
  });

  const splits = fc.array(fc.constantFrom(split('a'), split('b'), split('t', 'year'), split('t', 'month')), { maxLength: 4 });
  const filters = fc.array(fc.constantFrom(...['a', 'b'].flatMap((name) => ['1', '2'].map((value) => ({ member: `deals.${name}`, operator: 'equals', values: [value] })))), { maxLength: 4 });
  const values = fc.uniqueArray(fc.record({ key: fc.constantFrom('x', 'y', 'z'), measure: fc.constantFrom('deals.count', 'deals.won_count') }), { minLength: 1, maxLength: 3, selector: ({ key }) => key });
  const one: Arbitrary<ReportDefinition> = fc.record({ rows: splits, columns: splits, filters, values, compare: fc.constantFrom(null, 'year'), show: fc.record({ shape: fc.constantFrom('pivot', 'bar') }) }).map(make);
  const canonical = ({ filters: list, ...rest }: ReportDefinition): string => JSON.stringify({ ...rest, filters: list.map((each) => JSON.stringify(each)).sort() });

  it('is nothing exactly where both ask and show the same, and is the same backwards', () => {
    fc.assert(fc.property(one, one, (a, b) => {
      expect(diff(a, a)).toEqual([]);
      expect(diff(a, b).length === 0).toBe(canonical(a) === canonical(b));
      const count = (changes: ReportChange[], what: string, action: string): number => changes.filter((each) => each.what === what && each.action === action).length;
      const [there, back] = [diff(a, b), diff(b, a)];
      for (const what of ['split', 'value', 'condition']) expect(count(there, what, 'added')).withContext(what).toBe(count(back, what, 'removed'));
      expect(a.rows.length + a.columns.length + count(there, 'split', 'added') - count(there, 'split', 'removed')).toBe(b.rows.length + b.columns.length);
      expect(a.filters.length + count(there, 'condition', 'added') - count(there, 'condition', 'removed')).toBe(b.filters.length);
    }), { numRuns: 500 });
  });
});
