import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { startSemanticPeer, type Deal, type SemanticPeer } from '../reports/semantic.testing.js';

interface Found { title: string; unit: string; count: number; rows: { value: string; splits: { value: string }[] }[]; report: { id: string; version: number } }
interface Alert { id: string; state: string; value: string | null; expected: object | null; problem: string | null; firing_since: string | null; query: object | null; found: Found | null }
interface Notification { kind: string; title: string; params: { alert_id: string; value: string; found: Found; measure?: string } }
interface Problem { code: string; errors?: { path: string; code: string; message: string }[] }

const definition = { v: 1, view: 'deals', rows: [{ member: 'deals.region' }], columns: [], values: [{ key: 'rate', measure: 'deals.win_rate' }, { key: 'won', measure: 'deals.won_amount' }, { key: 'share', title: 'Share', calculation: { op: '/', args: [{ value: 'won' }, { value: 'won', of: 'grand' }] } }] };
const deals = (region: string, won: number, lost: number): Deal[] => [...Array.from({ length: won }, () => ({ region, amount: 100, won: true })), ...Array.from({ length: lost }, () => ({ region, amount: 1, won: false }))];

/** The semantic layer is a stand-in; engine, judge, Postgres and notifications are real. */
describe('alerts on a report', () => {
  let api: TestApi;
  let peer: SemanticPeer;
  let manager: Caller;
  let books: Deal[] = [];
  let own: Deal[] = [];

  beforeAll(async () => {
    peer = await startSemanticPeer((role) => (role === 'rep' ? own : books));
    api = await startApi({ ...peer.env });
    manager = await api.as('manager');
  }, 120_000);
  beforeEach(async () => {
    [books, own] = [[...deals('gulf', 5, 5), ...deals('europe', 3, 7)], deals('gulf', 1, 9)];
    await api.db('crm_core.crm_notifications').delete();
    await api.db('crm_core.crm_alerts').delete();
  });
  afterAll(async () => { await api.stop(); peer.stop(); });

  const report = (change: object = {}): Promise<Json> => manager.make('/reports', { name: 'Win rate', definition: { ...definition, ...change } });
  const make = async (who: Caller, reportId: string, change: object = {}): Promise<Alert> => await who.make('/alerts', { name: 'Low', question: { report_id: reportId, value: 'rate', rows: 'any' }, condition: { kind: 'below', threshold: '0.2' }, ...change }) as unknown as Alert;
  const check = async (who: Caller, id: string): Promise<Alert> => { const answer = await who.post<Alert>(`/alerts/${id}/check`); expect(answer.status).withContext(answer.text).toBe(200); return answer.body; };
  const told = async (who: Caller): Promise<Notification[]> => (await who.get<{ items: Notification[] }>('/notifications')).body.items;

  it('name the rows that cross, each once, and tell when all are back', async () => {
    const { id: reportId } = await report();
    const made = await make(manager, reportId);
    expect(made).toEqual(jasmine.objectContaining({ state: 'ok', value: '0.3', problem: null, query: null }));
    expect(made.found).toEqual(jasmine.objectContaining({ title: 'Win rate', unit: 'ratio', count: 0, report: jasmine.objectContaining({ id: reportId, version: 1 }) as never }));
    books = [...deals('gulf', 5, 5), ...deals('europe', 1, 9)];
    const firing = await check(manager, made.id);
    expect([firing.state, firing.value, firing.found?.rows.map(({ splits, value }) => [splits[0]?.value, value])]).toEqual(['firing', '0.1', [['europe', '0.1']]]);
    await check(manager, made.id);
    books = [...deals('gulf', 0, 5), ...deals('europe', 1, 9)];
    expect((await check(manager, made.id)).found?.count).toBe(2);
    books = [...deals('gulf', 5, 5), ...deals('europe', 5, 5)];
    expect((await check(manager, made.id)).state).toBe('ok');
    expect((await told(manager)).map(({ kind, params }) => [kind, params.found.rows.map(({ splits }) => splits[0]?.value)])).toEqual([['alert_ended', []], ['alert_firing', ['gulf']], ['alert_firing', ['europe']]]);
  }, 30_000);

  it('watch the total, with the eyes of their owner, and follow the report', async () => {
    const { id: reportId } = await report();
    await manager.call('PUT', `/reports/${reportId}/shares`, { shares: [{ role: 'rep', may: 'view' }] });
    const rep = await api.as('rep');
    const total = { question: { report_id: reportId, value: 'rate' } };
    const [mine, theirs] = [await make(manager, reportId, total), await make(rep, reportId, total)];
    const answer = (await manager.post<{ cells: { rate: string[] } }>('/analytics/report', definition)).body;
    expect([mine.state, mine.value, theirs.state, theirs.value]).toEqual(['ok', answer.cells.rate[0] ?? '', 'firing', '0.1']);
    await manager.patch(`/reports/${reportId}`, { definition: { ...definition, values: [{ key: 'won', measure: 'deals.won_amount' }] } });
    expect([(await check(manager, mine.id)).problem, (await check(manager, mine.id)).found?.title]).toEqual(['report_value_unknown', 'Win rate']);
    await manager.call('PUT', `/reports/${reportId}/shares`, { shares: [] });
    const lost = await check(rep, theirs.id);
    expect([lost.state, lost.problem, lost.firing_since === null]).toEqual(['unknown', 'report_not_shown', false]);
  }, 30_000);

  it('tell what is unusual of a total by the time of the report\'s period', async () => {
    const { id: reportId } = await report({ period: { member: 'deals.closed_at', range: 'last12Months' } });
    const monthsBack = (back: number): string => { const day = new Date(); day.setUTCDate(1); day.setUTCMonth(day.getUTCMonth() - back); return `${day.toISOString().slice(0, 7)}-10`; };
    books = [...Array.from({ length: 12 }, (_, at) => ({ region: 'gulf', amount: 100 + at, won: true, day: monthsBack(at + 2) })), { region: 'gulf', amount: 900, won: true, day: monthsBack(1) }];
    const made = await make(manager, reportId, { question: { report_id: reportId, value: 'won', rows: 'total' }, condition: { kind: 'anomaly', grain: 'month' } });
    expect([made.state, made.value, made.expected !== null]).toEqual(['firing', '900.00', true]);
  }, 30_000);

  it('that cannot be are refused with the cure', async () => {
    const [{ id: split }, { id: flat }] = [await report(), await report({ rows: [] })];
    const exec = await api.as('exec');
    const cases: [Caller, object, object, string, string][] = [
      [exec, { report_id: split, value: 'rate' }, { kind: 'below', threshold: '1' }, 'question.report_id', 'report_not_shown'], [manager, { report_id: split, value: 'none' }, { kind: 'below', threshold: '1' }, 'question.value', 'report_value_unknown'],
      [manager, { report_id: flat, value: 'rate', rows: 'any' }, { kind: 'below', threshold: '1' }, 'question.rows', 'alert_no_rows'], [manager, { report_id: split, value: 'rate', rows: 'any' }, { kind: 'anomaly', grain: 'day' }, 'question.rows', 'alert_rows_unusual'],
      [manager, { report_id: split, value: 'rate' }, { kind: 'anomaly', grain: 'day' }, 'condition', 'alert_no_period'], [manager, { report_id: split, measure: 'deals.won_amount' }, { kind: 'below', threshold: '1' }, 'question.value', 'required'],
    ];
    for (const [who, question, condition, path, code] of cases) {
      const { status, body } = await who.post<Problem>('/alerts', { name: 'No', question, condition });
      expect([status, body.errors?.[0]?.path, body.errors?.[0]?.code]).withContext(JSON.stringify(question)).toEqual([422, path, code]);
    }
  }, 30_000);
});
