import { setTimeout as delay } from 'node:timers/promises';
import { quantile, repeat, round, timed } from './timing.js';
import type { Bench } from './bench.types.js';

const ratePerSecond = 50;
const seconds = 10;

/** Search in the largest list, alone and under the load that the product promises to bear. */
export const searchBench: Bench = {
  name: 'search',
  about: 'list search over all contacts, and a mix of reads at 50 requests/s',
  async run({ admin, postgres, print }) {
    const total = Number((await postgres.query<{ n: string }>('SELECT count(*) AS n FROM crm_core.crm_contacts WHERE deleted_at IS NULL')).rows[0]?.n ?? 0);
    const { rows } = await postgres.query<{ full_name: string; email: string }>('SELECT full_name, email::text FROM crm_core.crm_contacts TABLESAMPLE SYSTEM (1) WHERE email IS NOT NULL AND deleted_at IS NULL LIMIT 300');
    const person = (index: number): { full_name: string; email: string } => rows[index % Math.max(1, rows.length)] ?? { full_name: 'Sarah', email: 'a@b.c' };
    const terms = [(index: number) => person(index).full_name, (index: number) => person(index).email.slice(0, 8), (index: number) => person(index).full_name.split(' ')[0] ?? '', () => 'أحمد', () => 'zzzqqq'];
    const term = (index: number): string => encodeURIComponent(terms[index % terms.length]?.(index) ?? '');
    const alone = await repeat(100, (index) => admin.must('GET', `/contacts?q=${term(index)}&limit=25`));

    const paths = [(index: number) => `/contacts?q=${term(index)}&limit=25`, () => '/deals?limit=50&sort=-expected_value', () => '/contacts?limit=50', () => '/accounts?limit=50&sort=legal_name'];
    const samples: number[] = [];
    let failures = 0;
    const pending: Promise<void>[] = [];
    const start = performance.now();
    // An open loop: requests leave at their time whether or not earlier ones have come back, as people's do.
    for (let index = 0; index < ratePerSecond * seconds; index += 1) {
      const wait = start + (index * 1000) / ratePerSecond - performance.now();
      if (wait > 0) await delay(wait);
      pending.push(timed(() => admin.must('GET', paths[index % paths.length]?.(index) ?? '')).then((ms) => void samples.push(ms), () => void (failures += 1)));
    }
    await Promise.all(pending);
    const figures = {
      contacts: total,
      search_p50_ms: round(quantile(alone, 0.5)),
      search_p95_ms: round(quantile(alone, 0.95)),
      load_p50_ms: round(quantile(samples, 0.5)),
      load_p95_ms: round(quantile(samples, 0.95)),
      load_failures: failures,
    };
    print(`search in ${total} contacts: p50 ${figures.search_p50_ms} ms, p95 ${figures.search_p95_ms} ms; at ${ratePerSecond}/s p95 ${figures.load_p95_ms} ms, ${failures} failures`);
    return figures;
  },
};
