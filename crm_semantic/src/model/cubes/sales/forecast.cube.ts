import type { Cube, Dimension, Measure } from '../../model.types.js';
import { calendarDate, converted, dayOf, liveRows, ofRealAccount, ratio, rateJoin } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, helper, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

const isDeal = `{CUBE}.kind = 'deal'`;
const wonAmount = `sumIf(ifNull({amount}, 0), {CUBE}.status = 'won')`;
const openAmount = `sumIf(ifNull({amount}, 0), {CUBE}.status = 'open')`;
const weightedAmount = `sumIf(ifNull({amount} * {CUBE}.probability, 0), {CUBE}.status = 'open')`;
const modelAmount = `sumIf(ifNull({amount} * {crm_deal_score.probability}, 0), {CUBE}.status = 'open')`;
const quotaAmount = `sumIf(ifNull({amount}, 0), {CUBE}.kind = 'quota')`;
const adjustment = `sumIf(ifNull({amount}, 0), {CUBE}.kind = 'adjustment')`;

/** The month that a part of a plan falls into; the first part keeps the day its period begins. */
const partDay = `if(n = 0, toDate32(period_start), toDate32(addMonths(toStartOfMonth(period_start), n)))`;
/** Cents by running total, so that the parts of an amount sum to it whatever it is divided by. */
const partAmount = `toDecimal128(intDiv(toInt128(toDecimal128(amount, 2) * 100) * (n + 1), months) - intDiv(toInt128(toDecimal128(amount, 2) * 100) * n, months), 2) / 100`;

/**
 * What is planned for a period, in equal parts by month: a quarter's quota is in force in each of its months. Only the latest
 * version of each plan counts.
 */
const plans = `SELECT kind, if(n = 0, toString(id), concat(toString(id), ':', toString(n))), kind, user_id, CAST(NULL AS Nullable(UUID)), ${partAmount}, currency, ${partDay}, rate_day,
      toDecimal64(0, 4), kind, CAST(NULL AS Nullable(UUID)), team_id, CAST(NULL AS Nullable(String))
    FROM (
      SELECT *, toUInt32(greatest(1, dateDiff('month', toStartOfMonth(period_start), toStartOfMonth(subtractDays(period_end, 1))) + 1)) AS months FROM (
        SELECT 'quota' AS kind, id, user_id, CAST(NULL AS Nullable(UUID)) AS team_id, period_start, period_end, amount, currency, least(toDate32(period_start), toDate32(today())) AS rate_day
        FROM (SELECT * FROM crm_raw.crm_quotas FINAL WHERE deleted_at IS NULL AND user_id IS NOT NULL ORDER BY version DESC LIMIT 1 BY user_id, period_start, period_end)
        UNION ALL
        SELECT 'adjustment', id, user_id, team_id, period_start, period_end, delta, currency, least(toDate32(created_at), toDate32(today()))
        FROM (SELECT * FROM crm_raw.crm_forecast_adjustments FINAL WHERE deleted_at IS NULL ORDER BY version DESC LIMIT 1 BY user_id, team_id, period_start, period_end)
      )
    ) ARRAY JOIN range(months) AS n`;

function category(name: string, title: string, titleAr: string): Measure {
  return {
    title, titleAr, description: `Open amount in the forecast category ${name}.`, descriptionAr: `مبلغ الصفقات المفتوحة في فئة التوقع «${titleAr}».`,
    type: 'number', sql: `sumIf(ifNull({amount}, 0), {CUBE}.status = 'open' AND {CUBE}.category = '${name}')`, format: 'currency', unit: 'money',
    formula: `Σ amount of open deals in category ${name}`, formulaAr: `Σ مبالغ الصفقات المفتوحة في فئة التوقع «${titleAr}»`, additive: true,
  };
}

