import type { View } from '../../model.types.js';

/** What sales may be asked about. */
export const salesViews: readonly View[] = [
  {
    name: 'deals', unit: 'sales', title: 'Deals', titleAr: 'الصفقات', description: 'Deals as they are now, won, lost and open.', descriptionAr: 'الصفقات كما هي الآن: الرابحة والخاسرة والمفتوحة.',
    cube: 'crm_deals', resource: 'deals', owner: 'sales operations',
  },
  {
    name: 'deals_asof', unit: 'sales', title: 'Deals as of', titleAr: 'الصفقات كما كانت',
    description: 'Deals as they were at an instant: filter `as_of` by it. Stage, owner, amount and probability are those of then; names, team and region of people, accounts and products as they are now.',
    descriptionAr: 'الصفقات كما كانت في لحظة معينة بمراحلها ومسؤوليها ومبالغها حينها.',
    cube: 'crm_deals_asof', resource: 'deals', owner: 'sales operations',
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
    name: 'stage_visits', unit: 'sales', title: 'Stage visits', titleAr: 'زيارات المراحل', description: 'How long deals stay in a stage, also those that are still there.', descriptionAr: 'كم تمكث الصفقات في كل مرحلة، ومنها ما لم يغادرها بعد.',
    cube: 'crm_stage_visits', resource: 'deals', owner: 'sales operations',
  },
  {
    name: 'forecast', unit: 'sales', title: 'Forecast', titleAr: 'التوقعات', description: 'Won and expected revenue by closing day, beside the quotas.', descriptionAr: 'الإيراد المحقق والمتوقع حسب يوم الإغلاق مع الحصص.',
    cube: 'crm_forecast', resource: 'forecast', owner: 'sales operations',
  },
  {
    name: 'forecast_accuracy', unit: 'sales', title: 'Forecast accuracy', titleAr: 'دقة التوقعات', description: 'How near the forecasts of reps, managers and models came, by age.', descriptionAr: 'مدى قرب توقعات المندوبين والمديرين والنماذج حسب عمرها.',
    cube: 'crm_forecast_accuracy', resource: 'forecast', owner: 'sales operations',
  },
  {
    name: 'forecast_cohorts', unit: 'sales', title: 'Forecast cohorts', titleAr: 'أفواج التوقع',
    description: 'Deals by the month they were first forecast to close in, and what became of them: won, lost, slipped by one, two or more months, still open. The first close date is that of history; a month that has not ended decides nothing.',
    descriptionAr: 'الصفقات حسب الشهر الذي تُوقع إغلاقها فيه أول مرة وما آلت إليه: رابحة أو خاسرة أو متأخرة بشهر أو أكثر أو ما زالت مفتوحة.',
    cube: 'crm_forecast_cohorts', resource: 'forecast', owner: 'sales operations',
  },
  {
    name: 'pipeline_change', unit: 'sales', title: 'Pipeline change', titleAr: 'تغير خط المبيعات',
    description: 'What changed between two instants, from history: filter `from` and `until` by one instant each, and if need be the window `close_from` to `close_until`. Owner and account are those of the second instant, team and region as they are now.',
    descriptionAr: 'ما تغير بين لحظتين من واقع التاريخ المحفوظ.',
    cube: 'crm_pipeline_change', resource: 'deals', owner: 'sales operations',
  },
];
