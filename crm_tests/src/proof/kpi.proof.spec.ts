import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTestCluster, type TestCluster } from 'crm_db';
import { allTasks, type ProofReport } from 'crm_semantic';
import { inTurn, readConfig } from '../config.js';
import { edgeCases, noRates } from './edge.data.js';
import { differences, ProofFixture } from './proof.fixture.js';
import { randomTasks, readValues, sampleSpan } from './random.cases.js';

// Servers start in here, on machines that others use as well, and any number of questions may be asked.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 900_000 + 6_000 * readConfig().proofCases;

/** Views that the planted cent is looked for in, and views that it must not reach. */
const touched = ['deals', 'forecast', 'deal_items', 'invoices', 'subscriptions', 'tickets'].map((view) => `--view=${view}`);
/** Seeds of the sample; the last business stays for the specs that follow. */
const seeds = [1, 2, 3];

async function business(cluster: TestCluster, seed: number, everyMs = 0): Promise<ProofFixture> {
  const fixture = await ProofFixture.start(cluster, seed, everyMs);
  for (const statement of edgeCases) await fixture.client.query(statement).catch((error: unknown) => { throw new Error(`${String(error)} in ${statement}`); });
  return fixture;
}

/** Random questions, all at one position of the log; `turn` gives each business questions of its own. */
async function asksAnything(fixture: ProofFixture, turn = 0): Promise<void> {
  const { seed, proofCases } = readConfig();
  const report = await fixture.prove(randomTasks(await readValues(fixture.client), sampleSpan, seed + 1_000 * turn, proofCases));
  expect(differences(report)).withContext(`CRM_TEST_SEED=${seed} CRM_TEST_PROOF_CASES=${proofCases}`).toEqual([]);
  expect(report.done).toBe(proofCases);
}

