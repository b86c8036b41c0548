/** Every feature that can be switched off, with what goes away. A new feature adds its line here. */
export const featureFlags: readonly { readonly key: `crm_feature_${string}`; readonly description: string }[] = [
  { key: 'crm_feature_accounts', description: 'Accounts: lists, pages, API' },
  { key: 'crm_feature_contacts', description: 'Contacts: lists, pages, API' },
  { key: 'crm_feature_leads', description: 'Leads: API and figures' },
  { key: 'crm_feature_deals', description: 'Deals and pipelines: lists, pages, API' },
  { key: 'crm_feature_activities', description: 'Activities and timeline' },
  { key: 'crm_feature_products', description: 'Products and prices' },
  { key: 'crm_feature_tickets', description: 'Service tickets' },
  { key: 'crm_feature_quotes', description: 'Quotes' },
  { key: 'crm_feature_invoices', description: 'Invoices' },
  { key: 'crm_feature_subscriptions', description: 'Subscriptions' },
  { key: 'crm_feature_campaigns', description: 'Campaigns' },
  { key: 'crm_feature_graphql', description: 'GraphQL API' },
  { key: 'crm_feature_imports', description: 'Import from files' },
  { key: 'crm_feature_privacy', description: 'Erasure of persons, retention of history' },
  { key: 'crm_feature_analytics', description: 'Analytics API and dashboards' },
  { key: 'crm_feature_win_scores', description: 'Win probability with reasons' },
];
