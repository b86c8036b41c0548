import type { Cube, Measure } from '../../model.types.js';
import { liveRows, ofRealAccount } from '../../sql.parts.js';
import { account, accountJoin, column, createdAt, helper, ownerJoin, ownership, rowKey, tagJoin, tags } from '../shared/common.members.js';

/** Accounts as they are now; a merged account counts once, under its survivor. */
export const accounts: Cube = {
  name: 'crm_accounts',
  unit: 'customers',
  description: 'Accounts as they are now, without deleted, merged and test records.',
  sql: liveRows('crm_accounts', '*', 'NOT is_test AND merged_into_id IS NULL'),
  joins: { ...ownerJoin, ...tagJoin('accounts') },
  measures: {
    count: {
      title: 'Accounts', titleAr: 'الحسابات', description: 'All accounts; merged ones count once.', descriptionAr: 'كل الحسابات، والمدموجة تُحسب مرة واحدة.',
      type: 'count', unit: 'count', kpi: 'accounts', formula: 'number of accounts', formulaAr: 'عدد الحسابات', additive: true,
    },
    customer_count: {
      title: 'Customers', titleAr: 'العملاء', description: 'Accounts whose lifecycle is customer.', descriptionAr: 'الحسابات التي أصبحت عملاء.',
      type: 'count', where: `{CUBE}.lifecycle = 'customer'`, unit: 'count', kpi: 'customers', formula: 'number of accounts with lifecycle customer', formulaAr: 'عدد الحسابات التي أصبحت عملاء', additive: true,
    },
  },
  dimensions: {
    ...rowKey('account', 'الحساب'),
    name: column('Account', 'الحساب', 'Legal name.', 'الاسم القانوني.', '{CUBE}.legal_name'),
    name_ar: column('Account (Arabic)', 'الحساب (عربي)', 'Legal name in Arabic, else in its own script.', 'الاسم القانوني بالعربية وإلا كما هو.', 'coalesce({CUBE}.legal_name_ar, {CUBE}.legal_name)'),
    ...ownership('{CUBE}.region'),
    industry: column('Industry', 'القطاع', 'Industry of the account.', 'قطاع الحساب.', '{CUBE}.industry'),
    size_tier: column('Size', 'الحجم', 'micro, small, medium, large or enterprise.', 'حجم الحساب.', '{CUBE}.size_tier'),
    country: column('Country', 'الدولة', 'ISO code of the country.', 'رمز الدولة.', '{CUBE}.country_code'),
    lifecycle: column('Lifecycle', 'دورة الحياة', 'prospect, customer or former.', 'محتمل أو عميل أو سابق.', '{CUBE}.lifecycle'),
    became_customer_at: column('Became customer', 'أصبح عميلًا', 'When the account became a customer.', 'وقت تحوّل الحساب إلى عميل.', '{CUBE}.became_customer_at', 'time'),
    ...tags('accounts'),
    ...createdAt,
  },
  drill: ['id', 'name', 'owner', 'region'],
};

/** People at accounts; a merged contact counts once. */
export const contacts: Cube = {
  name: 'crm_contacts',
  unit: 'customers',
  description: 'Contacts as they are now, without deleted, merged and test records.',
  sql: liveRows('crm_contacts', '*', `NOT is_test AND merged_into_id IS NULL AND ${ofRealAccount()}`),
  joins: { ...ownerJoin, ...accountJoin, ...tagJoin('contacts') },
  measures: {
    count: {
      title: 'Contacts', titleAr: 'جهات الاتصال', description: 'All contacts; merged ones count once.', descriptionAr: 'كل جهات الاتصال، والمدموجة تُحسب مرة واحدة.',
      type: 'count', unit: 'count', kpi: 'contacts', formula: 'number of contacts', formulaAr: 'عدد جهات الاتصال', additive: true,
    },
    opted_in_count: {
      title: 'Email opt-ins', titleAr: 'الموافقون على البريد', description: 'Contacts who agreed to receive email.', descriptionAr: 'جهات الاتصال التي وافقت على تلقي البريد.',
      type: 'count', where: '{CUBE}.email_opt_in', unit: 'count', formula: 'number of contacts with email opt-in', formulaAr: 'عدد جهات الاتصال التي وافقت على تلقي البريد', additive: true,
    },
  },
  dimensions: {
    ...rowKey('contact', 'جهة الاتصال'),
    name: column('Contact', 'جهة الاتصال', 'Full name.', 'الاسم الكامل.', '{CUBE}.full_name'),
    ...ownership('{crm_account.region}'),
    ...account,
    source: column('Source', 'المصدر', 'Where the contact came from.', 'مصدر جهة الاتصال.', '{CUBE}.lead_source'),
    country: column('Country', 'الدولة', 'ISO code of the country.', 'رمز الدولة.', '{CUBE}.country_code'),
    ...tags('contacts'),
    ...createdAt,
  },
  drill: ['id', 'name', 'account', 'owner'],
};