/** The members of ownership, where a row may belong to a team as a whole instead of a person. */
function ofTeams(members: Readonly<Record<string, Dimension>>): Record<string, Dimension> {
  const also: Readonly<Record<string, string>> = { team: '{crm_team.name}', team_ar: '{crm_team.name_ar}', team_id: 'toString({CUBE}.team_id)', region: '{crm_team.region}' };
  return Object.fromEntries(Object.entries(members).map(([name, one]) => [name, also[name] === undefined ? one : { ...one, sql: `coalesce(${one.sql}, ${also[name]})` }]));
}

/** Won and open deals on the day they close or should, beside the quotas on the day their period begins. */
export const forecast: Cube = {
  name: 'crm_forecast',
  unit: 'sales',
  description: 'Won and open deals by closing day, with the quotas and adjustments in force.',
  sql: `SELECT 'deal' AS kind, toString(d.id) AS id, d.status AS status, d.owner_id AS owner_id, d.account_id AS account_id, d.expected_value AS value, d.currency AS currency,
      if(d.status = 'won', ${dayOf('d.closed_at')}, toDate32(d.close_date)) AS day,
      if(d.status = 'open', toDate32(today()), least(toDate32(ifNull(d.closed_at, now64())), toDate32(today()))) AS rate_day,
      toDecimal64(ifNull(s.probability, 0), 4) AS probability, coalesce(d.forecast_category, s.forecast_category, 'pipeline') AS category,
      d.id AS deal_id, CAST(NULL AS Nullable(UUID)) AS team_id, d.name AS name
    FROM (${liveRows('crm_deals', '*', `NOT is_test AND status IN ('open', 'won') AND ${ofRealAccount()}`)}) AS d
    LEFT JOIN (SELECT id, probability, forecast_category FROM crm_raw.crm_stages FINAL) AS s ON d.stage_id = s.id
    UNION ALL
    ${plans}`,
  kept: true,
  joins: {
    ...ownerJoin, ...accountJoin, crm_rates: rateJoin(), crm_deal_score: '{CUBE}.deal_id = {crm_deal_score}.id', crm_team: '{CUBE}.team_id = {crm_team}.id',
  },
  lineage: {
    kind: [], id: [], status: ['deals.status'], owner_id: ['deals.owner_id'], account_id: ['deals.account_id'], value: ['deals.expected_value'], currency: ['deals.currency'],
    day: ['deals.close_date', 'deals.closed_at'], probability: ['deals.stage_id'], category: ['deals.forecast_category'], deal_id: [], team_id: [], name: ['deals.name'],
  },
  measures: {
    count: {
      title: 'Deals in the forecast', titleAr: 'صفقات التوقع', description: 'Won and open deals.', descriptionAr: 'الصفقات الرابحة والمفتوحة.',
      type: 'count', where: isDeal, unit: 'count', formula: 'number of won and open deals', formulaAr: 'عدد الصفقات الرابحة والمفتوحة', additive: true,
    },
    won_amount: {
      title: 'Won', titleAr: 'المحقق', description: 'Amount won, by closing day.', descriptionAr: 'المبلغ المحقق حسب يوم الإغلاق.',
      type: 'number', sql: wonAmount, format: 'currency', unit: 'money', formula: 'Σ amount won', formulaAr: 'Σ المبلغ المحقق', additive: true,
    },
    open_amount: {
      title: 'Open', titleAr: 'المفتوح', description: 'Amount of open deals, by expected closing day.', descriptionAr: 'مبلغ الصفقات المفتوحة حسب يوم الإغلاق المتوقع.',
      type: 'number', sql: openAmount, format: 'currency', unit: 'money', formula: 'Σ amount of open deals', formulaAr: 'Σ مبالغ الصفقات المفتوحة', additive: true,
    },
    weighted_amount: {
      title: 'Weighted open', titleAr: 'المفتوح المرجّح', description: 'Amount of open deals times stage probability.', descriptionAr: 'مبلغ الصفقات المفتوحة مضروبًا في احتمال المرحلة.',
      type: 'number', sql: weightedAmount, format: 'currency', unit: 'money', formula: 'Σ amount × stage probability of open deals', formulaAr: 'Σ (المبلغ × احتمال المرحلة) للصفقات المفتوحة', additive: true,
    },
    forecast_amount: {
      title: 'Weighted forecast', titleAr: 'التوقع المرجّح', description: 'Won in the period plus the weighted amount of open deals that should close in it.',
      descriptionAr: 'المحقق في الفترة مضافًا إليه المبلغ المرجّح للصفقات المتوقع إغلاقها فيها.', type: 'number', sql: `${wonAmount} + ${weightedAmount}`, format: 'currency', unit: 'money',
      kpi: 'weighted_forecast', formula: 'won in period + Σ open amount × p with close date in the period', formulaAr: 'المحقق في الفترة + Σ (المبلغ المفتوح × احتمال المرحلة) لما يُتوقع إغلاقه فيها', additive: true,
    },
    model_weighted_amount: {
      title: 'Model-weighted open', titleAr: 'المفتوح المرجّح بالنموذج', description: "Amount of open deals times the win model's probability; a deal without a score counts nothing.",
      descriptionAr: 'مبلغ الصفقات المفتوحة مضروبًا في احتمال النموذج، والصفقة بلا درجة لا تُحتسب.', type: 'number', sql: modelAmount, format: 'currency', unit: 'money',
      formula: "Σ amount × model win probability of scored open deals", formulaAr: 'Σ (المبلغ × احتمال الفوز وفق النموذج) للصفقات المفتوحة المقيَّمة', additive: true,
    },
    model_forecast_amount: {
      title: 'Model forecast', titleAr: 'توقع النموذج', description: "Won in the period plus the open deals of the period weighted by the win model; beside the weighted forecast, never mixed with it.",
      descriptionAr: 'المحقق في الفترة مضافًا إليه المفتوح المرجّح بالنموذج، بجانب التوقع المرجّح دون خلط.', type: 'number', sql: `${wonAmount} + ${modelAmount}`, format: 'currency', unit: 'money',
      formula: 'won in period + Σ open amount × model p with close date in the period', formulaAr: 'المحقق في الفترة + Σ (المبلغ المفتوح × احتمال الفوز وفق النموذج) لما يُتوقع إغلاقه فيها', additive: true,
    },
    adjustment_amount: {
      title: 'Adjustment', titleAr: 'تعديل المدير', description: 'What managers add to the forecast or take off, latest version, in equal parts by month of its period.',
      descriptionAr: 'ما يضيفه المديرون إلى التوقع أو يخصمونه، بأحدث نسخة، موزعًا بالتساوي على أشهر فترته.', type: 'number', sql: adjustment, format: 'currency', unit: 'money', formula: 'Σ adjustment in force', formulaAr: 'Σ تعديل المدير الساري', additive: true,
    },
    adjusted_amount: {
      title: 'Adjusted forecast', titleAr: 'التوقع المعدّل', description: 'The weighted forecast with what managers adjusted; the gross stays beside it.',
      descriptionAr: 'التوقع المرجّح بعد تعديلات المديرين، ويبقى الإجمالي بجانبه.', type: 'number', sql: `${wonAmount} + ${weightedAmount} + ${adjustment}`, format: 'currency', unit: 'money',
      formula: 'weighted forecast + Σ adjustment in force', formulaAr: 'التوقع المرجّح + Σ تعديل المدير الساري', additive: true,
    },
    commit_amount: category('commit', 'Commit', 'مؤكد'),
    best_case_amount: category('best_case', 'Best case', 'أفضل حالة'),
    pipeline_amount: category('pipeline', 'Pipeline', 'خط المبيعات'),
    quota_amount: {
      title: 'Quota', titleAr: 'الحصة المستهدفة', description: 'Quotas of people, latest version, in equal parts by month of their period.', descriptionAr: 'حصص الأشخاص بأحدث نسخة، موزعة بالتساوي على أشهر فترتها.',
      type: 'number', sql: quotaAmount, format: 'currency', unit: 'money', formula: 'Σ quota in force', formulaAr: 'Σ الحصة المستهدفة السارية', additive: true,
    },
    gap_amount: {
      title: 'Gap to quota', titleAr: 'الفجوة إلى الحصة', description: 'What is missing to the quota; below zero once it is exceeded.', descriptionAr: 'المتبقي لبلوغ الحصة، ويكون سالبًا عند تجاوزها.',
      type: 'number', sql: `${quotaAmount} - ${wonAmount}`, format: 'currency', unit: 'money', formula: 'quota in force − won in period', formulaAr: 'الحصة المستهدفة السارية − المحقق في الفترة', additive: true,
    },
    quota_attainment: {
      title: 'Quota attainment', titleAr: 'تحقيق الحصة', description: 'Won in the period divided by the quota in force, a ratio; empty without a quota.', descriptionAr: 'المحقق في الفترة مقسومًا على الحصة المستهدفة.',
      type: 'number', sql: ratio(wonAmount, quotaAmount), format: 'percent', unit: 'ratio', kpi: 'quota_attainment', formula: 'won in period ÷ quota in force', formulaAr: 'المحقق في الفترة ÷ الحصة المستهدفة السارية', parts: 'won_amount / quota_amount',
    },
    coverage: {
      title: 'Coverage', titleAr: 'التغطية', description: 'Open pipeline closing in the period divided by what is left of the quota; empty once the quota is met.',
      descriptionAr: 'خط المبيعات المفتوح مقسومًا على المتبقي من الحصة، وفارغ عند تحقيقها.', type: 'number',
      sql: `if(${quotaAmount} > ${wonAmount}, ${ratio(openAmount, `(${quotaAmount} - ${wonAmount})`)}, NULL)`, unit: 'ratio',
      kpi: 'coverage', formula: 'open pipeline closing in period ÷ (quota − won)', formulaAr: 'خط المبيعات المفتوح المتوقع إغلاقه في الفترة ÷ (الحصة المستهدفة − المحقق)', parts: 'open_amount / quota_left',
    },
    quota_left: helper('Quota less won', 'المتبقي من الحصة', { type: 'number', sql: `${quotaAmount} - ${wonAmount}`, format: 'currency', unit: 'money', formula: 'Σ quota in force − Σ amount won', formulaAr: 'Σ الحصة المستهدفة السارية − Σ المبلغ المحقق', additive: true }),
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('deal, quota or adjustment', 'الصفقة أو الحصة أو التعديل'),
    ...opensId('deal', 'الصفقة', `if(${isDeal}, {CUBE}.id, NULL)`),
    amount: {
      title: 'Amount', titleAr: 'المبلغ', description: 'Amount in the reporting currency, for the measures.', descriptionAr: 'المبلغ بعملة التقارير.', type: 'number',
      sql: converted('{CUBE}.value', '{CUBE}.currency'), internal: true,
    },
    name: column('Deal', 'الصفقة', 'Name of the deal; empty for quotas and adjustments.', 'اسم الصفقة، وفارغ للحصص والتعديلات.', '{CUBE}.name'),
    status: column('Status', 'الحالة', 'won, open, quota or adjustment.', 'رابحة أو مفتوحة أو حصة أو تعديل.', '{CUBE}.status'),
    category: column('Forecast category', 'فئة التوقع', 'commit, best_case, pipeline and so on.', 'فئة التوقع.', '{CUBE}.category'),
    ...ofTeams(ownership('{crm_account.region}')),
    ...account,
    close_date: column('Closing day', 'يوم الإغلاق', 'The day a won deal closed, an open one should, or a month of a quota begins.', 'يوم إغلاق الصفقة أو المتوقع له أو بدء شهر من الحصة.', calendarDate('{CUBE}.day'), 'time'),
  },
  drill: ['id', 'name', 'account', 'owner', 'status', 'category', 'close_date'],
  opens: 'deals',
};
