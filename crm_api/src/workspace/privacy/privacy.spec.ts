import { readFileSync } from 'node:fs';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { erasurePlan } from './erasure.plan.js';
import { identifierPattern } from './erasure.repository.js';
import { strongIdentifiers } from './erasure.subject.js';
import type { ScopeEntry } from './erasure.types.js';

/** Every table of the schema with its columns that can hold text; codes of two and three letters cannot. */
function textColumns(): Map<string, { column: string; generated: boolean }[]> {
  const schema = readFileSync(new URL('../../../../crm_db/schema.sql', import.meta.url), 'utf8');
  return new Map([...schema.matchAll(/CREATE TABLE crm_core\.(\w+) \((.*?)\n\);/gs)].map(([, table = '', body = '']) => [table, body.split('\n')
    .map((line) => /^\s+"?(\w+)"? (text|public\.citext|citext|jsonb?|bytea|inet|xml|hstore|tsvector|name|character varying|text\[\]|\w+\[\])(?![\w.])(.*)/.exec(line))
    .flatMap((match) => (match?.[1] === undefined || match[1] === 'CONSTRAINT' ? [] : [{ column: match[1], generated: match[3]?.includes('GENERATED') === true }]))]));
}

describe('the plan of erasure', () => {
  it('decides about every column that can hold text, and speaks of no other', () => {
    const tables = textColumns();
    expect(tables.size).toBeGreaterThan(50);
    expect(Object.keys(erasurePlan).sort()).toEqual([...tables.keys()].sort());
    for (const [table, columns] of tables) {
      const plan = erasurePlan[table] ?? {};
      const decided = new Set([...Object.keys(plan.set ?? {}), ...Object.keys(plan.scrub ?? {}), ...(plan.purge ?? []), ...(plan.kept ?? [])]);
      for (const { column, generated } of columns) {
        expect(generated ? plan.derived?.includes(column) === true : decided.has(column)).withContext(`${table}.${column}: say in erasure.plan.ts what an erasure does to it`).toBeTrue();
      }
      const known = new Set(columns.map(({ column }) => column));
      for (const column of [...Object.keys(plan.scrub ?? {}), ...(plan.purge ?? []), ...(plan.kept ?? []), ...(plan.derived ?? [])]) expect(known.has(column)).withContext(`${table}.${column}`).toBeTrue();
    }
  });

  it('knows which tables leave Postgres', () => {
    const schema = readFileSync(new URL('../../../../crm_db/schema.sql', import.meta.url), 'utf8');
    for (const [table, plan] of Object.entries(erasurePlan)) expect(plan.published !== false).withContext(table).toBe(schema.includes(`ALTER PUBLICATION crm_cdc ADD TABLE crm_core.${table};`));
  });

  it('looks for what points at one person only', () => {
    expect(strongIdentifiers(['Ali', 'Ali Reza', 'ali@x.io', '+15550100', 'Cher'])).toEqual(['Ali Reza', 'ali@x.io', '+15550100']);
    expect(identifierPattern(['Ali'])).toBeNull();
    expect(identifierPattern(['a.b+c@x.io', 'Ann  (Lee)'])).toBe('(?<!\\w)(a\\.b\\+c@x\\.io|Ann\\s+\\(Lee\\))(?!\\w)');
  });
});

