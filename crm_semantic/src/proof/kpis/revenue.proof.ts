import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';

/** Σ of a value in the first or last month that is asked for: opening and closing are states, which do not add up. */
export const inMonth = (value: string, which: 'ASC' | 'DESC'): string =>
  `(SELECT sum(e.v) FROM unnest(array_agg(r.month), array_agg(${value})) AS e(month, v) GROUP BY e.month ORDER BY e.month ${which} LIMIT 1)`;
const moved = (kind: string, sign = ''): string => `${sign}coalesce(sum(c.amount) FILTER (WHERE c.kind = '${kind}'), 0)`;

/** Account, month, opening, closing and what moved it, for each month from an account's first change to this one; a subselect. */
export const bridge = `(
  WITH changes AS MATERIALIZED (
    SELECT a.id AS account, date_trunc('month', c.effective_on::timestamp)::date AS month, c.kind, ${inReporting('(c.mrr_after - c.mrr_before)', 'c.currency')} AS amount
    FROM crm_core.crm_subscription_changes c CROSS JOIN moment m JOIN customers a ON a.member_id = c.account_id ${rateOn('c.currency', 'm.today')}
    WHERE c.deleted_at IS NULL AND c.kind <> 'trial' AND c.effective_on <= m.today AND ${ofRealAccount('c.account_id')}
  )
  SELECT g.account AS of_account, g.month, coalesce(sum(net) OVER past - net, 0) AS opening, sum(net) OVER past AS closing, new_mrr, expansion, reactivation, contraction, churn
  FROM (
    SELECT g.account, g.month, coalesce(sum(c.amount), 0) AS net, ${moved('new')} AS new_mrr, ${moved('expansion')} AS expansion, ${moved('reactivation')} AS reactivation,
      ${moved('contraction', '-')} AS contraction, ${moved('churn', '-')} AS churn
    FROM (
      SELECT b.account, s::date AS month FROM (SELECT account, min(month) AS first FROM changes GROUP BY account) b, moment m,
        generate_series(b.first::timestamp, date_trunc('month', m.today::timestamp), interval '1 month') s
    ) g LEFT JOIN changes c ON c.account = g.account AND c.month = g.month
    GROUP BY g.account, g.month
  ) g WINDOW past AS (PARTITION BY g.account ORDER BY g.month)
)`;

/** By account of the opening set, the accounts that paid at the start of the first month: `o` it had, `l` it lost and `g` it gained since. */
const byOpening = (value: string): string =>
  `(SELECT sum(${value}) FROM (
    SELECT sum(e.o) FILTER (WHERE e.m = e.first) AS o, sum(e.l) AS l, sum(e.g) AS g
    FROM (SELECT u.*, min(u.m) OVER () AS first FROM unnest(array_agg(r.of_account), array_agg(r.month), array_agg(r.opening), array_agg(r.churn + r.contraction), array_agg(r.expansion)) AS u(a, m, o, l, g)) e
    GROUP BY e.a
  ) s WHERE s.o > 0)`;
const payers = inMonth('(r.closing > 0)::int', 'DESC');

