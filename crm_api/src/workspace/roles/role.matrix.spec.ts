import type { RouteSpec } from '../../kernel/route.js';
import { startApi, type Caller, type TestApi } from '../../testing/api.testing.js';
import { askGraphql, harmless, leastValues, makeRole, makeTeam, makeUser } from './role.world.testing.js';

type Rights = Record<string, Partial<Record<'read' | 'write' | 'delete', 'own' | 'team' | 'region' | 'all'>> | undefined>;
type Position = 'self' | 'mate' | 'neighbour' | 'stranger';

const owned = Object.keys(harmless);
const singular: Readonly<Record<string, string>> = {
  accounts: 'Account', contacts: 'Contact', leads: 'Lead', deals: 'Deal', activities: 'Activity', tickets: 'Ticket', quotes: 'Quote', invoices: 'Invoice', subscriptions: 'Subscription', campaigns: 'Campaign',
};
// Routes that anybody may ask: what is needed to sign in, the standard's own documents, and what monitors and tools read first.
const open = new Set([
  'issueToken', 'revokeToken', 'getDemoLogins', 'getSignIn', 'signInByPassword', 'signInByCode', 'readInvitation', 'acceptInvitation', 'openSession', 'refreshSession', 'closeSession',
  'issueOidcToken', 'revokeOidcToken', 'authorize', 'resumeAuthorization', 'getOidcKeys', 'getOidcConfiguration', 'getHealth', 'getOpenapi',
]);

/** The oracle: written from the words of the guide, using nothing of the code that enforces them. */
const reach: Readonly<Record<string, readonly Position[]>> = { own: ['self'], team: ['self', 'mate'], region: ['self', 'mate', 'neighbour'], all: ['self', 'mate', 'neighbour', 'stranger'] };
function verdict(rights: Rights, resource: string, action: 'read' | 'write' | 'delete', position: Position, ok: number): number {
  const scope = rights[resource]?.[action];
  if (scope === undefined) return 403;
  return reach[scope]?.includes(position) ? ok : 404;
}

