/** Units that are mere numbers: whatever is multiplied or divided by them keeps its own. */
const plain: ReadonlySet<string> = new Set(['count', 'number', 'ratio', 'score']);
const perTime: readonly (readonly [rate: string, time: string, total: string])[] = [['money_per_month', 'months', 'money'], ['money_per_day', 'days', 'money']];

/** A unit, `literal` for a number that somebody wrote, or null where two do not go together. */
export type CalculatedUnit = string | null;

/** The unit of an operation on two units; null where it has no meaning, such as money plus days. */
export function unitOf(op: '+' | '-' | '*' | '/', left: string, right: string): CalculatedUnit {
  if (left === 'text' || right === 'text') return null;
  if (op === '+' || op === '-') return sum(left, right);
  return op === '*' ? product(left, right) : quotient(left, right);
}

// A written number takes the unit of what it is added to, as in "1 − win rate".
function sum(left: string, right: string): CalculatedUnit {
  if (left === right || right === 'literal') return left;
  if (left === 'literal') return right;
  return plain.has(left) && plain.has(right) ? 'number' : null;
}

function product(left: string, right: string): CalculatedUnit {
  if (left === 'literal' || right === 'literal') return left === right ? 'literal' : left === 'literal' ? right : left;
  if (plain.has(left) && plain.has(right)) return left === 'ratio' && right === 'ratio' ? 'ratio' : 'number';
  if (plain.has(right)) return left;
  if (plain.has(left)) return right;
  return perTime.find(([rate, time]) => (left === rate && right === time) || (left === time && right === rate))?.[2] ?? null;
}

function quotient(left: string, right: string): CalculatedUnit {
  if (right === 'literal') return left;
  if (left === right) return 'ratio';
  if (plain.has(right)) return plain.has(left) || left === 'literal' ? 'number' : left;
  for (const [rate, time, total] of perTime) {
    if (left === total && right === time) return rate;
    if (left === total && right === rate) return time;
  }
  return null;
}
