import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedWarehouse } from 'crm_warehouse';
import { createRandom } from '../random.generator.js';
import { sigmoid } from '../training/logit.math.js';

/** A warehouse of a spec's own with the tables that the win model reads, in the shape that the stream's sink gives them. */
export interface TestWarehouse {
  readonly url: string;
  run(sql: string): Promise<void>;
  /** Writes rows to the latest and the history tables as one transaction of the stream. */
  load(table: string, rows: readonly Record<string, unknown>[], at?: Date): Promise<void>;
  stop(): Promise<void>;
}

const STAMP = `DateTime64(6,'UTC')`;
const TABLES: Record<string, string> = {
  crm_users: 'name String, region Nullable(String)',
  crm_accounts: `industry Nullable(String), region Nullable(String), size_tier Nullable(String), employee_count Nullable(Int32), became_customer_at Nullable(${STAMP})`,
  crm_products: 'name String, family Nullable(String)',
  crm_stages: 'pipeline_id UUID, name String, position Int16, kind String',
  crm_deals: `account_id Nullable(UUID), owner_id Nullable(UUID), product_id Nullable(UUID), pipeline_id UUID, stage_id UUID, status String, expected_value Nullable(Decimal(18,2)),
    close_date Nullable(Date32), closed_at Nullable(${STAMP}), source Nullable(String), is_test Bool`,
  crm_deal_stage_history: `deal_id UUID, from_stage_id Nullable(UUID), to_stage_id UUID, entered_at ${STAMP}, left_at Nullable(${STAMP}), amount Nullable(Decimal(18,2))`,
  crm_activities: `kind String, direction Nullable(String), status String, occurred_at ${STAMP}, deal_id Nullable(UUID)`,
  crm_touches: `occurred_at ${STAMP}, deal_id Nullable(UUID)`,
};

