import { startApi, type Answer, type Caller, type TestApi } from '../../testing/api.testing.js';

interface Results { done: number; refused: number; results: { status: number; item?: { id: string; legal_name: string }; problem?: { code: string; errors?: { path: string; code: string }[] } }[] }

describe('bulk', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const bulk = (operations: unknown[], more: object = {}, who = admin): Promise<Answer<Results>> => who.post<Results>('/accounts/bulk', { operations, ...more });
  const live = async (...names: string[]): Promise<number> => (await api.db('crm_core.crm_accounts').whereIn('legal_name', names).whereNull('deleted_at').select('id')).length;

  it('does what can be done and says of the rest why not', async () => {
    const made = await bulk([{ op: 'create', values: { legal_name: 'Bulk A' } }, { op: 'create', values: { legal_name: 'Bulk B' } }, { op: 'create', values: { city: 'Dubai' } }, { op: 'create', values: { legal_name: 'Bulk C', nope: 1 } }]);
    expect(made.body.results.map((one) => one.status)).withContext(made.text).toEqual([201, 201, 422, 422]);
    expect([made.body.done, made.body.refused, made.body.results[2]?.problem?.code, made.body.results[2]?.problem?.errors?.[0]?.path, made.body.results[2]?.problem?.errors?.[0]?.code]).toEqual([2, 2, 'validation_failed', 'legal_name', 'required']);
    const [a, b] = [made.body.results[0]?.item?.id ?? '', made.body.results[1]?.item?.id ?? ''];
    const changed = await bulk([{ op: 'update', id: a, values: { city: 'Cairo' } }, { op: 'update', id: b, if_match: '"1.x"', values: { city: 'Cairo' } }, { op: 'delete', id: b }, { op: 'delete', id: b }]);
    expect(changed.body.results.map((one) => one.problem?.code ?? one.status)).toEqual([200, 'changed_meanwhile', 204, 'account_not_found']);
    expect(await live('Bulk A', 'Bulk B')).toBe(1);
    expect((await api.db('crm_core.crm_audit_log').where({ entity_id: a })).length).toBe(2);
  });

  it('undoes everything where all hang together', async () => {
    const answer = await bulk([{ op: 'create', values: { legal_name: 'Together A' } }, { op: 'create', values: {} }, { op: 'create', values: { legal_name: 'Together B' } }], { all_or_nothing: true });
    expect(answer.body.results.map((one) => one.problem?.code)).toEqual(['not_done', 'validation_failed', 'not_done']);
    expect([answer.body.done, await live('Together A', 'Together B')]).toEqual([0, 0]);
  });

  it('goes no further than the caller may, and not beyond its size', async () => {
    const account = (await admin.post('/accounts', { legal_name: 'Not yours' })).body.id;
    const rep = await api.as('rep');
    const answer = await bulk([{ op: 'update', id: account, values: { city: 'x' } }, { op: 'delete', id: account }, { op: 'create', values: { legal_name: 'Mine now' } }], {}, rep);
    expect(answer.body.results.map((one) => one.status)).withContext(answer.text).toEqual([404, 404, 201]);
    expect((await bulk([{ op: 'create', values: { legal_name: 'x' } }], {}, await api.as('exec'))).status).toBe(403);
    expect((await bulk([])).status).toBe(422);
    expect((await bulk(Array.from({ length: 201 }, () => ({ op: 'delete', id: account })))).status).toBe(422);
  });

  it('is repeated safely with an Idempotency-Key', async () => {
    const body = { operations: [{ op: 'create', values: { legal_name: 'Bulk once' } }] };
    const send = (): Promise<Answer> => admin.call('POST', '/accounts/bulk', body, { 'idempotency-key': 'bulk-1' });
    expect((await send()).text).toBe((await send()).text);
    expect(await live('Bulk once')).toBe(1);
  });
});
