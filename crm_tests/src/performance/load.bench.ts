import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile, round } from './timing.js';
import type { Bench, BenchContext, Figures } from './bench.types.js';

/** One kind of request: how often of a hundred, and what it asks. */
interface Kind {
  readonly name: string;
  readonly group: 'read' | 'search' | 'write' | 'analytics';
  readonly weight: number;
  ask(index: number): { readonly method: string; readonly path: string; readonly body?: object };
}

/** What a rate led to; times count from the moment at which a request was due. */
interface Held {
  readonly times: ReadonlyMap<string, readonly number[]>;
  readonly failures: number;
  /** How often each kind of failure came. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Answers a second until the last one came. */
  readonly reached: number;
}

const rates = [50, 500] as const;
const seconds = 60;
const rampSeconds = 10;
const rampStep = 25;
// The promise that every part keeps.
const readLimitMs = 300;
const sockets = 128;

/** People at work: reads, lists, searches, changes and dashboards mixed, with all layers on, at rates that do not wait for answers. */
export const loadBench: Bench = {
  name: 'load',
  about: `a mix of all work at ${rates.join(' and ')} requests/s for ${seconds} s each, and the highest rate that holds`,
  async run(context) {
    const stamp = Date.now();
    const deals = (await context.postgres.query<{ id: string; next_step: string | null }>('SELECT id, next_step FROM crm_core.crm_deals WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 500')).rows;
    const agent = new Agent({ keepAlive: true, maxSockets: sockets });
    const caller = new Caller(context, agent);
    try {
      const kinds = await describe(context, deals.map(({ id }) => id), stamp);
      await hold(caller, kinds, rampStep, 5); // Plans, caches and connections: what a running product has.
      let figures: Figures = {};
      for (const rate of rates) figures = { ...figures, ...report(context, kinds, rate, await hold(caller, kinds, rate, seconds)) };
      return { ...figures, ...await ramp(context, caller, kinds) };
    } finally {
      agent.destroy();
      // The product measured may be somebody's own: what the measurement wrote over goes back to what it was, what it made to the bin.
      await context.postgres.query('UPDATE crm_core.crm_deals d SET next_step = i.next_step FROM jsonb_to_recordset($1::jsonb) AS i(id uuid, next_step text) WHERE d.id = i.id AND d.next_step IS DISTINCT FROM i.next_step', [JSON.stringify(deals)]);
      await context.postgres.query('UPDATE crm_core.crm_contacts SET deleted_at = now() WHERE full_name LIKE $1 AND deleted_at IS NULL', [`Load Person ${stamp} %`]);
    }
  },
};

async function describe({ postgres }: BenchContext, deals: readonly string[], stamp: number): Promise<readonly Kind[]> {
  const people = (await postgres.query<{ id: string; full_name: string; email: string }>('SELECT id, full_name, email::text FROM crm_core.crm_contacts TABLESAMPLE SYSTEM (1) WHERE email IS NOT NULL AND deleted_at IS NULL LIMIT 500')).rows;
  const accounts = (await postgres.query<{ id: string }>('SELECT id FROM crm_core.crm_accounts WHERE deleted_at IS NULL LIMIT 500')).rows;
  if (deals.length === 0 || people.length === 0 || accounts.length === 0) throw new Error('The load needs deals, accounts and contacts; start the product with CRM_SAMPLE=medium or full');
  const one = <T>(items: readonly T[], index: number): T => items[(index * 7919) % items.length]!;
  const terms = [(index: number) => one(people, index).full_name, (index: number) => one(people, index).email.slice(0, 8), (index: number) => one(people, index).full_name.split(' ')[0] ?? '', () => 'أحمد'];
  const get = (path: string): { method: string; path: string } => ({ method: 'GET', path });
  return [
    { name: 'deal', group: 'read', weight: 25, ask: (index) => get(`/deals/${one(deals, index)}`) },
    { name: 'contact', group: 'read', weight: 15, ask: (index) => get(`/contacts/${one(people, index).id}`) },
    { name: 'account', group: 'read', weight: 8, ask: (index) => get(`/accounts/${one(accounts, index).id}`) },
    { name: 'deals', group: 'read', weight: 14, ask: () => get('/deals?limit=50&sort=-expected_value') },
    { name: 'contacts', group: 'read', weight: 10, ask: () => get('/contacts?limit=50') },
    { name: 'search', group: 'search', weight: 12, ask: (index) => get(`/contacts?q=${encodeURIComponent(terms[index % terms.length]!(index))}&limit=25`) },
    { name: 'change deal', group: 'write', weight: 8, ask: (index) => ({ method: 'PATCH', path: `/deals/${one(deals, index)}`, body: { next_step: `step ${index}` } }) },
    { name: 'new contact', group: 'write', weight: 5, ask: (index) => ({ method: 'POST', path: '/contacts', body: { full_name: `Load Person ${stamp} ${index}`, email: `load.${stamp}.${index}.${Math.random().toString(36).slice(2)}@example.com` } }) },
    { name: 'dashboard', group: 'analytics', weight: 3, ask: () => ({ method: 'POST', path: '/analytics/load', body: { query: { measures: ['deals.count', 'deals.open_amount'], dimensions: ['deals.stage'] } } }) },
  ];
}

