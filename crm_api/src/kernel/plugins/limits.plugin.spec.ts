import { startApi, type TestApi } from '../../testing/api.testing.js';

describe('rate limits', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi({ CRM_RATE_WRITE: '2', CRM_RATE_READ: '3' }); }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('count each caller and kind of work apart, say what is left and when to come again', async () => {
    const admin = await api.as('admin');
    const first = await admin.get('/accounts?limit=1');
    expect([first.status, first.headers['ratelimit-policy'], first.headers['ratelimit']]).toEqual([200, '"read";q=3;w=60', '"read";r=2;t=60']);
    await admin.get('/accounts?limit=1');
    // What is refused for other reasons counts as well: guessing is not free.
    expect((await admin.get('/accounts?nope=1')).status).toBe(400);
    const refused = await admin.get<{ code: string }>('/accounts?limit=1');
    expect([refused.status, refused.body.code, refused.headers['content-type']]).toEqual([429, 'too_many_requests', 'application/problem+json']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['ratelimit']).toMatch(/^"read";r=0;t=\d+$/);
    expect((await admin.post('/accounts', { legal_name: 'Written LLC' })).status).toBe(201);
    expect((await (await api.as('rep')).get('/accounts?limit=1')).status).toBe(200);
  });

  it('leave routes without a caller alone', async () => {
    const answer = await api.inject('/crm/v1/openapi.json');
    expect(answer.headers['ratelimit']).toBeUndefined();
  });
});
