/** The n-th row of a table, always the same one. */
const nth = (table: string, n: number, condition = 'true'): string => `(SELECT id FROM ${table} WHERE ${condition} ORDER BY id OFFSET ${n} LIMIT 1)`;
const stage = (kind: string, n = 0): string => `(SELECT id FROM crm_stages WHERE kind = '${kind}' ORDER BY position OFFSET ${n} LIMIT 1)`;
const pipeline = '(SELECT pipeline_id FROM crm_stages ORDER BY position LIMIT 1)';
const won = `status = 'won'`;
const paying = `id IN (SELECT account_id FROM crm_subscriptions WHERE status = 'active' AND mrr > 0) AND merged_into_id IS NULL AND NOT is_test`;

/** A deal of the last owner who has none of their own otherwise, so that one deal decides its median. */
function deal(name: string, created: string, closed: string | null, amount: string, more: Readonly<Record<string, string>> = {}): string {
  const columns: Record<string, string> = {
    name: `'${name}'`, pipeline_id: pipeline, stage_id: closed === null ? stage('open') : stage('won'), status: closed === null ? `'open'` : `'won'`, expected_value: amount, currency: `'USD'`,
    created_at: created, closed_at: closed ?? 'NULL', close_date: closed === null ? `current_date + 10` : `(${closed})::date`, account_id: nth('crm_accounts', 3), ...more,
  };
  return `INSERT INTO crm_deals (${Object.keys(columns).join(', ')}) VALUES (${Object.values(columns).join(', ')})`;
}

