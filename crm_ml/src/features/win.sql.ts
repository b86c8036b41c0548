/**
 * SQL of the win model's features. Every statement takes a relation of examples (deal_id UUID, as_of DateTime64(6)) and uses only facts
 * dated before `as_of`; dates are those of the events (entered_at, occurred_at, closed_at), never the time of loading, so that imported
 * history counts when it happened. Attributes that a closing may rewrite (amount, close date) are taken from the row version that
 * was current at `as_of`; where the row was loaded only afterwards they stay unknown.
 */
const NOBODY = `toUUID('00000000-0000-0000-0000-000000000000')`;

/** Deals that count: not deleted, not tests; `start` is the first dated sign of life. */
const DEALS = `
  SELECT d.id AS id, d.status AS status, d.owner_id AS owner_id, d.account_id AS account_id, d.product_id AS product_id, d.closed_at AS closed_at,
    least(d.created_at, ifNull(h.first_entered, d.created_at)) AS start
  FROM (SELECT * FROM crm_raw.crm_deals FINAL WHERE deleted_at IS NULL AND NOT is_test) AS d
  LEFT JOIN (SELECT deal_id, min(entered_at) AS first_entered FROM crm_raw.crm_deal_stage_history FINAL WHERE deleted_at IS NULL GROUP BY deal_id) AS h ON h.deal_id = d.id`;

/** Counts and durations of closed deals: decides whether there is enough data and how far apart snapshots lie. */
export const CLOSED_SUMMARY = `
  SELECT countIf(status = 'won') AS won, countIf(status = 'lost') AS lost, countIf(status = 'open') AS open,
    ifNull(quantileExactIf(0.5)(dateDiff('second', start, ifNull(closed_at, start)), status != 'open' AND closed_at > start), 0) AS median_seconds,
    sumIf(dateDiff('second', start, ifNull(closed_at, start)), status != 'open' AND closed_at > start) AS total_seconds
  FROM (${DEALS})`;

/**
 * Snapshots of closed deals while they were open, every {gap} seconds from a start that differs by deal: the ages of the examples are
 * then those that open deals have on an ordinary day.
 */
export const TRAINING_EXAMPLES = `
  SELECT id AS deal_id, toDateTime64(start + toIntervalMicrosecond(toInt64((cityHash64(id) % 4096 / 4096 + k) * {gap:UInt64} * 1000000)), 6, 'UTC') AS as_of
  FROM (${DEALS}) ARRAY JOIN range(12) AS k
  WHERE status IN ('won', 'lost') AND as_of < closed_at`;

/** Open deals at this moment. */
export const OPEN_EXAMPLES = `SELECT id AS deal_id, toDateTime64({now:String}, 6, 'UTC') AS as_of FROM (${DEALS}) WHERE status = 'open'`;

/** Some open deals at this moment. */
export const CHANGED_EXAMPLES = `
  SELECT id AS deal_id, toDateTime64({now:String}, 6, 'UTC') AS as_of FROM (${DEALS}) WHERE status = 'open' AND id IN (SELECT arrayJoin({ids:Array(UUID)}))`;

const OUTCOMES = `SELECT id, status, closed_at, start FROM (${DEALS})`;

/** Attributes of the deal at `as_of`: the row version current then, else the first one that was ever seen. */
function resolved(examples: string): string {
  return `
  SELECT e.deal_id AS deal_id, e.as_of AS as_of,
    if(isNull(v.id), f.first.1, v.owner_id) AS owner_id, if(isNull(v.id), f.first.2, v.account_id) AS account_id,
    if(isNull(v.id), f.first.3, v.product_id) AS product_id, if(isNull(v.id), f.first.4, v.source) AS source,
    v.expected_value AS live_amount, v.close_date AS live_close_date
  FROM (${examples}) AS e
  ASOF LEFT JOIN (
    SELECT id, _committed_at, owner_id, account_id, product_id, source, expected_value, close_date FROM crm_history.crm_deals FINAL WHERE _op != 'd'
  ) AS v ON v.id = e.deal_id AND v._committed_at <= e.as_of
  LEFT JOIN (
    SELECT id, argMin(tuple(owner_id, account_id, product_id, source), tuple(_lsn, _seq)) AS first FROM crm_history.crm_deals WHERE _op != 'd' GROUP BY id
  ) AS f ON f.id = e.deal_id`;
}

/** Attributes of deal, owner, account and product, with the outcome for training rows. */
export function attributesSql(examples: string): string {
  return `
  SELECT toString(r.deal_id) AS deal, toUnixTimestamp64Micro(r.as_of) AS moment, o.status AS status, toUnixTimestamp64Micro(o.closed_at) AS closed_at,
    dateDiff('second', o.start, r.as_of) / 86400 AS age_days, toFloat64(r.live_amount) AS live_amount, dateDiff('day', r.as_of, toDateTime(r.live_close_date, 'UTC')) AS days_to_close_date,
    u.name AS owner, u.region AS owner_region, a.industry AS account_industry, a.region AS account_region, a.size_tier AS account_size,
    a.employee_count AS account_employees, if(isNull(a.id), NULL, if(a.became_customer_at < r.as_of, 'yes', 'no')) AS account_is_customer,
    p.name AS product, p.family AS product_family, r.source AS source
  FROM (${resolved(examples)}) AS r
  INNER JOIN (${OUTCOMES}) AS o ON o.id = r.deal_id
  LEFT JOIN (SELECT id, name, region FROM crm_raw.crm_users FINAL) AS u ON u.id = r.owner_id
  LEFT JOIN (SELECT id, industry, region, size_tier, employee_count, became_customer_at FROM crm_raw.crm_accounts FINAL) AS a ON a.id = r.account_id
  LEFT JOIN (SELECT id, name, family FROM crm_raw.crm_products FINAL) AS p ON p.id = r.product_id`;
}

