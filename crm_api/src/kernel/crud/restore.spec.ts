import { allServices } from '../../app.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

type Page = Json & { items: Json[]; total?: number; next_cursor: string | null };

describe('deleted records', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const made = async (path: string, body: object, who = admin): Promise<string> => {
    const answer = await who.post(path, body);
    expect(answer.status).withContext(answer.text).toBe(201);
    return answer.body.id;
  };
  const deleted = async (path: string, who = admin): Promise<Json[]> => (await who.get<Page>(`${path}${path.includes('?') ? '&' : '?'}filter[deleted]=true`)).body.items;

  it('have a way back in every resource that hides instead of deleting', () => {
    const table = api.server.table().map((route) => `${route.method} ${route.path}`);
    for (const { resource: { name } } of allServices()) {
      expect(table.includes(`delete /crm/v1/${name}/{id}`)).withContext(name).toBe(table.includes(`post /crm/v1/${name}/{id}/restore`));
      expect(table).withContext(name).toContain(`post /crm/v1/${name}/{id}/restore`);
    }
  });

  it('are listed apart from the living, by the same filters, with the time of their deletion', async () => {
    const [kept, gone, other] = [await made('/accounts', { legal_name: 'Kept LLC', city: 'Doha' }), await made('/accounts', { legal_name: 'Gone LLC', city: 'Doha' }), await made('/accounts', { legal_name: 'Other LLC', city: 'Cairo' })];
    for (const id of [gone, other]) await admin.del(`/accounts/${id}`);
    const living = (await admin.get<Page>('/accounts?filter[city]=Doha&count=true')).body;
    expect([living.items.map((one) => one.id), living.total, living.items[0]?.['deleted_at']]).toEqual([[kept], 1, undefined]);
    const list = (await admin.get<Page>('/accounts?filter[deleted]=true&filter[city]=Doha&count=true')).body;
    expect([list.items.map((one) => one.id), list.total]).toEqual([[gone], 1]);
    expect(Math.abs(Date.parse(String(list.items[0]?.['deleted_at'])) - Date.now())).toBeLessThan(60_000);
    const first = (await admin.get<Page>('/accounts?filter[deleted]=true&limit=1')).body;
    expect((await admin.get<Page>(`/accounts?filter[deleted]=true&limit=1&cursor=${first.next_cursor ?? ''}`)).body.items.length).toBe(1);
    expect((await admin.get(`/accounts?limit=1&cursor=${first.next_cursor ?? ''}`)).body['code']).toBe('invalid_cursor');
    for (const wrong of ['filter[deleted]=maybe', 'filter[deleted][ne]=true']) expect((await admin.get(`/accounts?${wrong}`)).body['code']).withContext(wrong).toBe('invalid_parameter');
  });

  it('come back whole, with an entry in the audit log and in their story', async () => {
    const id = await made('/deals', { name: 'Back again', expected_value: '10.00', currency: 'USD' });
    const before = (await admin.get(`/deals/${id}`)).body;
    await admin.del(`/deals/${id}`);
    const back = await admin.post(`/deals/${id}/restore`);
    expect([back.status, back.body['name'], back.body['expected_value'], back.body['deleted_at']]).toEqual([200, before['name'], before['expected_value'], undefined]);
    expect(await api.db('crm_core.crm_audit_log').where({ entity_id: id, status: null }).orderBy('id').pluck('action')).toEqual(['create', 'delete', 'restore']);
    expect((await admin.get<Page>(`/deals/${id}/timeline`)).body.items.map((one) => one['kind'])).toEqual(['restored', 'deleted', 'created']);
    expect((await admin.post(`/deals/${id}/restore`)).body['code']).toBe('deal_not_found');
  });

  it('are shown to, and brought back by, those who could delete them, and nobody else', async () => {
    const rep = await api.as('rep');
    const [mine, theirs] = [await made('/contacts', { full_name: 'Mine' }, rep), await made('/contacts', { full_name: 'Theirs' })];
    await rep.del(`/contacts/${mine}`);
    await admin.del(`/contacts/${theirs}`);
    expect((await deleted('/contacts', rep)).map((one) => one.id)).toEqual([mine]);
    expect((await deleted('/contacts')).map((one) => one.id)).toEqual(jasmine.arrayContaining([mine, theirs]) as unknown as string[]);
    expect((await rep.post(`/contacts/${theirs}/restore`)).status).toBe(404);
    expect((await rep.post(`/contacts/${mine}/restore`)).status).toBe(200);
    const exec = await api.as('exec');
    expect([(await exec.get('/contacts?filter[deleted]=true')).status, (await exec.get('/contacts?filter[deleted]=false')).status, (await exec.post(`/contacts/${theirs}/restore`)).status]).toEqual([403, 200, 403]);
  });

  it('stay away where a living record has taken their place, and say how to make room', async () => {
    const gone = await made('/contacts', { full_name: 'First', email: 'place@example.com' });
    await admin.del(`/contacts/${gone}`);
    const living = await made('/contacts', { full_name: 'Second', email: 'place@example.com' });
    const refused = await admin.post<Json & { errors: { path: string }[] }>(`/contacts/${gone}/restore`);
    expect([refused.status, refused.body['code'], refused.body.errors.map((one) => one.path)]).toEqual([409, 'place_taken', ['email']]);
    expect(refused.body['detail']).toBe('Another contact has the same email by now. Change or delete that one, then restore this one.');
    await admin.patch(`/contacts/${living}`, { email: 'moved@example.com' });
    expect((await admin.post(`/contacts/${gone}/restore`)).status).toBe(200);
  });

  it('include stages and roles', async () => {
    const pipeline = (await admin.get<Page>('/pipelines?limit=1')).body.items[0]?.id ?? '';
    const stages = async (): Promise<Json[]> => (await admin.get<Json & { stages: Json[] }>(`/pipelines/${pipeline}`)).body.stages;
    await admin.post(`/pipelines/${pipeline}/stages`, { name: 'Passing' });
    const stage = (await stages()).find((one) => one['name'] === 'Passing')?.id ?? '';
    const path = `/pipelines/${pipeline}/stages/${stage}`;
    expect((await admin.post(`${path}/restore`)).body['code']).toBe('stage_not_found');
    expect((await admin.del(path)).status).toBe(204);
    await admin.post(`/pipelines/${pipeline}/stages`, { name: 'passing' });
    expect((await admin.post(`${path}/restore`)).body['code']).toBe('place_taken');
    await admin.del(`/pipelines/${pipeline}/stages/${(await stages()).find((one) => one['name'] === 'passing')?.id ?? ''}`);
    expect((await admin.post(`${path}/restore`)).status).toBe(200);
    expect((await stages()).at(-1)?.id).toBe(stage);

    const role = { key: 'passing', name: 'Passing', name_ar: 'عابر', permissions: { deals: { read: 'own' } } };
    const id = await made('/roles', role);
    expect((await admin.del(`/roles/${id}`)).status).toBe(204);
    expect((await deleted('/roles')).map((one) => one.id)).toEqual([id]);
    const second = await made('/roles', role);
    expect((await admin.post(`/roles/${id}/restore`)).body['code']).toBe('place_taken');
    await admin.del(`/roles/${second}`);
    const back = await admin.post(`/roles/${id}/restore`);
    expect([back.status, back.body['permissions'], back.body['version']]).toEqual([200, role.permissions, 3]);
    expect((await admin.get<Page>(`/roles/${id}/versions`)).body.items.map((one) => one['action'])).toEqual(['revert', 'delete', 'create']);
    expect(await api.db('crm_core.crm_audit_log').whereIn('entity_id', [id, stage]).where({ action: 'restore', status: null }).pluck('entity')).toEqual(jasmine.arrayWithExactContents(['stages', 'roles']) as unknown as string[]);
  });

  it('never come back after an erasure', async () => {
    const id = await made('/contacts', { full_name: 'Gone Forever', email: 'forever@example.com' });
    expect((await admin.post('/privacy/erasures', { subject_type: 'contact', subject_id: id, reason: 'request' })).status).toBe(201);
    const refused = await admin.post(`/contacts/${id}/restore`);
    expect([refused.status, refused.body['code']]).toEqual([409, 'record_erased']);
  });
});
