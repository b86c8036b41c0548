import { startApi, type Answer, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';

interface Problem { code: string; errors?: { path: string; code: string; message: string }[] }
interface Page { items: (Json & { custom: Record<string, unknown>; legal_name?: string })[]; next_cursor: string | null; total?: number }

describe('custom fields', () => {
  let api: TestApi;
  let admin: Caller;
  let rep: Caller;
  beforeAll(async () => {
    api = await startApi();
    [admin, rep] = await Promise.all([api.as('admin'), api.as('rep')]);
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  let serial = 0;
  const define = async (entity: string, type: string, more: object = {}): Promise<Json & { key: string }> => {
    serial += 1;
    const answer = await admin.post('/custom-fields', { entity, key: `f${serial}`, label: `Field ${serial}`, label_ar: `حقل ${serial}`, type, ...more });
    expect(answer.status).withContext(answer.text).toBe(201);
    return answer.body as Json & { key: string };
  };
  const account = (custom: object, more: object = {}, who = admin): Promise<Answer<Json & { custom: Record<string, unknown> }>> => {
    serial += 1;
    return who.post('/accounts', { legal_name: `Company ${serial}`, ...more, custom });
  };
  const names = async (query: string, who = admin): Promise<unknown[]> => {
    const answer = await who.get<Page>(`/accounts?${query}`);
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body.items.map((one) => one.legal_name);
  };
  const flag = (key: string, enabled: boolean): Promise<Answer> => admin.call('PATCH', `/flags/${key}`, { enabled });

  describe('as definitions', () => {
    it('are made, read, changed against their version, archived, brought back and deleted, each noted', async () => {
      const made = await define('accounts', 'choice', { key: 'tier_note', choices: [{ value: 'a', label: 'A', label_ar: 'أ' }, { value: 'b', label: 'B', label_ar: 'ب' }] });
      const read = await rep.get(`/custom-fields/${made.id}`);
      expect(read.body).toEqual(made);
      const stale = String(read.headers['etag']);
      expect((await admin.call('PATCH', `/custom-fields/${made.id}`, { label: 'Tier', required: true }, { 'if-match': stale })).status).toBe(200);
      const late = await admin.call<Problem>('PATCH', `/custom-fields/${made.id}`, { label: 'Too late' }, { 'if-match': stale });
      expect([late.status, late.body.code]).toEqual([412, 'changed_meanwhile']);
      const early = await admin.call<Problem>('DELETE', `/custom-fields/${made.id}`);
      expect([early.status, early.body.code]).toEqual([409, 'still_active']);
      expect((await admin.patch(`/custom-fields/${made.id}`, { archived: true, required: false })).body['archived']).toBeTrue();
      const keys = async (query: string): Promise<unknown[]> => (await rep.get<{ items: Json[] }>(`/custom-fields?entity=accounts${query}`)).body.items.map((one) => one['key']);
      expect(await keys('')).not.toContain('tier_note');
      expect(await keys('&archived=true')).toContain('tier_note');
      expect((await admin.patch(`/custom-fields/${made.id}`, { archived: false })).body['archived']).toBeFalse();
      await admin.patch(`/custom-fields/${made.id}`, { archived: true });
      expect((await admin.del(`/custom-fields/${made.id}`)).status).toBe(204);
      expect((await rep.get(`/custom-fields/${made.id}`)).status).toBe(404);
      expect(await api.db('crm_core.crm_audit_log').where({ entity: 'custom_fields', entity_id: made.id, status: null }).orderBy('occurred_at').pluck('action')).toEqual(['create', 'update', 'update', 'update', 'update', 'delete']);
    });

    it('are an administrator\'s to change', async () => {
      for (const role of ['rep', 'manager', 'exec']) {
        const answer = await (await api.as(role)).post<Problem>('/custom-fields', { entity: 'accounts', key: 'no', label: 'No', label_ar: 'لا', type: 'text' });
        expect([answer.status, answer.body.code]).withContext(role).toEqual([403, 'forbidden']);
      }
    });

    it('that make no sense are refused with the cure', async () => {
      const base = { entity: 'accounts', key: 'odd', label: 'Odd', label_ar: 'غريب' };
      const cases: [object, string, string][] = [
        [{ type: 'choice' }, 'choices', 'required'], [{ type: 'text', choices: [{ value: 'a', label: 'a', label_ar: 'ا' }] }, 'choices', 'not_for_type'],
        [{ type: 'boolean', unique: true }, 'unique', 'not_for_type'], [{ type: 'integer', pattern: 'a' }, 'pattern', 'not_for_type'], [{ type: 'text', pattern: '(' }, 'pattern', 'invalid_pattern'],
        [{ type: 'text', pattern: '(a)\\1' }, 'pattern', 'invalid_pattern'], [{ type: 'date', min: '2026-02-30' }, 'min', 'invalid'], [{ type: 'integer', min: '5', max: '4' }, 'max', 'too_small'], [{ type: 'boolean', max: '1' }, 'max', 'not_for_type'],
      ];
      for (const [more, path, code] of cases) {
        const answer = await admin.post<Problem>('/custom-fields', { ...base, ...more });
        expect([answer.status, answer.body.errors?.map((one) => [one.path, one.code])]).withContext(JSON.stringify(more)).toEqual([422, [[path, code]]]);
      }
      await admin.post('/custom-fields', { ...base, key: 'twice', type: 'text' });
      const again = await admin.post<Problem>('/custom-fields', { ...base, key: 'twice', type: 'date' });
      expect([again.status, again.body.errors?.[0]?.path]).toEqual([409, 'key']);
      expect((await admin.post('/custom-fields', { ...base, entity: 'leads', key: 'twice', type: 'date' })).status).toBe(201);
    });
  });

  describe('on records', () => {
    const samples: [type: string, given: unknown, answered: unknown, wrong: unknown, more?: object][] = [
      ['text', 'Šîmâl', 'Šîmâl', 'x'.repeat(501)], ['long_text', 'y'.repeat(9000), 'y'.repeat(9000), ''], ['integer', 42, 42, 4.2], ['decimal', '0012.500', '12.5', '1.23456789'], ['money', 7.5, '7.50', '1,000'],
      ['date', '2026-03-31', '2026-03-31', '2026-02-30'], ['datetime', '2026-03-31T14:05:00+02:00', '2026-03-31T12:05:00.000Z', 'yesterday'], ['boolean', false, false, 'false'],
      ['choice', 'b', 'b', 'z', { choices: ['a', 'b'].map((value) => ({ value, label: value, label_ar: value })) }], ['multi_choice', ['c', 'a'], ['a', 'c'], ['a', 'z'], { choices: ['a', 'b', 'c'].map((value) => ({ value, label: value, label_ar: value })) }],
      ['url', 'https://crm.example/a', 'https://crm.example/a', 'crm.example'], ['email', 'a@b.example', 'a@b.example', 'a@'], ['phone', '+14155552671', '+14155552671', '12'],
    ];

    it('of every type are written, read back in one form, changed, emptied, and refused at their path', async () => {
      for (const [type, given, answered, wrong, more] of samples) {
        const { key } = await define('accounts', type, more);
        const made = await account({ [key]: given });
        expect(made.status).withContext(`${type} ${made.text}`).toBe(201);
        expect((await admin.get<Json & { custom: Record<string, unknown> }>(`/accounts/${made.body.id}`)).body.custom).withContext(type).toEqual({ [key]: answered });
        const refused = await admin.patch<Problem>(`/accounts/${made.body.id}`, { custom: { [key]: wrong } });
        expect([refused.status, refused.body.errors?.[0]?.path.startsWith(`custom.${key}`)]).withContext(`${type} ${refused.text}`).toEqual([422, true]);
        // The same value in another form is no change, and so no new version.
        const same = await admin.patch(`/accounts/${made.body.id}`, { custom: { [key]: given } });
        expect(same.headers['etag']).withContext(type).toBe(made.headers['etag'] as unknown as string);
        expect((await admin.patch(`/accounts/${made.body.id}`, { custom: { [key]: null } })).body['custom']).withContext(type).toEqual({});
      }
      const unknown = await account({ nowhere: 1 });
      expect([unknown.status, (unknown.body as unknown as Problem).errors?.map((one) => [one.path, one.code])]).toEqual([422, [['custom.nowhere', 'unknown_field']]]);
    });

    it('belong to contacts, leads, deals and tickets as well', async () => {
      const bodies = { contacts: { full_name: 'Cara Custom' }, leads: { full_name: 'Lea Custom' }, deals: { name: 'Deal of custom' }, tickets: { subject: 'Ticket of custom' } };
      for (const [entity, body] of Object.entries(bodies)) {
        const { key } = await define(entity, 'integer', { required: true, min: '3' });
        const without = await admin.post<Problem>(`/${entity}`, body);
        expect([without.status, without.body.errors?.map((one) => [one.path, one.code])]).withContext(entity).toEqual([422, [[`custom.${key}`, 'required']]]);
        const made = await admin.post(`/${entity}`, { ...body, custom: { [key]: 5 } });
        expect([made.status, made.body['custom']]).withContext(made.text).toEqual([201, { [key]: 5 }]);
        const emptied = await admin.patch<Problem>(`/${entity}/${made.body.id}`, { custom: { [key]: null } });
        expect([emptied.status, emptied.body.errors?.[0]?.path]).withContext(entity).toEqual([422, `custom.${key}`]);
        const low = await admin.patch<Problem>(`/${entity}/${made.body.id}`, { custom: { [key]: 2 } });
        expect(low.body.errors?.map((one) => [one.path, one.code])).toEqual([[`custom.${key}`, 'too_small']]);
        await admin.patch(`/custom-fields/${(await admin.get<{ items: Json[] }>(`/custom-fields?entity=${entity}`)).body.items.find((one) => one['key'] === key)?.id ?? ''}`, { required: false });
      }
    });

    it('obey bounds and patterns, and are one of a kind where they must be, whoever comes first', async () => {
      const code = await define('accounts', 'text', { pattern: '[A-Z]{2}\\d+', min: '3', max: '6', unique: true });
      const bad = await account({ [code.key]: 'ab1' });
      expect((bad.body as unknown as Problem).errors?.map((one) => one.code)).toEqual(['pattern']);
      const both = await Promise.all([account({ [code.key]: 'AB12' }), account({ [code.key]: 'AB12' })]);
      expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
      const refused = both.find((one) => one.status === 409)?.body as unknown as Problem;
      expect(refused.errors?.map((one) => [one.path, one.code])).toEqual([[`custom.${code.key}`, 'unique']]);
      const free = await define('accounts', 'text');
      for (const value of ['same', 'Same']) await account({ [free.key]: value });
      const turned = await admin.patch<Problem>(`/custom-fields/${free.id}`, { unique: true });
      expect([turned.status, turned.body.code]).toEqual([409, 'values_repeat']);
    });

    it('are noted with what they were, make a new version, and come back with their field', async () => {
      const { key, id } = await define('accounts', 'money');
      const made = await account({ [key]: '10' });
      const changed = await admin.call('PATCH', `/accounts/${made.body.id}`, { custom: { [key]: '12.30' } }, { 'if-match': String(made.headers['etag']) });
      expect([changed.status, changed.headers['etag'] === made.headers['etag']]).toEqual([200, false]);
      expect((await admin.call('PATCH', `/accounts/${made.body.id}`, { custom: { [key]: '1' } }, { 'if-match': String(made.headers['etag']) })).status).toBe(412);
      const [entry] = await api.db('crm_core.crm_audit_log').where({ entity_id: made.body.id, action: 'update', status: null }).select<{ before: unknown; after: unknown }[]>('before', 'after');
      expect(entry).toEqual({ before: { [`custom.${key}`]: '10.00' }, after: { [`custom.${key}`]: '12.30' } });
      await admin.patch(`/custom-fields/${id}`, { archived: true });
      expect((await admin.get(`/accounts/${made.body.id}`)).body['custom']).toEqual({});
      await admin.patch(`/custom-fields/${id}`, { archived: false });
      expect((await admin.get(`/accounts/${made.body.id}`)).body['custom']).toEqual({ [key]: '12.30' });
    });

    it('are hidden or closed by roles, in answers, lists, search, writes, audit and definitions', async () => {
      const secret = await define('accounts', 'text');
      const fixed = await define('accounts', 'integer');
      const made = await account({ [secret.key]: 'unspeakable', [fixed.key]: 7 }, { owner_id: (await rep.get('/me')).body.id });
      const { id: role, fields, permissions } = (await admin.get<{ items: (Json & { key: string })[] }>('/roles')).body.items.find((one) => one.key === 'rep') as unknown as { id: string; fields: Record<string, object>; permissions: object };
      const rules = { ...fields, accounts: { ...fields['accounts'], [`custom.${secret.key}`]: 'hidden', [`custom.${fixed.key}`]: 'read_only' } };
      const put = await admin.patch(`/roles/${role}`, { fields: rules, permissions });
      expect(put.status).withContext(put.text).toBe(200);
      const again = await api.as('rep');
      expect((await again.get(`/accounts/${made.body.id}`)).body['custom']).toEqual({ [fixed.key]: 7 });
      expect(await names('q=unspeakable', again)).toEqual([]);
      expect(await names('q=unspeakable')).toEqual([made.body['legal_name']]);
      for (const query of [`filter[custom.${secret.key}]=unspeakable`, `sort=custom.${secret.key}`]) {
        const refused = await again.get<Problem>(`/accounts?${query}`);
        expect([refused.status, refused.body.code]).withContext(query).toEqual([403, 'field_hidden']);
      }
      for (const key of [secret.key, fixed.key]) {
        const refused = await again.patch<Problem>(`/accounts/${made.body.id}`, { custom: { [key]: null } });
        expect([refused.status, refused.body.errors?.map((one) => one.path)]).withContext(key).toEqual([403, [`custom.${key}`]]);
      }
      expect((await again.get<{ items: Json[] }>('/custom-fields?entity=accounts')).body.items.map((one) => one['key'])).not.toContain(secret.key);
      const story = await again.get(`/accounts/${made.body.id}/timeline`);
      expect(story.text).not.toContain(`custom.${secret.key}`);
      expect(story.text).toContain(`custom.${fixed.key}`);
      await admin.patch(`/roles/${role}`, { fields, permissions });
    });

    it('go away with their switch, and the rest stays', async () => {
      const { key } = await define('accounts', 'text');
      const made = await account({ [key]: 'here' });
      await flag('crm_feature_custom_fields', false);
      expect((await admin.get(`/accounts/${made.body.id}`)).body['custom']).toBeNull();
      for (const answer of [await admin.get<Problem>('/custom-fields'), await admin.patch<Problem>(`/accounts/${made.body.id}`, { custom: { [key]: 'x' } }), await admin.get<Problem>(`/accounts?filter[custom.${key}]=here`)]) {
        expect([answer.status, answer.body.code]).withContext(answer.text).toEqual([404, 'feature_disabled']);
      }
      expect((await admin.patch(`/accounts/${made.body.id}`, { city: 'Amman' })).status).toBe(200);
      await flag('crm_feature_custom_fields', true);
      expect((await admin.get(`/accounts/${made.body.id}`)).body['custom']).toEqual({ [key]: 'here' });
    });
  });

  describe('in lists', () => {
    it('filter by every operator of their type', async () => {
      const [n, day, yes, set, word] = [await define('accounts', 'decimal'), await define('accounts', 'date'), await define('accounts', 'boolean'),
        await define('accounts', 'multi_choice', { choices: ['a', 'b', 'c'].map((value) => ({ value, label: value, label_ar: value })) }), await define('accounts', 'long_text')];
      const industry = `only-${n.key}`;
      await account({ [n.key]: '9.5', [day.key]: '2026-01-01', [yes.key]: true, [set.key]: ['a', 'b'], [word.key]: 'Fünfzig Prozent' }, { legal_name: 'One', industry });
      await account({ [n.key]: '10', [day.key]: '2026-02-01', [yes.key]: false, [set.key]: ['c'] }, { legal_name: 'Two', industry });
      await account({}, { legal_name: 'None', industry });
      const cases: [string, string[]][] = [
        [`[custom.${n.key}]=10.00`, ['Two']], [`[custom.${n.key}][gte]=9.5`, ['One', 'Two']], [`[custom.${n.key}][lt]=10`, ['One']], [`[custom.${n.key}][ne]=10`, ['None', 'One']], [`[custom.${n.key}][in]=9.5,3`, ['One']], [`[custom.${n.key}][null]=true`, ['None']],
        [`[custom.${n.key}][null]=false`, ['One', 'Two']], [`[custom.${day.key}][gt]=2026-01-01`, ['Two']], [`[custom.${yes.key}]=false`, ['Two']], [`[custom.${set.key}]=b`, ['One']], [`[custom.${set.key}][in]=b,c`, ['One', 'Two']], [`[custom.${set.key}][ne]=c`, ['None', 'One']],
        [`[custom.${word.key}][contains]=FUNFZIG pro`, ['One']],
      ];
      for (const [filter, expected] of cases) expect((await names(`sort=legal_name&filter[industry]=${industry}&filter${filter}`))).withContext(filter).toEqual(expected);
      const wrong: [string, string][] = [[`filter[custom.${n.key}]=many`, 'invalid'], [`filter[custom.${word.key}]=x`, 'unknown_operator'], ['filter[custom.zzz]=1', 'unknown_field'], [`sort=custom.${word.key}`, 'unknown_field'], [`sort=custom.${n.key},legal_name`, 'not_combinable']];
      for (const [query, code] of wrong) {
        const answer = await admin.get<Problem>(`/accounts?${query}`);
        expect([answer.status, answer.body.errors?.map((one) => one.code)]).withContext(query).toEqual([400, [code]]);
      }
    });

    it('sort both ways, page by page, those without a value last, nobody twice and nobody missing', async () => {
      const kinds: [string, unknown[], object?][] = [['integer', [3, 1, 2, 2, null, null]], ['text', ['b', 'a', 'ü', 'a', null]], ['datetime', ['2026-01-01T00:00:00Z', '2025-01-01T00:00:00Z', null]], ['boolean', [true, false, null]]];
      for (const [type, values] of kinds) {
        const { key } = await define('accounts', type);
        const industry = `sorted-${key}`;
        for (const value of values) await account(value === null ? {} : { [key]: value }, { industry });
        for (const sign of ['', '-']) {
          const seen: [string, unknown][] = [];
          let cursor: string | null = null;
          do {
            const page: Answer<Page> = await admin.get<Page>(`/accounts?filter[industry]=${industry}&sort=${sign}custom.${key}&limit=2&count=true${cursor === null ? '' : `&cursor=${cursor}`}`);
            expect([page.status, page.body.total]).withContext(page.text).toEqual([200, values.length]);
            seen.push(...page.body.items.map((one): [string, unknown] => [one.id, one.custom[key] ?? null]));
            cursor = page.body.next_cursor;
          } while (cursor !== null);
          expect(new Set(seen.map(([id]) => id)).size).withContext(`${sign}${type}`).toBe(values.length);
          const shown = seen.map(([, value]) => value).filter((value) => value !== null) as (string | number | boolean)[];
          const sorted = [...shown].sort((a, b) => (typeof a === 'string' ? a.localeCompare(String(b)) : Number(a) - Number(b)));
          expect(shown).withContext(`${sign}${type}`).toEqual(sign === '' ? sorted : sorted.reverse());
          expect(seen.slice(shown.length).every(([, value]) => value === null)).toBeTrue();
        }
      }
    });

    it('are found by the words in them, together with those of the record', async () => {
      const { key } = await define('accounts', 'text');
      await account({ [key]: 'Quetzalcoatl 100%' }, { legal_name: 'Feather LLC' });
      expect(await names('q=quetzal')).toEqual(['Feather LLC']);
      expect(await names('q=feather 100%25')).toEqual(['Feather LLC']);
      expect(await names('q=feather 100_')).toEqual([]);
    });

    it('come through GraphQL as through REST', async () => {
      const { key } = await define('deals', 'integer');
      const ask = (query: string, variables: object = {}): Promise<Answer<{ data: Record<string, unknown> | null; errors?: { extensions: { code: string; errors?: { path: string }[] } }[] }>> => admin.post('/graphql', { query, variables });
      const made = await ask('mutation($v: DealCreate!) { createDeal(values: $v) { id custom } }', { v: { name: 'By graph', custom: { [key]: 41 } } });
      expect(made.body.data?.['createDeal']).withContext(made.text).toEqual({ id: jasmine.any(String), custom: { [key]: 41 } });
      const found = await ask(`{ deals(filter: {custom: {${key}: {gte: 41}}}, sort: "-custom.${key}") { items { name custom } } }`);
      expect((found.body.data?.['deals'] as { items: unknown[] }).items).withContext(found.text).toEqual([{ name: 'By graph', custom: { [key]: 41 } }]);
      const refused = await ask('mutation($v: DealCreate!) { createDeal(values: $v) { id } }', { v: { name: 'No', custom: { [key]: 'x' } } });
      expect([refused.body.errors?.[0]?.extensions.code, refused.body.errors?.[0]?.extensions.errors?.[0]?.path]).toEqual(['validation_failed', `custom.${key}`]);
    });

    it('find by index, not by reading everything', async () => {
      const number = await define('accounts', 'integer');
      const text = await define('accounts', 'text');
      await api.admin.raw(`INSERT INTO crm_core.crm_accounts (legal_name, created_at) SELECT 'Bulk ' || n, now() - n * interval '1 second' FROM generate_series(1, 30000) n`);
      await api.admin.raw(`INSERT INTO crm_core.crm_custom_values (field_id, entity_id, number_value) SELECT ?, id, row_number() OVER () FROM crm_core.crm_accounts WHERE legal_name LIKE 'Bulk %'`, [number.id]);
      await api.admin.raw(`INSERT INTO crm_core.crm_custom_values (field_id, entity_id, text_value) SELECT ?, id, 'needle ' || md5(id::text) FROM crm_core.crm_accounts WHERE legal_name LIKE 'Bulk %'`, [text.id]);
      await api.admin.raw('ANALYZE crm_core.crm_accounts, crm_core.crm_custom_values');
      const [some] = await api.db('crm_core.crm_custom_values').where({ field_id: text.id }).limit(1).pluck<string[]>('text_value');
      for (const query of [`filter[custom.${number.key}]=777`, `filter[custom.${number.key}][gte]=29990`, `filter[custom.${text.key}]=${String(some)}`, `sort=-custom.${number.key}&limit=20`, `q=${String(some).slice(7, 20)}`]) {
        const ran: { sql: string; bindings: readonly unknown[] }[] = [];
        const listen = (one: { sql: string; bindings: readonly unknown[] }): void => { ran.push(one); };
        api.db.on('query', listen);
        expect((await admin.get<Page>(`/accounts?${query}`)).body.items.length).withContext(query).toBeGreaterThan(0);
        api.db.off('query', listen);
        const list = ran.find(({ sql }) => sql.includes('__version') && sql.includes('crm_custom_values'));
        // The driver's own placeholders, as Postgres will see them.
        const plan = await api.admin.raw<{ rows: { 'QUERY PLAN': string }[] }>(`EXPLAIN ${list?.sql.replace(/\$\d+/g, '?').replace(/\\\?/g, '?') ?? ''}`, [...(list?.bindings ?? [])] as never);
        const text_ = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(text_).withContext(query).not.toMatch(/Seq Scan on crm_(accounts|custom_values)/);
      }
    }, 60_000);
  });
});
