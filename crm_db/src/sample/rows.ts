/** A value of a row; times and money are texts already. */
export type Value = string | number | boolean | null;

const stamps = ['id', 'created_at', 'updated_at'] as const;

/** The tables of the sample with the columns it fills, in an order in which every reference already exists. */
export const columns = {
  crm_teams: [...stamps, 'name', 'name_ar', 'region'],
  crm_users: [...stamps, 'email', 'name', 'name_ar', 'team_id', 'manager_id', 'region', 'job_title', 'phone', 'locale', 'time_zone', 'is_active', 'hired_on'],
  crm_user_roles: [...stamps, 'user_id', 'role_id'],
  crm_tax_rates: [...stamps, 'name', 'country_code', 'rate', 'valid_from'],
  crm_products: [...stamps, 'code', 'name', 'name_ar', 'family', 'kind', 'unit', 'list_price', 'unit_cost', 'currency', 'description'],
  crm_product_bundles: [...stamps, 'bundle_id', 'product_id', 'quantity'],
  crm_price_books: [...stamps, 'name', 'currency', 'region', 'is_default', 'valid_from'],
  crm_price_book_entries: [...stamps, 'price_book_id', 'product_id', 'model', 'unit_price', 'billing_period'],
  crm_price_tiers: [...stamps, 'entry_id', 'from_quantity', 'to_quantity', 'unit_price'],
  crm_exchange_rates: [...stamps, 'base_currency', 'quote_currency', 'rate', 'valid_on', 'source'],
  crm_sla_policies: [...stamps, 'name', 'priority', 'first_response_minutes', 'resolution_minutes', 'business_hours'],
  crm_campaigns: [...stamps, 'name', 'name_ar', 'channel', 'status', 'starts_on', 'ends_on', 'budget', 'currency', 'owner_id', 'utm_campaign'],
  crm_marketing_spend: [...stamps, 'spent_on', 'channel', 'kind', 'campaign_id', 'region', 'amount', 'currency'],
  crm_tags: [...stamps, 'name', 'color'],
  crm_custom_fields: [...stamps, 'entity', 'key', 'label', 'label_ar', 'type', 'options', 'required', 'position'],
  crm_segments: [...stamps, 'entity', 'name', 'owner_id', 'filter', 'visibility'],
  crm_report_folders: [...stamps, 'name', 'name_ar', 'parent_id', 'owner_id'],
  crm_report_shares: [...stamps, 'folder_id', 'role', 'may'],
  crm_reports: [...stamps, 'name', 'name_ar', 'description', 'description_ar', 'folder_id', 'owner_id', 'definition', 'pins', 'version'],
  crm_report_versions: [...stamps, 'report_id', 'version', 'definition', 'pins', 'author_id'],
  crm_accounts: [...stamps, 'legal_name', 'legal_name_ar', 'region', 'country_code', 'city', 'industry', 'size_tier', 'employee_count', 'annual_revenue',
    'currency', 'founded_year', 'website', 'phone', 'lifecycle', 'became_customer_at', 'parent_id', 'owner_id'],
  crm_contacts: [...stamps, 'account_id', 'first_name', 'last_name', 'full_name', 'full_name_ar', 'email', 'phone', 'mobile', 'job_title', 'department',
    'locale', 'country_code', 'city', 'owner_id', 'lead_source', 'utm_source', 'utm_medium', 'utm_campaign', 'email_opt_in', 'email_opt_in_at',
    'email_opt_in_source', 'sms_opt_in'],
  crm_contact_channels: [...stamps, 'contact_id', 'kind', 'value', 'is_primary', 'verified_at'],
  crm_deals: [...stamps, 'name', 'account_id', 'primary_contact_id', 'owner_id', 'pipeline_id', 'stage_id', 'status', 'expected_value', 'currency',
    'close_date', 'closed_at', 'lost_reason', 'source', 'product_id', 'campaign_id', 'forecast_category', 'next_step'],
  crm_deal_stage_history: [...stamps, 'deal_id', 'from_stage_id', 'to_stage_id', 'entered_at', 'left_at', 'changed_by', 'amount', 'currency'],
  crm_deal_line_items: [...stamps, 'deal_id', 'product_id', 'description', 'quantity', 'unit_price', 'discount_rate', 'tax_rate', 'currency', 'position'],
  crm_leads: [...stamps, 'full_name', 'company', 'email', 'phone', 'job_title', 'country_code', 'region', 'industry', 'source', 'campaign_id', 'utm_source',
    'utm_medium', 'utm_campaign', 'status', 'mql_at', 'sql_at', 'converted_at', 'disqualified_at', 'disqualified_reason', 'converted_account_id',
    'converted_contact_id', 'converted_deal_id', 'owner_id'],
  crm_touches: [...stamps, 'occurred_at', 'channel', 'kind', 'campaign_id', 'contact_id', 'lead_id', 'account_id', 'deal_id', 'utm_source', 'utm_medium'],
  crm_tickets: [...stamps, 'number', 'subject', 'status', 'priority', 'category', 'channel', 'account_id', 'contact_id', 'owner_id', 'sla_policy_id',
    'first_response_due_at', 'first_responded_at', 'resolution_due_at', 'resolved_at', 'closed_at', 'reopened_count', 'csat', 'nps'],
  crm_activities: [...stamps, 'kind', 'direction', 'subject', 'status', 'outcome', 'occurred_at', 'due_at', 'duration_minutes', 'owner_id', 'account_id',
    'contact_id', 'deal_id', 'ticket_id'],
  crm_quotes: [...stamps, 'number', 'deal_id', 'account_id', 'contact_id', 'owner_id', 'price_book_id', 'status', 'currency', 'net_total', 'tax_total',
    'valid_until', 'accepted_at'],
  crm_quote_line_items: [...stamps, 'quote_id', 'product_id', 'description', 'quantity', 'unit_price', 'discount_rate', 'tax_rate', 'position'],
  crm_orders: [...stamps, 'number', 'quote_id', 'deal_id', 'account_id', 'status', 'currency', 'net_total', 'ordered_at'],
  crm_subscriptions: [...stamps, 'account_id', 'product_id', 'deal_id', 'owner_id', 'status', 'billing_period', 'quantity', 'unit_price', 'mrr', 'currency',
    'started_on', 'trial_ends_on', 'renews_on', 'cancelled_on', 'ends_on', 'cancel_reason'],
  crm_subscription_changes: [...stamps, 'subscription_id', 'account_id', 'kind', 'effective_on', 'mrr_before', 'mrr_after', 'currency', 'reason'],
  crm_invoices: [...stamps, 'number', 'account_id', 'subscription_id', 'order_id', 'deal_id', 'owner_id', 'status', 'currency', 'net_total', 'tax_total',
    'paid_total', 'issued_on', 'due_on', 'paid_at'],
  crm_invoice_line_items: [...stamps, 'invoice_id', 'product_id', 'description', 'quantity', 'unit_price', 'discount_rate', 'tax_rate', 'position'],
  crm_payments: [...stamps, 'invoice_id', 'account_id', 'amount', 'currency', 'method', 'status', 'received_at', 'reference'],
  crm_taggings: [...stamps, 'tag_id', 'entity', 'entity_id'],
  crm_custom_values: [...stamps, 'field_id', 'entity_id', 'text_value', 'number_value', 'date_value', 'boolean_value'],
  crm_timeline: [...stamps, 'occurred_at', 'entity', 'entity_id', 'account_id', 'kind', 'actor_id', 'summary', 'data'],
  crm_dedupe_jobs: [...stamps, 'entity', 'status', 'requested_by', 'compared_count', 'candidate_count', 'finished_at'],
  crm_merge_candidates: [...stamps, 'job_id', 'entity', 'left_id', 'right_id', 'similarity', 'evidence', 'status'],
  crm_quotas: [...stamps, 'user_id', 'team_id', 'period_start', 'period_end', 'amount', 'currency', 'version'],
  crm_forecast_snapshots: [...stamps, 'taken_at', 'period_start', 'period_end', 'user_id', 'team_id', 'source', 'category', 'amount', 'adjusted_amount',
    'adjustment_reason', 'currency'],
} as const;

/** A table that the sample fills. */
export type SampleTable = keyof typeof columns;

/** A whole row: the compiler demands every column. */
export type Row<T extends SampleTable> = Record<(typeof columns)[T][number], Value>;

/** All tables in the order of {@link columns}. */
export const sampleTables = Object.keys(columns) as SampleTable[];

const special = /[\\\t\n\r]/;

function encode(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return special.test(value) ? value.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n').replace(/\r/g, '\\r') : value;
}

/** A row as a line of COPY's text format. */
export function copyLine<T extends SampleTable>(table: T, row: Row<T>): string {
  const values = row as Record<string, Value>;
  const names: readonly string[] = columns[table];
  let line = encode(values['id'] ?? null);
  for (let index = 1; index < names.length; index += 1) line += `\t${encode(values[names[index] ?? ''] ?? null)}`;
  return `${line}\n`;
}

/** Cents as the text of a numeric(18,2). */
export const money = (cents: number): string => (cents / 100).toFixed(2);
