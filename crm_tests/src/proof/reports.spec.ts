import { createServer, FeatureFlags, JobQueue, openLog, readConfig } from 'crm_api';
import { createKnex, startTestCluster, testPassword, type TestCluster } from 'crm_db';
import fc from 'fast-check';
import { readConfig as readTestConfig } from '../config.js';
import { ProofFixture } from './proof.fixture.js';
import { anyReport, drilled, faultsOf, same, type Answer, type Definition, type MetaView } from './random.reports.js';

const { seed, reports } = readTestConfig();
jasmine.DEFAULT_TIMEOUT_INTERVAL = 300_000 + 2_000 * reports; // Servers start in here, on machines that others use as well.

/** Codes with which a report may be refused: units that do not go together, and what is too large. */
const refusals = new Set(['report_units_unfit', 'report_too_large']);

describe('random reports', () => {
  let cluster: TestCluster;
  let fixture: ProofFixture;
  let stop: () => Promise<void>;
  let ask: (path: string, body?: object) => Promise<{ readonly status: number; readonly text: string }>;

  beforeAll(async () => {
    cluster = await startTestCluster();
    fixture = await ProofFixture.start(cluster, 12);
    const config = readConfig({ ...fixture.apiSettings, CRM_PORT: '0', CRM_DEMO_PASSWORD: testPassword, CRM_SECRETS_KEY: 'c'.repeat(64) });
    const db = createKnex(config.pgUrl, { max: 6, applicationName: 'crm_reports_spec' });
    const jobs = new JobQueue(config.pgUrl, () => undefined);
    const server = await createServer(config, { db, jobs, log: openLog('api', 'error', { write: () => undefined }), flags: new FeatureFlags(db) });
    stop = async () => {
      await server.stop({ timeout: 1_000 });
      await jobs.stop();
      await db.destroy();
    };
    const signIn = async (): Promise<string> => {
      const signed = await server.inject({
        method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ grant_type: 'password', username: 'admin@crm.test', password: testPassword }).toString(),
      });
      return (JSON.parse(signed.payload) as { access_token: string }).access_token;
    };
    let token = await signIn();
    ask = async (path, body) => {
      const once = async (): Promise<{ status: number; text: string }> => {
        const answer = await server.inject({ method: body ? 'POST' : 'GET', url: `/crm/v1${path}`, headers: { authorization: `Bearer ${token}` }, ...(body ? { payload: body } : {}) });
        return { status: answer.statusCode, text: answer.payload };
      };
      const answer = await once();
      // Hundreds of reports take longer than a token is valid.
      if (answer.status !== 401) return answer;
      token = await signIn();
      return once();
    };
    for (const end = Date.now() + 120_000; ;) {
      const { status, text } = await ask('/analytics/report', { v: 1, view: 'deals', rows: [], columns: [], values: [{ key: 'n', measure: 'deals.won_count' }] });
      if (status === 200 && Number((JSON.parse(text) as Answer).cells['n']?.[0] ?? 0) > 0) break;
      if (Date.now() > end) throw new Error(text);
    }
  });
  afterAll(async () => {
    await stop();
    await fixture.stop();
    await cluster.stop();
  });

  it(`add up, keep their conditions, and lead to records that make the same numbers (CRM_TEST_SEED=${seed} CRM_TEST_REPORTS=${reports})`, async () => {
    const { cubes } = JSON.parse((await ask('/analytics/meta')).text) as { cubes: MetaView[] };
    const additive = new Set(cubes.flatMap(({ measures }) => measures.filter(({ meta }) => meta?.['additive'] === true).map(({ name }) => name)));
    const definitions = fc.sample(fc.constantFrom(...cubes).chain((view) => fc.tuple(anyReport(view), fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 2, maxLength: 2 }))), { numRuns: reports, seed });
    let [answered, compared] = [0, 0];
    const wrong = (definition: Definition, ...words: unknown[]): void => fail(`${words.join(' ')} in ${JSON.stringify(definition)}`);
    for (const [definition, places] of definitions) {
      const { status, text } = await ask('/analytics/report', definition);
      if (status !== 200) {
        const { errors = [], code } = JSON.parse(text) as { errors?: { code: string }[]; code: string };
        if (status !== 422 || ![code, ...errors.map((one) => one.code)].some((one) => refusals.has(one))) wrong(definition, status, text);
        continue;
      }
      answered += 1;
      const answer = JSON.parse(text) as Answer;
      for (const fault of faultsOf(definition, answer, (measure) => additive.has(measure))) wrong(definition, fault);
      const measured = answer.values.filter(({ measure }) => measure !== null);
      for (const [row, column, value] of places) {
        const { cell, question, key } = drilled(answer, row % answer.rows.length, column % answer.columns.length, measured[value % measured.length]!.key);
        const rows = await ask('/analytics/rows', question);
        if (rows.status !== 200) { wrong(definition, key, rows.status, rows.text); continue; }
        compared += 1;
        const found = (JSON.parse(rows.text) as { value: string | null }).value;
        // A sum without rows is not in the report, and zero where its records are asked for.
        if (!same(cell, found) && !(cell === null && Number(found) === 0)) wrong(definition, `${key} at ${row % answer.rows.length}, ${column % answer.columns.length} is ${cell}, its records make ${found}: ${JSON.stringify(question)}`);
      }
    }
    expect(answered).toBeGreaterThan(reports / 2);
    expect(compared).toBeGreaterThan(reports / 2);
  });

  it('lead from each measure of each view to its records', async () => {
    const { cubes } = JSON.parse((await ask('/analytics/meta')).text) as { cubes: MetaView[] };
    for (const { name } of cubes.flatMap(({ measures }) => measures.filter(({ type, meta }) => type !== 'string' && meta?.['unit'] !== 'text'))) {
      const { status, text } = await ask('/analytics/rows', { query: { measures: [name] }, measure: name, point: {}, limit: 1 });
      expect(status).withContext(`${name}: ${text.slice(0, 500)}`).toBe(200);
    }
  });
});
