import { startApi, type Answer, type Caller, type Json, type TestApi } from '../../../testing/api.testing.js';
import { makeRole, makeTeam, makeUser } from '../../../workspace/roles/role.world.testing.js';

interface Merge extends Json { fields: string[]; moved: Record<string, number>; survivor_id: string }
interface Undone extends Merge { kept_fields: string[]; kept_rows: number }

describe('a merge', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const merge = (entity: string, survivor: Json, loser: Json, fields: Record<string, string> = {}, who = admin): Promise<Answer<Merge>> =>
    who.post<Merge>('/merges', { entity, survivor_id: survivor.id, loser_id: loser.id, fields });
  const undo = (id: string, who = admin): Promise<Answer<Undone>> => who.post<Undone>(`/merges/${id}/undo`);

  it('fills gaps, takes what was chosen, moves children, hides the other record and tells the story', async () => {
    const account = await admin.make('/accounts', { legal_name: 'Merge Trading' });
    const a = await admin.make('/contacts', { full_name: 'Sara Haddad', email: 'sara@merge.example', city: 'Dubai', external_source: 'hubspot', external_id: '1' });
    const b = await admin.make('/contacts', { full_name: 'Sarah Haddad', full_name_ar: 'سارة حداد', email: 'sara.h@merge.example', email_opt_in: true, mobile: '+971501234567', sms_opt_in: true, city: 'Sharjah', account_id: account.id });
    const deal = await admin.make('/deals', { name: 'D', primary_contact_id: b.id, expected_value: '10.00', currency: 'USD' });
    const merged = await merge('contacts', a, b, { city: 'loser' });
    expect(merged.status).withContext(merged.text).toBe(201);
    expect(merged.body.moved['crm_deals']).toBe(1);
    expect([...merged.body.fields].sort()).toEqual(['account_id', 'city', 'full_name_ar', 'mobile', 'sms_opt_in']);
    const survivor = (await admin.get(`/contacts/${a.id}`)).body;
    // Consent stays with the address it was given for.
    expect(survivor).toEqual(jasmine.objectContaining({ full_name: 'Sara Haddad', full_name_ar: 'سارة حداد', email: 'sara@merge.example', email_opt_in: false, mobile: '+971501234567', sms_opt_in: true, city: 'Sharjah', account_id: account.id, external_id: '1' }));
    expect((await admin.get(`/deals/${deal.id}`)).body['primary_contact_id']).toBe(a.id);
    expect((await admin.get(`/contacts/${b.id}`)).status).toBe(404);
    expect((await admin.get<{ items: Json[] }>('/contacts?q=sarah')).body.items.length).toBe(0);
    const restored = await admin.post(`/contacts/${b.id}/restore`);
    expect([restored.status, restored.body['code']]).toEqual([409, 'merged']);
    const story = (await admin.get<{ items: { kind: string; summary: string }[] }>(`/contacts/${a.id}/timeline`)).body.items;
    expect(story.map((one) => one.kind)).toEqual(['merged', 'created', 'created']);
    expect(story[0]?.summary).toBe('contact merged: Sarah Haddad → Sara Haddad');
    const log = await api.db('crm_core.crm_audit_log').where({ action: 'merge' }).whereIn('entity_id', [a.id, b.id]).select<{ entity_id: string; after: object }[]>('entity_id', 'after');
    expect(log.find((row) => row.entity_id === b.id)?.after).toEqual(jasmine.objectContaining({ merged_into_id: a.id }));

    const back = await undo(merged.body.id);
    expect([back.status, back.body.kept_fields, back.body.kept_rows]).withContext(back.text).toEqual([200, [], 0]);
    expect((await admin.get(`/contacts/${a.id}`)).body).toEqual(jasmine.objectContaining({ full_name: 'Sara Haddad', mobile: null, city: 'Dubai', account_id: null, created_at: a['created_at'] }));
    expect((await admin.get(`/contacts/${b.id}`)).body).toEqual(jasmine.objectContaining({ email: 'sara.h@merge.example', email_opt_in: true, merged_into_id: null }));
    expect((await admin.get(`/deals/${deal.id}`)).body['primary_contact_id']).toBe(b.id);
    expect((await undo(merged.body.id)).body['code']).toBe('already_undone');
  });

  it('says which fields can be chosen, what belongs together, and what both records are called', async () => {
    const groups = async (who: Caller, entity: string): Promise<{ fields: string[]; read_only: boolean }[]> => (await who.get<{ items: { fields: string[]; read_only: boolean }[] }>(`/merges/fields?entity=${entity}`)).body.items;
    const all = await groups(admin, 'contacts');
    expect(all).toContain({ fields: ['mobile', 'sms_opt_in'], read_only: false });
    expect(all.flatMap(({ fields }) => fields)).not.toContain('merged_into_id');
    const [a, b] = [await admin.make('/contacts', { full_name: 'Rana Khoury' }), await admin.make('/contacts', { full_name: 'Rana Khouri', full_name_ar: 'رنا خوري' })];
    // Every one of them is accepted, alone with what it belongs to.
    const { body } = await merge('contacts', a, b, Object.fromEntries(all.flatMap(({ fields }) => fields.map((name) => [name, 'loser']))));
    expect([body['survivor'], body['loser']]).toEqual([{ name: 'Rana Khouri', name_ar: 'رنا خوري' }, { name: 'Rana Khouri', name_ar: 'رنا خوري' }]);
    await makeRole(api, 'partly', { contacts: { read: 'all', write: 'all' } }, { contacts: { mobile: 'hidden', city: 'read_only' } });
    await makeUser(api, { login: 'partly', team: null, region: null, roles: ['partly'] });
    const partly = await groups(await api.as('partly'), 'contacts');
    expect(partly).toContain({ fields: ['sms_opt_in'], read_only: false });
    expect(partly).toContain({ fields: ['city'], read_only: true });
    expect((await (await api.as('partly')).get('/merges/fields?entity=accounts')).status).toBe(403);
  });

  it('is undone around what people did since', async () => {
    const a = await admin.make('/contacts', { full_name: 'Omar Saleh' });
    const b = await admin.make('/contacts', { full_name: 'Omar Salih', mobile: '+971501230001', city: 'Ajman' });
    const other = await admin.make('/contacts', { full_name: 'Somebody' });
    const [kept, moved] = [await admin.make('/activities', { kind: 'call', subject: 'kept', contact_id: b.id }), await admin.make('/activities', { kind: 'call', subject: 'moved', contact_id: b.id })];
    const { body: { id } } = await merge('contacts', a, b);
    await admin.patch(`/contacts/${a.id}`, { city: 'Doha' });
    await admin.patch(`/activities/${moved.id}`, { contact_id: other.id });
    const fresh = await admin.make('/activities', { kind: 'note', subject: 'since', contact_id: a.id });
    const back = await undo(id);
    expect([back.status, back.body.kept_fields, back.body.kept_rows]).withContext(back.text).toEqual([200, ['city'], 1]);
    expect((await admin.get(`/contacts/${a.id}`)).body).toEqual(jasmine.objectContaining({ city: 'Doha', mobile: null }));
    for (const [activity, owner] of [[kept, b], [moved, other], [fresh, a]] as const) expect((await admin.get(`/activities/${activity.id}`)).body['contact_id']).toBe(owner.id);
  });

  it('into a record that is merged itself is undone from the last one backwards', async () => {
    const [a, b, c] = [await admin.make('/accounts', { legal_name: 'Chain A' }), await admin.make('/accounts', { legal_name: 'Chain B' }), await admin.make('/accounts', { legal_name: 'Chain C' })];
    const first = (await merge('accounts', b, a)).body;
    const second = (await merge('accounts', c, b)).body;
    const into = await api.db('crm_core.crm_accounts').whereIn('id', [a.id, b.id]).select<{ merged_into_id: string }[]>('merged_into_id');
    expect(into.map((row) => row.merged_into_id)).toEqual([c.id, c.id]); // One step from what counts, for figures and scopes.
    expect((await undo(first.id)).body['code']).toBe('survivor_gone');
    expect((await merge('accounts', b, c)).status).toBe(404);
    expect((await undo(second.id)).status).toBe(200);
    expect((await undo(first.id)).status).toBe(200);
    const apart = await api.db('crm_core.crm_accounts').whereIn('id', [a.id, b.id, c.id]).whereNull('merged_into_id').whereNull('deleted_at');
    expect(apart.length).toBe(3);
  });

  it('keeps the tree of accounts one', async () => {
    const top = await admin.make('/accounts', { legal_name: 'Tree top' });
    const middle = await admin.make('/accounts', { legal_name: 'Tree middle', parent_id: top.id });
    const leaf = await admin.make('/accounts', { legal_name: 'Tree leaf', parent_id: middle.id });
    const up = await merge('accounts', leaf, top);
    expect(up.status).withContext(up.text).toBe(201);
    expect([(await admin.get(`/accounts/${leaf.id}`)).body['parent_id'], (await admin.get(`/accounts/${middle.id}`)).body['parent_id']]).toEqual([null, leaf.id]);
    await undo(up.body.id);
    expect([(await admin.get(`/accounts/${leaf.id}`)).body['parent_id'], (await admin.get(`/accounts/${middle.id}`)).body['parent_id']]).toEqual([middle.id, top.id]);
    const down = await merge('accounts', top, leaf, { parent_id: 'loser' });
    expect([down.status, (down.body as unknown as { errors: { code: string }[] }).errors[0]?.code]).toEqual([422, 'parent_loop']);
  });

  it('changes no figure but the number of doubles, and counts everything under the survivor', async () => {
    const accounts: Json[] = [];
    for (let index = 0; index < 6; index += 1) accounts.push(await admin.make('/accounts', { legal_name: `Figures ${index}`, lifecycle: index % 2 === 0 ? 'customer' : 'prospect' }));
    for (let index = 0; index < 18; index += 1) await admin.make('/deals', { name: `F ${index}`, account_id: accounts[index % 6]?.id, expected_value: `${100 + index}.25`, currency: 'USD' });
    const figures = async (): Promise<Record<string, unknown>> => (await api.db.raw<{ rows: Record<string, unknown>[] }>(`
      SELECT (SELECT count(*)::int FROM crm_core.crm_accounts WHERE legal_name LIKE 'Figures%' AND deleted_at IS NULL AND merged_into_id IS NULL) AS accounts,
        (SELECT count(*)::int FROM crm_core.crm_accounts WHERE legal_name LIKE 'Figures%' AND lifecycle = 'customer' AND deleted_at IS NULL AND merged_into_id IS NULL) AS customers,
        count(*)::int AS deals, sum(expected_value)::text AS amount FROM crm_core.crm_deals WHERE name LIKE 'F %' AND deleted_at IS NULL`)).rows[0] ?? {};
    const of = async (id: string | undefined): Promise<unknown> => (await api.db.raw<{ rows: unknown[] }>(`SELECT count(*)::int AS n, coalesce(sum(expected_value), 0)::text AS amount FROM crm_core.crm_deals WHERE account_id = ?`, [id ?? null])).rows[0];
    const before = await figures();
    expect(before).toEqual({ accounts: 6, customers: 3, deals: 18, amount: '1957.50' });
    const { body: { id } } = await merge('accounts', accounts[1] as Json, accounts[0] as Json); // A customer goes into a prospect, who then is a customer.
    expect(await figures()).toEqual({ accounts: 5, customers: 3, deals: 18, amount: '1957.50' });
    expect([await of(accounts[0]?.id), await of(accounts[1]?.id)]).toEqual([{ n: 0, amount: '0' }, { n: 6, amount: '640.50' }]);
    await undo(id);
    expect(await figures()).toEqual(before);
    expect(await of(accounts[1]?.id)).toEqual({ n: 3, amount: '321.75' });
  });

  it('meets others in parallel without loss: one of two wins, none is half done', async () => {
    const list: Json[] = [];
    for (let index = 0; index < 5; index += 1) list.push(await admin.make('/contacts', { full_name: `Parallel ${index}` }));
    const activities: Json[] = [];
    for (const one of list) activities.push(await admin.make('/activities', { kind: 'call', subject: 'p', contact_id: one.id }));
    const pairs = list.flatMap((a) => list.filter((b) => b !== a).map((b) => [a, b] as const));
    const answers = await Promise.all(pairs.map(([a, b]) => merge('contacts', a, b)));
    expect(new Set(answers.map((answer) => answer.status)).size).toBeLessThanOrEqual(3);
    for (const answer of answers) expect([201, 404, 409]).withContext(answer.text).toContain(answer.status);
    const left = list.filter((one) => !answers.some((answer) => answer.status === 201 && (answer.body as unknown as { loser_id: string }).loser_id === one.id));
    expect([left.length, answers.filter((answer) => answer.status === 201).length]).toEqual([1, 4]);
    for (const { id } of activities) expect((await admin.get(`/activities/${id}`)).body['contact_id']).toBe(left[0]?.id);
  });

  it('leaves no child behind that is made at the same moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [a, b] = [await admin.make('/contacts', { full_name: `Race ${round}` }), await admin.make('/contacts', { full_name: `Race ${round} too` })];
      const [merged, ...others] = await Promise.all([merge('contacts', a, b), ...Array.from({ length: 4 }, () => admin.post('/activities', { kind: 'call', subject: 'race', contact_id: b.id }))]);
      expect(merged.status).withContext(merged.text).toBe(201);
      for (const one of others) expect([201, 409, 422]).withContext(one.text).toContain(one.status);
      const stray = await api.db('crm_core.crm_activities').where({ contact_id: b.id });
      expect(stray.length).withContext(`round ${round}`).toBe(0);
    }
  });

  it('needs both records in reach, and the right to change one and to delete the other', async () => {
    const team = await makeTeam(api, 'Merge team', 'R1');
    await makeRole(api, 'merge_own', { contacts: { read: 'all', write: 'own', delete: 'own' } });
    await makeRole(api, 'merge_keep', { contacts: { read: 'all', write: 'all' } });
    const own = await makeUser(api, { login: 'merge_own', team, region: null, roles: ['merge_own'] });
    await makeUser(api, { login: 'merge_keep', team, region: null, roles: ['merge_keep'] });
    const [mine, mineToo, theirs] = [await admin.make('/contacts', { full_name: 'Mine', owner_id: own }), await admin.make('/contacts', { full_name: 'Mine too', owner_id: own }), await admin.make('/contacts', { full_name: 'Theirs' })];
    const caller = await api.as('merge_own');
    expect((await merge('contacts', mine, theirs, {}, caller)).status).toBe(404);
    expect((await merge('contacts', theirs, mine, {}, caller)).status).toBe(404);
    expect((await merge('contacts', mine, mineToo, {}, await api.as('merge_keep'))).status).toBe(403);
    expect((await merge('accounts', mine, theirs, {}, caller)).status).toBe(403);
    const merged = await merge('contacts', mine, mineToo, {}, caller);
    expect(merged.status).withContext(merged.text).toBe(201);
    await api.db('crm_core.crm_contacts').where({ id: mine.id }).update({ owner_id: null });
    expect((await undo(merged.body.id, caller)).status).toBe(409);
    await api.db('crm_core.crm_contacts').where({ id: mine.id }).update({ owner_id: own });
    expect((await undo(merged.body.id, caller)).status).toBe(200);
  });

  it('is gone with the person: an erasure leaves nothing to bring back', async () => {
    const a = await admin.make('/contacts', { full_name: 'Zenobia Palmyra', email: 'zenobia@erase.example' });
    const b = await admin.make('/contacts', { full_name: 'Zenobia of Palmyra', email: 'z.palmyra@erase.example', job_title: 'Queen' });
    const { body: { id } } = await merge('contacts', a, b, { email: 'loser' });
    expect((await admin.post('/privacy/erasures', { subject_type: 'contact', subject_id: a.id, reason: 'request' })).status).toBe(201);
    expect((await undo(id)).status).toBe(404);
    expect((await api.db('crm_core.crm_merges').where({ id })).length).toBe(0);
    const left = await api.db.raw<{ rows: unknown[] }>(`SELECT 1 FROM crm_core.crm_contacts WHERE (full_name ILIKE '%palmyra%' OR email ILIKE '%erase.example') AND id IN (?, ?)`, [a.id, b.id]);
    expect(left.rows.length).toBe(0);
  });

  it('refuses what makes no sense, and is gone with its feature', async () => {
    const a = await admin.make('/contacts', { full_name: 'Alone' });
    const b = await admin.make('/contacts', { full_name: 'Alone too' });
    const code = (answer: Answer<Merge>): unknown => [answer.status, (answer.body as unknown as { errors?: { code: string }[] }).errors?.[0]?.code];
    expect(code(await merge('contacts', a, a))).toEqual([422, 'same_record']);
    expect(code(await merge('contacts', a, b, { id: 'loser' }))).toEqual([422, 'unknown_field']);
    expect(code(await merge('contacts', a, b, { email: 'loser', email_opt_in: 'survivor' }))).toEqual([422, 'belongs_together']);
    expect((await undo(a.id)).status).toBe(404);
    await admin.call('PATCH', '/flags/crm_feature_dedupe', { enabled: false });
    const off = await merge('contacts', a, b);
    expect([off.status, off.body['code']]).toEqual([404, 'feature_disabled']);
    await admin.call('PATCH', '/flags/crm_feature_dedupe', { enabled: true });
  });
});
