import { columns, exact, type DimensionProof, type MeasureProof } from '../proof.types.js';

/**
 * What the KPIs share, in the words of Postgres: the pinned moment, who owns what, who an account was merged into and what a
 * currency was worth on a day. Parameter `$1` is the moment, `$2` the time zone of the question.
 */
export const ledgerPrelude = `WITH RECURSIVE
moment AS MATERIALIZED (
  SELECT $1::timestamptz AS now, ($1::timestamptz AT TIME ZONE 'UTC')::date AS today, $2::text AS zone,
    -- Months between January and the first month of the fiscal year.
    CASE WHEN EXISTS (SELECT 1 FROM crm_core.crm_feature_flags WHERE key = 'crm_feature_calendar' AND NOT enabled AND deleted_at IS NULL) THEN interval '0'
      ELSE make_interval(months => coalesce((SELECT fiscal_year_start_month::int FROM crm_core.crm_tenants WHERE deleted_at IS NULL LIMIT 1), 1) - 1) END AS fiscal_shift,
    coalesce((SELECT reporting_currency::text FROM crm_core.crm_tenants WHERE deleted_at IS NULL LIMIT 1), 'USD') AS currency
),
people AS MATERIALIZED (
  SELECT u.id, u.name, coalesce(u.name_ar, u.name) AS name_ar, t.id AS team_id, t.name AS team, coalesce(t.name_ar, t.name) AS team_ar,
    CASE WHEN t.region <> '' THEN t.region WHEN u.region <> '' THEN u.region END AS region
  FROM crm_core.crm_users u LEFT JOIN crm_core.crm_teams t ON t.id = u.team_id
),
merges AS (
  SELECT id AS member_id, id AS survivor_id, merged_into_id AS next_id FROM crm_core.crm_accounts
  UNION
  SELECT m.member_id, a.id, a.merged_into_id FROM merges m JOIN crm_core.crm_accounts a ON a.id = m.next_id
),
customers AS MATERIALIZED (
  SELECT m.member_id, a.id, a.legal_name AS name, coalesce(a.legal_name_ar, a.legal_name) AS name_ar, a.industry, CASE WHEN a.region <> '' THEN a.region END AS region, a.owner_id
  FROM merges m JOIN crm_core.crm_accounts a ON a.id = m.survivor_id WHERE m.next_id IS NULL
),
quotes AS (
  SELECT currency, valid_on, (array_agg(rate ORDER BY direct DESC))[1] AS rate
  FROM (
    SELECT e.base_currency::text AS currency, e.valid_on, e.rate::numeric AS rate, true AS direct
    FROM crm_core.crm_exchange_rates e, moment m WHERE e.deleted_at IS NULL AND e.quote_currency::text = m.currency AND e.valid_on <= m.today
    UNION ALL
    -- An inverted rate is carried to fourteen decimals.
    SELECT e.quote_currency::text, e.valid_on, trunc(1.000000000000000000000000000000 / e.rate, 14), false
    FROM crm_core.crm_exchange_rates e, moment m WHERE e.deleted_at IS NULL AND e.base_currency::text = m.currency AND e.valid_on <= m.today
  ) q GROUP BY currency, valid_on
),
rates AS MATERIALIZED (
  SELECT q.currency, d::date AS day, q.rate
  FROM (SELECT quotes.*, lead(valid_on) OVER (PARTITION BY currency ORDER BY valid_on) AS until FROM quotes) q, moment m,
    generate_series(q.valid_on::timestamp, coalesce(q.until - 1, m.today)::timestamp, interval '1 day') d
)`;

/**
 * An amount in the reporting currency, to the cent by row. `rate` is the joined rate; an amount in a currency that has none
 * makes the whole question fail, as the definition demands.
 */
export function inReporting(amount: string, currency: string, rate = 'x.rate'): string {
  return `CASE WHEN ${amount} IS NULL OR ${currency}::text = m.currency THEN ${amount}
    ELSE round(${amount} * coalesce(${rate}, ('${refusal}' || ${currency})::numeric), 2) END`;
}

