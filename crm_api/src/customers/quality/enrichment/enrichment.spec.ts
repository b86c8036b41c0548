import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi, type Caller, type Json, type TestApi } from '../../../testing/api.testing.js';
import { FileProvider } from './file.provider.js';

interface Proposal extends Json { field: string; current: string | null; proposed: string; status: string }
interface Page { items: Proposal[] }

describe('enrichment from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-enrichment-'));
  const file = join(folder, 'register.csv');
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    writeFileSync(file, ['entity,match_domain,match_email,industry,employee_count,phone,currency,country_code,id', 'accounts,petra.example,,Energy,250,06 400 1234,XXX,JO,1', 'contacts,,amal@petra.example,,,,,,', ''].join('\n'));
    api = await startApi({ CRM_ENRICHMENT_FILE: file });
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = async (id: string): Promise<Map<string, Proposal>> => {
    const answer = await admin.post<Page>('/enrichment/lookups', { entity: 'accounts', entity_id: id });
    expect(answer.status).withContext(answer.text).toBe(200);
    return new Map(answer.body.items.map((one) => [one.field, one]));
  };

  it('proposes what is a value of a field and new, and overwrites nothing', async () => {
    const { body: account } = await admin.post('/accounts', { legal_name: 'Petra Energy', website: 'https://www.petra.example/about', industry: 'Retail', country_code: 'JO' });
    const proposals = await ask(account.id);
    expect([...proposals.values()].map((one) => [one.field, one.current, one.proposed])).toEqual([['employee_count', null, '250'], ['industry', 'Retail', 'Energy'], ['phone', null, '+96264001234']]);
    expect((await admin.get(`/accounts/${account.id}`)).body).toEqual(jasmine.objectContaining({ industry: 'Retail', phone: null, employee_count: null }));

    const accepted = await admin.post<Proposal>(`/enrichment/proposals/${proposals.get('employee_count')?.id ?? ''}/accept`);
    expect([accepted.status, accepted.body.status]).withContext(accepted.text).toEqual([200, 'accepted']);
    expect((await admin.get(`/accounts/${account.id}`)).body['employee_count']).toBe(250);
    expect((await admin.post(`/enrichment/proposals/${proposals.get('employee_count')?.id ?? ''}/accept`)).body['code']).toBe('already_decided');

    await admin.patch(`/accounts/${account.id}`, { industry: 'Mining' });
    expect((await admin.post(`/enrichment/proposals/${proposals.get('industry')?.id ?? ''}/accept`)).body['code']).toBe('value_changed');
    expect((await admin.post<Proposal>(`/enrichment/proposals/${proposals.get('industry')?.id ?? ''}/reject`)).body.status).toBe('rejected');
    expect([...(await ask(account.id)).keys()]).toEqual(['phone']); // What was rejected is not proposed again.
    expect((await admin.get(`/accounts/${account.id}`)).body['industry']).toBe('Mining');
    expect((await admin.get<Page>(`/enrichment/proposals?entity=accounts&entity_id=${account.id}&status=rejected`)).body.items.map((one) => one.field)).toEqual(['industry']);
  });

  it('is for who may write the record', async () => {
    const { body: account } = await admin.post('/accounts', { legal_name: 'Petra Two', website: 'https://petra.example' });
    const [rep, exec] = [await api.as('rep'), await api.as('exec')];
    const body = { entity: 'accounts', entity_id: account.id };
    expect([(await rep.post('/enrichment/lookups', body)).status, (await exec.post('/enrichment/lookups', body)).status]).toEqual([404, 403]);
    const id = (await ask(account.id)).get('industry')?.id ?? '';
    expect([(await rep.post(`/enrichment/proposals/${id}/accept`)).status, (await exec.post(`/enrichment/proposals/${id}/accept`)).status]).toEqual([404, 403]);
  });

  it('lists the proposals of all records in reach, with their names', async () => {
    const { body: account } = await admin.post('/accounts', { legal_name: 'Petra Three', legal_name_ar: 'البتراء الثالثة', website: 'https://petra.example' });
    await ask(account.id);
    const all = async (who: Caller): Promise<Json[]> => (await who.get<{ items: Json[] }>('/enrichment/proposals?entity=accounts')).body.items;
    expect((await all(admin)).filter((one) => one['entity_id'] === account.id).map((one) => [one['field'], one['record']])).toContain(['industry', { name: 'Petra Three', name_ar: 'البتراء الثالثة' }]);
    expect((await all(await api.as('rep'))).map((one) => one['entity_id'])).not.toContain(account.id);
  });

  it('reads JSON too, follows changes of the file, and says what is wrong with it', async () => {
    const json = join(folder, 'register.json');
    writeFileSync(json, JSON.stringify([{ match_email: 'Amal@Petra.example', job_title: 'Buyer', city: null }, { match_domain: 'petra.example', job_title: 'Somebody', city: 'Amman' }]));
    const provider = new FileProvider(json);
    const record = { id: 'x', email: 'amal@petra.example' };
    expect(await provider.lookUp('contacts', record)).toEqual([{ field: 'job_title', value: 'Buyer' }, { field: 'city', value: 'Amman' }]);
    writeFileSync(json, '[]');
    utimesSync(json, new Date(0), new Date(0));
    expect(await provider.lookUp('contacts', record)).toEqual([]);
    writeFileSync(json, '{"a":1}');
    await expectAsync(provider.lookUp('contacts', record)).toBeRejectedWithError(/neither CSV with a header nor a JSON array/);
    rmSync(json);
    await expectAsync(provider.lookUp('contacts', record)).toBeRejectedWithError(/check its path/);
  });

  it('is off where no source is set, and gone with its feature', async () => {
    const other = await startApi();
    try {
      const caller = await other.as('admin');
      const { body: account } = await caller.post('/accounts', { legal_name: 'No source' });
      const off = await caller.post('/enrichment/lookups', { entity: 'accounts', entity_id: account.id });
      expect([off.status, off.body['code']]).toEqual([409, 'enrichment_off']);
      await caller.call('PATCH', '/flags/crm_feature_enrichment', { enabled: false });
      expect((await caller.post('/enrichment/lookups', { entity: 'accounts', entity_id: account.id })).body['code']).toBe('feature_disabled');
    } finally {
      await other.stop();
    }
  }, 60_000);
});
