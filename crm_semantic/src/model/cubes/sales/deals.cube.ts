import type { Cube } from '../../model.types.js';
import { calendarDate, converted, daysBetween, liveRows, medianIf, ofRealAccount, ratio, rateJoin, valueIf } from '../../sql.parts.js';
import { account, accountJoin, column, createdAt, currencyMeasure, helper, ownerJoin, ownership, rowKey, tagJoin, tags } from '../shared/common.members.js';

const amount = converted('{CUBE}.expected_value', '{CUBE}.currency');
const won = `{CUBE}.status = 'won'`;
const lost = `{CUBE}.status = 'lost'`;
const open = `{CUBE}.status = 'open'`;
const wonKnown = `${won} AND {CUBE}.expected_value IS NOT NULL`;
/** Σ of the amounts of deals that meet a condition; the others are not even converted. */
const sumOf = (condition: string, factor = ''): string => `sumIf(ifNull({amount}${factor}, 0), ${condition})`;
/** The 90 calendar days that end with today, in UTC. */
const trailing = `ifNull({CUBE}.closed_at >= subtractDays(toStartOfDay(now('UTC')), 89) AND {CUBE}.closed_at < addDays(toStartOfDay(now('UTC')), 1), 0)`;
/** Days from creation to closing; an import that lacks the creation date gives no cycle rather than a negative one. */
const cycle = `if({CUBE}.closed_at >= {CUBE}.created_at, ${daysBetween('{CUBE}.created_at', '{CUBE}.closed_at')}, NULL)`;

