import { simpleParser, type ParsedMail } from 'mailparser';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type ApiConfig } from '../../config.js';
import { FeatureFlags } from '../../kernel/flags.js';
import { openLog } from '../../kernel/telemetry/part.log.js';
import type { Call } from '../../kernel/context/call.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { AnalyticsService } from '../analytics/analytics.service.js';
import type { ReportEngine } from '../reports/engine/report.engine.js';
import { knownKeys } from '../reports/export/export.seal.js';
import { answerOf, leaves, requestOf } from '../reports/export/export.testing.js';
import { judge, readExport } from '../reports/export/verify.file.js';
import { startSemanticPeer, type SemanticPeer } from '../reports/semantic.testing.js';
import { startDemoMailbox, type DemoMailbox } from './demo.mailbox.js';
import { startDeliveryWorker, type DeliveryWorker } from './delivery.worker.js';
import { SmtpSender } from './mail.sender.js';
import { savedFiles } from './saved.files.js';

interface Delivery { id: string; state: string; problem: string | null; files: { name: string }[]; recipient: { name: string } }

const definition = { v: 1, view: 'deals', rows: [{ member: 'deals.region' }], columns: [], values: [{ key: 'won', measure: 'deals.won_amount' }, { key: 'rate', measure: 'deals.win_rate' }] };
// What each role is shown of the books.
const ledger = (role: string): { region: string; amount: number; won: boolean }[] => [
  { region: 'gulf', amount: 1000.25, won: true }, { region: 'gulf', amount: 10, won: false }, ...(role === 'rep' ? [] : [{ region: 'europe', amount: 200.5, won: true }]),
];

