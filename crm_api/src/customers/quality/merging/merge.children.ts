import type { MatchEntity } from '../duplicates/match.types.js';

/** A column through which rows hang on a record. */
export interface ChildColumn {
  readonly table: string;
  readonly column: string;
  /** Where the column holds ids of several kinds: the value of the row's `entity`. */
  readonly entity?: MatchEntity;
  /** Columns that are unique within a record: what the survivor already has stays with the other record, out of sight. */
  readonly unlessTaken?: readonly string[];
  /** Deleted rows of the survivor count as taken too, as in the index. */
  readonly deletedCount?: boolean;
}

/** What is told of any kind of record by its id alone. */
const told = (entity: MatchEntity): ChildColumn[] => [
  { table: 'crm_timeline', column: 'entity_id', entity },
  { table: 'crm_taggings', column: 'entity_id', entity, unlessTaken: ['tag_id'] },
  { table: 'crm_custom_values', column: 'entity_id', unlessTaken: ['field_id'] },
];

/** Everything that moves to the survivor of a merge. A spec holds it against the catalogue of Postgres: a new foreign key to these tables needs its line here. */
export const mergeChildren: Readonly<Record<MatchEntity, readonly ChildColumn[]>> = {
  accounts: [
    ...told('accounts'),
    { table: 'crm_timeline', column: 'account_id' },
    { table: 'crm_accounts', column: 'parent_id' },
    // What was merged before stays one step from what counts, see the cubes' `mergedAccounts`.
    { table: 'crm_accounts', column: 'merged_into_id' },
    { table: 'crm_contacts', column: 'account_id' },
    { table: 'crm_leads', column: 'converted_account_id' },
    { table: 'crm_deals', column: 'account_id' },
    { table: 'crm_quotes', column: 'account_id' },
    { table: 'crm_orders', column: 'account_id' },
    { table: 'crm_invoices', column: 'account_id' },
    { table: 'crm_payments', column: 'account_id' },
    { table: 'crm_subscriptions', column: 'account_id' },
    { table: 'crm_subscription_changes', column: 'account_id' },
    { table: 'crm_activities', column: 'account_id' },
    { table: 'crm_tickets', column: 'account_id' },
    { table: 'crm_touches', column: 'account_id' },
    { table: 'crm_account_scores', column: 'account_id', unlessTaken: ['kind'], deletedCount: true },
  ],
  contacts: [
    ...told('contacts'),
    { table: 'crm_contacts', column: 'merged_into_id' },
    { table: 'crm_contact_channels', column: 'contact_id', unlessTaken: ['kind', 'value'] },
    { table: 'crm_leads', column: 'converted_contact_id' },
    { table: 'crm_deals', column: 'primary_contact_id' },
    { table: 'crm_quotes', column: 'contact_id' },
    { table: 'crm_activities', column: 'contact_id' },
    { table: 'crm_tickets', column: 'contact_id' },
    { table: 'crm_touches', column: 'contact_id' },
  ],
  leads: [
    ...told('leads'),
    { table: 'crm_leads', column: 'merged_into_id' },
    { table: 'crm_activities', column: 'lead_id' },
    { table: 'crm_touches', column: 'lead_id' },
  ],
};

/** Columns that name such records and stay as they are, with the reason. */
export const mergeKeeps: Readonly<Record<string, string>> = {
  'crm_audit_log.entity_id': 'The log says which row was changed; it is never rewritten.',
  'crm_erasures.subject_id': 'Says who was erased.',
  'crm_merge_candidates.left_id': 'The pair that was decided about; shown only while both live.',
  'crm_merge_candidates.right_id': 'The pair that was decided about; shown only while both live.',
  'crm_access_exports.subject_id': 'Says whose access was asked for; the survivor\'s is asked for anew.',
  'crm_consents.contact_id': 'A proof is never rewritten; what was recorded about a merged record is read with its survivor.',
  'crm_consents.lead_id': 'As for contacts.',
  'crm_merges.survivor_id': 'The merge itself.',
  'crm_merges.loser_id': 'The merge itself.',
  'crm_enrichment_proposals.entity_id': 'A proposal was made for the values of one record; the survivor is asked about anew.',
};
