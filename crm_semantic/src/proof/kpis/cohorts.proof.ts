import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { firstDays, firstSource, margin } from './acquisition.proof.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn } from './ledger.sql.js';

/** Σ over the customers of what each was invoiced by the last of the months asked for that has ended; null where none has. */
const toDate = `(SELECT sum(l.v) FROM (
    SELECT DISTINCT ON (u.a) u.v FROM unnest(array_agg(r.of_account) FILTER (WHERE r.ended), array_agg(r.month) FILTER (WHERE r.ended), array_agg(r.to_date) FILTER (WHERE r.ended)) AS u(a, m, v) ORDER BY u.a, u.m DESC
  ) l)`;
const members = 'nullif(count(DISTINCT r.of_account) FILTER (WHERE r.ended), 0)';

/** Customers in each month since the one they were won in, with all that was invoiced to them until its end. */
export const customerCohortsProof: ViewProof = {
  view: 'customer_cohorts',
  rows: `WITH won AS MATERIALIZED (
      SELECT f.id, date_trunc('month', least(f.day, m.today)::timestamp)::date AS cohort, ${firstSource} AS channel
      FROM ${firstDays} f CROSS JOIN moment m JOIN crm_core.crm_accounts c ON c.id = f.id WHERE f.day IS NOT NULL AND c.deleted_at IS NULL AND NOT c.is_test
    ), paid AS MATERIALIZED (
      SELECT a.id AS account, i.issued_on, ${inReporting('i.net_total', 'i.currency')} AS amount
      FROM crm_core.crm_invoices i CROSS JOIN moment m JOIN customers a ON a.member_id = i.account_id ${rateOn('i.currency', 'i.issued_on')}
      WHERE i.deleted_at IS NULL AND i.status NOT IN ('draft', 'void') AND i.issued_on <= m.today AND ${ofRealAccount('i.account_id')}
    )
    SELECT w.id::text || s.month AS id, w.id AS of_account, w.cohort, s.month::date AS month, (extract(year FROM age(s.month, w.cohort)) * 12 + extract(month FROM age(s.month, w.cohort)))::int AS months_since, w.channel,
      coalesce((SELECT sum(p.amount) FROM paid p WHERE p.account = w.id AND p.issued_on < s.month + interval '1 month'), 0) AS to_date, s.month + interval '1 month' <= date_trunc('month', m.today::timestamp) AS ended,
      ${accountColumns}, ${ownerColumns('a.region')}
    FROM won w CROSS JOIN moment m CROSS JOIN generate_series(w.cohort::timestamp, date_trunc('month', m.today::timestamp), interval '1 month') s(month)
    JOIN customers a ON a.member_id = w.id LEFT JOIN people o ON o.id = a.owner_id`,
  measures: {
    count: exact(count('r.months_since = 0'), 'accounts that first became customers'),
    customers: exact(members, 'customers of the cohort; immature cells are masked'),
    revenue_to_date: exact(toDate, 'Σ net of issued invoices to date; immature cells are masked'),
    profit_to_date: exact(`${toDate} * ${margin}`, 'revenue to date × gross margin'),
    observed_ltv: ratio(quotient(`${toDate} * ${margin}`, members), 'Σ revenue of the cohort to date × gross margin ÷ customers of the cohort'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'channel'), ...columns('number', 'months_since'), ...columns('date', 'cohort', 'month'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'cohort by month', dimensions: ['months_since'], period: { dimension: 'cohort', step: 'month' } }, { name: 'months_since', dimensions: ['months_since', 'region'] },
    { name: 'month by quarter', dimensions: ['channel'], period: { dimension: 'month', step: 'quarter' } },
  ],
};
