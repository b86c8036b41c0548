import { pino } from 'pino';
import { startApi, type Caller, type Json, type TestApi } from '../../../testing/api.testing.js';
import { startQualityWorker } from '../quality.worker.js';
import { pairsOf } from './dedupe.runner.js';
import { jaroWinkler, nameSimilarity, wordSimilarity } from './similarity.js';

interface Shown extends Json { similarity: number; reasons: { field: string; agreement: string; similarity: number }[]; left: Json | null; right: Json | null; status: string }
interface Page { items: Shown[]; next_cursor: string | null }
interface Matches { matches: { similarity: number; reasons: { field: string }[]; record: Json }[] }

describe('similarity', () => {
  it('is that of the published examples of Winkler', () => {
    const examples = [['martha', 'marhta', 0.961], ['dwayne', 'duane', 0.84], ['dixon', 'dicksonx', 0.813], ['jones', 'johnson', 0.832], ['abroms', 'abrams', 0.922], ['', 'a', 0], ['a', 'a', 1]] as const;
    for (const [a, b, expected] of examples) {
      expect(jaroWinkler(a, b)).withContext(`${a} ${b}`).toBeCloseTo(expected, 3);
      expect(jaroWinkler(b, a)).withContext(`${b} ${a}`).toBeCloseTo(expected, 3);
    }
  });

  it('knows swapped, joined and shortened names, and keeps different ones apart', () => {
    expect(nameSimilarity('sara haddad', 'haddad, sara')).toBe(1);
    expect(nameSimilarity('abdul rahman saleh', 'saleh abdul rahman')).toBe(1);
    expect(nameSimilarity('الحربي محمد', 'محمد حربي')).toBe(1);
    expect(nameSimilarity('j smith', 'john smith')).toBeGreaterThan(0.9);
    expect(nameSimilarity('sara m haddad', 'sara haddad')).toBeGreaterThan(0.92);
    expect(nameSimilarity('sara haddad', 'omar khoury')).toBeLessThan(0.5);
    expect(wordSimilarity('محمد', 'محمود')).toBeLessThan(jaroWinkler('محمد', 'محمود') - 0.05);
    expect(nameSimilarity('', 'x')).toBe(0);
  });

  it('compares every pair of a small block and only neighbours in a large one', () => {
    const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
    expect([...pairsOf(ids(60))].length).toBe((60 * 59) / 2);
    expect([...pairsOf(ids(20_000))].length).toBeLessThanOrEqual(20_000 * 12);
  });
});

