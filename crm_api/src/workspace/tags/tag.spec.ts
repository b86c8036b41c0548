import { startApi, type Answer, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

interface Tag { id: string; name: string; color: string | null; records: number }
interface Problem { code: string; errors?: { path: string; code: string }[] }

describe('tags', () => {
  let api: TestApi;
  let admin: Caller;
  let rep: Caller;
  let me: string;
  beforeAll(async () => {
    api = await startApi();
    [admin, rep] = await Promise.all([api.as('admin'), api.as('rep')]);
    me = (await rep.get('/me')).body.id;
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  let serial = 0;
  const tag = async (name = `Tag ${(serial += 1)}`): Promise<Tag> => {
    const answer = await admin.post<Tag>('/tags', { name, color: '#1d4ed8' });
    expect(answer.status).withContext(answer.text).toBe(201);
    return answer.body;
  };
  const account = async (more: object = {}): Promise<string> => (await admin.post('/accounts', { legal_name: `Tagged ${(serial += 1)}`, ...more })).body.id;
  const names = (body: Json): unknown => (body['tags'] as Tag[]).map((one) => one.name);
  const listed = async (filter: string, who = admin): Promise<string[]> => (await who.get<{ items: Json[] }>(`/accounts?sort=created_at&${filter}`)).body.items.map((one) => one.id);

  it('are made, renamed against their version, counted and deleted, by managers and not by all', async () => {
    const made = await tag('Key');
    const etag = String((await rep.get(`/tags/${made.id}`)).headers['etag']);
    expect((await admin.call('PATCH', `/tags/${made.id}`, { name: 'Key account', color: null }, { 'if-match': etag })).body['name']).toBe('Key account');
    expect((await admin.call('PATCH', `/tags/${made.id}`, { name: 'Late' }, { 'if-match': etag })).status).toBe(412);
    const twice = await admin.post<Problem>('/tags', { name: 'KEY ACCOUNT' });
    expect([twice.status, twice.body.errors?.[0]?.path]).toEqual([409, 'name']);
    expect((await admin.post<Problem>('/tags', { name: 'x', color: 'red' })).status).toBe(422);
    expect((await rep.post('/tags', { name: 'Mine' })).status).toBe(403);
    expect((await (await api.as('manager')).post('/tags', { name: 'A manager\'s' })).status).toBe(201);
    const on = await account();
    await admin.post(`/accounts/${on}/tags`, { tag_ids: [made.id] });
    expect((await rep.get<Tag>(`/tags/${made.id}`)).body.records).toBe(1);
    expect((await admin.del(`/tags/${made.id}`)).status).toBe(204);
    expect(names((await admin.get(`/accounts/${on}`)).body)).toEqual([]);
  });

  it('go on and off records one by one, again without harm, each noted once', async () => {
    const [a, b] = [await tag(), await tag()];
    const bodies = { accounts: { legal_name: 'On tags' }, contacts: { full_name: 'Tia Tag' }, leads: { full_name: 'Lea Tag' }, deals: { name: 'Tag deal' } };
    for (const [entity, body] of Object.entries(bodies)) {
      const { id } = (await admin.post(`/${entity}`, body)).body;
      for (let time = 0; time < 2; time += 1) expect(names((await admin.post(`/${entity}/${id}/tags`, { tag_ids: [a.id, b.id] })).body)).withContext(entity).toEqual([a.name, b.name]);
      expect(names((await admin.del(`/${entity}/${id}/tags/${a.id}`)).body)).toEqual([b.name]);
      const entries = await api.db('crm_core.crm_audit_log').where({ entity, entity_id: id, action: 'update', status: null }).orderBy('occurred_at').pluck<unknown[]>('after');
      expect(entries).withContext(entity).toEqual([{ tags: [a.id, b.id].sort() }, { tags: [b.id] }]);
      const none = await admin.post<Problem>(`/${entity}/${id}/tags`, { tag_ids: [id] });
      expect([none.status, none.body.errors?.[0]?.code]).toEqual([422, 'unknown_reference']);
    }
  });

  it('filter lists, of the caller\'s own reach', async () => {
    const [a, b] = [await tag(), await tag()];
    const industry = `tags-${a.id.slice(-6)}`;
    const [one, two, three] = [await account({ industry, owner_id: me }), await account({ industry }), await account({ industry })];
    await admin.post('/accounts/tags', { ids: [one, two], add: [a.id] });
    await admin.post('/accounts/tags', { ids: [two], add: [b.id] });
    const cases: [string, string[]][] = [[`=${a.id}`, [one, two]], [`[in]=${a.id},${b.id}`, [one, two]], [`[ne]=${a.id}`, [three]], ['[null]=true', [three]], ['[null]=false', [one, two]]];
    for (const [filter, expected] of cases) expect(await listed(`filter[industry]=${industry}&filter[tags]${filter}`)).withContext(filter).toEqual(expected);
    expect(await listed(`filter[tags]=${a.id}`, rep)).toEqual([one]);
    expect((await admin.get<Problem>('/accounts?filter[tags]=x')).body.errors?.[0]?.code).toBe('invalid');
    const graph = await admin.post<{ data: { accounts: { items: { id: string; tags: Tag[] }[] } } }>('/graphql', { query: `{ accounts(filter: {tags: {eq: "${b.id}"}}) { items { id tags } } }` });
    expect(graph.body.data.accounts.items.map((item) => [item.id, item.tags.length])).withContext(graph.text).toEqual([[two, 2]]);
  });

  it('are put on many at once, all or nothing', async () => {
    const a = await tag();
    const [mine, other] = [await account({ owner_id: me }), await account()];
    const refused = await rep.post<Problem>('/accounts/tags', { ids: [mine, other], add: [a.id] });
    expect(refused.status).toBe(404);
    expect(await listed(`filter[tags]=${a.id}`)).toEqual([]);
    expect((await rep.post('/accounts/tags', { ids: [mine], add: [a.id] })).body).toEqual({ changed: 1 } as never);
    expect((await rep.post('/accounts/tags', { ids: [mine], add: [a.id] })).body).toEqual({ changed: 0 } as never);
    expect((await rep.post('/accounts/tags', { ids: [mine], remove: [a.id] })).body).toEqual({ changed: 1 } as never);
    expect((await (await api.as('exec')).post('/accounts/tags', { ids: [mine], add: [a.id] })).status).toBe(403);
  });

  it('merge: everything carries the one that stays, once', async () => {
    const [from, into] = [await tag(), await tag()];
    const [both, first] = [await account(), await account()];
    await admin.post('/accounts/tags', { ids: [both, first], add: [from.id] });
    await admin.post('/accounts/tags', { ids: [both], add: [into.id] });
    const merged = await admin.post<Tag>(`/tags/${from.id}/merge`, { into: into.id });
    expect([merged.status, merged.body.id, merged.body.records]).withContext(merged.text).toEqual([200, into.id, 2]);
    expect((await admin.get(`/tags/${from.id}`)).status).toBe(404);
    expect(await listed(`filter[tags]=${into.id}`)).toEqual([both, first]);
    expect((await admin.post<Problem>(`/tags/${into.id}/merge`, { into: into.id })).body.errors?.[0]?.code).toBe('same');
  });

  it('go away with their switch, and come back', async () => {
    const a = await tag();
    const id = await account();
    await admin.post(`/accounts/${id}/tags`, { tag_ids: [a.id] });
    const set = (enabled: boolean): Promise<Answer> => admin.call('PATCH', '/flags/crm_feature_tags', { enabled });
    await set(false);
    for (const answer of [await admin.get<Problem>('/tags'), await admin.get<Problem>(`/accounts?filter[tags]=${a.id}`), await admin.post<Problem>(`/accounts/${id}/tags`, { tag_ids: [a.id] })]) expect([answer.status, answer.body.code]).toEqual([404, 'feature_disabled']);
    expect((await admin.get(`/accounts/${id}`)).body['tags']).toBeNull();
    await set(true);
    expect(names((await admin.get(`/accounts/${id}`)).body)).toEqual([a.name]);
  });
});
