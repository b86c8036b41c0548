import { featureFlags, optionalFlags } from 'crm_db';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

// What these features do shows in no route of their own: each with the spec that proves it on and off.
const elsewhere: Readonly<Record<string, string>> = {
  crm_feature_audit_chain: 'audit/chain.spec.ts', crm_feature_mx_check: 'quality/mail/mx.spec.ts', crm_feature_win_scores: 'deals.score, below',
  crm_feature_pipeline_analysis: 'crm_tests: journeys/features.journey', crm_feature_revenue: 'crm_tests: journeys/features.journey',
};

describe('with every optional feature off', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    await api.db('crm_core.crm_feature_flags').whereIn('key', [...optionalFlags]).update({ enabled: false });
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('every route of an optional feature says which it is and how to switch it on', async () => {
    const specs = api.server.table().flatMap((one) => (one.settings.plugins?.crm ? [one.settings.plugins.crm.spec] : []));
    const seen = new Set<string>();
    for (const spec of specs) {
      if (!spec.feature || !optionalFlags.includes(spec.feature)) continue;
      seen.add(spec.feature);
      const path = spec.path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'type' ? 'contact' : name === 'table' ? 'crm_accounts' : '00000000-0000-7000-8000-00000000dead'));
      const answer = await admin.call(spec.method, path, spec.method === 'GET' ? undefined : {});
      expect([answer.status, answer.body['code']]).withContext(`${spec.method} ${spec.path}`).toEqual([404, 'feature_disabled']);
      expect(answer.body['detail']).withContext(spec.path).toContain(`${spec.feature} is switched off. An administrator can switch it on under /crm/v1/flags`);
    }
    expect([...seen, ...Object.keys(elsewhere)].sort()).withContext('a feature without a route needs its line above').toEqual([...optionalFlags].sort());
    expect(featureFlags.length - optionalFlags.length).toBe(4);
  }, 60_000);

  it('signing in, and the life of an account, a contact and a deal go on', async () => {
    const me = (await admin.get<Json & { features: Record<string, boolean> }>('/me')).body;
    for (const { key } of featureFlags) expect(me.features[key]).withContext(key).toBe(!optionalFlags.includes(key));
    const account = await admin.make('/accounts', { legal_name: 'Plain Ltd' });
    const contact = await admin.make('/contacts', { full_name: 'Plain Person', email: 'plain@example.com', email_opt_in: true, account_id: account.id });
    const deal = await admin.make('/deals', { name: 'Plain deal', account_id: account.id, primary_contact_id: contact.id, expected_value: '10.00', currency: 'USD' });
    expect(deal['score'] ?? null).toBeNull();
    const stages = (await admin.get<{ items: { stages: { id: string; name: string }[] }[] }>('/pipelines')).body.items[0]?.stages ?? [];
    expect((await admin.post(`/deals/${deal.id}/stage`, { stage_id: stages.find((stage) => stage.name === 'Won')?.id })).body['status']).toBe('won');
    for (const [kind, id] of [['accounts', account.id], ['contacts', contact.id], ['deals', deal.id]] as const) {
      const list = await admin.get<{ items: Json[]; total: number }>(`/${kind}?q=plain&count=true`);
      expect([list.status, list.body.total, list.body.items[0]?.id]).withContext(kind).toEqual([200, 1, id]);
      expect((await admin.get(`/${kind}/${id}`)).status).withContext(kind).toBe(200);
      expect((await admin.get(`/${kind}/${id}/timeline`)).status).withContext(kind).toBe(200);
      expect((await admin.patch(`/${kind}/${id}`, { is_test: true })).status).withContext(kind).toBe(200);
      expect((await admin.del(`/${kind}/${id}`)).status).withContext(kind).toBe(204);
      expect((await admin.post(`/${kind}/${id}/restore`)).status).withContext(kind).toBe(200);
    }
    expect((await admin.patch('/flags/crm_feature_leads', { enabled: true })).status).withContext('the way back is never off').toBe(200);
    expect((await admin.get('/leads')).status).toBe(200);
    await admin.patch('/flags/crm_feature_leads', { enabled: false });
  }, 60_000);
});
