import { Expression, ReportValue } from '@core/reports/report.model';
import { isCalculated } from './definition.model';

/** The unit of a formula, or the two units that it cannot take together. */
export type UnitFound = { readonly unit: string; readonly problem: null } | { readonly unit: null; readonly problem: { readonly op: string; readonly left: string; readonly right: string } };

/** Numbers without a kind of their own: they stretch and shift others. */
const PLAIN = new Set(['number', 'count', 'ratio', 'score']);
const fine = (unit: string): UnitFound => ({ unit, problem: null });

/** The unit of an expression by those of the values; money and days cannot be added, money over money is a ratio, money over a count money. */
export function unitOf(expression: Expression, units: ReadonlyMap<string, string>): UnitFound {
  if ('number' in expression) return fine('number');
  if ('value' in expression) return fine(units.get(expression.value) ?? 'number');
  const [left, right] = expression.args.map((part) => unitOf(part, units)) as [UnitFound, UnitFound];
  if (left.problem) return left;
  if (right.problem) return right;
  return together(expression.op, left.unit, right.unit);
}

function together(op: '+' | '-' | '*' | '/', left: string, right: string): UnitFound {
  const refused: UnitFound = { unit: null, problem: { op, left, right } };
  if (op === '+' || op === '-') {
    if (left === right) return fine(left);
    return PLAIN.has(left) && PLAIN.has(right) ? fine(left === 'number' ? right : right === 'number' ? left : 'number') : refused;
  }
  if (op === '*') {
    // A ratio times a hundred is no longer one; a count that is stretched stays one.
    if (PLAIN.has(left) && PLAIN.has(right)) return fine(left === right ? left : [left, right].find((unit) => unit !== 'number' && unit !== 'ratio') ?? 'number');
    return PLAIN.has(left) ? fine(right) : PLAIN.has(right) ? fine(left) : refused;
  }
  if (left === right) return fine('ratio');
  if (PLAIN.has(right)) return fine(PLAIN.has(left) ? (right === 'number' ? left : 'number') : left);
  // One kind over another, such as money a day, is a number that the catalogue has no name for.
  return fine('number');
}

/** The units of all values: those of the measures as the catalogue has them, of calculations as they follow. */
export function unitsOf(values: readonly ReportValue[], unitOfMeasure: (measure: string) => string): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  for (const value of values) if (!isCalculated(value)) units.set(value.key, unitOfMeasure(value.measure));
  for (const value of values) if (isCalculated(value)) units.set(value.key, unitOf(value.calculation, units).unit ?? 'number');
  return units;
}
