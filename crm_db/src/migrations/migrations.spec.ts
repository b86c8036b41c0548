import pg from 'pg';
import { startTestCluster, type TestCluster, type TestDatabase } from '../testing/database.testing.js';

const patience = 180_000;

describe('the tables', () => {
  let cluster: TestCluster;
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    cluster = await startTestCluster();
    database = await cluster.createDatabase();
    client = new pg.Client({ connectionString: database.appUrl, options: '-c search_path=crm_core,public' });
    await client.connect();
  }, patience);
  afterAll(async () => {
    await client.end();
    await cluster.stop();
  }, patience);

  const value = async (sql: string, values: unknown[] = []): Promise<unknown> => {
    const { rows } = await client.query<Record<string, unknown>>(sql, values);
    return Object.values(rows[0] ?? {})[0];
  };

  it('give ids of UUIDv7 that sort by the time they were made', async () => {
    const { rows } = await client.query<{ id: string }>('SELECT crm_uuid_v7()::text AS id FROM generate_series(1, 500)');
    for (const { id } of rows) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(500);
    const first = rows[0]?.id ?? '';
    expect(Math.abs(parseInt(first.replace('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(60_000);
    for (let round = 0; round < 20; round += 1) {
      const earlier = await value('SELECT crm_uuid_v7()::text');
      const later = await value('SELECT crm_uuid_v7()::text');
      expect(String(earlier) < String(later)).withContext(`${String(earlier)} ${String(later)}`).toBeTrue();
    }
  }, patience);

  it('fold case, accents and Arabic spelling variants into one', async () => {
    const pairs = [
      ['شركة الأُفُق', 'شركه الافق'], ['مؤسسة آفاق', 'موسسه افاق'], ['إدارة ١٢٣', 'اداره 123'], ['مـــصـــر', 'مصر'], ['ليلى', 'ليلي'], ['Crème BRÛLÉE', 'creme brulee'], ['٣٥ شارع', '35 شارع'],
    ];
    for (const [written, folded] of pairs) expect(await value('SELECT crm_fold($1)', [written])).toBe(folded);
    expect(await value('SELECT crm_fingerprint($1) = crm_fingerprint($2)', ['Al-Noor & Sons, L.L.C.', 'al noor sons LLC'])).toBeTrue();
    expect(await value('SELECT crm_fingerprint($1) = crm_fingerprint($2)', ['شركة النّور', 'شركه النور'])).toBeTrue();
    expect(await value('SELECT crm_fingerprint($1) = crm_fingerprint($2)', ['Noor', 'Nour'])).toBeFalse();
  }, patience);

  it('keep names and addresses unique among living records only', async () => {
    const insert = `INSERT INTO crm_accounts (legal_name, region) VALUES ($1, $2) RETURNING id`;
    const id = await value(insert, ['Twin Trading', 'Gulf']);
    await expectAsync(client.query(insert, ['twin-trading', 'Gulf'])).toBeRejectedWithError(/crm_accounts_name_region_key/);
    await client.query(insert, ['Twin Trading', 'Levant']);
    await client.query('UPDATE crm_accounts SET deleted_at = now() WHERE id = $1', [id]);
    const second = await value(insert, ['TWIN TRADING', 'Gulf']);
    await expectAsync(client.query('UPDATE crm_accounts SET deleted_at = NULL WHERE id = $1', [id])).toBeRejectedWithError(/crm_accounts_name_region_key/);
    await client.query('UPDATE crm_accounts SET merged_into_id = $2 WHERE id = $1', [second, id]);
    await client.query('UPDATE crm_accounts SET deleted_at = NULL WHERE id = $1', [id]);
    const contact = `INSERT INTO crm_contacts (full_name, email) VALUES ('A B', $1)`;
    await client.query(contact, ['a@b.example']);
    await expectAsync(client.query(contact, ['A@B.example'])).toBeRejectedWithError(/crm_contacts_email_key/);
    await client.query(`UPDATE crm_contacts SET deleted_at = now() WHERE email = 'a@b.example'`);
    await client.query(contact, ['A@B.example']);
  }, patience);

  it('refuse what makes no sense', async () => {
    const wrong = [
      `INSERT INTO crm_contacts (full_name, phone) VALUES ('A', '0123')`,
      `INSERT INTO crm_contacts (full_name) VALUES (' ')`,
      `INSERT INTO crm_custom_values (field_id, entity_id, text_value, number_value) VALUES (crm_uuid_v7(), crm_uuid_v7(), 'a', 1)`,
      `INSERT INTO crm_deals (name, pipeline_id, stage_id, status) SELECT 'D', pipeline_id, id, 'won' FROM crm_stages WHERE kind = 'won'`,
      `INSERT INTO crm_quotas (period_start, period_end, amount, currency) VALUES ('2026-01-01', '2026-04-01', 1, 'USD')`,
      `INSERT INTO crm_exchange_rates (base_currency, quote_currency, rate, valid_on) VALUES ('USD', 'USD', 1, '2026-01-01')`,
    ];
    for (const sql of wrong) await expectAsync(client.query(sql)).withContext(sql).toBeRejectedWithError(/violates check constraint/);
  }, patience);

  it('note the time of a change, unless told one', async () => {
    const id = await value(`INSERT INTO crm_tags (name, updated_at) VALUES ('touched', '2020-01-01') RETURNING id`);
    await client.query(`UPDATE crm_tags SET name = 'touched' WHERE id = $1`, [id]);
    expect(await value(`SELECT updated_at = '2020-01-01' FROM crm_tags WHERE id = $1`, [id])).toBeTrue();
    await client.query(`UPDATE crm_tags SET color = '#fff' WHERE id = $1`, [id]);
    expect(await value(`SELECT updated_at > now() - interval '1 minute' FROM crm_tags WHERE id = $1`, [id])).toBeTrue();
    await client.query(`UPDATE crm_tags SET color = '#000', updated_at = '2021-01-01' WHERE id = $1`, [id]);
    expect(await value(`SELECT updated_at = '2021-01-01' FROM crm_tags WHERE id = $1`, [id])).toBeTrue();
  }, patience);

  it('compute nets and totals themselves', async () => {
    const quote = await value(`INSERT INTO crm_quotes (number, currency, net_total, tax_total) VALUES ('T-1', 'USD', 10.10, 1.92) RETURNING gross_total`);
    expect(quote).toBe('12.02');
    const id = await value(`SELECT id FROM crm_quotes WHERE number = 'T-1'`);
    expect(await value(`INSERT INTO crm_quote_line_items (quote_id, quantity, unit_price, discount_rate) VALUES ($1, 3, 0.35, 0.1) RETURNING net_amount`, [id])).toBe('0.95');
  }, patience);

  it('give lists by status in the order of their date, of one owner or all, without sorting', async () => {
    const lists = [['crm_invoices', 'overdue', 'due_on'], ['crm_subscriptions', 'active', 'renews_on'], ['crm_tickets', 'open', 'resolution_due_at'], ['crm_activities', 'planned', 'occurred_at'], ['crm_deals', 'open', 'expected_value DESC']] as const;
    await client.query('BEGIN');
    await client.query('SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_incremental_sort = off');
    for (const [table, status, order] of lists) {
      for (const owner of ['true', `t.owner_id = '${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}'`, 't.owner_id = ANY(ARRAY(SELECT u.id FROM crm_users u))']) {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT * FROM ${table} t WHERE t.deleted_at IS NULL AND ${owner} AND t.status = $1 ORDER BY t.${order}, t.id LIMIT 10`, [status]);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).withContext(`${table} ${owner}`).not.toMatch(/Sort|Filter: .*(owner_id|status)/);
        expect(plan).withContext(`${table} ${owner}`).toMatch(owner === 'true' ? /Index Cond: .*status/ : /Index Cond: .*status.*owner_id|Index Cond: .*owner_id.*status/);
      }
    }
    await client.query('ROLLBACK');
  }, patience);
});
