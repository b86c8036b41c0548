import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';

const won = `r.status = 'won'`;
const open = `r.status = 'open'`;
const quota = `r.kind = 'quota'`;
const adjustment = sum('r.amount', `r.kind = 'adjustment'`);
const weighted = sum('r.amount * r.probability', open);
const modelWeighted = sum('r.amount * r.model_probability', open);

/** Cents of an amount that fall into the first `parts` of its months. */
const until = (parts: string): string => `div(p.amount * 100 * (${parts}), p.months)`;

/** Quotas and adjustments in force, cut into the months of their periods. */
const plans = `SELECT p.kind, p.id::text || CASE WHEN n.n > 0 THEN ':' || n.n ELSE '' END AS id, p.kind AS status, p.user_id AS owner_id, NULL::uuid AS account_id,
    (${until('n.n + 1')} - ${until('n.n')}) / 100 AS value, p.currency, 0 AS probability,
    CASE WHEN n.n = 0 THEN p.period_start ELSE (date_trunc('month', p.period_start::timestamp) + make_interval(months => n.n))::date END AS day, p.rate_day, p.kind AS category, NULL::numeric AS model_probability, p.team_id
  FROM (
    SELECT q.*, greatest(1, (extract(year FROM q.period_end - 1) * 12 + extract(month FROM q.period_end - 1) - extract(year FROM q.period_start) * 12 - extract(month FROM q.period_start) + 1)::int) AS months
    FROM (
      SELECT 'quota' AS kind, q.id, q.user_id, NULL::uuid AS team_id, q.period_start, q.period_end, q.amount, q.currency, least(q.period_start, m.today) AS rate_day
      FROM crm_core.crm_quotas q
      WHERE q.deleted_at IS NULL AND q.user_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM crm_core.crm_quotas n WHERE n.deleted_at IS NULL AND n.user_id = q.user_id AND n.period_start = q.period_start AND n.period_end = q.period_end AND n.version > q.version)
      UNION ALL
      SELECT 'adjustment', a.id, a.user_id, a.team_id, a.period_start, a.period_end, a.delta, a.currency, least((a.created_at AT TIME ZONE 'UTC')::date, m.today)
      FROM crm_core.crm_forecast_adjustments a
      WHERE a.deleted_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM crm_core.crm_forecast_adjustments n WHERE n.deleted_at IS NULL AND (n.user_id, n.team_id, n.period_start, n.period_end) IS NOT DISTINCT FROM (a.user_id, a.team_id, a.period_start, a.period_end)
          AND n.version > a.version)
    ) q
  ) p CROSS JOIN LATERAL generate_series(0, p.months - 1) AS n(n)`;

/** Won and open deals by closing day beside the quotas and adjustments in force. */
export const forecastProof: ViewProof = {
  view: 'forecast',
  rows: `SELECT d.kind, d.id, d.status, d.category, d.day AS close_date, d.probability, d.model_probability, ${inReporting('d.value', 'd.currency')} AS amount, ${accountColumns},
      o.name AS owner, o.name_ar AS owner_ar, o.id::text AS owner_id, coalesce(o.team, t.name) AS team, coalesce(o.team_ar, t.name_ar, t.name) AS team_ar, coalesce(o.team_id, t.id)::text AS team_id,
      coalesce(a.region, o.region, nullif(t.region, '')) AS region
    FROM moment m CROSS JOIN LATERAL (
      SELECT 'deal' AS kind, d.id::text AS id, d.status, d.owner_id, d.account_id, d.expected_value AS value, d.currency, s.probability,
        CASE WHEN d.status = 'won' THEN (d.closed_at AT TIME ZONE m.zone)::date ELSE d.close_date END AS day, CASE WHEN d.status = 'open' THEN m.today ELSE least((d.closed_at AT TIME ZONE 'UTC')::date, m.today) END AS rate_day,
        coalesce(d.forecast_category, s.forecast_category) AS category, sc.probability AS model_probability, NULL::uuid AS team_id
      FROM crm_core.crm_deals d JOIN crm_core.crm_stages s ON s.id = d.stage_id LEFT JOIN crm_core.crm_deal_scores sc ON sc.deal_id = d.id AND sc.deleted_at IS NULL
      WHERE d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')} AND d.status <> 'lost'
      UNION ALL
      ${plans}
    ) d LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id LEFT JOIN crm_core.crm_teams t ON t.id = d.team_id
    ${rateOn('d.currency', 'd.rate_day')}`,
  measures: {
    count: exact(count(`r.kind = 'deal'`), 'won and open deals'),
    won_amount: exact(sum('r.amount', won), 'Σ amount won'),
    open_amount: exact(sum('r.amount', open), 'Σ amount of open deals'),
    weighted_amount: exact(weighted, 'Σ amount × stage probability of open deals'),
    forecast_amount: exact(`${sum('r.amount', won)} + ${weighted}`, 'won in period + Σ open amount × p with close date in the period'),
    model_weighted_amount: exact(modelWeighted, 'Σ amount × model win probability of scored open deals'),
    model_forecast_amount: exact(`${sum('r.amount', won)} + ${modelWeighted}`, 'won in period + Σ open amount × model p with close date in the period'),
    adjustment_amount: exact(adjustment, 'Σ adjustment in force: the latest version by person or team and period, in equal parts by month'),
    adjusted_amount: exact(`${sum('r.amount', won)} + ${weighted} + ${adjustment}`, 'weighted forecast + Σ adjustment in force'),
    commit_amount: exact(sum('r.amount', `${open} AND r.category = 'commit'`), 'open amount in category commit'),
    best_case_amount: exact(sum('r.amount', `${open} AND r.category = 'best_case'`), 'open amount in category best_case'),
    pipeline_amount: exact(sum('r.amount', `${open} AND r.category = 'pipeline'`), 'open amount in category pipeline'),
    quota_amount: exact(sum('r.amount', quota), 'Σ quota in force: the latest version by user and period, in equal parts by month'),
    gap_amount: exact(`${sum('r.amount', quota)} - ${sum('r.amount', won)}`, 'quota in force − won in period'),
    quota_attainment: ratio(quotient(sum('r.amount', won), sum('r.amount', quota)), 'won in period ÷ quota in force'),
    coverage: ratio(
      `CASE WHEN ${sum('r.amount', quota)} > ${sum('r.amount', won)} THEN ${quotient(sum('r.amount', open), `${sum('r.amount', quota)} - ${sum('r.amount', won)}`)} END`,
      'open pipeline closing in period ÷ (quota − won); null once the quota is met',
    ),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id', 'status', 'category'), ...columns('date', 'close_date'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'team', dimensions: ['team', 'category'] },
    { name: 'close_date by quarter', dimensions: ['region'], period: { dimension: 'close_date', step: 'quarter' } },
    { name: 'close_date by month', dimensions: ['owner_id'], period: { dimension: 'close_date', step: 'month' } },
  ],
};