/** Deals as they are now; the amount of a deal is its expected value, for a won deal what was sold. */
export const deals: Cube = {
  name: 'crm_deals',
  unit: 'sales',
  description: 'Deals as they are now, without deleted and test records.',
  sql: `${liveRows('crm_deals', `*, if(status = 'open', toDate32(today()), least(toDate32(ifNull(closed_at, now64())), toDate32(today()))) AS rate_day`, `NOT is_test AND ${ofRealAccount()}`)}`,
  kept: true,
  joins: {
    ...ownerJoin,
    ...accountJoin,
    crm_stage: '{CUBE}.stage_id = {crm_stage}.id',
    crm_product: '{CUBE}.product_id = {crm_product}.id',
    crm_campaign: '{CUBE}.campaign_id = {crm_campaign}.id',
    crm_deal_score: '{CUBE}.id = {crm_deal_score}.id',
    crm_rates: rateJoin(),
    ...tagJoin('deals'),
  },
  measures: {
    count: {
      title: 'Deals', titleAr: 'الصفقات', description: 'All deals, whatever their status.', descriptionAr: 'كل الصفقات أيًّا كانت حالتها.',
      type: 'count', unit: 'count', kpi: 'deals', formula: 'number of deals', formulaAr: 'عدد الصفقات', additive: true,
    },
    open_count: {
      title: 'Open deals', titleAr: 'الصفقات المفتوحة', description: 'Deals that are neither won nor lost.', descriptionAr: 'الصفقات التي لم تُربح ولم تُخسر بعد.',
      type: 'count', where: open, unit: 'count', kpi: 'open_deals', formula: 'number of deals with status open', formulaAr: 'عدد الصفقات التي حالتها مفتوحة', additive: true,
    },
    won_count: {
      title: 'Won deals', titleAr: 'الصفقات الرابحة', description: 'Deals with status won.', descriptionAr: 'الصفقات التي رُبحت.',
      type: 'count', where: won, unit: 'count', kpi: 'won_deals', formula: 'number of deals with status won', formulaAr: 'عدد الصفقات التي حالتها رابحة', additive: true,
    },
    lost_count: {
      title: 'Lost deals', titleAr: 'الصفقات الخاسرة', description: 'Deals with status lost.', descriptionAr: 'الصفقات التي خُسرت.',
      type: 'count', where: lost, unit: 'count', kpi: 'lost_deals', formula: 'number of deals with status lost', formulaAr: 'عدد الصفقات التي حالتها خاسرة', additive: true,
    },
    open_amount: {
      title: 'Open pipeline', titleAr: 'خط المبيعات المفتوح', description: "Sum of the amounts of open deals, at today's exchange rates.",
      descriptionAr: 'مجموع مبالغ الصفقات المفتوحة بأسعار صرف اليوم.', type: 'number', sql: sumOf(open), format: 'currency', unit: 'money',
      kpi: 'open_pipeline', formula: 'Σ amount of open deals', formulaAr: 'Σ مبالغ الصفقات المفتوحة', additive: true,
    },
    weighted_amount: {
      title: 'Weighted pipeline', titleAr: 'خط المبيعات المرجّح', description: 'Sum of amount times stage probability over open deals.',
      descriptionAr: 'مجموع المبلغ مضروبًا في احتمال المرحلة للصفقات المفتوحة.', type: 'number', sql: sumOf(open, ' * ifNull({crm_stage.probability}, 0)'), format: 'currency', unit: 'money',
      kpi: 'weighted_pipeline', formula: 'Σ amount × stage probability of open deals', formulaAr: 'Σ (المبلغ × احتمال المرحلة) للصفقات المفتوحة', additive: true,
    },
    model_weighted_amount: {
      title: 'Model-weighted pipeline', titleAr: 'خط المبيعات المرجّح بالنموذج',
      description: 'Sum of amount times the win probability of the model over open deals that have a score; beside the weighted pipeline, never mixed with it.',
      descriptionAr: 'مجموع المبلغ مضروبًا في احتمال الفوز وفق النموذج للصفقات المفتوحة التي لها تقييم، ويُعرض إلى جانب الترجيح بالمراحل دون خلط.',
      type: 'number', sql: sumOf(open, ' * ifNull({crm_deal_score.probability}, 0)'), format: 'currency', unit: 'money',
      kpi: 'model_weighted_pipeline', formula: 'Σ amount × model win probability of scored open deals', formulaAr: 'Σ (المبلغ × احتمال الفوز وفق النموذج) للصفقات المفتوحة المقيَّمة', additive: true,
    },
    scored_count: {
      title: 'Scored open deals', titleAr: 'الصفقات المفتوحة المقيَّمة', description: 'Open deals that have a win probability of the model.', descriptionAr: 'الصفقات المفتوحة التي قدّر النموذج احتمال ربحها.',
      type: 'count', where: `${open} AND {crm_deal_score.id} IS NOT NULL`, unit: 'count', formula: 'number of open deals with a score', formulaAr: 'عدد الصفقات المفتوحة المقيَّمة', additive: true,
    },
    won_amount: {
      title: 'Won revenue', titleAr: 'إيراد الصفقات الرابحة', description: 'Sum of the amounts of won deals, each at the exchange rate of the day it closed.',
      descriptionAr: 'مجموع مبالغ الصفقات الرابحة بسعر صرف يوم الإغلاق.', type: 'number', sql: sumOf(won), format: 'currency', unit: 'money',
      kpi: 'won_revenue', formula: 'Σ amount of won deals', formulaAr: 'Σ مبالغ الصفقات الرابحة', additive: true,
    },
    lost_amount: {
      title: 'Lost amount', titleAr: 'قيمة الصفقات الخاسرة', description: 'Sum of the amounts of lost deals, each at the exchange rate of the day it closed.',
      descriptionAr: 'مجموع مبالغ الصفقات الخاسرة بسعر صرف يوم الإغلاق.', type: 'number', sql: sumOf(lost), format: 'currency', unit: 'money',
      kpi: 'lost_amount', formula: 'Σ amount of lost deals', formulaAr: 'Σ مبالغ الصفقات الخاسرة', additive: true,
    },
    win_rate: {
      title: 'Win rate', titleAr: 'معدل الربح', description: 'Won deals divided by closed deals, a ratio from 0 to 1; empty while nothing has closed. Split or filter it by close date.',
      descriptionAr: 'الصفقات الرابحة مقسومة على الصفقات المغلقة، نسبة بين 0 و1، وتبقى فارغة ما لم تُغلق أي صفقة.', type: 'number', sql: ratio(`countIf(${won})`, `countIf(${won} OR ${lost})`),
      format: 'percent', unit: 'ratio', kpi: 'win_rate', formula: 'won ÷ (won + lost)', formulaAr: 'الرابحة ÷ (الرابحة + الخاسرة)', parts: 'won_count / closed_count',
    },
    value_win_rate: {
      title: 'Win rate by value', titleAr: 'معدل الربح بالقيمة', description: 'Won amount divided by closed amount, a ratio from 0 to 1; empty while nothing has closed.',
      descriptionAr: 'قيمة الصفقات الرابحة مقسومة على قيمة المغلقة، نسبة بين 0 و1.', type: 'number', sql: ratio(sumOf(won), sumOf(`(${won} OR ${lost})`)),
      format: 'percent', unit: 'ratio', kpi: 'value_win_rate', formula: 'Σ amount won ÷ Σ amount (won + lost)', formulaAr: 'Σ مبالغ الرابحة ÷ Σ مبالغ (الرابحة + الخاسرة)', parts: 'won_amount / closed_amount',
    },
    average_won_amount: {
      title: 'Average won deal', titleAr: 'متوسط الصفقة الرابحة', description: 'Mean amount of won deals whose amount is known.', descriptionAr: 'متوسط مبلغ الصفقات الرابحة المعروفة القيمة.',
      type: 'number', sql: ratio(sumOf(won), `countIf(${wonKnown})`), format: 'currency', unit: 'money',
      kpi: 'average_won_deal', formula: 'Σ amount won ÷ won deals with an amount', formulaAr: 'Σ مبالغ الصفقات الرابحة ÷ عدد الصفقات الرابحة المعروفة القيمة', parts: 'won_amount / won_known_count',
    },
    median_won_amount: {
      title: 'Median won deal', titleAr: 'وسيط الصفقة الرابحة', description: 'Median amount of won deals whose amount is known.', descriptionAr: 'وسيط مبلغ الصفقات الرابحة المعروفة القيمة.',
      type: 'number', sql: medianIf('toFloat64({amount})', won), format: 'currency', unit: 'money', kpi: 'median_won_deal', formula: 'median amount of won deals', formulaAr: 'وسيط مبالغ الصفقات الرابحة', parts: 'median(won_value)',
    },
    sales_cycle: {
      title: 'Sales cycle', titleAr: 'دورة البيع', description: 'Median days from creation to closing of won deals.', descriptionAr: 'وسيط عدد الأيام من الإنشاء إلى الإغلاق للصفقات الرابحة.',
      type: 'number', sql: medianIf(cycle, won), unit: 'days', kpi: 'sales_cycle', formula: 'median (closed − created) of won deals, in days', formulaAr: 'وسيط (الإغلاق − الإنشاء) للصفقات الرابحة، بالأيام', parts: 'median(won_days)',
    },
    average_sales_cycle: {
      title: 'Average sales cycle', titleAr: 'متوسط دورة البيع', description: 'Mean days from creation to closing of won deals.', descriptionAr: 'متوسط عدد الأيام من الإنشاء إلى الإغلاق للصفقات الرابحة.',
      type: 'number', sql: `avgIf(${cycle}, ${won})`, unit: 'days', kpi: 'average_sales_cycle', formula: 'mean (closed − created) of won deals, in days', formulaAr: 'متوسط (الإغلاق − الإنشاء) للصفقات الرابحة، بالأيام', parts: 'mean(won_days)',
    },
    velocity: {
      title: 'Pipeline velocity', titleAr: 'سرعة خط المبيعات',
      description:
        'Money per day: open deals × win rate × average won deal ÷ sales cycle. Open deals are those open now; the other three look at the 90 days that end today (UTC), all in the same segment. ' +
        'A split or filter by owner, team, product and the like narrows all four; a filter on a closing date would leave no open deals, so do not combine it. Empty while nothing was won in the 90 days.',
      descriptionAr:
        'مبلغ لكل يوم: عدد الصفقات المفتوحة × معدل الربح × متوسط الصفقة الرابحة ÷ دورة البيع. الصفقات المفتوحة هي المفتوحة الآن، والعوامل الثلاثة الأخرى لآخر 90 يومًا تنتهي اليوم، في الشريحة نفسها.',
      type: 'number',
      sql:
        `countIf(${open}) * ${ratio(`countIf(${won} AND ${trailing})`, `countIf((${won} OR ${lost}) AND ${trailing})`)}` +
        ` * (${ratio(sumOf(`${won} AND ${trailing}`), `countIf(${won} AND ${trailing} AND {CUBE}.expected_value IS NOT NULL)`)})` +
        ` / nullIf(${medianIf(cycle, `${won} AND ${trailing}`)}, 0)`,
      format: 'currency', unit: 'money_per_day', kpi: 'pipeline_velocity', formula: 'N × W × A ÷ L: N open deals now; W win rate, A average won deal, L median cycle of the last 90 days', formulaAr: 'الصفقات المفتوحة الآن × معدل الربح × متوسط الصفقة الرابحة ÷ دورة البيع؛ والثلاثة الأخيرة لآخر 90 يومًا',
      parts: 'open_count * recent_won_count / recent_closed_count * recent_won_amount / recent_known_count / median(recent_won_days)',
    },
    closed_count: helper('Closed deals', 'الصفقات المغلقة', { type: 'count', where: `(${won} OR ${lost})`, unit: 'count', formula: 'number of deals won or lost', formulaAr: 'عدد الصفقات الرابحة والخاسرة', additive: true }),
    closed_amount: helper('Closed amount', 'قيمة الصفقات المغلقة', { type: 'number', sql: sumOf(`(${won} OR ${lost})`), format: 'currency', unit: 'money', formula: 'Σ amount of deals won or lost', formulaAr: 'Σ مبالغ الصفقات الرابحة والخاسرة', additive: true }),
    won_known_count: helper('Won deals with an amount', 'الصفقات الرابحة المعروفة القيمة', { type: 'count', where: wonKnown, unit: 'count', formula: 'number of won deals with an amount', formulaAr: 'عدد الصفقات الرابحة المعروفة القيمة', additive: true }),
    won_value: helper('Amount of the won deal', 'مبلغ الصفقة الرابحة', { type: 'number', sql: valueIf('toFloat64({amount})', won), format: 'currency', unit: 'money', formula: 'amount of a won deal', formulaAr: 'مبلغ الصفقة الرابحة' }),
    won_days: helper('Days from creation to closing', 'الأيام من الإنشاء إلى الإغلاق', { type: 'number', sql: valueIf(cycle, won), unit: 'days', formula: 'closed − created of a won deal', formulaAr: '(الإغلاق − الإنشاء) للصفقة الرابحة' }),
    recent_won_count: helper('Won in 90 days', 'الرابحة خلال 90 يومًا', { type: 'count', where: `${won} AND ${trailing}`, unit: 'count', formula: 'number of deals won in the last 90 days', formulaAr: 'عدد الصفقات الرابحة خلال آخر 90 يومًا', additive: true }),
    recent_closed_count: helper('Closed in 90 days', 'المغلقة خلال 90 يومًا', { type: 'count', where: `(${won} OR ${lost}) AND ${trailing}`, unit: 'count', formula: 'number of deals closed in the last 90 days', formulaAr: 'عدد الصفقات المغلقة خلال آخر 90 يومًا', additive: true }),
    recent_won_amount: helper('Amount won in 90 days', 'القيمة الرابحة خلال 90 يومًا', { type: 'number', sql: sumOf(`${won} AND ${trailing}`), format: 'currency', unit: 'money', formula: 'Σ amount won in the last 90 days', formulaAr: 'Σ مبالغ الصفقات الرابحة خلال آخر 90 يومًا', additive: true }),
    recent_known_count: helper('Won in 90 days with an amount', 'الرابحة المعروفة القيمة خلال 90 يومًا', { type: 'count', where: `${wonKnown} AND ${trailing}`, unit: 'count', formula: 'number of deals with an amount won in the last 90 days', formulaAr: 'عدد الصفقات الرابحة المعروفة القيمة خلال آخر 90 يومًا', additive: true }),
    recent_won_days: helper('Days to closing, won in 90 days', 'أيام الإغلاق للرابحة خلال 90 يومًا', { type: 'number', sql: valueIf(cycle, `${won} AND ${trailing}`), unit: 'days', formula: 'closed − created of a deal won in the last 90 days', formulaAr: '(الإغلاق − الإنشاء) للصفقة الرابحة خلال آخر 90 يومًا' }),
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('deal', 'الصفقة'),
    amount: {
      title: 'Amount', titleAr: 'المبلغ', description: 'Amount in the reporting currency, for the measures.', descriptionAr: 'المبلغ بعملة التقارير.', type: 'number', sql: amount, internal: true,
    },
    name: column('Deal', 'الصفقة', 'Name of the deal.', 'اسم الصفقة.', '{CUBE}.name'),
    status: column('Status', 'الحالة', 'open, won or lost.', 'مفتوحة أو رابحة أو خاسرة.', '{CUBE}.status'),
    stage: column('Stage', 'المرحلة', 'The stage the deal is in.', 'المرحلة الحالية للصفقة.', '{crm_stage.name}'),
    stage_ar: column('Stage (Arabic)', 'المرحلة (عربي)', "The stage's name in Arabic, else in its own script.", 'اسم المرحلة بالعربية وإلا كما هو.', '{crm_stage.name_ar}'),
    stage_id: column('Stage id', 'معرّف المرحلة', 'Identifier of the stage, to list its deals.', 'معرّف المرحلة لعرض صفقاتها.', 'toString({CUBE}.stage_id)'),
    stage_position: column('Stage order', 'ترتيب المرحلة', 'Place of the stage in its pipeline, from the first on.', 'موضع المرحلة في خط المبيعات.', '{crm_stage.position}', 'number'),
    pipeline: column('Pipeline', 'خط المبيعات', 'The pipeline the deal runs through.', 'خط المبيعات الذي تمر به الصفقة.', '{crm_stage.pipeline}'),
    forecast_category: column(
      'Forecast category', 'فئة التوقع', "The deal's own category, else that of its stage.", 'فئة الصفقة وإلا ففئة مرحلتها.', 'coalesce({CUBE}.forecast_category, {crm_stage.forecast_category})',
    ),
    ...ownership('{crm_account.region}'),
    ...account,
    product: column('Product', 'المنتج', "The deal's main product; one per deal, so that a split never counts a deal twice.", 'المنتج الرئيسي للصفقة، واحد لكل صفقة.', '{crm_product.name}'),
    product_ar: column('Product (Arabic)', 'المنتج (عربي)', "The product's name in Arabic, else in its own script.", 'اسم المنتج بالعربية وإلا كما هو.', '{crm_product.name_ar}'),
    product_id: column('Product id', 'معرّف المنتج', 'Identifier of the main product, to list its deals.', 'معرّف المنتج الرئيسي لعرض صفقاته.', 'toString({CUBE}.product_id)'),
    product_family: column('Product family', 'عائلة المنتج', 'The family of the main product.', 'عائلة المنتج الرئيسي.', '{crm_product.family}'),
    source: column('Source', 'المصدر', 'Where the deal came from.', 'من أين جاءت الصفقة.', '{CUBE}.source'),
    campaign: column('Campaign', 'الحملة', 'The campaign the deal is credited to.', 'الحملة المنسوبة إليها الصفقة.', '{crm_campaign.name}'),
    lost_reason: column('Lost reason', 'سبب الخسارة', 'Why the deal was lost.', 'سبب خسارة الصفقة.', '{CUBE}.lost_reason'),
    ...tags('deals'),
    ...createdAt,
    closed_at: column('Closed', 'وقت الإغلاق', 'When the deal was won or lost; empty while it is open.', 'وقت ربح الصفقة أو خسارتها، فارغ ما دامت مفتوحة.', '{CUBE}.closed_at', 'time'),
    close_date: column('Close date', 'تاريخ الإغلاق', 'The day the deal closed or is expected to.', 'يوم إغلاق الصفقة أو اليوم المتوقع له.', calendarDate('{CUBE}.close_date'), 'time'),
  },
  drill: ['id', 'name', 'account', 'owner', 'stage', 'close_date'],
};
