import { hash } from '@node-rs/argon2';
import { fileURLToPath } from 'node:url';
import { startApi, type TestApi } from '../../testing/api.testing.js';
import { buildClient } from './client.builder.js';

interface Answer { data?: Record<string, unknown> & { items?: unknown[] }; error?: { code: string }; response: Response }
type Method = (path: string, options?: object) => Promise<Answer>;
interface Built {
  createCrmClient(options: object): { GET: Method; POST: Method; PATCH: Method };
  everyRecord(page: (cursor: string | undefined) => Promise<Answer>): AsyncGenerator<{ legal_name: string }>;
}

describe('the generated client', () => {
  let api: TestApi;
  let built: Built;
  let url: string;
  beforeAll(async () => {
    api = await startApi();
    await api.server.start();
    url = `http://127.0.0.1:${String(api.server.info.port)}`;
    const folder = fileURLToPath(new URL('../../../client', import.meta.url));
    await buildClient((await api.inject('/crm/v1/openapi.json')).body, folder);
    built = (await import(`${folder}/dist/index.js`)) as Built;
    const role = await api.db('crm_core.crm_roles').where({ key: 'admin' }).first<{ id: string }>('id');
    await api.db('crm_core.crm_api_clients').insert({ client_id: 'spec', name: 'Spec', secret_hash: await hash('spec-secret'), role_id: role.id });
  }, 180_000);
  afterAll(async () => { await api.stop(); });

  it('signs in, writes, reads every page and is told what is wrong', async () => {
    const crm = built.createCrmClient({ url, credentials: { clientId: 'spec', clientSecret: 'spec-secret' } });
    for (const n of [1, 2, 3]) expect((await crm.POST('/crm/v1/accounts', { body: { legal_name: `Client ${n}` } })).response.status).toBe(201);
    const names: string[] = [];
    for await (const account of built.everyRecord((cursor) => crm.GET('/crm/v1/accounts', { params: { query: { q: 'Client', limit: 2, cursor } } }))) names.push(account.legal_name);
    expect(names.sort()).toEqual(['Client 1', 'Client 2', 'Client 3']);
    expect((await crm.POST('/crm/v1/accounts', { body: {} })).error?.code).toBe('validation_failed');
  });

  it('repeats what got lost on the way without doing it twice', async () => {
    let lost = 0;
    const flaky = async (request: Request | string, init?: RequestInit): Promise<Response> => {
      const answer = await fetch(request, init);
      if (typeof request === 'string' || !request.url.endsWith('/accounts') || lost >= 2) return answer;
      lost++;
      throw new TypeError('connection lost after the work was done');
    };
    const crm = built.createCrmClient({ url, credentials: { clientId: 'spec', clientSecret: 'spec-secret' }, fetch: flaky });
    const made = await crm.POST('/crm/v1/accounts', { body: { legal_name: 'Lost answer' } });
    expect([made.response.status, made.response.headers.get('idempotency-replayed'), lost]).toEqual([201, 'true', 2]);
    expect((await api.db('crm_core.crm_accounts').where({ legal_name: 'Lost answer' })).length).toBe(1);
  });

  it('gets a new token when the old one is refused', async () => {
    let first = true;
    const tokens = [`${(await api.as('admin')).token.slice(0, -3)}xxx`, (await api.as('admin')).token];
    const crm = built.createCrmClient({ url, credentials: { token: () => { const token = tokens[first ? 0 : 1]; first = false; return token; } } });
    expect((await crm.GET('/crm/v1/accounts')).response.status).toBe(200);
  });
});
