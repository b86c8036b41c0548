/**
 * SQL of the win model's features. Every statement takes a relation of examples (deal_id UUID, as_of DateTime64(6)) and uses only facts
 * dated before `as_of`; dates are those of the events (entered_at, occurred_at, closed_at), never the time of loading, so that imported
 * history counts when it happened. Attributes that a closing may rewrite (amount, close date) are taken from the row version that
 * was current at `as_of`; where the row was loaded only afterwards they stay unknown.
 */
const NOBODY = `toUUID('00000000-0000-0000-0000-000000000000')`;

/** Which deals a statement is about: all, or those of the parameter `ids`, for which whole tables need not be read. */
export type Reach = 'all' | 'ids';

const IDS = '{ids:Array(UUID)}';

/**
 * Latest rows of a mirror table. FINAL merges whole tables, which is right for a run over all deals and wasteful for one: there the rows
 * that ever belonged to the deals are found first and only their versions are compared.
 */
function latest(reach: Reach, table: string, key: string, columns: readonly string[], where: string): string {
  const names = columns.join(', ');
  if (reach === 'all') return `(SELECT ${names} FROM crm_raw.${table} FINAL WHERE deleted_at IS NULL AND ${where})`;
  const found = key === 'id' ? `id IN ${IDS}` : `id IN (SELECT id FROM crm_raw.${table} WHERE has(${IDS}, assumeNotNull(${key})))`;
  return `(
    SELECT ${columns.map((column, i) => `row.${i + 1} AS ${column}`).join(', ')}
    FROM (SELECT id AS row_id, argMax(tuple(${[...columns, '_deleted', 'deleted_at'].join(', ')}), _version) AS row FROM crm_raw.${table} WHERE ${found} GROUP BY id)
    WHERE row.${columns.length + 1} = 0 AND row.${columns.length + 2} IS NULL AND ${where} ${key === 'id' ? '' : `AND has(${IDS}, assumeNotNull(${key}))`})`;
}

/** Deals that count: not deleted, not tests; `start` is the first dated sign of life. */
function deals(reach: Reach): string {
  return `
  SELECT d.id AS id, d.status AS status, d.closed_at AS closed_at, least(d.created_at, ifNull(h.first_entered, d.created_at)) AS start
  FROM ${latest(reach, 'crm_deals', 'id', ['id', 'status', 'closed_at', 'created_at', 'is_test'], 'NOT is_test')} AS d
  LEFT JOIN (
    SELECT deal_id, min(entered_at) AS first_entered FROM ${latest(reach, 'crm_deal_stage_history', 'deal_id', ['deal_id', 'entered_at'], 'true')} GROUP BY deal_id
  ) AS h ON h.deal_id = d.id`;
}

/** Counts and durations of closed deals: decides whether there is enough data and how far apart snapshots lie. */
export const CLOSED_SUMMARY = `
  SELECT countIf(status = 'won') AS won, countIf(status = 'lost') AS lost, countIf(status = 'open') AS open,
    ifNull(quantileExactIf(0.5)(dateDiff('second', start, ifNull(closed_at, start)), status != 'open' AND closed_at > start), 0) AS median_seconds,
    sumIf(dateDiff('second', start, ifNull(closed_at, start)), status != 'open' AND closed_at > start) AS total_seconds
  FROM (${deals('all')})`;

/**
 * Snapshots of closed deals while they were open, every {gap} seconds from a start that differs by deal: the ages of the examples are
 * then those that open deals have on an ordinary day.
 */
export const TRAINING_EXAMPLES = `
  SELECT id AS deal_id, toDateTime64(start + toIntervalMicrosecond(toInt64((cityHash64(id) % 4096 / 4096 + k) * {gap:UInt64} * 1000000)), 6, 'UTC') AS as_of
  FROM (${deals('all')}) ARRAY JOIN range(12) AS k
  WHERE status IN ('won', 'lost') AND as_of < closed_at`;

/** Open deals at this moment: all of them, or those among the parameter `ids`. */
export function openExamples(reach: Reach): string {
  return `SELECT id AS deal_id, toDateTime64({now:String}, 6, 'UTC') AS as_of FROM (${deals(reach)}) WHERE status = 'open'`;
}

