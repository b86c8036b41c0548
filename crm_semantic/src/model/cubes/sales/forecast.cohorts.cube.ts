import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, dayOf, liveRows, ofRealAccount, rateJoin } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** The first expected close date of each deal that history knows, in the order of the log. */
const firstDates = `SELECT id AS deal_id, argMin(close_date, (_lsn, _seq)) AS first_date FROM crm_history.crm_deals FINAL WHERE _op != 'd' AND close_date IS NOT NULL GROUP BY id`;

/** Months since year 0, so that months are counted apart by subtraction. */
const monthOf = (day: string): string => `(toInt32(toYear(${day})) * 12 + toMonth(${day}))`;

// The last months that are told apart; whatever slips further is decided with them.
const lastMonth = 2;

type Words = readonly [title: string, titleAr: string, description: string, descriptionAr: string, formulaAr: string];

/** What became of a cohort in one way, in deals and money; nothing, which is not zero, until `months` whole months after the cohort's own have ended. */
function part(outcome: string, months: number, formula: string, [title, titleAr, description, descriptionAr, formulaAr]: Words): Record<string, Measure> {
  const masked = (value: string): string => `if(countIf({CUBE}.age > ${months}) = 0, NULL, ${value})`;
  const met = `{CUBE}.outcome = '${outcome}'`;
  return {
    [`${outcome}_count`]: { title: `${title}: deals`, titleAr: `${titleAr}: الصفقات`, description, descriptionAr, type: 'number', sql: masked(`countIf(${met})`), unit: 'count', formula: `number of deals: ${formula}`, formulaAr: `عدد الصفقات: ${formulaAr}`, additive: true },
    [`${outcome}_amount`]: { title, titleAr, description, descriptionAr, type: 'number', sql: masked(`sumIf(ifNull({deal_amount}, 0), ${met})`), format: 'currency', unit: 'money', formula: `Σ amount: ${formula}`, formulaAr: `Σ مبالغ الصفقات: ${formulaAr}`, additive: true },
  };
}

const slip = (n: number, formula: string, words: Words): Record<string, Measure> => part(`slipped_${n}`, Math.min(n, lastMonth), formula, words);

/**
 * Deals by the month that they were first forecast to close in, with what became of them. A deal slips by the months from there to the month it closed in or, while it is open, should
 * close in now; one that ends early has not slipped. Months that have not ended decide nothing, so a deal is undecided until the month has ended that its outcome names.
 */
