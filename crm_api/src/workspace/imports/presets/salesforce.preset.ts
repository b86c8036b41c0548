import type { ColumnMapping, ImportMapping } from '../import.types.js';
import type { ImportPreset } from './preset.types.js';

const source = 'salesforce';
const deleted = { is_deleted: ['true', '1'] } as const;
const lenient = (field: string, more: Partial<ColumnMapping> = {}): ColumnMapping => ({ field, on_invalid: 'empty', ...more });
const stages: Readonly<Record<string, string>> = {
  'Closed Won': 'Won', 'Closed Lost': 'Lost', 'Needs Analysis': 'Qualification', 'Value Proposition': 'Engaging', 'Id. Decision Makers': 'Engaging',
  'Perception Analysis': 'Engaging', 'Proposal/Price Quote': 'Proposal', 'Negotiation/Review': 'Negotiation',
};
const leadStates: Readonly<Record<string, string>> = {
  Converted: 'converted', Qualified: 'sql', Unqualified: 'disqualified', 'Open - Not Contacted': 'new', 'Working - Contacted': 'working',
  'Closed - Converted': 'converted', 'Closed - Not Converted': 'disqualified', New: 'new', Nurturing: 'working', Contacted: 'working',
};

function mapping(columns: ImportMapping['columns'], more: Partial<ImportMapping> = {}): ImportMapping {
  return { source, columns, skip_when: deleted, ...more };
}

/** Salesforce objects as connectors and the Data Loader export them: one file an object, API names in snake case. */
export const salesforcePreset: ImportPreset = {
  name: 'salesforce',
  label: { en: 'Salesforce export', ar: 'تصدير Salesforce' },
  files: [
    {
      file: /user_data\.csv$/i,
      entity: 'users',
      mapping: { source, columns: { id: 'external_id', name: 'name', email: lenient('email'), manager_id: 'manager', is_active: 'is_active', title: 'job_title' }, on_missing: { manager: 'create' } },
    },
    {
      file: /product_2_data\.csv$/i,
      entity: 'products',
      mapping: mapping({ id: 'external_id', name: 'name', product_code: 'code', family: 'family', is_active: 'is_active', description: 'description' }),
    },
    {
      file: /account_data\.csv$/i,
      entity: 'accounts',
      mapping: mapping(
        {
          id: 'external_id', name: 'legal_name', industry: 'industry', billing_country: lenient('country'), billing_city: 'city', annual_revenue: lenient('annual_revenue'),
          number_of_employees: lenient('employee_count'), website: 'website', phone: 'phone', description: 'description', parent_id: 'parent', owner_id: 'owner',
        },
        { on_missing: { owner: 'create', parent: 'empty' } },
      ),
    },
    {
      file: /contact_data\.csv$/i,
      entity: 'contacts',
      mapping: mapping(
        {
          id: 'external_id', name: 'full_name', first_name: 'first_name', last_name: 'last_name', email: lenient('email'), phone: lenient('phone'), mobile_phone: lenient('mobile'),
          title: 'job_title', department: 'department', mailing_country: lenient('country'), mailing_city: 'city', lead_source: 'lead_source', account_id: 'account', owner_id: 'owner',
          created_date: lenient('created_at'),
        },
        // An unnamed contact is kept under its id, so that what points at it still finds it.
        { on_missing: { owner: 'create', account: 'empty' }, templates: { full_name: '{first_name} {last_name}', last_name: '{external_id}' } },
      ),
    },
    {
      file: /lead_data\.csv$/i,
      entity: 'leads',
      mapping: mapping(
        {
          id: 'external_id', name: 'full_name', company: 'company', email: lenient('email'), phone: lenient('phone'), title: 'job_title', country: lenient('country'), industry: 'industry',
          lead_source: 'source', status: lenient('status', { aliases: leadStates }), converted_date: lenient('converted_at'), created_date: lenient('created_at'), owner_id: 'owner',
        },
        { on_missing: { owner: 'create' } },
      ),
    },
    {
      file: /opportunity_data\.csv$/i,
      entity: 'deals',
      mapping: mapping(
        {
          id: 'external_id', name: 'name', account_id: 'account', owner_id: 'owner', stage_name: { field: 'stage', aliases: stages }, is_closed: 'is_closed', is_won: 'is_won', amount: 'expected_value', close_date: 'close_date',
          created_date: 'created_at', lead_source: 'source', next_step: 'next_step', description: 'description',
        },
        { on_missing: { owner: 'create', account: 'create', stage: 'empty' } },
      ),
    },
    {
      file: /event_data\.csv$/i,
      entity: 'activities',
      mapping: mapping(
        { id: 'external_id', subject: 'subject', description: 'body', start_date_time: 'occurred_at', duration_in_minutes: lenient('duration_minutes'), account_id: 'account', who_id: 'contact', owner_id: 'owner', created_date: lenient('created_at') },
        { constants: { kind: 'meeting', status: 'done' }, on_missing: { account: 'empty', contact: 'empty', owner: 'create' } },
      ),
    },
    {
      file: /task_data\.csv$/i,
      entity: 'activities',
      mapping: mapping(
        { id: 'external_id', subject: 'subject', description: 'body', activity_date: lenient('occurred_at'), account_id: 'account', who_id: 'contact', owner_id: 'owner', created_date: lenient('created_at') },
        { constants: { kind: 'task' }, templates: { occurred_at: '{created_at}' }, on_missing: { account: 'empty', contact: 'empty', owner: 'create' } },
      ),
    },
  ],
  ignored: [/_history_data\.csv$/i, /user_role_data\.csv$/i, /order_data\.csv$/i, /opportunity_line_item_data\.csv$/i],
};
