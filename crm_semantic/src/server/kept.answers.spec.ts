import { insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid } from '../testing/semantic.fixture.js';
import type { SecurityContext } from './access.context.js';
import { isTimeless, KeptAnswers, reachOf } from './kept.answers.js';

const all = { measures: ['deals.count', 'deals.open_amount'] };
const byMonth = { measures: ['deals.won_amount'], timeDimensions: [{ dimension: 'deals.closed_at', granularity: 'month', dateRange: ['2000-01-01', '2199-12-31'] }] };
const lately = { measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.closed_at', dateRange: 'last 30 days' }] };

describe('kept answers', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 60_000);
  afterAll(() => fixture.stop());

  const post = async (path: string, body: unknown, claims: Partial<SecurityContext> = {}): Promise<Response> =>
    fetch(`${fixture.server.url}${path}`, { method: 'POST', headers: { authorization: fixture.token(claims), 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const kept = async (queries: readonly unknown[], claims: Partial<SecurityContext> = {}): Promise<string[]> => (await (await post('/kept', { queries }, claims)).text()).split('\n').slice(1);
  const load = async (query: unknown, claims: Partial<SecurityContext> = {}): Promise<string> => {
    const response = await post('/cubejs-api/v1/load', { query }, claims);
    return `${response.headers.get('x-crm-tables') ?? ''}\t${await response.text()}`;
  };

  it('are what load answered, at the same state of the tables only', async () => {
    await fixture.settled();
    const answers = [await load(all), await load(byMonth)];
    expect(answers[0]).toContain('"deals.count":"8"');
    expect(await kept([all, byMonth, { measures: ['deals.win_rate'] }])).toEqual([...answers, '']);
    await fixture.insert('crm_tickets', [{ id: uuid(901), number: 'T-901', subject: 'Elsewhere', status: 'open', priority: 'normal' }]);
    expect(await kept([all])).toEqual([answers[0] ?? '']);
    await fixture.insert('crm_deals', [{ id: uuid(902), name: 'Another', pipeline_id: uuid(40), stage_id: uuid(41), status: 'open', currency: 'USD', expected_value: '5.00', is_test: false }]);
    expect(await kept([all, byMonth])).toEqual(['', '']);
    await fixture.settled();
    expect(await load(all)).toContain('"deals.count":"9"');
    expect((await kept([all]))[0]).toContain('"deals.count":"9"');
  });

  it('are for people of the same reach, and for no others', async () => {
    const own: Partial<SecurityContext> = { scopes: { deals: 'own' }, user_id: uuid(11) };
    await fixture.settled();
    await load(all);
    const mine = await load(all, own);
    expect(await kept([all], { sub: 'another', user_id: uuid(12) })).not.toEqual(['']);
    expect(await kept([all], own)).toEqual([mine]);
    expect(await kept([all], { ...own, user_id: uuid(12) })).toEqual(['']);
    expect(await kept([all], { scopes: { deals: 'team' }, user_id: uuid(11), team_ids: [uuid(21)] })).toEqual(['']);
    expect(await kept([all], { hidden: { deals: ['expected_value'] } })).toEqual(['']);
    expect((await post('/cubejs-api/v1/load', { query: all }, { hidden: { deals: ['expected_value'] } })).status).toBe(403);
    expect(await kept([all], { hidden: { deals: ['expected_value'] } })).toEqual(['']);
    expect((await fetch(`${fixture.server.url}/kept`, { method: 'POST' })).status).toBe(403);
  });

  it('are not of questions that mean something else tomorrow', async () => {
    await load(lately);
    expect(await kept([lately])).toEqual(['']);
    expect([lately, { filters: [{ or: [{ member: 'a.b', operator: 'inDateRange', values: ['today'] }] }] }, { timeDimensions: [{ dateRange: ['2026-01-01', 'now'] }] }, { timeDimensions: [{ compareDateRange: ['this week', 'last week'] }] }].map(isTimeless)).toEqual([false, false, false, false]);
    expect([all, byMonth, { timeDimensions: [{ compareDateRange: [['2026-01-01', '2026-01-31'], ['2025-01-01', '2025-01-31']] }] }].map(isTimeless)).toEqual([true, true, true]);
  });

  it('end with the rows they are made of, with the day, and when others are asked for more often', () => {
    let now = Date.parse('2026-03-01T12:00:00Z');
    const answers = new KeptAnswers(() => now);
    const at = new Map([['crm_deals', '1']]);
    const read = { tables: ['crm_deals'], state: '2026-03-01 crm_deals@1', until: now + 3_600_000 };
    answers.keep('a', '{}', [read]);
    expect(answers.find('a', at)).toEqual(jasmine.objectContaining({ text: '{}', tables: ['crm_deals'] }));
    now += 3_600_000;
    expect(answers.find('a', at)).toBeNull();
    answers.keep('b', '{}', [{ ...read, until: Infinity }]);
    now += 86_400_000;
    expect(answers.find('b', at)).toBeNull();
    now -= 86_400_000;
    for (let n = 0; n < 4_000; n += 1) answers.keep(`n${n}`, '{}', [{ ...read, until: Infinity }]);
    expect(answers.find('n0', at)).not.toBeNull();
    answers.keep('last', '{}', [{ ...read, until: Infinity }]);
    expect([answers.find('n0', at), answers.find('n1', at), answers.find('last', at)].map((one) => one === null)).toEqual([false, true, false]);
    answers.keep('nothing read', '{}', []);
    answers.keep('moved', '{}', [{ ...read, until: Infinity }, { ...read, state: '2026-03-01 crm_deals@2', until: Infinity }]);
    expect([answers.find('nothing read', at), answers.find('moved', at)]).toEqual([null, null]);
    const reader = { sub: 'a', roles: [], scopes: { deals: 'all' }, user_id: 'u', team_ids: [], region: null, hidden: {} } as const;
    expect(reachOf(reader)).toBe(reachOf({ ...reader, sub: 'b', user_id: 'v' }));
    expect(reachOf({ ...reader, scopes: { deals: 'all', leads: 'own' } })).not.toBe(reachOf({ ...reader, scopes: { deals: 'all', leads: 'own' }, user_id: 'v' }));
  });
});