describe('KPI proof', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const { everything } = readConfig();
  for (const seed of inTurn(seeds.slice(0, -1), 0, 2)) {
    it(`finds every KPI equal in the business of seed ${seed}, with what businesses hold and samples do not`, async () => {
      const fixture = await business(cluster, seed);
      try {
        // The last business is asked everything; this one a quarter of it, another in each of two runs.
        const tasks = allTasks().filter((_task, index) => everything || index % 4 === seed);
        const report = await fixture.prove(tasks);
        expect(differences(report)).toEqual([]);
        expect(report.done).toBe(tasks.length);
        expect(report.results.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(500);
        await asksAnything(fixture, seed);
      } finally {
        await fixture.stop();
      }
    });
  }

  describe('of one business', () => {
    let fixture: ProofFixture;
    let commands = 0;
    beforeAll(async () => { fixture = await business(cluster, seeds.at(-1) ?? 0, 600_000); });
    afterAll(() => fixture.stop());

    it('finds every KPI equal while rows are written', async () => {
      let writing = true;
      let written = 0;
      const load = (async () => {
        for (; writing; written += 1) {
          await fixture.client.query(`UPDATE crm_deals SET expected_value = expected_value + 1, owner_id = (SELECT id FROM crm_users ORDER BY md5(id::text || $1) LIMIT 1) WHERE id IN (SELECT id FROM crm_deals ORDER BY md5(id::text || $1) LIMIT 20)`, [String(written)]);
          await fixture.client.query(`WITH gone AS (SELECT id FROM crm_activities WHERE deleted_at IS NULL ORDER BY md5(id::text || $1) LIMIT 5) UPDATE crm_activities a SET deleted_at = now() FROM gone WHERE a.id = gone.id`, [String(written)]);
          await fixture.client.query(`INSERT INTO crm_tickets (number, subject, csat, nps) VALUES ('L-' || $1, 'load', 1 + $1::int % 5, $1::int % 11)`, [String(written)]);
          await delay(150); // Writers without a pause leave a busy machine no room to prove anything.
        }
      })();
      const report = await fixture.prove().finally(() => { writing = false; });
      await load;
      expect(written).toBeGreaterThan(10);
      expect(differences(report)).toEqual([]);
      expect(report.results.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(5_000);
    });

    it('finds whatever is asked equal', () => asksAnything(fixture));

    it('says later of a moment what the ledger said then, and leads from one to the other', async () => {
      const tasks = allTasks().filter(({ proof, asked }) => proof.view === 'deals_asof' && asked.name === 'all');
      const then = await fixture.prove(tasks);
      await fixture.client.query(`UPDATE crm_deals SET expected_value = expected_value + 1.37, close_date = close_date + 40 WHERE id IN (SELECT id FROM crm_deals WHERE status = 'open' ORDER BY id LIMIT 30)`);
      await fixture.client.query(`UPDATE crm_deals SET deleted_at = now() WHERE id IN (SELECT id FROM crm_deals WHERE status = 'open' AND deleted_at IS NULL ORDER BY id DESC LIMIT 3)`);
      await fixture.client.query(`UPDATE crm_deal_scores SET probability = 1 - probability WHERE id IN (SELECT id FROM crm_deal_scores ORDER BY id LIMIT 200)`);
      const now = await fixture.prove(tasks);
      expect([...differences(then), ...differences(now)]).toEqual([]);
      const [from, until] = [then, now].map(({ committedAt }) => `${new Date(Number(committedAt / 1000n)).toISOString().slice(0, 20)}${String(committedAt % 1_000_000n).padStart(6, '0')}Z`) as [string, string];
      const ledger = ({ results }: ProofReport, measure: string): number => Number(results.find(({ kpi }) => kpi === `deals_asof.${measure}`)?.expected);
      const filter = (member: string, value: string): object => ({ member, operator: 'equals', values: [value] });
      const names = ['count', 'open_amount', 'weighted_amount', 'model_weighted_amount', 'scored_count', 'won_amount'];
      const before = await load(fixture, { measures: names.map((name) => `deals_asof.${name}`), filters: [filter('deals_asof.as_of', from)] });
      expect(names.map((name) => Number(before[`deals_asof.${name}`]))).toEqual(names.map((name) => ledger(then, name)));
      for (const name of ['open_amount', 'model_weighted_amount']) expect(ledger(then, name)).not.toBe(ledger(now, name));
      expect(ledger(then, 'scored_count')).toBeGreaterThan(10);
      const change = await load(fixture, { measures: ['opening', 'increased', 'removed', 'closing'].map((name) => `pipeline_change.${name}`), filters: [filter('pipeline_change.from', from), filter('pipeline_change.until', until)] });
      const [opening = 0, increased = 0, removed = 0, closing = 0] = ['opening', 'increased', 'removed', 'closing'].map((name) => Number(change[`pipeline_change.${name}`]));
      expect([opening, closing]).toEqual([ledger(then, 'open_amount'), ledger(now, 'open_amount')]);
      expect(Math.round((opening + increased - removed) * 100)).toBe(Math.round(closing * 100));
    });

    it('has both sides refuse money that has no rate', async () => {
      await fixture.client.query(noRates);
      const report = await fixture.prove(allTasks().filter(({ asked }) => asked.name === 'all'));
      await fixture.client.query(`UPDATE crm_tenants SET reporting_currency = 'USD'`);
      expect(differences(report)).toEqual([]);
      expect(report.results.find(({ kpi }) => kpi === 'deals.won_amount')?.actual).toMatch(/refused/);
      expect(report.results.find(({ kpi }) => kpi === 'tickets.count')?.actual).toMatch(/^\d+$/);
    });

    it('is found wrong by a cent in one row of the warehouse, by the right KPIs alone, and says so on the command line', async () => {
      // All that was written before has come: a proof waits for it.
      expect(differences(await fixture.prove(allTasks().filter(({ proof, asked }) => proof.view === 'deals' && asked.name === 'all')))).toEqual([]);
      const { rows: [deal] } = await fixture.client.query<{ id: string }>(`SELECT id FROM crm_deals WHERE status = 'won' AND currency = 'USD' AND NOT is_test AND deleted_at IS NULL AND expected_value > 1
        AND account_id IN (SELECT id FROM crm_accounts WHERE NOT is_test) ORDER BY id LIMIT 1`);
      const plant = (cents: string): Promise<void> => fixture.warehouse.command(`INSERT INTO crm_raw.crm_deals SELECT * REPLACE (expected_value + toDecimal64('${cents}', 2) AS expected_value) FROM crm_raw.crm_deals FINAL WHERE id = '${String(deal?.id)}'`);
      await plant('0.01');
      const told = await command(fixture, '--json', ...touched);
      commands += 1;
      const found = JSON.parse(told.output) as { compared: number; different: number; results: { kpi: string; equal: boolean }[] };
      expect([told.code, found.different > 0, found.compared > 500]).withContext(told.errors).toEqual([1, true, true]);
      const wrong = new Set(found.results.filter(({ equal }) => !equal).map(({ kpi }) => kpi));
      expect([...wrong]).toEqual(jasmine.arrayContaining(['deals.won_amount', 'forecast.won_amount', 'forecast.forecast_amount']));
      for (const kpi of ['deals.count', 'deals.won_count', 'deals.open_amount', 'deal_items.won_amount', 'invoices.paid_amount', 'subscriptions.mrr']) expect(wrong.has(kpi)).withContext(kpi).toBeFalse();
      expect(await proofs(fixture, 'all')).toEqual(jasmine.arrayContaining([jasmine.objectContaining({ kpi: 'deals.won_amount', equal: false, detail: jasmine.stringMatching(/the ledger gives/) }), jasmine.objectContaining({ kpi: 'tickets.count', equal: true, detail: '' })]));
      // A rep learns that the number is in doubt, but not whose and by how much; and nothing of what is not theirs to read.
      const own = await proofs(fixture, 'own');
      expect(own.find(({ kpi }) => kpi === 'deals.won_amount')).toEqual(jasmine.objectContaining({ equal: false, detail: '' }));
      expect(own.some(({ kpi }) => kpi.startsWith('tickets.'))).toBeFalse();
      await plant('-0.01');
      const right = await command(fixture, ...touched);
      commands += 1;
      expect([right.code, right.output]).withContext(right.errors).toEqual([0, jasmine.stringMatching(/^\d+ numbers compared, 0 different\n$/)]);
    });

    it('is made by the semantic layer itself', async () => {
      const runs = async (): Promise<number> => Number((await fixture.warehouse.first<{ n: string }>('SELECT uniqExact(lsn) AS n FROM crm_cdc.kpi_proof'))?.n ?? 0);
      const deadline = Date.now() + 300_000;
      // What the command has recorded is not the semantic layer's own.
      while ((await runs()) <= commands) {
        if (Date.now() > deadline) throw new Error('the semantic layer has recorded no proof of its own');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });
  });
});

async function command(fixture: ProofFixture, ...args: readonly string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../crm_semantic/dist/kpi_proof.cli.js', import.meta.url)), ...args], { env: { ...fixture.settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
  const [code] = (await once(child, 'close')) as [number];
  return { code, output, errors };
}

function authorization(fixture: ProofFixture, scopes: Record<string, string>): { authorization: string } {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'someone', scopes, user_id: '00000000-0000-7000-8000-000000000001', exp: Math.floor(Date.now() / 1000) + 60 })}`;
  return { authorization: `${text}.${createHmac('sha256', fixture.settings.CRM_CUBE_SECRET).update(text).digest('base64url')}` };
}

/** The one row of a question to the semantic layer, asked by someone who may see every deal; it is asked again while the answer is being made. */
async function load(fixture: ProofFixture, query: object): Promise<Record<string, unknown>> {
  for (;;) {
    const response = await fetch(`${fixture.settings.CRM_CUBE_URL}/cubejs-api/v1/load?query=${encodeURIComponent(JSON.stringify(query))}`, { headers: authorization(fixture, { deals: 'all' }) });
    const { data, error } = (await response.json()) as { data?: Record<string, unknown>[]; error?: string };
    if (data?.[0]) return data[0];
    if (error !== 'Continue wait') throw new Error(`load answered ${response.status}: ${error ?? 'no row'}`);
  }
}

async function proofs(fixture: ProofFixture, scope: 'all' | 'own'): Promise<readonly { kpi: string; equal: boolean; detail: string }[]> {
  const { CRM_CUBE_URL: url } = fixture.settings;
  expect((await fetch(`${url}/proof`)).status).toBe(403);
  // What was kept for a second may be older than the command.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const response = await fetch(`${url}/proof`, { headers: authorization(fixture, scope === 'all' ? { deals: 'all', tickets: 'all' } : { deals: 'own' }) });
  expect(response.status).toBe(200);
  return ((await response.json()) as { kpis: { kpi: string; equal: boolean; detail: string }[] }).kpis;
}
