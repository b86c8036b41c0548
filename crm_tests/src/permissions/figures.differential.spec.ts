import { createHmac } from 'node:crypto';
import { mergeFieldRules, mergePermissions, startTestCluster, type FieldRules, type Permissions, type Scope, type TestCluster } from 'crm_db';
import { ProofFixture } from '../proof/proof.fixture.js';

interface Person { id: string; teams: string[]; region: string | null }
interface Answer { readonly status: number; readonly body: { readonly data?: readonly Record<string, unknown>[]; readonly error?: string } }

const cases = 300;
const seed = Number(process.argv.find((one) => one.startsWith('--seed='))?.slice(7) ?? Date.now()) >>> 0;

// What each view counts, in plain SQL: the live rows of its table less what the KPI dictionary leaves out of all figures.
const real = '(t.account_id IS NULL OR NOT EXISTS (SELECT 1 FROM crm_accounts ra WHERE ra.id = t.account_id AND ra.is_test))';
const ofAccount = '(SELECT coalesce(s.region, CASE WHEN s.id IS NULL THEN a.region END) FROM crm_accounts a LEFT JOIN crm_accounts s ON s.id = a.merged_into_id WHERE a.id = t.account_id)';
const views = {
  deals: { kept: `NOT t.is_test AND ${real}`, region: ofAccount }, accounts: { kept: 'NOT t.is_test AND t.merged_into_id IS NULL', region: 't.region' },
  contacts: { kept: `NOT t.is_test AND t.merged_into_id IS NULL AND ${real}`, region: ofAccount }, leads: { kept: 'NOT t.is_test', region: 't.region' },
  tickets: { kept: real, region: ofAccount }, subscriptions: { kept: real, region: ofAccount }, invoices: { kept: real, region: ofAccount }, campaigns: { kept: 'true', region: 'NULL::text' },
} as const;
type Name = keyof typeof views;
const names = Object.keys(views) as Name[];

// A field that a role may hide, and members that tell of it and that do not.
const telling: Readonly<Record<Name, readonly [string, readonly string[], readonly string[]]>> = {
  deals: ['expected_value', ['won_amount', 'open_amount', 'average_won_amount', 'velocity'], ['win_rate']], accounts: ['industry', ['industry'], ['size_tier']], contacts: ['lead_source', ['source'], ['country']],
  leads: ['source', ['source'], ['status']], tickets: ['category', ['category'], ['priority']], subscriptions: ['mrr', ['mrr', 'arr', 'arpa'], ['status']], invoices: ['net_total', ['invoiced_amount'], ['status']],
  campaigns: ['budget', ['budget'], ['channel']],
};

