import { setTimeout as delay } from 'node:timers/promises';
import { ProductClient } from '../support/product.client.js';
import { startBrowser } from '../support/browser.fixture.js';
import { readConfig } from '../config.js';
import { onPostgres } from './dashboard.ledger.js';
import { openDashboard, recordOpening, unasked, type Opening } from './dashboard.opening.js';
import { inline } from './kpi.bench.js';
import { quantile, repeat, round, timed } from './timing.js';
import type { Bench, BenchContext, Figures } from './bench.types.js';

/** The delivered dashboards and who opens them. The demo has nobody of the support: there somebody who sees all tickets. */
const readers = { executive: 'exec@crm.test', sales_manager: 'manager@crm.test', rep: 'rep@crm.test', finance: 'finance@crm.test', support: 'exec@crm.test' } as const;

interface Reader {
  readonly opening: Opening;
  readonly person: ProductClient;
  /** Whether the person sees the rows of everybody, as the SQL on Postgres does. */
  readonly all: boolean;
}

const times = 20;
// What the API asks the semantic layer at once for one batch.
const atOnce = 6;
const users = 20;
const seconds = 20;
const ledgerPatience = '20s';

/** How people open dashboards at once: with a look at each, without any pause, and without one while a deal changes every second, so that answers kept of deals do not serve. */
const ways = [
  { name: `users_${users}_looking`, words: ', each looking a second at what is open', pauseMs: 1000, changing: false },
  { name: `users_${users}`, words: ', without a pause', pauseMs: 0, changing: false },
  { name: `users_${users}_changing`, words: ', without a pause, a deal changing every second', pauseMs: 0, changing: true },
] as const;

/** The dashboards as their pages ask for them, complete. */
export const dashboardBench: Bench = {
  name: 'dashboard',
  about: `each dashboard complete, cold and warm, against the same SQL on bare ClickHouse and independent SQL on Postgres; ${users} people at once`,
  async run(context) {
    const opened = await record(context);
    const figures: Record<string, number> = {};
    let turn = 20_000 + Math.floor(Math.random() * 10_000);
    for (const reader of opened) {
      const { opening, person } = reader;
      const cold = await repeat(times, () => openDashboard(person, unasked(opening, (turn += 1))), 2);
      const warm = await repeat(times, () => openDashboard(person, opening), 2);
      const bare = quantile(await repeat(5, await bareWork(context, reader), 1), 0.5);
      const line = { cold_p50_ms: quantile(cold, 0.5), cold_p95_ms: quantile(cold, 0.95), warm_p50_ms: quantile(warm, 0.5), warm_p95_ms: quantile(warm, 0.95), clickhouse_ms: bare, over_clickhouse_ratio: quantile(cold, 0.5) / bare };
      for (const [name, value] of Object.entries(line)) figures[`${opening.key}_${name}`] = round(value);
      context.print(`${opening.key} (${opening.queries.length} questions, ${opening.lists.length} lists): cold p50 ${round(line.cold_p50_ms)} ms, p95 ${round(line.cold_p95_ms)} ms; warm p50 ${round(line.warm_p50_ms)} ms, p95 ${round(line.warm_p95_ms)} ms; `
        + `bare ClickHouse ${round(bare)} ms, ${round(line.over_clickhouse_ratio)} × it`);
    }
    for (const way of ways) Object.assign(figures, await together(context, opened, way));
    // Last: it may take minutes.
    for (const { opening, all } of opened) if (all) Object.assign(figures, await onLedger(context, opening, figures[`${opening.key}_cold_p50_ms`] ?? Number.NaN));
    return figures satisfies Figures;
  },
};

