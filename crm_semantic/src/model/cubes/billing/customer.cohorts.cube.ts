import type { Cube } from '../../model.types.js';
import { calendarDate, converted, liveRows, mergedAccounts, ofRealAccount, ratio } from '../../sql.parts.js';
import { newCustomers } from '../customers/acquisition.cube.js';
import { margin } from '../customers/unit.economics.cube.js';
import { account, accountJoin, column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** Customers by the month that they were won in; a day of tomorrow in the zone of the question is one of this month. */
const customers = `SELECT account_id, owner_id, channel, toStartOfMonth(least(assumeNotNull(day), toDate32(today()))) AS cohort FROM (${newCustomers})`;

/** Net of issued invoices to date, at the rate of their day; merged accounts pay under their survivor. `RATES` is the SQL of the rates cube. */
const invoiced = `SELECT ifNull(merged.survivor_id, i.account_id) AS account_id, toStartOfMonth(i.issue_day) AS month, ifNull(${converted('i.net_total', 'i.currency', 'r.rate')}, toDecimal128(0, 2)) AS amount
  FROM (${liveRows('crm_invoices', 'account_id, net_total, currency, toDate32(issued_on) AS issue_day', `status NOT IN ('draft', 'void') AND toDate32(issued_on) <= toDate32(today()) AND ${ofRealAccount()}`)}) AS i
  LEFT JOIN (${mergedAccounts}) AS merged ON i.account_id = merged.member_id
  LEFT JOIN (RATES) AS r ON i.currency = r.currency AND i.issue_day = r.day`;

/**
 * A row for each customer and month from the one that it was won in, with what it was invoiced until the end of that month. What was invoiced before counts in
 * the first month, so that the last row has all of it.
 */
const sql = (ratesSql: string): string => `SELECT concat(toString(account_id), toString(month)) AS id, account_id, owner_id, channel, cohort, month, toInt64(dateDiff('month', cohort, month)) AS months_since,
    sum(amount) OVER (PARTITION BY account_id ORDER BY month ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS to_date, month < toStartOfMonth(today()) AS is_mature
  FROM (
    SELECT account_id, any(owner_id) AS owner_id, any(channel) AS channel, any(cohort) AS cohort, month, sum(amount) AS amount
    FROM (
      SELECT account_id, owner_id, channel, cohort, addMonths(cohort, n) AS month, toDecimal128(0, 2) AS amount FROM (${customers}) ARRAY JOIN range(toUInt32(dateDiff('month', cohort, toStartOfMonth(today())) + 1)) AS n
      UNION ALL
      SELECT c.account_id, c.owner_id, c.channel, c.cohort, greatest(i.month, c.cohort), i.amount FROM (${invoiced.replace('RATES', ratesSql)}) AS i INNER JOIN (${customers}) AS c ON i.account_id = c.account_id
    )
    GROUP BY account_id, month
  )`;

const mature = '{CUBE}.is_mature';
const masked = (value: string): string => `if(countIf(${mature}) = 0, NULL, ${value})`;
/** Σ over the customers of what each was invoiced until the last month asked for that has ended. */
const toDate = `arraySum(x -> tupleElement(x, 2), mapValues(maxMapIf(map(assumeNotNull({CUBE}.account_id), tuple({CUBE}.month, toDecimal128(assumeNotNull({CUBE}.to_date), 2))), ${mature})))`;
const revenue = masked(`toDecimal128(${toDate}, 2)`);
const profit = masked(`toDecimal128(${toDate}, 2) * toDecimal128(${margin}, 4)`);
const members = masked(`uniqExactIf({CUBE}.account_id, ${mature})`);

/** What customers have brought since they were won, as observed: beside the lifetime value that a formula expects. `ratesSql` is the SQL of the rates cube. */
export function customerCohorts(ratesSql: string): Cube {
  return {
    name: 'crm_customer_cohorts',
    unit: 'billing',
    description: 'Customers by the month they were won and the months since, with what they were invoiced until then.',
    sql: sql(ratesSql),
    joins: { ...ownerJoin, ...accountJoin },
    lineage: {
      id: [], cohort: ['accounts.became_customer_at'], month: ['accounts.became_customer_at'], months_since: ['accounts.became_customer_at'], owner_id: ['accounts.owner_id'], account_id: ['invoices.account_id'], channel: ['deals.source'],
      to_date: ['invoices.net_total'], is_mature: [],
    },
    measures: {
      count: {
        title: 'New customers', titleAr: 'العملاء الجدد', description: 'Customers in the month that they were won in.', descriptionAr: 'العملاء في الشهر الذي اكتُسبوا فيه.', type: 'count', where: '{CUBE}.months_since = 0', unit: 'count',
        formula: 'number of accounts that first became customers', formulaAr: 'عدد الحسابات التي أصبحت عملاء لأول مرة', additive: true,
      },
      customers: {
        title: 'Customers of the cohort', titleAr: 'عملاء الفوج', description: 'Customers with a month among those asked for that has ended; none has, no value.', descriptionAr: 'العملاء الذين لهم شهر منتهٍ ضمن المطلوب، ولا قيمة إن لم ينته أي شهر.', type: 'number',
        sql: members, unit: 'count', formula: 'customers of the cohort, in months that have ended', formulaAr: 'عدد عملاء الفوج، في الأشهر المنتهية', per: 'account_id',
      },
      revenue_to_date: {
        title: 'Revenue to date', titleAr: 'الإيراد حتى تاريخه', description: 'What the customers were invoiced, net, from the beginning to the end of the last month asked for that has ended, at the rate of the day of issue.',
        descriptionAr: 'صافي ما فُوتر للعملاء منذ البداية حتى نهاية آخر شهر منتهٍ مطلوب، بسعر صرف يوم الإصدار.', type: 'number', sql: revenue, format: 'currency', unit: 'money', formula: 'Σ net of issued invoices of the cohort to date', formulaAr: 'Σ صافي الفواتير الصادرة للفوج حتى تاريخه', per: 'account_id',
      },
      profit_to_date: {
        title: 'Gross profit to date', titleAr: 'الربح الإجمالي حتى تاريخه', description: "Revenue to date times the tenant's gross margin; empty until that is set.", descriptionAr: 'الإيراد حتى تاريخه مضروبًا في هامش الربح الإجمالي للمؤسسة، وفارغ حتى يُحدد.', type: 'number',
        sql: profit, format: 'currency', unit: 'money', formula: 'revenue to date × gross margin', formulaAr: 'الإيراد حتى تاريخه × هامش الربح الإجمالي', per: 'account_id',
      },
      observed_ltv: {
        title: 'Observed lifetime value', titleAr: 'القيمة الدائمة المرصودة',
        description: 'Gross profit that a customer of the cohort has brought by month k since it was won: revenue invoiced to date times gross margin, divided by the customers of the cohort, those who left among them. Ask for it by cohort and months since; a month that has not ended has no value.',
        descriptionAr: 'الربح الإجمالي الذي جلبه عميل الفوج حتى الشهر k منذ اكتسابه: الإيراد المفوتر حتى تاريخه مضروبًا في الهامش ومقسومًا على عملاء الفوج، ومنهم من غادر. تُطلب حسب الفوج والأشهر المنقضية، والشهر الذي لم ينته لا قيمة له.', type: 'number',
        sql: ratio(profit, members), format: 'currency', unit: 'money', kpi: 'observed_ltv', formula: 'Σ revenue of the cohort to date × gross margin ÷ customers of the cohort', formulaAr: 'Σ إيراد الفوج حتى تاريخه × هامش الربح الإجمالي ÷ عملاء الفوج', parts: 'profit_to_date / customers', per: 'account_id',
      },
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('customer month', 'شهر العميل'),
      ...opensId('account', 'الحساب', 'toString({CUBE}.account_id)'),
      cohort: column('Cohort', 'الفوج', 'The month that the account first became a customer in.', 'الشهر الذي أصبح فيه الحساب عميلًا لأول مرة.', calendarDate('{CUBE}.cohort'), 'time'),
      months_since: column('Months since', 'الأشهر المنقضية', 'Months since the customer was won; 0 is the month of the cohort.', 'الأشهر منذ اكتساب العميل، والصفر شهر الفوج نفسه.', '{CUBE}.months_since', 'number'),
      month: column('Month', 'الشهر', 'The calendar month.', 'الشهر التقويمي.', calendarDate('{CUBE}.month'), 'time'),
      channel: column('Channel', 'القناة', 'The source of the first won deal of the customer.', 'مصدر أول صفقة رابحة للعميل.', '{CUBE}.channel'),
      ...ownership('{crm_account.region}'),
      ...account,
    },
    drill: ['account_id', 'account', 'owner', 'cohort'],
    opens: 'accounts',
  };
}
