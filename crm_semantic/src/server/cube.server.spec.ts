import jwt from 'jsonwebtoken';
import { insertBusiness, ids } from '../testing/business.data.js';
import { claimsOf, SemanticFixture, testSecret, uuid } from '../testing/semantic.fixture.js';
import type { SecurityContext } from './access.context.js';

const load = '/cubejs-api/v1/load';
const count = { measures: ['deals.count'] };

describe('semantic server', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    // Two cores may be busy with other suites.
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 60_000);
  afterAll(() => fixture.stop());

  const status = async (authorization: string | undefined): Promise<number> =>
    (await fetch(`${fixture.server.url}/cubejs-api/v1/meta`, { headers: authorization === undefined ? {} : { authorization } })).status;

  it('is alive and ready', async () => {
    for (const path of ['/livez', '/readyz']) {
      const response = await fetch(`${fixture.server.url}${path}`);
      expect([response.status, await response.json()]).withContext(path).toEqual([200, { health: 'HEALTH' }]);
    }
  });

  it('lets nobody in without a token of its own key and algorithm', async () => {
    expect(await status(undefined)).toBe(403);
    expect(await status('Bearer nonsense')).toBe(403);
    expect(await status(jwt.sign(claimsOf(), `${testSecret}x`))).toBe(403);
    expect(await status(jwt.sign(claimsOf(), '', { algorithm: 'none' }))).toBe(403);
    expect(await status(jwt.sign(claimsOf(), testSecret, { expiresIn: -1 }))).toBe(403);
    expect(await status(jwt.sign(claimsOf(), testSecret, { algorithm: 'HS512' }))).toBe(403);
    expect(await status(fixture.token())).toBe(200);
  });

  it('describes the views and no cube', async () => {
    const { body } = await fixture.call('/cubejs-api/v1/meta');
    const cubes = body['cubes'] as readonly { name: string; title: string; meta: { title_ar: string }; measures: readonly { name: string; shortTitle: string; meta: Record<string, unknown> }[] }[];
    const visible = cubes.map(({ name }) => name);
    expect(visible).toEqual(jasmine.arrayContaining(['deals', 'accounts', 'contacts', 'leads', 'activities', 'tickets', 'subscriptions', 'invoices', 'campaigns', 'forecast']));
    expect(visible.filter((name) => name.startsWith('crm_'))).toEqual([]);
    const deals = cubes.find(({ name }) => name === 'deals');
    expect([deals?.title, deals?.meta.title_ar]).toEqual(['Deals', 'الصفقات']);
    const rate = deals?.measures.find(({ name }) => name === 'deals.win_rate');
    expect(rate?.shortTitle).toBe('Win rate');
    expect(rate?.meta).toEqual(jasmine.objectContaining({ title_ar: 'معدل الربح', unit: 'ratio', kpi: 'win_rate', formula: 'won ÷ (won + lost)', formula_ar: 'الرابحة ÷ (الرابحة + الخاسرة)', version: 1, owner: 'sales operations' }));
  });

  it('names the tables that an answer was read from, also when it comes from the cache', async () => {
    for (let time = 0; time < 2; time++) {
      const response = await fetch(`${fixture.server.url}${load}?query=${encodeURIComponent(JSON.stringify({ measures: ['deals.count'], dimensions: ['deals.stage'] }))}`, { headers: { authorization: fixture.token() } });
      expect(response.status).withContext(await response.text()).toBe(200);
      const tables = (response.headers.get('x-crm-tables') ?? '').split(',');
      expect(tables).toEqual(jasmine.arrayContaining(['crm_deals', 'crm_stages']));
      expect(tables).not.toContain('crm_tickets');
    }
  });

  it('answers GET and POST alike, in rows, compact and columnar', async () => {
    const query = { measures: ['deals.count'], dimensions: ['deals.status'], order: { 'deals.status': 'asc' } };
    const rows = [{ 'deals.status': 'lost', 'deals.count': '2' }, { 'deals.status': 'open', 'deals.count': '3' }, { 'deals.status': 'won', 'deals.count': '3' }];
    expect((await fixture.call(load, { query })).body.data).toEqual(rows);
    expect((await fixture.call(`${load}?query=${encodeURIComponent(JSON.stringify(query))}`)).body.data).toEqual(rows);
    const members = ['deals.status', 'deals.count'];
    expect((await fixture.call(load, { query: { ...query, responseFormat: 'compact' } })).body.data as unknown).toEqual({ members, dataset: [['lost', '2'], ['open', '3'], ['won', '3']] });
    expect((await fixture.call(load, { query: { ...query, responseFormat: 'columnar' } })).body.data as unknown).toEqual({ members, columns: [['lost', 'open', 'won'], ['2', '3', '3']] });
  });

  it('gives the total beside a page, and annotations with both languages', async () => {
    const { body } = await fixture.call(load, { query: { measures: ['deals.count'], dimensions: ['deals.owner'], limit: 1, total: true } });
    expect([body.data?.length, body['total']]).toEqual([1, 4]);
    const annotation = body['annotation'] as { dimensions: Record<string, { shortTitle: string; meta: { title_ar: string } }> };
    expect(annotation.dimensions['deals.owner']).toEqual(jasmine.objectContaining({ shortTitle: 'Owner', meta: jasmine.objectContaining({ title_ar: 'المسؤول' }) }));
  });

  it('compares date ranges and blends views in one answer', async () => {
    const compare = { measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.created_at', compareDateRange: [['2000-01-01', '2000-12-31'], ['2000-01-01', '2199-12-31']] }] };
    const compared = (await fixture.call(load, { query: compare, queryType: 'multi' })).body;
    const results = compared['results'] as readonly { data: readonly Record<string, unknown>[] }[];
    expect(compared['queryType']).toBe('compareDateRangeQuery');
    expect(results.map(({ data }) => Number(data[0]?.['deals.count']))).toEqual([0, 8]);
    expect(results.map(({ data }) => String(data[0]?.['compareDateRange']).slice(0, 10))).toEqual(['2000-01-01', '2000-01-01']);
    const blend = ['deals', 'accounts'].map((view) => ({ measures: [`${view}.count`], timeDimensions: [{ dimension: `${view}.created_at`, granularity: 'year', dateRange: ['2020-01-01', '2199-12-31'] }] }));
    const blended = (await fixture.call(load, { query: blend, queryType: 'multi' })).body;
    expect(blended['queryType']).toBe('blendingQuery');
    expect((blended['pivotQuery'] as { measures: unknown }).measures).toEqual(['deals.count', 'accounts.count']);
    const refused = await fixture.call(load, { query: compare });
    expect([refused.status, refused.body.error]).toEqual([400, jasmine.stringMatching(/not supported by the client/)]);
  });

  it('shows the SQL of a query', async () => {
    const { body } = await fixture.call('/cubejs-api/v1/sql', { query: count });
    const [sql] = (body['sql'] as { sql: readonly [string, readonly unknown[]] }).sql;
    expect(sql).toContain('crm_raw.crm_deals FINAL');
  });

  it('serves unchanged data from the cache and changed data at once', async () => {
    const leads = { measures: ['leads.count'] };
    const refreshed = async (): Promise<[unknown, unknown]> => {
      const { body } = await fixture.call(load, { query: leads });
      return [body.data?.[0]?.['leads.count'], body['lastRefreshTime']];
    };
    const [before, at] = await refreshed();
    await fixture.insert('crm_contacts', [{ id: uuid(951), full_name: 'someone else', is_test: false, email_opt_in: false }]);
    await fixture.settled();
    // Contacts moved on, leads did not: the same answer of the same moment.
    expect(await refreshed()).toEqual([before, at]);
    await fixture.insert('crm_leads', [{ id: uuid(952), full_name: 'new', status: 'new', is_test: false }]);
    const written = Date.now();
    while ((await refreshed())[0] === before) if (Date.now() - written > 2_000) throw new Error('the change was not seen within 2 s');
    expect(Date.now() - written).toBeLessThan(1_000);
  });

  describe('row policies', () => {
    const seen = async (scope: 'own' | 'team' | 'region' | 'all', claims: object = {}): Promise<number> =>
      Number((await fixture.one(count, { scopes: { deals: scope }, user_id: ids.reps.sara, ...claims }))['deals.count']);

    it('shows a rep the own rows, a team the team rows, a region its rows and an executive all', async () => {
      expect(await seen('own')).toBe(3);
      expect(await seen('own', { user_id: ids.reps.lena })).toBe(1);
      expect(await seen('team', { team_ids: [ids.teams.gulf] })).toBe(6);
      expect(await seen('team', { team_ids: [ids.teams.gulf, ids.teams.europe] })).toBe(7);
      // Region MENA: Omar's three by team, and the own three beside.
      expect(await seen('region', { region: 'MENA' })).toBe(6);
      expect(await seen('all')).toBe(8);
    });

    it('falls back to the narrower scope when a claim is missing', async () => {
      expect(await seen('team', { team_ids: [] })).toBe(3);
      expect(await seen('region', { region: null })).toBe(3);
      expect(await seen('region', { region: null, user_id: uuid(999) })).toBe(0);
    });

    it('shows nothing of a resource without a scope, neither rows nor names', async () => {
      const nobody: readonly Partial<SecurityContext>[] = [{ scopes: { leads: 'all' } }, { scopes: {} }, { scopes: { deals: 'own' }, user_id: null }, { scopes: { deals: 'everything' as 'all' } }];
      for (const claims of nobody) {
        const { status: code, body } = await fixture.call(load, { query: count }, claims);
        expect([code, body.error]).toEqual([403, 'You have no access to deals: ask an administrator for it']);
        expect(body.data).toBeUndefined();
        const meta = await fixture.call('/cubejs-api/v1/meta', undefined, claims);
        expect((meta.body['cubes'] as readonly { name: string }[]).some(({ name }) => name === 'deals')).toBeFalse();
      }
    });

    it('does not let one person get the cached answer of another', async () => {
      const query = { measures: ['deals.won_amount'] };
      const own = (user: string): Promise<Record<string, unknown>> => fixture.one(query, { scopes: { deals: 'own' }, user_id: user });
      const answers = await Promise.all([own(ids.reps.sara), own(ids.reps.omar), own(ids.reps.sara), fixture.one(query)]);
      expect(answers.map((row) => row['deals.won_amount'])).toEqual(['1000', '3000', '1000', '4520']);
    });

    it('is not widened by filters of the query', async () => {
      const wide = { ...count, filters: [{ or: [{ member: 'deals.owner', operator: 'equals', values: ['Omar'] }, { member: 'deals.status', operator: 'set' }] }] };
      expect((await fixture.one(wide, { scopes: { deals: 'own' }, user_id: ids.reps.sara }))['deals.count']).toBe('3');
    });
  });

  it('refuses members of private cubes wherever they stand', async () => {
    const hidden = [
      { measures: ['crm_deals.count'] },
      { ...count, dimensions: ['crm_owner.name'] },
      { ...count, filters: [{ and: [{ or: [{ member: 'crm_deals.name', operator: 'contains', values: ['x'] }] }] }] },
      { ...count, timeDimensions: [{ dimension: 'crm_deals.created_at', granularity: 'day' }] },
      { ...count, segments: ['crm_deals.everything'] },
      { ...count, dimensions: ['deals.amount'] },
    ];
    for (const query of hidden) {
      const { status: code, body } = await fixture.call(load, { query });
      expect(code).withContext(JSON.stringify(query)).toBeGreaterThanOrEqual(400);
      expect(body.data).withContext(JSON.stringify(query)).toBeUndefined();
    }
  });

  it('takes SQL in values as text', async () => {
    const attacks = [`' OR 1=1 --`, `x'); DROP TABLE crm_raw.crm_deals; --`, `\\' OR 1=1 #`, `\\\\' UNION SELECT 1 --`, `%`, '{CUBE}', '${CUBE}', '?', `o'brien`, '\u0000', '😀'];
    for (const value of attacks) {
      for (const operator of ['equals', 'contains', 'startsWith']) {
        const rows = await fixture.load({ ...count, filters: [{ member: 'deals.source', operator, values: [value] }] });
        // Only the name with an apostrophe exists; a lone wildcard matches what contains anything.
        if (value !== '%') expect(rows[0]?.['deals.count']).withContext(`${operator} ${value}`).toBe(value === `o'brien` ? '1' : '0');
      }
    }
    const bad = { ...count, timeDimensions: [{ dimension: 'deals.created_at', dateRange: [`x'); DROP TABLE y`, '2020-01-02'] }] };
    expect((await fixture.call(load, { query: bad })).status).toBe(400);
    expect((await fixture.call(load, { query: { ...count, timezone: `UTC') OR 1=1 --` } })).status).toBeGreaterThanOrEqual(400);
    expect((await fixture.one(count))['deals.count']).toBe('8');
  });

  it('leaves a period out as exactly as it takes it in', async () => {
    const outside = { ...count, filters: [{ member: 'deals.created_at', operator: 'notInDateRange', values: ['1990-01-01', '2199-12-31'] }] };
    expect((await fixture.one(outside))['deals.count']).toBe('0');
    expect((await fixture.one({ ...count, filters: [{ member: 'deals.created_at', operator: 'notInDateRange', values: ['1990-01-01', '1990-01-02'] }] }))['deals.count']).toBe('8');
  });

  it('waits for a warehouse that is being restarted', async () => {
    const restarted = fixture.restartWarehouse();
    const deadline = Date.now() + 40_000;
    for (;;) {
      const { body } = await fixture.call(load, { query: { measures: ['deals.count'], dimensions: ['deals.pipeline'] } });
      if (body.data) {
        expect(body.data.map((row) => Number(row['deals.count'])).reduce((sum, value) => sum + value, 0)).toBe(8);
        break;
      }
      if (Date.now() > deadline) throw new Error(`still: ${String(body.error)}`);
    }
    await restarted;
  }, 60_000);

  it('answers what it does not understand with an error that says so', async () => {
    const unknown = await fixture.call(load, { query: { measures: ['deals.nonsense'] } });
    expect([unknown.status, unknown.body.error]).toEqual([400, jasmine.stringMatching(/deals\.nonsense|'nonsense' not found/)]);
    expect((await fixture.call(load, { query: { measure: ['deals.count'] } })).status).toBe(400);
    const graphql = await fixture.call('/cubejs-api/graphql', { query: '{ cube { deals { count } } }' });
    expect([graphql.status, graphql.body.error]).toEqual([403, 'API scope is missing: graphql']);
  });
});

