import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { count, currencyProof, days, inReporting, median, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';
import { bridge, inMonth } from './revenue.proof.js';

/** Accounts, survivors of merges, with the day on which they first became customers; a subselect of id and day. */
export const firstDays = `(
      SELECT survivors.id, min(first.day) AS day FROM customers survivors JOIN (
        SELECT c.id AS account_id, (c.became_customer_at AT TIME ZONE m.zone)::date AS day FROM crm_core.crm_accounts c CROSS JOIN moment m WHERE c.deleted_at IS NULL AND NOT c.is_test
        UNION ALL SELECT d.account_id, (d.closed_at AT TIME ZONE m.zone)::date FROM crm_core.crm_deals d CROSS JOIN moment m WHERE d.deleted_at IS NULL AND NOT d.is_test AND d.status = 'won'
        UNION ALL SELECT c.account_id, c.effective_on FROM crm_core.crm_subscription_changes c WHERE c.deleted_at IS NULL AND c.kind = 'new'
      ) first ON first.account_id = survivors.member_id WHERE ${ofRealAccount('survivors.member_id')} GROUP BY survivors.id
    )`;

/** The source of the first won deal of the account `f`. */
export const firstSource = `(SELECT d.source FROM crm_core.crm_deals d JOIN customers won ON won.member_id = d.account_id
        WHERE won.id = f.id AND d.status = 'won' AND d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')} ORDER BY d.closed_at, d.id LIMIT 1)`;

/** The median days of all won deals of the company, to the nearest whole day. */
const cycle = `(SELECT floor(${median(days('d.created_at', 'd.closed_at'))} + 0.5)::int FROM crm_core.crm_deals d WHERE d.status = 'won' AND d.closed_at >= d.created_at AND d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')})`;

/** Spending, once on its day and once where a cycle has passed since. */
const acquired = `SELECT s.id::text || z.later AS id, false AS is_new, z.later AS is_lagged, c.cycle AS lag_days, CASE WHEN z.later THEN s.spent_on + c.cycle ELSE s.spent_on END AS day, s.channel, ${inReporting('s.amount', 's.currency')} AS amount, ${ownerColumns(`nullif(s.region, '')`)}
    FROM crm_core.crm_marketing_spend s CROSS JOIN moment m CROSS JOIN ${cycle} c(cycle) CROSS JOIN (VALUES (false), (true)) z(later) LEFT JOIN people o ON false
    ${rateOn('s.currency', 'least(s.spent_on, m.today)')}
    WHERE s.deleted_at IS NULL AND (c.cycle IS NOT NULL OR NOT z.later)
    UNION ALL
    SELECT a.id::text, true, false, ${cycle}, f.day, ${firstSource}, NULL, ${ownerColumns('a.region')}
    FROM ${firstDays} f JOIN customers a ON a.member_id = f.id JOIN crm_core.crm_accounts c ON c.id = f.id LEFT JOIN people o ON o.id = c.owner_id
    WHERE f.day IS NOT NULL AND c.deleted_at IS NULL AND NOT c.is_test`;

const cost = sum('r.amount', 'NOT r.is_lagged');
const lagged = `CASE WHEN max(r.lag_days) IS NOT NULL THEN ${sum('r.amount', 'r.is_lagged')} END`;
const lag = {
  lagged_cost: exact(lagged, 'Σ spending of the period one median sales cycle earlier'),
  lagged_cac: ratio(quotient(lagged, count('r.is_new')), 'cost one median sales cycle earlier ÷ new customers'),
  lag_days: exact('max(r.lag_days)', 'median days created→closed of won deals, whole days'),
};

/** Spending beside the accounts on the day they first became customers, in whatever record that is first seen. */
export const acquisitionProof: ViewProof = {
  view: 'acquisition',
  rows: acquired,
  measures: {
    count: exact(count('r.is_new'), 'accounts that first became customers'),
    cost: exact(cost, 'Σ spending, at the rate of its day'),
    cac: ratio(quotient(cost, count('r.is_new')), 'sales + marketing cost ÷ new customers'),
    ...lag,
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'channel'), ...columns('date', 'day'), ...ownerDimensions },
  cases: [{ name: 'all' }, { name: 'channel', dimensions: ['channel'] }, { name: 'day by month', period: { dimension: 'day', step: 'month' } }, { name: 'region', dimensions: ['region'] }],
};

export const margin = '(SELECT t.gross_margin FROM crm_core.crm_tenants t WHERE t.deleted_at IS NULL LIMIT 1)';
const payers = inMonth('(r.closing > 0)::int', 'DESC');
const arpa = quotient(inMonth('r.closing', 'DESC'), payers);
const churn = quotient(count('r.opening > 0 AND r.closing <= 0'), count('r.opening > 0'));
const cac = quotient(cost, count('r.is_new'));
const ltv = quotient(`(${arpa}) * ${margin}`, churn);

/** Spending and new customers beside the months of accounts, which lie on the first of each month. */
export const unitEconomicsProof: ViewProof = {
  view: 'unit_economics',
  rows: `SELECT q.id, q.is_new, q.is_lagged, q.lag_days, q.day, date_trunc('month', least(q.day, m.today)::timestamp)::date AS month, q.amount, 0::numeric AS opening, 0::numeric AS closing, 0::numeric AS new_mrr, q.owner, q.owner_ar, q.owner_id, q.team, q.team_ar, q.team_id, q.region
    FROM (${acquired}) q CROSS JOIN moment m
    UNION ALL
    SELECT b.of_account::text || b.month, false, false, NULL, b.month, b.month, NULL, b.opening, b.closing, b.new_mrr, ${ownerColumns('a.region')} FROM ${bridge} b JOIN customers a ON a.member_id = b.of_account LEFT JOIN people o ON o.id = a.owner_id`,
  measures: {
    count: exact(count('r.is_new'), 'accounts that first became customers'),
    cost: exact(cost, 'Σ spending, at the rate of its day'),
    cac: ratio(cac, 'sales + marketing cost ÷ new customers'),
    ...lag,
    new_mrr: exact(sum('r.new_mrr'), 'Σ new MRR'),
    paying_accounts: exact(payers, 'paying accounts at t1'),
    arpa: ratio(arpa, 'MRR ÷ paying accounts at t1'),
    logo_churn: ratio(churn, 'accounts of the opening set lost ÷ opening accounts, by month'),
    gross_margin: exact(margin, 'the setting of the tenant'),
    cac_payback: ratio(`(${cac}) / nullif((${quotient(sum('r.new_mrr'), count('r.is_new'))}) * ${margin}, 0)`, 'CAC ÷ (new MRR per new customer × gross margin)'),
    ltv: ratio(ltv, 'ARPA × gross margin ÷ monthly logo churn'),
    ltv_to_cac: ratio(quotient(ltv, cac), 'LTV ÷ CAC'),
    ...currencyProof,
  },
  dimensions: { ...columns('date', 'day'), ...ownerDimensions },
  cases: [{ name: 'all' }, { name: 'day by quarter', period: { dimension: 'day', step: 'quarter' } }, { name: 'region', dimensions: ['region'] }],
};
