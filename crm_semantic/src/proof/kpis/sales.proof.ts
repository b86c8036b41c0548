import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, days, inReporting, median, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';

const won = `r.status = 'won'`;
const lost = `r.status = 'lost'`;
const open = `r.status = 'open'`;
/** The 90 days that end with today, half-open at both ends of the calendar. */
const trailing = `r.closed_at >= ((m.today - 89)::timestamp AT TIME ZONE 'UTC') AND r.closed_at < ((m.today + 1)::timestamp AT TIME ZONE 'UTC')`;
const recent = 'r.is_recent';
/** Open deals are worth today's money, closed ones that of the day they closed. */
const dealDay = `CASE WHEN d.status = 'open' THEN m.today ELSE least((d.closed_at AT TIME ZONE 'UTC')::date, m.today) END`;

/** Deals as they are now. */
export const dealsProof: ViewProof = {
  view: 'deals',
  rows: `SELECT r.*, coalesce(${trailing}, false) AS is_recent FROM moment m, (
    SELECT d.id::text AS id, d.name, d.status, d.source, d.lost_reason, d.created_at, d.closed_at, d.close_date, ${inReporting('d.expected_value', 'd.currency')} AS amount,
      s.name AS stage, s.id::text AS stage_id, s.position AS stage_position, s.probability, pl.name AS pipeline, coalesce(d.forecast_category, s.forecast_category) AS forecast_category,
      p.name AS product, p.id::text AS product_id, p.family AS product_family, c.name AS campaign, sc.probability AS model_probability, sc.id IS NOT NULL AS is_scored,
      CASE WHEN d.closed_at >= d.created_at THEN ${days('d.created_at', 'd.closed_at')} END AS cycle, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_deals d CROSS JOIN moment m
    JOIN crm_core.crm_stages s ON s.id = d.stage_id JOIN crm_core.crm_pipelines pl ON pl.id = s.pipeline_id
    LEFT JOIN crm_core.crm_products p ON p.id = d.product_id LEFT JOIN crm_core.crm_campaigns c ON c.id = d.campaign_id
    LEFT JOIN crm_core.crm_deal_scores sc ON sc.deal_id = d.id AND sc.deleted_at IS NULL
    LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id
    ${rateOn('d.currency', dealDay)}
    WHERE d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')}) r`,
  measures: {
    count: exact(count(), 'number of deals'),
    open_count: exact(count(open), 'deals with status open'),
    won_count: exact(count(won), 'deals with status won'),
    lost_count: exact(count(lost), 'deals with status lost'),
    open_amount: exact(sum('r.amount', open), 'Σ amount of open deals, at the rate of today'),
    weighted_amount: exact(sum('r.amount * r.probability', open), 'Σ amount × stage probability of open deals'),
    model_weighted_amount: exact(sum('r.amount * r.model_probability', open), 'Σ amount × model win probability of scored open deals'),
    scored_count: exact(count(`${open} AND r.is_scored`), 'open deals with a score'),
    won_amount: exact(sum('r.amount', won), 'Σ amount of won deals, at the rate of the day they closed'),
    lost_amount: exact(sum('r.amount', lost), 'Σ amount of lost deals, at the rate of the day they closed'),
    win_rate: ratio(quotient(count(won), count(`${won} OR ${lost}`)), 'won ÷ (won + lost)'),
    value_win_rate: ratio(quotient(sum('r.amount', won), sum('r.amount', `${won} OR ${lost}`)), 'value-weighted: Σ won ÷ Σ (won + lost)'),
    average_won_amount: ratio(`(avg(r.amount) FILTER (WHERE ${won}))::float8`, 'mean amount of won deals'),
    median_won_amount: ratio(median('r.amount', won), 'median amount of won deals'),
    sales_cycle: ratio(median('r.cycle', won), 'median days created → closed of won deals'),
    average_sales_cycle: ratio(`(avg(r.cycle) FILTER (WHERE ${won}))::float8`, 'mean days created → closed of won deals'),
    velocity: ratio(
      `${count(open)} * (${quotient(count(`${won} AND ${recent}`), count(`(${won} OR ${lost}) AND ${recent}`))}) * (avg(r.amount) FILTER (WHERE ${won} AND ${recent}))::float8
        / nullif(${median('r.cycle', `${won} AND ${recent}`)}, 0)`,
      'N × W × A ÷ L: N open now; W, A, L of the last 90 days, same segment',
    ),
    ...currencyProof,
  },
  dimensions: {
    ...columns('text', 'id', 'name', 'status', 'stage', 'stage_id', 'pipeline', 'forecast_category', 'product', 'product_id', 'product_family', 'source', 'campaign', 'lost_reason'),
    ...columns('number', 'stage_position'), ...columns('instant', 'created_at', 'closed_at'), ...columns('date', 'close_date'), ...ownerDimensions, ...accountDimensions,
  },
  cases: [
    { name: 'all' },
    { name: 'owner_id', dimensions: ['owner_id'] },
    { name: 'stage', dimensions: ['stage', 'status'] },
    { name: 'closed_at by month', period: { dimension: 'closed_at', step: 'month' } },
    { name: 'closed_at by month in Riyadh', period: { dimension: 'closed_at', step: 'month' }, timeZone: 'Asia/Riyadh' },
    { name: 'close_date by quarter of MENA', period: { dimension: 'close_date', step: 'quarter' }, filters: [{ dimension: 'region', values: ['MENA'] }] },
  ],
};