const forecasters = ['rep', 'manager', 'stage', 'model'] as const;
const both = (who: string): string => `r.${who} IS NOT NULL AND r.actual IS NOT NULL`;
const wrong = (who: string): string => sum(`abs(r.${who} - r.actual)`, both(who));

/** What was forecast for each person beside what came of it. */
export const forecastAccuracyProof: ViewProof = {
  view: 'forecast_accuracy',
  rows: `SELECT s.user_id::text || ':' || s.period_start || ':' || s.period_end || ':' || (extract(epoch FROM s.taken_at) * 1000000)::bigint AS id, s.period_start, s.taken_at, s.rep, s.manager, s.stage, s.model,
      CASE WHEN s.period_end <= (m.now AT TIME ZONE m.zone)::date THEN coalesce(w.amount, 0) END AS actual, div(s.period_end - (s.taken_at AT TIME ZONE m.zone)::date, 7) AS weeks_left, ${ownerColumns()}
    FROM moment m CROSS JOIN LATERAL (
      SELECT t.user_id, t.period_start, t.period_end, t.taken_at, sum(t.worth) FILTER (WHERE t.source = 'rep' AND t.category IN ('closed', 'commit')) AS rep,
        sum(t.worth) FILTER (WHERE t.source = 'manager' AND t.category = 'weighted') AS manager, sum(t.worth) FILTER (WHERE t.source = 'stage' AND t.category = 'weighted') AS stage,
        sum(t.worth) FILTER (WHERE t.source = 'model' AND t.category = 'weighted') AS model
      FROM (
        SELECT f.user_id, f.period_start, f.period_end, f.taken_at, f.source, f.category, ${inReporting(`(CASE WHEN f.source = 'manager' THEN coalesce(f.adjusted_amount, f.amount) ELSE f.amount END)`, 'f.currency')} AS worth
        FROM crm_core.crm_forecast_snapshots f ${rateOn('f.currency', `least((f.taken_at AT TIME ZONE 'UTC')::date, m.today)`)}
        WHERE f.deleted_at IS NULL AND f.user_id IS NOT NULL AND (f.taken_at AT TIME ZONE m.zone)::date < f.period_end
      ) t GROUP BY 1, 2, 3, 4
    ) s LEFT JOIN (
      SELECT p.user_id, p.period_start, p.period_end, sum(d.worth) AS amount
      FROM (SELECT DISTINCT user_id, period_start, period_end FROM crm_core.crm_forecast_snapshots WHERE deleted_at IS NULL) p JOIN (
        SELECT v.owner_id, (v.closed_at AT TIME ZONE m.zone)::date AS day, ${inReporting('v.expected_value', 'v.currency')} AS worth
        FROM crm_core.crm_deals v CROSS JOIN moment m ${rateOn('v.currency', `least((v.closed_at AT TIME ZONE 'UTC')::date, m.today)`)}
        WHERE v.deleted_at IS NULL AND NOT v.is_test AND v.status = 'won' AND ${ofRealAccount('v.account_id')}
      ) d ON d.owner_id = p.user_id AND d.day >= p.period_start AND d.day < p.period_end GROUP BY 1, 2, 3
    ) w ON w.user_id = s.user_id AND w.period_start = s.period_start AND w.period_end = s.period_end
    LEFT JOIN people o ON o.id = s.user_id`,
  measures: {
    count: exact(count(), 'snapshots by person and period'),
    actual_amount: exact(sum('r.actual'), 'Σ won in the period, by person and snapshot of an ended period'),
    ...Object.fromEntries(forecasters.flatMap((who) => [
      [`${who}_forecast_amount`, exact(sum(`r.${who}`, both(who)), `Σ forecast of ${who} in snapshots of ended periods`)],
      [`${who}_error_amount`, exact(wrong(who), `Σ |forecast of ${who} − actual| by person and snapshot`)],
      [`${who}_accuracy`, ratio(`1 - (${quotient(wrong(who), sum('r.actual', both(who)))})`, '1 − Σ |forecast − actual| ÷ Σ actual; null without an actual')],
    ])),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id'), ...columns('number', 'weeks_left'), ...columns('date', 'period_start'), ...columns('instant', 'taken_at'), ...ownerDimensions },
  cases: [
    { name: 'all' }, { name: 'weeks_left', dimensions: ['weeks_left'] }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'period_start by quarter', dimensions: ['team'], period: { dimension: 'period_start', step: 'quarter' } },
    { name: 'weeks_left where days begin half a day earlier', dimensions: ['weeks_left'], timeZone: 'Pacific/Auckland' },
  ],
};
