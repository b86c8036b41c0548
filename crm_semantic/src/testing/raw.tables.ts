/**
 * The mirrored tables that the models read, in the types that the mirror gives them (numeric → Decimal, timestamptz →
 * DateTime64(6), date → Date32, uuid → UUID); only the columns that matter here.
 */
const common = `created_at DateTime64(6, 'UTC') DEFAULT '2026-01-01 00:00:00', updated_at DateTime64(6, 'UTC') DEFAULT '2026-01-01 00:00:00', deleted_at Nullable(DateTime64(6, 'UTC')),
  _version UInt64 DEFAULT 1, _deleted UInt8 DEFAULT 0, _committed_at DateTime64(6, 'UTC') DEFAULT now64(6)`;

const shorthand: Readonly<Record<string, string>> = {
  uuid: 'Nullable(UUID)', text: 'Nullable(String)', time: `Nullable(DateTime64(6, 'UTC'))`, date: 'Nullable(Date32)', money: 'Nullable(Decimal(18, 2))', int: 'Nullable(Int32)', flag: 'Bool DEFAULT false',
};

const columns: Readonly<Record<string, string>> = {
  crm_tenants: 'reporting_currency:String',
  crm_teams: 'name:text name_ar:text region:text',
  crm_users: 'name:text name_ar:text team_id:uuid region:text',
  crm_accounts:
    'legal_name:text legal_name_ar:text region:text country_code:text industry:text size_tier:text lifecycle:text became_customer_at:time owner_id:uuid merged_into_id:uuid is_test:flag',
  crm_contacts: 'account_id:uuid full_name:text lead_source:text country_code:text owner_id:uuid email_opt_in:flag merged_into_id:uuid is_test:flag',
  crm_leads:
    'full_name:text region:text country_code:text industry:text source:text campaign_id:uuid status:text mql_at:time sql_at:time converted_at:time converted_deal_id:uuid owner_id:uuid is_test:flag',
  crm_products: 'name:text name_ar:text family:text',
  crm_exchange_rates: 'base_currency:String quote_currency:String rate:Decimal(20,10) valid_on:Date32',
  crm_pipelines: 'name:text name_ar:text',
  crm_stages: 'pipeline_id:uuid name:text name_ar:text position:Int16 kind:String probability:Decimal(5,4) forecast_category:String',
  crm_deals:
    'name:text account_id:uuid owner_id:uuid pipeline_id:uuid stage_id:uuid status:String expected_value:money currency:String close_date:date closed_at:time lost_reason:text source:text product_id:uuid campaign_id:uuid forecast_category:text is_test:flag',
  crm_deal_stage_history: `deal_id:uuid from_stage_id:uuid to_stage_id:uuid entered_at:DateTime64(6,'UTC') left_at:time`,
  crm_deal_line_items: 'deal_id:uuid product_id:uuid quantity:Decimal(18,4) net_amount:money currency:String',
  crm_deal_scores: `deal_id:UUID probability:Decimal(5,4) scored_at:DateTime64(6,'UTC')`,
  crm_quotas: 'user_id:uuid team_id:uuid period_start:Date32 period_end:Date32 amount:money currency:String version:Int32',
  crm_activities: `kind:String direction:text subject:text status:String outcome:text occurred_at:DateTime64(6,'UTC') due_at:time duration_minutes:int owner_id:uuid account_id:uuid`,
  crm_campaigns: 'name:text name_ar:text channel:String status:String starts_on:date budget:money currency:String owner_id:uuid',
  crm_touches: 'campaign_id:uuid contact_id:uuid lead_id:uuid',
  crm_marketing_spend: 'spent_on:Date32 channel:String kind:String campaign_id:uuid region:text amount:Decimal(18,2) currency:String',
  crm_subscriptions:
    'account_id:UUID product_id:uuid owner_id:uuid status:String billing_period:String mrr:Decimal(18,2) currency:String started_on:Date32 renews_on:date',
  crm_subscription_changes: 'subscription_id:UUID account_id:UUID kind:String effective_on:Date32 mrr_delta:money currency:String',
  crm_invoices:
    'number:String account_id:UUID owner_id:uuid status:String currency:String net_total:Decimal(18,2) gross_total:money paid_total:Decimal(18,2) issued_on:Date32 due_on:date paid_at:time',
  crm_tickets:
    'number:String subject:String status:String priority:String category:text channel:text account_id:uuid owner_id:uuid first_responded_at:time resolution_due_at:time resolved_at:time closed_at:time csat:int nps:int',
};

/** The statements that create the mirror: databases, tables and the state of the tables. */
export const rawTableStatements: readonly string[] = [
  'CREATE DATABASE IF NOT EXISTS crm_raw',
  'CREATE TABLE crm_raw._tables (table String, last_lsn UInt64, _version UInt64) ENGINE = ReplacingMergeTree(_version) ORDER BY table',
  ...Object.entries(columns).map(([table, list]) => {
    const defined = list.split(' ').map((one) => {
      const [name = '', type = ''] = one.split(/:(.*)/s);
      return `${name} ${shorthand[type] ?? type}`;
    });
    return `CREATE TABLE crm_raw.${table} (id UUID, ${defined.join(', ')}, ${common}) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id`;
  }),
];

/** Names of the mirrored tables. */
export const rawTables: readonly string[] = Object.keys(columns);
