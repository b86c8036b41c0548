import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, dayOf, liveRows, mergedAccounts, ofRealAccount, ratio, rateJoin } from '../../sql.parts.js';
import { column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** Σ of the spending and number of the new customers, of rows like these. */
export const cost = 'sum(ifNull({amount}, 0))';
export const customers = 'countIf({CUBE}.is_new)';

/** What is measured on spending beside new customers. */
export const acquisitionMeasures: Readonly<Record<string, Measure>> = {
  count: {
    title: 'New customers', titleAr: 'العملاء الجدد', description: 'Accounts that first became customers: by the recorded date, a won deal or a paid subscription, whichever was first.',
    descriptionAr: 'الحسابات التي أصبحت عملاء لأول مرة، بالتاريخ المسجل أو أول صفقة رابحة أو أول اشتراك مدفوع.', type: 'count', where: '{CUBE}.is_new', unit: 'count',
    kpi: 'new_customers', formula: 'number of accounts that first became customers', additive: true,
  },
  cost: {
    title: 'Sales and marketing cost', titleAr: 'تكلفة البيع والتسويق', description: 'Spending on sales and marketing, at the rate of its day.', descriptionAr: 'الإنفاق على البيع والتسويق بسعر صرف يومه.',
    type: 'number', sql: cost, format: 'currency', unit: 'money', kpi: 'acquisition_cost', formula: 'Σ spending', additive: true,
  },
  cac: {
    title: 'Customer acquisition cost', titleAr: 'تكلفة اكتساب العميل', description: 'Sales and marketing cost divided by new customers of the same period; in all it is blended over channels, by channel it sets the cost of the channel against the customers whose first won deal came from it. Empty without new customers.',
    descriptionAr: 'تكلفة البيع والتسويق مقسومة على العملاء الجدد في الفترة نفسها؛ إجمالًا لكل القنوات معًا، وحسب القناة تكلفتها مقابل عملاء جاءت أول صفقة رابحة لهم منها.', type: 'number', sql: ratio(cost, customers), format: 'currency', unit: 'money',
    kpi: 'cac', formula: 'sales + marketing cost ÷ new customers', parts: 'cost / count', version: 2,
  },
};

/** The channel that won an account: the source of its first won deal, also of one of an account that was merged into it. */
const winningChannel = `SELECT ifNull(merged.survivor_id, d.account_id) AS account_id, tupleElement(argMin(tuple(d.source), tuple(d.closed_at, toString(d.id))), 1) AS channel
  FROM (${liveRows('crm_deals', 'id, account_id, source, closed_at', `NOT is_test AND status = 'won' AND account_id IS NOT NULL AND ${ofRealAccount()}`)}) AS d LEFT JOIN (${mergedAccounts}) AS merged ON d.account_id = merged.member_id
  GROUP BY account_id`;

/**
 * What winning customers costs: spending beside accounts on the day they first became customers, which is the earliest of
 * the recorded date, the first won deal and the first paid subscription, of the account or of one that was merged into it.
 */
export const acquisition: Cube = {
  name: 'crm_acquisition',
  unit: 'customers',
  description: 'Sales and marketing spending beside new customers.',
  sql: `SELECT concat('spend ', toString(id)) AS id, CAST(toDate32(spent_on) AS Nullable(Date32)) AS day, CAST(amount AS Nullable(Decimal(18, 2))) AS amount, currency AS currency,
      channel AS channel, region AS region, CAST(NULL AS Nullable(UUID)) AS owner_id, least(toDate32(spent_on), toDate32(today())) AS rate_day, 0 AS is_new
    FROM (${liveRows('crm_marketing_spend')})
    UNION ALL
    SELECT concat('customer ', toString(a.id)), f.first_on, NULL, '', w.channel, a.region, a.owner_id, toDate32(today()), 1
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
    LEFT JOIN (${winningChannel}) AS w ON a.id = w.account_id`,
  joins: { ...ownerJoin, crm_rates: rateJoin() },
  lineage: {
    id: [], day: ['accounts.became_customer_at'], is_new: ['accounts.became_customer_at'], amount: [], currency: [], channel: ['deals.source'], region: ['accounts.region'], owner_id: ['accounts.owner_id'],
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
