import type { Cube } from '../../model.types.js';
import { calendarDate, ratio } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';
import { bridgeSql } from './mrr.bridge.sql.js';

const mature = '{CUBE}.is_mature';
const active = `${mature} AND {CUBE}.mrr > 0`;
/** A value of months that have ended; where none has, there is none, which is not the same as zero. */
const masked = (value: string): string => `if(countIf(${mature}) = 0, NULL, ${value})`;

/**
 * A row for each account and month from the one on that it first ended with recurring revenue, its month 0. A month that has
 * not ended yet is immature: what it will come to is not known, so it is in no ratio, neither above nor below the line. Later
 * months have no rows at all.
 */
export function retention(ratesSql: string): Cube {
  return {
    name: 'crm_retention',
    unit: 'billing',
    description: 'Accounts by the month they began to pay and the months since: who still pays, and how much.',
    sql: `SELECT concat(toString(account_id), toString(month)) AS id, account_id, owner_id, cohort, month, toInt64(dateDiff('month', cohort, month)) AS months_since, closing AS mrr, first_mrr,
      month < toStartOfMonth(today()) AS is_mature
    FROM (
      SELECT account_id, owner_id, month, closing, minIf(month, closing > 0) OVER (PARTITION BY account_id) AS cohort, argMinIf(closing, month, closing > 0) OVER (PARTITION BY account_id) AS first_mrr,
        countIf(closing > 0) OVER (PARTITION BY account_id) AS paid_months
      FROM (${bridgeSql(ratesSql)})
    )
    WHERE paid_months > 0 AND month >= cohort`,
    joins: { ...ownerJoin, ...accountJoin },
    lineage: {
      id: [], cohort: ['subscriptions.started_on'], month: ['subscriptions.started_on'], months_since: ['subscriptions.started_on'], owner_id: ['accounts.owner_id'], account_id: ['subscriptions.account_id'],
      mrr: ['subscriptions.mrr'], first_mrr: ['subscriptions.mrr'], is_mature: [],
    },
    measures: {
      count: {
        title: 'Account months of cohorts', titleAr: 'أشهر حسابات الأفواج', description: 'Months of accounts since they began to pay, ended or not.', descriptionAr: 'أشهر الحسابات منذ بدء الدفع، المنتهية منها والجارية.', type: 'count',
        unit: 'count', formula: 'number of account months since month 0', formulaAr: 'عدد أشهر الحسابات منذ الشهر 0', additive: true,
      },
      cohort_accounts: {
        title: 'Accounts of the cohort', titleAr: 'حسابات الفوج', description: 'Accounts that paid in month 0, counted in each month asked for that has ended.', descriptionAr: 'الحسابات التي دفعت في الشهر 0، تُحسب في كل شهر مطلوب قد انتهى.',
        type: 'number', sql: masked(`countIf(${mature})`), unit: 'count', formula: 'accounts of month 0, by month that has ended', formulaAr: 'عدد حسابات الشهر 0، لكل شهر قد انتهى', additive: true,
      },
      active_accounts: {
        title: 'Active accounts', titleAr: 'الحسابات النشطة', description: 'Of those, accounts that end the month with recurring revenue; one that came back counts again.', descriptionAr: 'ما أنهى منها الشهر بإيراد متكرر، والعائد يُحسب من جديد.',
        type: 'number', sql: masked(`countIf(${active})`), unit: 'count', formula: 'accounts active in month k', formulaAr: 'عدد الحسابات النشطة في الشهر المطلوب', additive: true,
      },
      cohort_mrr: {
        title: 'MRR of month 0', titleAr: 'إيراد الشهر 0', description: 'MRR of the accounts at the end of their month 0, in each month asked for that has ended.', descriptionAr: 'الإيراد المتكرر للحسابات في نهاية شهرها 0، في كل شهر مطلوب قد انتهى.', type: 'number',
        sql: masked(`sumIf({CUBE}.first_mrr, ${mature})`), format: 'currency', unit: 'money_per_month', formula: 'Σ MRR in month 0, by month that has ended', formulaAr: 'Σ الإيراد المتكرر في الشهر 0، لكل شهر قد انتهى', additive: true,
      },
      active_mrr: {
        title: 'MRR of month k', titleAr: 'إيراد الشهر المطلوب', description: 'MRR of the accounts at the end of the month.', descriptionAr: 'الإيراد المتكرر للحسابات في نهاية الشهر.', type: 'number',
        sql: masked(`sumIf({CUBE}.mrr, ${mature})`), format: 'currency', unit: 'money_per_month', formula: 'Σ MRR in month k', formulaAr: 'Σ الإيراد المتكرر في الشهر المطلوب', additive: true,
      },
      account_retention: {
        title: 'Retention of accounts', titleAr: 'الاحتفاظ بالحسابات',
        description: 'Accounts active in a month divided by the accounts of month 0, a ratio from 0 to 1. Ask for it by cohort and months since; a month that has not ended has no value.',
        descriptionAr: 'الحسابات النشطة في الشهر مقسومة على حسابات الشهر 0، نسبة بين 0 و1؛ تُطلب حسب الفوج والأشهر المنقضية، والشهر الذي لم ينته لا قيمة له.', type: 'number', sql: ratio(`countIf(${active})`, `countIf(${mature})`),
        format: 'percent', unit: 'ratio', kpi: 'account_retention', formula: 'accounts active in month k ÷ accounts of month 0', formulaAr: 'الحسابات النشطة في الشهر المطلوب ÷ حسابات الشهر 0', parts: 'active_accounts / cohort_accounts',
      },
      mrr_retention: {
        title: 'Retention of MRR', titleAr: 'الاحتفاظ بالإيراد المتكرر', description: 'MRR of a month divided by the MRR of month 0 of the same accounts, above 1 where they grew. A month that has not ended has no value.',
        descriptionAr: 'إيراد الشهر مقسومًا على إيراد الشهر 0 للحسابات نفسها، ويتجاوز 1 حيث نمت؛ والشهر الذي لم ينته لا قيمة له.', type: 'number',
        sql: ratio(`sumIf({CUBE}.mrr, ${mature})`, `sumIf({CUBE}.first_mrr, ${mature})`), format: 'percent', unit: 'ratio', kpi: 'mrr_retention', formula: 'MRR in month k ÷ MRR in month 0', formulaAr: 'الإيراد المتكرر في الشهر المطلوب ÷ الإيراد المتكرر في الشهر 0', parts: 'active_mrr / cohort_mrr',
      },
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('account month', 'شهر الحساب'),
      ...opensId('account', 'الحساب', 'toString({CUBE}.account_id)'),
      cohort: column('Cohort', 'الفوج', 'The month that the account first ended with recurring revenue.', 'أول شهر أنهاه الحساب بإيراد متكرر.', calendarDate('{CUBE}.cohort'), 'time'),
      months_since: column('Months since', 'الأشهر المنقضية', 'Months since the cohort began; 0 is the month of the cohort.', 'الأشهر منذ بداية الفوج، والصفر شهر الفوج نفسه.', '{CUBE}.months_since', 'number'),
      month: column('Month', 'الشهر', 'The calendar month.', 'الشهر التقويمي.', calendarDate('{CUBE}.month'), 'time'),
      state: column('State', 'الحالة', 'active, gone, or open while the month has not ended.', 'نشط أو مغادر أو جارٍ ما لم ينته الشهر.', `multiIf(NOT ${mature}, 'open', {CUBE}.mrr > 0, 'active', 'gone')`),
      ...ownership('{crm_account.region}'),
      ...account,
    },
    drill: ['account_id', 'account', 'owner', 'state'],
    opens: 'accounts',
  };
}