describe('duplicates', () => {
  let api: TestApi;
  let admin: Caller;
  let rep: Caller;
  let analyst: Caller;
  const made = async (path: string, body: unknown, who = admin): Promise<Json> => {
    const answer = await who.post(path, body);
    expect(answer.status).withContext(answer.text).toBe(201);
    return answer.body;
  };
  beforeAll(async () => {
    api = await startApi();
    [admin, rep, analyst] = await Promise.all([api.as('admin'), api.as('rep'), api.as('analyst')]);
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  /** Searches through the worker, as the product does. */
  async function search(entity: string): Promise<Json> {
    const worker = await startQualityWorker({ db: api.db, jobs: api.jobs, log: pino({ level: 'silent' }), resolver: null, mxEveryMs: 1000 });
    try {
      const { id } = await made('/duplicates/searches', { entity });
      for (const until = Date.now() + 60_000; Date.now() < until;) {
        const { body } = await admin.get(`/duplicates/searches/${id}`);
        if (body['status'] === 'done' || body['status'] === 'failed') return body;
      }
      throw new Error('The search did not end');
    } finally {
      await worker.stop();
    }
  }

  it('are found, explained, dismissed for good and taken up again', async () => {
    const a = await made('/contacts', { full_name: 'Yousef Al-Harbi', email: 'y.harbi@dup.example', mobile: '+966501112233' });
    const b = await made('/contacts', { full_name: 'يوسف الحربي', mobile: '0501112233', country_code: 'SA' });
    await made('/contacts', { full_name: 'Yousef Al-Harbi', email: 'other@elsewhere.example', mobile: '+966509998877' });
    // Namesakes at one company, as their numbered addresses show.
    const { id: company } = await made('/accounts', { legal_name: 'Namesakes' });
    for (const address of ['o.saleh@names.example', 'o.saleh2@names.example']) await made('/contacts', { full_name: 'Omar Saleh', email: address, account_id: company });
    const done = await search('contacts');
    expect([done['status'], done['candidates']]).withContext(JSON.stringify(done)).toEqual(['done', 1]);
    const page = (await admin.get<Page>('/duplicates?entity=contacts')).body;
    expect(page.items.length).toBe(1);
    const pair = page.items[0] as Shown;
    expect([pair.left?.id, pair.right?.id].sort()).toEqual([a.id, b.id].sort());
    expect(pair.reasons).toEqual([{ field: 'mobile', agreement: 'same', similarity: 1 }, { field: 'full_name', agreement: 'similar', similarity: 0.93 }]);
    expect(pair.similarity).toBeGreaterThan(0.85);
    // What a role is not shown is no reason to it.
    expect((await analyst.get<Shown>(`/duplicates/${pair.id}`)).body.reasons.map((one) => one.field)).toEqual(['full_name']);

    expect((await admin.post<Shown>(`/duplicates/${pair.id}/dismiss`)).body.status).toBe('rejected');
    expect((await admin.post(`/duplicates/${pair.id}/dismiss`)).body['code']).toBe('already_decided');
    await search('contacts');
    expect((await admin.get<Page>('/duplicates?entity=contacts')).body.items).toEqual([]);
    expect((await admin.post<Shown>(`/duplicates/${pair.id}/reopen`)).body.status).toBe('open');

    const merged = await admin.post(`/duplicates/${pair.id}/merge`, { survivor_id: a.id, fields: {} });
    expect(merged.status).withContext(merged.text).toBe(201);
    expect((await admin.get<Page>('/duplicates?entity=contacts')).body.items).toEqual([]);
    expect((await admin.get<Page>('/duplicates?entity=contacts&status=merged')).body.items.map((one) => [one.id, one.left?.id ?? one.right?.id])).toEqual([[pair.id, a.id]]);
    expect((await admin.post(`/duplicates/${pair.id}/merge`, { survivor_id: a.id })).status).toBe(409);
    await admin.post(`/merges/${merged.body.id}/undo`);
    expect((await admin.get<Shown>(`/duplicates/${pair.id}`)).body.status).toBe('undone');
    expect((await admin.get(`/contacts/${a.id}`)).body['full_name_ar']).toBeNull();
  }, 120_000);

  it('are listed page by page, and only to who may see both', async () => {
    const owner = (await rep.get('/me')).body.id;
    for (let index = 0; index < 5; index += 1) {
      const twin = { full_name: `Layla Mansour ${'abcde'[index] ?? ''}x`, email: `layla${index}@pages.example` };
      await made('/leads', { ...twin, owner_id: owner });
      await made('/leads', { ...twin, ...(index === 0 ? { owner_id: owner } : {}) });
    }
    expect((await search('leads'))['candidates']).toBeGreaterThanOrEqual(5);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let rounds = 0; cursor !== null && rounds < 20; rounds += 1) {
      const { body }: { body: Page } = await admin.get<Page>(`/duplicates?entity=leads&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.items.map((one) => one.id));
      cursor = body.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(5);
    const mine = (await rep.get<Page>('/duplicates?entity=leads')).body.items;
    expect(mine.length).toBe(1);
    const foreign = seen.find((id) => id !== mine[0]?.id) ?? '';
    expect([(await rep.get(`/duplicates/${foreign}`)).status, (await rep.post(`/duplicates/${foreign}/dismiss`)).status, (await rep.post('/duplicates/searches', { entity: 'leads' })).status]).toEqual([404, 404, 403]);
    expect((await rep.get('/duplicates?entity=leads&cursor=x')).body['code']).toBe('invalid_cursor');
  }, 120_000);

  it('are told before a record is made, by any of its details', async () => {
    const account = await made('/accounts', { legal_name: 'Nile Cedar Trading LLC', website: 'https://www.nilecedar.example/en', phone: '+97142223344', country_code: 'AE' });
    const person = await made('/contacts', { full_name: 'Fatima Al-Suwaidi', email: 'f.suwaidi@nilecedar.example', mobile: '+971502223344', account_id: account.id });
    const ask = async (entity: string, values: object, who = admin): Promise<string[]> => {
      const answer = await who.post<Matches>('/duplicates/check', { entity, values });
      expect(answer.status).withContext(answer.text).toBe(200);
      return answer.body.matches.map((one) => one.record.id);
    };
    expect(await ask('contacts', { first_name: 'Fatima', last_name: 'Suwaidi', email: 'F.Suwaidi+news@NileCedar.example' })).toEqual([person.id]);
    expect(await ask('contacts', { full_name: 'فاطمة السويدي', mobile: '050 222 3344', country_code: 'AE' })).toEqual([person.id]);
    expect(await ask('contacts', { full_name: 'Fatma Alsuwaidi', account_id: account.id })).toEqual([person.id]);
    expect(await ask('contacts', { full_name: 'Fatima Al-Suwaidi', email: 'someone@else.example', mobile: '+971509990000' })).toEqual([]);
    expect(await ask('accounts', { legal_name: 'NILE CEDAR TRADING, L.L.C.', website: 'http://nilecedar.example' })).toEqual([account.id]);
    expect(await ask('accounts', { legal_name: 'Another Company' })).toEqual([]);
    expect(await ask('contacts', { email: 'f.suwaidi@nilecedar.example', full_name: 'Fatima Al-Suwaidi' }, rep)).toEqual([]); // Not theirs to see.
    const wrong = await admin.post('/duplicates/check', { entity: 'contacts', values: { email: 'no address', nonsense: 1 } });
    expect([wrong.status, (wrong.body as unknown as { errors: { path: string }[] }).errors.map((one) => one.path)]).toEqual([422, ['values.email', 'values.nonsense']]);
    expect((await analyst.post('/duplicates/check', { entity: 'contacts', values: { email: 'f.suwaidi@nilecedar.example' } })).body['code']).toBe('field_hidden');
  });
});
