import type { EntityDefinition, FieldDefinition } from '../import.types.js';
import { createdAt, externalId, ownerField, text } from './common.fields.js';
import { emailKey, foldKey, sameText } from './natural.keys.js';

const utm: readonly FieldDefinition[] = ['source', 'medium', 'campaign', 'term', 'content'].map((part) =>
  text(`utm_${part}`, `UTM ${part}`, `UTM ${part}`, [`pi utm ${part} c`, `utm ${part} c`]));

/** People who work with the product; imported ones have no login until an administrator gives them one. */
export const usersEntity: EntityDefinition = {
  entity: 'users',
  table: 'crm_users',
  label: { en: 'Users and teams', ar: 'المستخدمون والفرق' },
  fields: [
    externalId(['owner id', 'user id']),
    { ...text('name', 'Name', 'الاسم', ['sales agent', 'full name', 'user name', 'rep', 'agent']), required: true },
    { key: 'email', label: { en: 'E-mail', ar: 'البريد الإلكتروني' }, type: 'email', synonyms: ['email address', 'mail'] },
    { key: 'team', column: 'team_id', label: { en: 'Team', ar: 'الفريق' }, type: 'reference', reference: 'teams', synonyms: ['team name', 'user role id'] },
    { key: 'manager', column: 'manager_id', label: { en: 'Manager', ar: 'المدير' }, type: 'reference', reference: 'users', synonyms: ['manager id', 'sales manager'] },
    text('region', 'Region', 'المنطقة', ['regional office', 'territory']),
    text('job_title', 'Job title', 'المسمى الوظيفي', ['title']),
    { key: 'is_active', label: { en: 'Active', ar: 'نشط' }, type: 'boolean', synonyms: ['is active', 'active'] },
    createdAt,
  ],
  naturalKeys: [{ field: 'email', sql: emailKey, unique: true }, foldKey('name')],
};

/** Teams by name. */
export const teamsEntity: EntityDefinition = {
  entity: 'teams',
  table: 'crm_teams',
  label: { en: 'Teams', ar: 'الفرق' },
  fields: [
    externalId(['team id']),
    { ...text('name', 'Name', 'الاسم', ['team', 'team name']), required: true },
    text('region', 'Region', 'المنطقة', ['regional office']),
    { key: 'manager', column: 'manager_id', label: { en: 'Manager', ar: 'المدير' }, type: 'reference', reference: 'users' },
  ],
  naturalKeys: [foldKey('name')],
};

