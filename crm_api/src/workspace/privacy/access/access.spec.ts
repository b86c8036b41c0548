import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import yauzl from 'yauzl';
import { FeatureFlags } from '../../../kernel/flags.js';
import { startApi, type Caller, type Json, type TestApi } from '../../../testing/api.testing.js';
import { erasurePlan } from '../erasure.plan.js';
import { accessTables, partsOf, staffColumn, withheldBecause, withheldColumns, withheldTables } from './access.plan.js';
import { startAccessWorker, type AccessWorker } from './access.worker.js';
import { columnWords, tableWords } from './access.words.js';

type Files = Map<string, Buffer>;
interface Manifest { tables: Record<string, number>; mentions: number; files: { name: string; bytes: number; sha256: string }[]; withheld: { table: string; column: string | null; because: string }[]; locale: string }

/** Every table of the schema with its columns. */
function schemaColumns(): Map<string, string[]> {
  const schema = readFileSync(new URL('../../../../../crm_db/schema.sql', import.meta.url), 'utf8');
  return new Map([...schema.matchAll(/CREATE TABLE crm_core\.(\w+) \((.*?)\n\);/gs)].map(([, table = '', body = '']) => [table, body.split('\n').flatMap((line) => /^\s+"?([a-z]\w*)"? (?!KEY)/.exec(line)?.[1] ?? []).filter((name) => name !== 'CONSTRAINT')]));
}

async function unzip(bytes: Buffer): Promise<Files> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => { yauzl.fromBuffer(bytes, { lazyEntries: false, autoClose: true }, (error, opened) => { if (error) reject(error); else resolve(opened); }); });
  const files: Files = new Map();
  const waits: Promise<void>[] = [];
  zip.on('entry', (entry: yauzl.Entry) => {
    waits.push(new Promise((resolve, reject) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) { reject(error); return; }
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part)).on('error', reject).on('end', () => { files.set(entry.fileName, Buffer.concat(parts)); resolve(); });
      });
    }));
  });
  await new Promise((resolve, reject) => { zip.on('end', resolve).on('error', reject); });
  await Promise.all(waits);
  return files;
}

