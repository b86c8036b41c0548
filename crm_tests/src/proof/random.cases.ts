import fc from 'fast-check';
import { ledgerStatement, viewProofs, type ProofCase, type ProofPeriod, type ProofTask, type ViewProof } from 'crm_semantic';
import type pg from 'pg';

/** What names one record only; a split by it is the list of records. */
const names: ReadonlySet<string> = new Set(['id', 'name', 'name_ar', 'subject', 'number']);
/** Filters choose among so many values of a property. */
const mostValues = 40;
const steps: readonly ProofPeriod['step'][] = [undefined, 'day', 'week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'];
/** Whole hours, a day ahead, summer time in both halves of the world, and a quarter of an hour. */
const zones = ['UTC', 'Asia/Riyadh', 'Pacific/Auckland', 'America/New_York', 'Asia/Kathmandu'];

/** The values that each property has, so that filters meet rows. */
export type Values = ReadonlyMap<string, readonly (string | null)[]>;

/** The first and the last day that the periods of a business may name. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

const groupable = (proof: ViewProof): string[] => Object.entries(proof.dimensions).filter(([name, { kind }]) => !names.has(name) && (kind === 'text' || kind === 'number')).map(([name]) => name);

/** Reads those values from the ledger. */
export async function readValues(client: pg.Client): Promise<Values> {
  const values = new Map<string, readonly (string | null)[]>();
  for (const proof of viewProofs) {
    for (const name of groupable(proof)) {
      const { sql, values: bound } = ledgerStatement(proof, { name, dimensions: [name], measures: Object.keys(proof.measures).slice(0, 1) }, new Date());
      const { rows } = await client.query<{ d0: string | null }>(`${sql} ORDER BY 1 NULLS FIRST LIMIT ${mostValues}`, [...bound]);
      values.set(`${proof.view}.${name}`, rows.map(({ d0 }) => d0));
    }
  }
  return values;
}

function periods(proof: ViewProof, { first, last }: Span): fc.Arbitrary<ProofPeriod | undefined> {
  const times = Object.entries(proof.dimensions).filter(([, { kind }]) => kind === 'instant' || kind === 'date').map(([name]) => name);
  if (times.length === 0) return fc.constant(undefined);
  const some = fc.date({ min: new Date(first), max: new Date(last), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
  // The ends of months are where a day too many or too few shows, and the days on which clocks are put forward or back.
  const ends = some.map((day) => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).toISOString().slice(0, 10));
  const shifts = some.chain((day) => fc.constantFrom(`${day.slice(0, 4)}-03-10`, `${day.slice(0, 4)}-04-05`, `${day.slice(0, 4)}-09-27`, `${day.slice(0, 4)}-11-03`));
  const day = fc.oneof({ weight: 3, arbitrary: some }, { weight: 2, arbitrary: ends }, { weight: 1, arbitrary: shifts });
  return fc.record({ dimension: fc.constantFrom(...times), bounds: fc.option(fc.tuple(day, day)), step: fc.constantFrom(...steps) }).map(({ dimension, bounds, step }) => {
    const [from, to] = bounds ? [...bounds].sort() : [];
    return from === undefined && step === undefined ? undefined : { dimension, ...(from && to ? { from, to } : {}), ...(step ? { step } : {}) };
  });
}

function caseOf(proof: ViewProof, values: Values, span: Span): fc.Arbitrary<ProofTask> {
  const properties = groupable(proof);
  const filter = fc.constantFrom(...properties).chain((dimension) => {
    const known = values.get(`${proof.view}.${dimension}`) ?? [];
    const some = known.filter((value): value is string => value !== null);
    const empty = fc.constant<readonly (string | null)[]>([null]);
    const equal = fc.subarray(some, { minLength: Math.min(1, some.length), maxLength: Math.min(4, some.length) }).map((wanted): readonly (string | null)[] => wanted);
    return fc.record({ dimension: fc.constant(dimension), values: some.length === 0 ? empty : fc.oneof({ weight: 4, arbitrary: equal }, { weight: 1, arbitrary: empty }), not: fc.boolean() });
  });
  const measures = Object.keys(proof.measures);
  return fc.record({
    dimensions: fc.subarray(properties, { maxLength: 2 }), period: periods(proof, span), filters: fc.array(filter, { maxLength: 2 }), timeZone: fc.constantFrom(...zones),
    measures: fc.oneof({ weight: 4, arbitrary: fc.subarray(measures, { minLength: 1, maxLength: Math.min(4, measures.length) }) }, { weight: 1, arbitrary: fc.constant(measures) }),
  }).map(({ period, ...rest }): ProofTask => {
    const asked: Omit<ProofCase, 'name'> = { ...rest, ...(period ? { period } : {}) };
    // A difference is told by the name of its question.
    return { proof, asked: { name: JSON.stringify(asked), ...asked } };
  });
}

/** Random questions about KPIs of every view in turn; the same ones for the same seed and the same values. */
export function randomTasks(values: Values, span: Span, seed: number, count: number): ProofTask[] {
  const questions = viewProofs.map((proof, index) => fc.sample(caseOf(proof, values, span), { seed: seed + index, numRuns: Math.ceil(count / viewProofs.length) }));
  return (questions[0] ?? []).flatMap((_, n) => questions.flatMap((of) => of[n] ?? [])).slice(0, count);
}

/** Days that the sample's records lie in and a little around them. */
export const sampleSpan: Span = { first: '2023-01-01', last: '2027-01-31' };
