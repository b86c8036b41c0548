import { startApi, type Caller, type TestApi } from '../../../testing/api.testing.js';

interface Scenario { id: string; name: string; owner: { id: string; name: string }; period: string; changes: Record<string, unknown>; filter: object; shared_roles: string[]; shared_team_ids: string[]; changeable: boolean }
interface Problem { code: string; errors?: { path: string; code: string }[] }

const changes = { win_rates: [{ stage_id: null, factor: 1.1 }], amount_percent: -5, shift_days: 14, new_business: '25000.50' };

describe('scenarios of the forecast', () => {
  let api: TestApi;
  let admin: Caller;
  let exec: Caller;
  let manager: Caller;
  let rep: Caller;
  beforeAll(async () => {
    api = await startApi();
    [admin, exec, manager, rep] = await Promise.all([api.as('admin'), api.as('exec'), api.as('manager'), api.as('rep')]);
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const save = async (who: Caller, body: object = {}): Promise<Scenario> => await who.make('/forecasts/scenarios', { name: 'Slow winter', period: '2026-Q4', changes, ...body }) as unknown as Scenario;
  const sees = async (who: Caller, id: string, query = ''): Promise<boolean> => (await who.get<{ items: Scenario[] }>(`/forecasts/scenarios${query}`)).body.items.some((one) => one.id === id);
  const refused = async (answer: Promise<{ status: number; body: Problem }>): Promise<[number, string]> => { const { status, body } = await answer; return [status, body.code]; };

  it('are kept, changed by who has seen the last change, and deleted', async () => {
    const made = await save(rep);
    expect(made).toEqual(jasmine.objectContaining({ name: 'Slow winter', period: '2026-Q4', changes, filter: {}, shared_roles: [], shared_team_ids: [], changeable: true } as never));
    const read = await rep.get<Scenario>(`/forecasts/scenarios/${made.id}`);
    const etag = String(read.headers['etag']);
    const changed = await rep.call<Scenario>('PATCH', `/forecasts/scenarios/${made.id}`, { name: 'Slower', filter: { region: ['Gulf'] } }, { 'if-match': etag });
    expect([changed.status, changed.body.name, changed.body.filter, changed.body.changes]).withContext(changed.text).toEqual([200, 'Slower', { region: ['Gulf'] }, changes]);
    expect(await refused(rep.call<Problem>('PATCH', `/forecasts/scenarios/${made.id}`, { name: 'Late' }, { 'if-match': etag }) as never)).toEqual([412, 'changed_meanwhile']);
    expect([await sees(rep, made.id, '?period=2026-Q4'), await sees(rep, made.id, '?period=2026-Q3'), await sees(manager, made.id), await sees(admin, made.id)]).toEqual([true, false, false, false]);
    expect((await manager.get(`/forecasts/scenarios/${made.id}`)).status).toBe(404);
    expect((await manager.patch(`/forecasts/scenarios/${made.id}`, { name: 'Mine' })).status).toBe(404);
    expect((await rep.del(`/forecasts/scenarios/${made.id}`)).status).toBe(204);
    expect((await rep.get(`/forecasts/scenarios/${made.id}`)).status).toBe(404);
    const audited = await api.db('crm_core.crm_audit_log').where({ entity: 'forecast_scenarios', entity_id: made.id }).orderBy('id').select<{ action: string }[]>('action');
    expect(audited.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
  });

  it('are shared with roles and teams by who may write beyond their own, and changed by nobody else', async () => {
    const { id: me } = (await rep.get('/me')).body;
    const [team, other] = [(await admin.make('/teams', { name: 'Theirs' })).id, (await admin.make('/teams', { name: 'Others' })).id];
    await api.db('crm_core.crm_users').where({ id: me }).update({ team_id: team });
    rep = await api.as('rep');
    expect(await refused(rep.post<Problem>('/forecasts/scenarios', { name: 'S', period: '2026-Q4', changes, shared_roles: ['rep'] }))).toEqual([403, 'forbidden']);
    const byRole = await save(manager, { shared_roles: ['rep'] });
    const byTeam = await save(manager, { shared_team_ids: [team] });
    const away = await save(manager, { shared_team_ids: [other] });
    expect(await Promise.all([byRole, byTeam, away].map(({ id }) => sees(rep, id)))).toEqual([true, true, false]);
    expect([await sees(exec, byRole.id), await sees(admin, byRole.id), await sees(admin, away.id)]).toEqual([false, true, true]);
    const shown = (await rep.get<Scenario>(`/forecasts/scenarios/${byTeam.id}`)).body;
    expect([shown.changeable, shown.owner.name.length > 0]).toEqual([false, true]);
    expect(await refused(rep.patch<Problem>(`/forecasts/scenarios/${byTeam.id}`, { name: 'Mine' }))).toEqual([403, 'not_yours']);
    expect(await refused(rep.del(`/forecasts/scenarios/${byTeam.id}`) as never)).toEqual([403, 'not_yours']);
    expect((await admin.patch<Scenario>(`/forecasts/scenarios/${byTeam.id}`, { shared_team_ids: [] })).body.shared_team_ids).toEqual([]);
    expect([await sees(rep, byTeam.id), await sees(manager, byTeam.id)]).toEqual([false, true]);
    const unknown = await manager.post<Problem>('/forecasts/scenarios', { name: 'S', period: '2026-Q4', changes, shared_roles: ['rep', 'nobody'], shared_team_ids: ['00000000-0000-7000-8000-00000000dead'] });
    expect([unknown.status, unknown.body.errors?.map(({ path }) => path)]).toEqual([422, ['shared_roles.1', 'shared_team_ids.0']]);
  });

  it('that could not be computed are refused with the place of each fault, whether they are saved or tried', async () => {
    const id = '00000000-0000-7000-8000-00000000dead';
    const cases: [object, string][] = [
      [{ win_rates: [{ stage_id: null, factor: 11 }] }, 'changes.win_rates.0.factor'], [{ win_rates: [{ stage_id: id, factor: 1 }] }, 'changes.win_rates.0.stage_id'], [{ win_rates: [{ stage_id: null, factor: 1 }, { stage_id: null, factor: 2 }] }, 'changes.win_rates.1'],
      [{ amount_percent: -101 }, 'changes.amount_percent'], [{ shift_days: 400 }, 'changes.shift_days'], [{ shift_days: 1.5 }, 'changes.shift_days'], [{ new_business: '-5' }, 'changes.new_business'], [{ new_business: '1.005' }, 'changes.new_business'],
      [{ deals: [{ id }] }, 'changes.deals.0'], [{ deals: [{ id, outcome: 'maybe' }] }, 'changes.deals.0.outcome'], [{ deals: [{ id, close_date: '2026-13-01' }] }, 'changes.deals.0.close_date'], [{ price: 1 }, 'changes.price'],
    ];
    for (const [wrong, path] of cases) {
      for (const [at, body] of [['', { name: 'No' }], ['/preview', {}]] as const) {
        const answer = await rep.post<Problem>(`/forecasts/scenarios${at}`, { period: '2026-Q4', changes: wrong, ...body });
        expect([answer.status, answer.body.errors?.map((one) => one.path).includes(path)]).withContext(`${at} ${JSON.stringify(wrong)} ${answer.text.slice(0, 300)}`).toEqual([422, true]);
      }
    }
    expect((await rep.post('/forecasts/scenarios', { name: 'No', period: '2026-Q7', changes: {} })).status).toBe(400);
    expect((await rep.post<Problem>('/forecasts/scenarios/preview', { period: '2026-Q4', changes: {} })).body.code).withContext('there are no figures here, and it says so').toBe('analytics_unavailable');
  });

  it('are at most a hundred a person, also when asked for at once', async () => {
    const analyst = await api.as('analyst');
    const { id } = (await analyst.get('/me')).body;
    await api.db('crm_core.crm_forecast_scenarios').insert(Array.from({ length: 98 }, (_, index) => ({ name: `Many ${index}`, period: '2026-Q4', owner_id: id })));
    const answers = await Promise.all([1, 2, 3, 4].map((n) => analyst.post<Problem>('/forecasts/scenarios', { name: `At once ${n}`, period: '2026-Q4', changes })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('too_many_scenarios');
  });
});