/** Lines of deals. */
export const dealItemsProof: ViewProof = {
  view: 'deal_items',
  rows: `SELECT i.id::text AS id, d.status, d.closed_at, i.quantity, ${inReporting('i.net_amount', 'i.currency')} AS amount, p.name AS product, p.family AS product_family, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_deal_line_items i CROSS JOIN moment m JOIN crm_core.crm_deals d ON d.id = i.deal_id
    LEFT JOIN crm_core.crm_products p ON p.id = i.product_id LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id
    ${rateOn('i.currency', dealDay)}
    WHERE i.deleted_at IS NULL AND d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')}`,
  measures: {
    count: exact(count(), 'number of lines'),
    quantity: exact(sum('r.quantity', won), 'Σ quantity of won lines'),
    won_amount: exact(sum('r.amount', won), 'Σ net amount of won lines'),
    ...currencyProof,
  },
  dimensions: { ...columns('text', 'id', 'product', 'product_family', 'status'), ...columns('instant', 'closed_at'), ...ownerDimensions, ...accountDimensions },
  cases: [{ name: 'all' }, { name: 'product', dimensions: ['product'] }, { name: 'product and status', dimensions: ['product', 'status'] }, { name: 'closed_at by month', period: { dimension: 'closed_at', step: 'month' } }],
};

