import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApi, type Caller, type TestApi } from '../../../testing/api.testing.js';
import { makeTeam, makeUser } from '../../../workspace/roles/role.world.testing.js';
import { definitionSchema } from '../definition/report.schema.js';

interface Report { id: string; name: string; may: string; version: number; folder_id: string | null; definition: Record<string, unknown>; pins: Record<string, number>; owner: { id: string; name: string } }
interface Version { version: number; note: string | null; restored_from: number | null; author: { name: string }; definition: object; pins: object; changes: { what: string; action: string; from: unknown; to: unknown; measure?: string }[] | null }
interface Problem { code: string; detail: string; errors?: { path: string; code: string; message: string }[] }
interface Page<T> { items: T[]; next_cursor: string | null }

const asked = { v: 1, view: 'deals', rows: [{ member: 'deals.region' }], columns: [], values: [{ key: 'won', measure: 'deals.won_amount' }] };
/** As it is stored: with everything that was left out. */
const full = { ...asked, filters: [], having: [], period: null, compare: null, top: null, sort: null, totals: { rows: true, columns: true }, show: { shape: 'pivot' } };

describe('saved reports', () => {
  let api: TestApi;
  let cube: Server;
  let down = false;
  const versions: Record<string, number> = { 'deals.won_amount': 3, 'deals.count': 1 };
  let admin: Caller;
  let exec: Caller;
  let manager: Caller;
  let rep: Caller;
  let mate: { id: string; caller: Caller };
  let team: string;
  beforeAll(async () => {
    // Speaks Cube's meta, the only question that saving asks.
    cube = createServer((request, response) => {
      const measures = Object.entries(versions).map(([name, version]) => ({ name, meta: { version } }));
      response.writeHead(down || request.url !== '/cubejs-api/v1/meta' ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ cubes: [{ name: 'deals', measures }, { name: 'leads', measures: [] }] }));
    });
    await new Promise<void>((done) => { cube.listen(0, '127.0.0.1', done); });
    api = await startApi({ CRM_CUBE_URL: `http://127.0.0.1:${(cube.address() as AddressInfo).port}`, CRM_CUBE_SECRET: 's'.repeat(32), CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    team = await makeTeam(api, 'Gulf', 'Gulf');
    const id = await makeUser(api, { login: 'mate', team, region: null, roles: ['rep'] });
    [admin, exec, manager, rep] = await Promise.all([api.as('admin'), api.as('exec'), api.as('manager'), api.as('rep')]);
    mate = { id, caller: await api.as('mate') };
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    cube.close();
  });

  const save = async (who: Caller, body: object = {}): Promise<Report> => await who.make('/reports', { name: 'Won by region', definition: asked, ...body }) as unknown as Report;
  const names = async (who: Caller, query = ''): Promise<string[]> => {
    const answer = await who.get<Page<Report>>(`/reports${query}`);
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body.items.map(({ name }) => name);
  };
  const refused = async (answer: Promise<{ status: number; body: unknown }>): Promise<[number, string]> => { const { status, body } = await answer; return [status, (body as Problem).code]; };
  const share = async (who: Caller, path: string, shares: object[]): Promise<void> => {
    const answer = await who.call('PUT', `${path}/shares`, { shares });
    expect(answer.status).withContext(answer.text).toBe(200);
  };
  const mayOf = async (who: Caller, id: string): Promise<string> => {
    const { status, body } = await who.get<Report>(`/reports/${id}`);
    return status === 200 ? body.may : String(status);
  };

  it('are one version after the other, each with the definitions that its numbers were seen by', async () => {
    const made = await save(rep, { note: 'The first', description: 'For the weekly call', name_ar: 'الربح بحسب المنطقة' });
    expect(made).toEqual(jasmine.objectContaining({ version: 1, may: 'manage', definition: full, pins: { 'deals.won_amount': 3 }, view: 'deals', shape: 'pivot', folder_id: null } as never));
    const path = `/reports/${made.id}`;
    const read = await rep.get<Report>(path);
    expect((await rep.patch<Report>(path, { name: 'Won' })).body.version).withContext('a name is no version').toBe(1);
    expect(await refused(rep.call('PATCH', path, { name: 'Late' }, { 'if-match': String(read.headers['etag']) }))).toEqual([412, 'changed_meanwhile']);
    const wider = { ...asked, columns: [{ member: 'deals.closed_at', grain: 'quarter' }], values: [...asked.values, { key: 'n', measure: 'deals.count' }] };
    expect((await rep.patch<Report>(path, { definition: wider, note: 'By quarter' })).body).toEqual(jasmine.objectContaining({ version: 2, pins: { 'deals.won_amount': 3, 'deals.count': 1 } }));
    expect((await rep.patch<Report>(path, { definition: wider })).body.version).withContext('nothing differs').toBe(2);
    versions['deals.won_amount'] = 4;
    expect((await rep.patch<Report>(path, { definition: wider })).body).withContext('the number means something else').toEqual(jasmine.objectContaining({ version: 3, pins: { 'deals.won_amount': 4, 'deals.count': 1 } }));
    down = true;
    expect((await rep.patch<Report>(path, { definition: { ...wider, values: [...wider.values, { key: 'x', measure: 'deals.win_rate' }] } })).body).withContext('work is not lost while the figures are down').toEqual(jasmine.objectContaining({ version: 4, pins: { 'deals.won_amount': 4, 'deals.count': 1 } }));
    down = false;
    versions['deals.won_amount'] = 3;
    expect((await rep.patch(path, { note: 'Alone' })).status).toBe(422);

    const restored = await rep.post<Report>(`${path}/versions/1/restore`, { note: 'Simpler' });
    expect([restored.status, restored.body.version, restored.body.definition, restored.body.pins]).withContext(restored.text).toEqual([200, 5, full, { 'deals.won_amount': 3 }] as never);
    expect((await rep.post<Report>(`${path}/versions/5/restore`)).body.version).withContext('it is that already').toBe(5);
    const first = (await rep.get<Page<Version>>(`${path}/versions?limit=2`)).body;
    expect(first.items.map((one) => [one.version, one.note, one.restored_from, one.author.name])).toEqual([[5, 'Simpler', 1, 'Ryan Cole'], [4, null, null, 'Ryan Cole']]);
    const rest = (await rep.get<Page<Version>>(`${path}/versions?cursor=${first.next_cursor ?? ''}`)).body;
    expect([rest.items.map(({ version, note }) => [version, note]), rest.next_cursor]).toEqual([[[3, null], [2, 'By quarter'], [1, 'The first']], null]);
    const told = (await rep.get<Version>(`${path}/versions/3?against=1`)).body;
    expect(told.changes).toEqual([
      { what: 'split', action: 'added', from: null, to: { on: 'columns', at: 0, member: 'deals.closed_at', grain: 'quarter' } }, { what: 'value', action: 'added', from: null, to: { at: 1, key: 'n', measure: 'deals.count' } },
      { what: 'pin', action: 'changed', measure: 'deals.won_amount', from: 3, to: 4 },
    ]);
    expect([(await rep.get<Version>(`${path}/versions/5?against=1`)).body.changes, (await rep.get<Version>(`${path}/versions/1`)).body.changes]).toEqual([[], null]);
    expect(await refused(rep.get(`${path}/versions/6`))).toEqual([404, 'report_version_not_found']);
    expect(await refused(rep.get(`${path}/versions/1?against=9`))).toEqual([404, 'report_version_not_found']);

    for (const change of [{ note: 'another' }, { pins: '{}' }]) {
      const attempt = api.db('crm_core.crm_report_versions').where({ report_id: made.id, version: 1 }).update(change);
      if ('pins' in change) await expectAsync(attempt).toBeRejectedWithError(/append-only/); else await attempt;
    }
    await expectAsync(api.db('crm_core.crm_report_versions').where({ report_id: made.id }).delete()).toBeRejectedWithError(/append-only/);
    const trail = await api.db('crm_core.crm_audit_log').where({ entity: 'reports', entity_id: made.id }).whereNotNull('after').orderBy('id').select<{ action: string; after: { version?: number; restored_from?: number } }[]>('action', 'after');
    expect(trail.map(({ action, after }) => [action, after.version, after.restored_from])).toEqual([['create', undefined, undefined], ['update', undefined, undefined], ['update', 2, undefined], ['update', 3, undefined], ['update', 4, undefined], ['update', 5, 1]]);
    expect((await rep.del(path)).status).toBe(204);
    expect(await refused(rep.get(path))).toEqual([404, 'report_not_found']);
  });

  it('are shared by role, team and person, for viewing or editing, which never is sharing or deleting', async () => {
    const { id } = await save(rep, { name: 'Shared one' });
    const path = `/reports/${id}`;
    const whose = async (): Promise<string[]> => Promise.all([mate.caller, manager, exec, admin].map((who) => mayOf(who, id)));
    expect(await whose()).withContext('private, for administrators as well').toEqual(['404', '404', '404', '404']);
    await share(rep, path, [{ team_id: team, may: 'view' }]);
    expect(await whose()).withContext('whoever writes everybody\'s manages what is shared').toEqual(['view', '404', '404', 'manage']);
    await share(rep, path, [{ role: 'manager', may: 'edit' }, { role: 'exec', may: 'view' }, { user_id: mate.id, may: 'edit' }, { team_id: team, may: 'view' }]);
    expect(await whose()).withContext('the widest counts').toEqual(['edit', 'edit', 'view', 'manage']);
    expect(await names(mate.caller)).toContain('Shared one');
    const audience = await manager.get<{ roles: { key: string }[] }>('/report-audience');
    expect(audience.body.roles).withContext('roles are named to who may not read them').toEqual(jasmine.arrayContaining([{ key: 'exec', name: 'Executive', name_ar: jasmine.any(String) }, { key: 'rep', name: 'Sales representative', name_ar: jasmine.any(String) }] as never[]));
    expect((await manager.get('/roles')).status).toBe(403);
    const listed = await rep.get<{ shares: object[] }>(`${path}/shares`);
    expect(listed.body.shares).toEqual([
      { role: 'exec', may: 'view', name: 'Executive' }, { role: 'manager', may: 'edit', name: 'Sales manager' }, { team_id: team, may: 'view', name: 'Gulf' }, { user_id: mate.id, may: 'edit', name: jasmine.any(String) as unknown as string }]);
    expect(await refused(manager.get(`${path}/shares`))).toEqual([403, 'not_yours']);
    expect(await refused(manager.call('PUT', `${path}/shares`, { shares: [] }))).toEqual([403, 'not_yours']);
    expect(await refused(manager.del(path))).toEqual([403, 'not_yours']);
    expect(await refused(exec.patch(path, { name: 'Mine' }))).toEqual([403, 'view_only']);
    expect(await refused(exec.post(`${path}/versions/1/restore`))).toEqual([403, 'view_only']);
    expect((await manager.patch<Report>(path, { definition: { ...asked, compare: 'year' } })).body).toEqual(jasmine.objectContaining({ version: 2, owner: jasmine.objectContaining({ name: 'Ryan Cole' }) }) as never);
    expect((await exec.get<Page<Version>>(`${path}/versions`)).body.items.map(({ author }) => author.name)).withContext('the author is who changed it').toEqual([jasmine.stringMatching(/^(?!Ryan)/) as never, 'Ryan Cole']);

    const etag = String((await rep.get(path)).headers['etag']);
    const put = await rep.call('PUT', `${path}/shares`, { shares: [{ role: 'exec', may: 'view' }] }, { 'if-match': etag });
    expect(put.status).withContext(put.text).toBe(200);
    expect(await refused(rep.call('PUT', `${path}/shares`, { shares: [] }, { 'if-match': etag }))).toEqual([412, 'changed_meanwhile']);
    expect((await rep.call('PATCH', path, { name: 'Shared two' }, { 'if-match': String(put.headers['etag']) })).status).withContext('its ETag is that of the report').toBe(200);
    expect(await whose()).toEqual(['404', '404', 'view', 'manage']);
    const unknown = await rep.call<Problem>('PUT', `${path}/shares`, { shares: [{ role: 'nobody', may: 'view' }, { team_id: mate.id, may: 'view' }, { user_id: team, may: 'view' }] });
    expect([unknown.status, unknown.body.errors?.map((one) => one.path)]).toEqual([422, ['shares.0.role', 'shares.1.team_id', 'shares.2.user_id']] as never);
    for (const shares of [[{ may: 'view' }], [{ role: 'rep', team_id: team, may: 'view' }], [{ role: 'rep', may: 'manage' }], [{ role: 'rep', may: 'view' }, { role: 'rep', may: 'edit' }]]) expect((await rep.call('PUT', `${path}/shares`, { shares })).status).withContext(JSON.stringify(shares)).toBe(422);
    expect((await admin.del(path)).status).toBe(204);
    expect(await whose()).toEqual(['404', '404', '404', '404']);
  });

  it('are found by name in both languages, by folder and page by page', async () => {
    const folder = (await rep.make('/report-folders', { name: 'Found here' })).id;
    for (const [name, name_ar, folder_id] of [['Zeta 100%', 'ياء', folder], ['Zeta 1000', null, null], ['Alpha Zeta', 'أرباح الربع', folder]]) await save(rep, { name, name_ar, folder_id });
    expect(await names(rep, '?q=zeta')).toEqual(['Alpha Zeta', 'Zeta 100%', 'Zeta 1000']);
    expect(await names(rep, `?q=${encodeURIComponent('100%')}`)).withContext('what stands for anything in LIKE is only itself').toEqual(['Zeta 100%']);
    expect(await names(rep, `?q=${encodeURIComponent('ارباح')}`)).withContext('without its hamza').toEqual(['Alpha Zeta']);
    expect([await names(rep, `?folder_id=${folder}`), await names(rep, '?folder_id=none&q=zeta')]).toEqual([['Alpha Zeta', 'Zeta 100%'], ['Zeta 1000']]);
    expect(await names(manager, `?folder_id=${folder}`)).toEqual([]);
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, next_cursor } = (await rep.get<Page<Report>>(`/reports?q=zeta&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)).body as Page<Report>;
      pages.push(...items.map(({ name }) => name));
      cursor = next_cursor;
    }
    expect(pages).toEqual(['Alpha Zeta', 'Zeta 100%', 'Zeta 1000']);
    for (const cursor of ['x', Buffer.from('["a","b"]').toString('base64url'), Buffer.from('{}').toString('base64url')]) expect(await refused(rep.get(`/reports?cursor=${cursor}`))).toEqual([400, 'invalid_cursor']);
  });

  it('are refused with the place of each fault', async () => {
    const cases: [object, string][] = [
      [{ ...asked, v: 2 }, 'definition.v'], [{ ...asked, values: [] }, 'definition.values'], [{ ...asked, values: [...asked.values, asked.values[0]] }, 'definition.values.1'], [{ ...asked, rows: [{ member: 'region' }] }, 'definition.rows.0.member'],
      [{ ...asked, rows: Array(7).fill(asked.rows[0]) }, 'definition.rows'], [{ ...asked, show: { shape: 'pie' } }, 'definition.show.shape'], [{ ...asked, top: { value: 'won', n: 0 } }, 'definition.top.n'], [{ ...asked, more: 1 }, 'definition.more'],
      [{ ...asked, values: [{ key: 'x', title: 'X', calculation: { op: '/', args: [{ value: 'won' }, { op: '%', args: [{ number: '1' }, { number: '2' }] }] } }] }, 'definition.values.0.calculation.args.1.op'],
    ];
    for (const [definition, path] of cases) {
      const answer = await rep.post<Problem>('/reports', { name: 'No', definition });
      expect([answer.status, answer.body.errors?.map((one) => one.path)]).withContext(path).toEqual([422, jasmine.arrayContaining([path])] as never);
    }
    expect((await rep.post<Problem>('/reports', {})).body.errors?.map(({ path }) => path)).toEqual(['name', 'definition']);
  });

  it('of the sample have the form of a definition, with all that may be left out', () => {
    const { reports } = JSON.parse(readFileSync(new URL('../../../../../crm_db/sample.reports.json', import.meta.url), 'utf8')) as { reports: { name: string; definition: object }[] };
    for (const { name, definition } of reports) expect(definitionSchema.validate(definition, { convert: false, abortEarly: false })).withContext(name).toEqual({ value: definition } as never);
    expect(reports.length).toBe(8);
  });

  it('are at most two hundred a person, also when asked for at once', async () => {
    const analyst = await api.as('analyst');
    const { id } = (await analyst.get('/me')).body;
    await api.db('crm_core.crm_reports').insert(Array.from({ length: 198 }, (_, index) => ({ name: `Many ${index}`, definition: JSON.stringify(full), owner_id: id })));
    const answers = await Promise.all([1, 2, 3, 4].map((n) => analyst.post<Problem>('/reports', { name: `At once ${n}`, definition: asked })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('too_many_reports');
  });

  it('lose the name of an erased person in every version, and what was shared with them', async () => {
    const person = await makeUser(api, { login: 'Nadia Erasable', team, region: null, roles: ['rep'] });
    await api.db('crm_core.crm_users').where({ id: person }).update({ name: 'Nadia Erasable', email: 'nadia.erasable@crm.test' });
    const made = await save(rep, { name: 'Deals of Nadia Erasable', definition: { ...asked, filters: [{ member: 'deals.owner', operator: 'equals', values: ['Nadia Erasable'] }] }, note: 'Nadia Erasable only' });
    await share(rep, `/reports/${made.id}`, [{ user_id: person, may: 'edit' }, { role: 'exec', may: 'view' }]);
    const answer = await admin.post('/privacy/erasures', { subject_type: 'user', subject_id: person, reason: 'no_longer_needed' });
    expect(answer.status).withContext(answer.text).toBe(201);
    const { rows } = await api.db.raw<{ rows: { text: string }[] }>(`SELECT t::text || v::text AS text FROM crm_core.crm_reports t JOIN crm_core.crm_report_versions v ON v.report_id = t.id WHERE t.id = ?`, [made.id]);
    expect(rows.length).toBe(1);
    expect(rows[0]?.text).not.toMatch(/Nadia/);
    expect((await rep.get<{ shares: object[] }>(`/reports/${made.id}/shares`)).body.shares).toEqual([{ role: 'exec', may: 'view', name: 'Executive' }]);
  });
});
