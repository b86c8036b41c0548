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
  { key: 'crm_feature_second_factor', description: 'Second factor: enrolment of authenticator apps (who has one is asked for it either way)' },
  { key: 'crm_feature_sessions', description: 'Sessions: where one is signed in, ending them' },
  { key: 'crm_feature_user_admin', description: 'Users and teams: administration pages, invitations' },
  { key: 'crm_feature_role_admin', description: 'Changing roles: page, versions, API (the roles stay in force)' },
  { key: 'crm_feature_api_clients', description: 'API clients: page, API (those that exist keep working)' },
  { key: 'crm_feature_imports', description: 'Import from files' },
  { key: 'crm_feature_privacy', description: 'Erasure of persons, retention of history' },
  { key: 'crm_feature_consent', description: 'Consent with proof: purposes, history, check before contacting' },
  { key: 'crm_feature_access_export', description: 'Access export: everything stored about a person as one file' },
  { key: 'crm_feature_audit', description: 'Audit log: API, entries of requests and of reads (changes of records are always noted)' },
  { key: 'crm_feature_audit_chain', description: 'Audit chain: sealing of the audit log (what waits meanwhile is sealed when it is on again)' },
  { key: 'crm_feature_dedupe', description: 'Duplicates: search, check at creation, merge and undo' },
  { key: 'crm_feature_mx_check', description: 'Mail domains: whether they receive mail (looks them up only where CRM_MX_CHECK is on)' },
  { key: 'crm_feature_enrichment', description: 'Proposals of values from other sources (asks only where a source is set)' },
  { key: 'crm_feature_analytics', description: 'Analytics API and dashboards' },
  { key: 'crm_feature_dashboards', description: 'Dashboards: those delivered, own ones, sharing by role' },
  { key: 'crm_feature_pipeline_analysis', description: 'Pipeline over time: changes between two dates, flow, stages, any earlier moment' },
  { key: 'crm_feature_alerts', description: 'Alerts on figures, and notifications (off: nothing is checked)' },
  { key: 'crm_feature_calendar', description: 'Calendar: the reporting time zone and the fiscal year (without it figures are in UTC and years are calendar years)' },
  { key: 'crm_feature_win_scores', description: 'Win probability with reasons' },
  { key: 'crm_feature_webhooks', description: 'Webhooks: events of records, sent to other systems' },
  { key: 'crm_feature_telemetry', description: 'Metrics: the endpoint for Prometheus (what is exported to a collector is set where the product is started)' },
  { key: 'crm_feature_custom_fields', description: 'Custom fields: definitions, values on records, figures by them' },
  { key: 'crm_feature_tags', description: 'Tags on records' },
  { key: 'crm_feature_segments', description: 'Segments: saved lists' },
  { key: 'crm_feature_forecasts', description: 'Forecast: page, adjustments, snapshots (the figures stay)' },
];

/** What is left when everything that can go is off: signing in, accounts, contacts, deals, the dashboard. */
const core: ReadonlySet<string> = new Set(['crm_feature_accounts', 'crm_feature_contacts', 'crm_feature_deals', 'crm_feature_analytics']);

/** Features without which the core must still work; tests run it with all of them off (`CRM_TEST_FLAGS=off`). */
export const optionalFlags: readonly string[] = featureFlags.map((flag) => flag.key).filter((key) => !core.has(key));
