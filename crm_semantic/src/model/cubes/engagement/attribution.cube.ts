import type { Cube, Measure } from '../../model.types.js';
import { account, accountJoin, column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';
import { attributionSql } from './attribution.sql.js';

function credited(name: string, title: string, titleAr: string, description: string, descriptionAr: string, formula: string, formulaAr: string): Measure {
  return {
    title, titleAr, description: `${description} In every model the credits sum to the won revenue to the cent.`, descriptionAr: `${descriptionAr} وفي كل نموذج يساوي مجموع الحصص إيراد الصفقات الرابحة تمامًا.`, type: 'number',
    sql: `sum({CUBE}.${name})`, format: 'currency', unit: 'money', kpi: `attribution_${name}`, formula, formulaAr, additive: true,
  };
}

const revenue: ['deals.expected_value'] = ['deals.expected_value'];

/** Won revenue by the touches that came before it, in five models side by side; `ratesSql` is the SQL of the rates cube. */
export function attribution(ratesSql: string): Cube {
  return {
    name: 'crm_attribution',
    unit: 'engagement',
    description: 'Won deals and the touches before their closing, each with its share of the revenue.',
    sql: attributionSql(ratesSql),
    joins: { ...ownerJoin, ...accountJoin, crm_campaign: '{CUBE}.campaign_id = {crm_campaign}.id' },
    lineage: {
      id: [], deal_id: [], occurred_at: [], channel: ['deals.source'], first_touch: revenue, last_touch: revenue, linear: revenue, u_shaped: revenue, time_decay: revenue,
    },
    measures: {
      count: {
        title: 'Credits', titleAr: 'الحصص', description: 'Touches before the closing of won deals, and one for each won deal that had none.', descriptionAr: 'نقاط التواصل قبل إغلاق الصفقات الرابحة، وواحدة لكل صفقة رابحة بلا تواصل.', type: 'count',
        unit: 'count', formula: 'number of touches of won deals, at least one a deal', formulaAr: 'عدد نقاط تواصل الصفقات الرابحة، واحدة على الأقل لكل صفقة', additive: true,
      },
      touch_count: {
        title: 'Touches of won deals', titleAr: 'نقاط تواصل الصفقات الرابحة', description: 'Touches recorded at a won deal, or at the lead that became it, until it closed.', descriptionAr: 'نقاط التواصل المسجلة للصفقة الرابحة أو للعميل المحتمل الذي تحول إليها حتى إغلاقها.', type: 'count',
        where: '{CUBE}.occurred_at IS NOT NULL', unit: 'count', formula: 'number of touches of won deals', formulaAr: 'عدد نقاط تواصل الصفقات الرابحة', additive: true,
      },
      deal_count: {
        title: 'Won deals touched', titleAr: 'الصفقات الرابحة المعنية', description: 'Won deals with at least one of these credits; a deal with touches of several channels is in each of them.', descriptionAr: 'الصفقات الرابحة التي لها حصة واحدة على الأقل هنا، وقد تظهر الصفقة في عدة قنوات.', type: 'number',
        sql: 'uniqExact({CUBE}.deal_id)', unit: 'count', formula: 'number of won deals with a credit', formulaAr: 'عدد الصفقات الرابحة التي لها حصة', per: 'deal_id',
      },
      first_touch: credited('first_touch', 'First touch', 'أول تواصل', 'All revenue of a deal to its first touch.', 'كل إيراد الصفقة لأول تواصل.', 'Σ revenue, all to the first touch', 'Σ إيراد الصفقات الرابحة، كله لأول تواصل'),
      last_touch: credited('last_touch', 'Last touch', 'آخر تواصل', 'All revenue of a deal to its last touch before closing.', 'كل إيراد الصفقة لآخر تواصل قبل الإغلاق.', 'Σ revenue, all to the last touch', 'Σ إيراد الصفقات الرابحة، كله لآخر تواصل'),
      linear: credited('linear', 'Linear', 'بالتساوي', 'Revenue of a deal in equal parts to its touches.', 'إيراد الصفقة موزع بالتساوي على نقاط التواصل.', 'Σ revenue ÷ touches of the deal', 'Σ (إيراد الصفقة ÷ نقاط تواصلها)'),
      u_shaped: credited(
        'u_shaped', 'U-shaped', 'على شكل U', '40 % of the revenue of a deal to its first touch, 40 % to its last and 20 % in equal parts to those between; two touches get half each, one all.',
        '40٪ من إيراد الصفقة لأول تواصل و40٪ لآخره و20٪ بالتساوي لما بينهما؛ ولنقطتين النصف لكل منهما، وللواحدة الكل.', 'Σ revenue × 40 % first, 20 % between, 40 % last', 'Σ إيراد الصفقة × 40٪ لأول تواصل و20٪ لما بينهما و40٪ لآخر تواصل',
      ),
      time_decay: credited(
        'time_decay', 'Time decay', 'التناقص الزمني', 'Revenue of a deal by weights that halve with every 7 days before its closing.', 'إيراد الصفقة بأوزان تنخفض إلى النصف مع كل 7 أيام قبل الإغلاق.', 'Σ revenue × 2^(−days before closing ÷ 7), normalised', 'Σ إيراد الصفقة × 2 مرفوعةً إلى (−الأيام قبل الإغلاق ÷ 7)، بأوزان مجموعها 1',
      ),
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('touch of a won deal', 'نقطة تواصل صفقة رابحة'),
      ...opensId('deal', 'الصفقة', 'toString({CUBE}.deal_id)'),
      deal_id: column('Deal id', 'معرّف الصفقة', 'Identifier of the won deal, to open it.', 'معرّف الصفقة الرابحة لفتحها.', 'toString({CUBE}.deal_id)'),
      deal: column('Deal', 'الصفقة', 'Name of the won deal.', 'اسم الصفقة الرابحة.', '{CUBE}.name'),
      channel: column('Channel', 'القناة', 'Channel of the touch; direct for a deal without a touch.', 'قناة التواصل، ومباشر للصفقة التي بلا تواصل.', '{CUBE}.channel'),
      campaign: column('Campaign', 'الحملة', 'Campaign of the touch.', 'حملة التواصل.', '{crm_campaign.name}'),
      campaign_ar: column('Campaign (Arabic)', 'الحملة (عربي)', "The campaign's name in Arabic, else in its own script.", 'اسم الحملة بالعربية وإلا كما هو.', '{crm_campaign.name_ar}'),
      ...ownership('{crm_account.region}'),
      ...account,
      closed_at: column('Closed', 'وقت الإغلاق', 'When the deal was won.', 'وقت ربح الصفقة.', '{CUBE}.closed_at', 'time'),
      occurred_at: column('Touched', 'وقت التواصل', 'When the touch was.', 'وقت التواصل.', '{CUBE}.occurred_at', 'time'),
    },
    drill: ['deal_id', 'deal', 'account', 'owner', 'channel'],
    opens: 'deals',
  };
}
