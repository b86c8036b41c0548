import pg from 'pg';
import { until, type ProductClient } from '../support/product.client.js';
import { startProduct, unproved, type TestProduct } from '../support/product.fixture.js';

describe('a custom field', () => {
  let test: TestProduct;
  let admin: ProductClient;
  let postgres: pg.Client;

  beforeAll(async () => {
    test = await startProduct('none', unproved);
    admin = await test.client();
    postgres = new pg.Client({ connectionString: test.product.env['CRM_PG_ADMIN_URL'] ?? test.product.env['CRM_PG_URL'], options: '-c search_path=crm_core,public' });
    await postgres.connect();
  }, 240_000);
  afterAll(async () => {
    await postgres.end();
    await test.dispose();
  }, 60_000);

  const meta = async (): Promise<string> => JSON.stringify(await admin.must('GET', '/analytics/meta'));

  /** The same figure from the rows themselves. */
  const ledger = async (): Promise<Record<string, { count: number; sum: string }>> => {
    const { rows } = await postgres.query<{ place: string | null; count: number; sum: string }>(`
      SELECT p.text_value AS place, count(*)::int AS count, coalesce(sum(n.number_value), 0)::numeric(28,2)::text AS sum
      FROM crm_deals d
      LEFT JOIN crm_custom_values p ON p.entity_id = d.id AND p.deleted_at IS NULL AND p.field_id = (SELECT id FROM crm_custom_fields WHERE key = 'place')
      LEFT JOIN crm_custom_values n ON n.entity_id = d.id AND n.deleted_at IS NULL AND n.field_id = (SELECT id FROM crm_custom_fields WHERE key = 'worth')
      WHERE d.deleted_at IS NULL AND NOT d.is_test GROUP BY 1`);
    return Object.fromEntries(rows.map(({ place, count, sum }) => [place ?? 'none', { count, sum }]));
  };

  it('is a figure to split and sum by as soon as it has values, equal to the rows of Postgres, without a restart', async () => {
    expect(await meta()).not.toContain('deals.custom_place');
    await admin.must('POST', '/custom-fields', { entity: 'deals', key: 'place', label: 'Place', label_ar: 'المكان', type: 'choice', choices: ['Amman', 'Cairo'].map((value) => ({ value, label: value, label_ar: value })) });
    await admin.must('POST', '/custom-fields', { entity: 'deals', key: 'worth', label: 'Worth', label_ar: 'القيمة', type: 'money' });
    const ids: string[] = [];
    for (let number = 0; number < 12; number += 1) {
      const custom = { ...(number % 3 === 2 ? {} : { place: number % 3 === 0 ? 'Amman' : 'Cairo' }), ...(number % 4 === 3 ? {} : { worth: `${number * 1000}.1${number % 10}` }) };
      ids.push((await admin.must<{ id: string }>('POST', '/deals', { name: `Deal ${number}`, custom })).id);
    }
    await admin.must('PATCH', `/deals/${ids[0] ?? ''}`, { custom: { worth: '77.77', place: 'Cairo' } });
    await admin.must('PATCH', `/deals/${ids[1] ?? ''}`, { custom: { worth: null } });
    await admin.must('DELETE', `/deals/${ids[4] ?? ''}`);
    await until(meta, (text) => text.includes('deals.custom_place') && text.includes('deals.sum_custom_worth') && text.includes('المكان'), 60_000);
    const truth = await ledger();
    expect(Object.keys(truth).sort()).toEqual(['Amman', 'Cairo', 'none']);
    const query = { measures: ['deals.count', 'deals.sum_custom_worth'], dimensions: ['deals.custom_place'] };
    const asked = await until(async () => Object.fromEntries((await admin.load(query)).data.map((row) => [row['deals.custom_place'] ?? 'none', { count: Number(row['deals.count']), sum: Number(row['deals.sum_custom_worth']).toFixed(2) }])),
      (figures) => JSON.stringify(Object.entries(figures).sort()) === JSON.stringify(Object.entries(truth).sort()), 30_000);
    expect(asked).toEqual(truth);
  }, 240_000);

  it('is shown to nobody whose role hides it', async () => {
    await admin.must('POST', '/custom-fields', { entity: 'accounts', key: 'secret', label: 'Secret', label_ar: 'سر', type: 'money' });
    await admin.must('POST', '/accounts', { legal_name: 'Secretive LLC', custom: { secret: '5' } });
    await until(() => admin.send<{ data?: Record<string, unknown>[] }>('POST', '/analytics/load', { query: { measures: ['accounts.sum_custom_secret'] } }), ({ body }) => Number(body.data?.[0]?.['accounts.sum_custom_secret']) === 5, 60_000);
    const roles = await admin.must<{ items: { id: string; key: string; fields: Record<string, object> }[] }>('GET', '/roles');
    const exec = roles.items.find(({ key }) => key === 'exec');
    await admin.must('PATCH', `/roles/${exec?.id ?? ''}`, { fields: { ...exec?.fields, accounts: { 'custom.secret': 'hidden' } } });
    const person = await test.client('exec@crm.test');
    const answer = await person.send<{ code: string; detail: string }>('POST', '/analytics/load', { query: { measures: ['accounts.sum_custom_secret'] } });
    expect([answer.status, answer.body.detail]).toEqual([403, jasmine.stringMatching(/accounts\.sum_custom_secret/)]);
    expect(Number((await person.figures({ measures: ['accounts.count'] }))['accounts.count'])).toBe(1);
  }, 120_000);
});
