import fc from 'fast-check';
import { ledgerStatement, viewProofs, type ProofCase, type ProofTask, type ViewProof } from 'crm_semantic';
import type pg from 'pg';

/** Properties by which a random question splits and filters: few enough values that groups hold more than one row. */
const groupable: ReadonlySet<string> = new Set([
  'status', 'stage', 'pipeline', 'forecast_category', 'category', 'product', 'product_family', 'source', 'owner_id', 'team', 'region', 'industry', 'priority', 'channel', 'billing_period', 'lifecycle', 'kind', 'to_stage', 'to_status', 'state',
]);
const steps = [undefined, 'day', 'week', 'month', 'quarter', 'year'] as const;
/** Whole hours, a day ahead, summer time and a quarter of an hour. */
const zones = ['UTC', 'Asia/Riyadh', 'Pacific/Auckland', 'America/New_York', 'Asia/Kathmandu'];

/** The values that each groupable property has, so that filters meet rows. */
export type Values = ReadonlyMap<string, readonly (string | null)[]>;

/** Reads those values from the ledger. */
export async function readValues(client: pg.Client): Promise<Values> {
  const values = new Map<string, readonly (string | null)[]>();
  for (const proof of viewProofs) {
    for (const name of Object.keys(proof.dimensions).filter((one) => groupable.has(one))) {
      const { sql, values: bound } = ledgerStatement(proof, { name, dimensions: [name], measures: Object.keys(proof.measures).slice(0, 1) }, new Date());
      const { rows } = await client.query<{ d0: string | null }>(sql, [...bound]);
      values.set(`${proof.view}.${name}`, rows.map(({ d0 }) => d0));
    }
  }
  return values;
}

function caseOf(proof: ViewProof, values: Values): fc.Arbitrary<ProofTask> {
  const names = Object.keys(proof.dimensions).filter((name) => groupable.has(name));
  const times = Object.entries(proof.dimensions).filter(([, { kind }]) => kind === 'instant' || kind === 'date').map(([name]) => name);
  const day = fc.date({ min: new Date('2023-01-01'), max: new Date('2027-01-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
  const period = fc.record({ dimension: fc.constantFrom(...times), bounds: fc.option(fc.tuple(day, day)), step: fc.constantFrom(...steps) }).filter(({ bounds, step }) => bounds !== null || step !== undefined)
    .map(({ dimension, bounds, step }) => {
      const [from, to] = bounds ? [...bounds].sort() : [];
      return { dimension, ...(from && to ? { from, to } : {}), ...(step ? { step } : {}) };
    });
  const filter = fc.constantFrom(...names).chain((dimension) => {
    const known = values.get(`${proof.view}.${dimension}`) ?? [];
    const some = known.filter((value): value is string => value !== null);
    if (some.length === 0) return fc.constant({ dimension, values: [null] as readonly (string | null)[] });
    const equal = fc.subarray(some, { minLength: 1, maxLength: Math.min(4, some.length) }).map((wanted): readonly (string | null)[] => wanted);
    return (known.length > some.length ? fc.oneof(equal, fc.constant([null])) : equal).map((wanted) => ({ dimension, values: wanted }));
  });
  return fc.record({
    dimensions: fc.subarray(names, { maxLength: 2 }), period: fc.option(period, { nil: undefined }), filters: fc.array(filter, { maxLength: 2 }), timeZone: fc.constantFrom(...zones),
  }).map(({ period: asked, ...rest }): ProofTask => ({ proof, asked: { name: 'random', ...rest, ...(asked ? { period: asked } : {}) } satisfies ProofCase }));
}

/** A random question about all KPIs of a random view. */
export function randomTask(values: Values): fc.Arbitrary<ProofTask> {
  return fc.constantFrom(...viewProofs).chain((proof) => caseOf(proof, values));
}
