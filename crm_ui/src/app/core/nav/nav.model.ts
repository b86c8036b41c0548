import { PermissionAction } from '../session/permissions';
import { IconName } from '@shared/icon/icons';

/** The jobs that the navigation is ordered by. */
export const NAV_GROUPS = ['home', 'sell', 'serve', 'market', 'bill', 'analyse', 'automate', 'admin'] as const;
/** One job. */
export type NavGroup = (typeof NAV_GROUPS)[number];

/** One page of the navigation; it is shown when its feature is on and the person may read the resource. */
export interface NavEntry {
  readonly group: NavGroup;
  /** Translation key of the label. */
  readonly label: string;
  readonly path: string;
  readonly icon: IconName;
  /** Name of the flag, as `crm_feature_x`. */
  readonly feature?: string;
  /** The permission needed. */
  readonly needs?: { readonly resource: string; readonly action: PermissionAction };
  /** Stands in the bottom bar of a phone. */
  readonly phone?: boolean;
}

/** The pages that exist. A feature adds its line when its page does. */
export const NAV: readonly NavEntry[] = [
  { group: 'home', label: 'nav.dashboard', path: '/', icon: 'gauge', phone: true },
  { group: 'home', label: 'alerts.title', path: '/me/alerts', icon: 'bell', feature: 'crm_feature_alerts', needs: { resource: 'alerts', action: 'read' } },
  { group: 'home', label: 'schedules.title', path: '/me/schedules', icon: 'send', feature: 'crm_feature_schedules', needs: { resource: 'schedules', action: 'read' } },
  { group: 'sell', label: 'nav.deals', path: '/sell/deals', icon: 'handshake', feature: 'crm_feature_deals', needs: { resource: 'deals', action: 'read' }, phone: true },
  { group: 'sell', label: 'nav.forecast', path: '/sell/forecast', icon: 'target', feature: 'crm_feature_forecasts', needs: { resource: 'forecast', action: 'read' } },
  { group: 'sell', label: 'nav.accounts', path: '/sell/accounts', icon: 'building', feature: 'crm_feature_accounts', needs: { resource: 'accounts', action: 'read' }, phone: true },
  { group: 'sell', label: 'nav.contacts', path: '/sell/contacts', icon: 'users', feature: 'crm_feature_contacts', needs: { resource: 'contacts', action: 'read' }, phone: true },
  { group: 'analyse', label: 'nav.reports', path: '/reports', icon: 'table', feature: 'crm_feature_reports', needs: { resource: 'reports', action: 'read' } },
  { group: 'analyse', label: 'nav.pipeline', path: '/pipeline', icon: 'workflow', feature: 'crm_feature_pipeline_analysis', needs: { resource: 'deals', action: 'read' } },
  { group: 'analyse', label: 'nav.revenue', path: '/revenue', icon: 'dollar', feature: 'crm_feature_revenue', needs: { resource: 'subscriptions', action: 'read' } },
  { group: 'analyse', label: 'nav.marketing', path: '/marketing', icon: 'megaphone', feature: 'crm_feature_revenue', needs: { resource: 'leads', action: 'read' } },
  { group: 'admin', label: 'nav.users', path: '/admin/users', icon: 'user', feature: 'crm_feature_user_admin', needs: { resource: 'users', action: 'write' } },
  { group: 'admin', label: 'nav.teams', path: '/admin/teams', icon: 'network', feature: 'crm_feature_user_admin', needs: { resource: 'teams', action: 'write' } },
  { group: 'admin', label: 'nav.roles', path: '/admin/roles', icon: 'shield', feature: 'crm_feature_role_admin', needs: { resource: 'roles', action: 'write' } },
  { group: 'admin', label: 'nav.clients', path: '/admin/api-clients', icon: 'key', feature: 'crm_feature_api_clients', needs: { resource: 'roles', action: 'write' } },
  { group: 'admin', label: 'nav.webhooks', path: '/admin/webhooks', icon: 'webhook', feature: 'crm_feature_webhooks', needs: { resource: 'webhooks', action: 'read' } },
  { group: 'admin', label: 'nav.duplicates', path: '/admin/duplicates', icon: 'merge', feature: 'crm_feature_dedupe', needs: { resource: 'contacts', action: 'delete' } },
  { group: 'admin', label: 'nav.audit', path: '/admin/audit', icon: 'scroll', feature: 'crm_feature_audit', needs: { resource: 'audit', action: 'read' } },
  { group: 'admin', label: 'nav.privacy', path: '/admin/privacy', icon: 'user-x', feature: 'crm_feature_privacy', needs: { resource: 'privacy', action: 'read' } },
  { group: 'admin', label: 'nav.customFields', path: '/admin/custom-fields', icon: 'list', feature: 'crm_feature_custom_fields', needs: { resource: 'custom_fields', action: 'write' } },
  { group: 'admin', label: 'nav.tags', path: '/admin/tags', icon: 'tag', feature: 'crm_feature_tags', needs: { resource: 'tags', action: 'write' } },
  { group: 'admin', label: 'nav.calendar', path: '/admin/calendar', icon: 'calendar', feature: 'crm_feature_calendar', needs: { resource: 'settings', action: 'write' } },
  // The page with the switches has none of its own: nobody could turn it on again.
  { group: 'admin', label: 'nav.features', path: '/admin/features', icon: 'toggle', needs: { resource: 'flags', action: 'write' } },
  { group: 'admin', label: 'nav.imports', path: '/admin/imports', icon: 'upload', feature: 'crm_feature_imports', needs: { resource: 'imports', action: 'write' } },
];