export const forecastCohorts: Cube = {
  name: 'crm_forecast_cohorts',
  unit: 'sales',
  description: 'Deals by the month they were first forecast to close in, and what became of them.',
  sql: `SELECT *, multiIf(first_close IS NULL OR ifNull(age <= least(slip, ${lastMonth}), 1), 'undecided', slip = 0, status, concat('slipped_', toString(least(slip, ${lastMonth + 1})))) AS outcome
    FROM (
      SELECT *, greatest(0, ifNull(${monthOf('end_day')} - ${monthOf('first_close')}, 0)) AS slip, ${monthOf(dayOf('now64()'))} - ${monthOf('first_close')} AS age
      FROM (
        SELECT d.*, ifNull(h.first_date, d.close_date) AS first_close, if(d.status = 'open', toDate32(d.close_date), ifNull(${dayOf('d.closed_at')}, toDate32(d.close_date))) AS end_day
        FROM (${liveRows('crm_deals', `id, name, status, owner_id, account_id, expected_value, currency, close_date, closed_at, if(status = 'open', toDate32(today()), least(toDate32(ifNull(closed_at, now64())), toDate32(today()))) AS rate_day`, `NOT is_test AND ${ofRealAccount()}`)}) AS d
        LEFT JOIN (${firstDates}) AS h ON d.id = h.deal_id
      )
    )`,
  joins: { ...ownerJoin, ...accountJoin, crm_rates: rateJoin() },
  lineage: {
    id: [], name: ['deals.name'], status: ['deals.status'], owner_id: ['deals.owner_id'], account_id: ['deals.account_id'], expected_value: ['deals.expected_value'], currency: ['deals.currency'], first_close: ['deals.close_date'],
    end_day: ['deals.close_date', 'deals.closed_at'], slip: ['deals.close_date', 'deals.closed_at'], age: ['deals.close_date'], outcome: ['deals.status', 'deals.close_date', 'deals.closed_at'],
  },
  measures: {
    count: { title: 'Deals of the cohort', titleAr: 'صفقات الفوج', description: 'All deals, whatever became of them.', descriptionAr: 'كل الصفقات أيًّا كان مآلها.', type: 'count', unit: 'count', formula: 'number of deals = the sum of all outcomes', formulaAr: 'عدد الصفقات = مجموع كل المآلات', additive: true },
    amount: {
      title: 'Amount of the cohort', titleAr: 'مبلغ الفوج', description: 'Their amounts as they are now: of ended deals at the rate of the day they closed.', descriptionAr: 'مبالغها كما هي الآن، وللمنتهية بسعر يوم الإغلاق.', type: 'number',
      sql: 'sum(ifNull({deal_amount}, 0))', format: 'currency', unit: 'money', formula: 'Σ amount = the sum of all outcomes', formulaAr: 'Σ مبالغ الصفقات = مجموع كل المآلات', additive: true,
    },
    ...part('won', 0, 'won by the end of the month first forecast', ['Won in time', 'ربحت في موعدها', 'Won in the month they were first forecast to close in, or before.', 'رُبحت في الشهر المتوقع أول مرة أو قبله.', 'الرابحة حتى نهاية الشهر المتوقع أول مرة']),
    ...part('lost', 0, 'lost by the end of the month first forecast', ['Lost in time', 'خسرت في موعدها', 'Lost in the month they were first forecast to close in, or before.', 'خُسرت في الشهر المتوقع أول مرة أو قبله.', 'الخاسرة حتى نهاية الشهر المتوقع أول مرة']),
    ...slip(1, 'closed, or to close now, in the month after', ['Slipped by 1 month', 'تأخرت شهرًا', 'Closed in the month after, or should close in it.', 'أُغلقت في الشهر التالي أو يُتوقع إغلاقها فيه.', 'المغلقة في الشهر التالي، أو المتوقع الآن إغلاقها فيه']),
    ...slip(2, 'closed, or to close now, two months after', ['Slipped by 2 months', 'تأخرت شهرين', 'Closed two months after, or should close then.', 'أُغلقت بعد شهرين أو يُتوقع إغلاقها بعدهما.', 'المغلقة بعد شهرين، أو المتوقع الآن إغلاقها بعدهما']),
    ...slip(3, 'closed, or to close now, three months after or later', ['Slipped by 3 months or more', 'تأخرت ثلاثة أشهر فأكثر', 'Closed three months after or later, or should close then.', 'أُغلقت بعد ثلاثة أشهر أو أكثر أو يُتوقع ذلك.', 'المغلقة بعد ثلاثة أشهر أو أكثر، أو المتوقع الآن إغلاقها حينها']),
    ...part('open', 0, 'open, the close date not moved to a later month', ['Still open', 'ما زالت مفتوحة', 'Open although the month has ended, with a close date that was not moved to a later one.', 'مفتوحة رغم انتهاء الشهر دون نقل تاريخ إغلاقها إلى شهر لاحق.', 'المفتوحة التي لم يُنقل تاريخ إغلاقها إلى شهر لاحق']),
    undecided_count: {
      title: 'Not decided yet: deals', titleAr: 'لم تُحسم بعد: الصفقات', description: 'Deals whose outcome names a month that has not ended, and those that never had a close date.', descriptionAr: 'صفقات لم ينته الشهر الذي يحسم مآلها، أو لم يكن لها تاريخ إغلاق قط.',
      type: 'count', where: `{CUBE}.outcome = 'undecided'`, unit: 'count', formula: 'number of deals: the deciding month has not ended', formulaAr: 'عدد الصفقات: لم ينته الشهر الذي يحسم مآلها', additive: true,
    },
    undecided_amount: {
      title: 'Not decided yet', titleAr: 'لم تُحسم بعد', description: 'Their amount.', descriptionAr: 'مبلغ هذه الصفقات.', type: 'number', sql: `sumIf(ifNull({deal_amount}, 0), {CUBE}.outcome = 'undecided')`, format: 'currency', unit: 'money',
      formula: 'Σ amount: the deciding month has not ended', formulaAr: 'Σ مبالغ الصفقات: لم ينته الشهر الذي يحسم مآلها', additive: true,
    },
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('deal', 'الصفقة'),
    ...opensId('deal', 'الصفقة', 'toString({CUBE}.id)'),
    deal_amount: { title: 'Amount', titleAr: 'المبلغ', description: 'Amount in the reporting currency, for the measures.', descriptionAr: 'المبلغ بعملة التقارير.', type: 'number', sql: converted('{CUBE}.expected_value', '{CUBE}.currency'), internal: true },
    name: column('Deal', 'الصفقة', 'Name of the deal.', 'اسم الصفقة.', '{CUBE}.name'),
    cohort: column('First forecast to close', 'أول توقع للإغلاق', 'The first expected close date of the deal that history knows; its month is the cohort.', 'أول تاريخ إغلاق متوقع للصفقة في التاريخ المحفوظ، وشهره هو الفوج.', calendarDate('{CUBE}.first_close'), 'time'),
    outcome: column('Outcome', 'المآل', 'won, lost, slipped_1, slipped_2, slipped_3 (or more), open or undecided.', 'رابحة أو خاسرة أو متأخرة بشهر أو شهرين أو أكثر أو مفتوحة أو لم تُحسم.', '{CUBE}.outcome'),
    slip_months: column('Slipped by months', 'أشهر التأخر', 'Months from the one first forecast to the one it closed in or should close in now; 0 where it ended early.', 'الأشهر من الشهر المتوقع أول مرة إلى شهر الإغلاق أو المتوقع الآن.', '{CUBE}.slip', 'number'),
    status: column('Status', 'الحالة', 'open, won or lost, as it is now.', 'الحالة الآن: مفتوحة أو رابحة أو خاسرة.', '{CUBE}.status'),
    closes: column('Closed or to close', 'الإغلاق', 'The day it closed, or should close now.', 'يوم الإغلاق أو المتوقع له الآن.', calendarDate('{CUBE}.end_day'), 'time'),
    ...ownership('{crm_account.region}'),
    ...account,
  },
  drill: ['id', 'name', 'account', 'owner', 'status', 'cohort', 'closes'],
  opens: 'deals',
};
