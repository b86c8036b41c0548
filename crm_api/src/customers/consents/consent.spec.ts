import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { mayContact } from './consent.check.js';
import { wordingHash } from './consent.service.js';

interface Consents { current: { purpose: string; channel: string; state: string; since: string | null; expires_at: string | null }[]; history: Json[] }
interface Verdict { allowed: boolean; reason: string; state: string }

describe('consent', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const contact = (name: string, more: Record<string, unknown> = {}): Promise<Json> => admin.make('/contacts', { full_name: name, email: `${name.toLowerCase().replace(/\W+/g, '.')}@example.com`, ...more });
  const marketing = (state: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({ purpose: 'marketing', channel: 'email', state, ...more });
  const read = async (path: string): Promise<Consents> => (await admin.get<Consents>(`${path}/consents`)).body;
  const check = async (path: string, purpose = 'marketing', channel = 'email'): Promise<Verdict> => (await admin.get<Verdict>(`${path}/consents/check?purpose=${purpose}&channel=${channel}`)).body;
  const emailState = async (path: string): Promise<string | undefined> => (await read(path)).current.find((one) => one.purpose === 'marketing' && one.channel === 'email')?.state;

  it('is recorded with its proof, and the newest statement counts', async () => {
    const purposes = (await admin.get<{ items: Json[] }>('/consent-purposes')).body.items;
    expect(purposes.map((one) => one['key']).slice(0, 3)).toEqual(['marketing', 'profiling', 'research']);
    const words = 'Yes, write to me about offers.';
    const wording = await admin.make(`/consent-purposes/${purposes[0]?.id}/wordings`, { version: '2026-01', locale: 'en', body: words });
    expect(wording['hash']).toBe(wordingHash(words));
    expect((await admin.post(`/consent-purposes/${purposes[0]?.id}/wordings`, { version: '2026-01', locale: 'en', body: 'Other words.' })).body['code']).toBe('wording_exists');
    const ann = await contact('Ann Proof');
    const path = `/contacts/${ann.id}`;
    expect(await check(path)).toEqual(jasmine.objectContaining({ allowed: false, reason: 'no_consent', state: 'none' }));
    const statement = await admin.make(`${path}/consents`, marketing('granted', { occurred_at: '2026-01-02T03:04:05Z', source: 'form', wording_version: '2026-01', wording_text: words, ip: '203.0.113.9', user_agent: 'Firefox', reference: 'https://example.com/form' }));
    expect(statement).toEqual(jasmine.objectContaining({
      state: 'granted', legal_basis: 'consent', source: 'form', wording_id: wording.id, wording_hash: wording['hash'], ip: '203.0.113.9', actor_kind: 'user', occurred_at: '2026-01-02T03:04:05.000Z', expires_at: null,
    }) as unknown as Json);
    expect(await check(path)).toEqual(jasmine.objectContaining({ allowed: true, reason: 'granted' }));
    await admin.make(`${path}/consents`, marketing('withdrawn', { occurred_at: '2026-03-01T00:00:00Z', source: 'phone' }));
    expect(await check(path)).toEqual(jasmine.objectContaining({ allowed: false, reason: 'withdrawn' }));
    // Entered late, it is still older than the withdrawal.
    await admin.make(`${path}/consents`, marketing('granted', { occurred_at: '2026-02-01T00:00:00Z' }));
    expect(await emailState(path)).toBe('withdrawn');
    expect((await read(path)).history.map((one) => one['state'])).toEqual(['withdrawn', 'granted', 'granted']);
    expect((await admin.get(path)).body['consents']).toEqual([jasmine.objectContaining({ purpose: 'marketing', channel: 'email', state: 'withdrawn' })]);
    const told = (await admin.get<{ items: Json[] }>(`${path}/timeline`)).body.items.map((one) => one['kind']);
    expect(told).toContain('consent');
    expect(await api.db('crm_core.crm_audit_log').where({ entity: 'consents', entity_id: statement.id, action: 'create' })).toHaveSize(1);
  });

  it('can be neither changed nor removed by the application, wordings neither', async () => {
    const [purpose] = (await admin.get<{ items: Json[] }>('/consent-purposes')).body.items;
    await admin.make(`/consent-purposes/${purpose?.id}/wordings`, { version: 'kept', locale: 'en', body: 'Kept for good.' });
    await admin.make(`/contacts/${(await contact('Fixed Forever')).id}/consents`, marketing('granted'));
    for (const table of ['crm_consents', 'crm_consent_wordings']) {
      for (const sql of [`UPDATE crm_core.${table} SET created_at = now()`, `DELETE FROM crm_core.${table}`, `TRUNCATE crm_core.${table}`]) {
        await expectAsync(api.db.raw(sql)).withContext(sql).toBeRejectedWithError(/permission denied/);
        await expectAsync(api.admin.raw(sql)).withContext(`${sql} by the owner`).toBeRejectedWithError(/append-only|cannot truncate/);
      }
    }
    await expectAsync(api.db.raw(`SELECT set_config('crm.consent_path', 'erasure', false); UPDATE crm_core.crm_consents SET state = 'granted'`)).toBeRejectedWithError(/permission denied/);
  });

  it('expires by itself', async () => {
    const bob = await contact('Bob Brief');
    const path = `/contacts/${bob.id}`;
    await admin.make(`${path}/consents`, marketing('granted', { occurred_at: '2025-01-01T00:00:00Z', expires_at: '2025-02-01T00:00:00Z' }));
    expect(await check(path)).toEqual(jasmine.objectContaining({ allowed: false, reason: 'expired', state: 'expired' }));
    expect(await emailState(path)).toBe('expired');
    const purpose = await admin.make('/consent-purposes', { key: 'events', name: 'Events', name_ar: 'الفعاليات', channels: ['email'], valid_days: 30 });
    const granted = await admin.make(`${path}/consents`, { purpose: 'events', channel: 'email', state: 'granted', occurred_at: '2026-01-01T00:00:00Z' });
    expect(granted['expires_at']).toBe('2026-01-31T00:00:00.000Z');
    expect((await admin.patch(`/consent-purposes/${purpose.id}`, { legal_basis: 'legitimate_interests' })).status).toBe(200);
    expect(await check(path, 'events')).withContext('expired, but it needs no consent any more').toEqual(jasmine.objectContaining({ allowed: true, reason: 'other_basis' }));
    await admin.make(`${path}/consents`, { purpose: 'events', channel: 'email', state: 'withdrawn' });
    expect(await check(path, 'events')).toEqual(jasmine.objectContaining({ allowed: false, reason: 'withdrawn' }));
    expect((await admin.del(`/consent-purposes/${purpose.id}`)).status).toBe(204);
    expect((await check(path, 'events') as unknown as Json)['code']).toBe('consent_purpose_not_found');
    expect((await read(path)).history.filter((one) => one['purpose'] === 'events')).toHaveSize(2);
  });

  it('finds contacts and leads by what they agreed to, in REST and GraphQL', async () => {
    const [yes, no, never] = await Promise.all([contact('Filter Yes', { city: 'Filterville' }), contact('Filter No', { city: 'Filterville' }), contact('Filter Never', { city: 'Filterville' })]);
    await admin.make(`/contacts/${yes.id}/consents`, marketing('granted'));
    await admin.make(`/contacts/${no.id}/consents`, marketing('granted', { occurred_at: '2026-01-01T00:00:00Z' }));
    await admin.make(`/contacts/${no.id}/consents`, marketing('withdrawn', { occurred_at: '2026-01-02T00:00:00Z' }));
    const found = async (value: string, op = 'eq'): Promise<unknown[]> => {
      const list = await admin.get<{ items: Json[] }>(`/contacts?filter[city]=Filterville&sort=full_name&filter[consents][${op}]=${value}`);
      const graph = await admin.post<{ data: { contacts: { items: Json[] } } }>('/graphql', { query: `{ contacts(filter: {city: {eq: "Filterville"}, consents: {${op}: "${value}"}}, sort: "full_name") { items { id } } }` });
      expect(graph.body.data.contacts.items.map((one) => one.id)).withContext(`GraphQL ${value}`).toEqual(list.body.items.map((one) => one.id));
      return list.body.items.map((one) => one.id);
    };
    expect(await found('marketing:email:granted')).toEqual([yes.id]);
    expect(await found('marketing:email:withdrawn')).toEqual([no.id]);
    expect(await found('marketing:email:none')).toEqual([never.id]);
    expect(await found('marketing:email:none', 'ne')).toEqual([no.id, yes.id]);
    expect(await found('marketing:email:granted', 'ne')).toEqual([never.id, no.id]);
    expect((await admin.get('/contacts?filter[consents]=marketing')).body['code']).toBe('invalid_parameter');
    expect((await admin.get('/contacts?filter[consents][in]=marketing:email:granted')).body['code']).toBe('invalid_parameter');
    const lead = await admin.make('/leads', { full_name: 'Lead Agrees', email: 'lead.agrees@example.com' });
    await admin.make(`/leads/${lead.id}/consents`, marketing('granted'));
    expect((await admin.get<{ items: Json[] }>('/leads?filter[consents]=marketing:email:granted')).body.items.map((one) => one.id)).toEqual([lead.id]);
  });

  it('is read and recorded by GraphQL', async () => {
    const eve = await contact('Eve Graph');
    const ask = async (query: string, variables: unknown): Promise<{ data: Record<string, Json> | null; errors?: { extensions: { code: string } }[] }> =>
      (await admin.post<{ data: Record<string, Json> | null; errors?: { extensions: { code: string } }[] }>('/graphql', { query, variables })).body;
    const recorded = await ask('mutation($id: ID!, $v: JSON!) { recordContactConsent(id: $id, values: $v) }', { id: eve.id, v: marketing('granted', { source: 'in_person' }) });
    expect(recorded.data?.['recordContactConsent']).toEqual(jasmine.objectContaining({ state: 'granted', source: 'in_person' }) as unknown as Json);
    const asked = await ask('query($id: ID!) { contactConsents(id: $id) mayContactContact(id: $id, purpose: "marketing", channel: "email") contact(id: $id) { consents } }', { id: eve.id });
    expect(asked.data?.['mayContactContact']).toEqual(jasmine.objectContaining({ allowed: true }) as unknown as Json);
    expect((asked.data?.['contactConsents'] as unknown as Consents).history).toHaveSize(1);
    expect(asked.data?.['contact']?.['consents']).toHaveSize(1);
    const wrong = await ask('mutation($id: ID!, $v: JSON!) { recordContactConsent(id: $id, values: $v) }', { id: eve.id, v: { purpose: 'marketing', channel: 'fax', state: 'granted' } });
    expect(wrong.errors?.[0]?.extensions.code).toBe('validation_failed');
  });

  it('is one with the opt-in fields, whichever is changed', async () => {
    const kim = await contact('Kim Fields', { email_opt_in: true, email_opt_in_at: '2026-01-05T00:00:00Z', email_opt_in_source: 'fair', mobile: '+962790002233' });
    const path = `/contacts/${kim.id}`;
    expect((await read(path)).history).toEqual([jasmine.objectContaining({ state: 'granted', occurred_at: '2026-01-05T00:00:00.000Z', reference: 'fair', source: 'user' }) as unknown as Json]);
    await admin.patch(path, { email_opt_in: false, sms_opt_in: true });
    expect((await read(path)).current.filter((one) => one.state !== 'none').map((one) => [one.channel, one.state])).toEqual([['email', 'withdrawn'], ['sms', 'granted']]);
    await admin.make(`${path}/consents`, marketing('granted', { source: 'email' }));
    expect((await admin.get(path)).body).toEqual(jasmine.objectContaining({ email_opt_in: true, email_opt_in_source: 'email' }) as unknown as Json);
    await admin.make(`${path}/consents`, marketing('withdrawn', { channel: 'sms' }));
    expect((await admin.get(path)).body['sms_opt_in']).toBeFalse();
    await admin.patch(path, { job_title: 'Buyer' });
    expect((await read(path)).history).withContext('a change of something else states nothing').toHaveSize(5);
  });

  it('follows the person through a merge and a conversion', async () => {
    const [survivor, loser] = [await contact('Merge Survivor'), await contact('Merge Loser')];
    await admin.make(`/contacts/${loser.id}/consents`, marketing('withdrawn'));
    await admin.make(`/contacts/${survivor.id}/consents`, marketing('granted', { occurred_at: '2026-01-01T00:00:00Z' }));
    await api.db('crm_core.crm_contacts').where({ id: loser.id }).update({ merged_into_id: survivor.id, deleted_at: api.db.fn.now() });
    expect(await check(`/contacts/${survivor.id}`)).toEqual(jasmine.objectContaining({ allowed: false, reason: 'withdrawn' }));
    expect((await admin.get<{ items: Json[] }>(`/contacts?filter[id]=${survivor.id}&filter[consents]=marketing:email:withdrawn`)).body.items).toHaveSize(1);
    const lead = await admin.make('/leads', { full_name: 'Lead Converted', email: 'lead.converted@example.com' });
    const person = await contact('Was Lead');
    await admin.make(`/leads/${lead.id}/consents`, marketing('granted'));
    await api.db('crm_core.crm_leads').where({ id: lead.id }).update({ status: 'converted', converted_contact_id: person.id, converted_at: api.db.fn.now() });
    expect((await check(`/contacts/${person.id}`)).reason).toBe('granted');
    await admin.make(`/contacts/${person.id}/consents`, marketing('withdrawn'));
    expect((await check(`/leads/${lead.id}`)).reason).withContext('what the contact says holds for the lead').toBe('withdrawn');
    expect((await admin.get<{ items: Json[] }>('/leads?filter[consents]=marketing:email:withdrawn')).body.items.map((one) => one.id)).toEqual([lead.id]);
  });

  it('refuses what cannot be, and says the cure', async () => {
    const path = `/contacts/${(await contact('Cora Careful')).id}`;
    const code = async (body: Record<string, unknown>): Promise<unknown> => ((await admin.post<{ errors?: { code: string }[] } & Json>(`${path}/consents`, body)).body.errors ?? [])[0]?.code;
    expect(await code(marketing('granted', { purpose: 'nothing' }))).toBe('unknown_purpose');
    expect(await code({ purpose: 'profiling', channel: 'email', state: 'granted' })).toBe('channel_not_of_purpose');
    expect(await code(marketing('granted', { occurred_at: '2999-01-01T00:00:00Z' }))).toBe('in_future');
    expect(await code(marketing('withdrawn', { expires_at: '2999-01-01T00:00:00Z' }))).toBe('not_for_withdrawal');
    expect(await code(marketing('granted', { expires_at: '2001-01-01T00:00:00Z' }))).toBe('before_start');
    expect(await code(marketing('granted', { wording_version: 'unheard' }))).toBe('unknown_wording');
    const [purpose] = (await admin.get<{ items: Json[] }>('/consent-purposes')).body.items;
    await admin.make(`/consent-purposes/${purpose?.id}/wordings`, { version: 'careful', locale: 'en', body: 'As it is.' });
    expect(await code(marketing('granted', { wording_version: 'careful', wording_text: 'altered' }))).toBe('wording_differs');
    expect((await admin.get(`${path}/consents/check?purpose=marketing&channel=any`)).body['code']).toBe('channel_not_of_purpose');
    const mute = await admin.make('/contacts', { full_name: 'No Address' });
    await admin.make(`/contacts/${mute.id}/consents`, marketing('granted'));
    expect(await check(`/contacts/${mute.id}`)).toEqual(jasmine.objectContaining({ allowed: false, reason: 'no_address', state: 'granted' }));
    const rep = await api.as('rep');
    expect((await rep.get(`${path}/consents`)).status).toBe(404);
    expect((await rep.post(`${path}/consents`, marketing('granted'))).status).toBe(404);
    expect((await rep.post('/consent-purposes', { key: 'mine', name: 'Mine', name_ar: 'لي', channels: ['email'] })).status).toBe(403);
    expect((await (await api.as('analyst')).post(`${path}/consents`, marketing('granted'))).status).toBe(403);
  });

  it('is hidden with its member, by every way', async () => {
    const ivy = await contact('Ivy Hidden');
    const path = `/contacts/${ivy.id}`;
    await admin.make(`${path}/consents`, marketing('granted'));
    const role = (await admin.get<{ items: (Json & { key: string })[] }>('/roles')).body.items.find((one) => one.key === 'analyst');
    await api.db('crm_core.crm_roles').where({ id: role?.id }).update({ fields: JSON.stringify({ contacts: { consents: 'hidden' } }) });
    const analyst = await api.as('analyst');
    for (const url of [`${path}/consents`, `${path}/consents/check?purpose=marketing&channel=email`, '/contacts?filter[consents]=marketing:email:granted']) {
      const deadline = Date.now() + 3000;
      let answer = await analyst.get(url);
      while (answer.status !== 403 && Date.now() < deadline) answer = await analyst.get(url);
      expect([answer.status, answer.body['code']]).withContext(url).toEqual([403, 'field_hidden']);
    }
    expect((await analyst.get(path)).body['consents']).toBeNull();
    const story = (await analyst.get(`${path}/timeline`)).text;
    expect(story).not.toContain('marketing');
    expect(story).not.toContain('granted');
    await api.db('crm_core.crm_roles').where({ id: role?.id }).update({ fields: JSON.stringify(role?.['fields'] ?? {}) });
  });

  it('keeps no proof of an erased person, only that something was stated', async () => {
    const zoe = await contact('Zoe Erased Quill');
    await admin.make(`/contacts/${zoe.id}/consents`, marketing('granted', { ip: '203.0.113.77', user_agent: 'Zoes Browser', reference: 'call 4711 of Zoe Erased Quill' }));
    const other = await contact('Somebody Else');
    const mention = await admin.make(`/contacts/${other.id}/consents`, marketing('granted', { reference: 'together with Zoe Erased Quill' }));
    const preview = await admin.get<{ rows: Record<string, number> }>(`/privacy/subjects/contact/${zoe.id}`);
    expect(preview.body.rows['crm_consents']).toBe(2);
    expect((await admin.post('/privacy/erasures', { subject_type: 'contact', subject_id: zoe.id, reason: 'request' })).status).toBe(201);
    const [row] = await api.db('crm_core.crm_consents').where({ contact_id: zoe.id }).select<Json[]>('state', 'reference', 'ip', 'user_agent');
    expect(row).toEqual({ state: 'granted', reference: null, ip: null, user_agent: null } as unknown as Json);
    expect((await api.db('crm_core.crm_consents').where({ id: mention.id }).first<Json>('reference'))['reference']).toBeNull();
  });

  it('travels to the warehouse', async () => {
    const { rows } = await api.admin.raw<{ rows: { tablename: string }[] }>(`SELECT tablename FROM pg_publication_tables WHERE pubname = 'crm_cdc' AND tablename LIKE 'crm_consent%' ORDER BY 1`);
    expect(rows.map((row) => row.tablename)).toEqual(['crm_consent_purposes', 'crm_consent_wordings', 'crm_consents']);
  });

  it('goes away with its flag, and the opt-in fields decide', async () => {
    const ola = await contact('Ola Off', { email_opt_in: true });
    await admin.patch('/flags/crm_feature_consent', { enabled: false });
    expect((await admin.get(`/contacts/${ola.id}/consents`)).body['code']).toBe('feature_disabled');
    expect((await admin.get('/consent-purposes')).body['code']).toBe('feature_disabled');
    expect((await admin.get('/contacts?filter[consents]=marketing:email:granted')).body['code']).toBe('feature_disabled');
    expect((await admin.get(`/contacts/${ola.id}`)).body['consents']).toBeNull();
    expect((await admin.post<{ errors: { extensions: { code: string } }[] }>('/graphql', { query: `{ contactConsents(id: "${ola.id}") }` })).body.errors[0]?.extensions.code).toBe('feature_disabled');
    const off = { feature: () => false };
    expect(await mayContact(api.db, off, { kind: 'contacts', id: ola.id }, 'marketing', 'email')).toEqual(jasmine.objectContaining({ allowed: true, reason: 'opt_in' }));
    expect(await mayContact(api.db, off, { kind: 'contacts', id: ola.id }, 'marketing', 'phone')).toEqual(jasmine.objectContaining({ allowed: false, reason: 'no_opt_in' }));
    await admin.patch(`/contacts/${ola.id}`, { email_opt_in: false });
    await admin.patch('/flags/crm_feature_consent', { enabled: true });
    expect((await read(`/contacts/${ola.id}`)).history).withContext('nothing is recorded while it is off').toHaveSize(1);
  });
});
