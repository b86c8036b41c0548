import type { Server } from '@hapi/hapi';
import { testPassword } from 'crm_db';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type ApiConfig } from '../../../config.js';
import { FeatureFlags } from '../../../kernel/flags.js';
import { buildServer } from '../../../kernel/server.js';
import { openLog } from '../../../kernel/telemetry/part.log.js';
import { startApi, type TestApi } from '../../../testing/api.testing.js';
import { answerOf, definition, leaves } from './export.testing.js';
import { mostOnPages } from './export.made.js';
import { exportRoutes } from './export.routes.js';
import { leafRoutes } from './leaf.routes.js';
import { knownKeys } from './export.seal.js';
import { judge, readExport } from './verify.file.js';
import type { ReportAnswer } from '../definition/report.types.js';

/** The engine is a stand-in that answers fixed cells; server, permissions, database and files are real. */
describe('exports of reports', () => {
  let api: TestApi;
  let server: Server;
  let config: ApiConfig;
  let folder: string;
  let answer: ReportAnswer;
  let batches: () => AsyncIterable<readonly (readonly unknown[])[]>;
  const asked: { actor: string; view: string }[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-route-'));
    api = await startApi();
    config = readConfig({ CRM_PG_URL: api.database.appUrl, CRM_PORT: '0', CRM_DEMO_PASSWORD: testPassword, CRM_SECRETS_KEY: 'c'.repeat(64) });
    const meta = { cubes: [{ measures: [{ name: 'deals.won_amount', shortTitle: 'Won', meta: { unit: 'money', additive: true } }], dimensions: [{ name: 'deals.region', shortTitle: 'Region', meta: { title_ar: 'المنطقة' } }] }] };
    server = await buildServer(config, { db: api.db, jobs: api.jobs, log: openLog('api', 'warn', { write: () => undefined }), flags: new FeatureFlags(api.db) }, { checkResponses: true, routes: () => [...leafRoutes({ resource: 'schedules', analytics: { ask: () => Promise.resolve(JSON.stringify(meta)) }, leaves: () => Promise.resolve({ answer, batches: batches() }) }), ...exportRoutes({
      resource: 'schedules', analytics: { ask: () => Promise.resolve(JSON.stringify(meta)) },
      engine: (call, { view }) => { asked.push({ actor: call.actor.name, view }); return Promise.resolve(answer); },
    })] });
  }, 120_000);
  beforeEach(() => { answer = answerOf(leaves); });
  afterAll(async () => { await server.stop(); await api.stop(); rmSync(folder, { recursive: true, force: true }); });

  const post = async (role: string, payload: Record<string, unknown>, path = ''): Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer; code: string }> => {
    const { token } = await api.as(role);
    const { statusCode, headers, rawPayload, payload: text } = await server.inject({ method: 'POST', url: `/crm/v1/analytics/report/export${path}`, headers: { authorization: `Bearer ${token}` }, payload });
    return { status: statusCode, headers: { ...headers }, bytes: rawPayload, code: /json/.test(String(headers['content-type'])) ? (JSON.parse(text) as { code: string }).code : '' };
  };

  it('answers with a sealed file under its own name, as its caller may see it, and notes in the audit log what left the product', async () => {
    const reply = await post('manager', { definition, format: 'csv', name: 'المكسوب "2026"', locale: 'ar' });
    expect([reply.status, reply.headers['content-type'], reply.headers['cache-control']]).toEqual([200, 'text/csv; charset=utf-8', 'no-store']);
    expect(reply.headers['content-disposition']).toMatch(/^attachment; filename="[_ ]+2026 \d{4}-\d\d-\d\d\.csv"; filename\*=UTF-8''%D8%A7.*2026%20\d{4}-\d\d-\d\d\.csv$/);
    const file = join(folder, 'reply.csv');
    writeFileSync(file, reply.bytes);
    const verdict = judge(file, await readExport(file), knownKeys(config));
    expect(verdict).toEqual(jasmine.objectContaining({ unchanged: true, report: 'المكسوب "2026"', rows: 8 }));
    const row = await api.db('crm_core.crm_audit_log').where({ action: 'export', entity: 'schedules' }).orderBy('occurred_at', 'desc').first() as { after: Record<string, unknown>; actor_id: string };
    expect(row.after).toEqual({ name: 'المكسوب "2026"', view: 'deals', format: 'csv', locale: 'ar', rows: 8, bytes: reply.bytes.length, sha256: verdict.hash, lsn: '0/16B3748' });
    expect(asked.at(-1)?.view).toBe('deals');
    for (const [format, head] of [['xlsx', 'PK'], ['pdf', '%PDF'], ['png', '\u0089PNG']] as const) {
      const other = await post('manager', { definition, format, name: 'Won' });
      expect([other.status, other.bytes.toString('latin1', 0, head.length)]).toEqual([200, head]);
    }
  });

  it('refuses who may not export, what is no report, and a PDF that nobody would read', async () => {
    const before = asked.length;
    expect(await post('rep', { definition, format: 'csv', name: 'x' })).toEqual(jasmine.objectContaining({ status: 403, code: 'forbidden' }));
    expect((await post('manager', { definition: { ...definition, values: [] }, format: 'csv', name: 'x' })).code).toBe('validation_failed');
    expect((await post('manager', { definition, format: 'docx', name: 'x' })).code).toBe('validation_failed');
    expect(asked.length).toBe(before);
    answer = { ...answer, rows: Array.from({ length: mostOnPages }, () => answer.rows[0] as ReportAnswer['rows'][number]) };
    expect((await post('manager', { definition, format: 'pdf', name: 'x' })).code).toBe('report_pdf_too_large');
  });

  it('streams all leaf rows as they come, noted in the audit log at their beginning and at their end', async () => {
    const states = async (count: number): Promise<Record<string, unknown>[]> => {
      for (const end = Date.now() + 20_000; ;) {
        const found = await api.db('crm_core.crm_audit_log').where({ action: 'export', entity: 'schedules' }).whereRaw("after ->> 'state' IS NOT NULL").orderBy('id') as { after: Record<string, unknown> }[];
        if (found.length >= count || Date.now() > end) return found.map(({ after }) => after);
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
    };
    batches = async function* many() { for (let index = 0; index < 5000; index += 1) yield [['gulf', `=${index}`, '2026-01-01', `${index}.10`, index, null]]; };
    const reply = await post('manager', { definition, name: 'All' }, '/rows');
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const file = join(folder, 'rows.csv');
    writeFileSync(file, reply.bytes);
    const verdict = judge(file, await readExport(file), knownKeys(config));
    expect(verdict).toEqual(jasmine.objectContaining({ unchanged: true, rows: 5000, report: 'All' }));
    expect(await states(2)).toEqual([jasmine.objectContaining({ state: 'begun', lsn: '0/16B3748' }), jasmine.objectContaining({ state: 'complete', rows: 5000, sha256: verdict.hash })]);
    batches = async function* broken() { yield [['gulf', 'x', '2026-01-01', '1.00', 1, null]]; throw new Error('the warehouse is gone'); };
    await post('manager', { definition, name: 'All' }, '/rows').catch(() => undefined);
    expect((await states(4)).map(({ state }) => state)).toEqual(['begun', 'complete', 'begun', 'broken_off']);
    expect((await post('rep', { definition, name: 'All' }, '/rows')).status).toBe(403);
  });
});
