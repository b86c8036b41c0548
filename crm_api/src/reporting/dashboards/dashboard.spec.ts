import { readFileSync } from 'node:fs';
import { allServices } from '../../app.js';
import { parseListQuery } from '../../kernel/crud/list.query.js';
import { startApi, type Caller, type TestApi } from '../../testing/api.testing.js';
import { makeTeam, makeUser } from '../../workspace/roles/role.world.testing.js';
import { requireGrid } from './dashboard.service.js';

type Tile = Record<string, unknown> & { id: string; x: number; y: number; w: number; h: number; kind: 'kpi' | 'chart' | 'list' };
interface Dashboard { id: string; key: string | null; name: string; owner: { id: string; name: string } | null; based_on_id: string | null; shared_roles: string[]; layout: { tiles: Tile[] }; period: string | null; role: string | null }
interface Problem { code: string; errors?: { path: string; code: string }[] }

const kpi = { id: 'a', x: 0, y: 0, w: 3, h: 2, kind: 'kpi', measure: 'deals.won_amount' };
const layout = { tiles: [kpi] };

describe('dashboards', () => {
  let api: TestApi;
  let admin: Caller;
  let exec: Caller;
  let manager: Caller;
  let rep: Caller;
  let builtIn: Dashboard[];
  beforeAll(async () => {
    api = await startApi();
    [admin, exec, manager, rep] = await Promise.all([api.as('admin'), api.as('exec'), api.as('manager'), api.as('rep')]);
    builtIn = (await list(await api.as('finance'))).filter((one) => one.key !== null);
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const list = async (who: Caller): Promise<Dashboard[]> => {
    const answer = await who.get<{ items: Dashboard[] }>('/dashboards');
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body.items;
  };
  const save = async (who: Caller, body: object): Promise<Dashboard> => await who.make('/dashboards', body) as unknown as Dashboard;
  const refused = async (answer: Promise<{ status: number; body: Problem }>): Promise<[number, string]> => { const { status, body } = await answer; return [status, body.code]; };

  it('are delivered for five audiences, with members, columns and conditions that exist', () => {
    expect(builtIn.map(({ key, role, owner }) => [key, role, owner])).toEqual(['executive', 'sales_manager', 'rep', 'finance', 'support'].map((key) => [key, key, null]));
    const dictionary = readFileSync(new URL('../../../../crm_docs/kpi-dictionary.md', import.meta.url), 'utf8');
    const members = new Set([...dictionary.matchAll(/^\| `(\w+\.\w+)`/gm)].map(([, name]) => name));
    for (const part of dictionary.split(/^## /m)) {
      const view = /^\| `(\w+)\./m.exec(part)?.[1];
      for (const [, name] of (/^Split and filter by: .*$/m.exec(part)?.[0] ?? '').matchAll(/`(\w+)` \(/g)) members.add(`${view ?? ''}.${name ?? ''}`);
    }
    expect(members.size).toBeGreaterThan(200);
    const resources = new Map(allServices().map(({ resource }) => [resource.name as string, resource]));
    for (const { key, layout: { tiles } } of builtIn) {
      expect(() => { requireGrid({ tiles }); }).withContext(String(key)).not.toThrow();
      for (const [index, tile] of tiles.entries()) {
        const at = `${String(key)} ${tile.id}`;
        expect(tiles.slice(index + 1).some((one) => one.x < tile.x + tile.w && tile.x < one.x + one.w && one.y < tile.y + tile.h && tile.y < one.y + one.h)).withContext(`${at} lies on another`).toBeFalse();
        if (tile.kind !== 'list') {
          const named = [tile['measure'], tile['date'], tile['dimension'], ...(tile['measures'] as string[] | undefined ?? []), ...(tile['filters'] as { member: string }[] | undefined ?? []).map(({ member }) => member)];
          for (const member of named.filter((one) => one !== undefined)) expect(members.has(String(member))).withContext(`${at} ${String(member)}`).toBeTrue();
          continue;
        }
        const resource = resources.get(String(tile['resource']));
        if (!resource) { fail(at); continue; }
        for (const column of tile['columns'] as string[]) expect([resource.fields, resource.references, resource.computed].some((known) => column in known)).withContext(`${at} ${column}`).toBeTrue();
        const query = Object.fromEntries(Object.entries(tile['filters'] as Record<string, string>).map(([field, value]) => [`filter[${field}]`, value]));
        expect(() => parseListQuery(resource, { ...query, sort: String(tile['sort']) })).withContext(at).not.toThrow();
      }
    }
  });

  it('that are delivered stay as they are; a copy stands in until it is deleted', async () => {
    const original = builtIn.find(({ key }) => key === 'rep');
    const id = original?.id ?? '';
    expect(await refused(admin.patch<Problem>(`/dashboards/${id}`, { name: 'Mine' }))).toEqual([403, 'built_in']);
    expect(await refused(admin.del(`/dashboards/${id}`) as never)).toEqual([403, 'built_in']);
    const copy = await save(rep, { based_on_id: id, layout });
    expect(copy).toEqual(jasmine.objectContaining({ name: original?.name, period: original?.period, role: 'rep', key: null, based_on_id: id, layout, shared_roles: [] } as never));
    expect(copy.owner?.name).toBe('Ryan Cole');
    expect(await refused(rep.post<Problem>('/dashboards', { based_on_id: id }))).toEqual([409, 'copy_exists']);
    expect((await list(rep)).filter((one) => one.id === copy.id || one.id === id).length).toBe(2);
    expect((await list(exec)).some((one) => one.id === copy.id)).toBeFalse();
    expect((await rep.del(`/dashboards/${copy.id}`)).status).toBe(204);
    expect((await list(rep)).some((one) => one.id === copy.id)).toBeFalse();
    const again = await save(rep, { based_on_id: id });
    expect(again.layout).withContext('taken from the original').toEqual(original?.layout as never);
    await rep.del(`/dashboards/${again.id}`);
  });

  it('are changed by their owner, who has seen the last change', async () => {
    const { id } = await save(rep, { name: 'Own', name_ar: 'خاصة', layout, period: 'thisYear', filters: [{ member: 'deals.region', operator: 'equals', values: ['Gulf'] }] });
    const read = await rep.get<Dashboard>(`/dashboards/${id}`);
    expect(read.body.name).toBe('Own');
    const etag = String(read.headers['etag']);
    const tiles = [{ ...kpi, target: '1000.50', compare: true }, { id: 'b', x: 3, y: 0, w: 9, h: 5, kind: 'chart', chart: 'line', measures: ['deals.custom_x'], date: 'deals.closed_at', grain: 'week' }, { id: 'c', x: 0, y: 5, w: 12, h: 5, kind: 'list', resource: 'leads', columns: ['full_name', 'custom.rank'], filters: { status: 'new' } }];
    const changed = await rep.call<Dashboard>('PATCH', `/dashboards/${id}`, { layout: { tiles }, filters: [] }, { 'if-match': etag });
    expect([changed.status, changed.body.layout.tiles, changed.body.period]).withContext(changed.text).toEqual([200, tiles, 'thisYear'] as never);
    expect((await rep.call('PATCH', `/dashboards/${id}`, { name: 'Late' }, { 'if-match': etag })).status).toBe(412);
    expect((await manager.get(`/dashboards/${id}`)).status).toBe(404);
    expect((await admin.patch(`/dashboards/${id}`, { name: 'Peek' })).status).withContext('not shared with anybody').toBe(404);
    const [entry] = await api.db('crm_core.crm_audit_log').where({ entity: 'dashboards', entity_id: id, action: 'update' }).select<{ after: { layout: object } }[]>('after');
    expect(entry?.after.layout).toEqual({ tiles });
  });

  it('are shared with roles by who may write beyond their own', async () => {
    expect(await refused(rep.post<Problem>('/dashboards', { name: 'Shared', layout, shared_roles: ['rep'] }))).toEqual([403, 'forbidden']);
    const unknown = await manager.post<Problem>('/dashboards', { name: 'Shared', layout, shared_roles: ['rep', 'nobody'] });
    expect([unknown.status, unknown.body.errors?.[0]?.path]).toEqual([422, 'shared_roles.1']);
    const { id } = await save(manager, { name: 'Shared', layout, shared_roles: ['rep'] });
    const sees = async (who: Caller): Promise<boolean> => (await list(who)).some((one) => one.id === id);
    expect([await sees(rep), await sees(exec), await sees(admin)]).withContext('whoever writes everybody\'s sees what is shared').toEqual([true, false, true]);
    expect(await refused(rep.patch<Problem>(`/dashboards/${id}`, { name: 'Mine' }))).toEqual([403, 'not_yours']);
    expect((await save(rep, { based_on_id: id })).shared_roles).withContext('sharing is not copied').toEqual([]);
    expect((await exec.patch(`/dashboards/${id}`, { name: 'Mine' })).status).toBe(404);
    expect((await admin.patch<Dashboard>(`/dashboards/${id}`, { shared_roles: [] })).body.shared_roles).toEqual([]);
    expect([await sees(rep), await sees(manager), await sees(admin)]).toEqual([false, true, false]);
  });

  it('are shared with teams and people as well', async () => {
    const team = await makeTeam(api, 'Gulf', 'Gulf');
    const person = await makeUser(api, { login: 'mate', team, region: null, roles: ['rep'] });
    const mate = await api.as('mate');
    const sees = async (who: Caller, id: string): Promise<boolean> => (await list(who)).some((one) => one.id === id);
    const finance = await api.as('finance');
    const byTeam = await save(manager, { name: 'For the team', layout, shared_team_ids: [team] });
    const byPerson = await save(manager, { name: 'For a person', layout, shared_user_ids: [person] });
    expect(await Promise.all([byTeam, byPerson].flatMap(({ id }) => [mate, finance].map((who) => sees(who, id))))).toEqual([true, false, true, false]);
    const wrong = await manager.patch<Problem>(`/dashboards/${byTeam.id}`, { shared_team_ids: [person], shared_user_ids: [team] });
    expect([wrong.status, wrong.body.errors?.map(({ path, code }) => `${path} ${code}`)]).toEqual([422, ['shared_team_ids.0 unknown_reference', 'shared_user_ids.0 unknown_reference']]);
    expect((await manager.patch(`/dashboards/${byPerson.id}`, { shared_user_ids: [] })).status).toBe(200);
    expect(await sees(mate, byPerson.id)).toBeFalse();
    expect(await refused(rep.post<Problem>('/dashboards', { name: 'No', layout, shared_user_ids: [person] }))).toEqual([403, 'forbidden']);
  });

  it('keep what they showed before each change, say what differs and can be brought back', async () => {
    const made = await save(rep, { name: 'Told', layout, period: 'thisYear' });
    const url = `/dashboards/${made.id}`;
    const tiles = [{ ...kpi, y: 4 }, { id: 'b', x: 0, y: 0, w: 12, h: 4, kind: 'chart', chart: 'bar', measures: ['deals.count'], dimension: 'deals.region' }];
    const second = await rep.patch<Dashboard & { version: number }>(url, { layout: { tiles }, period: 'lastQuarter', note: 'With the regions' });
    expect([second.status, second.body.version]).withContext(second.text).toEqual([200, 2]);
    expect((await rep.patch<{ version: number }>(url, { layout: { tiles }, name: 'Renamed' })).body.version).withContext('a name is no version').toBe(2);
    expect((await rep.patch<{ version: number }>(url, { layout: { tiles: [{ ...kpi, y: 4, measure: 'deals.lost_amount' }] } })).body.version).toBe(3);
    const page = await rep.get<{ items: { version: number; note: string | null; author: { name: string } }[] }>(`${url}/versions`);
    expect(page.body.items.map(({ version, note, author }) => [version, note, author.name])).toEqual([[3, null, 'Ryan Cole'], [2, 'With the regions', 'Ryan Cole'], [1, null, 'Ryan Cole']]);
    const told = async (version: number, against: number): Promise<string[]> => (await rep.get<{ changes: { what: string; action: string; from: Tile | null; to: Tile | null }[] }>(`${url}/versions/${version}?against=${against}`)).body.changes.map(({ what, action, from, to }) => `${what} ${action} ${what === 'tile' ? (to ?? from)?.id ?? '' : ''}`.trim());
    expect(await told(2, 1)).toEqual(['tile moved a', 'tile added b', 'period changed']);
    expect(await told(3, 2)).toEqual(['tile removed b', 'tile changed a']);
    expect(await told(3, 3)).toEqual([]);
    const back = await rep.post<Dashboard & { version: number }>(`${url}/versions/1/restore`, {});
    expect([back.status, back.body.version, back.body.layout, back.body.period, back.body.name]).withContext(back.text).toEqual([200, 4, layout, 'thisYear', 'Renamed'] as never);
    const row = await rep.get<{ restored_from: number | null }>(`${url}/versions/4`);
    expect(row.body.restored_from).toBe(1);
    expect(await refused(rep.get<Problem>(`${url}/versions/9`))).toEqual([404, 'dashboard_version_not_found']);
    expect(await refused(rep.get<Problem>(`/dashboards/${builtIn[0]?.id ?? ''}/versions/1`))).toEqual([404, 'dashboard_version_not_found']);
    expect((await manager.get(`${url}/versions`)).status).withContext('of somebody else').toBe(404);
    expect((await rep.call('POST', `${url}/versions/2/restore`, {}, { 'if-match': '"0"' })).status).toBe(412);
    await expectAsync(api.db('crm_core.crm_dashboard_versions').where({ dashboard_id: made.id }).update({ period: 'all' })).toBeRejectedWithError(/append-only/);
  });

  it('note by which definitions their numbers counted, where the semantic layer can be asked', async () => {
    const made = await save(rep, { name: 'Noted', layout }) as Dashboard & { pins: Record<string, number> };
    // No semantic layer stands behind this API: saving goes on without.
    expect(made.pins).toEqual({});
    await api.db('crm_core.crm_dashboards').where({ id: made.id }).update({ pins: JSON.stringify({ 'deals.won_amount': 1 }) });
    const again = await rep.patch<{ pins: object; version: number }>(`/dashboards/${made.id}`, { layout: { tiles: [kpi, { ...kpi, id: 'c', x: 3, measure: 'deals.count' }] } });
    expect([again.body.pins, again.body.version]).withContext('what was noted stays').toEqual([{ 'deals.won_amount': 1 }, 2]);
  });

  it('that could not be drawn are refused with the place of each fault', async () => {
    const tile = (change: object): object => ({ tiles: [{ ...kpi, ...change }] });
    const cases: [object, string][] = [
      [tile({ x: 10 }), 'layout.tiles.0.w'], [{ tiles: [kpi, { ...kpi, x: 3 }] }, 'layout.tiles.1.id'], [tile({ w: 13 }), 'layout.tiles.0.w'], [tile({ x: -1 }), 'layout.tiles.0.x'], [tile({ h: 1.5 }), 'layout.tiles.0.h'],
      [tile({ kind: 'clock' }), 'layout.tiles.0.kind'], [tile({ measure: 'deals' }), 'layout.tiles.0.measure'], [tile({ columns: ['x'] }), 'layout.tiles.0.columns'], [tile({ target: 'much' }), 'layout.tiles.0.target'],
      [tile({ filters: [{ member: 'deals.region', operator: 'like' }] }), 'layout.tiles.0.filters.0.operator'], [tile({ kind: 'chart' }), 'layout.tiles.0.measure'], [{ tiles: Array.from({ length: 61 }, (_, index) => ({ ...kpi, id: `t${index}` })) }, 'layout.tiles'], [{}, 'layout.tiles'],
    ];
    for (const [wrong, path] of cases) {
      const answer = await rep.post<Problem>('/dashboards', { name: 'No', layout: wrong });
      expect([answer.status, answer.body.errors?.map((one) => one.path).includes(path)]).withContext(`${JSON.stringify(wrong).slice(0, 200)} ${answer.text.slice(0, 500)}`).toEqual([422, true]);
    }
    expect((await rep.post<Problem>('/dashboards', {})).body.errors?.map(({ path }) => path)).toEqual(['name', 'layout']);
    expect((await rep.post<Problem>('/dashboards', { based_on_id: '00000000-0000-7000-8000-00000000dead' })).body.errors?.[0]?.code).toBe('unknown_reference');
  });

  it('are at most fifty a person, also when asked for at once', async () => {
    const analyst = await api.as('analyst');
    const { id } = (await analyst.get('/me')).body;
    await api.db('crm_core.crm_dashboards').insert(Array.from({ length: 48 }, (_, index) => ({ name: `Many ${index}`, layout: JSON.stringify(layout), owner_id: id })));
    const answers = await Promise.all([1, 2, 3, 4].map((n) => analyst.post<Problem>('/dashboards', { name: `At once ${n}`, layout })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('too_many_dashboards');
  });
});
