import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, converted, dayOf, liveRows, ofRealAccount, ratio } from '../../sql.parts.js';
import { column, currencyMeasure, helper, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** Who forecasts, with the words for it. */
const forecasters = [
  { key: 'rep', title: 'Rep', titleAr: 'المندوب', what: 'won and committed by the owner', whatAr: 'المحقق والمؤكد لدى المسؤول' },
  { key: 'manager', title: 'Manager', titleAr: 'المدير', what: 'the weighted forecast as the manager adjusted it', whatAr: 'التوقع المرجّح بعد تعديل المدير' },
  { key: 'stage', title: 'Stage', titleAr: 'المرحلة', what: 'won and the open deals weighted by stage', whatAr: 'المحقق والمفتوح المرجّح بالمرحلة' },
  { key: 'model', title: 'Model', titleAr: 'النموذج', what: 'won and the open deals weighted by the win model', whatAr: 'المحقق والمفتوح المرجّح بالنموذج' },
] as const;

function measuresOf({ key, title, titleAr, what, whatAr }: (typeof forecasters)[number]): Record<string, Measure> {
  const known = `{CUBE}.${key} IS NOT NULL AND {CUBE}.actual IS NOT NULL`;
  const error = `sumIf(ifNull(abs({CUBE}.${key} - {CUBE}.actual), 0), ${known})`;
  const actual = `sumIf(ifNull({CUBE}.actual, 0), ${known})`;
  return {
    [`${key}_forecast_amount`]: {
      title: `${title}: forecast`, titleAr: `${titleAr}: التوقع`, description: `What was forecast in snapshots of ended periods: ${what}.`, descriptionAr: `ما تُوقّع في لقطات الفترات المنتهية: ${whatAr}.`,
      type: 'number', sql: `sumIf(ifNull({CUBE}.${key}, 0), ${known})`, format: 'currency', unit: 'money', formula: `Σ forecast of ${key} in snapshots of ended periods`, formulaAr: `Σ توقع ${titleAr} في لقطات الفترات المنتهية`, additive: true,
    },
    [`${key}_error_amount`]: {
      title: `${title}: error`, titleAr: `${titleAr}: الخطأ`, description: `How far those forecasts were off, by person and snapshot, whichever way: ${what}.`, descriptionAr: `مقدار ابتعاد تلك التوقعات حسب الشخص واللقطة أيًّا كان اتجاهه: ${whatAr}.`,
      type: 'number', sql: error, format: 'currency', unit: 'money', formula: `Σ |forecast of ${key} − actual| by person and snapshot`, formulaAr: `Σ |توقع ${titleAr} − المحقق فعلًا| حسب الشخص واللقطة`, additive: true,
    },
    [`${key}_accuracy`]: {
      title: `${title}: accuracy`, titleAr: `${titleAr}: الدقة`, description: `One less the error as a share of what was won; below zero when it is off by more than that, empty without anything won: ${what}.`,
      descriptionAr: `واحد ناقص الخطأ نسبةً إلى المحقق، وسالبة إذا زاد الخطأ عليه، وفارغة إذا لم يتحقق شيء: ${whatAr}.`, type: 'number',
      sql: `1 - ${ratio(error, actual)}`, format: 'percent', unit: 'ratio', kpi: `forecast_accuracy_${key}`, formula: '1 − Σ |forecast − actual| ÷ Σ actual, by age of the snapshot', formulaAr: '1 − Σ |التوقع − المحقق فعلًا| ÷ Σ المحقق فعلًا، حسب عمر اللقطة',
      parts: `of(${key}_error_amount) of(${key}_actual_amount) of(${key}_forecast_amount)`,
    },
    [`${key}_actual_amount`]: helper(`${title}: actual`, `${titleAr}: المحقق فعلًا`, { type: 'number', sql: actual, format: 'currency', unit: 'money', formula: `Σ won in the period where ${key} had a forecast`, formulaAr: `Σ المحقق فعلًا في الفترات التي فيها توقع ${titleAr}`, additive: true }),
  };
}

const counted = (source: string, categories: string): string => `source = '${source}' AND category IN (${categories})`;
const sourced = (source: string, categories = `'weighted'`): string => `if(countIf(${counted(source, categories)}) = 0, NULL, sumIf(worth, ${counted(source, categories)}))`;
const rateOf = (table: string): string => `LEFT JOIN (RATES) AS r ON ${table}.currency = r.currency AND ${table}.rate_day = r.day`;

/** Snapshots of single people; those of teams hold what was adjusted for a team as a whole, which is nobody's forecast. */
const snapshots = `SELECT user_id, period_start, period_end, taken_at, ${sourced('rep', `'closed', 'commit'`)} AS rep, ${sourced('manager')} AS manager, ${sourced('stage')} AS stage, ${sourced('model')} AS model
  FROM (
    SELECT s.user_id AS user_id, s.period_start AS period_start, s.period_end AS period_end, s.taken_at AS taken_at, s.source AS source, s.category AS category, ${converted('s.value', 's.currency', 'r.rate')} AS worth
    FROM (${liveRows('crm_forecast_snapshots', `*, if(source = 'manager', ifNull(adjusted_amount, amount), amount) AS value, least(toDate32(taken_at), toDate32(today())) AS rate_day`, `user_id IS NOT NULL AND ${dayOf('taken_at')} < period_end`)}) AS s
    ${rateOf('s')}
  ) GROUP BY user_id, period_start, period_end, taken_at`;

const actuals = `SELECT p.user_id AS user_id, p.period_start AS period_start, p.period_end AS period_end, sum(d.worth) AS amount
  FROM (SELECT DISTINCT user_id, period_start, period_end FROM (${liveRows('crm_forecast_snapshots', 'user_id, period_start, period_end', 'user_id IS NOT NULL')})) AS p
  INNER JOIN (
    SELECT w.owner_id AS owner_id, w.day AS day, ifNull(${converted('w.expected_value', 'w.currency', 'r.rate')}, 0) AS worth
    FROM (${liveRows('crm_deals', `owner_id, expected_value, currency, ${dayOf('closed_at')} AS day, least(toDate32(ifNull(closed_at, now64())), toDate32(today())) AS rate_day`, `NOT is_test AND status = 'won' AND ${ofRealAccount()}`)}) AS w
    ${rateOf('w')}
  ) AS d ON p.user_id = d.owner_id
  WHERE d.day >= p.period_start AND d.day < p.period_end GROUP BY user_id, period_start, period_end`;

/** What was forecast for each person in each snapshot, beside what came of it once the period had ended; `ratesSql` is the SQL of the rates cube. */
export function forecastAccuracy(ratesSql: string): Cube {
  return {
    name: 'crm_forecast_accuracy',
    unit: 'sales',
    description: 'Forecasts of people as they were once, beside what was won.',
    sql: `SELECT concat(toString(s.user_id), ':', toString(s.period_start), ':', toString(s.period_end), ':', toString(toUnixTimestamp64Micro(s.taken_at))) AS id, s.user_id AS owner_id,
        s.period_start AS period_start, s.taken_at AS taken_at, s.rep AS rep, s.manager AS manager, s.stage AS stage, s.model AS model,
        if(s.period_end > ${dayOf('now64()')}, NULL, ifNull(a.amount, toDecimal128(0, 2))) AS actual, intDiv(dateDiff('day', ${dayOf('s.taken_at')}, s.period_end), 7) AS weeks_left
      FROM (${snapshots.replace('RATES', ratesSql)}) AS s
      LEFT JOIN (${actuals.replace('RATES', ratesSql)}) AS a ON s.user_id = a.user_id AND s.period_start = a.period_start AND s.period_end = a.period_end`,
    joins: { ...ownerJoin },
    lineage: {
      id: [], owner_id: ['deals.owner_id'], period_start: [], taken_at: [], weeks_left: [], actual: ['deals.expected_value', 'deals.closed_at'], rep: ['deals.expected_value', 'deals.forecast_category'],
      manager: ['deals.expected_value'], stage: ['deals.expected_value', 'deals.stage_id'], model: ['deals.expected_value', 'deals.win_probability'],
    },
    measures: {
      count: { title: 'Snapshots', titleAr: 'اللقطات', description: 'Snapshots of people and periods.', descriptionAr: 'لقطات الأشخاص والفترات.', type: 'count', unit: 'count', formula: 'number of snapshots by person and period', formulaAr: 'عدد اللقطات حسب الشخص والفترة', additive: true },
      actual_amount: {
        title: 'Actual', titleAr: 'المحقق فعلًا', description: 'What was won in the ended periods, once for each snapshot of them.', descriptionAr: 'ما تحقق في الفترات المنتهية، مرة لكل لقطة منها.', type: 'number', sql: 'sum(ifNull({CUBE}.actual, 0))',
        format: 'currency', unit: 'money', formula: 'Σ won in the period, by person and snapshot of an ended period', formulaAr: 'Σ المحقق في الفترة، حسب الشخص ولقطة الفترة المنتهية', additive: true,
      },
      ...Object.assign({}, ...forecasters.map(measuresOf)) as Record<string, Measure>,
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('snapshot', 'اللقطة'),
      ...ownership(),
      weeks_left: column('Age in weeks', 'العمر بالأسابيع', 'Whole weeks from the snapshot to the end of its period.', 'الأسابيع الكاملة من اللقطة إلى نهاية فترتها.', '{CUBE}.weeks_left', 'number'),
      period_start: column('Period', 'الفترة', 'The first day of the period that was forecast.', 'أول يوم في الفترة المتوقعة.', calendarDate('{CUBE}.period_start'), 'time'),
      taken_at: column('Taken', 'وقت اللقطة', 'When the snapshot was taken.', 'وقت أخذ اللقطة.', '{CUBE}.taken_at', 'time'),
    },
    drill: ['id', 'owner', 'period_start', 'taken_at'],
  };
}
