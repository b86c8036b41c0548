import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, dayOf, daysBetween, liveRows, medianIf, mergedAccounts, ofRealAccount, ratio, rateJoin } from '../../sql.parts.js';
import { column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** Σ of the spending and number of the new customers, of rows like these. */
export const cost = 'sumIf(ifNull({amount}, 0), NOT {CUBE}.is_lagged)';
export const customers = 'countIf({CUBE}.is_new)';
const lag = 'any({CUBE}.lag_days)';
const laggedCost = `if(${lag} IS NULL, NULL, sumIf(ifNull({amount}, 0), {CUBE}.is_lagged))`;

/** What is measured on spending beside new customers. */
export const acquisitionMeasures: Readonly<Record<string, Measure>> = {
  count: {
    title: 'New customers', titleAr: 'العملاء الجدد', description: 'Accounts that first became customers: by the recorded date, a won deal or a paid subscription, whichever was first.',
    descriptionAr: 'الحسابات التي أصبحت عملاء لأول مرة، بالتاريخ المسجل أو أول صفقة رابحة أو أول اشتراك مدفوع.', type: 'count', where: '{CUBE}.is_new', unit: 'count',
    kpi: 'new_customers', formula: 'number of accounts that first became customers', formulaAr: 'عدد الحسابات التي أصبحت عملاء لأول مرة', additive: true,
  },
  cost: {
    title: 'Sales and marketing cost', titleAr: 'تكلفة البيع والتسويق', description: 'Spending on sales and marketing, at the rate of its day.', descriptionAr: 'الإنفاق على البيع والتسويق بسعر صرف يومه.',
    type: 'number', sql: cost, format: 'currency', unit: 'money', kpi: 'acquisition_cost', formula: 'Σ spending', formulaAr: 'Σ الإنفاق', additive: true,
  },
  cac: {
    title: 'Customer acquisition cost', titleAr: 'تكلفة اكتساب العميل', description: 'Sales and marketing cost divided by new customers of the same period; in all it is blended over channels, by channel it sets the cost of the channel against the customers whose first won deal came from it. Empty without new customers.',
    descriptionAr: 'تكلفة البيع والتسويق مقسومة على العملاء الجدد في الفترة نفسها؛ إجمالًا لكل القنوات معًا، وحسب القناة تكلفتها مقابل عملاء جاءت أول صفقة رابحة لهم منها.', type: 'number', sql: ratio(cost, customers), format: 'currency', unit: 'money',
    kpi: 'cac', formula: 'sales + marketing cost ÷ new customers', formulaAr: 'تكلفة البيع والتسويق ÷ العملاء الجدد', parts: 'cost / count', version: 2,
  },
  lagged_cost: {
    title: 'Cost, one sales cycle earlier', titleAr: 'التكلفة قبل دورة بيع واحدة', description: 'Spending of the period that lies one median sales cycle before the one asked for: each amount counts on its day plus the cycle, at the rate of its own day. Empty while no deal was won.',
    descriptionAr: 'إنفاق الفترة السابقة بوسيط دورة بيع واحدة: يُحسب كل مبلغ في يومه مضافًا إليه الدورة، بسعر صرف يومه الأصلي. فارغة ما دامت لم تُربح أي صفقة.', type: 'number', sql: laggedCost, format: 'currency', unit: 'money',
    formula: 'Σ spending of the period, shifted back by the median sales cycle', formulaAr: 'Σ إنفاق الفترة مزاحةً إلى الوراء بوسيط دورة البيع', additive: true,
  },
  lagged_cac: {
    title: 'CAC, lagged', titleAr: 'تكلفة الاكتساب المؤخَّرة', description: 'What was spent one median sales cycle earlier divided by the new customers of the period: money and the customers that it won stand beside each other. In all it is blended, by channel it is of the channel; the cycle is that of the whole company. Empty without new customers or won deals.',
    descriptionAr: 'ما أُنفق قبل وسيط دورة بيع واحدة مقسومًا على العملاء الجدد في الفترة، فيقف المال بجانب العملاء الذين جلبهم. إجمالًا لكل القنوات معًا، وحسب القناة تكلفتها هي، والدورة دورة الشركة كلها. فارغة دون عملاء جدد أو صفقات رابحة.', type: 'number',
    sql: ratio(laggedCost, customers), format: 'currency', unit: 'money', kpi: 'lagged_cac', formula: 'sales + marketing cost, one median sales cycle earlier ÷ new customers', formulaAr: 'تكلفة البيع والتسويق قبل وسيط دورة بيع واحدة ÷ العملاء الجدد', parts: 'lagged_cost / count',
  },
  lag_days: {
    title: 'Lag of the cost', titleAr: 'تأخير التكلفة', description: 'By how many days the lagged cost is shifted: the median days from creation to closing of all won deals of the company, as whole days, half a day up.',
    descriptionAr: 'عدد الأيام التي تُؤخَّر بها التكلفة: وسيط الأيام من الإنشاء إلى الإغلاق لكل صفقات الشركة الرابحة، بأيام كاملة مع التقريب إلى الأعلى عند النصف.', type: 'number', sql: lag, unit: 'days', formula: '⌊median (closed − created) of won deals + ½⌋', formulaAr: '⌊وسيط (الإغلاق − الإنشاء) للصفقات الرابحة + ½⌋', parts: null,
  },
};

/** The channel that won an account: the source of its first won deal, also of one of an account that was merged into it. */
const winningChannel = `SELECT ifNull(merged.survivor_id, d.account_id) AS account_id, tupleElement(argMin(tuple(d.source), tuple(d.closed_at, toString(d.id))), 1) AS channel
  FROM (${liveRows('crm_deals', 'id, account_id, source, closed_at', `NOT is_test AND status = 'won' AND account_id IS NOT NULL AND ${ofRealAccount()}`)}) AS d LEFT JOIN (${mergedAccounts}) AS merged ON d.account_id = merged.member_id
  GROUP BY account_id`;

/**
 * The accounts with the day on which they first became customers, in whatever record that is first seen: the earliest of the recorded date, the
 * first won deal and the first paid subscription, of the account or of one that was merged into it.
 */
export const newCustomers = `SELECT a.id AS account_id, f.first_on AS day, w.channel AS channel, a.region AS region, a.owner_id AS owner_id
    FROM (${liveRows('crm_accounts', '*', 'NOT is_test AND merged_into_id IS NULL')}) AS a
    INNER JOIN (
      SELECT ifNull(merged.survivor_id, e.account_id) AS account_id, min(e.on_day) AS first_on FROM (
        ${liveRows('crm_accounts', `id AS account_id, ${dayOf('became_customer_at')} AS on_day`, 'NOT is_test AND became_customer_at IS NOT NULL')}
        UNION ALL
        ${liveRows('crm_deals', `account_id, ${dayOf('closed_at')} AS on_day`, `NOT is_test AND status = 'won' AND account_id IS NOT NULL AND ${ofRealAccount()}`)}
        UNION ALL
        ${liveRows('crm_subscription_changes', 'account_id, toDate32(effective_on) AS on_day', `kind = 'new' AND ${ofRealAccount()}`)}
      ) AS e LEFT JOIN (${mergedAccounts}) AS merged ON e.account_id = merged.member_id
      GROUP BY account_id
    ) AS f ON a.id = f.account_id
    LEFT JOIN (${winningChannel}) AS w ON a.id = w.account_id`;

/** The median sales cycle of the company in whole days; null while nothing was won. */
const cycle = `(SELECT toInt64(floor(${medianIf('days', '1')} + 0.5)) FROM (${liveRows('crm_deals', `${daysBetween('created_at', 'closed_at')} AS days`, `NOT is_test AND status = 'won' AND closed_at >= created_at AND ${ofRealAccount()}`)}))`;

const spending = (key: string, day: string, lagged: 0 | 1): string => `SELECT concat('${key} ', toString(id)) AS id, CAST(${day} AS Nullable(Date32)) AS day, CAST(amount AS Nullable(Decimal(18, 2))) AS amount, currency AS currency,
      channel AS channel, region AS region, CAST(NULL AS Nullable(UUID)) AS owner_id, least(toDate32(spent_on), toDate32(today())) AS rate_day, 0 AS is_new, ${lagged} AS is_lagged, ${cycle} AS lag_days
    FROM (${liveRows('crm_marketing_spend')})`;

/**
 * What winning customers costs: spending, on its day and once more one sales cycle later, beside accounts on the day they first became
 * customers. A second row instead of a second day, so that one question about a period has the customers and both costs.
 */
export const acquisition: Cube = {
  name: 'crm_acquisition',
  unit: 'customers',
  description: 'Sales and marketing spending beside new customers.',
  sql: `${spending('spend', 'toDate32(spent_on)', 0)}
    UNION ALL
    ${spending('lagged', `addDays(toDate32(spent_on), assumeNotNull(${cycle}))`, 1)} WHERE ${cycle} IS NOT NULL
    UNION ALL
    SELECT concat('customer ', toString(account_id)), day, NULL, '', channel, region, owner_id, toDate32(today()), 1, 0, ${cycle}
    FROM (${newCustomers})`,
  kept: true,
  joins: { ...ownerJoin, crm_rates: rateJoin() },
  lineage: {
    id: [], day: ['accounts.became_customer_at'], is_new: ['accounts.became_customer_at'], amount: [], currency: [], channel: ['deals.source'], region: ['accounts.region'], owner_id: ['accounts.owner_id'],
    is_lagged: [], lag_days: ['deals.created_at', 'deals.closed_at'],
  },
  measures: {
    ...acquisitionMeasures,
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('spending or customer', 'الإنفاق أو العميل'),
    // The key of a new customer is "customer" and the id of its account.
    ...opensId('account', 'الحساب', `if({CUBE}.is_new, substring({CUBE}.id, 10), NULL)`),
    amount: {
      title: 'Amount', titleAr: 'المبلغ', description: 'Spending in the reporting currency, for the measures.', descriptionAr: 'الإنفاق بعملة التقارير.', type: 'number',
      sql: converted('{CUBE}.amount', '{CUBE}.currency'), internal: true,
    },
    channel: column('Channel', 'القناة', 'Channel of the spending; of a new customer, the source of its first won deal.', 'قناة الإنفاق، وللعميل الجديد مصدر أول صفقة رابحة له.', '{CUBE}.channel'),
    ...ownership('{CUBE}.region'),
    day: column('Day', 'اليوم', 'Day of the spending or of becoming a customer.', 'يوم الإنفاق أو التحول إلى عميل.', calendarDate('{CUBE}.day'), 'time'),
  },
  drill: ['id', 'channel', 'owner', 'region', 'day'],
  opens: 'accounts',
};
