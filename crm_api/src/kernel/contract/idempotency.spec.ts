import { testsWithoutOptional } from 'crm_db';
import { startApi, type Answer, type Caller, type TestApi } from '../../testing/api.testing.js';
import { forgetKeys } from './idempotency.repository.js';

describe('Idempotency-Key', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const post = (key: string, body: unknown, path = '/accounts', who = admin): Promise<Answer> => who.call('POST', path, body, { 'idempotency-key': key });
  const named = async (name: string): Promise<number> => (await api.db('crm_core.crm_accounts').where({ legal_name: name }).select('id')).length;

  it('gives the first status, headers and body again and does the work once', async () => {
    const first = await post('k-1', { legal_name: 'Once LLC' });
    const second = await post('k-1', { legal_name: 'Once LLC' });
    expect([first.status, second.status, second.text, second.headers['location'], second.headers['etag']]).toEqual([201, 201, first.text, first.headers['location'], first.headers['etag']]);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(await named('Once LLC')).toBe(1);
    expect((await api.db('crm_core.crm_audit_log').where({ entity_id: first.body.id })).length).toBe(1);
    // The record may have changed since: the answer is still the first one.
    await admin.patch(`/accounts/${first.body.id}`, { city: 'Dubai' });
    expect((await post('k-1', { legal_name: 'Once LLC' })).text).toBe(first.text);
  });

  it('refuses the key for another body, path or precondition, and knows callers apart', async () => {
    await post('k-2', { legal_name: 'Two LLC' });
    for (const answer of [await post('k-2', { legal_name: 'Two B' }), await post('k-2', { full_name: 'Two' }, '/contacts')]) {
      expect([answer.status, answer.body['code']]).toEqual([422, 'idempotency_key_reused']);
    }
    const manager = await api.as('manager');
    const other = await post('k-2', { legal_name: 'Two of another LLC' }, '/accounts', manager);
    expect([other.status, other.headers['idempotency-replayed']]).withContext(other.text).toEqual([201, undefined]);
  });

  it('makes one row of parallel requests', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => post('k-3', { legal_name: 'Parallel LLC' })));
    expect(new Set(answers.map((one) => one.text)).size).toBe(1);
    expect(answers.filter((one) => one.headers['idempotency-replayed'] === undefined).length).toBe(1);
    expect(await named('Parallel LLC')).toBe(1);
  });

  it('keeps refusals, with nothing of them done', async () => {
    const contact = (await admin.post('/contacts', { full_name: 'Keeper' })).body.id;
    const move = (): Promise<Answer> => admin.call('PATCH', `/contacts/${contact}`, { full_name: ' ' }, { 'idempotency-key': 'k-4' });
    const [first, second] = [await move(), await move()];
    expect([first.status, second.status]).toEqual([422, 422]);
    const wrongOwner = { legal_name: 'Refused LLC', parent_id: '01890000-0000-7000-8000-000000000000' };
    const [refused, again] = [await post('k-5', wrongOwner), await post('k-5', wrongOwner)];
    expect([refused.status, refused.headers['content-type'], again.text, again.headers['content-type'], again.headers['idempotency-replayed']])
      .toEqual([422, 'application/problem+json', refused.text, 'application/problem+json', 'true']);
    expect(await named('Refused LLC')).toBe(0);
  });

  it('leaves neither key nor row where the work fails on our side', async () => {
    await api.admin.raw(`CREATE FUNCTION crm_core.spec_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'spec' USING ERRCODE = 'XX000'; END $$;
      CREATE TRIGGER spec_fail BEFORE INSERT ON crm_core.crm_accounts FOR EACH ROW WHEN (NEW.legal_name = 'Broken LLC') EXECUTE FUNCTION crm_core.spec_fail()`);
    expect((await post('k-6', { legal_name: 'Broken LLC' })).status).toBe(500);
    expect((await api.db('crm_core.crm_idempotency_keys').where({ key: 'k-6' })).length).toBe(0);
    await api.admin.raw('DROP FUNCTION crm_core.spec_fail() CASCADE');
    expect((await post('k-6', { legal_name: 'Broken LLC' })).status).toBe(201);
    expect(await named('Broken LLC')).toBe(1);
  });

  it('says what is wrong with a key, ignores it where nothing is changed, and forgets it after a day', async () => {
    for (const key of ['two words', 'é', 'x'.repeat(256)]) {
      const answer = await post(key, { legal_name: 'Never' });
      expect([answer.status, answer.body['code']]).withContext(key).toEqual([400, 'invalid_idempotency_key']);
    }
    expect((await admin.call('GET', '/accounts?limit=1', undefined, { 'idempotency-key': 'two words' })).status).toBe(200);
    await post('k-7', { legal_name: 'Day LLC' });
    await api.db('crm_core.crm_idempotency_keys').where({ key: 'k-7' }).update({ expires_at: new Date(Date.now() - 1000) });
    expect((await post('k-7', { legal_name: 'Another day LLC' })).status).toBe(201);
    await api.db('crm_core.crm_idempotency_keys').update({ expires_at: new Date(Date.now() - 1000) });
    expect(await forgetKeys(api.db)).toBeGreaterThan(0);
    expect((await api.db('crm_core.crm_idempotency_keys')).length).toBe(0);
  });

  it('takes uploads with a key as those without: an import changes nothing when it comes twice', async () => {
    if (testsWithoutOptional()) return pending('It needs optional features.');
    const upload = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\nlegal_name\r\nUpload LLC\r\n--x--\r\n';
    const answer = await admin.call('POST', '/imports/preview', upload, { 'content-type': 'multipart/form-data; boundary=x', 'idempotency-key': 'k-8' });
    expect([answer.status, answer.headers['idempotency-replayed']]).withContext(answer.text).toEqual([200, undefined]);
  });
});