/** Deals of the same owner, account or product that closed before `as_of`, and how many of them were won. */
export function recordSql(examples: string, key: 'owner_id' | 'account_id' | 'product_id'): string {
  return `
  SELECT toString(e.deal_id) AS deal, toUnixTimestamp64Micro(e.as_of) AS moment, c.closed AS closed, c.won AS won
  FROM (SELECT deal_id, as_of, ifNull(${key}, ${NOBODY}) AS party FROM (${resolved(examples)})) AS e
  ASOF INNER JOIN (
    SELECT party, closed_at, sum(n) OVER w AS closed, sum(wins) OVER w AS won
    FROM (
      SELECT ifNull(${key}, ${NOBODY}) AS party, assumeNotNull(closed_at) AS closed_at, count() AS n, countIf(status = 'won') AS wins
      FROM (${DEALS}) WHERE status IN ('won', 'lost') AND closed_at IS NOT NULL GROUP BY party, closed_at)
    WINDOW w AS (PARTITION BY party ORDER BY closed_at ROWS UNBOUNDED PRECEDING)
  ) AS c ON c.party = e.party AND c.closed_at < e.as_of
  WHERE e.party != ${NOBODY}`;
}

/** Stages entered up to `as_of`. */
export function stagesSql(examples: string): string {
  return `
  SELECT toString(deal_id) AS deal, toUnixTimestamp64Micro(as_of) AS moment, path[-1].2 AS stage, path[-1].3 AS stage_progress,
    dateDiff('second', path[-1].1, as_of) / 86400 AS days_in_stage, length(path) AS stage_moves,
    arraySum((a, b) -> b < a, arrayPopBack(arrayMap(x -> x.3, path)), arrayPopFront(arrayMap(x -> x.3, path))) AS stage_returns,
    toFloat64(arrayFirst(x -> isNotNull(x), arrayReverse(arrayMap(x -> x.4, path)))) AS stage_amount
  FROM (
    SELECT e.deal_id AS deal_id, e.as_of AS as_of, arraySort(x -> (x.1, x.3), groupArray(tuple(h.entered_at, s.name, s.progress, h.amount))) AS path
    FROM (${examples}) AS e
    INNER JOIN (SELECT deal_id, to_stage_id, entered_at, amount FROM crm_raw.crm_deal_stage_history FINAL WHERE deleted_at IS NULL) AS h ON h.deal_id = e.deal_id
    INNER JOIN (
      SELECT id, name, position / greatest(1, max(position) OVER (PARTITION BY pipeline_id)) AS progress, kind FROM crm_raw.crm_stages FINAL WHERE deleted_at IS NULL
    ) AS s ON s.id = h.to_stage_id
    WHERE h.entered_at <= e.as_of AND s.kind = 'open'
    GROUP BY e.deal_id, e.as_of)`;
}

/** Activities done up to `as_of`. */
export function activitiesSql(examples: string): string {
  return `
  SELECT toString(e.deal_id) AS deal, toUnixTimestamp64Micro(e.as_of) AS moment, count() AS activities,
    countIf(a.occurred_at > e.as_of - INTERVAL 30 DAY) AS activities_30_days, countIf(a.kind = 'meeting') AS meetings, countIf(a.kind = 'call') AS calls,
    countIf(a.kind IN ('email', 'message') AND a.direction = 'inbound') AS emails_inbound, dateDiff('second', max(a.occurred_at), e.as_of) / 86400 AS days_since_activity
  FROM (
    SELECT assumeNotNull(deal_id) AS deal_id, kind, direction, occurred_at FROM crm_raw.crm_activities FINAL
    WHERE deal_id IS NOT NULL AND deleted_at IS NULL AND status = 'done'
  ) AS a
  INNER JOIN (${examples}) AS e ON a.deal_id = e.deal_id
  WHERE a.occurred_at <= e.as_of
  GROUP BY e.deal_id, e.as_of`;
}

/** Marketing touches of the deal up to `as_of`. */
export function touchesSql(examples: string): string {
  return `
  SELECT toString(e.deal_id) AS deal, toUnixTimestamp64Micro(e.as_of) AS moment, count() AS touches
  FROM (SELECT assumeNotNull(deal_id) AS deal_id, occurred_at FROM crm_raw.crm_touches FINAL WHERE deal_id IS NOT NULL AND deleted_at IS NULL) AS t
  INNER JOIN (${examples}) AS e ON t.deal_id = e.deal_id
  WHERE t.occurred_at <= e.as_of
  GROUP BY e.deal_id, e.as_of`;
}
