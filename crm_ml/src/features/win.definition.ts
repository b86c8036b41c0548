/** A feature of the win model: what it is called in both languages and how it becomes known. */
export interface FeatureDefinition {
  readonly name: string;
  readonly kind: 'number' | 'category';
  readonly label_en: string;
  readonly label_ar: string;
  /** From which dated fact the value is taken, so that nothing later than the moment of the prediction can enter. */
  readonly known_by: string;
}

const define = (name: string, kind: FeatureDefinition['kind'], label_en: string, label_ar: string, known_by: string): FeatureDefinition =>
  ({ name, kind, label_en, label_ar, known_by });

/** All features of the win model, in the order in which they are shown. */
export const WIN_FEATURES: readonly FeatureDefinition[] = [
  define('stage', 'category', 'Stage', 'المرحلة', 'last stage entered (entered_at)'),
  define('stage_progress', 'number', 'Position of the stage in the pipeline', 'موقع المرحلة في مسار المبيعات', 'last stage entered (entered_at)'),
  define('days_in_stage', 'number', 'Days in the current stage', 'عدد الأيام في المرحلة الحالية', 'last stage entered (entered_at)'),
  define('stage_moves', 'number', 'Stage changes so far', 'عدد تغييرات المرحلة حتى الآن', 'stages entered (entered_at)'),
  define('stage_returns', 'number', 'Moves back to an earlier stage', 'مرات العودة إلى مرحلة سابقة', 'stages entered (entered_at)'),
  define('age_days', 'number', 'Age of the deal in days', 'عمر الصفقة بالأيام', 'created_at'),
  define('amount', 'number', 'Amount', 'قيمة الصفقة', 'row version at that time, else the amount noted on entering the stage'),
  define('days_to_close_date', 'number', 'Days to the expected close date', 'الأيام حتى تاريخ الإغلاق المتوقع', 'row version at that time only'),
  define('owner', 'category', 'Owner', 'المسؤول', 'row version at that time, else the first'),
  define('owner_region', 'category', "Owner's region", 'منطقة المسؤول', 'owner'),
  define('owner_win_rate', 'number', "Owner's win rate before", 'نسبة فوز المسؤول سابقًا', 'deals closed before'),
  define('owner_closed', 'number', 'Deals the owner closed before', 'صفقات أغلقها المسؤول سابقًا', 'deals closed before'),
  define('account_industry', 'category', 'Industry', 'القطاع', 'account'),
  define('account_region', 'category', 'Region of the account', 'منطقة العميل', 'account'),
  define('account_size', 'category', 'Size of the account', 'حجم العميل', 'account'),
  define('account_employees', 'number', 'Employees of the account', 'عدد موظفي العميل', 'account'),
  define('account_is_customer', 'category', 'Already a customer', 'عميل حالي', 'became_customer_at'),
  define('account_win_rate', 'number', 'Win rate with this account before', 'نسبة الفوز مع هذا العميل سابقًا', 'deals closed before'),
  define('account_closed', 'number', 'Deals closed with this account before', 'صفقات أُغلقت مع هذا العميل سابقًا', 'deals closed before'),
  define('product', 'category', 'Product', 'المنتج', 'row version at that time, else the first'),
  define('product_family', 'category', 'Product family', 'عائلة المنتج', 'product'),
  define('product_win_rate', 'number', 'Win rate of this product before', 'نسبة الفوز بهذا المنتج سابقًا', 'deals closed before'),
  define('source', 'category', 'Source', 'المصدر', 'row version at that time, else the first'),
  define('activities', 'number', 'Activities so far', 'عدد الأنشطة حتى الآن', 'activities (occurred_at)'),
  define('activities_30_days', 'number', 'Activities in the last 30 days', 'الأنشطة في آخر 30 يومًا', 'activities (occurred_at)'),
  define('meetings', 'number', 'Meetings so far', 'عدد الاجتماعات حتى الآن', 'activities (occurred_at)'),
  define('calls', 'number', 'Calls so far', 'عدد المكالمات حتى الآن', 'activities (occurred_at)'),
  define('emails_inbound', 'number', 'Replies from the customer', 'ردود العميل', 'activities (occurred_at)'),
  define('days_since_activity', 'number', 'Days since the last activity', 'الأيام منذ آخر نشاط', 'activities (occurred_at)'),
  define('touches', 'number', 'Marketing touches so far', 'نقاط التواصل التسويقي حتى الآن', 'touches (occurred_at)'),
];

/** The definition of a feature; undefined for columns that are not features of the win model. */
export function featureOf(name: string): FeatureDefinition | undefined {
  return WIN_FEATURES.find((feature) => feature.name === name);
}
