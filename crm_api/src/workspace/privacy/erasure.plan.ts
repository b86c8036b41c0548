import type { TablePlan } from './erasure.types.js';

/** What stands where a name stood. */
export const pseudonym = 'Erased person';

const name = `'${pseudonym}'`;
const external = { external_source: 'NULL', external_id: 'NULL' };
const externalKept = { external_id: 'null' } as const;
const gone = 'coalesce(deleted_at, now())';

/** Every table of `crm_core` and what an erasure does to it; a spec holds it against schema.sql, so that no new column goes undecided. */
export const erasurePlan: Readonly<Record<string, TablePlan>> = {
  crm_contacts: {
    owned: 'id = ANY(@contacts)', action: 'anonymise',
    set: {
      first_name: 'NULL', last_name: 'NULL', full_name: name, full_name_ar: 'NULL', email: 'NULL', phone: 'NULL', mobile: 'NULL', job_title: 'NULL', department: 'NULL', city: 'NULL',
      email_opt_in: 'false', email_opt_in_at: 'NULL', email_opt_in_source: 'NULL', sms_opt_in: 'false', ...external, deleted_at: gone,
    },
    kept: ['locale', 'lead_source', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'], derived: ['search_text'],
    because: 'The row stays as a pseudonym, so that counts and the deals at it keep their past.',
  },
  crm_leads: {
    owned: 'id = ANY(@leads)', action: 'anonymise',
    set: { full_name: name, company: 'NULL', email: 'NULL', phone: 'NULL', job_title: 'NULL', disqualified_reason: 'NULL', ...external, deleted_at: gone },
    kept: ['region', 'industry', 'source', 'utm_source', 'utm_medium', 'utm_campaign', 'status'], derived: ['search_text'],
  },
  crm_users: {
    owned: 'id = ANY(@users)', action: 'anonymise',
    set: { name, name_ar: 'NULL', email: 'NULL', phone: 'NULL', job_title: 'NULL', is_active: 'false', ...external, deleted_at: gone },
    kept: ['region', 'locale', 'time_zone'], because: 'Their records need an owner; it has no name any more.',
  },
  crm_accounts: {
    owned: 'id = ANY(@accounts)', action: 'anonymise',
    // The name is unique within a region.
    set: { legal_name: `${name} || ' ' || right(id::text, 12)`, legal_name_ar: 'NULL', city: 'NULL', website: 'NULL', phone: 'NULL', description: 'NULL', ...external, deleted_at: gone },
    scrub: { website: 'text', description: 'text' },
    kept: ['region', 'industry', 'size_tier', 'lifecycle'], derived: ['search_text', 'fingerprint'],
  },
  crm_contact_channels: { owned: 'contact_id = ANY(@contacts)', action: 'delete', kept: ['kind'], scrub: { value: 'unique' } },
  crm_consents: {
    owned: 'contact_id = ANY(@contacts) OR lead_id = ANY(@leads)', sealed: 'consent', set: { reference: 'NULL', ip: 'NULL', user_agent: 'NULL' }, scrub: { reference: 'text', user_agent: 'text' },
    kept: ['channel', 'state', 'legal_basis', 'source', 'wording_version', 'wording_hash', 'actor_kind'], because: 'That somebody agreed, to which words and when, stays at the pseudonym; where the proof lies and from which device does not.',
  },
  crm_consent_purposes: { kept: ['key', 'name', 'name_ar', 'description', 'description_ar', 'channels', 'legal_basis'] },
  crm_consent_wordings: { kept: ['version', 'locale', 'body', 'hash'], because: 'What everybody is shown.' },
  crm_activities: {
    owned: 'id = ANY(@activities)', action: 'anonymise', set: { subject: `'Erased'`, body: 'NULL', outcome: 'NULL', ...external },
    scrub: { subject: 'text', body: 'text', outcome: 'text', ...externalKept }, kept: ['kind', 'direction', 'status'],
  },
  crm_tickets: {
    owned: 'id = ANY(@tickets)', action: 'anonymise', set: { subject: `'Erased'`, body: 'NULL', ...external }, scrub: { subject: 'text', body: 'text', ...externalKept },
    kept: ['number', 'status', 'priority', 'category', 'channel'],
  },
  crm_timeline: { owned: 'entity_id = ANY(@all)', action: 'delete', scrub: { summary: 'text', data: 'json' }, kept: ['entity', 'kind'] },
  crm_audit_log: {
    sealed: 'audit', set: { before: 'NULL', after: 'NULL', ip: 'NULL', user_agent: 'NULL', salt: 'another' }, scrub: { before: 'json', after: 'json' },
    kept: ['actor_kind', 'action', 'entity', 'request_id', 'client_id', 'method', 'route', 'content_digest', 'digest'],
    because: 'That something was done, by whom and when, is the log; what it said of the person is not. The digests stay in the chain and tell nothing without their salt.',
  },
  crm_audit_chain: { kept: ['digest', 'hash'], published: false, because: 'Hashes of hashes with salts.' },
  crm_audit_pending: { kept: ['digest'], published: false },
  crm_audit_seals: { kept: ['previous_head', 'head'], because: 'Hashes of hashes with salts.' },
  crm_audit_verifications: { kept: ['status', 'result', 'error'], published: false, because: 'Counts, kinds of differences and ids of entries.' },
  crm_taggings: { owned: 'entity_id = ANY(@all)', action: 'delete', kept: ['entity'] },
  crm_custom_values: { owned: 'entity_id = ANY(@all)', action: 'delete', scrub: { text_value: 'text', long_text_value: 'text', json_value: 'json', unique_value: 'unique' } },
  crm_merge_candidates: { owned: 'left_id = ANY(@all) OR right_id = ANY(@all)', action: 'delete', scrub: { evidence: 'json' }, kept: ['entity', 'status'] },
  crm_merges: {
    owned: 'survivor_id = ANY(@all) OR loser_id = ANY(@all)', action: 'delete', scrub: { survivor_before: 'json', survivor_after: 'json' }, kept: ['entity', 'candidate_before', 'moved'], published: false,
    because: 'A merge of an erased person cannot be undone any more: what it would bring back is gone.',
  },
  crm_enrichment_proposals: { owned: 'entity_id = ANY(@all)', action: 'delete', scrub: { seen_value: 'text', proposed_value: 'text' }, kept: ['entity', 'provider', 'field', 'status'], published: false },
  crm_mail_domains: { kept: ['domain', 'status', 'exchanges'], published: false, because: 'A domain and its mail exchanges, whoever writes from there; forgotten with its check.' },
  crm_account_scores: { owned: 'account_id = ANY(@accounts)', action: 'delete', scrub: { reasons: 'json' }, kept: ['kind'] },
  crm_deal_scores: { scrub: { reasons: 'json' } },
  crm_quotes: {
    owned: 'contact_id = ANY(@contacts) OR account_id = ANY(@accounts)', action: 'anonymise', downstream: 'rewrite', set: { contact_id: 'NULL', notes: 'NULL' }, scrub: { notes: 'text', ...externalKept },
    kept: ['number', 'status', 'external_source'], because: 'Amounts, numbers and dates are kept as the law on commercial records asks; the person is not on it any more.',
  },
  crm_deals: {
    scrub: { name: 'text', lost_reason: 'text', next_step: 'text', description: 'text', ...externalKept }, derived: ['search_text'],
    kept: ['status', 'source', 'forecast_category', 'external_source'], because: 'A deal is business, not a person: its numbers and their history stay.',
  },
  crm_payments: { owned: 'account_id = ANY(@accounts)', action: 'anonymise', downstream: 'rewrite', set: { reference: 'NULL' }, scrub: { reference: 'text' }, kept: ['method', 'status'] },
  crm_subscriptions: { scrub: { cancel_reason: 'text', ...externalKept }, kept: ['status', 'billing_period', 'external_source'] },
  crm_subscription_changes: { scrub: { reason: 'text' }, kept: ['kind'] },
  crm_invoices: { scrub: externalKept, kept: ['number', 'status', 'external_source'], because: 'Invoices are kept as tax law asks; they point at the account, which has no name any more.' },
  crm_orders: { scrub: externalKept, kept: ['number', 'status', 'external_source'] },
  crm_deal_line_items: { scrub: { description: 'text' } },
  crm_quote_line_items: { scrub: { description: 'text' } },
  crm_invoice_line_items: { scrub: { description: 'text' } },
  crm_forecast_adjustments: { scrub: { reason: 'text' } },
  crm_forecast_snapshots: { scrub: { adjustment_reason: 'text' }, kept: ['source', 'category'] },
  crm_segments: { scrub: { name: 'text', filter: 'json', q: 'text' }, kept: ['entity', 'sort', 'visibility'] },
  crm_dashboards: { scrub: { name: 'text', name_ar: 'text', layout: 'json', filters: 'json' }, kept: ['key', 'role', 'shared_roles', 'period'], published: false },
  crm_alerts: {
    owned: 'owner_id = ANY(@users)', action: 'anonymise', set: { is_enabled: 'false', deleted_at: gone }, scrub: { name: 'text', question: 'json' }, kept: ['condition', 'state', 'problem'], published: false,
    because: 'Without its owner nobody would be told.',
  },
  crm_notifications: { owned: 'user_id = ANY(@users)', action: 'delete', scrub: { title: 'text', params: 'json' }, kept: ['kind'], published: false },
  crm_tags: { scrub: { name: 'unique' }, kept: ['color'] },
  crm_campaigns: { scrub: { name: 'text', name_ar: 'text', ...externalKept }, kept: ['channel', 'status', 'utm_campaign', 'external_source'] },
  crm_imports: { scrub: { file_name: 'text', mapping: 'json', error: 'json' }, kept: ['entity', 'format', 'source', 'status'] },
  crm_import_mappings: { scrub: { name: 'unique', mapping: 'json' }, kept: ['entity', 'source'] },
  crm_dedupe_jobs: { scrub: { error: 'text' }, kept: ['entity', 'status'] },
  crm_credentials: { owned: 'user_id = ANY(@users)', action: 'delete', kept: ['password_hash'], published: false },
  crm_sessions: { owned: 'user_id = ANY(@users)', action: 'delete', kept: ['grant_id', 'client_id', 'user_agent', 'ip', 'ended_reason'], published: false },
  crm_second_factors: { owned: 'user_id = ANY(@users)', action: 'delete', kept: ['secret_sealed'], published: false },
  crm_recovery_codes: { owned: 'user_id = ANY(@users)', action: 'delete', kept: ['code_hash'], published: false },
  crm_login_attempts: { kept: ['key'], published: false, because: 'Hashes of names that were typed, gone after two days.' },
  crm_oidc_payloads: { kept: ['model', 'payload_id', 'payload', 'grant_id', 'uid'], published: false, because: 'Tokens and sign-ins by ids of users, gone when they expire.' },
  crm_user_roles: { owned: 'user_id = ANY(@users)', action: 'delete' },
  crm_api_clients: { owned: 'user_id = ANY(@users)', action: 'anonymise', set: { user_id: 'NULL', is_active: 'false' }, scrub: { name: 'text' }, kept: ['client_id', 'secret_hash', 'scopes', 'redirect_uris'], published: false },
  crm_idempotency_keys: { purge: ['body', 'headers', 'key'], kept: ['caller', 'request_hash'], published: false, because: 'A remembered answer may be the person as they were.' },
  crm_import_rows: { purge: ['raw', 'problems'], kept: ['outcome'], published: false },
  crm_import_files: { kept: ['content'], published: false, because: 'Files exist while their import is unfinished; an erasure waits for it.' },
  crm_touches: { kept: ['channel', 'kind', 'utm_source', 'utm_medium'], because: 'They point at the pseudonym.' },
  crm_products: { kept: ['code', 'name', 'name_ar', 'family', 'kind', 'unit', 'description', 'external_source', 'external_id'] },
  crm_pipelines: { kept: ['name', 'name_ar', 'external_source', 'external_id'] },
  crm_stages: { kept: ['name', 'name_ar', 'kind', 'forecast_category', 'external_source', 'external_id'] },
  crm_teams: { scrub: { name: 'text', name_ar: 'text' }, kept: ['region', 'external_source', 'external_id'] },
  crm_tenants: { kept: ['name', 'time_zone', 'locale'] },
  crm_feature_flags: { kept: ['key', 'description'] },
  crm_roles: { kept: ['key', 'name', 'name_ar', 'permissions', 'fields'] },
  crm_role_versions: { kept: ['action', 'before', 'after'], published: false, because: 'Names of roles and what they permit; who changed them is an id.' },
  crm_signing_keys: { kept: ['algorithm', 'public_jwk', 'private_jwk'], published: false },
  crm_part_heartbeats: { kept: ['part'], published: false },
  crm_custom_fields: { kept: ['entity', 'key', 'label', 'label_ar', 'type', 'options', 'min_value', 'max_value', 'pattern'] },
  crm_models: { kept: ['kind', 'state', 'method', 'code_version', 'metrics', 'parameters', 'artifact', 'message'], because: 'Weights and counts, no names: the features hold none.' },
  crm_sla_policies: { kept: ['name', 'priority', 'business_hours'] },
  crm_price_books: { kept: ['name', 'region'] },
  crm_price_book_entries: { kept: ['model', 'billing_period'] },
  crm_exchange_rates: { kept: ['source'] },
  crm_tax_rates: { kept: ['name'] },
  crm_marketing_spend: { kept: ['channel', 'kind', 'region'] },
  crm_erasures: { kept: ['subject_type', 'reason', 'scope', 'certificate_hash'], because: 'Ids of rows that have no person any more.' },
  crm_access_exports: { kept: ['subject_type', 'locale', 'status', 'sha256', 'error_code', 'row_counts'], published: false, because: 'That access was asked for and given; ids and counts.' },
  crm_access_export_files: { kept: ['content'], published: false, because: 'Packed copies, in which nothing can be replaced: every erasure drops all of them, and whoever still needs one asks again.' },
  crm_retention_policies: { kept: ['table_name', 'action'] },
  crm_deal_stage_history: {},
  crm_price_tiers: {},
  crm_product_bundles: {},
  crm_quotas: {},
  crm_webhook_attempts: { scrub: { response: 'text' }, kept: ['error'], published: false, because: 'What an endpoint answers may repeat what it was sent.' },
  crm_webhook_deliveries: { kept: ['status'], published: false },
  crm_webhooks: {
    owned: 'user_id = ANY(@users)', action: 'anonymise', set: { is_enabled: 'false', disabled_reason: `'owner_inactive'`, disabled_at: 'now()', deleted_at: gone },
    scrub: { name: 'text', url: 'text' }, kept: ['event_types', 'disabled_reason', 'secret_sealed', 'previous_secret_sealed'], published: false,
  },
  // Last: the changes above are themselves events, some of a row half erased. Only what the erasure itself tells stays, as it left the rows.
  crm_webhook_events: {
    owned: 'record_id = ANY(@all) AND transaction_id <> pg_current_xact_id()', action: 'delete', scrub: { record: 'json', previous: 'json' }, kept: ['type', 'resource', 'changed'], published: false,
  },
};
