import { createHash } from 'node:crypto';
import pg from 'pg';
import { dumpSchema } from '../schema/schema.dump.js';
import { startTestCluster, type TestCluster, type TestDatabase } from '../testing/database.testing.js';
import { loadSample, type SampleResult } from './load.js';
import { columns, sampleTables } from './rows.js';
import { trueWinProbability } from './truth.js';
import type { DealTruth } from './world.js';

const patience = 300_000;
const options = { size: 'small', seed: 7, today: new Date('2026-03-10T15:00:00Z') } as const;

async function connect(database: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=crm_core,public' });
  await client.connect();
  return client;
}

/** Every value of every table, in the order of the ids. */
async function digest(client: pg.Client): Promise<string> {
  const hash = createHash('sha256');
  for (const table of sampleTables) {
    const list = columns[table].filter((column) => column !== 'role_id').join(', ');
    const { rows } = await client.query<{ line: string }>(`SELECT md5(string_agg(t::text, '|' ORDER BY id)) AS line FROM (SELECT ${list} FROM ${table}) t`);
    hash.update(`${table} ${rows[0]?.line ?? ''}\n`);
  }
  return hash.digest('hex');
}

describe('the sample', () => {
  let cluster: TestCluster;
  let database: TestDatabase;
  let client: pg.Client;
  let result: SampleResult;
  const truths: DealTruth[] = [];
  const lines: string[] = [];

  beforeAll(async () => {
    cluster = await startTestCluster();
    database = await cluster.createDatabase();
    result = await loadSample(database.adminUrl, { ...options, onTruth: (truth) => truths.push(truth), onProgress: (line) => lines.push(line) });
    client = await connect(database);
  }, patience);
  afterAll(async () => {
    await client.end();
    await cluster.stop();
  }, patience);

  /** Expects a query to find nothing wrong. */
  const none = async (what: string, sql: string): Promise<void> => {
    const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM (${sql}) wrong LIMIT 3`);
    expect(rows).withContext(what).toEqual([]);
  };
  const one = async (sql: string): Promise<Record<string, unknown>> => (await client.query<Record<string, unknown>>(sql)).rows[0] ?? {};

  it('has the promised volume and says what it wrote', async () => {
    expect(result.loaded).toBeTrue();
    const wanted = { crm_contacts: 2000, crm_deals: 1500, crm_accounts: 400, crm_activities: 15_000 };
    for (const [table, count] of Object.entries(wanted)) {
      const found = Number((await one(`SELECT count(*) FROM ${table}`))['count']);
      expect(found).withContext(table).toBeGreaterThanOrEqual(count);
      expect(found).withContext(table).toBeLessThan(count * 1.03);
      expect(lines).toContain(`sample: ${table} ${found} rows`);
    }
    for (const table of sampleTables) expect((await one(`SELECT EXISTS (SELECT FROM ${table})`))['exists']).withContext(table).toBeTrue();
  }, patience);

  it('is the same for the same seed and day, whichever way it is loaded, and another for another seed', async () => {
    const before = await digest(client);
    const again = await cluster.createDatabase();
    const schema = await dumpSchema(again.adminUrl);
    await loadSample(again.adminUrl, { ...options, today: new Date('2026-03-10T03:00:00Z'), bulk: true });
    const second = await connect(again);
    expect(await digest(second)).toBe(before);
    await second.end();
    expect((await dumpSchema(again.adminUrl)) === schema).withContext('dropping and building indexes changed the schema').toBeTrue();
    await again.drop();
    const other = await cluster.createDatabase();
    await loadSample(other.adminUrl, { ...options, seed: 8 });
    const third = await connect(other);
    expect(await digest(third)).not.toBe(before);
    await third.end();
    await other.drop();
  }, patience);

  it('has reports in folders that every role is shown, each with its first version', async () => {
    await none('reports without a version that is as they are', `SELECT r.name FROM crm_reports r LEFT JOIN crm_report_versions v ON v.report_id = r.id AND v.version = r.version AND v.definition = r.definition AND v.pins = r.pins WHERE v.id IS NULL`);
    await none('reports in no shared folder', `SELECT r.name FROM crm_reports r LEFT JOIN crm_report_folders f ON f.id = r.folder_id WHERE f.parent_id IS NULL`);
    await none('roles without a share', `SELECT r.key FROM crm_roles r WHERE r.key <> 'admin' AND NOT EXISTS (SELECT FROM crm_report_shares s JOIN crm_report_folders f ON f.id = s.folder_id WHERE s.role = r.key AND f.parent_id IS NULL)`);
    expect(await one(`SELECT count(*)::int AS reports, count(DISTINCT folder_id)::int AS folders, count(name_ar || description_ar)::int AS arabic FROM crm_reports`)).toEqual({ reports: 8, folders: 3, arabic: 8 });
  });

  it('leaves a database with accounts alone', async () => {
    const before = await digest(client);
    expect((await loadSample(database.adminUrl, { ...options, seed: 9 })).loaded).toBeFalse();
    expect(await digest(client)).toBe(before);
  }, patience);

  it('leaves nothing behind when it fails half way', async () => {
    const broken = await cluster.createDatabase();
    const second = await connect(broken);
    await second.query(`ALTER TABLE crm_payments ADD CONSTRAINT no_payments CHECK (amount < 0)`);
    const schema = await dumpSchema(broken.adminUrl);
    await expectAsync(loadSample(broken.adminUrl, { ...options, bulk: true })).toBeRejectedWithError(/no_payments/);
    expect((await second.query('SELECT 1 FROM crm_accounts UNION ALL SELECT 1 FROM crm_products')).rowCount).toBe(0);
    expect((await dumpSchema(broken.adminUrl)) === schema).toBeTrue();
    await second.query(`ALTER TABLE crm_payments DROP CONSTRAINT no_payments`);
    expect((await loadSample(broken.adminUrl, options)).loaded).toBeTrue();
    await second.end();
    await broken.drop();
  }, patience);

  it('says what it needs when the pipeline was changed before', async () => {
    const changed = await cluster.createDatabase();
    const second = await connect(changed);
    await second.query(`UPDATE crm_stages SET deleted_at = now() WHERE name = 'Engaging'`);
    await second.end();
    await expectAsync(loadSample(changed.adminUrl, options)).toBeRejectedWithError(/default pipeline with five open stages/);
    await changed.drop();
  }, patience);

  it('lies in the past, but for what is planned', async () => {
    const day = `timestamptz '2026-03-10 00:00+00'`;
    // The roles of the demo logins were given before the sample.
    for (const table of sampleTables.filter((name) => name !== 'crm_user_roles')) await none(table, `SELECT id, created_at, updated_at FROM ${table} WHERE created_at >= ${day} OR updated_at >= ${day} OR updated_at < created_at`);
    await none('activities', `SELECT id FROM crm_activities WHERE occurred_at >= ${day} AND status <> 'planned'`);
    await none('ids by time', `SELECT id FROM crm_activities WHERE status = 'done' AND ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint <> floor(extract(epoch FROM created_at) * 1000)`);
    expect((await one(`SELECT count(*) FILTER (WHERE closed_at >= ${day} - interval '30 days') > 5 AS alive FROM crm_deals`))['alive']).toBeTrue();
    expect((await one(`SELECT min(created_at) < ${day} - interval '35 months' AS deep FROM crm_accounts`))['deep']).toBeTrue();
  }, patience);

  it('moves deals through stages without gaps', async () => {
    await none('status', `SELECT d.id FROM crm_deals d JOIN crm_stages s ON s.id = d.stage_id WHERE s.kind <> d.status`);
    await none('closing', `SELECT id FROM crm_deals WHERE closed_at IS NOT NULL AND (close_date <> (closed_at AT TIME ZONE 'UTC')::date OR closed_at < created_at)`);
    await none('first row', `SELECT d.id FROM crm_deals d WHERE (SELECT count(*) FROM crm_deal_stage_history h WHERE h.deal_id = d.id AND from_stage_id IS NULL AND entered_at = d.created_at) <> 1`);
    await none('last row', `SELECT d.id FROM crm_deals d WHERE NOT EXISTS (SELECT FROM crm_deal_stage_history h WHERE h.deal_id = d.id AND left_at IS NULL AND to_stage_id = d.stage_id AND amount = d.expected_value AND entered_at = coalesce(d.closed_at, entered_at))`);
    await none('contiguous', `SELECT * FROM (SELECT deal_id, left_at, to_stage_id, lead(entered_at) OVER w AS next, lead(from_stage_id) OVER w AS next_from FROM crm_deal_stage_history WINDOW w AS (PARTITION BY deal_id ORDER BY entered_at, id)) h
      WHERE left_at IS DISTINCT FROM next OR (next IS NOT NULL AND next_from <> to_stage_id)`);
    const steps = await one(`SELECT count(*) FILTER (WHERE t.position > f.position + 1 AND t.kind = 'open') AS skips, count(*) FILTER (WHERE t.position < f.position) AS regressions
      FROM crm_deal_stage_history h JOIN crm_stages t ON t.id = to_stage_id JOIN crm_stages f ON f.id = from_stage_id`);
    expect(Number(steps['skips'])).toBeGreaterThan(20);
    expect(Number(steps['regressions'])).toBeGreaterThan(20);
  }, patience);

  it('adds up to the cent', async () => {
    await none('deals', `SELECT d.id FROM crm_deals d WHERE expected_value <> (SELECT sum(net_amount) FROM crm_deal_line_items WHERE deal_id = d.id)`);
    await none('quotes', `SELECT q.id FROM crm_quotes q JOIN crm_deals d ON d.id = q.deal_id WHERE q.net_total <> d.expected_value OR (q.net_total, q.tax_total) <> (SELECT sum(net_amount), sum(round(net_amount * tax_rate, 2)) FROM crm_quote_line_items WHERE quote_id = q.id)`);
    await none('one accepted quote and order for each won deal', `SELECT d.id FROM crm_deals d WHERE (SELECT count(*) FROM crm_quotes WHERE deal_id = d.id AND status = 'accepted') <> (status = 'won')::int OR (SELECT count(*) FROM crm_orders WHERE deal_id = d.id AND net_total = d.expected_value) <> (status = 'won')::int`);
    await none('invoices', `SELECT i.id FROM crm_invoices i WHERE (net_total, tax_total) <> (SELECT sum(net_amount), sum(round(net_amount * tax_rate, 2)) FROM crm_invoice_line_items WHERE invoice_id = i.id)`);
    await none('payments', `SELECT i.id FROM crm_invoices i WHERE paid_total <> coalesce((SELECT sum(amount) FROM crm_payments WHERE invoice_id = i.id AND status = 'succeeded'), 0) OR (status = 'paid') <> (paid_total = gross_total AND paid_at IS NOT NULL)`);
    await none('overdue', `SELECT id FROM crm_invoices WHERE (status = 'overdue' AND due_on >= '2026-03-10') OR (status = 'open' AND due_on < '2026-03-10')`);
    await none('orders billed yearly', `SELECT o.id FROM crm_orders o WHERE ordered_at < '2026-03-01' AND net_total <> (SELECT sum(net_total) FROM crm_invoices WHERE order_id = o.id)
      AND NOT EXISTS (SELECT FROM crm_subscriptions s WHERE s.deal_id = o.deal_id AND billing_period <> 'year')`);
  }, patience);

  it('keeps the chain of recurring revenue', async () => {
    await none('chain', `SELECT * FROM (SELECT subscription_id, mrr_before, lag(mrr_after, 1, 0) OVER (PARTITION BY subscription_id ORDER BY effective_on, id) AS before FROM crm_subscription_changes) c WHERE mrr_before <> before`);
    await none('now', `SELECT s.id FROM crm_subscriptions s WHERE mrr <> (SELECT mrr_after FROM crm_subscription_changes c WHERE c.subscription_id = s.id ORDER BY effective_on DESC, id DESC LIMIT 1)`);
    await none('kinds', `SELECT id, kind FROM crm_subscription_changes WHERE CASE kind WHEN 'trial' THEN mrr_delta <> 0 WHEN 'new' THEN mrr_before <> 0 OR mrr_after <= 0 WHEN 'expansion' THEN mrr_delta <= 0 WHEN 'contraction' THEN mrr_delta >= 0
      WHEN 'churn' THEN mrr_after <> 0 OR mrr_before <= 0 ELSE mrr_before <> 0 OR mrr_after <= 0 END`);
    await none('ended', `SELECT id FROM crm_subscriptions WHERE (status = 'cancelled') <> (cancelled_on IS NOT NULL) OR (status = 'cancelled' AND mrr <> 0)`);
    const { rows } = await client.query<{ kind: string }>('SELECT DISTINCT kind FROM crm_subscription_changes ORDER BY kind');
    expect(rows.map(({ kind }) => kind)).toEqual(['churn', 'contraction', 'expansion', 'new', 'reactivation', 'trial']);
  }, patience);

  it('has a rate to the reporting currency for each day on which money appears', async () => {
    for (const [table, column] of [['crm_deals', `created_at AT TIME ZONE 'UTC'`], ['crm_deals', `closed_at AT TIME ZONE 'UTC'`], ['crm_invoices', 'issued_on'], ['crm_payments', `received_at AT TIME ZONE 'UTC'`],
      ['crm_subscription_changes', 'effective_on'], ['crm_orders', `ordered_at AT TIME ZONE 'UTC'`], ['crm_quotes', `created_at AT TIME ZONE 'UTC'`]] as const) {
      await none(`${table} ${column}`, `SELECT t.id FROM ${table} t WHERE currency <> 'USD' AND (${column}) IS NOT NULL
        AND NOT EXISTS (SELECT FROM crm_exchange_rates r WHERE r.base_currency = t.currency AND r.quote_currency = 'USD' AND r.valid_on = (${column})::date)`);
    }
    await none('today', `SELECT c FROM unnest(ARRAY['EUR', 'GBP', 'SAR', 'AED', 'EGP']) c WHERE NOT EXISTS (SELECT FROM crm_exchange_rates WHERE base_currency = c AND valid_on = '2026-03-10')`);
  }, patience);

  it('keeps business hours in the promises of service', async () => {
    await none('due on working days', `SELECT id FROM crm_tickets, unnest(ARRAY[first_response_due_at, resolution_due_at]) due
      WHERE extract(isodow FROM due AT TIME ZONE 'UTC') > 5 OR (due AT TIME ZONE 'UTC')::time NOT BETWEEN '09:00' AND '17:00'`);
    await none('order of events', `SELECT id FROM crm_tickets WHERE first_responded_at < created_at OR resolved_at < first_responded_at OR closed_at < resolved_at OR first_response_due_at > resolution_due_at`);
    await none('states', `SELECT id FROM crm_tickets WHERE (status IN ('solved', 'closed')) <> (resolved_at IS NOT NULL) OR (status = 'closed') <> (closed_at IS NOT NULL) OR (csat IS NOT NULL AND resolved_at IS NULL)`);
  }, patience);

  it('passes leads through the funnel in order', async () => {
    await none('order', `SELECT id FROM crm_leads WHERE mql_at < created_at OR sql_at < mql_at OR converted_at < sql_at OR (sql_at IS NOT NULL AND mql_at IS NULL)`);
    await none('converted', `SELECT l.id FROM crm_leads l LEFT JOIN crm_deals d ON d.id = converted_deal_id WHERE (l.status = 'converted') <> (converted_at IS NOT NULL AND converted_account_id IS NOT NULL AND converted_contact_id IS NOT NULL AND d.id IS NOT NULL)
      OR d.source <> l.source OR d.created_at <> l.converted_at`);
  }, patience);

  it('places the demo logins where they have something to see', async () => {
    const rep = await one(`SELECT u.region, t.name AS team, m.email::text AS manager, count(d.id) FILTER (WHERE d.status = 'open')::int AS open, count(d.id)::int AS deals FROM crm_users u JOIN crm_teams t ON t.id = u.team_id
      JOIN crm_users m ON m.id = t.manager_id AND m.id = u.manager_id LEFT JOIN crm_deals d ON d.owner_id = u.id WHERE u.email = 'rep@crm.test' GROUP BY 1, 2, 3`);
    expect(rep).toEqual(jasmine.objectContaining({ region: 'Gulf', team: 'Gulf', manager: 'manager@crm.test' }));
    expect(rep['open']).toBeGreaterThan(7);
    expect(Number((await one(`SELECT count(*) FROM crm_quotas q JOIN crm_users u ON u.id = q.user_id WHERE email = 'rep@crm.test'`))['count'])).toBeGreaterThanOrEqual(12);
  }, patience);

  it('speaks Arabic and English', async () => {
    await none('names', `SELECT id FROM crm_accounts WHERE legal_name_ar !~ '[ء-ي]' OR legal_name ~ '[ء-ي]' UNION ALL SELECT id FROM crm_contacts WHERE full_name_ar !~ '[ء-ي]'`);
    expect(Number((await one(`SELECT avg((subject ~ '[ء-ي]')::int) AS share FROM crm_activities`))['share'])).toBeGreaterThan(0.1);
  }, patience);

  it('draws outcomes from the stated truth', () => {
    expect(truths.length).toBeGreaterThan(1200);
    let expected = 0;
    let variance = 0;
    let won = 0;
    for (const truth of truths) {
      expect(truth.probability).toBe(trueWinProbability(truth.features));
      expected += truth.probability;
      variance += truth.probability * (1 - truth.probability);
      won += truth.won ? 1 : 0;
    }
    expect(Math.abs(won - expected)).toBeLessThan(4 * Math.sqrt(variance));
    const strong = truths.filter(({ probability }) => probability > 0.8);
    expect(strong.filter((truth) => truth.won).length / strong.length).toBeGreaterThan(0.75);
  }, patience);

  it('shows in the tables what the truth depends on', async () => {
    for (const truth of truths.slice(0, 40)) {
      const { rows: [seen] } = await client.query<{ people: number; recent: number; source: string; won: boolean; tier: string }>(`
        SELECT count(DISTINCT a.contact_id)::int AS people, count(*) FILTER (WHERE a.occurred_at > d.closed_at - interval '30 days')::int AS recent, d.source, d.status = 'won' AS won, c.size_tier AS tier
        FROM crm_deals d JOIN crm_accounts c ON c.id = d.account_id JOIN crm_activities a ON a.deal_id = d.id WHERE d.id = $1 GROUP BY d.id, c.id`, [truth.id]);
      expect(seen).toEqual({ people: truth.features.stakeholders, recent: truth.features.activities30, source: truth.features.source, won: truth.won, tier: truth.features.sizeTier });
    }
  }, patience);
});
