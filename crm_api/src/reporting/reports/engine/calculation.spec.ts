import type { Expression } from '../definition/report.types.js';
import { calculate, meets, ordered, plainDecimal, unitOfExpression } from './calculation.js';
import { unitOf } from './calculation.units.js';

const v = (value: string): Expression => ({ value });
const op = (sign: '+' | '-' | '*' | '/', left: Expression, right: Expression): Expression => ({ op: sign, args: [left, right] });

describe('calculations', () => {
  const numbers: Record<string, string | null> = { a: '9007199254740993.01', b: '0.02', none: null, zero: '0.00', third: '3' };
  const at = (expression: Expression): string | null => calculate(expression, (key, of) => (of === 'grand' ? '100' : numbers[key] ?? null));

  it('are exact where floating point is not', () => {
    expect(at(op('+', v('a'), v('b')))).toBe('9007199254740993.03');
    expect(at(op('-', op('*', v('a'), v('third')), v('b')))).toBe('27021597764222979.01');
    expect(at(op('/', { number: '1' }, v('third')))).toBe('0.333333333333');
    expect(at(op('/', v('third'), { value: 'third', of: 'grand' }))).toBe('0.03');
  });

  it('have no result where a part has none or nothing is divided by', () => {
    expect([at(op('+', v('a'), v('none'))), at(op('/', v('a'), v('zero')))]).toEqual([null, null]);
  });

  it('have the unit that follows, or none', () => {
    const cases: readonly (readonly ['+' | '-' | '*' | '/', string, string, string | null])[] = [
      ['+', 'money', 'money', 'money'], ['-', 'money', 'days', null], ['-', 'literal', 'ratio', 'ratio'], ['+', 'count', 'ratio', 'number'], ['/', 'money', 'count', 'money'], ['/', 'money', 'money', 'ratio'],
      ['*', 'money_per_month', 'months', 'money'], ['/', 'money', 'money_per_month', 'months'], ['/', 'money', 'days', 'money_per_day'], ['*', 'money', 'money', null], ['*', 'ratio', 'ratio', 'ratio'], ['*', 'money', 'ratio', 'money'],
      ['/', 'count', 'money', null], ['/', 'hours', 'literal', 'hours'], ['+', 'text', 'text', null], ['/', 'literal', 'count', 'number'],
    ];
    for (const [sign, left, right, unit] of cases) expect(unitOf(sign, left, right)).withContext(`${left} ${sign} ${right}`).toBe(unit);
    const clash = (sign: string, left: string, right: string): Error => new Error(`${left} ${sign} ${right}`);
    expect(() => unitOfExpression(op('*', op('-', v('money'), v('days')), { number: '2' }), (key) => key, clash)).toThrowError('money - days');
    expect(unitOfExpression(op('/', v('money'), { value: 'money', of: 'row' }), (key) => key, clash)).toBe('ratio');
  });

  it('are compared and ordered exactly, what is missing last either way', () => {
    expect([meets('9007199254740993', 'gt', '9007199254740992'), meets('0.10', 'equals', '0.1'), meets(null, 'notEquals', '0'), meets('-1', 'lte', '-1.0'), meets('2', 'lt', '2')]).toEqual([true, true, false, true, false]);
    expect(['2', null, '10', '9007199254740993', '9007199254740992'].sort((one, other) => ordered(one, other, 'desc'))).toEqual(['9007199254740993', '9007199254740992', '10', '2', null]);
    expect(['2', null, '-10'].sort((one, other) => ordered(one, other, 'asc'))).toEqual(['-10', '2', null]);
    expect([plainDecimal('1e-7'), plainDecimal('12.50')]).toEqual(['0.0000001', '12.50']);
  });
});