/** Attributes of the deal at `as_of`: the row version current then, else the first one that was ever seen. */
function resolved(examples: string, reach: Reach): string {
  const within = reach === 'all' ? '' : `AND id IN ${IDS}`;
  return `
  SELECT e.deal_id AS deal_id, e.as_of AS as_of,
    if(isNull(v.id), f.first.1, v.owner_id) AS owner_id, if(isNull(v.id), f.first.2, v.account_id) AS account_id,
    if(isNull(v.id), f.first.3, v.product_id) AS product_id, if(isNull(v.id), f.first.4, v.source) AS source,
    v.expected_value AS live_amount, v.close_date AS live_close_date
  FROM (${examples}) AS e
  ASOF LEFT JOIN (
    SELECT id, _committed_at, owner_id, account_id, product_id, source, expected_value, close_date FROM crm_history.crm_deals FINAL WHERE _op != 'd' ${within}
  ) AS v ON v.id = e.deal_id AND v._committed_at <= e.as_of
  LEFT JOIN (
    SELECT id, argMin(tuple(owner_id, account_id, product_id, source), tuple(_lsn, _seq)) AS first FROM crm_history.crm_deals WHERE _op != 'd' ${within} GROUP BY id
  ) AS f ON f.id = e.deal_id`;
}

/** Deals of the same owner, account or product that closed before a moment, counted up to each closing. */
function record(key: 'owner_id' | 'account_id' | 'product_id'): string {
  return `
    SELECT party, closed_at, sum(n) OVER w AS closed, sum(wins) OVER w AS won
    FROM (
      SELECT ifNull(${key}, ${NOBODY}) AS party, assumeNotNull(closed_at) AS closed_at, count() AS n, countIf(status = 'won') AS wins
      FROM (SELECT ${key}, closed_at, status FROM crm_raw.crm_deals FINAL WHERE status IN ('won', 'lost') AND closed_at IS NOT NULL AND deleted_at IS NULL AND NOT is_test)
      GROUP BY party, closed_at)
    WINDOW w AS (PARTITION BY party ORDER BY closed_at ROWS UNBOUNDED PRECEDING)`;
}

/** Attributes and earlier results of deal, owner, account and product, with the outcome for training rows. */
export function attributesSql(examples: string, reach: Reach): string {
  return `
  SELECT toString(r.deal_id) AS deal, toUnixTimestamp64Micro(r.as_of) AS moment, o.status AS status, toUnixTimestamp64Micro(o.closed_at) AS closed_at,
    dateDiff('second', o.start, r.as_of) / 86400 AS age_days, toFloat64(r.live_amount) AS live_amount, dateDiff('day', r.as_of, toDateTime(r.live_close_date, 'UTC')) AS days_to_close_date,
    u.name AS owner, u.region AS owner_region, a.industry AS account_industry, a.region AS account_region, a.size_tier AS account_size,
    a.employee_count AS account_employees, if(isNull(a.id), NULL, if(a.became_customer_at < r.as_of, 'yes', 'no')) AS account_is_customer,
    p.name AS product, p.family AS product_family, r.source AS source,
    if(r.owner = ${NOBODY}, NULL, ro.closed) AS owner_closed, ro.won AS owner_won, if(r.account = ${NOBODY}, NULL, ra.closed) AS account_closed, ra.won AS account_won,
    if(r.product = ${NOBODY}, NULL, rp.closed) AS product_closed, rp.won AS product_won
  FROM (
    SELECT *, ifNull(owner_id, ${NOBODY}) AS owner, ifNull(account_id, ${NOBODY}) AS account, ifNull(product_id, ${NOBODY}) AS product FROM (${resolved(examples, reach)})
  ) AS r
  INNER JOIN (${deals(reach)}) AS o ON o.id = r.deal_id
  LEFT JOIN (SELECT id, name, region FROM crm_raw.crm_users FINAL) AS u ON u.id = r.owner
  LEFT JOIN (SELECT id, industry, region, size_tier, employee_count, became_customer_at FROM crm_raw.crm_accounts FINAL) AS a ON a.id = r.account
  LEFT JOIN (SELECT id, name, family FROM crm_raw.crm_products FINAL) AS p ON p.id = r.product
  ASOF LEFT JOIN (${record('owner_id')}) AS ro ON ro.party = r.owner AND ro.closed_at < r.as_of
  ASOF LEFT JOIN (${record('account_id')}) AS ra ON ra.party = r.account AND ra.closed_at < r.as_of
  ASOF LEFT JOIN (${record('product_id')}) AS rp ON rp.party = r.product AND rp.closed_at < r.as_of`;
}

