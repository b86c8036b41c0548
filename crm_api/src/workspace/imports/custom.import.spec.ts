import { startApi, type Answer, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { runImport } from './import.runner.js';
import type { ImportMapping } from './import.types.js';

interface Problem { code: string; field?: string; value?: string; message: string; suggestion?: string }
interface Detail extends Json {
  status: string;
  error: { code: string; message: string } | null;
  counts: Record<'created' | 'updated' | 'unchanged' | 'skipped' | 'errors', number>;
  errors: { row: number; outcome: string; problems: Problem[] }[];
}
interface Field { key: string; type: string; label: { en: string; ar: string }; custom?: boolean; required_for_new?: boolean; reference?: string; can_create?: boolean }
type Row = Json & { custom: Record<string, unknown>; tags: { name: string }[]; updated_at: string };

describe('imports of custom fields and tags', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  let serial = 0;
  const unique = (word: string): string => { serial += 1; return `${word}${serial}`; };
  const define = async (entity: string, type: string, more: object = {}): Promise<Json & { key: string }> => {
    const key = unique('f');
    return await admin.make('/custom-fields', { entity, key, label: `Label ${key}`, label_ar: `اسم ${key}`, type, ...more }) as Json & { key: string };
  };
  const retire = async (...fields: readonly Json[]): Promise<void> => { for (const { id } of fields) await admin.patch(`/custom-fields/${id}`, { archived: true }); };
  const flag = (key: string, enabled: boolean): Promise<Answer> => admin.call('PATCH', `/flags/${key}`, { enabled });
  const tiers = [{ value: 'gold', label: 'Gold tier', label_ar: 'ذهبي' }, { value: 'silver', label: 'Silver, plain', label_ar: 'فضي' }];

  const form = (parts: Record<string, string>, csv: string): string => [
    ...Object.entries(parts).map(([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    `--x\r\ncontent-disposition: form-data; name="file"; filename="test.csv"\r\ncontent-type: text/csv\r\n\r\n${csv}\r\n--x--\r\n`].join('');
  const send = <T = Json>(path: string, parts: Record<string, string>, csv: string, who = admin): Promise<Answer<T>> =>
    who.call<T>('POST', path, form(parts, csv), { 'content-type': 'multipart/form-data; boundary=x' });
  const start = (entity: string, csv: string, mapping: ImportMapping, dry = false): Promise<Answer<Json & { code?: string; detail?: string }>> =>
    send('/imports', { entity, mapping: JSON.stringify(mapping), dry_run: String(dry) }, csv);
  const finish = async (id: string): Promise<Detail> => {
    await runImport(api.db, id);
    return (await admin.get<Detail>(`/imports/${id}`)).body;
  };
  const run = async (entity: string, csv: string, mapping: ImportMapping, dry = false): Promise<Detail> => {
    const answer = await start(entity, csv, mapping, dry);
    expect(answer.status).withContext(answer.text).toBe(201);
    return finish(answer.body.id);
  };
  const counts = ({ counts: c }: Detail): number[] => [c.created, c.updated, c.unchanged, c.skipped, c.errors];
  const problems = (detail: Detail): unknown[] => detail.errors.map(({ row, problems: list }) => [row, list.map(({ field, code }) => [field, code])]);
  const accounts = async (...names: readonly string[]): Promise<Row[]> => Promise.all(names.map(async (name) => {
    const { id } = await api.db<{ id: string; legal_name: string }>('crm_core.crm_accounts').where({ legal_name: name }).first() ?? { id: '' };
    return (await admin.get<Row>(`/accounts/${id}`)).body;
  }));
  const fieldsOf = async (entity: string, who = admin): Promise<Field[]> =>
    (await who.get<{ entities: { entity: string; fields: Field[] }[] }>('/imports/catalogue')).body.entities.find((one) => one.entity === entity)?.fields ?? [];

  it('are offered with both names while the switch is on and the role may write them, and suggested by name or key in either language', async () => {
    const tier = await define('accounts', 'choice', { choices: tiers, label: 'Loyalty tier', label_ar: 'فئة الولاء' });
    const seats = await define('accounts', 'integer', { required: true });
    const keyed = await define('accounts', 'date', { key: 'renewal_day' });
    const offered = await fieldsOf('accounts');
    expect(offered.find((one) => one.key === `custom.${tier.key}`)).toEqual(jasmine.objectContaining({ label: { en: 'Loyalty tier', ar: 'فئة الولاء' }, type: 'choice', custom: true, required_for_new: false }));
    expect(offered.find((one) => one.key === `custom.${seats.key}`)?.required_for_new).toBeTrue();
    expect(offered.find((one) => one.key === 'tags')).toEqual(jasmine.objectContaining({ type: 'tags', reference: 'tags', can_create: true }));
    expect((await fieldsOf('tickets')).some((one) => one.key === 'tags')).toBeFalse();
    const suggest = async (header: string): Promise<unknown> => (await send<{ mapping: ImportMapping }>('/imports/preview', { entity: 'accounts' }, `Company,${header}\nA,b\n`)).body.mapping.columns[header];
    for (const header of ['loyalty  Tier', 'فئة الولاء', tier.key.toUpperCase(), `custom.${tier.key}`]) expect(await suggest(header)).withContext(header).toBe(`custom.${tier.key}`);
    expect([await suggest('Renewal Day'), await suggest('الوسوم'), await suggest('Labels'), await suggest('Sector')]).toEqual([`custom.${keyed.key}`, 'tags', 'tags', 'industry']);

    const { rows } = await api.db.raw<{ rows: { id: string; fields: object }[] }>(`SELECT id, fields FROM crm_core.crm_roles WHERE key = 'admin'`);
    const role = rows[0];
    const restrict = (fields: object): Promise<unknown> => api.admin.raw(`UPDATE crm_core.crm_roles SET fields = ?::jsonb WHERE id = ?`, [JSON.stringify(fields), role?.id ?? '']);
    const mapping = { columns: { a: 'legal_name', b: `custom.${tier.key}`, c: 'tags' } };
    try {
      await restrict({ accounts: { [`custom.${tier.key}`]: 'hidden', tags: 'read_only' } });
      const limited = await fresh();
      expect((await fieldsOf('accounts', limited)).filter((one) => [`custom.${tier.key}`, 'tags'].includes(one.key))).toEqual([]);
      const refused = await send<{ code: string; detail: string }>('/imports', { entity: 'accounts', mapping: JSON.stringify(mapping) }, 'a,b,c\nA,gold,x\n', limited);
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
      expect(refused.body.detail).toContain(`custom.${tier.key}, tags`);
    } finally { await restrict(role?.fields ?? {}); }
    await fresh();

    try {
      await flag('crm_feature_custom_fields', false);
      await flag('crm_feature_tags', false);
      expect((await fieldsOf('accounts')).some((one) => one.custom === true || one.key === 'tags')).toBeFalse();
      const off = await start('accounts', 'a,b,c\nA,gold,x\n', mapping);
      expect([off.status, off.body.code]).toEqual([422, 'feature_disabled']);
      expect(off.body.detail).toContain('/crm/v1/flags');
    } finally {
      await flag('crm_feature_custom_fields', true);
      await flag('crm_feature_tags', true);
    }
    await retire(tier, seats, keyed);
  });

  /** Signs in again once what is known of roles is old. */
  async function fresh(): Promise<Caller> {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    return api.as('admin');
  }

  it('are written in the form of the API, a second time without a change, and each change is a version with its note', async () => {
    const made = {
      text: await define('accounts', 'text'), int: await define('accounts', 'integer'), dec: await define('accounts', 'decimal'), money: await define('accounts', 'money'), day: await define('accounts', 'date'),
      time: await define('accounts', 'datetime'), yes: await define('accounts', 'boolean'), tier: await define('accounts', 'choice', { choices: tiers }), many: await define('accounts', 'multi_choice', { choices: tiers }),
      url: await define('accounts', 'url'), mail: await define('accounts', 'email'), phone: await define('accounts', 'phone'),
    };
    const names = Object.keys(made) as (keyof typeof made)[];
    const [one, two] = [unique('Form '), unique('Form ')];
    const mapping: ImportMapping = { source: 's', columns: { id: 'external_id', name: 'legal_name', ...Object.fromEntries(names.map((name) => [name, `custom.${made[name].key}`])), day: { field: `custom.${made.day.key}`, date_order: 'dmy' } } };
    const file = (int: string): string => `id,name,${names.join(',')}\n${one},${one},Hello,${int},.50,"1,234.5",03/04/2026,2026-04-03 10:30,yes,GOLD TIER,"فضي; gold",https://a.example/x,Sara@a.example,+1 415 555 2671\n`
      + `${two},${two},,,,,,,,silver,"Silver, plain",,,\n`;
    const dry = await run('accounts', file('"1,200"'), mapping, true);
    expect([...counts(dry), ...await accounts(one).then(([row]) => [row?.id])]).toEqual([2, 0, 0, 0, 0, undefined]);
    expect(counts(await run('accounts', file('"1,200"'), mapping))).toEqual([2, 0, 0, 0, 0]);
    const [first, second] = await accounts(one, two);
    const value = (row: Row | undefined, name: keyof typeof made): unknown => row?.custom[made[name].key];
    expect(names.map((name) => value(first, name))).toEqual([
      'Hello', 1200, '0.5', '1234.50', '2026-04-03', '2026-04-03T10:30:00.000Z', true, 'gold', ['gold', 'silver'], 'https://a.example/x', 'Sara@a.example', '+14155552671',
    ]);
    expect(second?.custom).toEqual({ [made.tier.key]: 'silver', [made.many.key]: ['silver'] });
    expect(counts(await run('accounts', file('"1,200"'), mapping))).toEqual([0, 0, 2, 0, 0]);
    expect((await accounts(one))[0]?.updated_at).toBe(first?.updated_at ?? '');

    expect(counts(await run('accounts', file('7'), mapping))).toEqual([0, 1, 1, 0, 0]);
    const [changed] = await accounts(one);
    expect([value(changed, 'int'), value(changed, 'text'), changed?.updated_at === first?.updated_at]).toEqual([7, 'Hello', false]);
    const notes = await api.db('crm_core.crm_audit_log').where({ entity: 'accounts', entity_id: first?.id, actor_kind: 'import' }).orderBy('occurred_at').select<{ action: string; after: Record<string, unknown> }[]>('action', 'after');
    expect(notes.map(({ action, after }) => [action, after[`custom.${made.int.key}`], after[`custom.${made.money.key}`]])).toEqual([['created', 1200, '1234.50'], ['updated', 7, jasmine.any(String)]]);
    await retire(...Object.values(made));
  });

  it('are judged by the rules of the API, each problem at its path with a cure; only good rows go in', async () => {
    const code = await define('accounts', 'text', { unique: true, pattern: '[A-Z]\\d+', max: '4' });
    const seats = await define('accounts', 'integer', { required: true, min: '5', max: '10' });
    const tier = await define('accounts', 'choice', { choices: tiers });
    const day = await define('accounts', 'date', { min: '2026-01-01' });
    const taken = unique('Taken ');
    await admin.make('/accounts', { legal_name: taken, custom: { [code.key]: 'T1', [seats.key]: 6 } });
    const mapping: ImportMapping = { source: unique('s'), columns: { id: 'external_id', name: 'legal_name', code: `custom.${code.key}`, seats: `custom.${seats.key}`, tier: `custom.${tier.key}`, day: `custom.${day.key}` } };
    const name = unique('Rules ');
    const lines = ['A1,5,gold,2026-01-01', 'b1,5,,', 'A2,4,,', 'A3,11,,', 'A4,,,', 'A5,x,,', 'A6,6,bronze,', 'A7,6,,2025-12-31', 't1,6,,', 'a1,6,,', 'A1234,6,,', 'T1,6,,'];
    const file = `id,name,code,seats,tier,day\n${lines.map((line, index) => `${name}-${index},${name}-${index},${line}`).join('\n')}\n`;
    const at = (field: { key: string }): string => `custom.${field.key}`;
    const expected = [
      [3, [[at(code), 'pattern']]], [4, [[at(seats), 'too_small']]], [5, [[at(seats), 'too_large']]], [6, [[at(seats), 'required']]], [7, [[at(seats), 'integer_invalid']]],
      [8, [[at(tier), 'choice_unknown']]], [9, [[at(day), 'too_small']]], [10, [[at(code), 'pattern']]], [11, [[at(code), 'duplicate_value']]], [12, [[at(code), 'too_large']]], [13, [[at(code), 'duplicate_value']]],
    ];
    const dry = await run('accounts', file, mapping, true);
    expect(counts(dry)).toEqual([1, 0, 0, 0, 11]);
    expect(problems(dry)).toEqual(expected);
    expect(dry.errors[5]?.problems[0]).toEqual(jasmine.objectContaining({ value: 'bronze', message: jasmine.stringMatching(/Gold tier, Silver, plain.*alias/) }));
    expect(dry.errors[1]?.problems[0]).toEqual(jasmine.objectContaining({ value: '4', message: jasmine.stringMatching(/at least 5/) }));
    const real = await run('accounts', file, mapping);
    expect([counts(real), problems(real)]).toEqual([[1, 0, 0, 0, 11], expected]);

    // What another record has, and what the record has itself.
    const other = `id,name,code,seats\n${name}-x,${name}-x,T1,6\n${name}-0,${name}-0,A1,\n`;
    const narrow = { ...mapping, columns: { id: 'external_id', name: 'legal_name', code: at(code), seats: at(seats) } };
    const clash = await run('accounts', other, narrow);
    expect([counts(clash), problems(clash)]).toEqual([[0, 0, 1, 0, 1], [[2, [[at(code), 'already_exists']]]]]);
    expect(clash.errors[0]?.problems[0]?.message).toContain('change the other record');

    // A required field that no column fills stops new records, as it does in the API, and no others.
    const bare = await run('accounts', `id,name\n${name}-0,${name}-0\n${name}-y,${name}-y\n`, { ...mapping, columns: { id: 'external_id', name: 'legal_name' } });
    expect([counts(bare), problems(bare)]).toEqual([[0, 0, 1, 0, 1], [[3, [[at(seats), 'required']]]]]);
    await retire(code, seats, tier, day);
  });

  it('take aliases for parts of a list, and leave out what makes no sense where the mapping says so', async () => {
    const many = await define('contacts', 'multi_choice', { choices: tiers });
    const seats = await define('contacts', 'integer');
    const mail = `${unique('p')}@a.example`;
    const detail = await run('contacts', `mail,many,seats\n${mail},"G, silver",lots\n`, {
      columns: { mail: 'email', many: { field: `custom.${many.key}`, aliases: { G: 'gold' } }, seats: { field: `custom.${seats.key}`, on_invalid: 'empty' } },
    });
    expect([counts(detail), problems(detail)]).toEqual([[1, 0, 0, 0, 0], [[2, [[`custom.${seats.key}`, 'integer_invalid']]]]]);
    const found = (await admin.get<{ items: Row[] }>(`/contacts?filter[email]=${encodeURIComponent(mail)}`)).body.items[0];
    expect(found?.custom).toEqual({ [many.key]: ['gold', 'silver'] });
    await retire(many, seats);
  });

  it('ask no more questions for a batch of many rows than for one of few', async () => {
    const code = await define('leads', 'text', { unique: true, pattern: 'L.*' });
    const many = await define('leads', 'multi_choice', { choices: tiers });
    const tag = String((await admin.make('/tags', { name: unique('Bulk ') }))['name']);
    const asked = async (rows: number): Promise<number> => {
      const source = unique('s');
      const lines = Array.from({ length: rows }, (_, index) => `${index},N${index},L${source}-${index},gold;silver,${tag}`);
      const mapping = { source, columns: { id: 'external_id', name: 'full_name', code: `custom.${code.key}`, many: `custom.${many.key}`, tags: 'tags' } };
      const answer = await start('leads', `id,name,code,many,tags\n${lines.join('\n')}\n`, mapping);
      let statements = 0;
      const count = (): void => { statements += 1; };
      api.db.on('query', count);
      await runImport(api.db, answer.body.id);
      api.db.off('query', count);
      expect(counts((await admin.get<Detail>(`/imports/${answer.body.id}`)).body)).toEqual([rows, 0, 0, 0, 0]);
      return statements;
    };
    expect(await asked(400)).toBe(await asked(3));
    await retire(code, many);
  });

  it('say clearly when a field was archived since the mapping was saved or the file was sent', async () => {
    const tier = await define('accounts', 'choice', { choices: tiers, label: 'Old tier', label_ar: 'فئة قديمة' });
    const mapping: ImportMapping = { columns: { name: 'legal_name', tier: `custom.${tier.key}`, tags: 'tags' } };
    interface Saved extends Json { mapping: ImportMapping; outdated: { field: string; code: string; message: string; label: object | null }[] }
    const saved = await admin.post<Saved>('/imports/mappings', { name: unique('m'), entity: 'accounts', mapping });
    expect([saved.status, saved.body.mapping, saved.body.outdated]).toEqual([201, mapping, []]);
    const read = async (): Promise<Saved | undefined> => (await admin.get<{ items: Saved[] }>('/imports/mappings')).body.items.find((one) => one.id === saved.body.id);
    const waiting = await start('accounts', `name,tier,tags\n${unique('Late ')},gold,\n`, mapping);
    await retire(tier);
    const late = await finish(waiting.body.id);
    expect([late.status, late.error?.code]).toEqual(['failed', 'mapping_field_archived']);
    expect(late.error?.message).toMatch(/“Old tier” \(custom\.\w+\) is archived.*bring it back/);
    expect((await read())?.outdated).toEqual([jasmine.objectContaining({ field: `custom.${tier.key}`, code: 'mapping_field_archived', label: { en: 'Old tier', ar: 'فئة قديمة' } })]);
    expect((await start('accounts', 'name,tier,tags\nA,gold,\n', mapping)).body.code).toBe('mapping_field_archived');
    await admin.del(`/custom-fields/${tier.id}`);
    expect((await read())?.outdated.map((one) => [one.code, one.label])).toEqual([['mapping_unknown_field', null]]);
    expect((await start('accounts', 'name,tier,tags\nA,gold,\n', mapping)).body.code).toBe('mapping_unknown_field');
  });

  describe('as tags', () => {
    const mapping: ImportMapping = { source: 'tags', columns: { id: 'external_id', name: 'legal_name', marks: 'tags' } };
    const tag = async (): Promise<string> => String((await admin.make('/tags', { name: unique('Mark ') }))['name']);

    it('are added and never taken off, a second time without a change', async () => {
      const [a, b, c] = [await tag(), await tag(), String((await admin.make('/tags', { name: `${unique('Comma')}, Inc` }))['name'])];
      const name = unique('Tagged ');
      const file = (cell: string): string => `id,name,marks\n${name},${name},"${cell}"\n`;
      expect(counts(await run('accounts', file(`${a.toUpperCase()}; ${a}`), mapping))).toEqual([1, 0, 0, 0, 0]);
      expect(counts(await run('accounts', file(`${b},${a}`), mapping))).toEqual([0, 1, 0, 0, 0]);
      expect(counts(await run('accounts', file(`${b}، ${a}`), mapping))).toEqual([0, 0, 1, 0, 0]);
      expect(counts(await run('accounts', file(''), mapping))).toEqual([0, 0, 1, 0, 0]);
      expect(counts(await run('accounts', file(`${c};${a}`), mapping))).toEqual([0, 1, 0, 0, 0]);
      const [row] = await accounts(name);
      expect(row?.tags.map((one) => one.name).sort()).toEqual([a, b, c].sort());
      const last = await api.db('crm_core.crm_audit_log').where({ entity: 'accounts', entity_id: row?.id, actor_kind: 'import' }).orderBy('occurred_at', 'desc').first<{ after: { tags: string[] } }>('after');
      expect(last.after.tags.length).toBe(3);
    });

    it('that nobody made are a problem of the row with what was probably meant, are left out, or are made where the mapping says so', async () => {
      const known = await tag();
      const [name, fresh, near] = [unique('Unknown '), unique('Zebra'), `${known}x`];
      const file = `id,name,marks\n${name},${name},"${known};${near};${fresh}"\n`;
      const dry = await run('accounts', file, mapping, true);
      expect([counts(dry), problems(dry)]).toEqual([[0, 0, 0, 0, 1], [[2, [['tags', 'reference_unknown'], ['tags', 'reference_unknown']]]]]);
      expect(dry.errors[0]?.problems.map((one) => [one.value, one.suggestion])).toEqual([[near, jasmine.any(String)], [fresh, undefined]]);
      expect(dry.errors[0]?.problems[1]?.message).toContain('Make it first');
      const without = await run('accounts', file, { ...mapping, on_missing: { tags: 'empty' } });
      expect([counts(without), without.errors[0]?.outcome]).toEqual([[1, 0, 0, 0, 0], 'warning']);
      const tried = await run('accounts', file, { ...mapping, on_missing: { tags: 'create' } }, true);
      expect(counts(tried)).toEqual([0, 1, 0, 0, 0]);
      expect(await api.db('crm_core.crm_tags').where({ name: fresh })).toEqual([]);
      expect(counts(await run('accounts', file, { ...mapping, on_missing: { tags: 'create' } }))).toEqual([0, 1, 0, 0, 0]);
      expect((await accounts(name))[0]?.tags.map((one) => one.name).sort()).toEqual([known, near, fresh].sort());
      const [made] = await api.db('crm_core.crm_tags').where({ name: fresh }).select<{ id: string }[]>('id');
      expect(await api.db('crm_core.crm_audit_log').where({ entity: 'tags', entity_id: made?.id ?? null }).pluck('actor_kind')).toEqual(['import']);
      const long = await run('accounts', `id,name,marks\n${name},${name},${'x'.repeat(61)}\n`, { ...mapping, on_missing: { tags: 'create' } });
      expect([counts(long), problems(long)]).toEqual([[0, 0, 0, 0, 1], [[2, [['tags', 'tag_refused']]]]]);
    });
  });
});
