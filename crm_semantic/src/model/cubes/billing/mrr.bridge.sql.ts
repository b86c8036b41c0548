import { converted, liveRows, mergedAccounts, ofRealAccount } from '../../sql.parts.js';

const delta = `sum(if(c.kind = 'K', c.amount, toDecimal128(0, 2)))`;
const sumKind = (kind: string, sign = ''): string => `${sign}${delta.replace("'K'", `'${kind}'`)} AS ${kind === 'new' ? 'new_mrr' : kind}`;

/**
 * Changes count from the day they take effect: one that is agreed for next month would give its account alone a row there, and
 * the closing of that month would be the closing of one account. Merged accounts move under their survivor.
 */
const inForce = `kind != 'trial' AND effective_on <= toDate32(today()) AND ${ofRealAccount()}`;

/** Changes of recurring revenue in the reporting currency of today, so that the bridge holds to the cent without a currency gap. */
const changes = `SELECT ifNull(merged.survivor_id, s.account_id) AS account_id, s.kind AS kind, toStartOfMonth(s.effective_on) AS month,
    ${converted('s.mrr_delta', 's.currency', 'r.rate')} AS amount
  FROM (${liveRows('crm_subscription_changes', '*', inForce)}) AS s
  LEFT JOIN (${mergedAccounts}) AS merged ON s.account_id = merged.member_id
  LEFT JOIN (SELECT currency, rate FROM (RATES) WHERE day = toDate32(today())) AS r ON s.currency = r.currency`;

const moving = ['new_mrr', 'expansion', 'reactivation', 'contraction', 'churn'] as const;
const money = 'Decimal(38, 2)';
/** What moved in the months of `moves`, and zero in the months after each until the next. */
const monthly = (column: string): string => `arrayFlatten(arrayMap((moved, months) -> arrayResize([moved], months, toDecimal128(0, 2)), moves.${column}, stretches)) AS ${column}_by_month`;

/**
 * Recurring revenue of each account month by month, from its first change to today; `ratesSql` is the SQL of the rates cube. The months of an account are laid
 * out from its few changes at once: a row for each of them, grouped and summed up again by a window, took five times the processor time.
 */
export function bridgeSql(ratesSql: string): string {
  return `SELECT concat(toString(account_id), toString(month)) AS id, account_id, a.owner_id AS owner_id, month, closing - new_mrr - expansion - reactivation + contraction + churn AS opening,
    new_mrr, expansion, reactivation, contraction, churn, closing
  FROM (
    SELECT account_id, addMonths(first_month, nth - 1) AS month, ${moving.join(', ')}, closing
    FROM (
      SELECT account_id, moves.month[1] AS first_month,
        arrayMap((month, next) -> toUInt32(dateDiff('month', month, next)), moves.month, arrayPushBack(arrayPopFront(moves.month), addMonths(toStartOfMonth(today()), 1))) AS stretches,
        ${moving.map(monthly).join(',\n        ')},
        arrayFlatten(arrayMap((closing, months) -> arrayResize([closing], months, closing), arrayCumSum(moves.net), stretches)) AS closings
      FROM (
        SELECT account_id, CAST(arraySort(x -> x.1, groupArray((month, ${moving.join(', ')}, net))), 'Nested(month Date32, ${[...moving, 'net'].map((column) => `${column} ${money}`).join(', ')})') AS moves
        FROM (
          SELECT c.account_id AS account_id, c.month AS month, ${sumKind('new')}, ${sumKind('expansion')}, ${sumKind('reactivation')}, ${sumKind('contraction', '-')}, ${sumKind('churn', '-')}, sum(c.amount) AS net
          FROM (${changes.replace('RATES', ratesSql)}) AS c
          GROUP BY c.account_id, c.month
        )
        GROUP BY account_id
      )
    )
    ARRAY JOIN arrayEnumerate(closings) AS nth, ${moving.map((column) => `${column}_by_month AS ${column}`).join(', ')}, closings AS closing
  ) AS m
  LEFT JOIN (SELECT id AS owner_account_id, owner_id FROM crm_raw.crm_accounts FINAL) AS a ON m.account_id = a.owner_account_id`;
}

/** Columns of the rows that are money, all of them told by the subscriptions' recurring revenue. */
export const bridgeMoney = ['opening', 'new_mrr', 'expansion', 'reactivation', 'contraction', 'churn', 'closing'] as const;

/** Lineage of the rows. */
export const bridgeLineage = {
  id: [], month: ['subscriptions.started_on'], owner_id: ['accounts.owner_id'], account_id: ['subscriptions.account_id'], ...Object.fromEntries(bridgeMoney.map((name): [string, ['subscriptions.mrr']] => [name, ['subscriptions.mrr']])),
} as const;
