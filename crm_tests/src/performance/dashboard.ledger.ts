import { ledgerStatement, viewProofs, type ProofCase, type ProofPeriod } from 'crm_semantic';
import type { CubeQuery } from './dashboard.opening.js';

const local = (member: string): string => member.split('.')[1] ?? '';

/** The independent SQL on Postgres for a question of a page, of which the proof of the KPIs knows all; null where it does not. */
export function onPostgres({ measures = [], dimensions = [], timeDimensions = [], filters = [] }: CubeQuery): { readonly sql: string; readonly values: readonly unknown[] } | null {
  const view = measures[0]?.split('.')[0];
  const proof = viewProofs.find((one) => one.view === view);
  const numbers = measures.map(local).filter((name) => name !== 'reporting_currency');
  // Names beside a dimension say nothing more of a row than its id does.
  const split = dimensions.map(local).filter((name) => proof?.dimensions[name]);
  const [time] = timeDimensions;
  const conditions = filters.filter(({ operator }) => operator !== 'set');
  if (!proof || numbers.some((name) => !proof.measures[name]) || (dimensions.length > 0 && split.length === 0) || timeDimensions.length > 1) return null;
  if ((time && !proof.dimensions[local(time.dimension)]) || conditions.some(({ member, operator }) => operator !== 'equals' || !proof.dimensions[local(member)])) return null;
  const [from, to] = time?.dateRange ?? [];
  const asked: ProofCase = {
    name: 'bench', measures: numbers, dimensions: split,
    filters: conditions.map(({ member, values = [] }) => ({ dimension: local(member), values })),
    ...(time ? { period: { dimension: local(time.dimension), ...(from && to ? { from, to } : {}), ...(time.granularity ? { step: time.granularity as ProofPeriod['step'] } : {}) } as ProofPeriod } : {}),
  };
  return ledgerStatement(proof, asked, new Date());
}