describe('the plan of access exports', () => {
  const columns = schemaColumns();

  it('is that of erasures: every table there is given or says why not', () => {
    const given = new Set(accessTables().map((one) => one.table));
    for (const table of Object.keys(erasurePlan)) expect(given.has(table) !== Object.hasOwn(withheldTables, table)).withContext(table).toBeTrue();
    for (const table of [...Object.keys(withheldTables), ...Object.keys(partsOf), ...Object.values(partsOf).map(([, whole]) => whole)]) expect(Object.hasOwn(erasurePlan, table)).withContext(table).toBeTrue();
    // What an erasure removes of a person is given to them, unless a reason is written down.
    for (const [table, plan] of Object.entries(erasurePlan)) {
      if (plan.owned === undefined || Object.hasOwn(withheldTables, table)) continue;
      expect(accessTables().find((one) => one.table === table)?.owned).withContext(table).toBeDefined();
    }
    expect(columns.size).toBe(Object.keys(erasurePlan).length);
  });

  it('gives every column but those that are named with a reason, and no secret', () => {
    for (const name of Object.keys(withheldColumns)) {
      const [table = '', column = ''] = name.split('.');
      if (table === '*') continue;
      expect(columns.get(table)).withContext(name).toContain(column);
    }
    const secret = /hash|secret|sealed|salt|token|jwk|digest|password|private/;
    const harmless = /^wording_hash$|_at$|_until$/;
    for (const one of accessTables()) {
      if (one.owned === undefined) continue;
      for (const column of columns.get(one.table) ?? []) {
        if (secret.test(column) && !harmless.test(column)) expect(withheldBecause(one, column)).withContext(`${one.table}.${column} looks like a secret: withhold it in access.plan.ts`).not.toBeNull();
      }
    }
    expect(staffColumn.test('owner_id') && staffColumn.test('actor_id') && staffColumn.test('merged_by') && !staffColumn.test('account_id')).toBeTrue();
  });

  it('has words for readers in both languages', () => {
    const pointing = new Set([...readFileSync(new URL('../../../../../crm_db/schema.sql', import.meta.url), 'utf8').matchAll(/ALTER TABLE ONLY crm_core\.(\w+)\s+ADD CONSTRAINT \w+ FOREIGN KEY \(\w+\) REFERENCES crm_core\.crm_(?:contacts|leads|accounts)\(/g)].map(([, table]) => table));
    for (const one of accessTables()) {
      if (one.owned === undefined && !pointing.has(one.table) && !Object.hasOwn(partsOf, one.table)) continue;
      for (const locale of ['en', 'ar'] as const) expect(tableWords(one.table, locale)).withContext(`${one.table} ${locale}: add it to access.words.ts`).not.toBeNull();
    }
    for (const table of ['crm_contacts', 'crm_leads', 'crm_contact_channels', 'crm_consents', 'crm_activities', 'crm_tickets', 'crm_timeline']) {
      for (const column of columns.get(table) ?? []) {
        const one = accessTables().find((each) => each.table === table);
        if (one && withheldBecause(one, column) === null) expect(columnWords(column, 'ar')).withContext(`${table}.${column}: add it to access.words.ts`).not.toBeNull();
      }
    }
  });
});

describe('access exports', () => {
  let api: TestApi;
  let admin: Caller;
  let worker: AccessWorker | undefined;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
    worker = await startAccessWorker({ db: api.db, jobs: api.jobs, log: pino({ level: 'silent' }), flags: new FeatureFlags(api.db) });
  }, 120_000);
  afterAll(async () => {
    await worker?.stop();
    await api.stop();
  });

  const ended = async (id: string): Promise<Json> => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await new Promise((resolve) => { setTimeout(resolve, 50); })) {
      const { body } = await admin.get(`/privacy/access-exports/${id}`);
      if (!['queued', 'running'].includes(String(body['status']))) return body;
    }
    throw new Error('The export was not made within 30 s');
  };
  const exported = async (type: string, id: string, locale?: string): Promise<{ item: Json; files: Files; manifest: Manifest; all: string }> => {
    const item = await ended((await admin.make('/privacy/access-exports', { subject_type: type, subject_id: id, ...(locale === undefined ? {} : { locale }) })).id);
    expect(item['status']).withContext(JSON.stringify(item)).toBe('done');
    const file = await admin.get(`/privacy/access-exports/${item.id}/file`);
    expect([file.status, file.headers['content-type']]).toEqual([200, 'application/zip']);
    expect(createHash('sha256').update(file.bytes).digest('hex')).toBe(String(item['sha256']));
    const files = await unzip(file.bytes);
    return { item, files, manifest: JSON.parse(String(files.get('manifest.json'))) as Manifest, all: [...files.values()].join('\n') };
  };
  const rowsOf = (files: Files, table: string): Json[] => JSON.parse(String(files.get(`data/${table}.json`))) as Json[];

  it('hold everything that an erasure would reach, in files whose hashes are told', async () => {
    const account = await admin.make('/accounts', { legal_name: 'Export Foods', description: 'Ask for Nadia Exporta.' });
    const nadia = await admin.make('/contacts', { full_name: 'Nadia Exporta', full_name_ar: 'نادية إكسبورتا', email: 'nadia.x@example.com', mobile: '+962790003344', account_id: account.id, locale: 'ar' });
    const lead = await admin.make('/leads', { full_name: 'Nadia Exporta', email: 'NADIA.X@example.com', company: 'Export' });
    const deal = await admin.make('/deals', { name: 'Oil for Nadia Exporta', account_id: account.id, primary_contact_id: nadia.id, expected_value: '1200.50', currency: 'USD' });
    const note = await admin.make('/activities', { kind: 'note', subject: 'Secretly unsure', body: 'She <b>hesitates</b> & waits', contact_id: nadia.id });
    await admin.make('/tickets', { subject: 'No oil', contact_id: nadia.id });
    await admin.make('/quotes', { deal_id: deal.id, contact_id: nadia.id, net_total: '100.10' });
    await admin.make(`/contacts/${nadia.id}/consents`, { purpose: 'marketing', channel: 'email', state: 'granted', ip: '203.0.113.5' });
    await api.db('crm_core.crm_contact_channels').insert({ contact_id: nadia.id, kind: 'telegram', value: '@nadia_x' });
    const other = await admin.make('/contacts', { full_name: 'Quite Other', email: 'other.x@example.com' });
    const otherNote = await admin.make('/activities', { kind: 'note', subject: 'Met Nadia Exporta', body: 'A secret of Quite Other', contact_id: other.id });

    const { files, manifest, all, item } = await exported('contact', nadia.id);
    expect(manifest.locale).withContext('the language of the person').toBe('ar');
    for (const { name, bytes, sha256 } of manifest.files) {
      expect(files.get(name)?.length).withContext(name).toBe(bytes);
      expect(createHash('sha256').update(files.get(name) ?? '').digest('hex')).withContext(name).toBe(sha256);
    }
    expect([...files.keys()].sort()).toEqual(['manifest.json', ...manifest.files.map((one) => one.name)].sort());
    const mentions = JSON.parse(String(files.get('data/mentions.json'))) as { table: string; id: string; texts: Record<string, string> }[];
    const preview = (await admin.get<{ rows: Record<string, number> }>(`/privacy/subjects/contact/${nadia.id}`)).body.rows;
    expect(Object.keys(preview).length).toBeGreaterThan(8);
    for (const [table, count] of Object.entries(preview)) {
      if (Object.hasOwn(withheldTables, table)) continue;
      const here = (manifest.tables[table] ?? 0) + mentions.filter((one) => one.table === table).length;
      expect(here).withContext(`${table}: an erasure reaches ${count} rows`).toBeGreaterThanOrEqual(count);
    }
    expect(rowsOf(files, 'crm_leads').map((row) => row.id)).toEqual([lead.id]);
    expect(rowsOf(files, 'crm_deals')[0]).toEqual(jasmine.objectContaining({ name: 'Oil for Nadia Exporta', expected_value: '1200.50', owner_id: jasmine.stringMatching(/^staff:\d+$/) as unknown as string }) as unknown as Json);
    expect(rowsOf(files, 'crm_consents')[0]).toEqual(jasmine.objectContaining({ state: 'granted', ip: '203.0.113.5' }) as unknown as Json);
    expect(rowsOf(files, 'crm_contact_channels').map((row) => row['value'])).toContain('@nadia_x');
    expect(rowsOf(files, 'crm_deal_stage_history').length).toBeGreaterThan(0);
    expect(rowsOf(files, 'crm_activities').find((row) => row.id === note.id)?.['body']).toBe('She <b>hesitates</b> & waits');
    expect(item['rows']).toEqual(manifest.tables);
    // Others: their texts only as far as they name her, nobody who works here by id or name.
    expect(mentions).toContain(jasmine.objectContaining({ table: 'crm_activities', id: otherNote.id, texts: { subject: 'Met Nadia Exporta' } }));
    expect(all).not.toContain('A secret of Quite Other');
    expect(all).not.toContain('other.x@example.com');
    const me = (await admin.get('/me')).body;
    expect(all.split('\n').filter((line) => line.includes(me.id))).toEqual([]);
    expect(all).not.toContain(String(me['name']));
    expect(manifest.withheld).toContain(jasmine.objectContaining({ table: 'crm_contacts', column: 'search_text' }));
    const page = String(files.get('index.html'));
    expect(page).toContain('<html lang="ar" dir="rtl">');
    expect(page).toContain('سجلك كجهة اتصال');
    expect(page).toContain('She &lt;b&gt;hesitates&lt;/b&gt; &amp; waits');
    expect(page).not.toContain('<script');
    expect(String((await exported('contact', nadia.id, 'en')).files.get('index.html'))).toContain('<html lang="en" dir="ltr">');
    expect(await api.db('crm_core.crm_audit_log').where({ entity: 'access_exports', entity_id: item.id, action: 'export' })).toHaveSize(1);
    expect((await admin.get(`/privacy/access-exports/${item.id}`)).body['downloads']).toBe(1);
  }, 60_000);

  it('give a user their account without what protects it, and an account its business', async () => {
    const user = await admin.make('/users', { name: 'Ursula Export', email: 'ursula.export@example.com' });
    await api.db('crm_core.crm_credentials').insert({ user_id: user.id, password_hash: 'never-to-be-seen' });
    const { files, all } = await exported('user', user.id);
    expect(rowsOf(files, 'crm_credentials')).toEqual([jasmine.objectContaining({ user_id: user.id }) as unknown as Json]);
    expect(all).not.toContain('never-to-be-seen');
    expect(rowsOf(files, 'crm_users')[0]).toEqual(jasmine.objectContaining({ name: 'Ursula Export' }) as unknown as Json);
    const trader = await admin.make('/accounts', { legal_name: 'Tessa Trader', region: 'EU' });
    const invoice = await admin.make('/invoices', { account_id: trader.id, currency: 'EUR', net_total: '99.95' });
    const business = await exported('account', trader.id);
    expect(rowsOf(business.files, 'crm_invoices').map((row) => [row.id, row['net_total']])).toEqual([[invoice.id, '99.95']]);
  }, 60_000);

  it('are for those with the permission, and for a while', async () => {
    const person = await admin.make('/contacts', { full_name: 'Greta Gone Soon', email: 'greta.gone@example.com' });
    const { item } = await exported('contact', person.id);
    for (const role of ['exec', 'manager', 'rep', 'analyst', 'finance']) {
      const caller = await api.as(role);
      expect((await caller.get(`/privacy/access-exports/${item.id}/file`)).status).withContext(role).toBe(403);
      expect((await caller.post('/privacy/access-exports', { subject_type: 'contact', subject_id: person.id })).status).withContext(role).toBe(403);
    }
    expect((await admin.post('/privacy/access-exports', { subject_type: 'lead', subject_id: person.id })).body['code']).toBe('lead_not_found');
    expect((await admin.get(`/privacy/access-exports/${person.id}/file`)).body['code']).toBe('access_export_not_found');
    await api.db('crm_core.crm_access_exports').where({ id: item.id }).update({ expires_at: new Date(Date.now() - 1000) });
    expect((await admin.get(`/privacy/access-exports/${item.id}/file`)).body['code']).toBe('export_expired');
    // The next look of the worker removes the file itself.
    await exported('contact', person.id);
    expect(await api.db('crm_core.crm_access_export_files').where({ export_id: item.id })).toEqual([]);
    expect((await admin.get(`/privacy/access-exports/${item.id}`)).body['status']).toBe('expired');
  }, 60_000);

  it('go with an erasure, of whomever it is', async () => {
    const [one, two] = [await admin.make('/contacts', { full_name: 'Keeps Data', email: 'keeps.data@example.com' }), await admin.make('/contacts', { full_name: 'Wants Erasure Now', email: 'wants.erasure@example.com' })];
    const { item } = await exported('contact', one.id);
    expect((await admin.post('/privacy/erasures', { subject_type: 'contact', subject_id: two.id, reason: 'request' })).status).toBe(201);
    expect(await api.db('crm_core.crm_access_export_files')).toEqual([]);
    expect((await admin.get(`/privacy/access-exports/${item.id}/file`)).body['code']).toBe('export_expired');
  }, 60_000);

  it('wait while the feature is off', async () => {
    const person = await admin.make('/contacts', { full_name: 'Walter Waits', email: 'walter.waits@example.com' });
    await admin.patch('/flags/crm_feature_access_export', { enabled: false });
    expect((await admin.post('/privacy/access-exports', { subject_type: 'contact', subject_id: person.id })).body['code']).toBe('feature_disabled');
    expect((await admin.get('/privacy/access-exports')).body['code']).toBe('feature_disabled');
    await admin.patch('/flags/crm_feature_access_export', { enabled: true });
    expect((await exported('contact', person.id)).manifest.tables['crm_contacts']).toBe(1);
  }, 60_000);
});