function fullName(values: Record<string, unknown>): string {
  return [values['first_name'], values['last_name']].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** People at customers; found again by external id or e-mail. */
export const contactsEntity: EntityDefinition = {
  entity: 'contacts',
  table: 'crm_contacts',
  label: { en: 'Contacts', ar: 'جهات الاتصال' },
  fields: [
    externalId(['contact id']),
    text('full_name', 'Full name', 'الاسم الكامل', ['name', 'contact', 'contact name']),
    text('first_name', 'First name', 'الاسم الأول', ['firstname', 'property firstname', 'given name']),
    text('last_name', 'Last name', 'اسم العائلة', ['lastname', 'property lastname', 'surname', 'family name']),
    text('full_name_ar', 'Name in Arabic', 'الاسم بالعربية', []),
    { key: 'email', label: { en: 'E-mail', ar: 'البريد الإلكتروني' }, type: 'email', synonyms: ['email address', 'property email', 'mail'] },
    { key: 'phone', label: { en: 'Phone', ar: 'الهاتف' }, type: 'phone', synonyms: ['phone number', 'telephone', 'property phone'] },
    { key: 'mobile', label: { en: 'Mobile', ar: 'الجوال' }, type: 'phone', synonyms: ['mobile phone', 'cell', 'property mobilephone'] },
    { key: 'account', column: 'account_id', label: { en: 'Account', ar: 'الحساب' }, type: 'reference', reference: 'accounts', synonyms: ['account id', 'company', 'property company', 'account name'] },
    text('job_title', 'Job title', 'المسمى الوظيفي', ['title', 'property jobtitle', 'position']),
    text('department', 'Department', 'القسم', []),
    { key: 'country', column: 'country_code', label: { en: 'Country', ar: 'الدولة' }, type: 'country', synonyms: ['mailing country', 'property country'] },
    text('city', 'City', 'المدينة', ['mailing city', 'property city']),
    text('lead_source', 'Lead source', 'مصدر العميل', ['lead source', 'source']),
    ...utm,
    { key: 'email_opt_in', label: { en: 'Agreed to e-mail', ar: 'وافق على البريد' }, type: 'boolean', synonyms: ['opt in', 'email opt in', 'subscribed'] },
    ownerField,
    createdAt,
  ],
  naturalKeys: [{ field: 'email', sql: emailKey, where: 'merged_into_id IS NULL', unique: true }],
  prepare(row) {
    if ((row.values['full_name'] ?? null) !== null) return;
    const name = fullName(row.values) || (row.values['email'] as string | undefined) || '';
    if (name === '') row.problems.push({ code: 'name_missing', field: 'full_name', message: 'A contact needs a name or an e-mail address.' });
    else row.values['full_name'] = name;
  },
};

/** Enquiries before they are customers. */
export const leadsEntity: EntityDefinition = {
  entity: 'leads',
  table: 'crm_leads',
  label: { en: 'Leads', ar: 'العملاء المحتملون' },
  fields: [
    externalId(['lead id']),
    text('full_name', 'Full name', 'الاسم الكامل', ['name', 'lead', 'lead name']),
    text('first_name', 'First name', 'الاسم الأول', ['firstname']),
    text('last_name', 'Last name', 'اسم العائلة', ['lastname']),
    text('company', 'Company', 'الشركة', ['organisation', 'organization']),
    { key: 'email', label: { en: 'E-mail', ar: 'البريد الإلكتروني' }, type: 'email', synonyms: ['email address'] },
    { key: 'phone', label: { en: 'Phone', ar: 'الهاتف' }, type: 'phone', synonyms: ['phone number', 'mobile phone'] },
    text('job_title', 'Job title', 'المسمى الوظيفي', ['title']),
    { key: 'country', column: 'country_code', label: { en: 'Country', ar: 'الدولة' }, type: 'country' },
    text('industry', 'Industry', 'القطاع', []),
    text('source', 'Source', 'المصدر', ['lead source']),
    { key: 'status', label: { en: 'Status', ar: 'الحالة' }, type: 'choice', choices: ['new', 'working', 'mql', 'sql', 'converted', 'disqualified'] },
    { key: 'mql_at', label: { en: 'Became MQL', ar: 'تأهل تسويقياً' }, type: 'timestamp' },
    { key: 'sql_at', label: { en: 'Became SQL', ar: 'تأهل للبيع' }, type: 'timestamp' },
    { key: 'converted_at', label: { en: 'Converted', ar: 'تم التحويل' }, type: 'timestamp', synonyms: ['converted date'] },
    ...utm,
    ownerField,
    createdAt,
  ],
  naturalKeys: [{ field: 'email', sql: emailKey }],
  prepare(row) {
    if ((row.values['full_name'] ?? null) === null) {
      const name = fullName(row.values) || (row.values['email'] as string | undefined) || (row.values['company'] as string | undefined) || '';
      if (name === '') row.problems.push({ code: 'name_missing', field: 'full_name', message: 'A lead needs a name, a company or an e-mail address.' });
      else row.values['full_name'] = name;
    }
    if (row.values['status'] === 'converted' && (row.values['converted_at'] ?? null) === null) row.values['converted_at'] = row.values['created_at'] ?? new Date().toISOString();
  },
};

/** Campaigns by name. */
export const campaignsEntity: EntityDefinition = {
  entity: 'campaigns',
  table: 'crm_campaigns',
  label: { en: 'Campaigns', ar: 'الحملات' },
  fields: [
    externalId(['campaign id']),
    { ...text('name', 'Name', 'الاسم', ['campaign', 'campaign name']), required: true },
    text('channel', 'Channel', 'القناة', ['type']),
    { key: 'starts_on', label: { en: 'Starts', ar: 'تبدأ' }, type: 'date', synonyms: ['start date'] },
    { key: 'ends_on', label: { en: 'Ends', ar: 'تنتهي' }, type: 'date', synonyms: ['end date'] },
    { key: 'budget', label: { en: 'Budget', ar: 'الميزانية' }, type: 'money', synonyms: ['budgeted cost'] },
    { key: 'currency', label: { en: 'Currency', ar: 'العملة' }, type: 'currency' },
  ],
  naturalKeys: [sameText('name')],
};
