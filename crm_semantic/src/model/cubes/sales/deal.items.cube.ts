import type { Cube } from '../../model.types.js';
import { converted, liveRows, ofRealAccount, rateJoin } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** The lines of deals: what is sold in detail. A deal has several, so deals are never counted here, only lines. */
export const dealItems: Cube = {
  name: 'crm_deal_items',
  unit: 'sales',
  description: 'Line items of deals with the state of their deal.',
  sql: `SELECT i.id AS id, i.deal_id AS deal_id, i.quantity AS quantity, i.net_amount AS net_amount, i.currency AS currency, i.product_id AS product_id, d.status AS status, d.owner_id AS owner_id,
      d.account_id AS account_id, d.closed_at AS closed_at, if(d.status = 'open', toDate32(today()), least(toDate32(ifNull(d.closed_at, now64())), toDate32(today()))) AS rate_day
    FROM (${liveRows('crm_deal_line_items')}) AS i
    INNER JOIN (${liveRows('crm_deals', 'id, status, owner_id, account_id, closed_at', `NOT is_test AND ${ofRealAccount()}`)}) AS d ON i.deal_id = d.id`,
  joins: { ...ownerJoin, ...accountJoin, crm_product: '{CUBE}.product_id = {crm_product}.id', crm_rates: rateJoin() },
  // The lines say what the amount of their deal is made of.
  lineage: { id: [], deal_id: [], quantity: ['deals.expected_value'], net_amount: ['deals.expected_value'], currency: ['deals.currency'], closed_at: ['deals.closed_at', 'deals.close_date'] },
  measures: {
    count: {
      title: 'Line items', titleAr: 'البنود', description: 'Lines of deals.', descriptionAr: 'بنود الصفقات.', type: 'count', unit: 'count', formula: 'number of lines', formulaAr: 'عدد البنود', additive: true,
    },
    quantity: {
      title: 'Quantity won', titleAr: 'الكمية المباعة', description: 'Quantity on the lines of won deals.', descriptionAr: 'الكمية في بنود الصفقات الرابحة.',
      type: 'number', sql: `sumIf({CUBE}.quantity, {CUBE}.status = 'won')`, unit: 'count', formula: 'Σ quantity of won lines', formulaAr: 'Σ الكمية في بنود الصفقات الرابحة', additive: true,
    },
    won_amount: {
      title: 'Won by product', titleAr: 'الإيراد حسب المنتج', description: 'Net amount of the lines of won deals.', descriptionAr: 'صافي مبالغ بنود الصفقات الرابحة.',
      type: 'number', sql: `sumIf(ifNull({amount}, 0), {CUBE}.status = 'won')`, format: 'currency', unit: 'money', formula: 'Σ net amount of won lines', formulaAr: 'Σ صافي مبالغ بنود الصفقات الرابحة', additive: true,
    },
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('line', 'البند'),
    ...opensId('deal', 'الصفقة', 'toString({CUBE}.deal_id)'),
    amount: {
      title: 'Amount', titleAr: 'المبلغ', description: 'Net amount in the reporting currency, for the measures.', descriptionAr: 'صافي المبلغ بعملة التقارير.', type: 'number',
      sql: converted('{CUBE}.net_amount', '{CUBE}.currency'), internal: true,
    },
    product: column('Product', 'المنتج', 'The product of the line.', 'منتج البند.', '{crm_product.name}'),
    product_family: column('Product family', 'عائلة المنتج', 'The family of the product.', 'عائلة المنتج.', '{crm_product.family}'),
    status: column('Status', 'الحالة', 'Status of the deal: open, won or lost.', 'حالة الصفقة.', '{CUBE}.status'),
    ...ownership('{crm_account.region}'),
    ...account,
    closed_at: column('Closed', 'وقت الإغلاق', 'When the deal was won or lost.', 'وقت إغلاق الصفقة.', '{CUBE}.closed_at', 'time'),
  },
  drill: ['id', 'product', 'account', 'owner', 'status'],
  opens: 'deals',
};
