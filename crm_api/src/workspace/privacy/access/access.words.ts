/** The two languages of an export's readable part. */
export type AccessLocale = 'en' | 'ar';

type Words = readonly [en: string, ar: string];

const texts = {
  title: ['Everything we store about you', 'كل ما نحفظه عنك'],
  intro: ['This page shows it for reading; the folder “data” holds the same for other programs, and manifest.json lists every file with its SHA-256.', 'تعرض هذه الصفحة ذلك للقراءة، وفي المجلد data الشيء نفسه للبرامج الأخرى، ويسرد manifest.json كل ملف مع بصمة SHA-256 له.'],
  made: ['Made on', 'أُعدّ في'],
  staff: ['People who work for us are shown as numbers (staff:1), the same number for the same person. What they wrote about you is here, who wrote it is not.', 'يظهر العاملون لدينا أرقامًا (staff:1)، والرقم نفسه للشخص نفسه. ما كتبوه عنك موجود هنا، أما من كتبه فلا.'],
  mentions: ['Where else you are named', 'أين ذُكر اسمك أيضًا'],
  mentionsText: ['Texts of other records that name you; nothing else of those records, which may be about others.', 'نصوص من سجلات أخرى تذكرك، ولا شيء غيرها من تلك السجلات التي قد تخص غيرك.'],
  withheld: ['What is left out, and why', 'ما لم يُدرج ولماذا'],
  none: ['Nothing is stored about you.', 'لا شيء محفوظ عنك.'],
  contents: ['Contents', 'المحتويات'],
} as const satisfies Record<string, Words>;

/** What each table is to the person that it is about. Every table that can be in an export is here; a spec proves it. */
const tables: Readonly<Record<string, Words>> = {
  crm_contacts: ['Your contact record', 'سجلك كجهة اتصال'], crm_leads: ['Your enquiries', 'استفساراتك'], crm_users: ['Your user account', 'حساب المستخدم الخاص بك'], crm_accounts: ['Your customer account', 'حسابك كعميل'],
  crm_contact_channels: ['Ways to reach you', 'وسائل التواصل معك'], crm_consents: ['What you agreed to and withdrew', 'ما وافقت عليه وما سحبته'], crm_activities: ['Calls, meetings and notes', 'المكالمات والاجتماعات والملاحظات'], crm_tickets: ['Your service requests', 'طلبات الخدمة'],
  crm_timeline: ['What happened', 'ما حدث'], crm_audit_log: ['Log of changes and access', 'سجل التغييرات والاطلاع'], crm_taggings: ['Tags', 'الوسوم'], crm_custom_values: ['Further fields', 'حقول إضافية'], crm_merge_candidates: ['Possible duplicates', 'تكرارات محتملة'],
  crm_merges: ['Merged records', 'سجلات مدموجة'], crm_enrichment_proposals: ['Proposals from other sources', 'اقتراحات من مصادر أخرى'], crm_account_scores: ['Scores of your account', 'تقييمات حسابك'], crm_deal_scores: ['Scores of deals', 'تقييمات الصفقات'],
  crm_quotes: ['Quotes', 'عروض الأسعار'], crm_quote_line_items: ['Lines of quotes', 'بنود عروض الأسعار'], crm_deals: ['Deals', 'الصفقات'], crm_deal_line_items: ['Lines of deals', 'بنود الصفقات'], crm_deal_stage_history: ['Steps of deals', 'خطوات الصفقات'],
  crm_payments: ['Payments', 'المدفوعات'], crm_subscriptions: ['Subscriptions', 'الاشتراكات'], crm_subscription_changes: ['Changes of subscriptions', 'تغييرات الاشتراكات'], crm_invoices: ['Invoices', 'الفواتير'], crm_invoice_line_items: ['Lines of invoices', 'بنود الفواتير'],
  crm_orders: ['Orders', 'الطلبات'], crm_touches: ['Marketing touches', 'اللمسات التسويقية'], crm_credentials: ['Your password (that there is one)', 'كلمة مرورك (أنها موجودة)'], crm_sessions: ['Where you were signed in', 'أين سجّلت الدخول'],
  crm_second_factors: ['Your second factor (that there is one)', 'العامل الثاني (أنه موجود)'], crm_recovery_codes: ['Your recovery codes (that there are some)', 'رموز الاسترداد (أنها موجودة)'], crm_user_roles: ['Your roles', 'أدوارك'], crm_api_clients: ['API clients in your name', 'عملاء الواجهة البرمجية باسمك'],
  crm_webhooks: ['Webhooks in your name', 'عناوين الإشعارات باسمك'], crm_alerts: ['Your alerts', 'تنبيهاتك'], crm_forecast_scenarios: ['Your forecast scenarios', 'سيناريوهات التوقع الخاصة بك'], crm_notifications: ['What you were told', 'الإشعارات التي وصلتك'],
  crm_report_shares: ['Reports shared with you', 'تقارير شوركت معك'], crm_report_embeds: ['Reports you embedded in pages', 'تقارير ضمّنتها في صفحات'], crm_report_schedules: ['E-mail schedules', 'جداول الإرسال بالبريد'], crm_report_deliveries: ['E-mails sent to you', 'رسائل أُرسلت إليك'], crm_demo_mails: ['E-mails kept in the demo', 'رسائل محفوظة في النسخة التجريبية'],
};

