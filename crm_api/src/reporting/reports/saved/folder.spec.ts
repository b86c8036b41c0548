import { startApi, type Caller, type TestApi } from '../../../testing/api.testing.js';

interface Folder { id: string; name: string; parent_id: string | null; may: string }
interface Report { id: string; folder_id: string | null; may: string }
interface Problem { code: string; detail: string; reports?: number; folders?: number; errors?: { path: string; code: string }[] }

const definition = { v: 1, view: 'deals', rows: [], columns: [], values: [{ key: 'n', measure: 'deals.count' }] };

describe('folders of reports', () => {
  let api: TestApi;
  let admin: Caller;
  let manager: Caller;
  let rep: Caller;
  beforeAll(async () => {
    api = await startApi({ CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    [admin, manager, rep] = await Promise.all([api.as('admin'), api.as('manager'), api.as('rep')]);
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const folder = async (who: Caller, name: string, parent_id: string | null = null): Promise<string> => (await who.make('/report-folders', { name, parent_id })).id;
  const report = async (who: Caller, name: string, folder_id: string | null = null): Promise<string> => (await who.make('/reports', { name, folder_id, definition })).id;
  const share = async (who: Caller, id: string, shares: object[]): Promise<void> => {
    const answer = await who.call('PUT', `/report-folders/${id}/shares`, { shares });
    expect(answer.status).withContext(answer.text).toBe(200);
  };
  const seen = async (who: Caller, path: string): Promise<string> => {
    const { status, body } = await who.get<Report>(path);
    return status === 200 ? body.may : String(status);
  };
  const refused = async (answer: Promise<{ status: number; body: unknown }>): Promise<[number, string, ...(string | undefined)[]]> => {
    const { status, body } = await answer;
    const { code, errors } = body as Problem;
    return [status, code, ...(errors ?? []).map((one) => one.code)];
  };

  it('hand on to what is in them what they are shared for, and their owner edits it', async () => {
    const outer = await folder(rep, 'Outer');
    const inner = await folder(rep, 'Inner', outer);
    const inside = await report(rep, 'Inside', inner);
    expect([await seen(manager, `/report-folders/${outer}`), await seen(manager, `/reports/${inside}`), await seen(admin, `/reports/${inside}`)]).toEqual(['404', '404', '404']);
    await share(rep, outer, [{ role: 'manager', may: 'view' }]);
    expect([await seen(manager, `/report-folders/${inner}`), await seen(manager, `/reports/${inside}`), await seen(admin, `/reports/${inside}`)]).toEqual(['view', 'view', 'manage']);
    expect(await refused(manager.post('/reports', { name: 'Into it', folder_id: inner, definition }))).toEqual([422, 'validation_failed', 'unknown_reference']);
    expect(await refused(manager.post('/report-folders', { name: 'Into it', parent_id: inner }))).toEqual([422, 'validation_failed', 'unknown_reference']);
    await share(rep, inner, [{ role: 'manager', may: 'edit' }]);
    const theirs = await report(manager, 'Theirs', inner);
    const nested = await folder(manager, 'Nested', inner);
    expect([await seen(rep, `/reports/${theirs}`), await seen(rep, `/report-folders/${nested}`), await seen(manager, `/report-folders/${outer}`)]).withContext('what others put there is edited, not theirs to delete').toEqual(['edit', 'edit', 'view']);
    expect(await refused(rep.del(`/reports/${theirs}`))).toEqual([403, 'not_yours']);
    expect(await refused(manager.patch(`/report-folders/${inner}`, { parent_id: null }))).withContext('moving is not editing').toEqual([403, 'not_yours']);
    expect((await manager.patch<Folder>(`/report-folders/${inner}`, { name: 'Inner, renamed', parent_id: outer })).body.name).withContext('its place is where it was').toBe('Inner, renamed');
    expect((await rep.patch<Report>(`/reports/${theirs}`, { folder_id: null })).status).withContext('put out by whose folder it is').toBe(200);
    expect((await manager.get<Report>(`/reports/${theirs}`)).body).toEqual(jasmine.objectContaining({ folder_id: null, may: 'manage' }) as never);
    expect((await rep.patch(`/report-folders/${nested}`, { parent_id: null })).status).toBe(200);
    expect([await seen(rep, `/reports/${theirs}`), await seen(rep, `/report-folders/${nested}`)]).toEqual(['404', '404']);
    await share(rep, outer, []);
    await share(rep, inner, []);
    expect(await seen(manager, `/reports/${inside}`)).toBe('404');
    const other = await rep.call('PUT', `/reports/${inside}/shares`, { shares: [{ role: 'manager', may: 'view' }] });
    expect(other.status).toBe(200);
    expect((await manager.get<Report>(`/reports/${inside}`)).body.folder_id).withContext('a folder that one is not shown is not named').toBeNull();
    expect((await manager.get<{ items: Report[] }>('/reports?folder_id=none')).body.items.some(({ id }) => id === inside)).toBeTrue();
  });

  it('are a tree without circles, at most five deep, also when moved at once', async () => {
    const chain: string[] = [];
    for (let level = 1; level <= 5; level++) chain.push(await folder(rep, `Level ${level}`, chain.at(-1) ?? null));
    expect(await refused(rep.post('/report-folders', { name: 'Level 6', parent_id: chain[4] }))).toEqual([422, 'validation_failed', 'too_deep']);
    const pair = await folder(rep, 'Pair');
    await folder(rep, 'In the pair', pair);
    expect(await refused(rep.patch(`/report-folders/${pair}`, { parent_id: chain[3] }))).withContext('what is in it counts').toEqual([422, 'validation_failed', 'too_deep']);
    expect((await rep.patch(`/report-folders/${pair}`, { parent_id: chain[2] })).status).toBe(200);
    for (const parent of [chain[0], chain[4]]) expect(await refused(rep.patch(`/report-folders/${chain[0] ?? ''}`, { parent_id: parent }))).toEqual([422, 'validation_failed', 'cycle']);
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await folder(rep, 'One'), await folder(rep, 'Other')];
      const answers = await Promise.all([rep.patch(`/report-folders/${one}`, { parent_id: other }), rep.patch(`/report-folders/${other}`, { parent_id: one })]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    }
    const stale = String((await rep.get(`/report-folders/${pair}`)).headers['etag']);
    await rep.patch(`/report-folders/${pair}`, { name: 'Couple', name_ar: 'ثنائي' });
    expect(await refused(rep.call('PATCH', `/report-folders/${pair}`, { name: 'Late' }, { 'if-match': stale }))).toEqual([412, 'changed_meanwhile']);
    const { items } = (await rep.get<{ items: Folder[] }>('/report-folders')).body;
    expect(items.find(({ id }) => id === pair)).toEqual(jasmine.objectContaining({ name: 'Couple', parent_id: chain[2] }) as never);
  });

  it('are deleted only when empty, however little of what is in them one is shown', async () => {
    const id = await folder(rep, 'Full');
    const inside = await report(rep, 'In it', id);
    const below = await folder(rep, 'Below', id);
    const answer = await rep.del(`/report-folders/${id}`);
    expect([answer.status, answer.body['code'], answer.body['reports'], answer.body['folders']]).toEqual([409, 'folder_not_empty', 1, 1]);
    expect(answer.body['detail']).toContain('1 report and 1 folder');
    await share(rep, id, [{ role: 'manager', may: 'edit' }]);
    expect(await refused(manager.del(`/report-folders/${id}`))).toEqual([403, 'not_yours']);
    await rep.del(`/reports/${inside}`);
    await rep.del(`/report-folders/${below}`);
    for (let round = 0; round < 5; round++) {
      const place = await folder(rep, 'Raced');
      const [put, gone] = await Promise.all([rep.post('/reports', { name: 'Raced', folder_id: place, definition }), rep.del(`/report-folders/${place}`)]);
      expect([[201, 409], [422, 204]]).withContext('no report is left in a deleted folder').toContain([put.status, gone.status]);
    }
    expect((await rep.del(`/report-folders/${id}`)).status).toBe(204);
    expect(await refused(rep.get(`/report-folders/${id}`))).toEqual([404, 'report_folder_not_found']);
    expect(await refused(rep.post('/reports', { name: 'Too late', folder_id: id, definition }))).toEqual([422, 'validation_failed', 'unknown_reference']);
    const analyst = await api.as('analyst');
    const { id: owner } = (await analyst.get('/me')).body;
    await api.db('crm_core.crm_report_folders').insert(Array.from({ length: 100 }, (_, index) => ({ name: `Many ${index}`, owner_id: owner })));
    expect(await refused(analyst.post('/report-folders', { name: 'One more' }))).toEqual([409, 'too_many_folders']);
  });
});