/** Stages entered up to `as_of`. */
export function stagesSql(examples: string, reach: Reach): string {
  return `
  SELECT toString(deal_id) AS deal, toUnixTimestamp64Micro(as_of) AS moment, path[-1].2 AS stage, path[-1].3 AS stage_progress,
    dateDiff('second', path[-1].1, as_of) / 86400 AS days_in_stage, length(path) AS stage_moves,
    arraySum((a, b) -> b < a, arrayPopBack(arrayMap(x -> x.3, path)), arrayPopFront(arrayMap(x -> x.3, path))) AS stage_returns,
    toFloat64(arrayFirst(x -> isNotNull(x), arrayReverse(arrayMap(x -> x.4, path)))) AS stage_amount
  FROM (
    SELECT e.deal_id AS deal_id, e.as_of AS as_of, arraySort(x -> (x.1, x.3), groupArray(tuple(h.entered_at, s.name, s.progress, h.amount))) AS path
    FROM (${examples}) AS e
    INNER JOIN ${latest(reach, 'crm_deal_stage_history', 'deal_id', ['deal_id', 'to_stage_id', 'entered_at', 'amount'], 'true')} AS h ON h.deal_id = e.deal_id
    INNER JOIN (
      SELECT id, name, position / greatest(1, max(position) OVER (PARTITION BY pipeline_id)) AS progress, kind FROM crm_raw.crm_stages FINAL WHERE deleted_at IS NULL
    ) AS s ON s.id = h.to_stage_id
    WHERE h.entered_at <= e.as_of AND s.kind = 'open'
    GROUP BY e.deal_id, e.as_of)`;
}

/** Activities done up to `as_of`. */
export function activitiesSql(examples: string, reach: Reach): string {
  return `
  SELECT toString(e.deal_id) AS deal, toUnixTimestamp64Micro(e.as_of) AS moment, count() AS activities,
    countIf(a.occurred_at > e.as_of - INTERVAL 30 DAY) AS activities_30_days, countIf(a.kind = 'meeting') AS meetings, countIf(a.kind = 'call') AS calls,
    countIf(a.kind IN ('email', 'message') AND a.direction = 'inbound') AS emails_inbound, dateDiff('second', max(a.occurred_at), e.as_of) / 86400 AS days_since_activity
  FROM (
    SELECT assumeNotNull(deal_id) AS deal_id, kind, direction, occurred_at
    FROM ${latest(reach, 'crm_activities', 'deal_id', ['deal_id', 'kind', 'direction', 'occurred_at', 'status'], "status = 'done'")} WHERE deal_id IS NOT NULL
  ) AS a
  INNER JOIN (${examples}) AS e ON a.deal_id = e.deal_id
  WHERE a.occurred_at <= e.as_of
  GROUP BY e.deal_id, e.as_of`;
}

/** Marketing touches of the deal up to `as_of`. */
export function touchesSql(examples: string, reach: Reach): string {
  return `
  SELECT toString(e.deal_id) AS deal, toUnixTimestamp64Micro(e.as_of) AS moment, count() AS touches
  FROM (SELECT assumeNotNull(deal_id) AS deal_id, occurred_at FROM ${latest(reach, 'crm_touches', 'deal_id', ['deal_id', 'occurred_at'], 'true')} WHERE deal_id IS NOT NULL) AS t
  INNER JOIN (${examples}) AS e ON t.deal_id = e.deal_id
  WHERE t.occurred_at <= e.as_of
  GROUP BY e.deal_id, e.as_of`;
}
