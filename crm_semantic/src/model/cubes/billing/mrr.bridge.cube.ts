import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, liveRows, mergedAccounts, ofRealAccount, ratio } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, helper, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/**
 * The value at the first or last month of what is asked for: opening and closing are states, so summing them over months
 * would be wrong. Each account has a row in every month from its first change on, and none before, where it is zero.
 */
const atEdge = (value: string, edge: 'first' | 'last'): string =>
  `if(count() = 0, NULL, arrayElement(tupleElement(sumMap([{CUBE}.month], [toDecimal128(${value}, 2)]), 2), ${edge === 'first' ? '1' : '-1'}))`;

function movement(kind: string, title: string, titleAr: string, description: string, descriptionAr: string): Measure {
  return {
    title, titleAr, description, descriptionAr, type: 'number', sql: `sum({CUBE}.${kind})`, format: 'currency', unit: 'money_per_month', kpi: `mrr_${kind}`, formula: `Σ ${kind} MRR of the period`, additive: true,
  };
}

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

/** Builds the cube; `ratesSql` is the SQL of the rates cube. */
export function mrrBridge(ratesSql: string): Cube {
  return {
    name: 'crm_mrr_bridge',
    unit: 'billing',
    description: 'Recurring revenue of each account month by month: opening, movements, closing.',
    sql: `SELECT concat(toString(account_id), toString(month)) AS id, account_id, a.owner_id AS owner_id, month, closing - new_mrr - expansion - reactivation + contraction + churn AS opening,
        new_mrr, expansion, reactivation, contraction, churn, closing
      FROM (
        SELECT account_id, month, sum(new_mrr) AS new_mrr, sum(expansion) AS expansion, sum(reactivation) AS reactivation, sum(contraction) AS contraction, sum(churn) AS churn,
          sum(sum(net)) OVER (PARTITION BY account_id ORDER BY month ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS closing
        FROM (
          SELECT c.account_id AS account_id, c.month AS month, ${sumKind('new')}, ${sumKind('expansion')}, ${sumKind('reactivation')}, ${sumKind('contraction', '-')}, ${sumKind('churn', '-')}, sum(c.amount) AS net
          FROM (${changes.replace('RATES', ratesSql)}) AS c
          GROUP BY c.account_id, c.month
          UNION ALL
          SELECT account_id, addMonths(first_month, n) AS month, toDecimal128(0, 2), toDecimal128(0, 2), toDecimal128(0, 2), toDecimal128(0, 2), toDecimal128(0, 2), toDecimal128(0, 2)
          FROM (
            SELECT ifNull(merged.survivor_id, f.account_id) AS account_id, toStartOfMonth(min(f.effective_on)) AS first_month, greatest(0, dateDiff('month', first_month, toStartOfMonth(today()))) AS months
            FROM (${liveRows('crm_subscription_changes', 'account_id, effective_on', inForce)}) AS f LEFT JOIN (${mergedAccounts}) AS merged ON f.account_id = merged.member_id GROUP BY account_id
          )
          ARRAY JOIN range(toUInt32(months + 1)) AS n
        )
        GROUP BY account_id, month
      ) AS m
      LEFT JOIN (SELECT id AS owner_account_id, owner_id FROM crm_raw.crm_accounts FINAL) AS a ON m.account_id = a.owner_account_id`,
    joins: { ...ownerJoin, ...accountJoin },
    lineage: {
      id: [], month: ['subscriptions.started_on'], owner_id: ['accounts.owner_id'],
      ...Object.fromEntries(['opening', 'new_mrr', 'expansion', 'reactivation', 'contraction', 'churn', 'closing'].map((name): [string, ['subscriptions.mrr']] => [name, ['subscriptions.mrr']])),
    },
    measures: {
      count: {
        title: 'Account months', titleAr: 'أشهر الحسابات', description: 'Months of accounts that ever had recurring revenue.', descriptionAr: 'أشهر الحسابات التي كان لها إيراد متكرر.', type: 'count', unit: 'count',
        formula: 'number of account months', additive: true,
      },
      opening_mrr: {
        title: 'Opening MRR', titleAr: 'الإيراد المتكرر الافتتاحي', description: 'MRR at the start of the first month asked for.', descriptionAr: 'الإيراد الشهري المتكرر في بداية أول شهر مطلوب.', type: 'number',
        sql: atEdge('{CUBE}.opening', 'first'), format: 'currency', unit: 'money_per_month', kpi: 'mrr_opening', formula: 'MRR at the start of the period', per: 'account_id',
      },
      new_mrr: { ...movement('new_mrr', 'New MRR', 'إيراد متكرر جديد', 'From accounts that pay for the first time.', 'من حسابات تدفع لأول مرة.'), kpi: 'mrr_new', formula: 'Σ new MRR of the period' },
      expansion_mrr: movement('expansion', 'Expansion MRR', 'إيراد التوسع', 'Increase at accounts that already pay.', 'الزيادة لدى الحسابات الدافعة.'),
      reactivation_mrr: movement('reactivation', 'Reactivation MRR', 'إيراد العائدين', 'From accounts that had stopped paying and came back.', 'من حسابات توقفت ثم عادت.'),
      contraction_mrr: movement('contraction', 'Contraction MRR', 'إيراد الانكماش', 'Decrease at accounts that go on paying, as a positive amount.', 'النقص لدى الحسابات المستمرة، بقيمة موجبة.'),
      churn_mrr: movement('churn', 'Churn MRR', 'إيراد المغادرين', 'Loss from subscriptions that ended, as a positive amount.', 'الخسارة من الاشتراكات المنتهية، بقيمة موجبة.'),
      closing_mrr: {
        title: 'Closing MRR', titleAr: 'الإيراد المتكرر الختامي', description: 'MRR at the end of the last month asked for; opening + new + expansion + reactivation − contraction − churn, to the cent.',
        descriptionAr: 'الإيراد الشهري المتكرر في نهاية آخر شهر مطلوب، مطابقًا للمعادلة حتى آخر جزء.', type: 'number', sql: atEdge('{CUBE}.closing', 'last'), format: 'currency', unit: 'money_per_month',
        kpi: 'mrr_closing', formula: 'opening + new + expansion + reactivation − contraction − churn', per: 'account_id',
      },
      opening_accounts: {
        title: 'Opening accounts', titleAr: 'الحسابات الافتتاحية', description: 'Account months that began with recurring revenue.', descriptionAr: 'أشهر الحسابات التي بدأت بإيراد متكرر.', type: 'count',
        where: '{CUBE}.opening > 0', unit: 'count', formula: 'accounts with MRR at the start of the month', additive: true,
      },
      lost_accounts: {
        title: 'Lost accounts', titleAr: 'الحسابات المفقودة', description: 'Accounts that began a month with recurring revenue and ended it without.', descriptionAr: 'الحسابات التي بدأت الشهر بإيراد متكرر وأنهته دونه.', type: 'count',
        where: '{CUBE}.opening > 0 AND {CUBE}.closing <= 0', unit: 'count', formula: 'opening accounts without MRR at the end of the month', additive: true,
      },
      logo_churn: {
        title: 'Monthly logo churn', titleAr: 'معدل فقد الحسابات الشهري', description: 'Opening accounts lost in the month divided by opening accounts, a ratio from 0 to 1; over several months their average, weighted by accounts. Accounts new in the month do not count.',
        descriptionAr: 'الحسابات الافتتاحية المفقودة مقسومة على الافتتاحية، نسبة بين 0 و1، ولا تُحسب الحسابات الجديدة في الشهر.', type: 'number',
        sql: ratio('countIf({CUBE}.opening > 0 AND {CUBE}.closing <= 0)', 'countIf({CUBE}.opening > 0)'), format: 'percent', unit: 'ratio', kpi: 'logo_churn', formula: 'opening accounts lost ÷ opening accounts, by month', parts: 'lost_accounts / opening_accounts',
      },
      revenue_churn: {
        title: 'Revenue churn', titleAr: 'معدل فقد الإيراد', description: 'Churn plus contraction divided by opening MRR, a ratio.', descriptionAr: 'إيراد المغادرين والانكماش مقسومًا على الإيراد الافتتاحي.', type: 'number',
        sql: ratio('(sum({CUBE}.churn) + sum({CUBE}.contraction))', atEdge('{CUBE}.opening', 'first')), format: 'percent', unit: 'ratio', kpi: 'revenue_churn', formula: '(churn + contraction MRR) ÷ opening MRR', parts: 'lost_mrr / opening_mrr', per: 'account_id',
      },
      lost_mrr: helper('Lost MRR', 'الإيراد المفقود', { type: 'number', sql: 'sum({CUBE}.churn) + sum({CUBE}.contraction)', format: 'currency', unit: 'money_per_month', formula: 'Σ churn + contraction MRR', additive: true }),
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('account month', 'شهر الحساب'),
      ...opensId('account', 'الحساب', 'toString({CUBE}.account_id)'),
      ...ownership('{crm_account.region}'),
      ...account,
      month: column('Month', 'الشهر', 'The month.', 'الشهر.', calendarDate('{CUBE}.month'), 'time'),
    },
    drill: ['id', 'account', 'month', 'owner'],
    opens: 'accounts',
  };
}