/** Stages that each deal reached: entered itself, or skipped on the way to a later one. */
export const stageFunnelProof: ViewProof = {
  view: 'stage_funnel',
  rows: `SELECT f.*, f.next_at IS NOT NULL AS passed, ${accountColumns}, ${ownerColumns('a.region')}
    FROM (
      SELECT d.id::text || s.id::text AS id, d.account_id AS of_account, d.owner_id AS of_owner, s.name AS stage, s.position AS stage_position, p.name AS pipeline,
        (SELECT min(h.entered_at) FROM crm_core.crm_deal_stage_history h JOIN crm_core.crm_stages t ON t.id = h.to_stage_id
          WHERE h.deal_id = d.id AND h.deleted_at IS NULL AND t.kind <> 'lost' AND t.pipeline_id = s.pipeline_id AND t.position >= s.position) AS reached_at,
        (SELECT min(h.entered_at) FROM crm_core.crm_deal_stage_history h JOIN crm_core.crm_stages t ON t.id = h.to_stage_id
          WHERE h.deal_id = d.id AND h.deleted_at IS NULL AND t.kind <> 'lost' AND t.pipeline_id = s.pipeline_id AND t.position > s.position) AS next_at
      FROM crm_core.crm_deals d CROSS JOIN crm_core.crm_stages s JOIN crm_core.crm_pipelines p ON p.id = s.pipeline_id
      WHERE d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')} AND s.kind = 'open'
    ) f LEFT JOIN people o ON o.id = f.of_owner LEFT JOIN customers a ON a.member_id = f.of_account
    WHERE f.reached_at IS NOT NULL`,
  measures: {
    count: exact(count(), 'deals that reached the stage, each once'),
    passed_count: exact(count('r.passed'), 'of those, deals that later reached a further stage'),
    conversion_rate: ratio(quotient(count('r.passed'), count()), 'later entered s + 1 ÷ cohort that first entered s; skipping counts as passing'),
    median_days_to_next: ratio(median(days('r.reached_at', 'r.next_at'), 'r.passed'), 'median (next − reached) of deals that went on'),
  },
  dimensions: { ...columns('text', 'id', 'stage', 'pipeline'), ...columns('number', 'stage_position'), ...columns('instant', 'reached_at'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'stage', dimensions: ['stage'] }, { name: 'owner_id', dimensions: ['owner_id'] },
    { name: 'reached_at by quarter', dimensions: ['stage'], period: { dimension: 'reached_at', step: 'quarter' } },
  ],
};

const quota = `r.kind = 'quota'`;

/** Won and open deals by closing day beside the quotas in force. */
export const forecastProof: ViewProof = {
  view: 'forecast',
  rows: `SELECT d.kind, d.id, d.status, d.category, d.day AS close_date, d.probability, ${inReporting('d.value', 'd.currency')} AS amount, ${accountColumns}, ${ownerColumns('a.region')}
    FROM moment m CROSS JOIN LATERAL (
      SELECT 'deal' AS kind, d.id::text AS id, d.status, d.owner_id, d.account_id, d.expected_value AS value, d.currency, s.probability,
        CASE WHEN d.status = 'won' THEN (d.closed_at AT TIME ZONE m.zone)::date ELSE d.close_date END AS day, ${dealDay} AS rate_day, coalesce(d.forecast_category, s.forecast_category) AS category
      FROM crm_core.crm_deals d JOIN crm_core.crm_stages s ON s.id = d.stage_id
      WHERE d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')} AND d.status <> 'lost'
      UNION ALL
      SELECT 'quota', q.id::text, 'quota', q.user_id, NULL, q.amount, q.currency, 0, q.period_start, least(q.period_start, m.today), 'quota'
      FROM crm_core.crm_quotas q
      WHERE q.deleted_at IS NULL AND q.user_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM crm_core.crm_quotas n WHERE n.deleted_at IS NULL AND n.user_id = q.user_id AND n.period_start = q.period_start AND n.period_end = q.period_end AND n.version > q.version)
    ) d LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id
    ${rateOn('d.currency', 'd.rate_day')}`,
  measures: {
    count: exact(count(`r.kind = 'deal'`), 'won and open deals'),
    won_amount: exact(sum('r.amount', won), 'Σ amount won'),
    open_amount: exact(sum('r.amount', open), 'Σ amount of open deals'),
    weighted_amount: exact(sum('r.amount * r.probability', open), 'Σ amount × stage probability of open deals'),
    forecast_amount: exact(`${sum('r.amount', won)} + ${sum('r.amount * r.probability', open)}`, 'won in period + Σ open amount × p with close date in the period'),
    commit_amount: exact(sum('r.amount', `${open} AND r.category = 'commit'`), 'open amount in category commit'),
    best_case_amount: exact(sum('r.amount', `${open} AND r.category = 'best_case'`), 'open amount in category best_case'),
    pipeline_amount: exact(sum('r.amount', `${open} AND r.category = 'pipeline'`), 'open amount in category pipeline'),
    quota_amount: exact(sum('r.amount', quota), 'Σ quota in force: the latest version by user and period'),
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
  ],
};
