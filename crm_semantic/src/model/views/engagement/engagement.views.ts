import type { View } from '../../model.types.js';

/** What may be asked about work with customers and campaigns. */
export const engagementViews: readonly View[] = [
  {
    name: 'activities', unit: 'engagement', title: 'Activities', titleAr: 'الأنشطة', description: 'Calls, emails, meetings, tasks, notes and messages.', descriptionAr: 'المكالمات والرسائل والاجتماعات والمهام والملاحظات.',
    cube: 'crm_activities', resource: 'activities', owner: 'sales operations',
  },
  {
    name: 'campaigns', unit: 'engagement', title: 'Campaigns', titleAr: 'الحملات', description: 'Campaigns with their touches, leads and won deals.', descriptionAr: 'الحملات مع نقاط التواصل والعملاء المحتملين والصفقات الرابحة.',
    cube: 'crm_campaigns', resource: 'campaigns', owner: 'marketing',
  },
  {
    name: 'attribution', unit: 'engagement', title: 'Attribution', titleAr: 'إسناد الإيراد', description: 'Won revenue by the touches before it, in five models.', descriptionAr: 'إيراد الصفقات الرابحة حسب نقاط التواصل السابقة لها، بخمسة نماذج.',
    cube: 'crm_attribution', resource: 'deals', owner: 'marketing',
  },
];
