import type { Measure } from './model.types.js';

/**
 * What the rows behind a number give to it: they sum to it, or to one side of its quotient, or are the values that it is the middle of; `basis` are sums
 * that it is computed from in another way.
 */
export type PartRole = 'sum' | 'numerator' | 'denominator' | 'sample' | 'basis';

/** One measure that another one is made of. */
export interface Part {
  /** A measure of the same cube. */
  readonly name: string;
  readonly role: PartRole;
  /** True where the whole is divided by it. */
  readonly divides: boolean;
  /** How the values of a sample become one; absent where the number is computed from them in another way. */
  readonly take?: 'median' | 'mean' | 'p90';
}

/** The parts of a measure and the plain number by which their product is multiplied. */
export interface Parts {
  readonly factor: number;
  /** Whether the parts make the number; else they are what it is computed from, and only its formula makes it. */
  readonly makes: boolean;
  readonly parts: readonly Part[];
}

const term = /^(?:(median|mean|p90|each|of)\((\w+)\)|([a-z]\w*)|(\d+))$/;

/**
 * The parts of a measure: of one that adds up, over its rows or over those that `per` names, itself; else what `parts` says. Null for
 * a text, a setting, and for a number that says nothing, which a spec of the model's structure refuses.
 */
export function partsOf(name: string, measure: Measure): Parts | null {
  if (measure.type === 'string' || measure.parts === null) return null;
  if (measure.parts === undefined) {
    return measure.additive || measure.per ? { factor: 1, makes: true, parts: [{ name, role: 'sum', divides: false }] } : null;
  }
  const quotient = measure.parts.includes('/');
  let factor = 1;
  let divides = false;
  let makes = true;
  const parts: Part[] = [];
  for (const token of measure.parts.split(' ')) {
    if (token === '*' || token === '/') {
      divides = token === '/';
      continue;
    }
    const [, take, sampled, plain, constant] = term.exec(token) ?? [];
    if (constant !== undefined) factor *= Number(constant);
    else if (sampled !== undefined && (take === 'each' || take === 'of')) {
      makes = false;
      parts.push({ name: sampled, role: take === 'each' ? 'sample' : 'basis', divides });
    } else if (sampled !== undefined) parts.push({ name: sampled, role: 'sample', divides, take: take as NonNullable<Part['take']> });
    else if (plain !== undefined) parts.push({ name: plain, role: divides ? 'denominator' : quotient ? 'numerator' : 'sum', divides });
    else throw new Error(`The parts of the measure "${name}" cannot be read at "${token}"`);
  }
  return { factor, makes, parts };
}

/** The number that totals of the parts make, in their order; null where one is missing or divides by zero. */
export function combined({ factor, parts }: Pick<Parts, 'factor' | 'parts'>, totals: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((sofar, { divides }, index) => {
    const total = totals[index] ?? null;
    if (sofar === null || total === null || (divides && total === 0)) return null;
    return divides ? sofar / total : sofar * total;
  }, factor);
}
