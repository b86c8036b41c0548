import type { View } from '../../model.types.js';

/** What sales may be asked about. */
export const salesViews: readonly View[] = [
  {
    name: 'deals', unit: 'sales', title: 'Deals', titleAr: 'الصفقات', description: 'Deals as they are now, won, lost and open.', descriptionAr: 'الصفقات كما هي الآن: الرابحة والخاسرة والمفتوحة.',
    cube: 'crm_deals', resource: 'deals', owner: 'sales operations',
  },
  {
    name: 'deal_items', unit: 'sales', title: 'Deal lines', titleAr: 'بنود الصفقات', description: 'What is sold, line by line.', descriptionAr: 'ما يُباع بندًا بندًا.',
    cube: 'crm_deal_items', resource: 'deals', owner: 'sales operations',
  },
  {
    name: 'stage_funnel', unit: 'sales', title: 'Stage funnel', titleAr: 'قمع المراحل', description: 'How deals move from stage to stage.', descriptionAr: 'كيف تنتقل الصفقات بين المراحل.',
    cube: 'crm_stage_funnel', resource: 'deals', owner: 'sales operations',
  },
  {
    name: 'forecast', unit: 'sales', title: 'Forecast', titleAr: 'التوقعات', description: 'Won and expected revenue by closing day, beside the quotas.', descriptionAr: 'الإيراد المحقق والمتوقع حسب يوم الإغلاق مع الحصص.',
    cube: 'crm_forecast', resource: 'forecast', owner: 'sales operations',
  },
  {
    name: 'forecast_accuracy', unit: 'sales', title: 'Forecast accuracy', titleAr: 'دقة التوقعات', description: 'How near the forecasts of reps, managers and models came, by age.', descriptionAr: 'مدى قرب توقعات المندوبين والمديرين والنماذج حسب عمرها.',
    cube: 'crm_forecast_accuracy', resource: 'forecast', owner: 'sales operations',
  },
];
