import type { View } from '../../model.types.js';

/** What may be asked about accounts, contacts, leads and winning them. */
export const customersViews: readonly View[] = [
  {
    name: 'accounts', unit: 'customers', title: 'Accounts', titleAr: 'الحسابات', description: 'Organisations we sell to.', descriptionAr: 'الجهات التي نبيع لها.', cube: 'crm_accounts', resource: 'accounts', owner: 'sales operations',
  },
  {
    name: 'contacts', unit: 'customers', title: 'Contacts', titleAr: 'جهات الاتصال', description: 'People at accounts.', descriptionAr: 'الأشخاص في الحسابات.', cube: 'crm_contacts', resource: 'contacts', owner: 'sales operations',
  },
  {
    name: 'leads', unit: 'customers', title: 'Leads', titleAr: 'العملاء المحتملون', description: 'People who may become customers, and how far they came.', descriptionAr: 'من قد يصبحون عملاء وإلى أين وصلوا.', cube: 'crm_leads', resource: 'leads', owner: 'marketing',
  },
  {
    name: 'acquisition', unit: 'customers', title: 'Acquisition', titleAr: 'الاكتساب', description: 'Cost of winning customers beside new customers.', descriptionAr: 'تكلفة اكتساب العملاء مع العملاء الجدد.', cube: 'crm_acquisition', resource: 'acquisition', companyWide: true, owner: 'marketing',
  },
  {
    name: 'unit_economics', unit: 'customers', title: 'Unit economics', titleAr: 'اقتصاديات العميل', description: 'What a customer costs beside what a customer is worth.', descriptionAr: 'تكلفة العميل إلى جانب قيمته.', cube: 'crm_unit_economics', resource: 'acquisition', companyWide: true, owner: 'finance',
  },
];
