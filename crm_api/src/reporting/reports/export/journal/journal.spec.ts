import type { Server } from '@hapi/hapi';
import { parse } from 'csv-parse/sync';
import { testPassword } from 'crm_db';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type ApiConfig } from '../../../../config.js';
import { FeatureFlags } from '../../../../kernel/flags.js';
import { buildServer } from '../../../../kernel/server.js';
import { openLog } from '../../../../kernel/telemetry/part.log.js';
import { startApi, type TestApi } from '../../../../testing/api.testing.js';
import { knownKeys } from '../export.seal.js';
import { judge, readExport } from '../verify.file.js';
import { linesOf, type PostedInvoice } from './journal.lines.js';
import { journalRoutes } from './journal.routes.js';

const accounts = { receivable: '1200', revenue: '4000', tax: '2200' };

describe('the journal of invoices', () => {
  let api: TestApi;
  let server: Server;
  let config: ApiConfig;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-journal-'));
    api = await startApi();
    config = readConfig({ CRM_PG_URL: api.database.appUrl, CRM_PORT: '0', CRM_DEMO_PASSWORD: testPassword, CRM_SECRETS_KEY: 'c'.repeat(64) });
    server = await buildServer(config, { db: api.db, jobs: api.jobs, log: openLog('api', 'warn', { write: () => undefined }), flags: new FeatureFlags(api.db) }, { checkResponses: true, routes: () => journalRoutes() });
  }, 120_000);
  afterAll(async () => { await server.stop(); await api.stop(); rmSync(folder, { recursive: true, force: true }); });

  const get = async (role: string, search: string): Promise<{ status: number; text: string; disposition: string }> => {
    const { token } = await api.as(role);
    const { statusCode, payload, headers } = await server.inject({ method: 'GET', url: `/crm/v1/invoices/journal.csv?${search}`, headers: { authorization: `Bearer ${token}` } });
    return { status: statusCode, text: payload, disposition: String(headers['content-disposition']) };
  };

  it('posts an invoice on both sides, a credit note on the other ones, and nothing that is not balanced', () => {
    const invoice: PostedInvoice = { id: 'x', number: '=INV-1', issued_on: '2031-05-02', currency: 'AED', net_total: '90071992547409.91', tax_total: '0.09', gross_total: '90071992547410.00', account: 'النور', cost_centre: 'Gulf' };
    expect(linesOf(invoice, accounts)).toEqual([
      ['2031-05-02', '\'=INV-1', '1200', 'Gulf', '90071992547410.00', null, 'AED', '\'=INV-1 النور'], ['2031-05-02', '\'=INV-1', '4000', 'Gulf', null, '90071992547409.91', 'AED', '\'=INV-1 النور'], ['2031-05-02', '\'=INV-1', '2200', 'Gulf', null, '0.09', 'AED', '\'=INV-1 النور'],
    ]);
    expect(linesOf({ ...invoice, number: 'C', net_total: '-5.00', tax_total: '0.00', gross_total: '-5.00' }, accounts).map((line) => line.slice(2, 6))).toEqual([['1200', 'Gulf', null, '5.00'], ['4000', 'Gulf', '5.00', null]]);
    expect(() => linesOf({ ...invoice, gross_total: '90071992547410.01' }, accounts)).toThrowError(/differ by 0.01/);
  });

  it('has every issued invoice of its days and no other, balanced by currency and equal to the books, and proves itself', async () => {
    const finance = await api.as('finance');
    const admin = await api.as('admin');
    const account = await admin.make('/accounts', { legal_name: 'Ledger LLC' });
    const test = await admin.make('/accounts', { legal_name: 'Trial LLC' });
    await api.db('crm_core.crm_accounts').where({ id: test.id }).update({ is_test: true });
    const add = (number: string, change: Record<string, unknown>): Promise<unknown> => finance.make('/invoices', { number, account_id: account.id, currency: 'USD', status: 'open', issued_on: '2031-05-02', net_total: '100.10', tax_total: '5.01', ...change });
    await add('J-1', {});
    await add('J-2', { currency: 'AED', issued_on: '2031-05-31', status: 'paid', net_total: '0.03', tax_total: '0.00' });
    await add('J-3', { net_total: '7.00', tax_total: '0.35', status: 'uncollectible' });
    for (const [number, change] of Object.entries({ 'J-4': { status: 'draft' }, 'J-5': { status: 'void' }, 'J-6': { issued_on: '2031-06-01' }, 'J-7': { issued_on: '2031-04-30' }, 'J-8': { account_id: test.id } })) await add(number, change);
    const asked = 'from=2031-05-01&to=2031-05-31&receivable=1200&revenue=4000&tax=2200';
    const { status, text, disposition } = await get('finance', asked);
    expect([status, disposition]).toEqual([200, jasmine.stringContaining('filename="journal 2031-05-01 2031-05-31.csv"')]);
    const records = (parse(text, { bom: true, relax_column_count: true }) as string[][]).filter(([first]) => first?.startsWith('#') === false && first !== '');
    expect(records[0]).toEqual(['date', 'document', 'account', 'cost_centre', 'debit', 'credit', 'currency', 'text']);
    expect(records.slice(1).map((row) => [row[1], row[2], row[4], row[5], row[6]])).toEqual([
      ['J-1', '1200', '105.11', '', 'USD'], ['J-1', '4000', '', '100.10', 'USD'], ['J-1', '2200', '', '5.01', 'USD'], ['J-3', '1200', '7.35', '', 'USD'], ['J-3', '4000', '', '7.00', 'USD'], ['J-3', '2200', '', '0.35', 'USD'], ['J-2', '1200', '0.03', '', 'AED'], ['J-2', '4000', '', '0.03', 'AED'],
    ]);
    expect(text).toContain('"USD: 2 invoices, 112.46 gross, debit equals credit"');
    const file = join(folder, 'journal.csv');
    writeFileSync(file, text);
    expect(judge(file, await readExport(file), knownKeys(config))).toEqual(jasmine.objectContaining({ unchanged: true, format: 'journal', report: 'Journal of invoices', rows: 8 }));
    writeFileSync(file, text.replace('100.10', '100.11'));
    expect(judge(file, await readExport(file), knownKeys(config)).state).toBe('changed');
    const row = await api.db('crm_core.crm_audit_log').where({ action: 'export', entity: 'invoices' }).first() as { after: Record<string, unknown> };
    expect(row.after).toEqual(jasmine.objectContaining({ format: 'journal', invoices: 3, rows: 8 }));
  });

  it('is refused to who sees a part, and where its days or accounts are none', async () => {
    const days = 'from=2031-05-01&to=2031-05-31';
    expect((await get('rep', `${days}&receivable=1&revenue=2&tax=3`)).status).toBe(403);
    expect((await get('manager', `${days}&receivable=1&revenue=2&tax=3`)).status).toBe(403);
    for (const search of [`${days}&receivable=%3D1&revenue=2&tax=3`, `${days}&revenue=2&tax=3`, 'from=2031-02-30&to=2031-03-01&receivable=1&revenue=2&tax=3', 'from=2031-03-02&to=2031-03-01&receivable=1&revenue=2&tax=3']) expect((await get('finance', search)).status).withContext(search).toBe(400);
  });
});