describe('figures', () => {
  let cluster: TestCluster;
  let fixture: ProofFixture;
  let people: Person[];
  let state = seed;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

  beforeAll(async () => {
    process.stdout.write(`figures by role: --seed=${seed}\n`);
    cluster = await startTestCluster();
    fixture = await ProofFixture.start(cluster, 7);
    const { client } = fixture;
    // What the sample is too tidy for: rows of nobody, accounts without region or merged into others, people without a team, teams without a region.
    await client.query(`UPDATE crm_accounts SET region = CASE abs(hashtext(id::text)) % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE region END WHERE abs(hashtext(id::text)) % 5 < 2`);
    await client.query(`UPDATE crm_accounts a SET merged_into_id = (SELECT b.id FROM crm_accounts b WHERE b.id <> a.id AND b.merged_into_id IS NULL ORDER BY md5(a.id::text || b.id::text) LIMIT 1)
      WHERE a.id IN (SELECT id FROM crm_accounts WHERE merged_into_id IS NULL ORDER BY id LIMIT 5)`);
    for (const table of ['crm_deals', 'crm_tickets', 'crm_contacts', 'crm_accounts']) await client.query(`UPDATE ${table} SET owner_id = NULL WHERE abs(hashtext(id::text)) % 17 = 0`);
    await client.query(`UPDATE crm_users SET team_id = NULL, region = CASE abs(hashtext(name)) % 2 WHEN 0 THEN (SELECT min(region) FROM crm_teams) END WHERE abs(hashtext(id::text)) % 6 = 0`);
    await client.query(`UPDATE crm_teams SET region = '' WHERE id = (SELECT max(id::text)::uuid FROM crm_teams)`);
    people = (await client.query<{ id: string; teams: string[] | null; region: string | null }>(`SELECT u.id, coalesce((SELECT nullif(t.region, '') FROM crm_teams t WHERE t.id = u.team_id), nullif(u.region, '')) AS region,
      (SELECT array_agg(t.id::text) FROM crm_teams t WHERE t.deleted_at IS NULL AND (t.id = u.team_id OR t.manager_id = u.id)) AS teams FROM crm_users u WHERE u.deleted_at IS NULL`)).rows.map((row) => ({ ...row, teams: row.teams ?? [] }));
    await agrees({ id: people[0]?.id ?? '', teams: [], region: null }, 'accounts', 'all', 60_000);
  }, 300_000);
  afterAll(async () => {
    await fixture.stop();
    await cluster.stop();
  }, 60_000);

  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** Asks as the API would: with the internal token that it signs. */
  async function ask(person: Person, permissions: Permissions, fields: FieldRules, query: object): Promise<Answer> {
    const scopes = Object.fromEntries(Object.entries(permissions).flatMap(([name, allowed]) => (allowed.read === undefined ? [] : [[name, allowed.read]])));
    const hidden = Object.fromEntries(Object.entries(fields).map(([name, rules]) => [name, Object.entries(rules).filter(([, rule]) => rule === 'hidden').map(([field]) => field)]));
    const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: person.id, roles: [], scopes, user_id: person.id, team_ids: person.teams, region: person.region, hidden, exp: Math.floor(Date.now() / 1000) + 300 })}`;
    const token = `${body}.${createHmac('sha256', fixture.settings.CRM_CUBE_SECRET).update(body).digest('base64url')}`;
    for (let patience = Date.now() + 60_000; ;) {
      const response = await fetch(`${fixture.settings.CRM_CUBE_URL}/cubejs-api/v1/load`, { method: 'POST', headers: { authorization: token, 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
      const answer = (await response.json()) as Answer['body'];
      if (answer.error !== 'Continue wait' || Date.now() > patience) return { status: response.status, body: answer };
    }
  }

  /** The rows that plain SQL says are in reach. */
  async function expected(person: Person, view: Name, scope: Scope): Promise<string[]> {
    const { kept, region } = views[view];
    const { rows } = await fixture.client.query<{ id: string }>(`SELECT t.id::text AS id FROM crm_${view} t LEFT JOIN crm_users u ON u.id = t.owner_id LEFT JOIN crm_teams ut ON ut.id = u.team_id
      WHERE t.deleted_at IS NULL AND ${kept} AND ($1 = 'all' OR t.owner_id = $2 OR ($1 IN ('team', 'region') AND u.team_id::text = ANY($3))
        OR ($1 = 'region' AND coalesce(nullif(${region}, ''), nullif(ut.region, ''), nullif(u.region, '')) = $4)) ORDER BY 1`, [scope, person.id, person.teams, person.region]);
    return rows.map(({ id }) => id);
  }

  async function agrees(person: Person, view: Name, scope: Scope, patienceMs = 15_000): Promise<number> {
    const query = { measures: [`${view}.count`], dimensions: [`${view}.id`], limit: 50_000 };
    for (const deadline = Date.now() + patienceMs; ;) {
      const { status, body } = await ask(person, { [view]: { read: scope } }, {}, query);
      const seen = (body.data ?? []).map((row) => String(row[`${view}.id`])).sort();
      const wanted = await expected(person, view, scope);
      if (status === 200 && JSON.stringify(seen) === JSON.stringify(wanted)) return wanted.length;
      // The stream may be behind for a moment; what stays different is a fault.
      if (Date.now() > deadline) throw new Error(`${view} ${scope} of ${JSON.stringify(person)}: ${status} ${body.error ?? ''} ${seen.length} rows instead of ${wanted.length}`);
    }
  }

  it(`are of exactly the rows that plain SQL puts in reach, ${cases} times`, async () => {
    let rows = 0;
    const known = new Map<string, number>();
    for (let n = 0; n < cases; n++) {
      const [person, view, scope] = [pick(people), pick(names), pick(['own', 'team', 'region', 'all'] as const)];
      const found = await agrees(person, view, scope);
      known.set(scope, (known.get(scope) ?? 0) + found);
      rows += found;
    }
    expect(rows).toBeGreaterThan(cases);
    for (const scope of ['own', 'team', 'region', 'all']) expect(known.get(scope)).withContext(scope).toBeGreaterThan(0);
  }, 600_000);

  it('tell of hidden fields nothing, whichever roles are put together', async () => {
    for (let n = 0; n < 150; n++) {
      const person = pick(people);
      const view = pick(names);
      const [field, secret, plain] = telling[view];
      const roles = Array.from({ length: 1 + below(2) }, () => ({ permissions: { [view]: { read: pick(['own', 'all'] as const) } } as Permissions, fields: (below(2) === 0 ? { [view]: { [field]: 'hidden' } } : {}) as FieldRules }));
      const widest = roles.some(({ permissions }) => permissions[view]?.read === 'all') ? 'all' : 'own';
      const hides = roles.filter(({ permissions }) => permissions[view]?.read === widest).every(({ fields }) => fields[view] !== undefined);
      const permissions = mergePermissions(roles.map((role) => role.permissions));
      const asked = (name: string): object => (below(2) === 0 || !['industry', 'source', 'category'].includes(name)
        ? { measures: [`${view}.count`, ...(['industry', 'source', 'category', 'budget', 'country', 'size_tier', 'status', 'priority', 'channel'].includes(name) ? [] : [`${view}.${name}`])], dimensions: ['industry', 'source', 'category', 'country', 'size_tier', 'status', 'priority', 'channel'].includes(name) ? [`${view}.${name}`] : [], ...(name === 'budget' ? { measures: [`${view}.budget`] } : {}), limit: 5 }
        : { measures: [`${view}.count`], filters: [{ member: `${view}.${name}`, operator: 'set' }] });
      const at = JSON.stringify({ view, roles });
      expect((await ask(person, permissions, mergeFieldRules(roles), asked(pick(secret)))).status).withContext(at).toBe(hides ? 403 : 200);
      expect((await ask(person, permissions, mergeFieldRules(roles), asked(pick(plain)))).status).withContext(at).toBe(200);
    }
  }, 300_000);
});
