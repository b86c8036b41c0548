import { quantile, repeat, round } from './timing.js';
import type { Bench, Figures } from './bench.types.js';

const times = 15;
const live = `deleted_at IS NULL AND NOT is_test`;
const deals = `crm_core.crm_deals d`;
/** Amount in the reporting currency at the rate of its day, as the semantic layer converts it. */
const amount = `d.expected_value * CASE WHEN d.currency = 'USD' THEN 1 ELSE
  (SELECT r.rate FROM crm_core.crm_exchange_rates r WHERE r.base_currency = d.currency AND r.quote_currency = 'USD'
    AND r.valid_on <= coalesce(CASE WHEN d.status = 'won' THEN d.close_date END, current_date) AND r.deleted_at IS NULL ORDER BY r.valid_on DESC LIMIT 1) END`;

/** Each executive KPI: the question to the semantic layer, and independent SQL on Postgres for the same answer. */
const kpis: readonly { readonly name: string; readonly query: object; readonly sql: string }[] = [
  { name: 'open_pipeline', query: { measures: ['deals.open_amount'] }, sql: `SELECT sum(${amount}) FROM ${deals} WHERE d.status = 'open' AND ${live}` },
  { name: 'weighted_pipeline', query: { measures: ['deals.weighted_amount'] }, sql: `SELECT sum(${amount} * s.probability) FROM ${deals} JOIN crm_core.crm_stages s ON s.id = d.stage_id WHERE d.status = 'open' AND d.${live}` },
  { name: 'won_amount', query: { measures: ['deals.won_amount'] }, sql: `SELECT sum(${amount}) FROM ${deals} WHERE d.status = 'won' AND ${live}` },
  { name: 'win_rate', query: { measures: ['deals.win_rate'] }, sql: `SELECT count(*) FILTER (WHERE status = 'won')::float / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0) FROM ${deals} WHERE ${live}` },
  {
    name: 'pipeline_by_stage', query: { measures: ['deals.count', 'deals.open_amount'], dimensions: ['deals.stage'] },
    sql: `SELECT s.name, count(*), sum(${amount}) FROM ${deals} JOIN crm_core.crm_stages s ON s.id = d.stage_id WHERE d.${live} GROUP BY 1`,
  },
  {
    name: 'won_by_month', query: { measures: ['deals.won_count'], timeDimensions: [{ dimension: 'deals.closed_at', granularity: 'month' }] },
    sql: `SELECT date_trunc('month', closed_at), count(*) FILTER (WHERE status = 'won') FROM ${deals} WHERE closed_at IS NOT NULL AND ${live} GROUP BY 1 ORDER BY 1`,
  },
  {
    name: 'top_reps', query: { measures: ['deals.won_count'], dimensions: ['deals.owner'], order: { 'deals.won_count': 'desc' }, limit: 10 },
    sql: `SELECT u.name, count(*) FILTER (WHERE d.status = 'won') AS n FROM ${deals} LEFT JOIN crm_core.crm_users u ON u.id = d.owner_id WHERE d.${live} GROUP BY 1 ORDER BY n DESC LIMIT 10`,
  },
  { name: 'activities', query: { measures: ['activities.count'] }, sql: `SELECT count(*) FROM crm_core.crm_activities WHERE deleted_at IS NULL` },
];

/** Puts parameters into ClickHouse SQL as Cube writes it: `?` for each. */
export function inline(sql: string, parameters: readonly unknown[]): string {
  let index = 0;
  return sql.replace(/\?/g, () => {
    const value = parameters[index++];
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll('\\', '\\\\').replaceAll(`'`, `\\'`)}'`;
  });
}

/** Each executive KPI through the semantic layer, uncached, against Postgres and against the warehouse alone. */
export const kpiBench: Bench = {
  name: 'kpi',
  about: 'executive KPIs through the API and Cube against the same question to Postgres and to bare ClickHouse',
  async run({ admin, postgres, clickhouse, print }) {
    const figures: Record<string, number> = {};
    const overPostgres: number[] = [];
    const overBare: number[] = [];
    let asked = 20_000 + Math.floor(Math.random() * 10_000);
    for (const { name, query, sql } of kpis) {
      const { sql: compiled } = await admin.must<{ sql: { sql: [string, unknown[]] } }>('POST', '/analytics/sql', { query });
      const bare = `${inline(compiled.sql[0], compiled.sql[1])}`;
      // Another limit is another question, so that Cube does the work anew instead of answering out of its cache.
      const cube = quantile(await repeat(times, () => admin.load({ ...query, limit: (asked += 1) }), 2), 0.5);
      const cached = quantile(await repeat(times, () => admin.load(query), 2), 0.5);
      const engine = quantile(await repeat(times, () => clickhouse(bare), 2), 0.5);
      const ledger = quantile(await repeat(5, () => postgres.query(sql), 1), 0.5);
      Object.assign(figures, {
        [`${name}_ms`]: round(cube), [`${name}_cached_ms`]: round(cached), [`${name}_clickhouse_ms`]: round(engine), [`${name}_postgres_ms`]: round(ledger),
        [`${name}_faster_than_postgres_ratio`]: round(ledger / cube), [`${name}_over_clickhouse_ratio`]: round(cube / engine),
      });
      overPostgres.push(ledger / cube);
      overBare.push(cube / engine);
      print(`${name}: ${round(cube)} ms (cached ${round(cached)}), bare ClickHouse ${round(engine)} ms, Postgres ${round(ledger)} ms: ${round(ledger / cube)} × faster, ${round(cube / engine)} × the bare engine`);
    }
    return { ...figures, median_faster_than_postgres_ratio: round(quantile(overPostgres, 0.5)), median_over_clickhouse_ratio: round(quantile(overBare, 0.5)) } satisfies Figures;
  },
};
