import { createRandom } from '../random.generator.js';
import { sigmoid } from '../training/logit.math.js';
import { TABLES, type TestProduct, type TestRow } from './product.testing.js';

/** A generated business: outcomes follow the owner's skill, the industry and the number of meetings; `signal` 0 leaves only chance. */
export interface Business {
  rows: Record<string, TestRow[]>;
  /** Log-odds that decided each deal. */
  truth: Map<string, number>;
}

const DAY = 86_400_000;

/** The id of the n-th thing of a kind (a digit). */
export function testId(kind: number, n: number): string {
  return `00000000-0000-7000-8${kind.toString().padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Makes deals that opened over two years before `now`; the same seed gives the same business. */
export function generateBusiness(deals: number, seed: number, now: Date, signal = 1): Business {
  const random = createRandom(seed);
  const industries = ['retail', 'energy', 'health', 'finance'];
  const old = { created_at: iso(now.getTime() - 1000 * DAY) };
  const rows: Record<string, TestRow[]> = {
    crm_users: Array.from({ length: 8 }, (_, i) => ({ id: testId(1, i), name: `Rep ${i}`, region: i % 2 ? 'north' : 'south', locale: 'en', time_zone: 'UTC', is_active: true })),
    crm_accounts: Array.from({ length: 60 }, (_, i) => ({ id: testId(2, i), legal_name: `Account ${i}`, industry: industries[i % 4], region: 'gulf', size_tier: 'small', employee_count: 10 + i, lifecycle: 'prospect', is_test: false })),
    crm_products: Array.from({ length: 3 }, (_, i) => ({ id: testId(3, i), code: `p${i}`, name: `Product ${i}`, family: 'core', kind: 'one_off', unit: 'each', currency: 'USD', is_active: true })),
    crm_pipelines: [{ id: testId(9, 0), name: 'Spec', is_default: false }],
    crm_stages: ['New', 'Talks', 'Offer', 'Won', 'Lost'].map((name, i) => ({
      id: testId(4, i), pipeline_id: testId(9, 0), name, position: i, kind: i < 3 ? 'open' : name.toLowerCase(), probability: name === 'Won' ? 1 : 0, forecast_category: 'pipeline',
    })),
    crm_deals: [], crm_deal_stage_history: [], crm_activities: [], crm_touches: [],
  };
  for (const fixed of ['crm_users', 'crm_accounts', 'crm_products', 'crm_pipelines', 'crm_stages']) rows[fixed] = (rows[fixed] as TestRow[]).map((row) => ({ ...row, ...old, updated_at: old.created_at }));
  const truth = new Map<string, number>();
  let serial = 0;
  const push = (table: string, row: TestRow, at: number): void => {
    (rows[table] as TestRow[]).push({ id: testId(6, serial++), created_at: iso(at), updated_at: iso(at), ...row });
  };
  for (let d = 0; d < deals; d++) {
    const deal = testId(5, d), owner = random.below(8), account = random.below(60), meetings = random.below(5);
    const opened = now.getTime() - (1 + random.next() * 700) * DAY;
    const length = (10 + random.next() * 80) * DAY;
    const logOdds = signal * ((owner - 3.5) * 0.35 + (account % 4 === 1 ? 1 : -0.3) + (meetings - 2) * 0.6) - 0.2;
    const won = random.next() < sigmoid(logOdds);
    const closed = opened + length < now.getTime() ? opened + length : null;
    truth.set(deal, logOdds);
    push('crm_deals', {
      id: deal, name: `Deal ${d}`, account_id: testId(2, account), owner_id: testId(1, owner), product_id: testId(3, random.below(3)), pipeline_id: testId(9, 0),
      stage_id: testId(4, closed ? (won ? 3 : 4) : 1), status: closed ? (won ? 'won' : 'lost') : 'open', currency: 'USD',
      // As imports write it: nothing sold, nothing earned. A model that read it would know the outcome.
      expected_value: closed && !won ? 0 : 100 + random.below(9000), close_date: iso(opened + length).slice(0, 10), closed_at: closed && iso(closed),
      source: random.next() < 0.5 ? 'web' : 'partner', is_test: false,
    }, opened);
    const stages: [number, number, number | null][] = [[0, opened, opened + length / 20], [1, opened + length / 20, closed]];
    if (closed) stages.push([won ? 3 : 4, closed, null]);
    for (const [stage, entered, left] of stages) {
      if (entered > now.getTime()) continue;
      const gone = left !== null && left < now.getTime() ? left : null;
      push('crm_deal_stage_history', { deal_id: deal, to_stage_id: testId(4, stage), entered_at: iso(entered), left_at: gone === null ? null : iso(gone), amount: stage < 3 ? 500 + random.below(500) : 0 }, entered);
    }
    const activity = (kind: string, at: number): void => {
      if (at < now.getTime()) push('crm_activities', { kind, subject: kind, status: 'done', occurred_at: iso(at), deal_id: deal }, at);
    };
    for (let m = 0; m < meetings; m++) activity('meeting', opened + ((m + 1) / 40) * length);
    // Calls of thanks after every win: facts of the future that no feature may see.
    if (closed && won) for (let k = 0; k < 5; k++) activity('call', closed + (k + 1) * 3_600_000);
    if (random.next() < 0.5) push('crm_touches', { occurred_at: iso(opened - DAY), channel: 'web', kind: 'visit', deal_id: deal }, opened);
  }
  return { rows, truth };
}

/** Writes a generated business to Postgres and, as one load at `at`, to the warehouse. */
export async function loadBusiness(product: TestProduct, business: Business, at: Date): Promise<void> {
  for (const table of TABLES) {
    const rows = business.rows[table] ?? [];
    if (rows.length === 0) continue;
    await product.insert(table, rows);
    await product.mirror(table, at);
  }
}
