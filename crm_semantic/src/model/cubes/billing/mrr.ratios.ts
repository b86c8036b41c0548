import type { Measure } from '../../model.types.js';
import { ratio } from '../../sql.parts.js';
import { helper } from '../shared/common.members.js';

/**
 * The value at the first or last month of what is asked for: opening and closing are states, so summing them over months
 * would be wrong. Each account has a row in every month from its first change on, and none before, where it is zero. The ones
 * beside the values keep a month whose sum is zero, which `sumMap` would drop.
 */
export const atEdge = (value: string, edge: 'first' | 'last'): string =>
  `if(count() = 0, NULL, arrayElement(tupleElement(sumMap([{CUBE}.month], [toDecimal128(${value}, 2)], [toUInt64(1)]), 2), ${edge === 'first' ? '1' : '-1'}))`;

const key = 'assumeNotNull({CUBE}.account_id)';
const money = (value: string): string => `toDecimal128(assumeNotNull(${value}), 2)`;
/** By account: what it paid at the start of the period. Its first row is in the first month, or is its first ever, which opens with zero. */
const opened = `mapValues(minMap(map(${key}, tuple({CUBE}.month, ${money('{CUBE}.opening')}))))`;
const lost = `mapValues(sumMap(map(${key}, ${money('{CUBE}.churn + {CUBE}.contraction')})))`;
const gained = `mapValues(sumMap(map(${key}, ${money('{CUBE}.expansion')})))`;

/** Σ over the accounts that paid at the start, `o` opening, `l` lost and `g` gained of each. Maps of one question have their keys in one order. */
const overOpeningSet = (each: string): string =>
  `arraySum((f, l, g) -> if(tupleElement(f, 2) > 0, ${each.replaceAll(/\bo\b/g, 'tupleElement(f, 2)')}, toDecimal128(0, 2)), ${opened}, ${lost}, ${gained})`;

const kept = 'greatest(toDecimal128(0, 2), least(o, o - l))';
const grown = 'greatest(toDecimal128(0, 2), o + g - l)';

/** Of a month that is asked for, or of a period: shares of what the accounts paid that paid at its start. */
export const retentionRatios: Readonly<Record<string, Measure>> = {
  grr: {
    title: 'Gross revenue retention', titleAr: 'الاحتفاظ الإجمالي بالإيراد',
    description: 'What is left, after contraction and churn, of the MRR that the accounts had at the start of the period; each account counts between 0 and what it had, so that the ratio is never above 1. Accounts that began later do not count. Empty without opening MRR.',
    descriptionAr: 'ما بقي، بعد الانكماش والمغادرة، من الإيراد المتكرر للحسابات في بداية الفترة؛ لا يتجاوز أي حساب ما كان عليه، فلا تتجاوز النسبة 1، ولا تُحسب الحسابات التي بدأت لاحقًا.', type: 'number',
    sql: ratio(overOpeningSet(kept), overOpeningSet('o')), format: 'percent', unit: 'ratio', kpi: 'grr',
    formula: '(opening − contraction − churn) ÷ opening, over the accounts of the opening set, each capped at 100 %', formulaAr: '(الافتتاحي − الانكماش − المغادرين) ÷ الافتتاحي، لحسابات بداية الفترة، ولا يتجاوز أي منها 100٪', parts: 'kept_mrr / opened_mrr', per: 'account_id',
  },
  nrr: {
    title: 'Net revenue retention', titleAr: 'الاحتفاظ الصافي بالإيراد',
    description: 'What the accounts that paid at the start of the period are worth after expansion, contraction and churn, divided by what they were worth then; it may exceed 1. Reactivation counts as new, and so do accounts that began later: neither is in it. Empty without opening MRR.',
    descriptionAr: 'قيمة الحسابات الدافعة في بداية الفترة بعد التوسع والانكماش والمغادرة مقسومة على قيمتها حينها، وقد تتجاوز 1؛ العائدون يُحسبون جددًا فلا يدخلون فيها.', type: 'number',
    sql: ratio(overOpeningSet(grown), overOpeningSet('o')), format: 'percent', unit: 'ratio', kpi: 'nrr',
    formula: '(opening + expansion − contraction − churn) ÷ opening, over the accounts of the opening set, none below 0', formulaAr: '(الافتتاحي + التوسع − الانكماش − المغادرين) ÷ الافتتاحي، لحسابات بداية الفترة، ولا يقل أي منها عن 0', parts: 'grown_mrr / opened_mrr', per: 'account_id',
  },
  kept_mrr: helper('Kept MRR', 'الإيراد المحتفظ به', { type: 'number', sql: overOpeningSet(kept), format: 'currency', unit: 'money_per_month', formula: 'opening − contraction − churn, between 0 and opening', formulaAr: 'الإيراد الافتتاحي − الانكماش − المغادرين، بين 0 والإيراد الافتتاحي', per: 'account_id' }),
  grown_mrr: helper('MRR of the opening set at the end', 'إيراد حسابات البداية في النهاية', { type: 'number', sql: overOpeningSet(grown), format: 'currency', unit: 'money_per_month', formula: 'opening + expansion − contraction − churn, not below 0', formulaAr: 'الإيراد الافتتاحي + التوسع − الانكماش − المغادرين، لا يقل عن 0', per: 'account_id' }),
  opened_mrr: helper('MRR at the start', 'الإيراد في البداية', { type: 'number', sql: overOpeningSet('o'), format: 'currency', unit: 'money_per_month', formula: 'MRR at the start of the period', formulaAr: 'الإيراد الشهري المتكرر في بداية الفترة', per: 'account_id' }),
};