describe('the matrix of roles, routes and objects', () => {
  let api: TestApi;
  let admin: Caller;
  let specs: RouteSpec[];
  const rights: Record<string, Rights> = {};
  const users: Record<string, string> = {};
  const callers: Record<string, Caller> = {};
  const owners: Record<Exclude<Position, 'self'>, string> = { mate: '', neighbour: '', stranger: '' };
  let account: string;
  let tag: string;

  beforeAll(async () => {
    api = await startApi({ CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    admin = await api.as('admin');
    for (const scope of ['own', 'team', 'region'] as const) await makeRole(api, `custom_${scope}`, Object.fromEntries(owned.map((name) => [name, { read: scope, write: scope, delete: scope }])));
    await makeRole(api, 'custom_mixed', Object.fromEntries(owned.map((name) => [name, { read: 'all', write: 'region', delete: 'own' }])));
    await makeRole(api, 'custom_none', {});
    const [a, b, c] = [await makeTeam(api, 'A', 'R1'), await makeTeam(api, 'B', 'R1'), await makeTeam(api, 'C', 'R2')];
    owners.mate = await makeUser(api, { login: 'mate', team: a, region: null, roles: [] });
    owners.neighbour = await makeUser(api, { login: 'neighbour', team: b, region: 'R2', roles: [] });
    owners.stranger = await makeUser(api, { login: 'stranger', team: c, region: 'R1', roles: [] });
    for (const role of await api.db('crm_core.crm_roles').whereNull('deleted_at').select<{ key: string; permissions: Rights }[]>('key', 'permissions')) {
      rights[role.key] = role.permissions;
      users[role.key] = await makeUser(api, { login: `as_${role.key}`, team: a, region: null, roles: [role.key] });
      callers[role.key] = await api.as(`as_${role.key}`);
    }
    account = (await admin.post('/accounts', { legal_name: 'Of all', owner_id: owners.stranger })).body.id;
    tag = (await admin.post('/tags', { name: 'Of all' })).body.id;
    specs = api.server.table().flatMap((one) => (one.settings.plugins?.crm ? [one.settings.plugins.crm.spec] : []));
  }, 180_000);
  afterAll(async () => { await api.stop(); });

  const callerOf = (role: string): Caller => callers[role] as Caller;
  const rightsOf = (role: string): Rights => rights[role] ?? {};

  it('answers every route with 403 exactly where the role lacks its permission, and with 401 without a token', async () => {
    const nobody = '00000000-0000-7000-8000-00000000dead';
    let cells = 0;
    for (const spec of specs) {
      const path = spec.path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'type' ? 'contact' : name === 'table' ? 'crm_accounts' : name === 'key' ? 'crm_feature_none' : nobody));
      const ask = (who: Caller): Promise<{ status: number; text: string }> => (spec.method === 'GET' ? who.get(path)
        : spec.consumes?.every((type) => type === 'multipart/form-data') === true || /^(create|preview)Import$/.test(spec.id)
          ? who.call(spec.method, path, '--x--\r\n', { 'content-type': 'multipart/form-data; boundary=x' }) : who.call(spec.method, path, {}));
      if (spec.access === 'public') {
        expect(open.has(spec.id)).withContext(`${spec.method} ${spec.path} (${spec.id}) is open: say here why`).toBeTrue();
        continue;
      }
      const bare = await api.inject({ method: spec.method, url: `/crm/v1${path}` });
      expect(bare.status).withContext(`${spec.id} without a token`).toBe(401);
      if (spec.access === 'signed_in') continue;
      const { resource, action } = spec.access;
      for (const role of Object.keys(rights)) {
        const allowed = (rightsOf(role) as Record<string, Record<string, string> | undefined>)[resource]?.[action] !== undefined;
        const answer = await ask(callerOf(role));
        cells++;
        if (allowed) expect(answer.status).withContext(`${role} ${spec.id}: ${answer.text}`).not.toBe(403);
        else expect(answer.status).withContext(`${role} ${spec.id}: ${answer.text}`).toBe(403);
      }
    }
    expect(cells).toBeGreaterThan(500);
  }, 300_000);

  it('has a cell for every route about one owned object', () => {
    const known = new Set(['GET ', 'PATCH ', 'DELETE ', 'POST /restore', 'GET /timeline', 'POST /stage', 'GET /history', 'GET /consents', 'POST /consents', 'GET /consents/check', 'POST /tags', 'DELETE /tags/{tag_id}']);
    for (const spec of specs) {
      const match = /^\/(\w+)\/\{id\}(.*)$/.exec(spec.path);
      if (!match || !owned.includes(match[1] ?? '')) continue;
      expect(known.has(`${spec.method} ${match[2] ?? ''}`)).withContext(`${spec.method} ${spec.path} is new: give it a cell here`).toBeTrue();
    }
  });

  for (const resource of owned) {
    it(`judges ${resource} of oneself, a mate, a neighbour and a stranger, live and deleted, as the role says, over REST and GraphQL`, async () => {
      const name = singular[resource] ?? '';
      const has = (method: string, suffix: string): boolean => specs.some((spec) => spec.method === method && spec.path === `/${resource}/{id}${suffix}`);
      for (const role of Object.keys(rights)) {
        const caller = callerOf(role);
        const rule = rightsOf(role);
        const cells = (['self', 'mate', 'neighbour', 'stranger'] as const).flatMap((position) => ([false, true] as const).map((deleted) => ({ position, deleted })));
        const made = await admin.post<{ results: { item: { id: string } }[] }>(`/${resource}/bulk`, {
          operations: cells.map(({ position }) => ({ op: 'create', values: leastValues(account, position === 'self' ? users[role] ?? null : owners[position])[resource] })),
        });
        const ids = made.body.results.map(({ item }) => item.id);
        await api.db(`crm_core.crm_${resource}`).whereIn('id', ids.filter((_, index) => cells[index]?.deleted)).update({ deleted_at: api.db.fn.now() });
        for (const [index, { position, deleted }] of cells.entries()) {
          const id = ids[index] ?? '';
          const at = `${role} ${resource} ${position}${deleted ? ' deleted' : ''}`;
          const judged = (action: 'read' | 'write' | 'delete', ok: number): number => { const one = verdict(rule, resource, action, position, ok); return deleted && one === ok ? 404 : one; };
          const path = `/${resource}/${id}`;
          expect((await caller.get(path)).status).withContext(`${at} GET`).toBe(judged('read', 200));
          for (const suffix of ['/timeline', '/history']) if (has('GET', suffix)) expect((await caller.get(`${path}${suffix}`)).status).withContext(`${at} ${suffix}`).toBe(judged('read', 200));
          for (const suffix of ['/consents', '/consents/check?purpose=marketing&channel=email']) if (has('GET', suffix.replace(/\?.*/, ''))) expect((await caller.get(`${path}${suffix}`)).status).withContext(`${at} ${suffix}`).toBe(judged('read', 200));
          if (has('POST', '/consents')) expect((await caller.post(`${path}/consents`, { purpose: 'marketing', channel: 'email', state: 'granted' })).status).withContext(`${at} POST /consents`).toBe(judged('write', 201));
          if (has('POST', '/tags')) {
            expect((await caller.post(`${path}/tags`, { tag_ids: [tag] })).status).withContext(`${at} POST /tags`).toBe(judged('write', 200));
            expect((await caller.del(`${path}/tags/${tag}`)).status).withContext(`${at} DELETE /tags`).toBe(judged('write', 200));
          }
          const listed = await caller.get<{ items?: unknown[] }>(`/${resource}?filter[id]=${id}`);
          const readable = judged('read', 200);
          expect([listed.status, listed.body.items?.length]).withContext(`${at} list`).toEqual(readable === 403 ? [403, undefined] : [200, readable === 200 ? 1 : 0]);
          const asked = await askGraphql(caller, `query($id: ID!) { ${name.toLowerCase()}(id: $id) { id } }`, { id });
          expect([asked.code, asked.data?.[name.toLowerCase()] ?? null]).withContext(`${at} GraphQL`).toEqual([readable === 403 ? 'forbidden' : null, readable === 200 ? { id } : null]);
          expect((await caller.patch(path, harmless[resource])).status).withContext(`${at} PATCH`).toBe(judged('write', 200));
          const code = (status: number): string | null => (status === 403 ? 'forbidden' : status === 404 ? `${name.toLowerCase()}_not_found` : null);
          const field = Object.keys(harmless[resource] ?? {})[0] ?? '';
          const changed = await askGraphql(caller, `mutation($id: ID!) { update${name}(id: $id, values: {${field}: null}) { id } }`, { id });
          expect(changed.code).withContext(`${at} GraphQL update`).toBe(code(judged('write', 200)));
          if (has('POST', '/stage')) expect((await caller.post(`${path}/stage`, { stage_id: id })).status).withContext(`${at} stage`).toBe(judged('write', 422));
          const bulk = await caller.post<{ results?: { status: number }[] }>(`/${resource}/bulk`, { operations: [{ op: 'update', id, values: harmless[resource] }] });
          const written = judged('write', 200);
          expect(bulk.body.results?.[0]?.status ?? bulk.status).withContext(`${at} bulk`).toBe(written);
          // Restoring is for who may delete: what is live is not in the bin.
          const restorable = verdict(rule, resource, 'delete', position, 200);
          expect((await caller.post(`${path}/restore`)).status).withContext(`${at} restore`).toBe(deleted || restorable !== 200 ? restorable : 404);
          if (deleted && restorable === 200) await api.db(`crm_core.crm_${resource}`).where({ id }).update({ deleted_at: api.db.fn.now() });
          const restored = await askGraphql(caller, `mutation($id: ID!) { restore${name}(id: $id) { id } }`, { id });
          expect(restored.code).withContext(`${at} GraphQL restore`).toBe(code(deleted || restorable !== 200 ? restorable : 404));
          if (index % 2 === 0) expect((await caller.del(path)).status).withContext(`${at} DELETE`).toBe(verdict(rule, resource, 'delete', position, 204));
          else expect((await askGraphql(caller, `mutation($id: ID!) { delete${name}(id: $id) }`, { id })).code).withContext(`${at} GraphQL delete`).toBe(code(restorable));
        }
      }
    }, 300_000);
  }
});
