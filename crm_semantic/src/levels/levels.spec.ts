import { views } from '../model/model.index.js';
import { insertRandomBusiness, seeded } from '../testing/random.business.js';
import { ids } from '../testing/business.data.js';
import { SemanticFixture } from '../testing/semantic.fixture.js';
import type { LevelRows } from './levels.service.js';
import { levelsStatement } from './levels.statement.js';

interface MetaMember { readonly name: string; readonly type: string; readonly meta?: { readonly asked?: string } }
interface MetaView { readonly name: string; readonly measures: readonly MetaMember[]; readonly dimensions: readonly MetaMember[] }
// A mean of floating point numbers depends in its last digits on which of them the warehouse added first.
const rounded = (value: unknown): unknown => (typeof value === 'string' && /^-?\d+\.\d{13,}$/.test(value) ? Number(value).toPrecision(12) : value);
type Claims = NonNullable<Parameters<SemanticFixture['call']>[2]>;

const statement = (sql: string): Parameters<typeof levelsStatement>[0] => ({ sql, values: [], columnOf: (member) => member.replace('.', '__') });

describe('levels of a question', () => {
  it('are one statement where rows are grouped as they are, and none where they are first made for just these dimensions', () => {
    const plain = "SELECT a AS `v__a`, f('GROUP BY (') AS `v__b`, count(*) AS `v__n` FROM (SELECT 1 GROUP BY x) AS `crm_v` WHERE (b = ')') GROUP BY `v__a`, `v__b`";
    const levels = [[], ['v.a'], ['v.a', 'v.b']];
    const made = levelsStatement(statement(plain), levels, 7);
    expect(made?.sql).toMatch(/ GROUP BY GROUPING SETS \(\(\), \(`v__a`\), \(`v__a`, `v__b`\)\) LIMIT 7 BY crm_level$/);
    expect([3, 1, 0, 2].map((mark) => made?.levelOf(mark))).toEqual([0, 1, 2, undefined]);
    for (const other of [
      plain.replace('FROM (SELECT 1', 'FROM (SELECT DISTINCT 1'), plain.replace(/ GROUP BY `.*$/, ''), `${plain} ORDER BY 1`, `WITH x AS (SELECT 1) ${plain}`, `${plain}, toDate(c)`, `${plain} UNION ALL ${plain}`,
    ]) expect(levelsStatement(statement(other), levels, 7)).withContext(other).toBeNull();
    expect(levelsStatement(statement(plain), [[], ['v.a']], 7)).withContext('a key that no level has').toBeNull();
    expect(levelsStatement(statement(plain), [['v.a', 'v.b'], ['v.b', 'v.a']], 7)).withContext('the same level twice').toBeNull();
  });

  describe('against real rows', () => {
    let fixture: SemanticFixture;
    let meta: readonly MetaView[];
    beforeAll(async () => {
      jasmine.DEFAULT_TIMEOUT_INTERVAL = 600_000;
      fixture = await SemanticFixture.start();
      await insertRandomBusiness(fixture, 20261130);
      meta = (await fixture.call('/cubejs-api/v1/meta')).body['cubes'] as MetaView[];
    }, 400_000);
    afterAll(() => fixture.stop());

    it('are those that Cube answers one by one, in every view, with the rows of whoever asks', async () => {
      const random = seeded(20261130);
      const everywhere = (scope: 'own' | 'region'): Claims['scopes'] => Object.fromEntries(views.map(({ resource }) => [resource, scope]));
      const roles: readonly Claims[] = [{}, { scopes: everywhere('own'), user_id: ids.reps.sara }, { scopes: everywhere('region'), user_id: ids.reps.lena, region: 'EMEA' }];
      let together = 0;
      for (const [place, { name, measures, dimensions }] of meta.entries()) {
        const splits = dimensions.filter(({ type, meta: about }) => type !== 'time' && about?.asked === undefined).map((one) => one.name);
        const times = dimensions.filter(({ type, meta: about }) => type === 'time' && about?.asked === undefined).map((one) => one.name);
        const [first, second] = [splits[Math.floor(random() * splits.length)]!, splits[Math.floor(random() * splits.length)]!];
        const time = times[Math.floor(random() * times.length)];
        const query = {
          measures: measures.filter(({ type }) => type !== 'string').map((one) => one.name), dimensions: [...new Set([first, second])], timezone: 'Asia/Riyadh',
          ...(time === undefined ? {} : { timeDimensions: [{ dimension: time, granularity: 'quarter', dateRange: ['2020-01-01', '2026-12-31'] }] }),
        };
        const step = time === undefined ? [] : [`${time}.quarter`];
        const levels = [[], step, [first], [...new Set([first, second])], [...new Set([first, second]), ...step]].filter((level, at, all) => all.findIndex((one) => one.join() === level.join()) === at);
        for (const claims of [roles[place % roles.length]!]) {
          const { status, body } = await fixture.call('/levels', { query: { ...query, levels, limit: 5_000 } }, claims);
          const own = levels.map((level) => ({ ...query, order: [], limit: 5_000, dimensions: query.dimensions.filter((one) => level.includes(one)), ...(query.timeDimensions ? { timeDimensions: query.timeDimensions.map(({ granularity, ...range }) => (level.some((one) => step.includes(one)) ? { ...range, granularity } : range)) } : {}) }));
          if (status !== 200) {
            // What Cube refuses is refused by the same words.
            const alone = await fixture.call('/cubejs-api/v1/load', { query: own.at(-1) }, claims);
            expect([status, body['error']]).withContext(name).toEqual([alone.status, alone.body['error']]);
            continue;
          }
          for (const [at, { members, rows }] of (body['levels'] as LevelRows[]).entries()) {
            const loaded = await fixture.load(own[at], claims);
            const sorted = (lines: readonly (readonly unknown[])[]): string[] => lines.map((line) => JSON.stringify(line.map(rounded))).sort();
            expect(sorted(rows)).withContext(`${name} by ${levels[at]!.join()}`).toEqual(sorted(loaded.map((row) => members.map((member) => row[member] ?? null))));
          }
        }
        const { body } = await fixture.call('/cubejs-api/v1/sql', { query: { ...query, order: [] } });
        const { sql: [sql], aliasNameToMember } = body['sql'] as { sql: [string]; aliasNameToMember: Record<string, string> };
        const columns = new Map(Object.entries(aliasNameToMember).map(([alias, member]) => [member, alias]));
        if (levelsStatement({ sql: sql.trim().replace(/\s+LIMIT \d+$/, ''), values: [], columnOf: (member) => columns.get(member) ?? '' }, levels, 5_000)) together += 1;
      }
      // Nearly all of them need one reading of their rows.
      expect(together).toBeGreaterThan(meta.length * 0.7);
      // Hundreds of questions: seconds each where two cores have much else to do.
    }, 900_000);

    it('are kept while their rows stay, for the same reach alone, and refused where Cube refuses', async () => {
      const query = { measures: ['deals.won_amount'], dimensions: ['deals.region'], levels: [[], ['deals.region']], limit: 100 };
      const answer = await fixture.call('/levels', { query });
      const kept = async (claims: Claims = {}): Promise<string> => ((await (await fetch(`${fixture.server.url}/kept`, { method: 'POST', headers: { authorization: fixture.token(claims), 'content-type': 'application/json' }, body: JSON.stringify({ queries: [query] }) })).text()).split('\n')[1] ?? '');
      expect(JSON.parse((await kept()).split('\t')[1] ?? 'null')).toEqual(answer.body);
      expect(await kept({ scopes: { deals: 'own' }, user_id: ids.reps.sara })).toBe('');
      expect((await fixture.call('/levels', { query: { ...query, measures: ['deals.count'], dimensions: ['deals.account'], levels: [[], ['deals.account']] } }, { hidden: { deals: ['account_id'] } })).status).toBe(403);
      expect((await fixture.call('/levels', { query: { ...query, levels: 'all' } })).status).toBe(400);
      expect((await fetch(`${fixture.server.url}/levels`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })).status).toBe(403);
    });
  });
});