async function record({ url, print }: BenchContext): Promise<readonly Reader[]> {
  const { demoPassword } = readConfig();
  const browser = await startBrowser();
  try {
    const found: Reader[] = [];
    for (const [key, email] of Object.entries(readers)) {
      const person = await new ProductClient(url, email, demoPassword).signIn();
      const opening = await recordOpening(browser, url, person, [email, demoPassword], key);
      found.push({ opening, person, all: email !== readers.sales_manager && email !== readers.rep });
    }
    print(`recorded what the pages of ${found.length} dashboards ask`);
    return found;
  } finally {
    await browser.close();
    // Its processes end after it does, and would be measured.
    await delay(5_000);
  }
}

/** The statements of a dashboard on the warehouse alone, as many at once as the API asks. */
async function bareWork({ clickhouse }: BenchContext, { opening, person }: Reader): Promise<() => Promise<unknown>> {
  const statements = await Promise.all(opening.queries.map(async ({ query }) => {
    const { sql: { sql: [sql, values] } } = await person.must<{ sql: { sql: [string, unknown[]] } }>('POST', '/analytics/sql', { query });
    return inline(sql, values);
  }));
  return () => eachAtOnce(statements, (sql) => clickhouse(sql));
}

/** The questions that the proof of the KPIs can ask Postgres; one that takes longer than the patience counts with that. */
async function onLedger({ postgres, print }: BenchContext, { key, queries }: Opening, cold: number): Promise<Figures> {
  const statements = queries.flatMap(({ query }) => onPostgres(query) ?? []);
  let ended = 0;
  const ms = await timed(() => eachAtOnce(statements, async ({ sql, values }) => {
    const client = await postgres.connect();
    try {
      await client.query(`SET statement_timeout = '${ledgerPatience}'`);
      await client.query(sql, [...values]).then(() => { ended += 1; }, (error: { code?: string }) => { if (error.code !== '57014') throw error; });
      await client.query('RESET statement_timeout');
    } finally {
      client.release();
    }
  }));
  print(`${key} on Postgres: ${ended < statements.length ? 'more than ' : ''}${round(ms)} ms, ${round(ms / cold)} × cold, for ${statements.length} of the questions, ${ended} of which ended within ${ledgerPatience}`);
  return { [`${key}_postgres_ms`]: round(ms), [`${key}_faster_than_postgres_ratio`]: round(ms / cold) };
}

async function eachAtOnce<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  }));
}

/** People who open dashboards one after the other, each the one of the role; they come within one pause. */
async function together({ admin, postgres, print }: BenchContext, opened: readonly Reader[], { name, words, pauseMs, changing }: (typeof ways)[number]): Promise<Figures> {
  const { rows: [deal] } = await postgres.query<{ id: string; next_step: string | null }>('SELECT id, next_step FROM crm_core.crm_deals WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 1');
  const samples: number[] = [];
  const until = performance.now() + seconds * 1000;
  const change = async (): Promise<void> => {
    for (let step = 0; performance.now() < until; step += 1) {
      await admin.must('PATCH', `/deals/${deal?.id ?? ''}`, { next_step: `bench ${step}` });
      await delay(1000);
    }
  };
  const person = async (index: number): Promise<void> => {
    const reader = opened[index % opened.length];
    await delay((pauseMs * index) / users);
    while (reader && performance.now() < until) {
      samples.push(await timed(() => openDashboard(reader.person, reader.opening)));
      await delay(pauseMs);
    }
  };
  try {
    await Promise.all([...Array.from({ length: users }, (_, index) => person(index)), ...(changing && deal ? [change()] : [])]);
  } finally {
    // The product measured may be somebody's own.
    if (changing && deal) await admin.must('PATCH', `/deals/${deal.id}`, { next_step: deal.next_step });
  }
  const [p50, p95] = [round(quantile(samples, 0.5)), round(quantile(samples, 0.95))];
  print(`${users} people at once${words}: p50 ${p50} ms, p95 ${p95} ms, ${round(samples.length / seconds)} dashboards/s`);
  return { [`${name}_p50_ms`]: p50, [`${name}_p95_ms`]: p95, [`${name}_per_s`]: round(samples.length / seconds) };
}