/** Starts the real engine in a process of its own with empty tables. Stop it in `afterAll`. */
export async function startTestWarehouse(): Promise<TestWarehouse> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-ml-'));
  const server = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'spec' });
  const address = new URL(server.url);
  const auth = { 'X-ClickHouse-User': decodeURIComponent(address.username), 'X-ClickHouse-Key': decodeURIComponent(address.password) };
  const run = async (sql: string, body?: string): Promise<void> => {
    const answer = await fetch(`${address.origin}/?query=${encodeURIComponent(sql)}`, { method: 'POST', headers: auth, body: body ?? '' });
    if (!answer.ok) throw new Error(`${await answer.text()} in ${sql}`);
    await answer.text();
  };
  for (const database of ['crm_raw', 'crm_history']) await run(`CREATE DATABASE IF NOT EXISTS ${database}`);
  for (const [name, columns] of Object.entries(TABLES)) {
    const own = `id UUID, ${columns}, created_at ${STAMP}, updated_at ${STAMP}, deleted_at Nullable(${STAMP})`;
    await run(`CREATE TABLE crm_raw.${name} (${own}, _version UInt64, _deleted UInt8, _committed_at ${STAMP}) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id`);
    await run(`CREATE TABLE crm_history.${name} (${own}, _op String, _lsn UInt64, _seq UInt32, _xid UInt64, _committed_at ${STAMP}) ENGINE = ReplacingMergeTree ORDER BY (id, _lsn, _seq)`);
  }
  await run(`CREATE TABLE crm_raw._watermark (source String, lsn UInt64, committed_at ${STAMP}, observed_at ${STAMP}, _version UInt64) ENGINE = ReplacingMergeTree(_version) ORDER BY source`);
  let lsn = 1000;
  return {
    url: server.url,
    run,
    async load(table, rows, at = new Date()) {
      lsn++;
      const stamp = at.toISOString();
      const settings = 'SETTINGS date_time_input_format = \'best_effort\'';
      const body = (extra: Record<string, unknown>): string => rows.map((row, seq) => JSON.stringify({ created_at: stamp, updated_at: stamp, ...row, ...extra, _committed_at: stamp, _seq: seq })).join('\n');
      await run(`INSERT INTO crm_raw.${table} ${settings}, input_format_skip_unknown_fields = 1 FORMAT JSONEachRow`, body({ _version: lsn, _deleted: 0 }));
      await run(`INSERT INTO crm_history.${table} ${settings} FORMAT JSONEachRow`, body({ _op: 'c', _lsn: lsn, _xid: lsn }));
      await run(`INSERT INTO crm_raw._watermark ${settings} FORMAT JSONEachRow`, JSON.stringify({ source: 'embedded', lsn, committed_at: stamp, observed_at: stamp, _version: lsn }));
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A generated business: outcomes follow the owner's skill, the industry and the number of meetings; `signal` 0 leaves only chance. */
export interface Business {
  rows: Record<string, Record<string, unknown>[]>;
  /** Log-odds that decided each deal. */
  truth: Map<string, number>;
}

/** Makes deals that opened over two years before `now`; the same seed gives the same business. */
export function generateBusiness(deals: number, seed: number, now: Date, signal = 1): Business {
  const random = createRandom(seed);
  const id = (kind: number, n: number): string => `00000000-0000-7000-8${kind.toString().padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
  const DAY = 86_400_000;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const old = { created_at: iso(now.getTime() - 1000 * DAY) };
  const industries = ['retail', 'energy', 'health', 'finance'];
  const rows: Business['rows'] = {
    crm_users: Array.from({ length: 8 }, (_, i) => ({ id: id(1, i), name: `Rep ${i}`, region: i % 2 ? 'north' : 'south', ...old })),
    crm_accounts: Array.from({ length: 60 }, (_, i) => ({ id: id(2, i), industry: industries[i % 4], region: 'gulf', size_tier: 'small', employee_count: 10 + i, ...old })),
    crm_products: Array.from({ length: 3 }, (_, i) => ({ id: id(3, i), name: `Product ${i}`, family: 'core', ...old })),
    crm_stages: ['New', 'Talks', 'Offer', 'Won', 'Lost'].map((name, i) => ({ id: id(4, i), pipeline_id: id(9, 0), name, position: i, kind: i < 3 ? 'open' : name.toLowerCase(), ...old })),
    crm_deals: [], crm_deal_stage_history: [], crm_activities: [], crm_touches: [],
  };
  const truth = new Map<string, number>();
  const push = (table: string, row: Record<string, unknown>): void => { (rows[table] as Record<string, unknown>[]).push(row); };
  let serial = 0;
  for (let d = 0; d < deals; d++) {
    const deal = id(5, d), owner = random.below(8), account = random.below(60);
    const opened = now.getTime() - (1 + random.next() * 700) * DAY;
    const length = (10 + random.next() * 80) * DAY;
    const meetings = random.below(5);
    const logOdds = signal * ((owner - 3.5) * 0.35 + (account % 4 === 1 ? 1 : -0.3) + (meetings - 2) * 0.6) - 0.2;
    const won = random.next() < sigmoid(logOdds);
    const closed = opened + length < now.getTime() ? opened + length : null;
    truth.set(deal, logOdds);
    push('crm_deals', {
      id: deal, account_id: id(2, account), owner_id: id(1, owner), product_id: id(3, random.below(3)), pipeline_id: id(9, 0),
      stage_id: id(4, closed ? (won ? 3 : 4) : 1), status: closed ? (won ? 'won' : 'lost') : 'open',
      expected_value: closed && !won ? 0 : 100 + random.below(9000), close_date: iso(opened + length).slice(0, 10), closed_at: closed && iso(closed),
      source: random.next() < 0.5 ? 'web' : 'partner', is_test: false, created_at: iso(opened),
    });
    [0, 1].forEach((stage) => {
      const entered = opened + (stage * length) / 20;
      if (entered < now.getTime()) push('crm_deal_stage_history', { id: id(6, serial++), deal_id: deal, to_stage_id: id(4, stage), entered_at: iso(entered), amount: 500 + random.below(500) });
    });
    if (closed) push('crm_deal_stage_history', { id: id(6, serial++), deal_id: deal, to_stage_id: id(4, won ? 3 : 4), entered_at: iso(closed), amount: 0 });
    for (let m = 0; m < meetings; m++) {
      const at = opened + ((m + 1) / 40) * length;
      if (at < now.getTime()) push('crm_activities', { id: id(7, serial++), kind: 'meeting', status: 'done', occurred_at: iso(at), deal_id: deal });
    }
    // A thank-you call after every win: a fact of the future that no feature may see.
    if (closed && won) for (let k = 0; k < 5; k++) push('crm_activities', { id: id(7, serial++), kind: 'call', status: 'done', occurred_at: iso(closed + (k + 1) * 3600_000), deal_id: deal });
    if (random.next() < 0.5) push('crm_touches', { id: id(8, serial++), occurred_at: iso(opened - DAY), deal_id: deal });
  }
  return { rows, truth };
}

/** Loads a generated business. */
export async function loadBusiness(warehouse: TestWarehouse, business: Business, at: Date): Promise<void> {
  for (const [table, rows] of Object.entries(business.rows)) if (rows.length > 0) await warehouse.load(table, rows, at);
}
