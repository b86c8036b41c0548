import { startApi, type Answer, type Caller, type TestApi } from '../../testing/api.testing.js';

describe('ETag and If-Match', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('let only the one change who has seen the latest version', async () => {
    const made = await admin.post('/accounts', { legal_name: 'Version LLC' });
    const tag = String(made.headers['etag']);
    const path = `/accounts/${made.body.id}`;
    expect(tag).toMatch(/^"\d+\.[\w-]{12}"$/);
    expect((await admin.get(path)).headers['etag']).toBe(tag);
    expect((await admin.call('GET', path, undefined, { 'if-none-match': tag })).status).toBe(304);
    const change = (value: string, match: string): Promise<Answer> => admin.call('PATCH', path, { city: value }, { 'if-match': match });
    const mine = await change('Dubai', tag);
    expect(mine.status).toBe(200);
    expect(mine.headers['etag']).not.toBe(tag);
    const late = await change('Cairo', tag);
    expect([late.status, late.body['code']]).toEqual([412, 'changed_meanwhile']);
    expect((await change('Cairo', `W/${String(mine.headers['etag'])}`)).status).toBe(412);
    expect((await change('Cairo', `"1.x", ${String(mine.headers['etag'])}`)).status).toBe(200);
    expect((await change('Amman', '*')).status).toBe(200);
    expect((await admin.call('DELETE', path, undefined, { 'if-match': tag })).status).toBe(412);
    expect((await admin.get(path)).body['city']).toBe('Amman');
  });

  it('let one of two parallel changes of the same version through', async () => {
    const made = await admin.post('/contacts', { full_name: 'Both' });
    const answers = await Promise.all(['A', 'B', 'C'].map((city) => admin.call('PATCH', `/contacts/${made.body.id}`, { city }, { 'if-match': String(made.headers['etag']) })));
    expect(answers.map((one) => one.status).sort()).toEqual([200, 412, 412]);
  });
});