const today = `date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;

/** What businesses really hold and samples do not: merged, deleted and test records, gaps, borders of days, odd currencies, things to come. Run on `crm_core`. */
export const edgeCases: readonly string[] = [
  // A fiscal year whose quarters are not those of the calendar.
  `UPDATE crm_tenants SET fiscal_year_start_month = 2`,
  `INSERT INTO crm_users (name, region) VALUES ('Edge One', ''), ('Edge Two', NULL), ('Edge Three', 'MENA')`,
  // Deals of their own owner: shorter than a millisecond's rounding, on the border of the 90 days, in the future, closed before created, without an amount.
  deal('Edge cycle', `${today} - interval '3 days'`, `${today} - interval '3 days' + interval '1.0005 milliseconds'`, '10.01', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge One')` }),
  deal('Edge border in', `${today} - interval '120 days'`, `${today} - interval '89 days'`, '100.00', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge Two')` }),
  deal('Edge border out', `${today} - interval '120 days'`, `${today} - interval '89 days' - interval '1 microsecond'`, '7000.00', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge Two')` }),
  deal('Edge to come', `${today} - interval '9 days'`, `${today} + interval '5 days'`, '90000.00', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge Two')` }),
  deal('Edge open', `${today} - interval '9 days'`, null, '5000.00', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge Two')` }),
  deal('Edge backwards', `${today} - interval '9 days'`, `${today} - interval '12 days'`, '11.11', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge Three')` }),
  deal('Edge no amount', `${today} - interval '9 days'`, `${today} - interval '2 days'`, 'NULL', { owner_id: `(SELECT id FROM crm_users WHERE name = 'Edge Three')` }),
  deal('Edge midnight', `'2026-06-01T00:00:00Z'`, `'2026-06-30T23:59:59.999999Z'`, '0.01'),
  deal('Edge after midnight', `'2026-06-01T00:00:00Z'`, `'2026-07-01T00:00:00Z'`, '0.02'),
  deal('Edge Riyadh', `'2026-06-01T00:00:00Z'`, `'2026-06-30T21:30:00Z'`, '0.04'),
  deal('Edge old', `'1961-02-03T04:05:06Z'`, `'1969-12-31T23:00:00Z'`, '3.00'),
  deal('Edge alone', `${today} - interval '9 days'`, null, '12.00', { account_id: 'NULL' }),
  // Scores of the win model: of open deals, of closed ones, some taken back, and open deals without one.
  `INSERT INTO crm_models (kind, version, state) VALUES ('win', 1, 'active')`,
  `INSERT INTO crm_deal_scores (deal_id, model_id, probability, deleted_at)
    SELECT d.id, m.id, (1 + n * 7919 % 9999) / 10000.0, CASE WHEN n % 11 = 0 THEN now() END FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM crm_deals) d, crm_models m WHERE m.kind = 'win' AND n % 4 <> 0`,
  // A currency that is only quoted the other way round, with a newer rate that was taken back.
  `INSERT INTO crm_exchange_rates (base_currency, quote_currency, rate, valid_on, deleted_at) VALUES ('USD', 'JPY', 147.3, '2020-01-01', NULL), ('USD', 'JPY', 151.7, '2026-01-01', NULL), ('JPY', 'USD', 0.5, '2026-03-01', now())`,
  deal('Edge inverted', `'2024-02-01T00:00:00Z'`, `'2025-12-31T23:59:59Z'`, '1234567.00', { currency: `'JPY'` }),
  deal('Edge inverted later', `'2024-02-01T00:00:00Z'`, `'2026-01-01T00:00:00Z'`, '1234567.00', { currency: `'JPY'` }),
  deal('Edge inverted open', `'2024-02-01T00:00:00Z'`, null, '98765.00', { currency: `'JPY'` }),
  // Test and deleted records with everything that hangs on them.
  `UPDATE crm_deals SET is_test = true WHERE id IN (${nth('crm_deals', 1, won)}, ${nth('crm_deals', 5, `status = 'open'`)}, (SELECT converted_deal_id FROM crm_leads l JOIN crm_deals d ON d.id = l.converted_deal_id AND d.status = 'won' ORDER BY l.id LIMIT 1))`,
  `UPDATE crm_deals SET deleted_at = now() WHERE id IN (${nth('crm_deals', 2, won)}, ${nth('crm_deals', 6, `status = 'open'`)})`,
  `UPDATE crm_accounts SET is_test = true WHERE id IN (${nth('crm_accounts', 7, paying)}, ${nth('crm_accounts', 8, `id IN (SELECT account_id FROM crm_tickets)`)})`,
  `UPDATE crm_leads SET is_test = true WHERE id = ${nth('crm_leads', 4, 'campaign_id IS NOT NULL')}`,
  `UPDATE crm_contacts SET merged_into_id = ${nth('crm_contacts', 1)} WHERE id = ${nth('crm_contacts', 2)}`,
  `UPDATE crm_subscriptions SET deleted_at = now() WHERE id = ${nth('crm_subscriptions', 2)}`,
  `UPDATE crm_invoices SET deleted_at = now() WHERE id = ${nth('crm_invoices', 2)}`,
  // Two paying accounts become one, and the one that was merged is where the first deal was won.
  `UPDATE crm_accounts SET merged_into_id = ${nth('crm_accounts', 2, paying)} WHERE id = ${nth('crm_accounts', 1, paying)}`,
  `UPDATE crm_accounts SET merged_into_id = ${nth('crm_accounts', 0, `lifecycle = 'prospect' AND merged_into_id IS NULL`)}, region = 'Nowhere' WHERE id = ${nth('crm_accounts', 4, paying)}`,
  `UPDATE crm_accounts SET region = '' WHERE id = ${nth('crm_accounts', 9)}`,
  // Changes of subscriptions that are agreed but not yet in force.
  `INSERT INTO crm_subscription_changes (subscription_id, account_id, kind, effective_on, mrr_before, mrr_after, currency)
    SELECT id, account_id, 'churn', current_date + 40, mrr, 0, currency FROM crm_subscriptions WHERE status = 'active' AND deleted_at IS NULL ORDER BY id LIMIT 2`,
  // Quotas: a newer version, and one that was taken back.
  `INSERT INTO crm_quotas (user_id, period_start, period_end, amount, currency, version, deleted_at) SELECT user_id, period_start, period_end, amount * 2, currency, version + 1, v FROM
    (SELECT * FROM crm_quotas WHERE user_id IS NOT NULL AND deleted_at IS NULL ORDER BY id LIMIT 2) q, (VALUES (NULL::timestamptz)) n(v)`,
  `INSERT INTO crm_quotas (user_id, period_start, period_end, amount, currency, version, deleted_at) SELECT user_id, period_start, period_end, amount * 3, currency, version + 9, now() FROM crm_quotas WHERE user_id IS NOT NULL ORDER BY id LIMIT 1`,
  // A funnel with a step skipped and one gone back.
  `INSERT INTO crm_deal_stage_history (deal_id, to_stage_id, entered_at, left_at) SELECT id, ${stage('open', 3)}, created_at + interval '1 day', created_at + interval '2 days' FROM crm_deals WHERE name = 'Edge inverted'`,
  `INSERT INTO crm_deal_stage_history (deal_id, from_stage_id, to_stage_id, entered_at, left_at) SELECT id, ${stage('open', 3)}, ${stage('open', 1)}, created_at + interval '2 days', created_at + interval '3 days' FROM crm_deals WHERE name = 'Edge inverted'`,
  `INSERT INTO crm_deal_stage_history (deal_id, from_stage_id, to_stage_id, entered_at) SELECT id, ${stage('open', 1)}, ${stage('lost')}, created_at + interval '3 days' FROM crm_deals WHERE name = 'Edge inverted'`,
  // Touches: at one instant, at the very closing and just after it, of a lead, of a deal and its lead, taken back; and a campaign that is gone.
  `INSERT INTO crm_touches (occurred_at, channel, kind, deal_id, campaign_id) SELECT d.closed_at + t.after, t.channel, 'edge', d.id, ${nth('crm_campaigns', 0)} FROM crm_deals d,
    (VALUES ('-3 days'::interval, 'email'), ('-3 days', 'event'), ('-3 days', 'search'), ('0', 'email'), ('1 microsecond', 'social')) t(after, channel) WHERE d.name IN ('Edge inverted', 'Edge midnight', 'Edge no amount')`,
  `INSERT INTO crm_touches (occurred_at, channel, kind, deal_id, lead_id, deleted_at) SELECT d.closed_at - interval '400 days', 'webinar', 'edge', v.own, l.id, v.gone FROM crm_deals d JOIN crm_leads l ON l.converted_deal_id = d.id,
    LATERAL (VALUES (d.id, NULL::timestamptz), (NULL, NULL), (NULL, now())) v(own, gone) WHERE d.status = 'won' AND d.id IN (SELECT converted_deal_id FROM crm_leads ORDER BY id LIMIT 20)`,
  `UPDATE crm_leads SET deleted_at = now() WHERE id = (SELECT l.id FROM crm_leads l JOIN crm_deals d ON d.id = l.converted_deal_id AND d.status = 'won' ORDER BY l.id OFFSET 2 LIMIT 1)`,
  // Service and invoices: answers of the kinds that are easily forgotten, due on the very day.
  `INSERT INTO crm_tickets (number, subject, status, csat, nps, created_at, resolved_at, resolution_due_at) VALUES
    ('E-1', 'edge', 'closed', 4, 9, '2026-05-01', '2026-05-01T00:00:00.000001Z', '2026-05-01T00:00:00.000001Z'), ('E-2', 'edge', 'solved', 3, 6, '2026-05-01', '2026-05-02', '2026-05-01T23:59:59.999999Z'),
    ('E-3', 'edge', 'closed', NULL, 7, '2026-05-01', NULL, '2026-05-02')`,
  // Opening times of other weeks and places, in summer time and over its ends; what was answered while nobody was there, and before it was asked.
  `INSERT INTO crm_sla_policies (name, priority, first_response_minutes, resolution_minutes, business_hours) VALUES
    ('Edge Gulf', 'high', 60, 480, '{"days":[7,1,2,3,4],"from":"08:00","to":"16:30","time_zone":"Asia/Riyadh"}'), ('Edge whole', 'urgent', 30, 240, '{"days":[1,2,3,4,5,6,7],"from":"00:00","to":"24:00","time_zone":"Europe/Berlin"}'),
    ('Edge never', 'low', 30, 240, '{"days":[],"from":"09:00","to":"17:00","time_zone":"Asia/Kathmandu"}')`,
  `INSERT INTO crm_tickets (number, subject, status, priority, category, sla_policy_id, created_at, first_responded_at, resolved_at)
    SELECT 'E-' || p.name || n, 'edge', 'closed', p.priority, 'Edge', p.id, created::timestamptz, responded::timestamptz, resolved::timestamptz FROM crm_sla_policies p,
    (VALUES (1, '2026-03-27T22:30:00.123456Z', '2026-03-29T07:00:00Z', '2026-04-03T10:11:12.5Z'), (2, '2025-10-24T05:00:00Z', '2025-10-24T05:00:00Z', '2025-10-27T23:59:59.999999Z'), (3, '2026-01-02T00:00:00Z', NULL, '2026-01-01T09:00:00Z')) v(n, created, responded, resolved) WHERE p.name LIKE 'Edge%'`,
  `INSERT INTO crm_invoices (number, account_id, status, currency, net_total, tax_total, paid_total, issued_on, due_on) SELECT 'E-' || n, ${nth('crm_accounts', 3)}, s, 'JPY', 100.55, 15.08, p, '2026-01-01', current_date - n
    FROM (VALUES (0, 'open', 0), (1, 'open', 33.33), (2, 'void', 0), (3, 'draft', 0), (4, 'uncollectible', 1)) v(n, s, p)`,
];

/** The tenant reports in a currency that nothing else is quoted in: no amount of another one can be told. */
export const noRates = `UPDATE crm_tenants SET reporting_currency = 'CHF'`;
