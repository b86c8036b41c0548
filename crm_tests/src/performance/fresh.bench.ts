import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/product.client.js';
import { quantile, round } from './timing.js';
import type { Bench, BenchContext } from './bench.types.js';

const burst = 50_000;
const changes = 100;

async function untilWarehouse(context: BenchContext, sql: string, holds: (value: number) => boolean): Promise<void> {
  await until(async () => Number((await context.clickhouse(sql))[0]?.['n'] ?? 0), holds, 120_000);
}

/** How many changes a second pass, and how long one takes from its commit to an answer. */
export const freshBench: Bench = {
  name: 'fresh',
  about: 'a burst through the stream of a whole product, and from a change in the API to the answer of the analytics',
  async run(context) {
    const { admin, postgres, print } = context;
    const mark = `bench-${Date.now()}`;
    const started = performance.now();
    await postgres.query(
      `INSERT INTO crm_core.crm_marketing_spend (spent_on, channel, amount, currency) SELECT current_date, $1, 1, 'USD' FROM generate_series(1, $2::int)`, [mark, burst]);
    const committed = performance.now();
    await untilWarehouse(context, `SELECT count() AS n FROM crm_raw.crm_marketing_spend FINAL WHERE channel = '${mark}'`, (value) => value === burst);
    const rowsPerSecond = (burst / (performance.now() - started)) * 1000;
    await postgres.query('DELETE FROM crm_core.crm_marketing_spend WHERE channel = $1', [mark]);
    await untilWarehouse(context, `SELECT count() AS n FROM crm_raw.crm_marketing_spend FINAL WHERE channel = '${mark}'`, (value) => value === 0);

    const account = await admin.must<{ id: string }>('POST', '/accounts', { legal_name: mark, region: 'Bench' });
    const pipelines = await admin.must<{ items: { stages: { id: string; name: string; kind: string }[] }[] }>('GET', '/pipelines');
    const stage = pipelines.items[0]?.stages.find((each) => each.kind === 'open')?.id ?? '';
    const deal = await admin.must<{ id: string }>('POST', '/deals', { name: mark, account_id: account.id, stage_id: stage, expected_value: '1.00', currency: 'USD' });
    const query = { measures: ['deals.open_amount'], filters: [{ member: 'deals.account', operator: 'equals', values: [mark] }] };
    await until(() => admin.figures(query), (row) => Number(row['deals.open_amount'] ?? 0) === 1);
    const visible: number[] = [];
    for (let index = 2; index < changes + 2; index += 1) {
      await admin.must('PATCH', `/deals/${deal.id}`, { expected_value: `${index}.00` });
      const changed = performance.now();
      await until(() => admin.figures(query), (row) => Number(row['deals.open_amount'] ?? 0) === index);
      visible.push(performance.now() - changed);
      await delay(20);
    }
    await admin.must('DELETE', `/deals/${deal.id}`);
    await admin.must('DELETE', `/accounts/${account.id}`);
    const figures = {
      rows_per_second: Math.round(rowsPerSecond),
      burst_commit_ms: round(committed - started),
      visible_p50_ms: round(quantile(visible, 0.5)),
      visible_p95_ms: round(quantile(visible, 0.95)),
    };
    print(`stream: ${figures.rows_per_second} rows/s; from a deal's change in the API to the analytics answer p50 ${figures.visible_p50_ms} ms, p95 ${figures.visible_p95_ms} ms`);
    return figures;
  },
};
