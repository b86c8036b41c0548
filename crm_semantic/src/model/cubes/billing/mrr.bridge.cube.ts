import type { Cube, Measure } from '../../model.types.js';
import { calendarDate, ratio } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, helper, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';
import { bridgeLineage, bridgeSql } from './mrr.bridge.sql.js';
import { arpaTrend, atEdge, logoChurn, retentionRatios } from './mrr.ratios.js';

function movement(kind: string, title: string, titleAr: string, description: string, descriptionAr: string): Measure {
  return {
    title, titleAr, description, descriptionAr, type: 'number', sql: `sum({CUBE}.${kind})`, format: 'currency', unit: 'money_per_month', kpi: `mrr_${kind}`, formula: `Σ ${kind} MRR of the period`, formulaAr: `Σ ${titleAr} في الفترة`, additive: true,
  };
}

/** Builds the cube; `ratesSql` is the SQL of the rates cube. */
export function mrrBridge(ratesSql: string): Cube {
  return {
    name: 'crm_mrr_bridge',
    unit: 'billing',
    description: 'Recurring revenue of each account month by month: opening, movements, closing.',
    sql: bridgeSql(ratesSql),
    kept: true,
    joins: { ...ownerJoin, ...accountJoin },
    lineage: bridgeLineage,
    measures: {
      count: {
        title: 'Account months', titleAr: 'أشهر الحسابات', description: 'Months of accounts that ever had recurring revenue.', descriptionAr: 'أشهر الحسابات التي كان لها إيراد متكرر.', type: 'count', unit: 'count',
        formula: 'number of account months', formulaAr: 'عدد أشهر الحسابات', additive: true,
      },
      opening_mrr: {
        title: 'Opening MRR', titleAr: 'الإيراد المتكرر الافتتاحي', description: 'MRR at the start of the first month asked for.', descriptionAr: 'الإيراد الشهري المتكرر في بداية أول شهر مطلوب.', type: 'number',
        sql: atEdge('{CUBE}.opening', 'first'), format: 'currency', unit: 'money_per_month', kpi: 'mrr_opening', formula: 'MRR at the start of the period', formulaAr: 'الإيراد الشهري المتكرر في بداية الفترة', per: 'account_id',
      },
      new_mrr: { ...movement('new_mrr', 'New MRR', 'إيراد متكرر جديد', 'From accounts that pay for the first time.', 'من حسابات تدفع لأول مرة.'), kpi: 'mrr_new', formula: 'Σ new MRR of the period', formulaAr: 'Σ الإيراد المتكرر الجديد في الفترة' },
      expansion_mrr: movement('expansion', 'Expansion MRR', 'إيراد التوسع', 'Increase at accounts that already pay.', 'الزيادة لدى الحسابات الدافعة.'),
      reactivation_mrr: movement('reactivation', 'Reactivation MRR', 'إيراد العائدين', 'From accounts that had stopped paying and came back.', 'من حسابات توقفت ثم عادت.'),
      contraction_mrr: movement('contraction', 'Contraction MRR', 'إيراد الانكماش', 'Decrease at accounts that go on paying, as a positive amount.', 'النقص لدى الحسابات المستمرة، بقيمة موجبة.'),
      churn_mrr: movement('churn', 'Churn MRR', 'إيراد المغادرين', 'Loss from subscriptions that ended, as a positive amount.', 'الخسارة من الاشتراكات المنتهية، بقيمة موجبة.'),
      closing_mrr: {
        title: 'Closing MRR', titleAr: 'الإيراد المتكرر الختامي', description: 'MRR at the end of the last month asked for; opening + new + expansion + reactivation − contraction − churn, to the cent.',
        descriptionAr: 'الإيراد الشهري المتكرر في نهاية آخر شهر مطلوب، مطابقًا للمعادلة حتى آخر جزء.', type: 'number', sql: atEdge('{CUBE}.closing', 'last'), format: 'currency', unit: 'money_per_month',
        kpi: 'mrr_closing', formula: 'opening + new + expansion + reactivation − contraction − churn', formulaAr: 'الافتتاحي + الجديد + التوسع + العائدين − الانكماش − المغادرين', per: 'account_id',
      },
      opening_accounts: {
        title: 'Opening accounts', titleAr: 'الحسابات الافتتاحية', description: 'Account months that began with recurring revenue.', descriptionAr: 'أشهر الحسابات التي بدأت بإيراد متكرر.', type: 'count',
        where: '{CUBE}.opening > 0', unit: 'count', formula: 'accounts with MRR at the start of the month', formulaAr: 'عدد الحسابات ذات الإيراد المتكرر في بداية الشهر', additive: true,
      },
      lost_accounts: {
        title: 'Lost accounts', titleAr: 'الحسابات المفقودة', description: 'Accounts that began a month with recurring revenue and ended it without.', descriptionAr: 'الحسابات التي بدأت الشهر بإيراد متكرر وأنهته دونه.', type: 'count',
        where: '{CUBE}.opening > 0 AND {CUBE}.closing <= 0', unit: 'count', formula: 'opening accounts without MRR at the end of the month', formulaAr: 'الحسابات الافتتاحية التي لا إيراد متكرر لها في نهاية الشهر', additive: true,
      },
      closing_arr: {
        title: 'ARR', titleAr: 'الإيراد السنوي المتكرر', description: 'Twelve times the MRR at the end of the last month asked for; by month it is the trend.', descriptionAr: 'الإيراد الشهري المتكرر في نهاية آخر شهر مطلوب مضروبًا في 12؛ وحسب الأشهر يظهر الاتجاه.', type: 'number',
        sql: `${atEdge('{CUBE}.closing', 'last')} * 12`, format: 'currency', unit: 'money_per_year', kpi: 'arr_trend', formula: 'MRR × 12, at the end of the period', formulaAr: 'الإيراد الشهري المتكرر × 12، في نهاية الفترة', parts: 'closing_mrr * 12', per: 'account_id',
      },
      ...logoChurn,
      revenue_churn: {
        title: 'Revenue churn', titleAr: 'معدل فقد الإيراد', description: 'Churn plus contraction divided by opening MRR, a ratio.', descriptionAr: 'إيراد المغادرين والانكماش مقسومًا على الإيراد الافتتاحي.', type: 'number',
        sql: ratio('(sum({CUBE}.churn) + sum({CUBE}.contraction))', atEdge('{CUBE}.opening', 'first')), format: 'percent', unit: 'ratio', kpi: 'revenue_churn', formula: '(churn + contraction MRR) ÷ opening MRR', formulaAr: '(إيراد المغادرين + إيراد الانكماش) ÷ الإيراد المتكرر الافتتاحي', parts: 'lost_mrr / opening_mrr', per: 'account_id',
      },
      ...retentionRatios,
      ...arpaTrend,
      lost_mrr: helper('Lost MRR', 'الإيراد المفقود', { type: 'number', sql: 'sum({CUBE}.churn) + sum({CUBE}.contraction)', format: 'currency', unit: 'money_per_month', formula: 'Σ churn + contraction MRR', formulaAr: 'Σ (إيراد المغادرين + إيراد الانكماش)', additive: true }),
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
