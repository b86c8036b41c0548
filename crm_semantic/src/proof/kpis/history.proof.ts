import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, quotient, rateOn, sum } from './ledger.sql.js';

const past = 'Postgres keeps what a deal is, not what it was: the parts of the change come from history alone; the property test of pipeline.change.spec.ts recomputes them from random histories';

/**
 * What changed until now. Of the two instants Postgres knows the second one: the deals that are open now, which the bridge of the change must end with.
 * The question is therefore narrowed to them on both sides.
 */
export const pipelineChangeProof: ViewProof = {
  view: 'pipeline_change',
  given: [{ dimension: 'went_as', values: ['open'] }],
  rows: `SELECT d.id::text AS id, d.name, d.status AS to_status, d.close_date AS to_close_date, ${inReporting('d.expected_value', 'd.currency')} AS amount, s.name AS to_stage, s.id::text AS to_stage_id,
      ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_deals d CROSS JOIN moment m JOIN crm_core.crm_stages s ON s.id = d.stage_id LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id
    ${rateOn('d.currency', 'm.today')}
    WHERE d.deleted_at IS NULL AND NOT d.is_test AND d.status = 'open' AND ${ofRealAccount('d.account_id')}`,
  measures: {
    count: exact(count(), 'deals that the change ends with'),
    closing: exact(sum('r.amount'), 'Σ amount of the deals open now = what opening and all parts of the change add up to'),
    closing_count: exact(count(), 'deals open now'),
    ...currencyProof,
  },
  beyondLedger: Object.fromEntries(['opening', 'new', 'reopened', 'increased', 'decreased', 'slipped_out', 'pulled_in', 'won', 'lost', 'removed'].flatMap((name) => [[name, past], [`${name}_count`, past]])),
  dimensions: { ...columns('text', 'id', 'name', 'to_status', 'to_stage', 'to_stage_id'), ...columns('date', 'to_close_date'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'to_stage', dimensions: ['to_stage', 'region'] }, { name: 'to_close_date by quarter', period: { dimension: 'to_close_date', step: 'quarter' } },
  ],
};

const [won, lost, open] = [`r.status = 'won'`, `r.status = 'lost'`, `r.status = 'open'`];

/**
 * Deals as of now, read from history on the one side and from the tables of the ledger on the other. An earlier instant was now once: what is proved here for each
 * position of the log is what history answers for it ever after, which deals.asof.spec.ts holds it to.
 */
export const dealsAsOfProof: ViewProof = {
  view: 'deals_asof',
  rows: `SELECT d.id::text AS id, d.name, d.status, d.source, d.lost_reason, d.created_at, d.closed_at, d.close_date, ${inReporting('d.expected_value', 'd.currency')} AS amount,
      s.name AS stage, s.id::text AS stage_id, s.position AS stage_position, s.probability, sc.probability AS model_probability, sc.id IS NOT NULL AS is_scored, pl.name AS pipeline, coalesce(d.forecast_category, s.forecast_category) AS forecast_category,
      p.name AS product, p.family AS product_family, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_deals d CROSS JOIN moment m JOIN crm_core.crm_stages s ON s.id = d.stage_id JOIN crm_core.crm_pipelines pl ON pl.id = d.pipeline_id
    LEFT JOIN crm_core.crm_products p ON p.id = d.product_id LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id
    LEFT JOIN crm_core.crm_deal_scores sc ON sc.deal_id = d.id AND sc.deleted_at IS NULL
    ${rateOn('d.currency', `CASE WHEN d.status = 'open' THEN m.today ELSE least((d.closed_at AT TIME ZONE 'UTC')::date, m.today) END`)}
    WHERE d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')}`,
  measures: {
    count: exact(count(), 'number of deals'),
    open_count: exact(count(open), 'deals with status open'), won_count: exact(count(won), 'deals with status won'), lost_count: exact(count(lost), 'deals with status lost'),
    open_amount: exact(sum('r.amount', open), 'Σ amount of open deals, at the rate of the day'),
    weighted_amount: exact(sum('r.amount * r.probability', open), 'Σ amount × stage probability of open deals'),
    model_weighted_amount: exact(sum('r.amount * r.model_probability', open), 'Σ amount × model win probability of scored open deals'),
    scored_count: exact(count(`${open} AND r.is_scored`), 'open deals with a score'),
    won_amount: exact(sum('r.amount', won), 'Σ amount of won deals, at the rate of the day they closed'),
    lost_amount: exact(sum('r.amount', lost), 'Σ amount of lost deals, at the rate of the day they closed'),
    win_rate: ratio(quotient(count(won), count(`${won} OR ${lost}`)), 'won ÷ (won + lost)'),
    ...currencyProof,
  },
  dimensions: {
    ...columns('text', 'id', 'name', 'status', 'stage', 'stage_id', 'pipeline', 'forecast_category', 'product', 'product_family', 'source', 'lost_reason'), ...columns('number', 'stage_position'),
    ...columns('instant', 'created_at', 'closed_at'), ...columns('date', 'close_date'), ...ownerDimensions, ...accountDimensions,
  },
  cases: [{ name: 'all' }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'stage', dimensions: ['stage', 'status'] }, { name: 'closed_at by quarter', period: { dimension: 'closed_at', step: 'quarter' } }],
};