const payers = atEdge('toInt64({CUBE}.closing > 0)', 'last');

/** What an account brings a month at the end of the period; by month it is the trend. */
export const arpaTrend: Readonly<Record<string, Measure>> = {
  paying_accounts: {
    title: 'Paying accounts', titleAr: 'الحسابات الدافعة', description: 'Accounts with MRR at the end of the last month asked for.', descriptionAr: 'الحسابات ذات الإيراد المتكرر في نهاية آخر شهر مطلوب.', type: 'number',
    sql: `toInt64(${payers})`, unit: 'count', formula: 'accounts with MRR at the end of the period', formulaAr: 'عدد الحسابات ذات الإيراد المتكرر في نهاية الفترة', per: 'account_id',
  },
  arpa: {
    title: 'ARPA', titleAr: 'متوسط الإيراد لكل حساب', description: 'MRR at the end of the last month asked for divided by the accounts that pay then; by month it is the trend. Empty without any.',
    descriptionAr: 'الإيراد المتكرر في نهاية آخر شهر مطلوب مقسومًا على الحسابات الدافعة حينها؛ وحسب الأشهر يظهر الاتجاه.', type: 'number', sql: ratio(atEdge('{CUBE}.closing', 'last'), payers), format: 'currency',
    unit: 'money_per_month', kpi: 'arpa_trend', formula: 'MRR ÷ paying accounts, at the end of the period', formulaAr: 'الإيراد الشهري المتكرر ÷ الحسابات الدافعة، في نهاية الفترة', parts: 'closing_mrr / paying_accounts', per: 'account_id',
  },
};

/** How many of the accounts that pay leave in a month. */
export const logoChurn: Readonly<Record<string, Measure>> = {
  logo_churn: {
    title: 'Monthly logo churn', titleAr: 'معدل فقد الحسابات الشهري', description: 'Opening accounts lost in the month divided by opening accounts, a ratio from 0 to 1; over several months their average, weighted by accounts. Accounts new in the month do not count.',
    descriptionAr: 'الحسابات الافتتاحية المفقودة مقسومة على الافتتاحية، نسبة بين 0 و1، ولا تُحسب الحسابات الجديدة في الشهر.', type: 'number',
    sql: ratio('countIf({CUBE}.opening > 0 AND {CUBE}.closing <= 0)', 'countIf({CUBE}.opening > 0)'), format: 'percent', unit: 'ratio', kpi: 'logo_churn', formula: 'opening accounts lost ÷ opening accounts, by month', formulaAr: 'الحسابات الافتتاحية المفقودة ÷ الحسابات الافتتاحية، حسب الشهر', parts: 'lost_accounts / opening_accounts',
  },
};
