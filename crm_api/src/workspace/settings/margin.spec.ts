import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

describe('the gross margin of the tenant', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(() => api.stop());
  beforeEach(async () => {
    await api.admin('crm_core.crm_tenants').update({ gross_margin: null });
  });

  it('is read and changed by administrators alone, taken back, and every change is in the audit log', async () => {
    for (const role of ['rep', 'finance'] as const) for (const [method, body] of [['GET', undefined], ['PATCH', { gross_margin: 0.5 }]] as const) expect((await (await api.as(role)).call(method, '/settings/business', body)).status).withContext(`${role} ${method}`).toBe(403);
    const entries = (): Promise<{ before: unknown; after: unknown }[]> => api.admin('crm_core.crm_audit_log').where({ entity: 'settings', action: 'update' }).whereRaw("jsonb_exists(after, 'gross_margin')").orderBy('created_at').select<{ before: unknown; after: unknown }[]>('before', 'after');
    const before = (await entries()).length;
    expect((await admin.get<Json>('/settings/business')).body['gross_margin']).toBeNull();
    for (const gross_margin of [0.7825, 0.7825, 1, 0.0001, null]) expect((await admin.patch('/settings/business', { gross_margin })).body['gross_margin']).toBe(gross_margin);
    expect((await entries()).slice(before)).toEqual([[null, 0.7825], [0.7825, 1], [1, 0.0001], [0.0001, null]].map(([from, to]) => ({ before: { gross_margin: from }, after: { gross_margin: to } })));
    await admin.patch('/settings/business', { gross_margin: 0.4 });
    expect((await api.admin('crm_core.crm_tenants').first<{ gross_margin: string }>('gross_margin')).gross_margin).toBe('0.4000');
  });

  it('is a share above 0 and up to 1 with four decimals, and no change of what was changed meanwhile', async () => {
    for (const gross_margin of [0, -0.1, 1.0001, 78, 0.12345, '0.5', true]) expect((await admin.patch('/settings/business', { gross_margin })).status).withContext(String(gross_margin)).toBe(422);
    expect((await admin.patch('/settings/business', {})).status).toBe(422);
    const read = await admin.get('/settings/business');
    await admin.patch('/settings/business', { gross_margin: 0.6 });
    const stale = await admin.call('PATCH', '/settings/business', { gross_margin: 0.7 }, { 'if-match': String(read.headers['etag']) });
    expect([stale.status, stale.body['code']]).toEqual([412, 'changed_meanwhile']);
  });
});
