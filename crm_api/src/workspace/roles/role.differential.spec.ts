import { readAccessCases } from '../../config.js';
import { allServices } from '../../app.js';
import { hideable } from '../../kernel/crud/field.access.js';
import type { Resource } from '../../kernel/crud/resource.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { Oracle, type Person, type Question, type Stored, type StoredRole } from './role.oracle.testing.js';
import { askGraphql, makeRole, makeTeam, makeUser, randomOf } from './role.world.testing.js';

const names = ['accounts', 'contacts', 'leads', 'deals', 'tickets', 'quotes', 'invoices', 'campaigns'] as const;
const cases = readAccessCases();
const perQuery = 20;

describe('random people, rows and questions', () => {
  let api: TestApi;
  // Repeat a failure with `npx jasmine --seed=<seed> dist/workspace/roles/role.differential.spec.js`.
  const seed = Number(process.argv.find((one) => one.startsWith('--seed='))?.slice(7) ?? Date.now()) >>> 0;
  const random = randomOf(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const maybe = <T>(share: number, value: () => T): T | null => (random() < share ? value() : null);
  const resources = new Map<string, Resource>(allServices().map(({ resource }) => [resource.name, resource]));
  const oracle = new Oracle();
  const people: { person: Person; caller: Caller }[] = [];

  function randomRole(): StoredRole {
    const permissions: Record<string, Record<string, string>> = {};
    const fields: Record<string, Record<string, string>> = {};
    for (const name of names) {
      const resource = resources.get(name) as Resource;
      if (random() < 0.85) permissions[name] = { read: pick(['own', 'team', 'region', 'all', 'all']) };
      const hidden = Object.keys(resource.fields).filter((field) => hideable(resource, field) && random() < 0.2);
      if (hidden.length > 0 && random() < 0.7) fields[name] = Object.fromEntries(hidden.map((field) => [field, 'hidden']));
    }
    return { permissions, fields };
  }

  beforeAll(async () => {
    process.stdout.write(`random people, rows and questions: --seed=${seed}\n`);
    api = await startApi({ CRM_RATE_READ: '10000000', CRM_RATE_WRITE: '10000000' });
    const { db } = api;
    const regions = ['North', 'South', null, ''];
    const teams = await Promise.all(['T1', 'T2', 'T3', 'T4'].map((name) => makeTeam(api, name, pick(regions))));
    const owners: string[] = [];
    const made: Person[] = [];
    for (let index = 0; index < 14; index++) {
      const roles: StoredRole[] = [];
      for (let n = random() < 0.3 ? 2 : 1; n > 0; n--) {
        const role = randomRole();
        await makeRole(api, `random_${index}_${n}`, role.permissions, role.fields);
        roles.unshift(role);
      }
      const [team, region] = [maybe(0.8, () => pick(teams)), pick(regions)];
      const id = await makeUser(api, { login: `random_${index}`, team, region, roles: roles.map((_, n) => `random_${index}_${n + 1}`) });
      owners.push(id);
      made.push({ id, team_id: team, region, roles });
    }
    for (const team of teams) await db('crm_core.crm_teams').where({ id: team }).update({ manager_id: maybe(0.5, () => pick(owners)) });
    const gone = pick(teams);
    await db('crm_core.crm_teams').where({ id: gone }).update({ deleted_at: maybe(0.3, () => db.fn.now() as unknown as Date) });
    await fill(owners);
    await oracle.read(db, names);
    // Last: who signed in before would be known for a second as the world was then.
    for (const [index, person] of made.entries()) people.push({ person, caller: await api.as(`random_${index}`) });
  }, 180_000);
  afterAll(async () => { await api.stop(); });

  /** Rows with owners, regions, merged accounts, amounts and names from few words, so that questions find some of them. */
  async function fill(owners: readonly string[]): Promise<void> {
    const { db } = api;
    const words = ['alpha', 'bravo', 'delta', 'echo', 'golf', 'kilo'];
    const owner = (): string | null => maybe(0.9, () => pick(owners));
    const text = (): string => `${pick(words)} ${pick(words)}`;
    const gone = (): Date | null => maybe(0.1, () => new Date());
    const at = (): Date => new Date(Date.UTC(2025, below(12), 1 + below(28)));
    const insert = async (table: string, count: number, row: (index: number) => object): Promise<string[]> => {
      const made: string[] = await db(`crm_core.crm_${table}`).insert(Array.from({ length: count }, (_, index) => ({ deleted_at: gone(), created_at: at(), ...row(index) }))).returning('id').then((rows: { id: string }[]) => rows.map(({ id }) => id));
      return made;
    };
    const accounts = await insert('accounts', 60, (n) => ({
      legal_name: `${text()} ${n}`, region: pick(['North', 'South', null, '']), city: maybe(0.6, () => pick(['lima', 'oslo'])), website: maybe(0.5, () => `https://${pick(words)}.example`), owner_id: owner(),
      annual_revenue: maybe(0.7, () => below(5) * 100), currency: 'USD', industry: maybe(0.6, () => pick(words)),
    }));
    for (const id of accounts.slice(0, 8)) await db('crm_core.crm_accounts').where({ id }).update({ merged_into_id: accounts[20 + below(30)] });
    const account = (): string | null => maybe(0.8, () => pick(accounts));
    await insert('contacts', 90, (n) => ({ full_name: text(), email: maybe(0.7, () => `${pick(words)}${n}@mail.example`), phone: maybe(0.5, () => `+9715012345${String(below(90) + 10)}`), account_id: account(), owner_id: owner(), city: maybe(0.5, () => pick(['lima', 'oslo'])) }));
    await insert('leads', 70, (n) => ({ full_name: text(), company: maybe(0.6, () => pick(words)), email: maybe(0.6, () => `${pick(words)}${n}@lead.example`), region: pick(['North', 'South', null, '']), owner_id: owner(), source: maybe(0.7, () => pick(words)) }));
    const [stage] = await db('crm_core.crm_stages').where({ kind: 'open' }).limit(1).select<{ id: string; pipeline_id: string }[]>('id', 'pipeline_id');
    await insert('deals', 120, () => ({ name: text(), account_id: account(), owner_id: owner(), stage_id: stage?.id, pipeline_id: stage?.pipeline_id, status: 'open', expected_value: maybe(0.8, () => below(6) * 50), currency: 'USD', source: maybe(0.6, () => pick(words)), close_date: maybe(0.7, at) }));
    await insert('tickets', 60, (n) => ({ number: `T-${n}`, subject: text(), account_id: account(), owner_id: owner(), category: maybe(0.5, () => pick(words)) }));
    await insert('quotes', 50, (n) => ({ number: `Q-${n}`, account_id: account(), owner_id: owner(), currency: 'USD', net_total: below(5) * 10, tax_total: 0 }));
    await insert('invoices', 50, (n) => ({ number: `I-${n}`, account_id: pick(accounts), owner_id: owner(), currency: 'USD', net_total: below(5) * 10, tax_total: 0, issued_on: at() }));
    await insert('campaigns', 30, () => ({ name: text(), channel: 'email', owner_id: owner(), budget: maybe(0.8, () => below(5) * 1000), currency: 'USD' }));
  }

  function ask(): Question {
    const resource = resources.get(pick(names)) as Resource;
    const rows = oracle.rows.get(resource.name) as Stored[];
    const filterable = Object.entries(resource.fields).filter(([, field]) => field.filter && !['timestamp', 'date'].includes(field.kind));
    const filters = Array.from({ length: below(3) }, (): Question['filters'][number] => {
      const [field, { kind }] = pick(filterable);
      const stored = pick(rows)[field] ?? null;
      if (stored === null || random() < 0.15) return { field, op: 'null', value: random() < 0.5 ? 'true' : 'false' };
      return { field, op: kind !== 'boolean' && random() < 0.2 ? 'ne' : 'eq', value: String(stored).trimEnd() };
    }).filter((one, index, all) => all.findIndex((other) => other.field === one.field && other.op === one.op) === index);
    const sort = maybe(0.4, () => `${random() < 0.5 ? '-' : ''}${pick(Object.entries(resource.fields).filter(([, field]) => field.sort))[0]}`);
    const q = resource.search !== null && resource.name !== 'campaigns' ? maybe(0.4, () => Array.from({ length: 1 + below(2) }, () => pick(['alpha', 'bravo', 'delta', 'echo', 'lima', 'oslo', 'mail.example', 'lead', '+97150', 'q-1', 'https'])).join(' ')) : null;
    return { resource: resource.name, filters, sort, q };
  }

  const search = ({ filters, sort, q }: Question): URLSearchParams => new URLSearchParams([
    ...filters.map(({ field, op, value }): [string, string] => [`filter[${field}][${op}]`, value]), ...(sort === null ? [] : [['sort', sort] as [string, string]]), ...(q === null ? [] : [['q', q] as [string, string]]), ['limit', '200'], ['count', 'true'],
  ]);

  /** Every member of an answer is the stored value, or null where a role hides it. */
  function compareFields(person: Person, resource: Resource, item: Json, at: string): void {
    const hidden = oracle.hidden(person, resource.name);
    const row = (oracle.rows.get(resource.name) as Stored[]).find(({ id }) => id === item.id) as Stored;
    for (const [name, field] of Object.entries(resource.fields)) {
      const plain = (value: unknown): unknown => (value === null || value === undefined ? null : field.kind === 'timestamp' ? Date.parse(String(value)) : typeof value === 'number' || ['money', 'decimal', 'number'].includes(field.kind) ? Number(value) : String(value).trimEnd());
      const [shown, stored] = [plain(item[name]), hidden.has(name) ? null : plain(row[name])];
      if (shown !== stored) fail(`${at}: ${name} is ${String(shown)}, must be ${String(stored)}`);
    }
    for (const [name, reference] of Object.entries(resource.references)) {
      const stored = hidden.has(reference.column) ? null : row[reference.column] ?? null;
      const shown = (item[name] as { id: string } | null)?.id ?? null;
      if (shown !== stored) fail(`${at}: ${name} is ${String(shown)}, must be ${String(stored)}`);
    }
  }

  it(`see over REST and GraphQL exactly the rows and fields that plain SQL and the matrix say, ${cases} times`, async () => {
    const spent = { refused: 0, found: 0 };
    for (let done = 0; done < cases; done += perQuery) {
      const { person, caller } = pick(people);
      const asked = Array.from({ length: perQuery }, ask);
      // Half of the questions go to REST one by one, all go to GraphQL in one operation.
      for (const [index, question] of asked.entries()) {
        const resource = resources.get(question.resource) as Resource;
        const expected = oracle.answer(person, question);
        const at = `${index} ${JSON.stringify(question)} by ${JSON.stringify(person)}`;
        if (index % 2 === 0) {
          const answer = await caller.get<{ items: Json[]; total: number }>(`/${question.resource}?${search(question).toString()}`);
          if (expected === 403) {
            if (answer.status !== 403) fail(`${at}: REST ${answer.status} instead of 403`);
          } else {
            const ids = (answer.body.items ?? []).map(({ id }) => id).sort();
            if (JSON.stringify(ids) !== JSON.stringify([...expected].sort()) || answer.body.total !== expected.size) fail(`${at}: REST ${answer.status} ${ids.length} of ${expected.size} ${answer.text.slice(0, 300)}`);
            for (const item of answer.body.items.slice(0, 5)) compareFields(person, resource, item, at);
          }
        }
        if (expected === 403) spent.refused++;
        else spent.found += expected.size;
      }
      const literal = (resource: Resource, { field, op, value }: Question['filters'][number]): string => {
        const kind = resource.fields[field]?.kind;
        return `${field}: {${op}: ${op === 'null' ? value : ['boolean', 'integer', 'number'].includes(kind ?? '') ? value : JSON.stringify(value)}}`;
      };
      const operations = asked.map((question, index) => {
        const resource = resources.get(question.resource) as Resource;
        const merged = question.filters.filter((one, n) => question.filters.findIndex(({ field }) => field === one.field) === n);
        const parts = [merged.length > 0 ? `filter: {${merged.map((one) => literal(resource, one)).join(', ')}}` : '', question.sort === null ? '' : `sort: "${question.sort}"`, question.q === null ? '' : `q: ${JSON.stringify(question.q)}`, 'limit: 200'].filter((part) => part !== '');
        return { question: { ...question, filters: merged }, text: `a${index}: ${question.resource}(${parts.join(', ')}) { items { id } }` };
      });
      for (const { question, text } of operations) if (question.filters.length > 2) fail(text);
      const half = operations.length / 2;
      for (const part of [operations.slice(0, half), operations.slice(half)]) {
        // A refused list makes the whole answer null, as lists are never null: each refused one is asked by itself.
        const may = part.filter(({ question }) => oracle.answer(person, question) !== 403);
        for (const { question, text } of part) if (!may.some((one) => one.question === question)) {
          const { code } = await askGraphql(caller, `{ ${text} }`);
          if (code !== 'forbidden' && code !== 'field_hidden') fail(`GraphQL did not refuse ${text}: ${String(code)} by ${JSON.stringify(person)}`);
        }
        if (may.length === 0) continue;
        const answer = await askGraphql(caller, `{ ${may.map(({ text }) => text).join('\n')} }`);
        if (answer.code !== null) fail(`GraphQL ${answer.code}: ${may.map(({ text }) => text).join(' ')}`);
        for (const { question, text } of may) {
          const ids = ((answer.data?.[text.slice(0, text.indexOf(':'))] as { items: { id: string }[] } | undefined)?.items ?? []).map(({ id }) => id).sort();
          const expected = [...(oracle.answer(person, question) as ReadonlySet<string>)].sort();
          if (JSON.stringify(ids) !== JSON.stringify(expected)) fail(`GraphQL ${text} found ${ids.length} of ${expected.length} by ${JSON.stringify(person)}`);
        }
      }
    }
    // The cases are about something: both refusals and rows occur in numbers.
    expect(spent.refused).toBeGreaterThan(cases / 50);
    expect(spent.found).toBeGreaterThan(cases);
  }, 900_000);

  it('see every row once while paging, whatever the order', async () => {
    for (let n = 0; n < 60; n++) {
      const { person, caller } = pick(people);
      const question = ask();
      const expected = oracle.answer(person, question);
      if (expected === 403) continue;
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const parameters = search(question);
        parameters.set('limit', '7');
        parameters.delete('count');
        if (cursor !== null) parameters.set('cursor', cursor);
        const page: { items: Json[]; next_cursor: string | null } = (await caller.get<{ items: Json[]; next_cursor: string | null }>(`/${question.resource}?${parameters.toString()}`)).body;
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen.sort()).withContext(JSON.stringify(question)).toEqual([...expected].sort());
    }
  }, 120_000);

  it('open exactly the records that they see in lists', async () => {
    for (let n = 0; n < 300; n++) {
      const { person, caller } = pick(people);
      const name = pick(names);
      const row = pick(oracle.rows.get(name) as Stored[]);
      const visible = oracle.visible(person, name).some(({ id }) => id === row.id);
      const answer = await caller.get(`/${name}/${row.id}`);
      expect(answer.status).withContext(`${name} ${row.id} by ${JSON.stringify(person)}`).toBe(oracle.scope(person, name) === null ? 403 : visible ? 200 : 404);
      if (answer.status === 200) compareFields(person, resources.get(name) as Resource, answer.body, `${name} ${row.id}`);
    }
  }, 120_000);
});
