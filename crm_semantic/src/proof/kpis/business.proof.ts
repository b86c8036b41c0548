import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';

const done = `r.status = 'done'`;

/** What people did. */
export const activitiesProof: ViewProof = {
  view: 'activities',
  rows: `SELECT v.id::text AS id, v.kind, v.direction, v.status, v.outcome, v.subject, v.occurred_at, v.created_at, v.duration_minutes, coalesce(v.due_at < (m.today::timestamp AT TIME ZONE 'UTC'), false) AS is_past,
      ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_activities v CROSS JOIN moment m LEFT JOIN people o ON o.id = v.owner_id LEFT JOIN customers a ON a.member_id = v.account_id
    WHERE v.deleted_at IS NULL AND ${ofRealAccount('v.account_id')}`,
  measures: {
    count: exact(count(), 'number of activities'),
    done_count: exact(count(done), 'activities with status done'),
    overdue_count: exact(count(`r.status = 'planned' AND r.is_past`), 'planned activities due before today'),
    duration: exact(sum('r.duration_minutes', done), 'Σ minutes of activities done'),
  },
  dimensions: { ...columns('text', 'id', 'kind', 'direction', 'status', 'outcome', 'subject'), ...columns('instant', 'occurred_at', 'created_at'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'kind', dimensions: ['kind', 'status'] }, { name: 'owner_id', dimensions: ['owner_id'] },
    { name: 'occurred_at by week in New York', period: { dimension: 'occurred_at', step: 'week' }, timeZone: 'America/New_York' },
  ],
};

/** Campaigns with what is credited to them. */
export const campaignsProof: ViewProof = {
  view: 'campaigns',
  rows: `SELECT c.id::text AS id, c.name, coalesce(c.name_ar, c.name) AS name_ar, c.channel, c.status, c.starts_on, c.created_at, ${inReporting('c.budget', 'c.currency')} AS budget, ${ownerColumns()},
      (SELECT count(*) FROM crm_core.crm_touches t WHERE t.campaign_id = c.id AND t.deleted_at IS NULL) AS touches,
      (SELECT count(*) FROM crm_core.crm_leads l WHERE l.campaign_id = c.id AND l.deleted_at IS NULL AND NOT l.is_test) AS leads,
      (SELECT count(*) FROM crm_core.crm_deals d WHERE d.campaign_id = c.id AND d.deleted_at IS NULL AND NOT d.is_test AND d.status = 'won' AND ${ofRealAccount('d.account_id')}) AS won_deals
    FROM crm_core.crm_campaigns c CROSS JOIN moment m LEFT JOIN people o ON o.id = c.owner_id ${rateOn('c.currency', 'm.today')} WHERE c.deleted_at IS NULL`,
  measures: {
    count: exact(count(), 'number of campaigns'),
    active_count: exact(count(`r.status = 'active'`), 'campaigns with status active'),
    budget: exact(sum('r.budget'), 'Σ budget, at the rate of today'),
    touch_count: exact(sum('r.touches'), 'touches of the campaigns'),
    lead_count: exact(sum('r.leads'), 'leads of the campaigns'),
    won_count: exact(sum('r.won_deals'), 'won deals of the campaigns'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id', 'name', 'name_ar', 'channel', 'status'), ...columns('instant', 'created_at'), ...columns('date', 'starts_on'), ...ownerDimensions },
  cases: [{ name: 'all' }, { name: 'channel', dimensions: ['channel', 'status'] }, { name: 'starts_on by quarter', period: { dimension: 'starts_on', step: 'quarter' } }],
};

const paying = `r.status IN ('active', 'past_due') AND r.mrr > 0`;
const payers = `count(DISTINCT r.account_id) FILTER (WHERE ${paying})`;

/** Subscriptions as they are now. */
export const subscriptionsProof: ViewProof = {
  view: 'subscriptions',
  rows: `SELECT s.id::text AS id, s.status, s.billing_period, s.mrr, s.started_on, s.renews_on, s.created_at, p.name AS product, ${inReporting('s.mrr', 's.currency')} AS monthly, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_subscriptions s CROSS JOIN moment m LEFT JOIN crm_core.crm_products p ON p.id = s.product_id
    LEFT JOIN people o ON o.id = s.owner_id LEFT JOIN customers a ON a.member_id = s.account_id ${rateOn('s.currency', 'm.today')}
    WHERE s.deleted_at IS NULL AND ${ofRealAccount('s.account_id')}`,
  measures: {
    count: exact(count(), 'number of subscriptions'),
    active_count: exact(count(paying), 'active or past due with recurring revenue'),
    mrr: exact(sum('r.monthly', paying), 'Σ monthly-normalised recurring; no one-offs, no trials'),
    arr: exact(`12 * ${sum('r.monthly', paying)}`, 'MRR × 12'),
    paying_accounts: exact(payers, 'accounts with a paying subscription, merged ones once'),
    arpa: ratio(quotient(sum('r.monthly', paying), payers), 'MRR ÷ paying accounts'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id', 'status', 'billing_period', 'product'), ...columns('instant', 'created_at'), ...columns('date', 'started_on', 'renews_on'), ...ownerDimensions, ...accountDimensions },
  cases: [{ name: 'all' }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'product', dimensions: ['product', 'billing_period'] }, { name: 'started_on by month', period: { dimension: 'started_on', step: 'month' } }],
};

const issued = `r.status NOT IN ('draft', 'void')`;
const unpaid = `r.status IN ('open', 'overdue')`;

/** Invoices as they are now. */
export const invoicesProof: ViewProof = {
  view: 'invoices',
  rows: `SELECT i.id::text AS id, i.number, i.status, i.issued_on, i.due_on, i.paid_at, i.created_at, i.due_on < m.today AS is_past, ${inReporting('i.net_total', 'i.currency')} AS net,
      ${inReporting('(i.net_total + i.tax_total)', 'i.currency')} AS gross, ${inReporting('i.paid_total', 'i.currency')} AS paid, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_invoices i CROSS JOIN moment m LEFT JOIN people o ON o.id = i.owner_id LEFT JOIN customers a ON a.member_id = i.account_id
    ${rateOn('i.currency', 'least(i.issued_on, m.today)')} WHERE i.deleted_at IS NULL AND ${ofRealAccount('i.account_id')}`,
  measures: {
    count: exact(count(), 'number of invoices'),
    overdue_count: exact(count(`${unpaid} AND r.is_past`), 'unpaid invoices due before today'),
    invoiced_amount: exact(sum('r.net', issued), 'Σ net of issued invoices, at the rate of the invoice date'),
    paid_amount: exact(sum('r.paid', issued), 'Σ paid on issued invoices'),
    outstanding_amount: exact(sum('r.gross - r.paid', unpaid), 'Σ (gross − paid) of unpaid invoices'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id', 'number', 'status'), ...columns('instant', 'paid_at', 'created_at'), ...columns('date', 'issued_on', 'due_on'), ...ownerDimensions, ...accountDimensions },
  cases: [{ name: 'all' }, { name: 'status', dimensions: ['status'] }, { name: 'issued_on by month', period: { dimension: 'issued_on', step: 'month' } }, { name: 'owner_id', dimensions: ['owner_id'] }],
};