/** Days within which the next step of the lead funnel must be reached to count. */
const window = 90;
const within = (from: string, to: string): string => `ifNull(${to} <= addDays(${from}, ${window}), 0)`;

const inTime = (title: string, titleAr: string, from: string, to: string): Measure =>
  helper(title, titleAr, { type: 'count', where: within(`{CUBE}.${from}`, `{CUBE}.${to}`), unit: 'count', formula: `leads that took this step within ${window} days`, formulaAr: `عدد العملاء المحتملين الذين أتموا هذه الخطوة خلال ${window} يومًا`, additive: true });

/**
 * Leads with the first time of each step; a lead that skipped a step reached it with the next. Won is the closing of the
 * deal that the lead became.
 */
export const leads: Cube = {
  name: 'crm_leads',
  unit: 'customers',
  description: 'Leads with the first time of each step of the funnel, without deleted and test records.',
  sql: `SELECT l.*, coalesce(l.mql_at, l.sql_at, l.converted_at, d.closed_at) AS first_mql_at, coalesce(l.sql_at, l.converted_at, d.closed_at) AS first_sql_at, d.closed_at AS won_at
    FROM (${liveRows('crm_leads', '*', 'NOT is_test')}) AS l
    LEFT JOIN (${liveRows('crm_deals', 'id, closed_at', `status = 'won' AND NOT is_test AND ${ofRealAccount()}`)}) AS d ON l.converted_deal_id = d.id`,
  joins: { ...ownerJoin, ...tagJoin('leads') },
  lineage: { first_mql_at: ['leads.mql_at', 'leads.sql_at', 'leads.converted_at'], first_sql_at: ['leads.sql_at', 'leads.converted_at'], won_at: ['leads.converted_deal_id'] },
  measures: {
    count: {
      title: 'Leads', titleAr: 'العملاء المحتملون', description: 'All leads.', descriptionAr: 'كل العملاء المحتملين.', type: 'count', unit: 'count', kpi: 'leads', formula: 'number of leads', formulaAr: 'عدد العملاء المحتملين', additive: true,
    },
    mql_count: {
      title: 'Marketing-qualified leads', titleAr: 'المؤهلون تسويقيًا', description: 'Leads that marketing has qualified, or that went further.', descriptionAr: 'العملاء المحتملون الذين أهّلهم التسويق أو تقدموا أكثر.',
      type: 'count', where: '{CUBE}.first_mql_at IS NOT NULL', unit: 'count', kpi: 'mql', formula: 'leads that reached MQL', formulaAr: 'عدد العملاء المحتملين الذين بلغوا التأهيل التسويقي', additive: true,
    },
    sql_count: {
      title: 'Sales-qualified leads', titleAr: 'المؤهلون بيعيًا', description: 'Leads that sales has qualified, or that went further.', descriptionAr: 'العملاء المحتملون الذين أهّلتهم المبيعات أو تقدموا أكثر.',
      type: 'count', where: '{CUBE}.first_sql_at IS NOT NULL', unit: 'count', kpi: 'sql', formula: 'leads that reached SQL', formulaAr: 'عدد العملاء المحتملين الذين بلغوا التأهيل البيعي', additive: true,
    },
    won_count: {
      title: 'Won leads', titleAr: 'العملاء المحتملون الرابحون', description: 'Leads whose deal was won.', descriptionAr: 'العملاء المحتملون الذين رُبحت صفقتهم.',
      type: 'count', where: '{CUBE}.won_at IS NOT NULL', unit: 'count', kpi: 'won_leads', formula: 'leads whose deal was won', formulaAr: 'عدد العملاء المحتملين الذين رُبحت صفقتهم', additive: true,
    },
    converted_count: {
      title: 'Converted leads', titleAr: 'المحوَّلون', description: 'Leads that became an account, a contact or a deal.', descriptionAr: 'العملاء المحتملون الذين تحولوا إلى حساب أو جهة اتصال أو صفقة.',
      type: 'count', where: '{CUBE}.converted_at IS NOT NULL', unit: 'count', formula: 'leads with a conversion date', formulaAr: 'عدد العملاء المحتملين الذين لهم تاريخ تحويل', additive: true,
    },
    mql_rate: {
      title: 'Lead to MQL', titleAr: 'من محتمل إلى مؤهل تسويقيًا', description: `MQL within ${window} days of creation divided by leads, a ratio from 0 to 1.`, descriptionAr: `المؤهلون تسويقيًا خلال ${window} يومًا من الإنشاء مقسومين على كل المحتملين.`,
      type: 'number', sql: `countIf(${within('{CUBE}.created_at', '{CUBE}.first_mql_at')}) / nullIf(count(), 0)`, format: 'percent', unit: 'ratio', kpi: 'lead_to_mql', formula: 'MQL within 90 days ÷ leads', formulaAr: 'المؤهلون تسويقيًا خلال 90 يومًا ÷ العملاء المحتملون', parts: 'mql_in_time / count',
    },
    sql_rate: {
      title: 'MQL to SQL', titleAr: 'من مؤهل تسويقيًا إلى بيعيًا', description: `SQL within ${window} days of MQL divided by MQL, a ratio from 0 to 1.`, descriptionAr: `المؤهلون بيعيًا خلال ${window} يومًا مقسومين على المؤهلين تسويقيًا.`,
      type: 'number', sql: `countIf(${within('{CUBE}.first_mql_at', '{CUBE}.first_sql_at')}) / nullIf(countIf({CUBE}.first_mql_at IS NOT NULL), 0)`, format: 'percent', unit: 'ratio',
      kpi: 'mql_to_sql', formula: 'SQL within 90 days ÷ MQL', formulaAr: 'المؤهلون بيعيًا خلال 90 يومًا ÷ المؤهلون تسويقيًا', parts: 'sql_in_time / mql_count',
    },
    won_rate: {
      title: 'SQL to won', titleAr: 'من مؤهل بيعيًا إلى رابح', description: `Won within ${window} days of SQL divided by SQL, a ratio from 0 to 1.`, descriptionAr: `الرابحون خلال ${window} يومًا مقسومين على المؤهلين بيعيًا.`,
      type: 'number', sql: `countIf(${within('{CUBE}.first_sql_at', '{CUBE}.won_at')}) / nullIf(countIf({CUBE}.first_sql_at IS NOT NULL), 0)`, format: 'percent', unit: 'ratio',
      kpi: 'sql_to_won', formula: 'won within 90 days ÷ SQL', formulaAr: 'الرابحون خلال 90 يومًا ÷ المؤهلون بيعيًا', parts: 'won_in_time / sql_count',
    },
    mql_in_time: inTime('MQL in time', 'المؤهلون تسويقيًا في الموعد', 'created_at', 'first_mql_at'),
    sql_in_time: inTime('SQL in time', 'المؤهلون بيعيًا في الموعد', 'first_mql_at', 'first_sql_at'),
    won_in_time: inTime('Won in time', 'الرابحون في الموعد', 'first_sql_at', 'won_at'),
  },
  dimensions: {
    ...rowKey('lead', 'العميل المحتمل'),
    name: column('Lead', 'العميل المحتمل', 'Full name.', 'الاسم الكامل.', '{CUBE}.full_name'),
    status: column('Status', 'الحالة', 'new, working, mql, sql, converted or disqualified.', 'حالة العميل المحتمل.', '{CUBE}.status'),
    source: column('Source', 'المصدر', 'Where the lead came from.', 'مصدر العميل المحتمل.', '{CUBE}.source'),
    country: column('Country', 'الدولة', 'ISO code of the country.', 'رمز الدولة.', '{CUBE}.country_code'),
    industry: column('Industry', 'القطاع', 'Industry of the lead.', 'قطاع العميل المحتمل.', '{CUBE}.industry'),
    ...ownership('{CUBE}.region'),
    ...tags('leads'),
    ...createdAt,
    converted_at: column('Converted', 'وقت التحويل', 'When the lead was converted.', 'وقت تحويل العميل المحتمل.', '{CUBE}.converted_at', 'time'),
  },
  drill: ['id', 'name', 'owner', 'status'],
};
