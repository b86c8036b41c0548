import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';

/** Accounts, merged ones under their survivor. */
export const accountsProof: ViewProof = {
  view: 'accounts',
  rows: `SELECT c.id::text AS id, c.legal_name AS name, coalesce(c.legal_name_ar, c.legal_name) AS name_ar, c.industry, c.size_tier, c.country_code::text AS country, c.lifecycle, c.became_customer_at, c.created_at,
      ${ownerColumns(`nullif(c.region, '')`)}
    FROM crm_core.crm_accounts c LEFT JOIN people o ON o.id = c.owner_id WHERE c.deleted_at IS NULL AND NOT c.is_test AND c.merged_into_id IS NULL`,
  measures: { count: exact(count(), 'accounts, merged ones once'), customer_count: exact(count(`r.lifecycle = 'customer'`), 'accounts with lifecycle customer') },
  dimensions: { ...columns('text', 'id', 'name', 'name_ar', 'industry', 'size_tier', 'country', 'lifecycle'), ...columns('instant', 'became_customer_at', 'created_at'), ...ownerDimensions },
  cases: [{ name: 'all' }, { name: 'industry', dimensions: ['industry', 'region'] }, { name: 'created_at by month', period: { dimension: 'created_at', step: 'month' } }],
};

/** Contacts, merged ones once. */
export const contactsProof: ViewProof = {
  view: 'contacts',
  rows: `SELECT c.id::text AS id, c.full_name AS name, c.lead_source AS source, c.country_code::text AS country, c.created_at, c.email_opt_in, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_contacts c LEFT JOIN people o ON o.id = c.owner_id LEFT JOIN customers a ON a.member_id = c.account_id
    WHERE c.deleted_at IS NULL AND NOT c.is_test AND c.merged_into_id IS NULL AND ${ofRealAccount('c.account_id')}`,
  measures: { count: exact(count(), 'contacts, merged ones once'), opted_in_count: exact(count('r.email_opt_in'), 'contacts who agreed to email') },
  dimensions: { ...columns('text', 'id', 'name', 'source', 'country'), ...columns('instant', 'created_at'), ...ownerDimensions, ...accountDimensions },
  cases: [{ name: 'all' }, { name: 'industry', dimensions: ['industry'] }, { name: 'created_at by month', period: { dimension: 'created_at', step: 'month' } }],
};

const within = (from: string, to: string): string => `${to} <= ${from} + interval '90 days'`;

/** Leads with the first time of each step; one who skipped a step reached it with the next. */
export const leadsProof: ViewProof = {
  view: 'leads',
  rows: `SELECT l.id::text AS id, l.full_name AS name, l.status, l.source, l.country_code::text AS country, l.industry, l.created_at, l.converted_at, d.closed_at AS won_at,
      coalesce(l.sql_at, l.converted_at, d.closed_at) AS is_sql_at, coalesce(l.mql_at, l.sql_at, l.converted_at, d.closed_at) AS is_mql_at, ${ownerColumns(`nullif(l.region, '')`)}
    FROM crm_core.crm_leads l LEFT JOIN people o ON o.id = l.owner_id
    LEFT JOIN crm_core.crm_deals d ON d.id = l.converted_deal_id AND d.status = 'won' AND d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')}
    WHERE l.deleted_at IS NULL AND NOT l.is_test`,
  measures: {
    count: exact(count(), 'number of leads'),
    mql_count: exact(count('r.is_mql_at IS NOT NULL'), 'leads that reached MQL'),
    sql_count: exact(count('r.is_sql_at IS NOT NULL'), 'leads that reached SQL'),
    won_count: exact(count('r.won_at IS NOT NULL'), 'leads whose deal was won'),
    converted_count: exact(count('r.converted_at IS NOT NULL'), 'leads with a conversion date'),
    mql_rate: ratio(quotient(count(within('r.created_at', 'r.is_mql_at')), count()), 'reached MQL within 90 days ÷ leads'),
    sql_rate: ratio(quotient(count(within('r.is_mql_at', 'r.is_sql_at')), count('r.is_mql_at IS NOT NULL')), 'reached SQL within 90 days ÷ reached MQL'),
    won_rate: ratio(quotient(count(within('r.is_sql_at', 'r.won_at')), count('r.is_sql_at IS NOT NULL')), 'won within 90 days ÷ reached SQL'),
  },
  dimensions: { ...columns('text', 'id', 'name', 'status', 'source', 'country', 'industry'), ...columns('instant', 'created_at', 'converted_at'), ...ownerDimensions },
  cases: [{ name: 'all' }, { name: 'source', dimensions: ['source'] }, { name: 'created_at by month', period: { dimension: 'created_at', step: 'month' } }],
};

/** Spending beside the accounts on the day they first became customers, in whatever record that is first seen. */
export const acquisitionProof: ViewProof = {
  view: 'acquisition',
  rows: `SELECT s.id::text AS id, false AS is_new, s.spent_on AS day, s.channel, ${inReporting('s.amount', 's.currency')} AS amount, ${ownerColumns(`nullif(s.region, '')`)}
    FROM crm_core.crm_marketing_spend s CROSS JOIN moment m LEFT JOIN people o ON false
    ${rateOn('s.currency', 'least(s.spent_on, m.today)')}
    WHERE s.deleted_at IS NULL
    UNION ALL
    SELECT a.id::text, true, f.day, NULL, NULL, ${ownerColumns('a.region')}
    FROM (
      SELECT survivors.id, min(first.day) AS day FROM customers survivors JOIN (
        SELECT c.id AS account_id, (c.became_customer_at AT TIME ZONE m.zone)::date AS day FROM crm_core.crm_accounts c CROSS JOIN moment m WHERE c.deleted_at IS NULL AND NOT c.is_test
        UNION ALL SELECT d.account_id, (d.closed_at AT TIME ZONE m.zone)::date FROM crm_core.crm_deals d CROSS JOIN moment m WHERE d.deleted_at IS NULL AND NOT d.is_test AND d.status = 'won'
        UNION ALL SELECT c.account_id, c.effective_on FROM crm_core.crm_subscription_changes c WHERE c.deleted_at IS NULL AND c.kind = 'new'
      ) first ON first.account_id = survivors.member_id WHERE ${ofRealAccount('survivors.member_id')} GROUP BY survivors.id
    ) f JOIN customers a ON a.member_id = f.id JOIN crm_core.crm_accounts c ON c.id = f.id LEFT JOIN people o ON o.id = c.owner_id
    WHERE f.day IS NOT NULL AND c.deleted_at IS NULL AND NOT c.is_test`,
  measures: {
    count: exact(count('r.is_new'), 'accounts that first became customers'),
    cost: exact(sum('r.amount'), 'Σ spending, at the rate of its day'),
    cac: ratio(quotient(sum('r.amount'), count('r.is_new')), 'sales + marketing cost ÷ new customers'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'channel'), ...columns('date', 'day'), ...ownerDimensions },
  cases: [{ name: 'all' }, { name: 'channel', dimensions: ['channel'] }, { name: 'day by month', period: { dimension: 'day', step: 'month' } }, { name: 'region', dimensions: ['region'] }],
};
