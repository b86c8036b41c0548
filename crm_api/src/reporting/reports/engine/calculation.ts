import { Decimal } from 'decimal.js';
import type { Expression } from '../definition/report.types.js';
import { unitOf, type CalculatedUnit } from './calculation.units.js';

// More digits than any sum of the books has, so that only quotients are rounded.
const Exact = Decimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });
const places = 12;

/** The numbers that an expression is worked out from: of its own cell, or of a total that the cell is part of. */
export type Lookup = (key: string, of: 'cell' | 'grand' | 'row' | 'column' | 'parent') => string | null;

/** The keys of the values that an expression names. */
export function keysOf(expression: Expression): string[] {
  if ('op' in expression) return expression.args.flatMap(keysOf);
  return 'value' in expression ? [expression.value] : [];
}

/** Whether an expression has the value of a total, which only the whole report knows. */
export const ofTotal = (expression: Expression): boolean => ('op' in expression ? expression.args.some(ofTotal) : 'of' in expression);

/** The unit of an expression, and where two do not go together which. */
export function unitOfExpression(expression: Expression, unitOfKey: (key: string) => string, clash: (op: string, left: string, right: string) => Error): string {
  if ('number' in expression) return 'literal';
  if ('value' in expression) return unitOfKey(expression.value);
  const [left, right] = expression.args.map((one) => unitOfExpression(one, unitOfKey, clash)) as [string, string];
  const unit: CalculatedUnit = unitOf(expression.op, left, right);
  if (unit === null) throw clash(expression.op, left, right);
  return unit;
}

/** The result as decimal text with at most 12 places; null where a part has no value or something is divided by zero. */
export function calculate(expression: Expression, lookup: Lookup): string | null {
  const result = valueOf(expression, lookup);
  return result === null ? null : result.toDecimalPlaces(places, Decimal.ROUND_HALF_EVEN).toFixed();
}

function valueOf(expression: Expression, lookup: Lookup): Decimal | null {
  if ('number' in expression) return new Exact(expression.number);
  if ('value' in expression) {
    const text = lookup(expression.value, 'of' in expression ? expression.of : 'cell');
    return text === null ? null : new Exact(text);
  }
  const left = valueOf(expression.args[0], lookup);
  const right = valueOf(expression.args[1], lookup);
  if (left === null || right === null) return null;
  switch (expression.op) {
    case '+': return left.plus(right);
    case '-': return left.minus(right);
    case '*': return left.times(right);
    case '/': return right.isZero() ? null : left.dividedBy(right);
  }
}

/** Whether a decimal meets a condition on it; nothing meets none. */
export function meets(text: string | null, operator: 'gt' | 'gte' | 'lt' | 'lte' | 'equals' | 'notEquals', bound: string): boolean {
  if (text === null) return false;
  const order = new Exact(text).comparedTo(bound);
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0, equals: order === 0, notEquals: order !== 0 }[operator];
}

/** The order of two decimals, what is missing last in either direction. */
export function ordered(one: string | null, other: string | null, order: 'asc' | 'desc'): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const by = Number(one) - Number(other) || new Exact(one).comparedTo(other);
  return order === 'asc' ? by : -by;
}

/** Decimal text without an exponent, as quotients near zero have one. */
export const plainDecimal = (text: string): string => (/e/i.test(text) ? new Exact(text).toFixed() : text);