/** The semantic layer is a stand-in; the engine, the queue, Postgres, SMTP, files and seals are real. */
describe('saved reports by e-mail', () => {
  let api: TestApi;
  let peer: SemanticPeer;
  let mailbox: DemoMailbox;
  let config: ApiConfig;
  let folder: string;
  let manager: Caller;
  let exec: Caller;
  let rep: Caller;
  let ids: Record<string, string>;
  let worker: DeliveryWorker;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-mail-'));
    peer = await startSemanticPeer(ledger, (role) => role !== 'rep');
    const env = { ...peer.env, CRM_SECRETS_KEY: 'd'.repeat(64) };
    api = await startApi(env);
    config = readConfig({ CRM_PG_URL: api.database.appUrl, ...env });
    mailbox = await startDemoMailbox(api.db, fail);
    [manager, exec, rep] = [await api.as('manager'), await api.as('exec'), await api.as('rep')];
    ids = Object.fromEntries(await Promise.all(([['manager', manager], ['exec', exec], ['rep', rep]] as const).map(async ([name, who]) => [name, (await who.get('/me')).body.id])));
    worker = await startDeliveryWorker({ config, db: api.db, jobs: api.jobs, log: openLog('jobs', 'silent', { write: () => undefined }), flags: new FeatureFlags(api.db), analytics: new AnalyticsService(config), sender: new SmtpSender(mailbox.url, 'crm@example.com') });
  }, 120_000);
  beforeEach(async () => { for (const name of ['crm_demo_mails', 'crm_report_deliveries', 'crm_report_schedules', 'crm_notifications']) await api.db(`crm_core.${name}`).delete(); });
  afterAll(async () => { await worker.stop(); await mailbox.stop(); await api.stop(); peer.stop(); rmSync(folder, { recursive: true, force: true }); });

  const report = async (change: object = {}, shares: readonly object[] = [{ role: 'rep', may: 'view' }, { role: 'exec', may: 'view' }]): Promise<Json> => {
    const saved = await manager.make('/reports', { name: 'Won by region', name_ar: 'المكسوب بحسب المنطقة', definition: { ...definition, ...change } });
    expect((await manager.call('PUT', `/reports/${saved.id}/shares`, { shares })).status).toBe(200);
    return saved;
  };
  const schedule = (reportId: string, change: object = {}): Promise<Json> => manager.make('/schedules', { name: 'Weekly figures', report_id: reportId, recipient_ids: [ids['manager'], ids['rep']], cadence: { every: 'day', hour: 7 }, files: ['csv', 'xlsx', 'pdf'], ...change });
  const sent = async (id: string, count: number): Promise<Delivery[]> => {
    await manager.post(`/schedules/${id}/send`);
    for (const end = Date.now() + 60_000; ;) {
      const { items } = (await manager.get<{ items: Delivery[] }>(`/schedules/${id}/deliveries`)).body;
      if (items.length === count && items.every(({ state }) => !['queued', 'making', 'sending'].includes(state))) return items;
      if (Date.now() > end) throw new Error(`Not within 60 s: ${JSON.stringify(items)}`);
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  };
  const mailOf = async (role: string): Promise<ParsedMail> => {
    for (const { raw } of await api.db('crm_core.crm_demo_mails').select<{ raw: Buffer }[]>('raw')) {
      const mail = await simpleParser(raw);
      if ([mail.to ?? []].flat().some(({ text }) => text.includes(`${role}@crm.test`))) return mail;
    }
    throw new Error(`There is no mail for ${role}`);
  };

  it('are computed for each recipient: the numbers in text and in the files are the engine\'s of their own rows, and the files verify', async () => {
    const saved = await report();
    await manager.patch(`/reports/${saved.id}`, { definition: { ...definition, rows: [{ member: 'deals.region' }], sort: { by: 'won', order: 'desc' } } });
    const { id } = await schedule(saved.id, { recipient_ids: [ids['manager'], ids['exec']] });
    expect((await sent(id, 2)).map(({ state, problem, files }) => [state, problem, files.length])).toEqual([['sent', null, 3], ['sent', null, 3]]);
    const mail = await mailOf('manager');
    const answer = (await manager.post<{ cells: { won: string[] } }>('/analytics/report', definition)).body;
    expect(answer.cells.won).toEqual(jasmine.arrayWithExactContents(['1200.75', '1000.25', '200.50']));
    for (const part of ['Won by region', 'Version 2', 'Gulf', '$1,000.25', '$200.50', '$1,200.75', '66.7%', 'position 77', `/reports/${saved.id}`, 'export:verify']) for (const text of [mail.text ?? '', mail.html || '']) expect(text).withContext(part).toContain(part);
    const seals = knownKeys(config);
    for (const [ending, file] of [['csv', mail], ['xlsx', mail], ['pdf', mail]] as const) {
      const one = file.attachments.find(({ filename }) => filename?.endsWith(`.${ending}`));
      const path = join(folder, `mail.${ending}`);
      writeFileSync(path, one?.content ?? '');
      expect(judge(path, await readExport(path), seals)).withContext(ending).toEqual(jasmine.objectContaining({ unchanged: true, report: 'Won by region' }));
      const entry = await api.db('crm_core.crm_audit_log').where({ action: 'export', entity: 'reports', entity_id: saved.id }).whereRaw("after ->> 'format' = ? AND after ->> 'recipient_id' = ?", [ending, ids['manager'] ?? '']).first() as { actor_id: string; after: { bytes: number } };
      expect([entry.actor_id, entry.after.bytes]).toEqual([ids['manager'] ?? '', one?.content.length ?? 0]);
    }
    const csv = mail.attachments.find(({ filename }) => filename?.endsWith('.csv'))?.content.toString('utf8') ?? '';
    for (const cell of ['gulf,1000.25,0.5', 'europe,200.50,1', 'Total,1200.75,']) expect(csv).withContext(csv).toContain(cell);
    expect(csv).withContext('who asked').toContain('manager@crm.test');
  }, 90_000);

  it('come in each one\'s own language; whose role may not export is told so and gets no file, and sees the own rows only', async () => {
    const saved = await report();
    await api.db('crm_core.crm_users').where({ id: ids['rep'] }).update({ locale: 'ar' });
    const { id } = await schedule(saved.id, { locale: 'own' });
    expect((await sent(id, 2)).map(({ state, problem }) => [state, problem])).toEqual([['sent', null], ['sent', null]]);
    const [mine, theirs] = [await mailOf('manager'), await mailOf('rep')];
    expect([mine.attachments.filter(({ contentDisposition }) => contentDisposition === 'attachment').length, theirs.attachments.filter(({ contentDisposition }) => contentDisposition === 'attachment').length]).toEqual([3, 0]);
    expect(theirs.html).toContain('dir="rtl"');
    for (const part of ['المكسوب بحسب المنطقة', 'الإصدار 1', 'لا يسمح دورك بتصدير الملفات', '1,000.25']) expect(theirs.text).withContext(theirs.text ?? '').toContain(part);
    for (const other of ['1,200.75', '200.50', 'أوروبا']) expect(theirs.text).withContext(`${other}, which a rep is not shown`).not.toContain(other);
    expect(mine.text).toContain('1,200.75');
    await api.db('crm_core.crm_users').where({ id: ids['rep'] }).update({ locale: 'en' });
  }, 90_000);

  it('draw a chart as the engine does, beside the same numbers in text', async () => {
    const saved = await report({ show: { shape: 'bar' } });
    const { id } = await schedule(saved.id, { recipient_ids: [ids['manager']], files: [] });
    await sent(id, 1);
    const mail = await mailOf('manager');
    const picture = mail.attachments.find(({ contentType }) => contentType === 'image/png');
    expect([picture?.content.toString('latin1', 1, 4), picture?.content.includes('crm-content')]).withContext('a picture, which carries no export with it').toEqual(['PNG', false]);
    expect(mail.text).toContain('$1,200.75');
  }, 60_000);

  it('say why there are no figures: not shared any more, deleted, or refused for what the reader may see', async () => {
    const hidden = await report({ values: [{ key: 'margin', measure: 'deals.margin' }] });
    const one = await schedule(hidden.id, { recipient_ids: [ids['rep']] });
    expect((await sent(one.id, 1)).map(({ state, problem }) => [state, problem])).toEqual([['sent', 'report_member_unknown']]);
    expect((await mailOf('rep')).text).toContain('cannot be computed with what you may see: it has a figure or a property that is hidden from you');
    await manager.call('PUT', `/reports/${hidden.id}/shares`, { shares: [] });
    expect((await sent(one.id, 2)).map(({ state, problem }) => [state, problem])).toContain(['refused', 'recipient_not_shown']);
    expect((await manager.get(`/schedules/${one.id}`)).body['problem']).toBe('recipient_not_shown');
    await manager.del(`/reports/${hidden.id}`);
    expect((await sent(one.id, 3)).map(({ state, problem }) => [state, problem])).toContain(['refused', 'report_not_shown']);
    const told = (await manager.get<{ items: { params: { problem: string } }[] }>('/notifications')).body.items;
    expect(told.map(({ params }) => params.problem)).toEqual(['report_not_shown', 'recipient_not_shown']);
  }, 90_000);

  it('are one kind of schedule with dashboards: one of both, PDF for reports only, and only what one is shown', async () => {
    const saved = await report({}, []);
    const post = async (who: Caller, body: object): Promise<string> => {
      const { status, body: problem } = await who.post<{ code?: string; errors?: { path: string; code: string }[] }>('/schedules', { name: 'No', recipient_ids: [ids['manager']], cadence: { every: 'day', hour: 7 }, ...body });
      return `${status} ${problem.errors?.[0]?.path ?? ''} ${problem.errors?.[0]?.code ?? problem.code ?? ''}`;
    };
    const dashboard = (await manager.make('/dashboards', { name: 'Morning', period: 'thisQuarter', layout: { tiles: [] }, shared_roles: [] })).id;
    expect(await post(manager, {})).toMatch(/^422/);
    expect(await post(manager, { dashboard_id: dashboard, report_id: saved.id })).toMatch(/^422/);
    expect(await post(manager, { dashboard_id: dashboard, files: ['pdf'] })).toBe('422 files not_allowed');
    expect(await post(exec, { report_id: saved.id })).toBe('422 report_id unknown_reference');
    expect(await post(rep, { report_id: saved.id, files: ['csv'] })).toBe('403  forbidden');
    const { id } = await schedule(saved.id);
    expect((await manager.patch(`/schedules/${id}`, { dashboard_id: dashboard })).status).withContext('a PDF stands in the files').toBe(422);
    const changed = (await manager.patch<{ dashboard: Json | null; report: Json | null }>(`/schedules/${id}`, { dashboard_id: dashboard, files: ['csv'] })).body;
    expect([changed.dashboard?.id, changed.report]).toEqual([dashboard, null]);
  }, 60_000);

  it('take all leaf rows along where the answer leaves some out, and say so where a mail cannot hold them', async () => {
    const cut = answerOf(leaves, { cut: [{ what: 'rows', kept: 4, of: 5 }] });
    const engine: Pick<ReportEngine, 'leaves'> = { leaves: () => Promise.resolve({ answer: { ...cut, cut: [] }, batches: (async function* all() { for (let at = 0; at < 5000; at += 1) yield [['gulf', 'x', '2026-01-01', '1.00', 1, null]]; })() }) };
    const make = (mostMegabytes: number): ReturnType<typeof savedFiles> => savedFiles({ actor: {} } as Call, requestOf({ answer: cut }), { config, engine, kinds: ['csv'], at: { today: '2026-11-29', zone: 'UTC', startMonth: 1 }, mostMegabytes });
    const whole = await make(5);
    expect(whole.files.map(({ name }) => name)).toEqual(['Won by region – all rows 2026-11-29.csv', 'Won by region 2026-11-29.csv']);
    expect(whole.notes.map(({ rows, state }) => [rows, state])).toEqual([[5000, 'complete'], [8, undefined]]);
    const path = join(folder, 'all.csv');
    writeFileSync(path, whole.files[0]?.content ?? '');
    expect(judge(path, await readExport(path), knownKeys(config))).toEqual(jasmine.objectContaining({ unchanged: true, rows: 5000 }));
    const small = await make(0.05);
    expect([small.files.length, small.words.join(' ')]).toEqual([1, jasmine.stringContaining('All its rows are more than an e-mail may hold (0.05 MB)') as unknown as string]);
  }, 60_000);
});
