import { columns, exact, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, sum } from './ledger.sql.js';

/** What a touch gets, in money: the whole cents of the running share up to it, less those before it, so that nothing is lost or made. */
const portion = (upTo: string, before: string, all: string): string => `(div(t.cents * (${upTo}), ${all}) - div(t.cents * (${before}), ${all})) / 100`;
const between = '(t.n - 2)';

/** Won deals and the touches before their closing, in order; a deal without one is its own, direct. */
export const attributionProof: ViewProof = {
  view: 'attribution',
  rows: `SELECT t.deal_id || t.key AS id, t.deal_id, t.deal, t.channel, t.campaign, t.campaign_ar, t.closed_at, t.occurred_at, ${accountColumns}, ${ownerColumns('a.region')},
      CASE WHEN t.k = 1 THEN t.cents / 100 ELSE 0 END AS first_touch, CASE WHEN t.k = t.n THEN t.cents / 100 ELSE 0 END AS last_touch,
      ${portion('t.k', 't.k - 1', 't.n')} AS linear,
      CASE WHEN t.n = 1 THEN t.cents / 100 WHEN t.n = 2 THEN ${portion('t.k', 't.k - 1', '2')}
        WHEN t.k = 1 THEN ${portion('2', '0', '5')} WHEN t.k = t.n THEN t.cents / 100 - div(t.cents * 3, 5) / 100
        ELSE ${portion(`2 * ${between} + t.k - 1`, `2 * ${between} + t.k - 2`, `(5 * ${between})`)} END AS u_shaped,
      ${portion('t.weights', 't.weights - t.weight', 't.all_weights')} AS time_decay
    FROM (
      SELECT w.*, sum(w.weight) OVER (PARTITION BY w.deal_id ORDER BY w.k) AS weights, sum(w.weight) OVER (PARTITION BY w.deal_id) AS all_weights
      FROM (
        SELECT d.id::text AS deal_id, coalesce(x.id::text, 'direct') AS key, d.name AS deal, d.account_id, d.owner_id, d.closed_at, x.occurred_at, coalesce(x.channel, 'direct') AS channel, x.campaign, x.campaign_ar, 100 * d.amount AS cents,
          row_number() OVER (PARTITION BY d.id ORDER BY x.occurred_at, x.id)::numeric AS k, count(*) OVER (PARTITION BY d.id)::numeric AS n,
          coalesce(round((1e9::float8 * 2::float8 ^ (-(extract(epoch FROM max(x.occurred_at) OVER (PARTITION BY d.id) - x.occurred_at) / 86400)::float8 / 7))::numeric), 1) AS weight
        FROM (
          SELECT d.id, d.name, d.account_id, d.owner_id, d.closed_at, coalesce(${inReporting('d.expected_value', 'd.currency', 'v.rate')}, 0) AS amount
          FROM crm_core.crm_deals d CROSS JOIN moment m LEFT JOIN rates v ON v.currency = d.currency::text AND v.day = least((d.closed_at AT TIME ZONE 'UTC')::date, m.today)
          WHERE d.status = 'won' AND d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')}
        ) d LEFT JOIN (
          SELECT t.id, t.occurred_at, t.channel, coalesce(t.deal_id, l.converted_deal_id) AS deal_id, c.name AS campaign, coalesce(c.name_ar, c.name) AS campaign_ar
          FROM crm_core.crm_touches t LEFT JOIN crm_core.crm_leads l ON l.id = t.lead_id AND l.deleted_at IS NULL AND NOT l.is_test LEFT JOIN crm_core.crm_campaigns c ON c.id = t.campaign_id
          WHERE t.deleted_at IS NULL
        ) x ON x.deal_id = d.id AND x.occurred_at <= d.closed_at
      ) w
    ) t LEFT JOIN people o ON o.id = t.owner_id LEFT JOIN customers a ON a.member_id = t.account_id`,
  measures: {
    count: exact(count(), 'touches of won deals, one for a deal without'),
    touch_count: exact(count('r.occurred_at IS NOT NULL'), 'touches of won deals until they closed'),
    deal_count: exact('count(DISTINCT r.deal_id)', 'won deals with a credit'),
    first_touch: exact(sum('r.first_touch'), 'credit to the first touch'),
    last_touch: exact(sum('r.last_touch'), 'credit to the last touch'),
    linear: exact(sum('r.linear'), 'credit in equal parts'),
    u_shaped: exact(sum('r.u_shaped'), 'credit 40 / 20 / 40'),
    time_decay: exact(sum('r.time_decay'), 'credit by weights that halve in 7 days'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id', 'deal_id', 'deal', 'channel', 'campaign', 'campaign_ar'), ...columns('instant', 'closed_at', 'occurred_at'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'channel', dimensions: ['channel'] }, { name: 'closed_at by quarter', dimensions: ['campaign'], period: { dimension: 'closed_at', step: 'quarter' } }, { name: 'owner_id', dimensions: ['owner_id'] },
    { name: 'id of the last year', dimensions: ['deal_id', 'channel'], period: { dimension: 'closed_at', from: '2026-01-01' } },
  ],
};