describe('semantic server with a slow warehouse', () => {
  it('says "Continue wait", then gives the answer of the run that was polled for, also while data changes', async () => {
    const fixture = await SemanticFixture.start({ CRM_CUBE_CONTINUE_WAIT_SECONDS: '1' });
    try {
      await insertBusiness(fixture);
      // A table that takes its time: each read of an activity row sleeps.
      await fixture.sql('RENAME TABLE crm_raw.crm_activities TO crm_raw.crm_activities_kept');
      await fixture.sql(`CREATE VIEW crm_raw.crm_activities AS SELECT * FROM crm_raw.crm_activities_kept WHERE sleepEachRow(0.8) = 0 SETTINGS max_block_size = 1`);
      const rows = [0, 1, 2].map((n) => ({ id: uuid(960 + n), kind: 'call', subject: 'slow', status: 'done', occurred_at: '2026-01-01 00:00:00' }));
      await fixture.sql(`INSERT INTO crm_raw.crm_activities_kept FORMAT JSONEachRow\n${rows.map((row) => JSON.stringify(row)).join('\n')}`);
      const replies: unknown[] = [];
      const deadline = Date.now() + 20_000;
      while (Date.now() < deadline) {
        const { status, body } = await fixture.call(load, { query: { measures: ['activities.count'] } });
        replies.push(body.data?.[0]?.['activities.count'] ?? body.error);
        expect(status).toBe(200);
        if (body.data) break;
        await fixture.insert('crm_teams', [{ id: uuid(970 + replies.length), name: 'another' }]);
      }
      expect(replies[0]).toBe('Continue wait');
      expect(replies.at(-1)).toBe('3');
    } finally {
      await fixture.stop();
    }
  }, 60_000);
});
