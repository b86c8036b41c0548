import { fieldsOfMembers, unexplainedColumns } from '../model/field.lineage.js';
import { publishedColumns } from '../testing/raw.tables.js';
import { insertBusiness, ids } from '../testing/business.data.js';
import { SemanticFixture } from '../testing/semantic.fixture.js';

const load = '/cubejs-api/v1/load';

describe('hidden fields', () => {
  it('are traced from every public member: no column of a derived table is taken for a field that does not exist', () => {
    const computed = new Set(['deals.win_probability', ...['accounts', 'contacts', 'leads', 'deals'].map((entity) => `${entity}.tags`)]);
    expect(unexplainedColumns((field) => {
      const [resource = '', name = ''] = field.split('.');
      return computed.has(field) || publishedColumns.get(`crm_${resource}`)?.has(name) === true;
    })).toEqual([]);
  });

  it('take every figure with them that could tell them', () => {
    const fields = fieldsOfMembers();
    const telling = (field: `${string}.${string}`): string[] => [...fields].filter(([, all]) => all.has(field)).map(([member]) => member);
    expect(telling('deals.expected_value')).toEqual(jasmine.arrayContaining(['deals.won_amount', 'deals.open_amount', 'deal_items.won_amount', 'forecast.won_amount', 'forecast.coverage']));
    expect(telling('deals.expected_value')).not.toContain('deals.count');
    expect(telling('accounts.industry')).toEqual(jasmine.arrayContaining(['accounts.industry', 'deals.industry', 'tickets.industry', 'mrr_bridge.industry']));
    expect(telling('deals.account_id')).toEqual(jasmine.arrayContaining(['deals.account', 'deals.account_id', 'deals.industry', 'forecast.account']));
    expect(telling('subscriptions.mrr')).toEqual(jasmine.arrayContaining(['subscriptions.arr', 'mrr_bridge.closing_mrr', 'mrr_bridge.revenue_churn']));
    expect(telling('campaigns.budget')).toEqual(jasmine.arrayContaining(['campaigns.budget']));
  });

  describe('in answers', () => {
    let fixture: SemanticFixture;
    beforeAll(async () => {
      fixture = await SemanticFixture.start();
      await insertBusiness(fixture);
    }, 90_000);
    afterAll(() => fixture.stop());
    const claims = { hidden: { deals: ['expected_value'], accounts: ['industry'] } };

    it('are not measured, split by, filtered by, sorted by or shown as SQL, each by a 403 that names them', async () => {
      const count = { measures: ['deals.count'] };
      const refused: object[] = [
        { measures: ['deals.won_amount'] }, { measures: ['forecast.won_amount'] }, { ...count, dimensions: ['deals.industry'] }, { ...count, dimensions: ['deals.owner'], order: { 'deals.won_amount': 'desc' } },
        { ...count, filters: [{ member: 'deals.won_amount', operator: 'gt', values: ['1'] }] }, { ...count, filters: [{ or: [{ member: 'deals.industry', operator: 'equals', values: ['x'] }, { member: 'deals.status', operator: 'set' }] }] },
      ];
      for (const query of refused) for (const path of [load, '/cubejs-api/v1/sql']) {
        const { status, body } = await fixture.call(path, { query }, claims);
        expect([status, body.error]).withContext(`${path} ${JSON.stringify(query)}`).toEqual([403, jasmine.stringMatching(/does not show (deals|forecast)\./)]);
        expect(body.data).toBeUndefined();
      }
      expect((await fixture.one(count, claims))['deals.count']).toBe((await fixture.one(count))['deals.count']);
    });

    it('go out of meta at once, and come back with the claim; a cached answer of another is not given', async () => {
      const members = async (with_: object): Promise<string[]> => {
        const { body } = await fixture.call('/cubejs-api/v1/meta', undefined, with_);
        return (body['cubes'] as { measures: { name: string }[]; dimensions: { name: string }[] }[]).flatMap((cube) => [...cube.measures, ...cube.dimensions].map(({ name }) => name));
      };
      const [all, cut] = [await members({}), await members(claims)];
      expect(all).toContain('deals.won_amount');
      expect(all.filter((name) => !cut.includes(name))).toEqual(jasmine.arrayContaining(['deals.won_amount', 'deals.industry', 'accounts.industry', 'forecast.coverage']));
      expect(cut).toContain('deals.count');
      const query = { measures: ['deals.won_amount'] };
      await fixture.one(query);
      expect((await fixture.call(load, { query }, claims)).status).toBe(403);
      expect((await fixture.one(query))['deals.won_amount']).toBeDefined();
    });

    it('may be what the row policy compares: owner_id hidden still cuts the rows by owner', async () => {
      const own = { scopes: { deals: 'own' as const }, user_id: ids.reps.sara };
      expect((await fixture.one({ measures: ['deals.count'] }, { ...own, hidden: { deals: ['owner_id'] } }))['deals.count']).toBe('3');
      expect((await fixture.call(load, { query: { measures: ['deals.count'], dimensions: ['deals.owner'] } }, { ...own, hidden: { deals: ['owner_id'] } })).status).toBe(403);
    });

    it('let nobody but who has the permission of acquisition see what customers cost', async () => {
      for (const scope of ['own', 'team', 'region'] as const) {
        expect((await fixture.call(load, { query: { measures: ['acquisition.cost'] } }, { scopes: { campaigns: 'all', acquisition: scope }, user_id: ids.reps.sara, region: 'MENA' })).status).withContext(scope).toBe(403);
      }
      expect((await fixture.call(load, { query: { measures: ['acquisition.cac'] } }, { scopes: { campaigns: 'all' } })).status).toBe(403);
      expect((await fixture.call(load, { query: { measures: ['acquisition.cac'] } }, { scopes: { acquisition: 'all' } })).status).toBe(200);
    });

    it('stay hidden where the claim cannot be read', async () => {
      expect((await fixture.call(load, { query: { measures: ['deals.count'] } }, { hidden: 'nonsense' as never })).status).toBe(403);
    });
  });
});