/** Recurring revenue of each account month by month: what it was before the month, what moved it, what it was after. */
export const mrrBridgeProof: ViewProof = {
  view: 'mrr_bridge',
  rows: `SELECT b.*, ${accountColumns}, ${ownerColumns('a.region')} FROM ${bridge} b JOIN customers a ON a.member_id = b.of_account LEFT JOIN people o ON o.id = a.owner_id`,
  measures: {
    count: exact(count(), 'account months'),
    opening_mrr: exact(inMonth('r.opening', 'ASC'), 'MRR at the start of the first month'),
    new_mrr: exact(sum('r.new_mrr'), 'Σ new'), expansion_mrr: exact(sum('r.expansion'), 'Σ expansion'), reactivation_mrr: exact(sum('r.reactivation'), 'Σ reactivation'),
    contraction_mrr: exact(sum('r.contraction'), 'Σ contraction'), churn_mrr: exact(sum('r.churn'), 'Σ churn'),
    closing_mrr: exact(inMonth('r.closing', 'DESC'), 'opening + new + expansion + reactivation − contraction − churn'),
    closing_arr: exact(`${inMonth('r.closing', 'DESC')} * 12`, 'MRR × 12'),
    opening_accounts: exact(count('r.opening > 0'), 'accounts with MRR at the start of the month'),
    lost_accounts: exact(count('r.opening > 0 AND r.closing <= 0'), 'opening accounts without MRR at its end'),
    logo_churn: ratio(quotient(count('r.opening > 0 AND r.closing <= 0'), count('r.opening > 0')), 'opening accounts lost ÷ opening accounts'),
    revenue_churn: ratio(quotient(`${sum('r.churn')} + ${sum('r.contraction')}`, inMonth('r.opening', 'ASC')), '(churn + contraction MRR) ÷ opening MRR'),
    grr: ratio(quotient(byOpening('greatest(0, least(s.o, s.o - s.l))'), byOpening('s.o')), '(opening − contraction − churn) ÷ opening, capped at 100 % per account'),
    nrr: ratio(quotient(byOpening('greatest(0, s.o + s.g - s.l)'), byOpening('s.o')), '(opening + expansion − contraction − churn) ÷ opening; reactivation counts as new'),
    paying_accounts: exact(payers, 'accounts with MRR at the end of the last month'),
    arpa: ratio(quotient(inMonth('r.closing', 'DESC'), payers), 'MRR ÷ paying accounts at the end of the period'),
    ...currencyProof,
  },
  dimensions: { ...columns('date', 'month'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'month', period: { dimension: 'month', step: 'month' } }, { name: 'month by quarter', dimensions: ['region'], period: { dimension: 'month', step: 'quarter' } },
    { name: 'owner_id', dimensions: ['owner_id'] },
  ],
};

/** The accounts by the month they first ended with recurring revenue, month 0, in each month since; one that has not ended is in no ratio. */
export const retentionProof: ViewProof = {
  view: 'retention',
  rows: `WITH every AS MATERIALIZED (SELECT * FROM ${bridge} b)
    SELECT b.of_account::text || b.month AS id, c.cohort, b.month, (extract(year FROM age(b.month, c.cohort)) * 12 + extract(month FROM age(b.month, c.cohort)))::int AS months_since, b.closing, c.first_mrr,
      b.month + interval '1 month' <= date_trunc('month', m.today::timestamp) AS ended, ${accountColumns}, ${ownerColumns('a.region')}
    FROM moment m CROSS JOIN every b
    JOIN (SELECT DISTINCT ON (f.of_account) f.of_account, f.month AS cohort, f.closing AS first_mrr FROM every f WHERE f.closing > 0 ORDER BY f.of_account, f.month) c ON c.of_account = b.of_account AND b.month >= c.cohort
    JOIN customers a ON a.member_id = b.of_account LEFT JOIN people o ON o.id = a.owner_id`,
  measures: {
    count: exact(count(), 'account months since month 0'),
    cohort_accounts: exact(`nullif(${count('r.ended')}, 0)`, 'accounts of month 0; immature cells are masked'),
    active_accounts: exact('sum((r.closing > 0)::int) FILTER (WHERE r.ended)', 'accounts active in month k; immature cells are masked'),
    cohort_mrr: exact('sum(r.first_mrr) FILTER (WHERE r.ended)', 'MRR of month 0'),
    active_mrr: exact('sum(r.closing) FILTER (WHERE r.ended)', 'MRR of month k'),
    account_retention: ratio(quotient(count('r.ended AND r.closing > 0'), count('r.ended')), 'accounts active in month k ÷ month 0; immature cells are masked'),
    mrr_retention: ratio(quotient(sum('r.closing', 'r.ended'), sum('r.first_mrr', 'r.ended')), 'MRR active in month k ÷ month 0; immature cells are masked'),
    ...currencyProof,
  },
  dimensions: {
    ...columns('number', 'months_since'), ...columns('date', 'cohort', 'month'), ...ownerDimensions, ...accountDimensions,
    state: { sql: `CASE WHEN NOT r.ended THEN 'open' WHEN r.closing > 0 THEN 'active' ELSE 'gone' END`, kind: 'text' },
  },
  cases: [
    { name: 'all' }, { name: 'cohort by month', dimensions: ['months_since'], period: { dimension: 'cohort', step: 'month' } }, { name: 'months_since', dimensions: ['months_since', 'region'] },
    { name: 'state', dimensions: ['state', 'owner_id'] },
  ],
};
