import { historyBegin } from 'crm_warehouse';
import { askedDate, askedInstant, converted, ofRealAccount } from '../../sql.parts.js';
import { dealsAt } from './deal.states.sql.js';

/** The two instants; without a question the month so far, or as much of it as history knows. */
export const until = askedInstant('until', 'now64()');
export const from = askedInstant('from', `greatest(toDateTime64(toStartOfMonth(${until}), 6, 'UTC'), ${historyBegin('crm_deals')})`);
const [closeFrom, closeUntil] = [askedDate('close_from'), askedDate('close_until')];

/** Whether a date lies in the closing window, both ends in it; without a window every deal does, also one without a date. */
const inWindow = (date: string): string => `((${closeFrom} IS NULL OR ifNull(${date} >= ${closeFrom}, 0)) AND (${closeUntil} IS NULL OR ifNull(${date} <= ${closeUntil}, 0)))`;

/** A deal counts where it ended, not where it was once expected to. */
const endDay = 'ifNull(toDate32(t.closed_at), t.close_date)';

/** A column of the later state, or of the earlier one where the deal is gone by then. */
const latest = (column: string): string => `if(is_there_then, t.${column}, f.${column}) AS ${column}`;

/**
 * Both states of each deal that was open at either instant or came and ended between them, with what became of it. A deal that counts as a test at the
 * later one is in neither state, so that marking it never shows as a change.
 */
const states = `SELECT if(f.id IS NULL, t.id, f.id) AS id, t.id IS NOT NULL AND t.deleted_at IS NULL AS is_there_then, f.id IS NOT NULL AND f.deleted_at IS NULL AS is_there,
      is_there AND f.status = 'open' AS is_open, is_open AND ${inWindow('f.close_date')} AS was_in,
      is_there_then AND t.status = 'open' AND ${inWindow('t.close_date')} AS is_in,
      is_there_then AND t.status != 'open' AND NOT (is_there AND f.status != 'open') AND (was_in OR ${inWindow(endDay)}) AS has_ended,
      multiIf(was_in, 'open', is_open, 'pulled_in', f.id IS NOT NULL, 'reopened', 'new') AS came_as,
      multiIf(is_in, 'open', has_ended, t.status, is_there_then, 'slipped_out', 'removed') AS went_as,
      ${['name', 'owner_id', 'account_id', 'pipeline_id', 'is_test'].map(latest).join(', ')},
      if(is_there, f.status, NULL) AS from_status, if(is_there_then, t.status, NULL) AS to_status, if(is_there, f.stage_id, NULL) AS from_stage_id, if(is_there_then, t.stage_id, NULL) AS to_stage_id,
      if(is_there, f.close_date, NULL) AS from_close_date, if(is_there_then, t.close_date, NULL) AS to_close_date,
      if(is_there, f.expected_value, NULL) AS from_value, if(is_there_then, t.expected_value, NULL) AS to_value, f.currency AS from_currency, t.currency AS to_currency
    FROM (${dealsAt(from)}) AS f FULL OUTER JOIN (${dealsAt(until)}) AS t ON f.id = t.id
    WHERE (was_in OR is_in OR has_ended) AND NOT is_test AND ${ofRealAccount()}
      AND (SELECT throwIf(${from} > ${until}, 'CRM: the first instant lies after the second; exchange the filters on pipeline_change.from/until')) = 0`;

/** One rate by currency for both instants: that of the later one's day, so that a rate never shows as a change. */
function ratesThen(ratesSql: string): string {
  return `SELECT currency, rate FROM (${ratesSql}) WHERE day = least(toDate32(${until}), toDate32(today()))`;
}

// By names that no other table has: of two columns of one name `s.*` would rename its own.
const stage = (side: string): string => `LEFT JOIN (SELECT id AS ${side}_key, name AS ${side}_stage, coalesce(name_ar, name) AS ${side}_stage_ar FROM crm_raw.crm_stages FINAL) AS ${side}s ON s.${side}_stage_id = ${side}s.${side}_key`;
const money = (sql: string): string => `toDecimal128(${sql}, 2)`;
const none = money('0');

/**
 * The bridge of each deal. What it came with and what it ended with is its amount at the later instant; what slipped out or was removed left with the
 * amount that the window held. So a deal that stayed or ended shows its new amount as an increase or decrease first.
 */
export function pipelineChangeSql(ratesSql: string): string {
  const stays = `came_as = 'open' AND went_as IN ('open', 'won', 'lost')`;
  const part = (condition: string, amount: string, name: string): string => `if(${condition}, ${amount}, ${none}) AS ${name}`;
  return `SELECT *, multiIf(went_as IN ('won', 'lost', 'slipped_out', 'removed'), went_as, came_as != 'open', came_as, amount_change = 'none', 'unchanged', amount_change) AS change,
      ${part(`came_as = 'open'`, 'was', 'opening')}, ${part(`came_as IN ('new', 'reopened')`, 'now_is', 'added')}, ${part(`came_as = 'reopened'`, 'now_is', 'reopened')}, ${part(`came_as = 'pulled_in'`, 'now_is', 'pulled_in')},
      ${part(`amount_change = 'increased'`, 'now_is - was', 'increased')}, ${part(`amount_change = 'decreased'`, 'was - now_is', 'decreased')}, ${part(`went_as = 'slipped_out'`, 'was', 'slipped_out')},
      ${part(`went_as = 'won'`, 'now_is', 'won')}, ${part(`went_as = 'lost'`, 'now_is', 'lost')}, ${part(`went_as = 'removed'`, 'was', 'removed')}, ${part(`went_as = 'open'`, 'now_is', 'closing')}
    FROM (
      SELECT *, ifNull(from_amount, 0) AS was, ifNull(to_amount, 0) AS now_is, multiIf(${stays} AND now_is > was, 'increased', ${stays} AND now_is < was, 'decreased', 'none') AS amount_change
      FROM (
        SELECT s.*, ${converted('s.from_value', 's.from_currency', 'fr.rate')} AS from_amount, ${converted('s.to_value', 's.to_currency', 'tr.rate')} AS to_amount,
          from_stage, from_stage_ar, to_stage, to_stage_ar,
          ${from} AS asked_from, ${until} AS asked_until, toString(${closeFrom}) AS asked_close_from, toString(${closeUntil}) AS asked_close_until
        FROM (${states}) AS s
        LEFT JOIN (${ratesThen(ratesSql)}) AS fr ON s.from_currency = fr.currency
        LEFT JOIN (${ratesThen(ratesSql)}) AS tr ON s.to_currency = tr.currency
        ${stage('from')}
        ${stage('to')}
      )
    )`;
}
