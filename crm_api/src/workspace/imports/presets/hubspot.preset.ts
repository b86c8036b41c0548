import type { ColumnMapping, ImportMapping } from '../import.types.js';
import type { ImportPreset, PresetFile } from './preset.types.js';

const source = 'hubspot';
const lenient = (field: string, more: Partial<ColumnMapping> = {}): ColumnMapping => ({ field, on_invalid: 'empty', ...more });

function mapping(columns: ImportMapping['columns'], deletedColumn: string | undefined, more: Partial<ImportMapping> = {}): ImportMapping {
  return { source, columns, ...(deletedColumn === undefined ? {} : { skip_when: { [deletedColumn]: ['true', '1'] } }), ...more };
}

function engagement(file: RegExp, kind: string, columns: ImportMapping['columns'], deletedColumn?: string): PresetFile {
  return { file, entity: 'activities', mapping: mapping({ engagement_id: 'external_id', ...columns }, deletedColumn, { constants: { kind, status: 'done' }, on_missing: { owner: 'empty' } }) };
}

const deleted = '_fivetran_deleted';

/** HubSpot objects as connectors export them: one file an object, properties prefixed `property_`. */
export const hubspotPreset: ImportPreset = {
  name: 'hubspot',
  label: { en: 'HubSpot export', ar: 'تصدير HubSpot' },
  files: [
    { file: /^team_data\.csv$/i, entity: 'teams', mapping: mapping({ id: 'external_id', name: 'name' }, undefined) },
    {
      file: /^owner_data\.csv$/i,
      entity: 'users',
      // An owner without a readable name is kept under the id, so that records still find their owner.
      mapping: mapping({ owner_id: 'external_id', email: lenient('email'), created_at: lenient('created_at') }, undefined, { templates: { name: '{external_id}' } }),
    },
    { file: /^deal_pipeline_data\.csv$/i, entity: 'pipelines', mapping: mapping({ pipeline_id: 'external_id', label: 'name' }, deleted) },
    {
      file: /^deal_pipeline_stage_data\.csv$/i,
      entity: 'stages',
      mapping: mapping({ stage_id: 'external_id', label: 'name', pipeline_id: 'pipeline', display_order: 'position', probability: 'probability', is_closed: 'is_closed' }, deleted, { on_missing: { pipeline: 'create' } }),
    },
    {
      file: /^company_data\.csv$/i,
      entity: 'accounts',
      mapping: mapping(
        {
          id: 'external_id', property_name: 'legal_name', property_industry: 'industry', property_city: 'city', property_country: lenient('country'),
          property_annualrevenue: lenient('annual_revenue'), property_description: 'description', property_createdate: lenient('created_at'),
        },
        'is_deleted',
      ),
    },
    {
      file: /^contact_data\.csv$/i,
      entity: 'contacts',
      mapping: mapping(
        {
          id: 'external_id', property_email: lenient('email'), property_firstname: 'first_name', property_lastname: 'last_name', property_company: 'account', property_jobtitle: 'job_title',
          property_createdate: lenient('created_at'),
        },
        deleted,
        { on_missing: { account: 'create' }, templates: { last_name: '{external_id}' } },
      ),
    },
    {
      file: /^deal_data\.csv$/i,
      entity: 'deals',
      mapping: mapping(
        {
          deal_id: 'external_id', property_dealname: 'name', deal_pipeline_stage_id: 'stage', owner_id: 'owner', property_amount: 'expected_value', property_closedate: 'close_date',
          property_createdate: 'created_at', property_description: 'description',
        },
        'is_deleted',
        // Deals without a stage are open: nothing in the file says that they were closed.
        { on_missing: { stage: 'empty', owner: 'empty' }, constants: { is_closed: 'false' }, templates: { name: '{external_id}' } },
      ),
    },
    {
      file: /^ticket_data\.csv$/i,
      entity: 'tickets',
      mapping: mapping(
        {
          id: 'external_id', property_subject: 'subject', property_content: 'body', property_hs_ticket_category: 'category',
          property_hs_ticket_priority: lenient('priority', { aliases: { LOW: 'low', MEDIUM: 'normal', HIGH: 'high' } }), property_hubspot_owner_id: 'owner',
          property_createdate: 'created_at', property_first_agent_reply_date: lenient('first_responded_at'), property_closed_date: lenient('closed_at'),
        },
        'is_deleted',
        { on_missing: { owner: 'empty' } },
      ),
    },
    engagement(/^engagement_call_data\.csv$/i, 'call', { property_hs_timestamp: 'occurred_at' }, deleted),
    engagement(/^engagement_email_data\.csv$/i, 'email', { property_hs_timestamp: 'occurred_at', property_hs_email_subject: 'subject', property_hs_email_text: 'body', property_hubspot_owner_id: 'owner' }, deleted),
    engagement(/^engagement_meeting_data\.csv$/i, 'meeting', { start_time: 'occurred_at', title: 'subject', body: 'body', meeting_outcome: 'outcome' }),
    engagement(/^engagement_note_data\.csv$/i, 'note', { property_hs_timestamp: 'occurred_at', property_hs_note_body: 'body', property_hubspot_owner_id: 'owner' }, deleted),
    engagement(/^engagement_task_data\.csv$/i, 'task', { property_hs_timestamp: 'occurred_at', property_hubspot_owner_id: 'owner' }, deleted),
  ],
  ignored: [
    /^deal_(company|contact|stage)_data\.csv$/i, /^engagement(_company|_contact|_deal)?_data\.csv$/i, /^(owner_team|team_user|users)_data\.csv$/i,
    /^ticket_(company|contact|pipeline|pipeline_stage)_data\.csv$/i,
  ],
};