describe('the erasure of a person', () => {
  let api: TestApi;
  let admin: Caller;
  const who = { name: 'Zubaida Quartermain', email: 'zubaida.q@example.com', mobile: '+962790001122', arabic: 'زبيدة كوارترمين' };
  /** Rows of all tables that still hold a string, as `table: n`. */
  const found = async (needle: string): Promise<string[]> => {
    const { rows: tables } = await api.admin.raw<{ rows: { name: string }[] }>(`SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('crm_core', 'crm_jobs')`);
    const hits: string[] = [];
    for (const { name } of tables) {
      const { rows: [row] } = await api.admin.raw<{ rows: { n: string }[] }>(`SELECT count(*) AS n FROM ${name} t WHERE strpos(lower(t::text), lower(?)) > 0`, [needle]);
      if (row?.n !== '0') hits.push(`${name}: ${row?.n ?? ''}`);
    }
    return hits;
  };
  const scopeOf = async (id: string): Promise<ScopeEntry[]> => (await api.db('crm_core.crm_erasures').where({ id }).first<{ scope: ScopeEntry[] }>('scope')).scope;

  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('leaves no trace of a contact, and the business as it was', async () => {
    const account = await admin.make('/accounts', { legal_name: 'Petra Foods', description: `Ask for ${who.name}.` });
    const contact = await admin.make('/contacts', { full_name: who.name, full_name_ar: who.arabic, email: who.email, mobile: who.mobile, account_id: account.id, job_title: 'Buyer' });
    const other = await admin.make('/contacts', { full_name: 'Zubaida', email: 'other@example.com' });
    const lead = await admin.make('/leads', { full_name: who.name, email: who.email.toUpperCase(), company: 'Petra' });
    const deal = await admin.make('/deals', { name: `Oil for ${who.name}`, account_id: account.id, primary_contact_id: contact.id, expected_value: '1200.50', currency: 'USD' });
    const activity = await admin.make('/activities', { kind: 'call', subject: 'Call', body: `${who.name} wants it`, contact_id: contact.id });
    const ticket = await admin.make('/tickets', { subject: `${who.name} has no oil`, contact_id: contact.id });
    const quote = await admin.make('/quotes', { deal_id: deal.id, contact_id: contact.id, net_total: '100', notes: `Greet ${who.name}` });
    await admin.patch(`/deals/${deal.id}`, { next_step: `Write to ${who.email}` });
    await admin.call('POST', '/contacts', { full_name: who.name, email: who.email }, { 'idempotency-key': 'again-1' });
    await api.db('crm_core.crm_contact_channels').insert({ contact_id: contact.id, kind: 'telegram', value: '@zubaida_q' });
    const [tag] = await api.db('crm_core.crm_tags').insert({ name: who.email }).returning<{ id: string }[]>('id');
    await api.db('crm_core.crm_taggings').insert({ tag_id: tag?.id, entity: 'contacts', entity_id: contact.id });
    for (const entity of ['contacts', 'deals']) for (const type of ['email', 'long_text']) await admin.make('/custom-fields', { entity, key: `her_${type}`, label: 'Her', label_ar: 'لها', type, unique: type === 'email' });
    for (const [entity, id] of [['contacts', contact.id], ['deals', deal.id]] as const) {
      expect((await admin.patch(`/${entity}/${id}`, { custom: { her_email: who.email, her_long_text: `Call ${who.name} on ${who.mobile}` } })).status).toBe(200);
    }
    await api.db('crm_core.crm_segments').insert({ entity: 'contacts', name: 'Hers', q: who.name, filter: JSON.stringify({ email: who.email }) });
    const [done] = await api.db('crm_core.crm_imports').insert({ entity: 'contacts', file_name: 'c.csv', format: 'csv', status: 'done' }).returning<{ id: string }[]>('id');
    await api.db('crm_core.crm_import_rows').insert({ import_id: done?.id, row_number: 2, outcome: 'error', problems: '[]', raw: JSON.stringify({ Name: who.name }) });
    await api.db('crm_core.crm_import_files').insert({ import_id: done?.id, position: 0, content: Buffer.from(`name\n${who.name}\n`) });

    const preview = await admin.get<Json & { identifiers: string[]; rows: Record<string, number> }>(`/privacy/subjects/contact/${contact.id}`);
    expect(preview.status).withContext(preview.text).toBe(200);
    expect(preview.body.identifiers.map((value) => value.toLowerCase())).toEqual(jasmine.arrayWithExactContents([who.name.toLowerCase(), who.email, who.mobile, who.arabic, '@zubaida_q']));
    expect((await found(who.name)).length).toBeGreaterThan(8);

    const [running] = await api.db('crm_core.crm_imports').insert({ entity: 'contacts', file_name: 'd.csv', format: 'csv', status: 'running' }).returning<{ id: string }[]>('id');
    const request = { subject_type: 'contact', subject_id: contact.id, reason: 'request' };
    expect((await admin.post('/privacy/erasures', request)).body['code']).toBe('imports_running');
    await api.db('crm_core.crm_imports').where({ id: running?.id }).update({ status: 'done' });

    const answer = await admin.post<Json & { rows: Record<string, number> }>('/privacy/erasures', request);
    expect(answer.status).withContext(answer.text).toBe(201);
    for (const value of preview.body.identifiers) {
      expect(await found(value)).withContext(value).toEqual([]);
      expect(answer.text).not.toContain(value);
    }
    expect(await api.db('crm_core.crm_import_files')).toEqual([]);
    expect((await admin.get(`/contacts/${contact.id}`)).status).toBe(404);
    expect((await admin.get(`/contacts/${other.id}`)).body['full_name']).toBe('Zubaida');
    expect((await admin.get(`/deals/${deal.id}`)).body).toEqual(jasmine.objectContaining({ name: 'Oil for Erased person', expected_value: '1200.50', next_step: 'Write to Erased person', custom: { her_email: 'Erased person', her_long_text: 'Call Erased person on Erased person' } }));
    expect((await admin.get(`/quotes/${quote.id}`)).body).toEqual(jasmine.objectContaining({ contact_id: null, notes: null, net_total: '100.00' }));

    const scope = await scopeOf(answer.body.id);
    const of = (table: string): string[] => scope.filter((entry) => entry.table === table).map((entry) => entry.action);
    expect([of('crm_contacts'), of('crm_leads'), of('crm_deals'), of('crm_quotes'), of('crm_timeline'), of('crm_import_rows')]).toEqual([['anonymise'], ['anonymise'], ['rewrite'], ['rewrite'], ['delete', 'rewrite'].slice(0, of('crm_timeline').length), []]);
    expect(scope.find((entry) => entry.table === 'crm_leads')?.keys).toEqual([lead.id]);
    expect(scope.find((entry) => entry.table === 'crm_activities')?.keys).toContain(activity.id);
    expect(scope.find((entry) => entry.table === 'crm_tickets')?.keys).toContain(ticket.id);
    expect(scope.find((entry) => entry.table === 'crm_deals')).toEqual(jasmine.objectContaining({ keys: [deal.id], columns: jasmine.arrayContaining(['name', 'search_text']) as unknown as string[] }));

    const again = await admin.post<Json & { identifier_count: number }>('/privacy/erasures', request);
    expect([again.status, again.body.identifier_count]).toEqual([201, 0]);
    const list = await admin.get<{ items: Json[] }>('/privacy/erasures');
    expect(list.body.items.filter((item) => item['subject_id'] === contact.id).map((item) => [item['subject_id'], item['warehouse'], item['certified_at']])).toEqual([[contact.id, null, null], [contact.id, null, null]]);
    expect((await admin.get(`/privacy/erasures/${answer.body.id}`)).body['reason']).toBe('request');
    const log = await api.db('crm_core.crm_audit_log').where({ action: 'erase' }).whereIn('entity_id', [answer.body.id, again.body.id]);
    expect(log.length).toBe(2);
  }, 60_000);

  it('takes a user their name and login, an account its name and the contacts of that name', async () => {
    const user = await admin.make('/users', { name: 'Wolfram Habicht', email: 'wolfram.h@example.com' });
    await api.db('crm_core.crm_credentials').insert({ user_id: user.id, password_hash: 'x' });
    expect((await admin.post('/privacy/erasures', { subject_type: 'user', subject_id: user.id, reason: 'no_longer_needed' })).status).toBe(201);
    expect(await found('Habicht')).toEqual([]);
    expect(await api.db('crm_core.crm_credentials').where({ user_id: user.id })).toEqual([]);
    const trader = await admin.make('/accounts', { legal_name: 'Ildiko Szabo', phone: '+36 1 555 0199', region: 'EU' });
    const herself = await admin.make('/contacts', { full_name: 'ILDIKO SZABO', account_id: trader.id });
    const invoice = await admin.make('/invoices', { account_id: trader.id, currency: 'EUR', net_total: '99.95' });
    expect((await admin.post('/privacy/erasures', { subject_type: 'account', subject_id: trader.id, reason: 'objection' })).status).toBe(201);
    expect(await found('Szabo')).toEqual([]);
    expect((await api.db('crm_core.crm_contacts').where({ id: herself.id }).first<{ full_name: string }>('full_name')).full_name).toBe('Erased person');
    expect((await api.db('crm_core.crm_invoices').where({ id: invoice.id }).first<{ net_total: string }>('net_total')).net_total).toBe('99.95');
  }, 60_000);

  it('refuses what it must', async () => {
    const me = (await admin.get('/me')).body.id;
    const code = async (caller: Caller, body: unknown): Promise<unknown> => (await caller.post('/privacy/erasures', body)).body['code'];
    expect(await code(admin, { subject_type: 'user', subject_id: me, reason: 'request' })).toBe('last_administrator');
    expect(await code(admin, { subject_type: 'contact', subject_id: me, reason: 'request' })).toBe('contact_not_found');
    expect(await code(admin, { subject_type: 'contact', subject_id: me, reason: 'because she is called Ada' })).toBe('validation_failed');
    for (const role of ['exec', 'manager', 'rep', 'analyst', 'finance']) {
      const caller = await api.as(role);
      expect(await code(caller, { subject_type: 'user', subject_id: me, reason: 'request' })).withContext(role).toBe('forbidden');
      expect((await caller.get(`/privacy/subjects/user/${me}`)).status).withContext(role).toBe(403);
    }
    expect((await admin.get(`/privacy/erasures/${me}`)).body['code']).toBe('erasure_not_found');
  });

  it('goes away with its flag', async () => {
    await admin.patch('/flags/crm_feature_privacy', { enabled: false });
    expect((await admin.get('/privacy/erasures')).body['code']).toBe('feature_disabled');
    await admin.patch('/flags/crm_feature_privacy', { enabled: true });
    expect((await admin.get('/privacy/erasures')).status).toBe(200);
  });

  it('keeps policies of retention', async () => {
    expect((await admin.call('PUT', '/privacy/retention/crm_activities', { keep_days: 400 })).body).toEqual(jasmine.objectContaining({ table_name: 'crm_activities', keep_days: 400 }) as unknown as Json);
    expect((await admin.call('PUT', '/privacy/retention/crm_activities', { keep_days: 30 })).body['keep_days']).toBe(30);
    expect((await admin.call('PUT', '/privacy/retention/crm_credentials', { keep_days: 30 })).body['code']).toBe('table_not_found');
    expect((await admin.get<{ items: Json[] }>('/privacy/retention')).body.items.length).toBe(1);
    expect((await admin.del('/privacy/retention/crm_activities')).status).toBe(204);
    expect((await admin.del('/privacy/retention/crm_activities')).body['code']).toBe('policy_not_found');
  });
});
