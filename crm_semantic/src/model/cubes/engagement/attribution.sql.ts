import { converted, liveRows, ofRealAccount } from '../../sql.parts.js';

/** Half-life of a touch, days, and the integer weight of the newest one, to which the others are rounded. */
const halfLife = 7;
const unit = 1_000_000_000;

/**
 * The won deals with the cents they brought, at the rate of the day they closed; a deal without an amount brought none that is known.
 */
const wonDeals = `SELECT d.id AS deal_id, d.name AS name, d.account_id AS account_id, d.owner_id AS owner_id, d.closed_at AS closed_at,
    toInt128(ifNull(${converted('d.expected_value', 'd.currency', 'r.rate')}, toDecimal128(0, 2)) * 100) AS cents
  FROM (${liveRows('crm_deals', '*, least(toDate32(ifNull(closed_at, now64())), toDate32(today())) AS rate_day', `NOT is_test AND status = 'won' AND ${ofRealAccount()}`)}) AS d
  LEFT JOIN (RATES) AS r ON d.currency = r.currency AND d.rate_day = r.day`;

/** Touches of deals: recorded at the deal, or at the lead that became it. */
const touches = `SELECT t.id AS touch_id, coalesce(t.deal_id, l.converted_deal_id) AS of_deal, t.occurred_at AS occurred_at, t.channel AS channel, t.campaign_id AS campaign_id
  FROM (${liveRows('crm_touches', 'id, deal_id, lead_id, occurred_at, channel, campaign_id')}) AS t
  LEFT JOIN (${liveRows('crm_leads', 'id, converted_deal_id', 'NOT is_test AND converted_deal_id IS NOT NULL')}) AS l ON t.lead_id = l.id
  WHERE coalesce(t.deal_id, l.converted_deal_id) IS NOT NULL`;

/** Window over the touches of a deal in their order; ties by id. */
const over = 'OVER (PARTITION BY deal_id ORDER BY occurred_at ASC, touch_key ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)';

/**
 * What a touch is credited with, in cents: whatever its deal's touches up to it have together, less what they had before it. Rounding is
 * of the running sum, whose last value is the whole, so that the credits of a deal sum to its revenue to the cent in every model.
 * All of it is whole numbers: no float decides who gets a cent.
 */
function credit(upTo: string, whole: string, before: string): string {
  return `toDecimal128(intDiv(cents * toInt128(${upTo}), toInt128(${whole})) - intDiv(cents * toInt128(${before}), toInt128(${whole})), 2) / 100`;
}

// In parts of 5 (n − 2): two fifths for the first touch, one fifth for all between, two fifths for the last; of two touches half each, of one all.
const uShaped = (k: string): string => `multiIf(touches < 3, ${k}, ${k} = touches, 5 * (touches - 2), ${k} = 0, 0, 2 * (touches - 2) + ${k} - 1)`;
const uWhole = 'if(touches < 3, touches, 5 * (touches - 2))';
const all = 'toDecimal128(cents, 2) / 100';

/** A row for each won deal and touch before its closing, and one for each won deal without: its revenue came directly. `ratesSql` is the SQL of the rates cube. */
export function attributionSql(ratesSql: string): string {
  return `SELECT concat(toString(deal_id), touch_key) AS id, deal_id, name, account_id, owner_id, closed_at, occurred_at, channel, campaign_id,
      if(position = 1, ${all}, toDecimal128(0, 2)) AS first_touch, if(position = touches, ${all}, toDecimal128(0, 2)) AS last_touch,
      ${credit('position', 'touches', 'position - 1')} AS linear,
      ${credit(uShaped('position'), uWhole, uShaped('(position - 1)'))} AS u_shaped,
      ${credit('weight_up_to', 'weight_in_all', 'weight_up_to - weight')} AS time_decay
    FROM (
      SELECT *, row_number() ${over} AS position, count() OVER (PARTITION BY deal_id) AS touches, sum(weight) ${over} AS weight_up_to, sum(weight) OVER (PARTITION BY deal_id) AS weight_in_all
      FROM (
        SELECT *, if(occurred_at IS NULL, ${unit}, toInt64(round(exp2(-dateDiff('microsecond', occurred_at, max(occurred_at) OVER (PARTITION BY deal_id)) / ${halfLife * 86_400}000000) * ${unit}))) AS weight
        FROM (
          SELECT d.deal_id AS deal_id, d.name AS name, d.account_id AS account_id, d.owner_id AS owner_id, d.closed_at AS closed_at, d.cents AS cents, if(t.touch_id IS NULL, 'direct', toString(t.touch_id)) AS touch_key,
            t.occurred_at AS occurred_at, if(t.touch_id IS NULL, 'direct', t.channel) AS channel, t.campaign_id AS campaign_id
          FROM (${wonDeals.replace('RATES', ratesSql)}) AS d
          LEFT JOIN (${touches}) AS t ON d.deal_id = t.of_deal AND t.occurred_at <= d.closed_at
        )
      )
    )`;
}
