import { jwtVerify } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApi, type TestApi } from '../../testing/api.testing.js';

const secret = 'a-secret-of-the-spec-with-some-length';

describe('proof of the KPIs', () => {
  let api: TestApi;
  let cube: Server;
  let token: string;
  let scopes: unknown;
  let status = 200;
  const kpi = { kpi: 'deals.won_amount', equal: true, lsn: '18446744073709551615', committed_at: '2026-01-02T03:04:05.123456Z', checked_at: '2026-01-02T03:04:06.000000Z', compared: 12, different: 0, detail: '' };

  beforeAll(async () => {
    cube = createServer((request, response) => {
      void jwtVerify(String(request.headers.authorization), new TextEncoder().encode(secret), { algorithms: ['HS256'] }).then(({ payload }) => {
        scopes = payload['scopes'];
        response.writeHead(request.url === '/proof' ? status : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ kpis: [kpi] }));
      });
    });
    await new Promise<void>((resolve) => cube.listen(0, '127.0.0.1', resolve));
    api = await startApi({ CRM_CUBE_URL: `http://127.0.0.1:${(cube.address() as AddressInfo).port}`, CRM_CUBE_SECRET: secret });
    token = (await api.as('rep')).token;
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    cube.close();
  });

  const ask = (authorization?: string): ReturnType<TestApi['inject']> => api.inject({ url: '/crm/v1/analytics/proof', ...(authorization ? { headers: { authorization } } : {}) });

  it('is asked for with the scopes of the caller and handed on as it is', async () => {
    const answer = await ask(`Bearer ${token}`);
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify({ kpis: [kpi] })]);
    expect(scopes).toEqual(jasmine.objectContaining({ deals: 'own' }));
  });

  it('is for people who are signed in, and says when it cannot be had', async () => {
    expect((await ask()).status).toBe(401);
    status = 503;
    expect((await ask(`Bearer ${token}`)).body['code']).toBe('analytics_unavailable');
    status = 200;
  });
});
