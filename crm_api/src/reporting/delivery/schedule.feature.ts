/** The switch of dashboards by e-mail. */
export const schedulesFeature = 'crm_feature_schedules';
