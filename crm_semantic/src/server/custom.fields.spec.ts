import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';
import { ids, insertBusiness } from '../testing/business.data.js';
import { buildModel } from './live.model.js';

const load = '/cubejs-api/v1/load';

describe('custom fields in figures', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    // Each new model is compiled, and two cores may be busy with other suites.
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 90_000);
  afterAll(() => fixture.stop());

  const field = (id: number, key: string, type: string, more: Row = {}): Row => ({ id: uuid(id), entity: 'deals', key, label: `Field ${key}`, label_ar: `حقل ${key}`, type, options: '[]', position: id, ...more });
  const define = async (...rows: Row[]): Promise<void> => {
    await fixture.insert('crm_custom_fields', rows);
    await fixture.settled();
  };
  let serial = 9000;
  const give = (of: number, entityId: string, cell: Row): Row => ({ id: uuid(serial++), field_id: uuid(of), entity_id: entityId, ...cell });
  const members = async (claims = {}): Promise<ReadonlyMap<string, { title: string; type: string; meta: Record<string, unknown> }>> => {
    const { body } = await fixture.call('/cubejs-api/v1/meta', undefined, claims);
    type Member = { name: string; title: string; shortTitle: string; type: string; meta: Record<string, unknown> };
    return new Map((body['cubes'] as { measures: Member[]; dimensions: Member[] }[]).flatMap((cube) => [...cube.measures, ...cube.dimensions]).map((one) => [one.name, { title: one.shortTitle, type: one.type, meta: one.meta }]));
  };
  const dealIds = async (): Promise<string[]> => (await fixture.load({ dimensions: ['deals.id'], order: { 'deals.id': 'asc' } })).map((row) => String(row['deals.id']));

  it('appear, with both names, while the layer runs, and go when they are archived', async () => {
    expect((await members()).has('deals.custom_tier')).toBeFalse();
    expect((await fixture.call(load, { query: { dimensions: ['deals.custom_tier'] } })).status).toBe(400);
    await define(field(501, 'tier', 'choice', { options: JSON.stringify([{ value: 'a', label: 'Tier A', label_ar: 'الفئة أ' }]) }), field(502, 'seats', 'integer'));
    const shown = await members();
    expect(shown.get('deals.custom_tier')).toEqual({ title: 'Field tier', type: 'string', meta: jasmine.objectContaining({ title_ar: 'حقل tier', choices: [{ value: 'a', label: 'Tier A', label_ar: 'الفئة أ' }] }) as never });
    expect(shown.get('deals.sum_custom_seats')).toEqual(jasmine.objectContaining({ title: 'Field seats (sum)', meta: jasmine.objectContaining({ title_ar: 'حقل seats (المجموع)', formula: 'Σ seats', formula_ar: 'Σ حقل seats', additive: true }) as never }));
    expect([...shown.keys()].filter((name) => /custom_(tier|seats)$/.test(name)).sort()).toEqual(['deals.avg_custom_seats', 'deals.custom_seats', 'deals.custom_tier', 'deals.sum_custom_seats']);
    await define(field(501, 'tier', 'choice', { archived_at: '2026-01-01 00:00:00' }));
    expect((await members()).has('deals.custom_tier')).toBeFalse();
    expect((await fixture.call(load, { query: { dimensions: ['deals.custom_tier'] } })).status).toBe(400);
  });

  it('are counted, summed, averaged, split and filtered by, in every type', async () => {
    await define(field(511, 'place', 'text'), field(512, 'users', 'integer'), field(513, 'share', 'decimal'), field(514, 'budget', 'money'), field(515, 'live_on', 'date'), field(516, 'met_at', 'datetime'), field(517, 'agreed', 'boolean'), field(518, 'wishes', 'multi_choice'), field(519, 'notes', 'long_text'));
    const [first = '', second = '', third = ''] = await dealIds();
    await fixture.insert('crm_custom_values', [
      give(511, first, { text_value: 'Amman' }), give(511, second, { text_value: 'Amman' }), give(511, third, { text_value: 'Cairo' }),
      give(512, first, { number_value: '3' }), give(512, second, { number_value: '4' }), give(512, third, { number_value: '5' }), give(513, first, { number_value: '0.125' }), give(514, first, { number_value: '10.1' }), give(514, third, { number_value: '0.2' }),
      give(515, first, { date_value: '2026-03-31' }), give(516, first, { timestamp_value: '2026-03-31 12:05:00' }), give(517, first, { boolean_value: true }), give(517, second, { boolean_value: false }),
      give(518, first, { json_value: '["a", "b"]' }), give(519, second, { long_text_value: 'words' }),
      // Removed values do not count.
      give(512, first, { number_value: '100', deleted_at: '2026-01-01 00:00:00' }),
    ]);
    await fixture.settled();
    expect(await fixture.load({ measures: ['deals.count', 'deals.sum_custom_users', 'deals.avg_custom_users'], dimensions: ['deals.custom_place'], order: { 'deals.custom_place': 'asc' }, filters: [{ member: 'deals.custom_place', operator: 'set' }] })).toEqual([
      { 'deals.custom_place': 'Amman', 'deals.count': '2', 'deals.sum_custom_users': '7', 'deals.avg_custom_users': 3.5 as never }, { 'deals.custom_place': 'Cairo', 'deals.count': '1', 'deals.sum_custom_users': '5', 'deals.avg_custom_users': 5 as never },
    ].map((row) => jasmine.objectContaining({ 'deals.custom_place': row['deals.custom_place'], 'deals.count': row['deals.count'], 'deals.sum_custom_users': row['deals.sum_custom_users'] })) as never);
    const sums = await fixture.one({ measures: ['deals.sum_custom_budget', 'deals.sum_custom_share', 'deals.avg_custom_users'] });
    expect([Number(sums['deals.sum_custom_budget']), Number(sums['deals.sum_custom_share']), Number(sums['deals.avg_custom_users'])]).toEqual([10.3, 0.125, 4]);
    const row = await fixture.one({ dimensions: ['deals.custom_live_on', 'deals.custom_met_at', 'deals.custom_agreed', 'deals.custom_wishes'], filters: [{ member: 'deals.id', operator: 'equals', values: [first] }] });
    expect([String(row['deals.custom_live_on']).slice(0, 10), String(row['deals.custom_met_at']).slice(0, 19), String(row['deals.custom_agreed']), row['deals.custom_wishes']]).toEqual(['2026-03-31', '2026-03-31T12:05:00', 'true', 'a, b']);
    const by = async (filter: object): Promise<unknown> => (await fixture.one({ measures: ['deals.count'], filters: [filter] }))['deals.count'];
    expect(await by({ member: 'deals.custom_users', operator: 'gte', values: ['4'] })).toBe('2');
    expect(await by({ member: 'deals.custom_agreed', operator: 'equals', values: ['true'] })).toBe('1');
    expect(await by({ member: 'deals.custom_notes', operator: 'contains', values: ['word'] })).toBe('1');
    expect(await by({ member: 'deals.custom_live_on', operator: 'inDateRange', values: ['2026-03-01', '2026-03-31'] })).toBe('1');
    const months = await fixture.load({ measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.custom_live_on', granularity: 'month', dateRange: ['2026-01-01', '2026-12-31'] }] });
    expect(months.filter((one) => one['deals.count'] === '1').map((one) => String(one['deals.custom_live_on.month']).slice(0, 7))).toEqual(['2026-03']);
  });

  it('obey the row policies, and are as hidden as the role says', async () => {
    await define(field(521, 'secret', 'money'));
    const all = await dealIds();
    await fixture.insert('crm_custom_values', all.map((id) => give(521, id, { number_value: '1' })));
    await fixture.settled();
    const query = { measures: ['deals.count', 'deals.sum_custom_secret'] };
    const own = await fixture.one(query, { scopes: { deals: 'own' }, user_id: ids.reps.sara });
    expect(Number(own['deals.sum_custom_secret'])).toBe(Number(own['deals.count']));
    expect(Number(own['deals.count'])).toBeLessThan(all.length);
    const hidden = { hidden: { deals: ['custom.secret'] } };
    const refused = await fixture.call(load, { query }, hidden);
    expect([refused.status, refused.body.error]).toEqual([403, jasmine.stringMatching(/does not show deals\.sum_custom_secret/)]);
    expect([...(await members(hidden)).keys()].filter((name) => name.includes('secret'))).toEqual([]);
    expect((await members()).has('deals.custom_secret')).toBeTrue();
  });

  it('go with their switch, and a definition that makes no sense is left out', async () => {
    await define(field(531, 'kept', 'text'), field(532, 'Bad Key`);', 'text'), field(533, 'odd', 'nothing'));
    expect([...(await members()).keys()].filter((name) => /kept|Bad|odd/.test(name))).toEqual(['deals.custom_kept']);
    await fixture.insert('crm_feature_flags', [{ id: uuid(540), key: 'crm_feature_custom_fields', enabled: false }]);
    await fixture.settled();
    expect([...(await members()).keys()].filter((name) => /\.(\w+_)?custom_/.test(name))).toEqual([]);
    await fixture.insert('crm_feature_flags', [{ id: uuid(540), key: 'crm_feature_custom_fields', enabled: true }]);
    await fixture.settled();
    expect((await members()).has('deals.custom_kept')).toBeTrue();
  });

  it('stand beside tags, which split by what each record carries', async () => {
    const [first = '', second = ''] = await dealIds();
    await fixture.insert('crm_tags', [{ id: uuid(601), name: 'Key' }, { id: uuid(602), name: 'عميل' }]);
    await fixture.insert('crm_taggings', [[first, 601], [first, 602], [second, 601]].map(([id, tag], index) => ({ id: uuid(610 + index), tag_id: uuid(Number(tag)), entity: 'deals', entity_id: id })));
    await fixture.settled();
    const rows = await fixture.load({ measures: ['deals.count'], dimensions: ['deals.tags'], filters: [{ member: 'deals.tags', operator: 'set' }], order: { 'deals.tags': 'asc' } });
    expect(rows.map((row) => [row['deals.tags'], row['deals.count']])).toEqual([['Key', '1'], ['Key, عميل', '1']]);
    expect((await fixture.call(load, { query: { dimensions: ['deals.tags'] } }, { hidden: { deals: ['tags'] } })).status).toBe(403);
  });

  it('leave the tags alone, which go with a switch of their own', async () => {
    const tagged = async (): Promise<string[]> => [...(await members()).keys()].filter((name) => /tags/.test(name)).sort();
    const all = ['accounts.tags', 'contacts.tags', 'deals.tags', 'leads.tags'];
    const turn = async (enabled: boolean): Promise<void> => {
      await fixture.insert('crm_feature_flags', [{ id: uuid(541), key: 'crm_feature_tags', enabled }]);
      await fixture.settled();
    };
    await define(field(542, 'next_to_it', 'text'));
    expect(await tagged()).toEqual(all);
    await turn(false);
    expect([await tagged(), (await members()).has('deals.custom_next_to_it')]).toEqual([[], true]);
    expect((await fixture.call(load, { query: { dimensions: ['deals.tags'] } })).status).toBe(400);
    expect((await fixture.load({ measures: ['deals.count'] })).length).toBe(1);
    await turn(true);
    expect(await tagged()).toEqual(all);
  });

  it('change the version of the model only where they change the model', () => {
    const one = { id: uuid(1), entity: 'deals', key: 'a', label: 'A', label_ar: 'أ', type: 'text', choices: [] };
    expect(buildModel([one]).version).toBe(buildModel([{ ...one }]).version);
    expect(buildModel([{ ...one, label: 'B' }]).version).not.toBe(buildModel([one]).version);
    expect(buildModel([{ ...one, entity: 'invoices' }]).version).toBe(buildModel([]).version);
  });
});
