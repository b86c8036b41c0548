import ExcelJS from 'exceljs';
import { parse } from 'csv-parse/sync';
import { decodeJwt } from 'jose';
import { simpleParser, type ParsedMail } from 'mailparser';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { readConfig } from '../../config.js';
import { FeatureFlags } from '../../kernel/flags.js';
import { openLog } from '../../kernel/telemetry/part.log.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { AnalyticsService } from '../analytics/analytics.service.js';
import { startDemoMailbox, type DemoMailbox } from './demo.mailbox.js';
import { startDeliveryWorker, type DeliveryWorker, type DeliveryWorkerDeps } from './delivery.worker.js';
import { SmtpSender, type MailSender } from './mail.sender.js';

interface Delivery { id: string; state: string; attempts: number; problem: string | null; files: { name: string; bytes: number; sha256: string }[]; recipient: { name: string }; watermark: { lsn: string } | null }

const meta = { cubes: [{
  name: 'deals',
  measures: [{ name: 'deals.won_amount', shortTitle: 'Won', description: 'Sum of won deals.', meta: { unit: 'money', title_ar: 'المكسوب', description_ar: 'مجموع الصفقات المكسوبة.', formula: 'Σ value', formula_ar: 'Σ المبالغ' } }, { name: 'deals.reporting_currency', meta: { unit: 'text' } }],
  dimensions: [{ name: 'deals.region', shortTitle: 'Region', meta: { title_ar: 'المنطقة' } }, { name: 'deals.closed_at', shortTitle: 'Closed', meta: { title_ar: 'الإغلاق' } }],
}] };
// What a spreadsheet would run, and a number with cents that a float would lose.
const regions = [{ 'deals.region': '=HYPERLINK("http://evil","x")', 'deals.won_amount': '9007199254740.11' }, { 'deals.region': 'الخليج', 'deals.won_amount': '1000.20' }, { 'deals.region': '+1', 'deals.won_amount': '0.03' }];
const layout = { tiles: [
  { id: 'won', x: 0, y: 0, w: 3, h: 2, kind: 'kpi', measure: 'deals.won_amount', date: 'deals.closed_at', compare: true },
  { id: 'regions', x: 0, y: 2, w: 6, h: 4, title: 'By region', title_ar: 'حسب المنطقة', kind: 'chart', chart: 'hbar', measures: ['deals.won_amount'], dimension: 'deals.region', limit: 2 },
  { id: 'secret', x: 6, y: 2, w: 3, h: 2, kind: 'kpi', measure: 'acquisition.cac' },
] };