const columns: Readonly<Record<string, Words>> = {
  id: ['Number of the record', 'رقم السجل'], created_at: ['Stored on', 'حُفظ في'], updated_at: ['Last changed on', 'آخر تغيير'], deleted_at: ['Deleted on', 'حُذف في'], full_name: ['Name', 'الاسم'], first_name: ['First name', 'الاسم الأول'], last_name: ['Last name', 'اسم العائلة'],
  full_name_ar: ['Name in Arabic', 'الاسم بالعربية'], name: ['Name', 'الاسم'], name_ar: ['Name in Arabic', 'الاسم بالعربية'], legal_name: ['Legal name', 'الاسم القانوني'], legal_name_ar: ['Legal name in Arabic', 'الاسم القانوني بالعربية'], email: ['E-mail', 'البريد الإلكتروني'],
  phone: ['Telephone', 'الهاتف'], mobile: ['Mobile', 'الجوال'], job_title: ['Position', 'المسمى الوظيفي'], department: ['Department', 'القسم'], locale: ['Language', 'اللغة'], country_code: ['Country', 'الدولة'], city: ['City', 'المدينة'], region: ['Region', 'المنطقة'],
  company: ['Company', 'الشركة'], industry: ['Industry', 'القطاع'], website: ['Web site', 'الموقع'], description: ['Description', 'الوصف'], size_tier: ['Size', 'الحجم'], lifecycle: ['Stage of the relation', 'مرحلة العلاقة'], employee_count: ['Employees', 'عدد الموظفين'],
  annual_revenue: ['Yearly revenue', 'الإيراد السنوي'], owner_id: ['Looked after by', 'المسؤول'], account_id: ['Customer account', 'حساب العميل'], contact_id: ['Contact', 'جهة الاتصال'], lead_id: ['Enquiry', 'الاستفسار'], deal_id: ['Deal', 'الصفقة'], ticket_id: ['Service request', 'طلب الخدمة'], parent_id: ['Belongs to', 'تابع لـ'],
  lead_source: ['Where you came from', 'من أين أتيت'], source: ['Source', 'المصدر'], utm_source: ['Campaign: source', 'الحملة: المصدر'], utm_medium: ['Campaign: medium', 'الحملة: الوسيط'], utm_campaign: ['Campaign', 'الحملة'], utm_term: ['Campaign: term', 'الحملة: الكلمة'], utm_content: ['Campaign: content', 'الحملة: المحتوى'],
  email_opt_in: ['Agreed to e-mail', 'وافقت على البريد'], email_opt_in_at: ['Agreed to e-mail on', 'تاريخ الموافقة على البريد'], email_opt_in_source: ['Agreed to e-mail at', 'مصدر الموافقة على البريد'], sms_opt_in: ['Agreed to text messages', 'وافقت على الرسائل النصية'],
  is_test: ['Test record', 'سجل تجريبي'], merged_into_id: ['Merged into', 'دُمج في'], external_source: ['Comes from the system', 'من النظام'], external_id: ['Number there', 'الرقم هناك'], status: ['State', 'الحالة'], state: ['State', 'الحالة'], kind: ['Kind', 'النوع'], value: ['Value', 'القيمة'],
  is_primary: ['Main one', 'الأساسي'], verified_at: ['Verified on', 'تم التحقق في'], score: ['Score', 'التقييم'], mql_at: ['Ready for marketing on', 'تأهّل تسويقيًا في'], sql_at: ['Ready for sales on', 'تأهّل للبيع في'], converted_at: ['Became a customer on', 'أصبح عميلًا في'],
  converted_account_id: ['Became the account', 'أصبح الحساب'], converted_contact_id: ['Became the contact', 'أصبح جهة الاتصال'], converted_deal_id: ['Became the deal', 'أصبح الصفقة'], disqualified_at: ['Given up on', 'استُبعد في'], disqualified_reason: ['Reason given up', 'سبب الاستبعاد'],
  subject: ['Subject', 'الموضوع'], body: ['Text', 'النص'], outcome: ['Result', 'النتيجة'], direction: ['Direction', 'الاتجاه'], occurred_at: ['When', 'متى'], due_at: ['Due on', 'موعد الاستحقاق'], completed_at: ['Done on', 'أُنجز في'], duration_minutes: ['Minutes', 'الدقائق'],
  number: ['Number', 'الرقم'], priority: ['Priority', 'الأولوية'], category: ['Category', 'الفئة'], channel: ['Channel', 'القناة'], first_response_due_at: ['First answer due on', 'موعد أول رد'], first_responded_at: ['First answer on', 'أول رد في'], resolution_due_at: ['Solution due on', 'موعد الحل'], resolved_at: ['Solved on', 'حُل في'],
  campaign_id: ['Campaign', 'الحملة'], reopened_count: ['Opened again', 'مرات إعادة الفتح'], csat: ['Satisfaction', 'الرضا'], nps: ['Recommendation', 'التوصية'], sla_policy_id: ['Service level', 'مستوى الخدمة'], purpose_id: ['Purpose', 'الغرض'], legal_basis: ['Legal basis', 'الأساس القانوني'], expires_at: ['Valid until', 'سارٍ حتى'], wording_id: ['Wording', 'الصيغة'], wording_version: ['Version of the wording', 'إصدار الصيغة'],
  wording_hash: ['Hash of the wording', 'بصمة الصيغة'], reference: ['Proof', 'الإثبات'], ip: ['Network address', 'عنوان الشبكة'], user_agent: ['Browser', 'المتصفح'], actor_id: ['By', 'بواسطة'], actor_kind: ['Kind of actor', 'نوع الفاعل'],
  team_id: ['Team', 'الفريق'], manager_id: ['Manager', 'المدير'], time_zone: ['Time zone', 'المنطقة الزمنية'], is_active: ['Active', 'نشط'], summary: ['Summary', 'الملخص'], entity: ['Kind of record', 'نوع السجل'], entity_id: ['Record', 'السجل'], data: ['Details', 'التفاصيل'],
  action: ['What was done', 'ما تم'], before: ['Before', 'قبل'], after: ['After', 'بعد'], last_login_at: ['Last signed in on', 'آخر دخول'], first_touch_at: ['First touch on', 'أول تواصل'], closed_at: ['Closed on', 'أُغلق في'], priority_score: ['Priority', 'الأولوية'],
};

const pick = (words: Words | undefined, locale: AccessLocale): string | null => (words === undefined ? null : words[locale === 'ar' ? 1 : 0]);

/** A text of the readable part. */
export const textOf = (key: keyof typeof texts, locale: AccessLocale): string => texts[key][locale === 'ar' ? 1 : 0];

/** What a table is to the person; null where it has no words. */
export const tableWords = (table: string, locale: AccessLocale): string | null => pick(tables[table], locale);

/** What a column is to the person; null where only its name says it. */
export const columnWords = (column: string, locale: AccessLocale): string | null => pick(columns[column], locale);
