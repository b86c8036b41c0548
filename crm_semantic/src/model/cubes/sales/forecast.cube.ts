import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, dayOf, liveRows, ofRealAccount, ratio, rateJoin } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

const isDeal = `{CUBE}.kind = 'deal'`;
const wonAmount = `sumIf(ifNull({amount}, 0), {CUBE}.status = 'won')`;
const openAmount = `sumIf(ifNull({amount}, 0), {CUBE}.status = 'open')`;
const weightedAmount = `sumIf(ifNull({amount} * {CUBE}.probability, 0), {CUBE}.status = 'open')`;
const quotaAmount = `sumIf(ifNull({amount}, 0), {CUBE}.kind = 'quota')`;

function category(name: string, title: string, titleAr: string): Measure {
  return {
    title, titleAr, description: `Open amount in the forecast category ${name}.`, descriptionAr: `مبلغ الصفقات المفتوحة في فئة التوقع «${titleAr}».`,
    type: 'number', sql: `sumIf(ifNull({amount}, 0), {CUBE}.status = 'open' AND {CUBE}.category = '${name}')`, format: 'currency', unit: 'money',
    formula: `Σ amount of open deals in category ${name}`, additive: true,
  };
}

/** Won and open deals on the day they close or should, beside the quotas on the day their period begins. */
export const forecast: Cube = {
  name: 'crm_forecast',
  unit: 'sales',
  description: 'Won and open deals by closing day, with the quotas in force.',
  sql: `SELECT 'deal' AS kind, toString(d.id) AS id, d.status AS status, d.owner_id AS owner_id, d.account_id AS account_id, d.expected_value AS value, d.currency AS currency,
      if(d.status = 'won', ${dayOf('d.closed_at')}, toDate32(d.close_date)) AS day,
      if(d.status = 'open', toDate32(today()), least(toDate32(ifNull(d.closed_at, now64())), toDate32(today()))) AS rate_day,
      toDecimal64(ifNull(s.probability, 0), 4) AS probability, coalesce(d.forecast_category, s.forecast_category, 'pipeline') AS category
    FROM (${liveRows('crm_deals', '*', `NOT is_test AND status IN ('open', 'won') AND ${ofRealAccount()}`)}) AS d
    LEFT JOIN (SELECT id, probability, forecast_category FROM crm_raw.crm_stages FINAL) AS s ON d.stage_id = s.id
    UNION ALL
    SELECT 'quota', toString(id), 'quota', user_id, CAST(NULL AS Nullable(UUID)), amount, currency, toDate32(period_start), least(toDate32(period_start), toDate32(today())),
      toDecimal64(0, 4), 'quota'
    FROM (SELECT * FROM crm_raw.crm_quotas FINAL WHERE deleted_at IS NULL AND user_id IS NOT NULL ORDER BY version DESC LIMIT 1 BY user_id, period_start, period_end)`,
  joins: { ...ownerJoin, ...accountJoin, crm_rates: rateJoin() },
  lineage: {
    kind: [], id: [], status: ['deals.status'], owner_id: ['deals.owner_id'], account_id: ['deals.account_id'], value: ['deals.expected_value'], currency: ['deals.currency'],
    day: ['deals.close_date', 'deals.closed_at'], probability: ['deals.stage_id'], category: ['deals.forecast_category'],
  },
  measures: {
    count: {
      title: 'Deals in the forecast', titleAr: 'صفقات التوقع', description: 'Won and open deals.', descriptionAr: 'الصفقات الرابحة والمفتوحة.',
      type: 'count', where: isDeal, unit: 'count', formula: 'number of won and open deals', additive: true,
    },
    won_amount: {
      title: 'Won', titleAr: 'المحقق', description: 'Amount won, by closing day.', descriptionAr: 'المبلغ المحقق حسب يوم الإغلاق.',
      type: 'number', sql: wonAmount, format: 'currency', unit: 'money', formula: 'Σ amount won', additive: true,
    },
    open_amount: {
      title: 'Open', titleAr: 'المفتوح', description: 'Amount of open deals, by expected closing day.', descriptionAr: 'مبلغ الصفقات المفتوحة حسب يوم الإغلاق المتوقع.',
      type: 'number', sql: openAmount, format: 'currency', unit: 'money', formula: 'Σ amount of open deals', additive: true,
    },
    weighted_amount: {
      title: 'Weighted open', titleAr: 'المفتوح المرجّح', description: 'Amount of open deals times stage probability.', descriptionAr: 'مبلغ الصفقات المفتوحة مضروبًا في احتمال المرحلة.',
      type: 'number', sql: weightedAmount, format: 'currency', unit: 'money', formula: 'Σ amount × stage probability of open deals', additive: true,
    },
    forecast_amount: {
      title: 'Weighted forecast', titleAr: 'التوقع المرجّح', description: 'Won in the period plus the weighted amount of open deals that should close in it.',
      descriptionAr: 'المحقق في الفترة مضافًا إليه المبلغ المرجّح للصفقات المتوقع إغلاقها فيها.', type: 'number', sql: `${wonAmount} + ${weightedAmount}`, format: 'currency', unit: 'money',
      kpi: 'weighted_forecast', formula: 'won in period + Σ open amount × p with close date in the period', additive: true,
    },
    commit_amount: category('commit', 'Commit', 'مؤكد'),
    best_case_amount: category('best_case', 'Best case', 'أفضل حالة'),
    pipeline_amount: category('pipeline', 'Pipeline', 'خط المبيعات'),
    quota_amount: {
      title: 'Quota', titleAr: 'الحصة المستهدفة', description: 'Quotas of people, latest version, on the day their period begins.', descriptionAr: 'حصص الأشخاص بأحدث نسخة، في يوم بدء فترتها.',
      type: 'number', sql: quotaAmount, format: 'currency', unit: 'money', formula: 'Σ quota in force', additive: true,
    },
    quota_attainment: {
      title: 'Quota attainment', titleAr: 'تحقيق الحصة', description: 'Won in the period divided by the quota in force, a ratio; empty without a quota.', descriptionAr: 'المحقق في الفترة مقسومًا على الحصة المستهدفة.',
      type: 'number', sql: ratio(wonAmount, quotaAmount), format: 'percent', unit: 'ratio', kpi: 'quota_attainment', formula: 'won in period ÷ quota in force',
    },
    coverage: {
      title: 'Coverage', titleAr: 'التغطية', description: 'Open pipeline closing in the period divided by what is left of the quota; empty once the quota is met.',
      descriptionAr: 'خط المبيعات المفتوح مقسومًا على المتبقي من الحصة، وفارغ عند تحقيقها.', type: 'number',
      sql: `if(${quotaAmount} > ${wonAmount}, ${ratio(openAmount, `(${quotaAmount} - ${wonAmount})`)}, NULL)`, unit: 'ratio',
      kpi: 'coverage', formula: 'open pipeline closing in period ÷ (quota − won)',
    },
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('deal or quota', 'الصفقة أو الحصة'),
    amount: {
      title: 'Amount', titleAr: 'المبلغ', description: 'Amount in the reporting currency, for the measures.', descriptionAr: 'المبلغ بعملة التقارير.', type: 'number',
      sql: converted('{CUBE}.value', '{CUBE}.currency'), internal: true,
    },
    status: column('Status', 'الحالة', 'won, open or quota.', 'رابحة أو مفتوحة أو حصة.', '{CUBE}.status'),
    category: column('Forecast category', 'فئة التوقع', 'commit, best_case, pipeline and so on.', 'فئة التوقع.', '{CUBE}.category'),
    ...ownership('{crm_account.region}'),
    ...account,
    close_date: column('Closing day', 'يوم الإغلاق', 'The day a won deal closed, an open one should, or a quota begins.', 'يوم إغلاق الصفقة أو المتوقع له أو بدء الحصة.', calendarDate('{CUBE}.day'), 'time'),
  },
  drill: ['id', 'account', 'owner', 'close_date'],
};