/** The semantic layer is a stand-in that answers fixed rows; the queue, Postgres, SMTP and the files are real. */
describe('dashboards by e-mail', () => {
  let api: TestApi;
  let peer: Server;
  let mailbox: DemoMailbox;
  let manager: Caller;
  let rep: Caller;
  let admin: Caller;
  let env: Record<string, string>;
  let ids: Record<string, string>;
  let dashboard: string;
  const workers: DeliveryWorker[] = [];
  const asked: { roles: string[]; query: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    peer = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => {
        const { url = '' } = request;
        if (body.includes('_watermark')) return response.end('{"lsn":"77","committed":"1764410400000","observed":"1764410400000"}\n');
        if (url === '/state' || url === '/kept') return response.end('{"tables":{"crm_deals":"1"}}');
        if (url.includes('/meta')) return response.end(JSON.stringify(meta));
        if (!url.includes('/load')) return response.end('');
        const { query } = JSON.parse(body) as { query: Record<string, unknown> };
        asked.push({ roles: decodeJwt(String(request.headers.authorization))['roles'] as string[], query });
        return response.end(JSON.stringify({ data: 'dimensions' in query ? regions.map((row) => ({ ...row, 'deals.reporting_currency': 'USD' })) : [{ 'deals.won_amount': '1234.50', 'deals.reporting_currency': 'USD' }] }));
      });
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
    env = { CRM_CUBE_URL: url, CRM_CUBE_SECRET: 'a-secret-of-the-spec-with-some-length', CRM_CLICKHOUSE_URL: url };
    api = await startApi(env);
    mailbox = await startDemoMailbox(api.db, fail);
    [manager, rep, admin] = [await api.as('manager'), await api.as('rep'), await api.as('admin')];
    ids = Object.fromEntries(await Promise.all(([['manager', manager], ['rep', rep]] as const).map(async ([name, who]) => [name, (await who.get('/me')).body.id])));
    dashboard = (await manager.make('/dashboards', { name: 'Morning', name_ar: 'الصباح', period: 'thisQuarter', layout, shared_roles: ['rep'] })).id;
  }, 120_000);
  beforeEach(async () => {
    for (const name of ['crm_demo_mails', 'crm_report_deliveries', 'crm_report_schedules', 'crm_notifications']) await api.db(`crm_core.${name}`).delete();
    asked.length = 0;
  });
  afterEach(async () => { for (const one of workers.splice(0)) await one.stop(); });
  afterAll(async () => {
    await mailbox.stop();
    await api.stop();
    peer.close();
    peer.closeAllConnections();
  });

  const work = async (sender: MailSender | null = new SmtpSender(mailbox.url, 'crm@example.com'), options: Partial<DeliveryWorkerDeps> = {}): Promise<DeliveryWorker> => {
    const config = readConfig({ CRM_PG_URL: api.database.appUrl, ...env });
    const worker = await startDeliveryWorker({ config, db: api.db, jobs: api.jobs, log: openLog('jobs', 'silent', { write: () => undefined }), flags: new FeatureFlags(api.db), analytics: new AnalyticsService(config), sender, ...options });
    workers.push(worker);
    return worker;
  };
  const make = (who: Caller, change: object = {}): Promise<Json> => who.make('/schedules', { name: 'Every morning', dashboard_id: dashboard, recipient_ids: [ids['manager']], cadence: { every: 'day', hour: 7 }, ...change });
  const deliveries = async (who: Caller, id: string): Promise<Delivery[]> => (await who.get<{ items: Delivery[] }>(`/schedules/${id}/deliveries`)).body.items;
  const until = async (what: string, done: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 30_000;
    while (!await done()) {
      if (Date.now() > end) throw new Error(`Not within 30 s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const ended = async (who: Caller, id: string, count = 1): Promise<Delivery[]> => {
    let found: Delivery[] = [];
    await until('deliveries end', async () => { found = await deliveries(who, id); return found.length === count && found.every(({ state }) => !['queued', 'making', 'sending'].includes(state)); });
    return found;
  };
  const mails = async (): Promise<ParsedMail[]> => Promise.all((await api.db('crm_core.crm_demo_mails').orderBy('id').select<{ raw: Buffer }[]>('raw')).map(({ raw }) => simpleParser(raw)));
  const due = (id: string): Promise<number> => api.db('crm_core.crm_report_schedules').where({ id }).update({ next_run_at: new Date('2026-01-05T04:00:00Z') });

  it('arrive with text, picture and files whose sums are those of the answer, stamped and harmless in a spreadsheet', async () => {
    const { id } = await make(manager, { files: ['csv', 'xlsx'] });
    await due(id);
    await work();
    await api.jobs.send('crm_delivery', {});
    const [sent] = await ended(manager, id);
    expect([sent?.state, sent?.problem, sent?.watermark?.lsn]).toEqual(['sent', null, '77']);
    const [mail] = await mails();
    if (!mail) throw new Error('there is no mail');
    expect([mail.subject?.startsWith('Morning – '), mail.from?.text]).toEqual([true, 'crm@example.com']);
    for (const text of [mail.text ?? '', mail.html || '']) for (const part of ['Won', '$1,234.50', 'position 77', '/?dashboard=']) expect(text).withContext(part).toContain(part);
    expect(mail.html).toContain('Sum of won deals. — Σ value');
    expect(mail.html).withContext('a number that the reader may not see').toContain('You may not see this figure.');
    expect(mail.html).not.toContain('<script');
    const picture = mail.attachments.find(({ contentType }) => contentType === 'image/png');
    expect([...(picture?.content.subarray(1, 4) ?? [])]).toEqual([...Buffer.from('PNG')]);
    // Everything is there, though the tile draws two.
    const csv = mail.attachments.find(({ filename }) => filename === '02-regions.csv');
    const rows = parse(csv?.content.toString('utf8').replace('\ufeff', '') ?? '', { relax_column_count: true }) as string[][];
    const cents = (value: string): bigint => BigInt(value.replace('.', ''));
    const body = rows.slice(rows.findIndex(([first]) => first === 'Region') + 1);
    expect(body.reduce((sum, [, value = '0']) => sum + cents(value), 0n)).toBe(regions.reduce((sum, row) => sum + cents(row['deals.won_amount']), 0n));
    expect(body.map(([region]) => region)).toEqual([`'=HYPERLINK("http://evil","x")`, 'الخليج', `'+1`]);
    expect(rows.find(([name]) => name?.includes('Complete up to'))?.[1]).toContain('position 77');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(mail.attachments.find(({ filename }) => filename === 'figures.xlsx')?.content as unknown as ArrayBuffer);
    const sheet = book.getWorksheet('By region');
    const values: unknown[][] = [];
    sheet?.eachRow((row) => { values.push([row.getCell(1).value, row.getCell(2).value]); });
    expect(values.slice(-3)).toEqual([[`'=HYPERLINK("http://evil","x")`, 9007199254740.11], ['الخليج', 1000.2], [`'+1`, 0.03]]);
    for (const file of sent?.files ?? []) expect(createHash('sha256').update(mail.attachments.find(({ filename }) => filename === file.name)?.content ?? '').digest('hex')).withContext(file.name).toBe(file.sha256);
    const { rows: entries } = await api.db.raw<{ rows: { actor_id: string }[] }>(`SELECT actor_id FROM crm_core.crm_audit_log WHERE entity = 'report_deliveries' AND entity_id = ?`, [sent?.id ?? '']);
    expect(entries.map(({ actor_id: actor }) => actor)).toEqual([ids['manager'] ?? '']);
    // The next run is tomorrow's, and the one that was missed is not sent again.
    expect(new Date(String((await manager.get(`/schedules/${id}`)).body['next_run_at'])).getTime()).toBeGreaterThan(Date.now());
  }, 60_000);

  it('are computed with the eyes of who reads them, in Arabic from right to left, without files for whose role may not export', async () => {
    const { id } = await make(manager, { recipient_ids: [ids['manager'], ids['rep']], locale: 'ar', files: ['csv'] });
    await manager.post(`/schedules/${id}/send`);
    await work();
    expect((await ended(manager, id, 2)).map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(new Set(asked.map(({ roles }) => roles.join()))).toEqual(new Set(['manager', 'rep']));
    const both = await mails();
    const of = (role: string): ParsedMail | undefined => both.find(({ to }) => [to ?? []].flat().some(({ text }) => text.includes(`${role}@crm.test`)));
    expect(of('rep')?.html).toContain('dir="rtl"');
    expect(of('rep')?.text).toContain('المكسوب');
    expect(of('rep')?.html).withContext('the Arabic formula, from right to left').toContain('\u2067Σ المبالغ\u2069');
    expect([of('rep')?.attachments.some(({ filename }) => filename?.endsWith('.csv')), of('manager')?.attachments.some(({ filename }) => filename?.endsWith('.csv'))]).toEqual([false, true]);
    expect(of('rep')?.html).toContain('لا يسمح دورك بتصدير الملفات');
    const inbox = (await rep.get<{ items: Json[] }>('/demo-mails')).body.items;
    expect(inbox.map(({ subject }) => String(subject).startsWith('الصباح'))).toEqual([true]);
    expect((await manager.get(`/demo-mails/${inbox[0]?.id ?? ''}`)).status).withContext('somebody else\'s').toBe(404);
    const mine = (await manager.get<{ items: Json[] }>('/demo-mails')).body.items[0]?.id ?? '';
    expect((await manager.get(`/demo-mails/${mine}`)).body['html']).toContain('data:image/png;base64,');
    expect((await manager.get(`/demo-mails/${mine}/files/0`)).headers['content-disposition']).toContain('01-won.csv');
  }, 60_000);

  it('wait for a mail server that is down, and are given up with a word to the owner when it stays so', async () => {
    const closed = createSocketServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise<void>((resolve) => { closed.close(() => resolve()); });
    let url = `smtp://127.0.0.1:${port}`;
    const sender: MailSender = { send: (mail) => new SmtpSender(url, 'crm@example.com').send(mail) };
    const { id } = await make(manager);
    const worker = await work(sender, { retrySeconds: [0, 0] });
    await manager.post(`/schedules/${id}/send`);
    const [lost] = await ended(manager, id);
    expect([lost?.state, lost?.attempts, lost?.problem, (await manager.get(`/schedules/${id}`)).body['problem']]).toEqual(['failed', 3, 'mail_server_unavailable', 'mail_server_unavailable']);
    const told = (await manager.get<{ items: { kind: string; params: object }[] }>('/notifications')).body.items;
    expect(told.map(({ kind, params }) => [kind, params])).toEqual([['schedule_failed', jasmine.objectContaining({ schedule_id: id, problem: 'mail_server_unavailable' })]]);
    await worker.stop();
    await work(sender, { retrySeconds: [1, 1, 1, 1, 1, 1, 1, 1] });
    await manager.post(`/schedules/${id}/send`);
    await until('a first attempt', async () => (await deliveries(manager, id)).some(({ state, attempts }) => state === 'queued' && attempts > 0));
    url = mailbox.url;
    await until('it is sent', async () => { await api.jobs.send('crm_delivery', {}); return (await deliveries(manager, id)).some(({ state }) => state === 'sent'); });
    expect((await mails()).length).toBe(1);
    expect((await manager.get(`/schedules/${id}`)).body['problem']).toBeNull();
  }, 90_000);

  it('are never sent twice: not by two workers, and not when one dies between handing over and noting it', async () => {
    const real = new SmtpSender(mailbox.url, 'crm@example.com');
    const { id } = await make(manager);
    await due(id);
    await Promise.all([work(), work()]);
    await Promise.all([1, 2, 3, 4].map(() => api.jobs.send('crm_delivery', {})));
    await ended(manager, id);
    expect((await mails()).length).toBe(1);
    for (const one of workers.splice(0)) await one.stop();

    // This one hands the mail over and never hears of it: as good as killed.
    let handed = false;
    const dying: MailSender = { send: async (mail) => { await real.send(mail); handed = true; return new Promise(() => undefined); } };
    const dead = await work(dying, { leaseSeconds: 1 });
    workers.pop();
    await manager.post(`/schedules/${id}/send`);
    await until('it is handed over', () => Promise.resolve(handed));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await work(real);
    await until('the next worker sees it', async () => { await api.jobs.send('crm_delivery', {}); return (await deliveries(manager, id)).some(({ state }) => state === 'uncertain'); });
    expect((await mails()).length).toBe(2);
    expect((await manager.get<{ items: { params: { problem: string } }[] }>('/notifications')).body.items.map(({ params }) => params.problem)).toEqual(['delivery_uncertain']);
    void dead;
  }, 90_000);

  it('end where the owner may no longer see the dashboard, and say so; who may not set one up is refused', async () => {
    const { id } = await make(rep, { recipient_ids: [ids['rep']] });
    expect((await rep.post<Json>('/schedules', { name: 'x', dashboard_id: dashboard, recipient_ids: [ids['rep']], cadence: { every: 'day', hour: 7 }, files: ['csv'] })).body['code']).toBe('forbidden');
    expect((await manager.get(`/schedules/${id}`)).status).withContext('somebody else\'s').toBe(404);
    for (const [change, path] of [[{ dashboard_id: id }, 'dashboard_id'], [{ recipient_ids: [ids['rep'], dashboard] }, 'recipient_ids.1'], [{ cadence: { every: 'week', hour: 7 } }, 'cadence.weekday'], [{ recipient_ids: [] }, 'recipient_ids']] as const) {
      const answer = await rep.patch<{ errors: { path: string }[] }>(`/schedules/${id}`, change);
      expect([answer.status, answer.body.errors[0]?.path]).withContext(path).toEqual([422, path]);
    }
    await manager.patch(`/dashboards/${dashboard}`, { shared_roles: [] });
    await work();
    await rep.post(`/schedules/${id}/send`);
    const [refused] = await ended(rep, id);
    await manager.patch(`/dashboards/${dashboard}`, { shared_roles: ['rep'] });
    expect([refused?.state, refused?.problem, (await mails()).length]).toEqual(['refused', 'dashboard_not_shown', 0]);
    expect((await rep.get<{ items: { kind: string; title: string }[] }>('/notifications')).body.items.map(({ kind, title }) => [kind, title])).toEqual([['schedule_failed', 'Every morning']]);
    // The role loses the permission itself.
    const roles = (await admin.get<{ items: Json[] }>('/roles')).body.items;
    expect(roles.length).toBeGreaterThan(0);
    await api.db.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'schedules' WHERE key = 'rep'`);
    await api.db.raw(`UPDATE crm_core.crm_report_schedules SET next_run_at = now() WHERE id = ?`, [id]);
    await api.jobs.send('crm_delivery', {});
    await until('the next is refused', async () => (await api.db('crm_core.crm_report_deliveries').where({ schedule_id: id, problem: 'owner_may_not_send' })).length === 1);
    await api.db.raw(`UPDATE crm_core.crm_roles SET permissions = permissions || '{"schedules": {"read": "own", "write": "own", "delete": "own"}}'::jsonb WHERE key = 'rep'`);
    expect((await mails()).length).toBe(0);
  }, 90_000);
});
