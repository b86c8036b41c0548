import { views } from '../model/model.index.js';
import { cubeOf } from '../model/model.registry.js';
import { ids } from '../testing/business.data.js';
import { insertRandomBusiness } from '../testing/random.business.js';
import { SemanticFixture } from '../testing/semantic.fixture.js';

describe('filters by id', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    fixture = await SemanticFixture.start();
    await insertRandomBusiness(fixture, 7);
  }, 120_000);
  afterAll(() => fixture.stop());

  const sara = ids.reps.sara;
  const count = async (operator: string, ...values: (string | null)[]): Promise<number> => Number((await fixture.one({ measures: ['deals.count'], filters: [{ member: 'deals.owner_id', operator, ...(operator.toLowerCase().endsWith('set') ? {} : { values }) }] }))['deals.count']);

  it('compare ids in every view that has them, and no text', async () => {
    const asked = views.flatMap((view) => ['owner_id', 'account_id', 'team_id'].filter((name) => name in cubeOf(view).dimensions && !view.excludes?.includes(name) && /^toString\(\{(CUBE|crm_owner)[.}]/.test(cubeOf(view).dimensions[name]?.sql ?? '')).map((name) => `${view.name}.${name}`));
    expect(asked.length).toBeGreaterThan(20);
    for (const member of asked) {
      const measure = Object.keys(cubeOf(views.find(({ name }) => member.startsWith(`${name}.`))!).measures).find((name) => !cubeOf(views.find((view) => member.startsWith(`${view.name}.`))!).measures[name]?.internal);
      await expectAsync(fixture.load({ measures: [`${member.split('.')[0]}.${measure}`], filters: [{ member, operator: 'equals', values: [sara, ids.teams.gulf] }] })).withContext(member).toBeResolved();
    }
    const { body } = await fixture.call(`/cubejs-api/v1/sql?query=${encodeURIComponent(JSON.stringify({ measures: ['deals.count'], filters: [{ member: 'deals.owner_id', operator: 'equals', values: [sara] }] }))}`);
    expect(JSON.stringify(body)).toContain('owner_id = toUUID(');
  });

  it('meet what they met as text: one, several, none, all but one, and what is no id', async () => {
    const rows = await fixture.load({ measures: ['deals.count'], dimensions: ['deals.owner_id'] });
    const of = (id: string | null): number => Number(rows.find((row) => row['deals.owner_id'] === id)?.['deals.count'] ?? 0);
    const all = rows.reduce((sum, row) => sum + Number(row['deals.count']), 0);
    expect(of(sara)).toBeGreaterThan(0);
    expect(of(null)).toBeGreaterThan(0);
    expect(await count('equals', sara)).toBe(of(sara));
    expect(await count('equals', sara, ids.reps.omar)).toBe(of(sara) + of(ids.reps.omar));
    expect(await count('equals', sara, null)).toBe(of(sara) + of(null));
    expect(await count('notEquals', sara)).toBe(all - of(sara));
    expect(await count('notEquals', sara, ids.reps.omar)).toBe(all - of(sara) - of(ids.reps.omar));
    expect(await count('set')).toBe(all - of(null));
    expect(await count('notSet')).toBe(of(null));
    for (const none of ['', 'nobody', `${sara}x`, "' OR 1 = 1 --", sara.replaceAll('-', '')]) expect(await count('equals', none)).withContext(none).toBe(0);
    expect(await count('equals', sara, 'nobody')).toBe(of(sara));
    expect(await count('contains', sara.slice(-4))).toBe(of(sara));
  });
});
