import { quantile, repeat, round } from './timing.js';
import type { Bench, BenchContext, Figures } from './bench.types.js';

const times = 200;

async function pair(context: BenchContext, name: string, viaApi: (index: number) => Promise<unknown>, bare: (index: number) => Promise<unknown>): Promise<Figures> {
  const api = await repeat(times, viaApi);
  const sql = await repeat(times, bare);
  const figures = {
    [`${name}_p50_ms`]: round(quantile(api, 0.5)),
    [`${name}_p95_ms`]: round(quantile(api, 0.95)),
    [`${name}_sql_p50_ms`]: round(quantile(sql, 0.5)),
    [`${name}_ratio`]: round(quantile(api, 0.5) / quantile(sql, 0.5)),
  };
  context.print(`${name}: p50 ${figures[`${name}_p50_ms`]} ms, p95 ${figures[`${name}_p95_ms`]} ms, ${figures[`${name}_ratio`]} × the bare statement`);
  return figures;
}

/** Latency of the API one request at a time, against the bare statement on the same database. */
export const apiBench: Bench = {
  name: 'api',
  about: 'reads and writes through the API against the bare SQL statement',
  async run(context) {
    const { admin, postgres } = context;
    const { rows } = await postgres.query<{ id: string; next_step: string | null }>('SELECT id, next_step FROM crm_core.crm_deals WHERE deleted_at IS NULL ORDER BY created_at DESC LIMIT 200');
    const id = (index: number): string => rows[index % rows.length]?.id ?? '';
    const stamp = Date.now();
    try {
      return await measure();
    } finally {
      // The product measured may be somebody's own: what the measurement wrote over or made goes back to what it was.
      await postgres.query(
        `UPDATE crm_core.crm_deals d SET next_step = i.next_step FROM jsonb_to_recordset($1::jsonb) AS i(id uuid, next_step text)
          WHERE d.id = i.id AND d.next_step IS DISTINCT FROM i.next_step`,
        [JSON.stringify(rows)],
      );
      await postgres.query('DELETE FROM crm_core.crm_contacts WHERE full_name LIKE $1 OR full_name LIKE $2', [`Bench Person ${stamp} %`, `Bench Bare ${stamp} %`]);
    }

    async function measure(): Promise<Figures> {
      return {
        ...(await pair(context, 'get', (index) => admin.must('GET', `/deals/${id(index)}`), (index) => postgres.query('SELECT * FROM crm_core.crm_deals WHERE id = $1', [id(index)]))),
        ...(await pair(context, 'list', () => admin.must('GET', '/deals?limit=50'), () => postgres.query('SELECT * FROM crm_core.crm_deals WHERE deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 50'))),
        ...(await pair(
          context, 'update',
          (index) => admin.must('PATCH', `/deals/${id(index)}`, { next_step: `step ${index}` }),
          (index) => postgres.query('UPDATE crm_core.crm_deals SET next_step = $2 WHERE id = $1', [id(index), `bare ${index}`]),
        )),
        ...(await pair(
          context, 'create',
          (index) => admin.must('POST', '/contacts', { full_name: `Bench Person ${stamp} ${index}`, email: `bench.${stamp}.${index}.${Math.random().toString(36).slice(2)}@example.com` }),
          (index) => postgres.query('INSERT INTO crm_core.crm_contacts (full_name, email) VALUES ($1, $2)', [`Bench Bare ${stamp} ${index}`, `bare.${stamp}.${index}.${Math.random().toString(36).slice(2)}@example.com`]),
        )),
      };
    }
  },
};
