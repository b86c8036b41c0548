import { startApi, type Answer, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

interface Problem { code: string; errors?: { path: string; code: string }[] }
interface Segment { id: string; name: string; mine: boolean; visibility: string; filter: object }

describe('segments', () => {
  let api: TestApi;
  let admin: Caller;
  let rep: Caller;
  let manager: Caller;
  let me: string;
  beforeAll(async () => {
    api = await startApi();
    [admin, rep, manager] = await Promise.all([api.as('admin'), api.as('rep'), api.as('manager')]);
    me = (await rep.get('/me')).body.id;
    const [team] = await api.db('crm_core.crm_teams').insert({ name: 'Segment team' }).returning<{ id: string }[]>('id');
    await api.db('crm_core.crm_users').whereIn('email', ['rep@crm.test', 'manager@crm.test']).update({ team_id: team?.id });
    const field = await admin.post('/custom-fields', { entity: 'accounts', key: 'score', label: 'Score', label_ar: 'الدرجة', type: 'integer' });
    expect(field.status).toBe(201);
    for (const [name, region, score, owner] of [['Seg A', 'Gulf', 5, me], ['Seg B', 'Gulf', 9, null], ['Seg C', 'Levant', 7, me], ['Seg D', 'Gulf', 1, null]] as const) {
      const made = await admin.post('/accounts', { legal_name: name, region, custom: { score }, ...(owner === null ? {} : { owner_id: owner }) });
      expect(made.status).withContext(made.text).toBe(201);
    }
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const save = async (who: Caller, body: object): Promise<Segment> => {
    const answer = await who.post<Segment>('/segments', { entity: 'accounts', ...body });
    expect(answer.status).withContext(answer.text).toBe(201);
    return answer.body;
  };
  const names = async (who: Caller, query: string): Promise<unknown[]> => {
    const answer = await who.get<{ items: Json[] }>(`/accounts?${query}`);
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body.items.map((one) => one['legal_name']);
  };

  it('list what they say, in their order, beside what is asked for as well', async () => {
    const { id } = await save(admin, { name: 'Gulf by score', filter: { region: 'Gulf', 'custom.score': { gte: 2, lte: '9' } }, q: 'seg', sort: '-custom.score', visibility: 'all' });
    expect(await names(admin, `segment=${id}`)).toEqual(['Seg B', 'Seg A']);
    expect(await names(admin, `segment=${id}&sort=legal_name`)).toEqual(['Seg A', 'Seg B']);
    expect(await names(admin, `segment=${id}&filter[custom.score][lt]=6`)).toEqual(['Seg A']);
    expect(await names(admin, `segment=${id}&filter[region]=Levant`)).toEqual([]);
    const first = await admin.get<{ items: Json[]; next_cursor: string }>(`/accounts?segment=${id}&limit=1`);
    expect(await names(admin, `segment=${id}&limit=1&cursor=${first.body.next_cursor}`)).toEqual(['Seg A']);
    expect((await admin.get(`/segments/${id}/count`)).body).toEqual({ total: 2, total_is_estimate: false } as never);
    const graph = await admin.post<{ data: { accounts: { items: { legal_name: string }[] } } }>('/graphql', { query: `{ accounts(segment: "${id}") { items { legal_name } } }` });
    expect(graph.body.data.accounts.items.map((one) => one.legal_name)).withContext(graph.text).toEqual(['Seg B', 'Seg A']);
  });

  it('show everybody what their own role shows, not what the saver saw', async () => {
    const { id } = await save(admin, { name: 'All of Seg', filter: {}, q: 'Seg', sort: 'legal_name', visibility: 'all' });
    expect(await names(admin, `segment=${id}`)).toEqual(['Seg A', 'Seg B', 'Seg C', 'Seg D']);
    expect(await names(rep, `segment=${id}`)).toEqual(['Seg A', 'Seg C']);
    expect((await rep.get(`/segments/${id}/count`)).body['total']).toBe(2);
    const telling = await save(admin, { name: 'By score', filter: { 'custom.score': { gt: 6 } }, visibility: 'all' });
    const role = (await admin.get<{ items: (Json & { key: string; fields: Record<string, object> })[] }>('/roles')).body.items.find((one) => one.key === 'rep');
    await admin.patch(`/roles/${role?.id ?? ''}`, { fields: { ...role?.fields, accounts: { 'custom.score': 'hidden' } } });
    const again = await api.as('rep');
    const refused = await again.get<Problem>(`/accounts?segment=${telling.id}`);
    expect([refused.status, refused.body.code]).toEqual([403, 'field_hidden']);
    expect((await again.post<Problem>('/segments', { entity: 'accounts', name: 'Peek', filter: { 'custom.score': 5 } })).status).toBe(403);
    await admin.patch(`/roles/${role?.id ?? ''}`, { fields: role?.fields });
  });

  it('are seen by their owner, the team or all, and changed by their owner or an administrator of them', async () => {
    const seen = async (who: Caller): Promise<string[]> => (await who.get<{ items: Segment[] }>('/segments?entity=accounts')).body.items.map((one) => one.name).filter((name) => name.startsWith('Who '));
    const own = await save(rep, { name: 'Who me', filter: {} });
    const team = await save(rep, { name: 'Who team', filter: {}, visibility: 'team' });
    await save(rep, { name: 'Who all', filter: {}, visibility: 'all' });
    expect(await seen(rep)).toEqual(['Who all', 'Who me', 'Who team']);
    expect(await seen(await api.as('manager'))).toEqual(['Who all', 'Who team']);
    expect(await seen(await api.as('exec'))).toEqual(['Who all']);
    expect((await manager.get(`/segments/${own.id}`)).status).toBe(404);
    expect((await (await api.as('exec')).get<Problem>(`/accounts?segment=${own.id}`)).status).toBe(404);
    const again = await api.as('manager');
    expect((await again.get<Segment>(`/segments/${team.id}`)).body.mine).toBeFalse();
    const refused = await again.patch<Problem>(`/segments/${team.id}`, { name: 'Taken' });
    expect([refused.status, refused.body.code]).toEqual([403, 'not_yours']);
    const etag = String((await rep.get(`/segments/${own.id}`)).headers['etag']);
    expect((await rep.call('PATCH', `/segments/${own.id}`, { name: 'Who I', visibility: 'all' }, { 'if-match': etag })).status).toBe(200);
    expect((await rep.call('PATCH', `/segments/${own.id}`, { name: 'Who' }, { 'if-match': etag })).status).toBe(412);
    expect((await admin.del(`/segments/${own.id}`)).status).toBe(204);
    expect((await rep.get(`/segments/${own.id}`)).status).toBe(404);
  });

  it('that no list could ask for are not saved, and one that no longer fits says so', async () => {
    const cases: [object, string][] = [[{ filter: { nowhere: 'x' } }, 'unknown_field'], [{ filter: { region: { near: 'x' } } }, 'unknown_operator'], [{ filter: { employee_count: 'many' } }, 'invalid'], [{ filter: {}, sort: 'nowhere' }, 'unknown_field']];
    for (const [body, code] of cases) {
      const answer = await admin.post<Problem>('/segments', { entity: 'accounts', name: 'No', ...body });
      expect([answer.status, answer.body.errors?.map((one) => one.code)]).withContext(JSON.stringify(body)).toEqual([422, [code]]);
    }
    const field = await admin.post('/custom-fields', { entity: 'accounts', key: 'passing', label: 'P', label_ar: 'ع', type: 'text' });
    const { id } = await save(admin, { name: 'Passing', filter: { 'custom.passing': 'x' } });
    await admin.patch(`/custom-fields/${field.body.id}`, { archived: true });
    const outdated = await admin.get<Problem>(`/accounts?segment=${id}`);
    expect([outdated.status, outdated.body.code]).toEqual([409, 'segment_outdated']);
    const other = await admin.get<Problem>(`/contacts?segment=${id}`);
    expect([other.status, other.body.errors?.[0]?.code]).toEqual([400, 'other_entity']);
    expect((await admin.get<Problem>('/accounts?segment=x')).status).toBe(400);
  });

  it('go away with their switch', async () => {
    const { id } = await save(admin, { name: 'Switch', filter: {} });
    const set = (enabled: boolean): Promise<Answer> => admin.call('PATCH', '/flags/crm_feature_segments', { enabled });
    await set(false);
    for (const path of ['/segments', `/accounts?segment=${id}`]) expect((await admin.get<Problem>(path)).body.code).withContext(path).toBe('feature_disabled');
    expect((await admin.get('/accounts')).status).toBe(200);
    await set(true);
    expect((await admin.get(`/accounts?segment=${id}`)).status).toBe(200);
  });
});
