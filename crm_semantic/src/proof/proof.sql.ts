import { ledgerPrelude } from './kpis/ledger.sql.js';
import type { DimensionProof, ProofCase, ProofFilter, ProofPeriod, ViewProof } from './proof.types.js';

/** A statement for Postgres; its columns are `d0…` (the split) and `m0…` (the numbers), all as text. */
export interface LedgerStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The measures that a case asks about. */
export function measuresOf(proof: ViewProof, asked: ProofCase): readonly string[] {
  return asked.measures ?? Object.keys(proof.measures);
}

/** The split of a case in the order of its columns: dimensions, then the step of the period. */
export function splitOf(asked: ProofCase): readonly string[] {
  return [...(asked.dimensions ?? []), ...(asked.period?.step ? [`${asked.period.dimension}.${asked.period.step}`] : [])];
}

const shift = '(SELECT fiscal_shift FROM moment)';

function dimensionOf(proof: ViewProof, name: string): DimensionProof {
  const dimension = proof.dimensions[name];
  if (!dimension) throw new Error(`The proof of ${proof.view} knows no dimension "${name}": add it to the proof`);
  return dimension;
}

/** The independent SQL of a case. `at` stands for now. */
export function ledgerStatement(proof: ViewProof, asked: ProofCase, at: Date): LedgerStatement {
  const values: unknown[] = [at.toISOString(), asked.timeZone ?? 'UTC'];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const stepped = ({ dimension, step }: ProofPeriod): string => {
    const { sql, kind } = dimensionOf(proof, dimension);
    const local = kind === 'date' ? `${sql}::timestamp` : `${sql} AT TIME ZONE $2::text`;
    // A fiscal period is the period of the calendar so many months earlier, brought back.
    if (step?.startsWith('fiscal_')) return `(date_trunc('${step.slice('fiscal_'.length)}', date_trunc('month', ${local}) - ${shift}) + ${shift})::date::text`;
    return `date_trunc('${step ?? 'day'}', ${local})::date::text`;
  };
  const inside = ({ dimension, from, to }: ProofPeriod): string[] => {
    const { sql, kind } = dimensionOf(proof, dimension);
    const start = (day: string): string => (kind === 'date' ? day : `(${day}::timestamp AT TIME ZONE $2::text)`);
    return [...(from ? [`${sql} >= ${start(`${bind(from)}::date`)}`] : []), ...(to ? [`${sql} < ${start(`(${bind(to)}::date + 1)`)}`] : [])];
  };
  const meets = ({ dimension, values: wanted, not }: ProofFilter): string => {
    const { sql } = dimensionOf(proof, dimension);
    const met = wanted.includes(null) ? `${sql} IS NULL` : `coalesce((${sql})::text = ANY(${bind(wanted)}::text[]), false)`;
    return not ? `NOT (${met})` : met;
  };

  const split = [...(asked.dimensions ?? []).map((name) => `(${dimensionOf(proof, name).sql})::text`), ...(asked.period?.step ? [stepped(asked.period)] : [])];
  const numbers = measuresOf(proof, asked).map((name) => {
    const measure = proof.measures[name];
    if (!measure) throw new Error(`The proof of ${proof.view} knows no measure "${name}": add it to the proof`);
    return measure.sql;
  });
  // Without a split all rows are one group, also for a measure that aggregates nothing, such as a setting.
  const conditions = [...(asked.period ? inside(asked.period) : []), ...(asked.filters ?? []).map(meets)];
  const sql = `${ledgerPrelude},
proven AS (${proof.rows})
SELECT ${[...split.map((text, index) => `${text} AS d${index}`), ...numbers.map((text, index) => `(${text})::text AS m${index}`)].join(',\n  ')}
FROM proven r${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''} GROUP BY ${split.length > 0 ? split.map((_, index) => index + 1).join(', ') : '()'}`;
  return { sql, values };
}