/** What Postgres says of an amount without a rate, and what the warehouse says. */
export const refusal = 'no exchange rate for ';
export const warehouseRefusal = 'an exchange rate to the reporting currency is missing';

/** Joins the rate of a row's currency on a day. */
export function rateOn(currency: string, day: string): string {
  return `LEFT JOIN rates x ON x.currency = ${currency}::text AND x.day = ${day}`;
}

/** Median of what is not null: the mean of the two middle values when their number is even. */
export function median(value: string, condition = 'true'): string {
  return `percentile_cont(0.5) WITHIN GROUP (ORDER BY (${value})::float8) FILTER (WHERE ${condition})`;
}

/**
 * Kaplan–Meier median of durations of which those that meet `ended` have ended: by each distinct time t the share lasting longer falls by the ends at t over
 * those that lasted until t; where it stays at one half, the middle of that stretch.
 */
export function survivalMedian(value: string, ended: string): string {
  return `(SELECT (first + coalesce(next, first)) / 2 FROM (
    SELECT min(t) FILTER (WHERE s < ln(0.5::float8) + 1e-9) AS first, min(t) FILTER (WHERE s < ln(0.5::float8) - 1e-9) AS next FROM (
      SELECT t, sum(CASE WHEN ends = lasting THEN '-Infinity'::float8 ELSE ln(1 - ends::float8 / lasting::float8) END) OVER (ORDER BY t) AS s FROM (
        SELECT t, count(*) FILTER (WHERE e) AS ends, sum(count(*)) OVER (ORDER BY t DESC) AS lasting FROM unnest(array_agg((${value})::float8), array_agg(${ended})) AS visits(t, e) GROUP BY t
      ) times WHERE ends > 0) curve) cut)`;
}

/** False for what belongs to a test account: "left out of all figures" says the account, so all that is its own goes with it. */
export function ofRealAccount(account: string): string {
  return `NOT EXISTS (SELECT 1 FROM crm_core.crm_accounts tested WHERE tested.id = ${account} AND tested.is_test)`;
}

/** A quotient of two sums; null without a denominator. */
export function quotient(numerator: string, denominator: string): string {
  return `(${numerator})::float8 / nullif((${denominator})::float8, 0)`;
}

/** Days between two instants, with their fraction. */
export function days(from: string, to: string): string {
  return `extract(epoch FROM (${to} - ${from})) / 86400`;
}

/** Σ of a value over the rows that meet a condition; the sum of nothing is nothing owed: 0. */
export function sum(value: string, condition = 'true'): string {
  return `coalesce(sum(${value}) FILTER (WHERE ${condition}), 0)`;
}

/** Number of rows that meet a condition. */
export function count(condition = 'true'): string {
  return `count(*) FILTER (WHERE ${condition})`;
}

/** Columns of the owner `o` (people) for the rows; `region` goes before that of the owner's team. */
export function ownerColumns(region = 'NULL'): string {
  return `o.name AS owner, o.name_ar AS owner_ar, o.id::text AS owner_id, o.team, o.team_ar, o.team_id::text AS team_id, coalesce(${region}, o.region) AS region`;
}

/** Columns of the account `a` (customers) for the rows. */
export const accountColumns = 'a.name AS account, a.name_ar AS account_ar, a.id::text AS account_id, a.industry';

export const ownerDimensions: Record<string, DimensionProof> = columns('text', 'owner', 'owner_ar', 'owner_id', 'team', 'team_ar', 'team_id', 'region');
export const accountDimensions: Record<string, DimensionProof> = columns('text', 'account', 'account_ar', 'account_id', 'industry');

/** The currency of every money KPI of a view. */
export const currencyProof: Record<string, MeasureProof> = {
  // An aggregate like every other, so that of no rows there is one answer too.
  reporting_currency: exact('CASE WHEN count(*) >= 0 THEN (SELECT currency FROM moment) END', 'the reporting currency of the tenant'),
};
