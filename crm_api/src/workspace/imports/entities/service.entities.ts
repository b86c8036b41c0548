import type { EntityDefinition } from '../import.types.js';
import { createdAt, externalId, ownerField, text } from './common.fields.js';
import { sameText } from './natural.keys.js';

/** Calls, e-mails, meetings, tasks, notes. */
export const activitiesEntity: EntityDefinition = {
  entity: 'activities',
  table: 'crm_activities',
  label: { en: 'Activities', ar: 'الأنشطة' },
  fields: [
    externalId(['engagement id', 'activity id', 'task id']),
    { key: 'kind', label: { en: 'Kind', ar: 'النوع' }, type: 'choice', required: true, choices: ['call', 'email', 'meeting', 'task', 'note', 'message'], synonyms: ['type', 'engagement type', 'task subtype'] },
    text('subject', 'Subject', 'الموضوع', ['title', 'property hs email subject']),
    text('body', 'Text', 'النص', ['description', 'property hs note body', 'property hs email text', 'body']),
    { key: 'status', label: { en: 'Status', ar: 'الحالة' }, type: 'choice', choices: ['planned', 'done', 'cancelled'] },
    text('outcome', 'Outcome', 'النتيجة', ['meeting outcome', 'call disposition']),
    { key: 'occurred_at', label: { en: 'When', ar: 'الوقت' }, type: 'timestamp', required: true, synonyms: ['start time', 'activity date', 'start date time', 'property hs timestamp', 'date'] },
    { key: 'due_at', label: { en: 'Due', ar: 'الاستحقاق' }, type: 'timestamp', synonyms: ['due date'] },
    { key: 'duration_minutes', label: { en: 'Minutes', ar: 'الدقائق' }, type: 'integer', synonyms: ['duration in minutes'] },
    { key: 'account', column: 'account_id', label: { en: 'Account', ar: 'الحساب' }, type: 'reference', reference: 'accounts', synonyms: ['account id'] },
    { key: 'contact', column: 'contact_id', label: { en: 'Contact', ar: 'جهة الاتصال' }, type: 'reference', reference: 'contacts', synonyms: ['contact id', 'who id'] },
    { key: 'deal', column: 'deal_id', label: { en: 'Deal', ar: 'الصفقة' }, type: 'reference', reference: 'deals', synonyms: ['opportunity id', 'deal id'] },
    ownerField,
    createdAt,
  ],
  naturalKeys: [],
  prepare(row) {
    row.values['subject'] ??= row.values['kind'] ?? null;
  },
};

/** Requests for service. */
export const ticketsEntity: EntityDefinition = {
  entity: 'tickets',
  table: 'crm_tickets',
  label: { en: 'Tickets', ar: 'التذاكر' },
  fields: [
    externalId(['ticket id']),
    text('number', 'Number', 'الرقم', ['ticket number', 'case number']),
    text('subject', 'Subject', 'الموضوع', ['property subject', 'title']),
    text('body', 'Text', 'النص', ['property content', 'description']),
    { key: 'status', label: { en: 'Status', ar: 'الحالة' }, type: 'choice', choices: ['new', 'open', 'pending', 'solved', 'closed'] },
    { key: 'priority', label: { en: 'Priority', ar: 'الأولوية' }, type: 'choice', choices: ['low', 'normal', 'high', 'urgent'], synonyms: ['property hs ticket priority'] },
    text('category', 'Category', 'الفئة', ['property hs ticket category']),
    { key: 'account', column: 'account_id', label: { en: 'Account', ar: 'الحساب' }, type: 'reference', reference: 'accounts', synonyms: ['company id', 'account id'] },
    { key: 'contact', column: 'contact_id', label: { en: 'Contact', ar: 'جهة الاتصال' }, type: 'reference', reference: 'contacts', synonyms: ['contact id'] },
    { key: 'first_responded_at', label: { en: 'First response', ar: 'أول رد' }, type: 'timestamp', synonyms: ['property first agent reply date'] },
    { key: 'closed_at', label: { en: 'Closed at', ar: 'أُغلقت في' }, type: 'timestamp', synonyms: ['property closed date'] },
    ownerField,
    createdAt,
  ],
  naturalKeys: [{ ...sameText('number'), unique: true }],
  prepare(row) {
    const external = row.values['external_id'] as string | null | undefined;
    row.values['number'] ??= external ? `EXT-${external}` : null;
    row.values['subject'] ??= row.values['number'] ?? null;
    if ((row.values['number'] ?? null) === null) row.problems.push({ code: 'number_missing', field: 'number', message: 'A ticket needs a number or an id.' });
    if ((row.values['closed_at'] ?? null) !== null) row.values['status'] ??= 'closed';
  },
};
