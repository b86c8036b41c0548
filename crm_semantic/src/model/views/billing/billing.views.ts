import type { View } from '../../model.types.js';

/** What may be asked about recurring revenue and invoices. */
export const billingViews: readonly View[] = [
  {
    name: 'subscriptions', unit: 'billing', title: 'Subscriptions', titleAr: 'الاشتراكات', description: 'Subscriptions and their recurring revenue now.', descriptionAr: 'الاشتراكات وإيرادها المتكرر الآن.',
    cube: 'crm_subscriptions', resource: 'subscriptions', owner: 'finance',
  },
  {
    name: 'mrr_bridge', unit: 'billing', title: 'MRR bridge', titleAr: 'جسر الإيراد المتكرر', description: 'How recurring revenue moved from month to month, and who left.', descriptionAr: 'كيف تحرك الإيراد المتكرر من شهر إلى شهر ومن غادر.',
    cube: 'crm_mrr_bridge', resource: 'subscriptions', owner: 'finance',
  },
  {
    name: 'retention', unit: 'billing', title: 'Retention', titleAr: 'الاحتفاظ', description: 'How many accounts still pay, and how much, by the month they began and the months since.', descriptionAr: 'كم حسابًا ما زال يدفع وكم يدفع، حسب شهر البداية والأشهر المنقضية.',
    cube: 'crm_retention', resource: 'subscriptions', owner: 'finance',
  },
  {
    name: 'customer_cohorts', unit: 'billing', title: 'Customer cohorts', titleAr: 'أفواج العملاء', description: 'What customers have brought since they were won, by the month they were won and the months since.', descriptionAr: 'ما جلبه العملاء منذ اكتسابهم، حسب شهر الاكتساب والأشهر المنقضية.',
    cube: 'crm_customer_cohorts', resource: 'invoices', owner: 'finance',
  },
  {
    name: 'invoices', unit: 'billing', title: 'Invoices', titleAr: 'الفواتير', description: 'What was invoiced, paid and is still due.', descriptionAr: 'ما فُوتر وما دُفع وما بقي مستحقًا.',
    cube: 'crm_invoices', resource: 'invoices', owner: 'finance',
  },
];