/** Sends requests of one signed-in person over connections that stay open. */
class Caller {
  private readonly address: URL;

  constructor(private readonly context: BenchContext, private readonly agent: Agent) {
    this.address = new URL(context.url);
  }

  /** Rejects unless the answer is a success. */
  call({ method, path, body }: ReturnType<Kind['ask']>): Promise<void> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const { hostname, port } = this.address;
      const asked = request({ agent: this.agent, hostname, port, method, path: `/crm/v1${path}`, headers: {
        authorization: this.context.admin.authorization,
        ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(method === 'GET' ? {} : { 'idempotency-key': `load-${Math.random().toString(36).slice(2)}${Date.now()}` }),
      } }, (answer) => {
        answer.resume();
        answer.once('end', () => (answer.statusCode !== undefined && answer.statusCode < 300 ? resolve() : reject(new Error(`${method} ${path} answered ${answer.statusCode}`))));
      });
      asked.once('error', reject);
      asked.end(text);
    });
  }
}

/** An open loop: requests leave at their time whether or not earlier ones have come back, as people's do. */
async function hold(caller: Caller, kinds: readonly Kind[], rate: number, during: number): Promise<Held> {
  const plan = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  const times = new Map(kinds.map(({ name }) => [name, [] as number[]]));
  const pending: Promise<void>[] = [];
  const reasons = new Map<string, number>();
  const start = performance.now();
  for (let index = 0; index < rate * during; index++) {
    const due = start + (index * 1000) / rate;
    if (due > performance.now()) await delay(due - performance.now());
    const kind = plan[(index * 37) % plan.length]!;
    pending.push(caller.call(kind.ask(index)).then(() => void times.get(kind.name)!.push(performance.now() - due), (error: unknown) => {
      const reason = (error instanceof Error ? error.message : String(error)).replace(/[0-9a-f-]{36}/, '{id}').replace(/\?.* answered/, ' answered');
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }));
  }
  await Promise.all(pending);
  return { times, failures: [...reasons.values()].reduce((sum, one) => sum + one, 0), reasons, reached: (rate * during) / ((performance.now() - start) / 1000) };
}

function report({ print }: BenchContext, kinds: readonly Kind[], rate: number, held: Held): Figures {
  const figures: Record<string, number> = { [`at_${rate}_reached_per_s`]: round(held.reached), [`at_${rate}_failures`]: held.failures };
  print(`at ${rate}/s: ${figures[`at_${rate}_reached_per_s`]} answers/s, ${held.failures} failures`);
  for (const [reason, times] of held.reasons) print(`  failed ${times} times: ${reason}`);
  const line = (name: string, samples: readonly number[]): void => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => round(quantile(samples, share))) as [number, number, number];
    Object.assign(figures, { [`at_${rate}_${name.replace(' ', '_')}_p50_ms`]: p50, [`at_${rate}_${name.replace(' ', '_')}_p95_ms`]: p95, [`at_${rate}_${name.replace(' ', '_')}_p99_ms`]: p99 });
    print(`  ${name.padEnd(12)} p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms (${samples.length})`);
  };
  for (const { name } of kinds) line(name, held.times.get(name)!);
  line('all reads', kinds.filter(({ group }) => group === 'read').flatMap(({ name }) => held.times.get(name)!));
  line('all writes', kinds.filter(({ group }) => group === 'write').flatMap(({ name }) => held.times.get(name)!));
  return figures;
}

/** The highest rate, in steps, at which reads stay within the promise. */
async function ramp({ print }: BenchContext, caller: Caller, kinds: readonly Kind[]): Promise<Figures> {
  let holds = 0;
  for (let rate = 2 * rampStep; ; rate += rampStep) {
    const held = await hold(caller, kinds, rate, rampSeconds);
    const p95 = quantile(kinds.filter(({ group }) => group === 'read').flatMap(({ name }) => held.times.get(name)!), 0.95);
    print(`  ${rate}/s: reads p95 ${round(p95)} ms, ${held.failures} failures`);
    if (p95 > readLimitMs || held.failures > 0) break;
    holds = rate;
  }
  print(`holds ${holds} requests/s with reads within ${readLimitMs} ms`);
  return { holds_per_s: holds };
}
