import { startApi, type Answer, type Caller, type TestApi } from '../../testing/api.testing.js';

describe('metrics of the API', () => {
  let api: TestApi;
  let admin: Caller;
  const read = async (): Promise<string> => (await admin.get('/metrics')).text;
  /** Value of the first series of a name whose labels contain the given texts. */
  const value = (text: string, name: string, ...labels: string[]): number | undefined => {
    const line = text.split('\n').find((each) => (each.startsWith(`${name}{`) || each.startsWith(`${name} `)) && labels.every((label) => each.includes(label)));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
  };

  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(() => api.stop());

  it('are for those who may read them, and gone while the feature is off', async () => {
    const answers: Answer[] = [await api.inject('/crm/v1/metrics'), await (await api.as('rep')).get('/metrics'), await (await api.as('exec')).get('/metrics')];
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403]);
    expect(answers.some(({ text }) => text.includes('crm_api_request'))).toBeFalse();
    await api.admin('crm_core.crm_feature_flags').where({ key: 'crm_feature_telemetry' }).update({ enabled: false });
    const off = async (): Promise<Answer> => admin.get('/metrics');
    for (const until = Date.now() + 5_000; Date.now() < until && (await off()).status !== 404;);
    expect([(await off()).status, (await off()).body['code']]).toEqual([404, 'feature_disabled']);
    await api.admin('crm_core.crm_feature_flags').where({ key: 'crm_feature_telemetry' }).update({ enabled: true });
    for (const until = Date.now() + 5_000; Date.now() < until && (await off()).status !== 200;);
    expect((await off()).headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('can be read by an API client that may do nothing else', async () => {
    const made = await admin.post('/api-clients', { name: 'Prometheus', role: 'admin', scopes: ['crm:telemetry:read'] });
    expect(made.status).withContext(made.text).toBe(201);
    const token = await api.inject({
      method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ grant_type: 'client_credentials', client_id: String(made.body['client_id']), client_secret: String(made.body['client_secret']) }).toString(),
    });
    const headers = { authorization: `Bearer ${String(token.body['access_token'])}` };
    expect((await api.inject({ url: '/crm/v1/metrics', headers })).status).toBe(200);
    expect((await api.inject({ url: '/crm/v1/contacts', headers })).status).toBe(403);
  });

  it('count requests by route, method and class, and statements by verb', async () => {
    const route = ['route="/crm/v1/contacts/{id}"', 'method="GET"', 'status_class="4xx"', 'kind="read"'];
    const before = value(await read(), 'crm_api_request_duration_count', ...route) ?? 0;
    await admin.get('/contacts/00000000-0000-7000-8000-000000000000');
    await admin.get('/contacts/00000000-0000-7000-8000-000000000001');
    const text = await read();
    expect(value(text, 'crm_api_request_duration_count', ...route)).toBe(before + 2);
    expect(value(text, 'crm_api_request_duration_bucket', ...route, 'le="300"')).toBeGreaterThan(0);
    expect(value(text, 'crm_api_requests_in_flight')).toBe(1);
    expect(value(text, 'crm_sql_duration_count', 'operation="select"', 'outcome="ok"')).toBeGreaterThan(5);
    expect(value(text, 'crm_sql_pool_max')).toBe(8);
    expect(value(text, 'crm_process_memory_bytes', 'kind="rss"')).toBeGreaterThan(10_000_000);
  });

  it('tell what waits: jobs, deliveries, seals, scores', async () => {
    await api.jobs.send('crm_import', { id: 'spec' });
    await admin.post('/accounts', { legal_name: 'Waiting for a seal' });
    let text = '';
    for (const until = Date.now() + 10_000; Date.now() < until && (value(text, 'crm_jobs_queued', 'queue="crm_import"', 'state="created"') ?? 0) === 0;) text = await read();
    expect(value(text, 'crm_jobs_queued', 'queue="crm_import"', 'state="created"')).toBe(1);
    expect(value(text, 'crm_jobs_queued', 'queue="crm_webhook"', 'state="failed"')).toBe(0);
    expect(value(text, 'crm_jobs_oldest_seconds', 'queue="crm_import"')).toBeGreaterThanOrEqual(0);
    expect(value(text, 'crm_webhooks_deliveries', 'state="pending"')).toBe(0);
    expect(value(text, 'crm_audit_pending')).toBeGreaterThan(0);
    expect(value(text, 'crm_audit_seal_lag_seconds')).toBeGreaterThan(0);
    expect(value(text, 'crm_ml_scores_written_total', 'entity="deals"')).toBeGreaterThanOrEqual(0);
  });

  it('name no person, no record and no address', async () => {
    await admin.post('/contacts', { full_name: 'Layla Secret', email: 'layla@secret.test' });
    await api.inject('/layla@secret.test?email=layla@secret.test');
    const text = await read();
    for (const secret of ['Layla', 'secret', '@', '127.0.0.1']) expect(text).withContext(secret).not.toContain(secret);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });
});
