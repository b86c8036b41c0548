import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, ratio, rateJoin } from '../../sql.parts.js';
import { bridgeSql } from '../billing/mrr.bridge.sql.js';
import { arpaTrend, logoChurn } from '../billing/mrr.ratios.js';
import { account, accountJoin, column, currencyMeasure, helper, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';
import { acquisition, acquisitionMeasures, cost, customers } from './acquisition.cube.js';

/** The tenant's share of revenue that is left after what it costs to serve; null until it is set, and then nothing that needs it has a value. */
export const margin = '(SELECT any(gross_margin) FROM crm_raw.crm_tenants FINAL WHERE deleted_at IS NULL)';
const newMrr = 'sum({CUBE}.new_mrr)';
const sqlOf = (measure: Measure | undefined): string => {
  if (measure?.sql === undefined) throw new Error('The lifetime value needs ARPA and the logo churn of the MRR bridge');
  return `(${measure.sql})`;
};
const lifetimeValue = ratio(`${sqlOf(arpaTrend['arpa'])} * toFloat64(${margin})`, sqlOf(logoChurn['logo_churn']));
const none = 'toDecimal128(0, 2)';

// What the value of a customer is computed from, by account and month.
const months = 'of(month_mrr) of(opening_accounts) of(lost_accounts)';

/** The same measures where the rows are not accounts but their months, of which only the last of a period counts. */
function ofMonths(measures: Readonly<Record<string, Measure>>): Record<string, Measure> {
  return Object.fromEntries(Object.entries(measures).map(([name, { per: _per, ...rest }]) => [name, { ...rest, parts: 'of(month_mrr)' }]));
}

/** Spending and new customers beside what recurring revenue did, a row for each account and month, on the first day of the month. */
export function unitEconomics(ratesSql: string): Cube {
  return {
    name: 'crm_unit_economics',
    unit: 'customers',
    description: 'What a customer costs beside what a customer is worth.',
    sql: `SELECT concat('a ', id) AS id, day, toDate32(toStartOfMonth(least(assumeNotNull(day), toDate32(today())))) AS month, amount, currency, rate_day, region, owner_id, is_new, is_lagged, lag_days,
        if(is_new = 1, toUUIDOrNull(substring(id, 10)), NULL) AS account_id,
        ${none} AS opening, ${none} AS closing, ${none} AS new_mrr
      FROM (${acquisition.sql})
      UNION ALL
      SELECT concat('m ', b.id), CAST(toDate32(b.month) AS Nullable(Date32)), toDate32(b.month), CAST(NULL AS Nullable(Decimal(18, 2))), '', toDate32(today()), r.region, b.owner_id, 0, 0, CAST(NULL AS Nullable(Int64)), CAST(b.account_id AS Nullable(UUID)),
        toDecimal128(assumeNotNull(b.opening), 2), toDecimal128(assumeNotNull(b.closing), 2), toDecimal128(assumeNotNull(b.new_mrr), 2)
      FROM (${bridgeSql(ratesSql)}) AS b LEFT JOIN (SELECT id AS of_account, region FROM crm_raw.crm_accounts FINAL) AS r ON b.account_id = r.of_account`,
    joins: { ...ownerJoin, ...accountJoin, crm_rates: rateJoin() },
    lineage: {
      ...acquisition.lineage, account_id: ['subscriptions.account_id'], month: [], opening: ['subscriptions.mrr'], closing: ['subscriptions.mrr'], new_mrr: ['subscriptions.mrr'],
    },
    measures: {
      ...acquisitionMeasures,
      new_mrr: {
        title: 'New MRR', titleAr: 'إيراد متكرر جديد', description: 'Recurring revenue of accounts that pay for the first time, in months that begin in the period.', descriptionAr: 'الإيراد المتكرر لحسابات تدفع لأول مرة في الأشهر التي تبدأ ضمن الفترة.', type: 'number',
        sql: newMrr, format: 'currency', unit: 'money_per_month', formula: 'Σ new MRR of the period', formulaAr: 'Σ الإيراد المتكرر الجديد في الفترة', additive: true,
      },
      ...ofMonths(arpaTrend),
      ...logoChurn,
      gross_margin: {
        title: 'Gross margin', titleAr: 'هامش الربح الإجمالي', description: "The tenant's setting: the share of revenue left after the cost of serving it. Without it, lifetime value and payback have no value.",
        descriptionAr: 'إعداد المؤسسة: نسبة الإيراد المتبقية بعد تكلفة الخدمة. من دونه لا قيمة للقيمة الدائمة ولا لفترة الاسترداد.', type: 'number', sql: `if(count() = 0, ${margin}, any(${margin}))`, format: 'percent', unit: 'ratio', formula: 'setting of the tenant', formulaAr: 'إعداد المؤسسة', parts: null,
      },
      cac_payback: {
        title: 'CAC payback', titleAr: 'فترة استرداد تكلفة الاكتساب', description: 'Months until the gross margin on the new MRR of a new customer has paid what it cost to win it. Ask for whole months; empty without new customers, new MRR or a gross margin.',
        descriptionAr: 'عدد الأشهر حتى يغطي هامش الإيراد المتكرر الجديد لكل عميل تكلفة اكتسابه. تُطلب لأشهر كاملة، وفارغة دون عملاء جدد أو إيراد جديد أو هامش.', type: 'number',
        sql: `if(${customers} = 0, NULL, ${ratio(cost, `toFloat64(${newMrr}) * toFloat64(${margin})`)})`, unit: 'months', kpi: 'cac_payback', formula: 'CAC ÷ (new MRR per new customer × gross margin)', formulaAr: 'تكلفة اكتساب العميل ÷ (الإيراد المتكرر الجديد لكل عميل جديد × هامش الربح الإجمالي)', parts: 'of(cost) of(count) of(new_mrr)',
      },
      ltv: {
        title: 'Lifetime value', titleAr: 'القيمة الدائمة للعميل', description: 'Gross margin that an account brings until it leaves: ARPA at the end of the period times gross margin, divided by the monthly logo churn of the period. Ask for whole months; empty while nobody left or without a gross margin.',
        descriptionAr: 'هامش الربح الذي يجلبه الحساب حتى مغادرته: متوسط الإيراد لكل حساب في نهاية الفترة مضروبًا في الهامش ومقسومًا على معدل الفقد الشهري. فارغة إن لم يغادر أحد أو دون هامش.', type: 'number',
        sql: lifetimeValue, format: 'currency', unit: 'money', kpi: 'ltv', formula: 'ARPA × gross margin ÷ monthly logo churn', formulaAr: 'متوسط الإيراد لكل حساب × هامش الربح الإجمالي ÷ معدل فقد الحسابات الشهري', parts: months,
      },
      ltv_to_cac: {
        title: 'LTV : CAC', titleAr: 'القيمة الدائمة إلى تكلفة الاكتساب', description: 'Lifetime value divided by the cost of winning a customer, both of the same period.', descriptionAr: 'القيمة الدائمة للعميل مقسومة على تكلفة اكتسابه في الفترة نفسها.', type: 'number',
        sql: ratio(lifetimeValue, `(${ratio(cost, customers)})`), unit: 'number', kpi: 'ltv_to_cac', formula: 'LTV ÷ CAC', formulaAr: 'القيمة الدائمة للعميل ÷ تكلفة اكتساب العميل', parts: `${months} of(cost) of(count)`,
      },
      month_mrr: helper('MRR at the end of the month', 'الإيراد المتكرر في نهاية الشهر', { type: 'number', sql: 'sum({CUBE}.closing)', format: 'currency', unit: 'money_per_month', formula: 'Σ MRR at the end of the month, by account and month', formulaAr: 'Σ الإيراد المتكرر في نهاية الشهر، حسب الحساب والشهر', additive: true }),
      opening_accounts: helper('Accounts at the start of the month', 'الحسابات في بداية الشهر', { type: 'count', where: '{CUBE}.opening > 0', unit: 'count', formula: 'accounts with MRR at the start of the month', formulaAr: 'عدد الحسابات ذات الإيراد المتكرر في بداية الشهر', additive: true }),
      lost_accounts: helper('Accounts lost in the month', 'الحسابات المفقودة في الشهر', { type: 'count', where: '{CUBE}.opening > 0 AND {CUBE}.closing <= 0', unit: 'count', formula: 'opening accounts without MRR at the end of the month', formulaAr: 'الحسابات الافتتاحية التي لا إيراد متكرر لها في نهاية الشهر', additive: true }),
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('spending, customer or account month', 'الإنفاق أو العميل أو شهر الحساب'),
      ...opensId('account', 'الحساب', 'toString({CUBE}.account_id)'),
      amount: {
        title: 'Amount', titleAr: 'المبلغ', description: 'Spending in the reporting currency, for the measures.', descriptionAr: 'الإنفاق بعملة التقارير.', type: 'number', sql: converted('{CUBE}.amount', '{CUBE}.currency'), internal: true,
      },
      ...ownership('{CUBE}.region'),
      ...account,
      day: column('Day', 'اليوم', 'Day of the spending or of becoming a customer; recurring revenue is on the first day of its month.', 'يوم الإنفاق أو التحول إلى عميل، والإيراد المتكرر في أول يوم من شهره.', calendarDate('{CUBE}.day'), 'time'),
    },
    drill: ['id', 'account', 'day', 'owner'],
    opens: 'accounts',
  };
}
