import { testsWithoutOptional } from 'crm_db';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

interface Stage { id: string; name: string; kind: string; position: number }
interface History { items: { from_stage: Stage | null; to_stage: Stage; entered_at: string; left_at: string | null; changed_by: { name: string } | null }[] }

describe('deals', () => {
  let api: TestApi;
  let admin: Caller;
  let stages: Record<string, Stage>;

  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
    const pipelines = await admin.get<{ items: { stages: Stage[] }[] }>('/pipelines');
    stages = Object.fromEntries((pipelines.body.items[0]?.stages ?? []).map((stage) => [stage.name, stage]));
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const stageId = (name: string): string => stages[name]?.id ?? fail(`no stage ${name}`) as never;
  const make = async (values: Record<string, unknown> = {}): Promise<Json> => {
    const made = await admin.post('/deals', { name: 'Fleet renewal', expected_value: '1250.50', currency: 'AED', ...values });
    expect(made.status).withContext(made.text).toBe(201);
    return made.body;
  };

  it('starts in the first stage of the default pipeline, owned by its maker, with its history and story', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    const deal = await make();
    expect(deal).toEqual(jasmine.objectContaining({ status: 'open', closed_at: null, expected_value: '1250.50', currency: 'AED', win_probability: null }));
    expect(deal['stage']).toEqual(jasmine.objectContaining({ name: 'Prospecting', kind: 'open' }));
    expect(deal['owner']).toEqual(jasmine.objectContaining({ name: 'Amal Haddad' }));
    expect((deal['score'] as { model: unknown }).model).toEqual({ state: 'none', version: null, trained_at: null, message: null });
    const history = await admin.get<History>(`/deals/${deal.id}/history`);
    expect(history.body.items).toEqual([jasmine.objectContaining({ from_stage: null, left_at: null })]);
    const story = await admin.get<{ items: { kind: string; summary: string }[] }>(`/deals/${deal.id}/timeline`);
    expect(story.body.items).toEqual([jasmine.objectContaining({ kind: 'created', summary: 'deal created: Fleet renewal' })]);
  });

  it('moves through stages with status, closing time, history, story and audit together', async () => {
    const deal = await make();
    const won = await admin.post(`/deals/${deal.id}/stage`, { stage_id: stageId('Won') });
    expect(won.status).withContext(won.text).toBe(200);
    expect(won.body['status']).toBe('won');
    expect(Date.now() - Date.parse(String(won.body['closed_at']))).toBeLessThan(10_000);
    const lost = await admin.patch(`/deals/${deal.id}`, { status: 'lost', lost_reason: 'Price', closed_at: '2026-01-31' });
    expect(lost.body).toEqual(jasmine.objectContaining({ status: 'lost', lost_reason: 'Price', closed_at: '2026-01-31T00:00:00.000Z', stage_id: stageId('Lost') }));
    const open = await admin.patch(`/deals/${deal.id}`, { stage_id: stageId('Proposal') });
    expect(open.body).toEqual(jasmine.objectContaining({ status: 'open', closed_at: null, lost_reason: null }));
    const { items } = (await admin.get<History>(`/deals/${deal.id}/history`)).body;
    expect(items.map((one) => one.to_stage.name)).toEqual(['Prospecting', 'Won', 'Lost', 'Proposal']);
    items.forEach((one, index) => expect(one.left_at).toBe(items[index + 1]?.entered_at ?? null));
    const kinds = (await admin.get<{ items: { kind: string }[] }>(`/deals/${deal.id}/timeline`)).body.items.map((one) => one.kind);
    expect(kinds.filter((kind) => kind === 'stage_changed').length).toBe(3);
    const audits = await api.db('crm_core.crm_audit_log').where({ entity: 'deals', entity_id: deal.id, status: null }).orderBy('id').select<{ action: string; before: Json | null; after: Json }[]>('action', 'before', 'after');
    expect(audits.map((one) => one.action)).toEqual(['create', 'update', 'update', 'update']);
    expect(audits[1]?.before?.['status']).toBe('open');
    expect(audits[1]?.after['status']).toBe('won');
  });

  it('lets concurrent moves happen one after the other, with a history that has no gap', async () => {
    const deal = await make();
    const targets = ['Qualification', 'Engaging', 'Proposal', 'Negotiation', 'Won', 'Lost', 'Prospecting', 'Engaging'];
    const answers = await Promise.all(targets.map((name) => admin.post(`/deals/${deal.id}/stage`, { stage_id: stageId(name) })));
    expect(answers.map((one) => one.status)).toEqual(targets.map(() => 200));
    const { items } = (await admin.get<History>(`/deals/${deal.id}/history`)).body;
    items.forEach((one, index) => {
      expect(one.from_stage?.name).toBe(items[index - 1]?.to_stage.name);
      expect(one.left_at).toBe(items[index + 1]?.entered_at ?? null);
    });
    const now = await admin.get(`/deals/${deal.id}`);
    expect((now.body['stage'] as Stage).id).toBe(items.at(-1)?.to_stage.id as string);
    expect(now.body['status']).toBe(stages[(now.body['stage'] as Stage).name]?.kind as string);
  });

  it('refuses contradictions and says the cure', async () => {
    const other = await admin.post<{ id: string; stages: Stage[] }>('/pipelines', { name: 'Partners' });
    const stage = await admin.post<{ stages: Stage[] }>(`/pipelines/${other.body.id}/stages`, { name: 'First' });
    const foreign = stage.body.stages[0]?.id;
    const deal = await make();
    const cases: [Record<string, unknown>, string][] = [
      [{ status: 'won', stage_id: stageId('Lost') }, 'status_against_stage'],
      [{ closed_at: '2026-01-01' }, 'closed_while_open'],
      [{ lost_reason: 'Price' }, 'reason_without_loss'],
      [{ stage_id: foreign }, 'stage_of_other_pipeline'],
      [{ stage_id: deal.id }, 'unknown_reference'],
      [{ pipeline_id: deal.id }, 'unknown_reference'],
      [{ pipeline_id: other.body.id, status: 'won' }, 'no_stage'],
      [{ account_id: deal.id }, 'unknown_reference'],
    ];
    for (const [patch, code] of cases) {
      const answer = await admin.patch<{ errors: { code: string }[] }>(`/deals/${deal.id}`, patch);
      expect([answer.status, answer.body.errors[0]?.code]).withContext(JSON.stringify(patch)).toEqual([422, code]);
    }
    expect((await admin.get(`/deals/${deal.id}`)).body['updated_at']).toBe(deal['updated_at']);
  });

  it('shows the probability with its reasons, and nothing of it where the feature is off', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    const deal = await make();
    const [model] = await api.db('crm_core.crm_models').insert({ kind: 'win', version: 1, state: 'active', trained_at: '2026-01-01T00:00:00Z' }).returning<{ id: string }[]>('id');
    await api.db('crm_core.crm_deal_scores').insert({ deal_id: deal.id, model_id: model?.id, probability: 0.6125, base_probability: 0.4, reasons: JSON.stringify([{ feature: 'stage' }]) });
    const scored = await admin.get(`/deals/${deal.id}`);
    expect(scored.body['win_probability']).toBe(0.6125);
    expect(scored.body['score']).toEqual(jasmine.objectContaining({ probability: 0.6125, base_probability: 0.4, reasons: [{ feature: 'stage' }] }));
    const listed = await admin.get<{ items: Json[] }>(`/deals?filter[id]=${deal.id}`);
    expect(listed.body.items[0]?.['win_probability']).toBe(0.6125);
    await admin.call('PATCH', '/flags/crm_feature_win_scores', { enabled: false });
    const hidden = await admin.get(`/deals/${deal.id}`);
    expect([hidden.body['win_probability'], hidden.body['score']]).toEqual([null, null]);
    await admin.call('PATCH', '/flags/crm_feature_win_scores', { enabled: true });
    await api.db('crm_core.crm_deal_scores').delete();
    const unscored = await admin.get(`/deals/${deal.id}`);
    expect((unscored.body['score'] as { model: unknown }).model).toEqual(jasmine.objectContaining({ state: 'active', version: 1 }));
    await api.db('crm_core.crm_models').delete();
  });

  it('finds deals by the name of their account', async () => {
    const account = await admin.post('/accounts', { legal_name: 'Šîmâl Élan Trading', region: 'Gulf' });
    const deal = await make({ account_id: account.body.id, name: 'Cranes' });
    for (const q of ['simal', 'cranes', 'elan CRANES'.slice(0, 4)]) {
      const found = await admin.get<{ items: Json[] }>(`/deals?q=${encodeURIComponent(q)}`);
      expect(found.body.items.map((one) => one.id)).withContext(q).toEqual([deal.id]);
    }
    const story = await admin.get<{ items: { entity: string }[] }>(`/accounts/${account.body.id}/timeline`);
    expect(story.body.items.map((one) => one.entity)).toEqual(['deals', 'accounts']);
  });
});
