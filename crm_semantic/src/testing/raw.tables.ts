import type { TableDescription } from 'crm_warehouse';

/** Short names of Postgres types; `!` before a type says that the column is never empty. */
const types: Readonly<Record<string, string>> = { time: 'timestamp with time zone', money: 'numeric(18,2)', int: 'integer' };

/** The columns that the models read, as Postgres has them. */
const columns: Readonly<Record<string, string>> = {
  crm_tenants: 'reporting_currency:!text gross_margin:numeric(5,4) fiscal_year_start_month:smallint',
  crm_feature_flags: 'key:!text enabled:!boolean',
  crm_tags: 'name:!text color:text',
  crm_taggings: 'tag_id:!uuid entity:!text entity_id:!uuid',
  crm_custom_fields: 'entity:!text key:!text label:!text label_ar:!text type:!text options:!jsonb position:!int archived_at:time',
  crm_custom_values: 'field_id:!uuid entity_id:!uuid text_value:text long_text_value:text number_value:numeric(28,8) date_value:date timestamp_value:time boolean_value:boolean json_value:jsonb',
  crm_teams: 'name:!text name_ar:text region:text',
  crm_users: 'name:!text name_ar:text team_id:uuid region:text',
  crm_accounts:
    'legal_name:!text legal_name_ar:text region:text country_code:text industry:text size_tier:text lifecycle:!text became_customer_at:time owner_id:uuid merged_into_id:uuid is_test:!boolean',
  crm_contacts: 'account_id:uuid full_name:!text lead_source:text country_code:text owner_id:uuid email_opt_in:!boolean merged_into_id:uuid is_test:!boolean',
  crm_leads:
    'full_name:!text region:text country_code:text industry:text source:text campaign_id:uuid status:!text mql_at:time sql_at:time converted_at:time converted_deal_id:uuid owner_id:uuid is_test:!boolean',
  crm_products: 'name:!text name_ar:text family:text',
  crm_exchange_rates: 'base_currency:!text quote_currency:!text rate:!numeric(20,10) valid_on:!date',
  crm_pipelines: 'name:!text name_ar:text',
  crm_stages: 'pipeline_id:!uuid name:!text name_ar:text position:!smallint kind:!text probability:!numeric(5,4) forecast_category:!text',
  crm_deals:
    'name:!text account_id:uuid owner_id:uuid pipeline_id:!uuid stage_id:!uuid status:!text expected_value:money currency:!text close_date:date closed_at:time lost_reason:text source:text product_id:uuid campaign_id:uuid forecast_category:text is_test:!boolean',
  crm_deal_stage_history: 'deal_id:!uuid from_stage_id:uuid to_stage_id:!uuid entered_at:!time left_at:time',
  crm_deal_line_items: 'deal_id:!uuid product_id:uuid quantity:!numeric(18,4) net_amount:money currency:!text',
  crm_deal_scores: 'deal_id:!uuid probability:!numeric(5,4) scored_at:!time',
  crm_quotas: 'user_id:uuid team_id:uuid period_start:!date period_end:!date amount:!money currency:!text version:!int',
  crm_forecast_adjustments: 'period_start:!date period_end:!date user_id:uuid team_id:uuid delta:!money target:money currency:!text reason:!text author_id:uuid version:!int',
  crm_forecast_snapshots:
    'taken_at:!time taken_on:date period_start:!date period_end:!date user_id:uuid team_id:uuid source:!text category:!text amount:!money adjusted_amount:money adjustment_reason:text currency:!text',
  crm_activities: 'kind:!text direction:text subject:!text status:!text outcome:text occurred_at:!time due_at:time duration_minutes:int owner_id:uuid account_id:uuid',
  crm_campaigns: 'name:!text name_ar:text channel:!text status:!text starts_on:date budget:money currency:!text owner_id:uuid',
  crm_touches: 'occurred_at:time channel:text kind:text campaign_id:uuid contact_id:uuid lead_id:uuid account_id:uuid deal_id:uuid',
  crm_marketing_spend: 'spent_on:!date channel:!text kind:!text campaign_id:uuid region:text amount:!money currency:!text',
  crm_subscriptions:
    'account_id:!uuid product_id:uuid owner_id:uuid status:!text billing_period:!text mrr:!money currency:!text started_on:!date renews_on:date',
  crm_subscription_changes: 'subscription_id:!uuid account_id:!uuid kind:!text effective_on:!date mrr_delta:money currency:!text',
  crm_invoices:
    'number:!text account_id:!uuid owner_id:uuid status:!text currency:!text net_total:!money gross_total:money paid_total:!money issued_on:!date due_on:date paid_at:time',
  crm_sla_policies: 'name:!text priority:!text business_hours:!jsonb',
  crm_tickets:
    'number:!text subject:!text status:!text priority:!text category:text channel:text account_id:uuid owner_id:uuid sla_policy_id:uuid first_responded_at:time resolution_due_at:time resolved_at:time closed_at:time csat:smallint nps:smallint',
};

const common = 'created_at:!time updated_at:!time deleted_at:time';

/** The published tables that the models read, in the types of Postgres; the mirror makes the warehouse's tables from them. */
export const publishedTables: readonly TableDescription[] = Object.entries(columns).map(([name, list]) => ({
  schema: 'crm_core',
  name,
  columns: [
    { name: 'id', pgType: 'uuid', nullable: false, primaryKeyPosition: 1 },
    ...`${list} ${common}`.split(' ').map((one) => {
      const [column = '', type = ''] = one.split(':');
      const bare = type.replace('!', '');
      return { name: column, pgType: types[bare] ?? bare, nullable: !type.startsWith('!') };
    }),
  ],
}));

/** The tables and columns that a statement of the models may name. */
export const publishedColumns: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  publishedTables.map((table) => [table.name, new Set(table.columns.map(({ name }) => name))]),
);
