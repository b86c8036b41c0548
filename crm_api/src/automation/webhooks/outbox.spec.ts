import { allServices } from '../../app.js';
import { startApi, type Caller, type TestApi } from '../../testing/api.testing.js';
import { publishEvents, purgeEvents } from './event.repository.js';
import { eventTypes } from './event.types.js';
import { loopback, makeWebhook } from './webhook.testing.js';

interface Stored { type: string; resource: string; record_id: string; changed: string[] | null; previous: Record<string, unknown> | null; record: Record<string, unknown>; position: string; lsn: string | null }

describe('the outbox of events', () => {
  let api: TestApi;
  let admin: Caller;
  const url = 'http://127.0.0.1:9/never';
  beforeAll(async () => {
    api = await startApi(loopback);
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });
  beforeEach(async () => { await makeWebhook(admin, url, ['*']); });
  afterEach(async () => {
    await api.db('crm_core.crm_webhooks').delete();
    await api.db('crm_core.crm_webhook_events').delete();
  });

  const stored = (): Promise<Stored[]> => api.db('crm_core.crm_webhook_events').orderBy('position').select<Stored[]>('*');
  const types = async (): Promise<string[]> => (await stored()).map(({ type }) => type);

  it('stands behind every kind of record under its own word', async () => {
    const { rows } = await api.db.raw<{ rows: { relation: string; definition: string }[] }>(`SELECT c.relname AS relation, pg_get_triggerdef(g.oid) AS definition FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE tgname = 'crm_webhook_record'`);
    const told = rows.map(({ relation, definition }) => [relation, ...(/crm_webhook_record\('(\w+)', '(\w+)'\)/.exec(definition)?.slice(1) ?? [])]).sort();
    expect(told).toEqual(allServices().map(({ resource }) => [resource.table.replace('crm_core.', ''), resource.name, resource.singular]).sort());
    const known = (await admin.get<{ items: string[] }>('/webhooks/event-types')).body.items;
    expect(known).toEqual(jasmine.arrayContaining(['*', 'deal.*', 'deal.stage_changed', 'deal.won', 'deal.lost', 'account.created', 'contact.updated', 'ticket.deleted', 'quote.restored']));
    expect(eventTypes(allServices().map(({ resource }) => resource)).length).toBe(14 * 4 + 3);
  });

  it('holds a change exactly if it is committed, whoever made it and however', async () => {
    const { db } = api;
    await db.raw(`INSERT INTO crm_core.crm_accounts (legal_name) SELECT 'Bulk ' || n FROM generate_series(1, 3) n`);
    const [one] = await db('crm_core.crm_accounts').where({ legal_name: 'Bulk 1' }).select<{ id: string }[]>('id');
    const id = one?.id ?? '';
    const change = (values: object): Promise<unknown> => db('crm_core.crm_accounts').where({ id }).update(values);
    await expectAsync(db.transaction(async (trx) => {
      await trx('crm_core.crm_accounts').where({ id }).update({ city: 'Nowhere' });
      throw new Error('changed my mind');
    })).toBeRejected();
    await change({ city: 'Amman', industry: 'Food' });
    await change({ city: 'Amman' });
    await change({ updated_at: new Date() });
    await change({ deleted_at: new Date() });
    await change({ city: 'In the bin' });
    await change({ deleted_at: null });
    await db('crm_core.crm_accounts').where({ id }).delete();
    expect(await types()).toEqual(['account.created', 'account.created', 'account.created', 'account.updated', 'account.deleted', 'account.restored', 'account.deleted']);
    const updated = (await stored())[3];
    expect([updated?.record_id, updated?.changed, updated?.record['city']]).toEqual([id, ['city', 'industry'], 'Amman']);
    expect(JSON.stringify(updated)).not.toContain('search_text');
  });

  it('tells of stages, and of deals that are won and lost, also from the beginning', async () => {
    const deal = (await admin.post('/deals', { name: 'Pipeline' })).body;
    const stages = await api.db('crm_core.crm_stages').where({ kind: 'open' }).orderBy('position').select<{ id: string }[]>('id');
    await admin.patch(`/deals/${deal.id}`, { stage_id: stages[2]?.id });
    await admin.patch(`/deals/${deal.id}`, { status: 'lost', lost_reason: 'price' });
    await admin.patch(`/deals/${deal.id}`, { status: 'open' });
    await admin.patch(`/deals/${deal.id}`, { name: 'Renamed' });
    await admin.post('/deals', { name: 'Won at once', status: 'won' });
    const found = (await stored()).filter(({ resource }) => resource === 'deals');
    expect(found.map(({ type }) => type)).toEqual([
      'deal.created', 'deal.updated', 'deal.stage_changed', 'deal.updated', 'deal.stage_changed', 'deal.lost', 'deal.updated', 'deal.stage_changed', 'deal.updated', 'deal.created', 'deal.won',
    ]);
    expect(found[2]?.previous).toEqual({ stage_id: deal['stage_id'], status: 'open' });
    expect(found[5]?.previous).toEqual({ stage_id: stages[2]?.id, status: 'open' });
  });

  it('tells of custom values and tags as changes of their record, each write once, and of nothing that shows nowhere', async () => {
    const { body: field } = await admin.post('/custom-fields', { entity: 'accounts', key: 'outbox_tier', label: 'Tier', label_ar: 'الفئة', type: 'text' });
    const { body: second } = await admin.post('/custom-fields', { entity: 'accounts', key: 'outbox_zone', label: 'Zone', label_ar: 'المنطقة', type: 'text' });
    const [a, b] = await Promise.all(['Outbox A', 'Outbox B'].map(async (name) => (await admin.post('/tags', { name })).body.id));
    const { body: account } = await admin.post('/accounts', { legal_name: 'Attached', custom: { outbox_tier: 'a' } });
    const patch = async (body: object): Promise<unknown> => (await admin.patch(`/accounts/${account.id}`, body)).status;
    expect(await patch({ custom: { outbox_tier: 'b', outbox_zone: 'n' } })).toBe(200);
    await patch({ custom: { outbox_tier: 'b' } });
    await patch({ city: 'Amman', custom: { outbox_zone: null } });
    await admin.post(`/accounts/${account.id}/tags`, { tag_ids: [a, b] });
    await admin.post(`/accounts/${account.id}/tags`, { tag_ids: [a] });
    await admin.post('/accounts/tags', { ids: [account.id], add: [a], remove: [a] });
    await admin.post(`/tags/${a ?? ''}/merge`, { into: b });
    await admin.del(`/tags/${b ?? ''}`);
    await admin.patch(`/custom-fields/${second.id}`, { unique: true });
    await admin.patch(`/custom-fields/${field.id}`, { archived: true });
    await admin.del(`/custom-fields/${field.id}`);
    await expectAsync(api.db.transaction(async (trx) => {
      await trx('crm_core.crm_custom_values').insert({ field_id: second.id, entity_id: account.id, text_value: 'x' });
      throw new Error('changed my mind');
    })).toBeRejected();
    const told = (await stored()).map(({ type, changed, record }) => [type, changed, record['city']]);
    expect(told).toEqual([
      ['account.created', null, null], ['account.updated', ['custom.outbox_tier', 'custom.outbox_zone'], null], ['account.updated', ['city', 'custom.outbox_zone'], 'Amman'],
      ['account.updated', ['tags'], 'Amman'], ['account.updated', ['tags'], 'Amman'], ['account.updated', ['tags'], 'Amman'],
    ]);
    await admin.del(`/accounts/${account.id}`);
    await api.db('crm_core.crm_custom_values').insert({ field_id: second.id, entity_id: account.id, text_value: 'in the bin' });
    expect((await types()).slice(told.length)).toEqual(['account.deleted']);
  });

  it('stays empty while there is no webhook', async () => {
    await api.db('crm_core.crm_webhooks').update({ deleted_at: new Date() });
    await admin.post('/accounts', { legal_name: 'Unheard' });
    expect(await types()).toEqual([]);
  });

  it('gives positions that grow with each record also when many write it at once, and publishes behind every commit', async () => {
    const { body: account } = await admin.post('/accounts', { legal_name: 'Contended', employee_count: 0 });
    const open = await api.db.transaction();
    await open('crm_core.crm_accounts').insert({ legal_name: 'Slow commit' });
    await Promise.all(Array.from({ length: 40 }, (_, index) => index % 2 === 0 ? admin.patch(`/accounts/${account.id}`, { city: `City ${index}` }) : api.db.raw('UPDATE crm_core.crm_accounts SET employee_count = employee_count + 1 WHERE id = ?', [account.id])));
    expect(await publishEvents(api.db)).toBe(41);
    const early = await stored();
    await open.commit();
    const { rows: [after] } = await api.db.raw<{ rows: { lsn: string }[] }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
    expect(await publishEvents(api.db)).toBe(1);
    expect(await publishEvents(api.db)).toBe(0);
    const list = await stored();
    expect(list.every(({ lsn }) => lsn !== null)).toBeTrue();
    // The slow one has an earlier position and a later place in the log than what was committed before it.
    const slow = list.find(({ record }) => record['legal_name'] === 'Slow commit');
    const { rows: [order] } = await api.db.raw<{ rows: { later: boolean; behind: boolean }[] }>('SELECT ?::pg_lsn > ?::pg_lsn AS later, ?::pg_lsn >= ?::pg_lsn AS behind', [slow?.lsn ?? '', early[0]?.lsn ?? '', after?.lsn ?? '', early[0]?.lsn ?? '']);
    expect(order).toEqual({ later: true, behind: true });
    const counts = list.filter(({ record_id: id, changed }) => id === account.id && changed?.includes('employee_count')).map(({ record }) => record['employee_count']);
    expect(counts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const last = list.filter(({ record_id: id }) => id === account.id).at(-1);
    expect(last?.record['city']).toBe((await admin.get(`/accounts/${account.id}`)).body['city']);
  });

  it('forgets with time, but nothing that an endpoint waits for', async () => {
    await admin.post('/accounts', { legal_name: 'Old' });
    await publishEvents(api.db);
    await api.db('crm_core.crm_webhook_events').update({ occurred_at: new Date(Date.now() - 31 * 24 * 3_600_000) });
    expect(await purgeEvents(api.db, 30)).toBe(0);
    await api.db('crm_core.crm_webhook_deliveries').update({ status: 'dead' });
    expect(await purgeEvents(api.db, 32)).toBe(0);
    expect(await purgeEvents(api.db, 30)).toBe(1);
    expect(await api.db('crm_core.crm_webhook_deliveries').select('id')).toEqual([]);
  });

  it('keeps nothing of a person who was erased, and tells of the deletion', async () => {
    const who = { full_name: 'Zeynep Ağaoğlu', full_name_ar: 'زينب آغا', email: 'zeynep.a@example.com' };
    const { body: contact } = await admin.post('/contacts', who);
    await admin.post('/accounts', { legal_name: 'Her firm', description: `Ask ${who.full_name}` });
    await admin.patch(`/contacts/${contact.id}`, { city: 'Izmir' });
    // What hangs on the person goes with them, and what names them elsewhere is a change there.
    await admin.post('/custom-fields', { entity: 'contacts', key: 'outbox_note', label: 'Note', label_ar: 'ملاحظة', type: 'text' });
    const { body: tag } = await admin.post('/tags', { name: 'Outbox erased' });
    expect((await admin.patch(`/contacts/${contact.id}`, { custom: { outbox_note: who.full_name } })).status).toBe(200);
    await admin.post(`/contacts/${contact.id}/tags`, { tag_ids: [tag.id] });
    const { body: friend } = await admin.post('/contacts', { full_name: 'A Friend', custom: { outbox_note: `Knows ${who.full_name}` } });
    // Erased in two steps, the first of which leaves the address where it is.
    expect((await admin.post('/quotes', { contact_id: contact.id, currency: 'USD', net_total: '10', notes: who.email, external_source: 'shop', external_id: who.email })).status).toBe(201);
    await publishEvents(api.db);
    expect((await admin.post('/privacy/erasures', { subject_type: 'contact', subject_id: contact.id, reason: 'request' })).status).toBe(201);
    const list = await stored();
    expect(list.filter(({ record_id: id }) => id === contact.id).map(({ type, record }) => [type, record['full_name']])).toEqual([['contact.deleted', 'Erased person']]);
    expect(list.filter(({ record_id: id }) => id === friend.id).map(({ type, changed }) => [type, changed])).toEqual([['contact.created', null], ['contact.updated', ['custom.outbox_note']]]);
    for (const word of [who.full_name, who.full_name_ar, who.email, 'agaoglu', 'Ağaoğlu']) expect(JSON.stringify(list).toLowerCase()).withContext(word).not.toContain(word.toLowerCase());
    expect(list.some(({ type, record }) => type === 'account.created' && record['description'] === 'Ask Erased person')).toBeTrue();
  });
});
