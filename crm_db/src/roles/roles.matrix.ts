import type { FieldRules } from './field.rules.js';

/** What can be done with a kind of record. */
export const actions = ['read', 'write', 'delete', 'export'] as const;
export type Action = (typeof actions)[number];

/** Whose records: one's own, one's team's, one's region's, everybody's. Each includes the ones before it. */
export const scopes = ['own', 'team', 'region', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** Everything a permission can be about. */
export const resources = [
  'accounts', 'contacts', 'leads', 'deals', 'activities', 'products', 'pipelines', 'tickets', 'quotes', 'invoices', 'subscriptions',
  'campaigns', 'acquisition', 'forecast', 'users', 'teams', 'roles', 'flags', 'imports', 'audit', 'models', 'privacy', 'webhooks', 'telemetry',
  'custom_fields', 'tags', 'segments', 'settings', 'dashboards', 'alerts', 'scenarios', 'schedules', 'reports',
] as const;
export type Resource = (typeof resources)[number];

/** Per resource the actions allowed and how far they reach; what is absent is forbidden. */
export type Permissions = Partial<Record<Resource, Partial<Record<Action, Scope>>>>;

/** A role as delivered; administrators edit the copy in `crm_roles`, which is the one in force. */
export interface RoleDefinition {
  readonly key: string;
  readonly name: string;
  readonly nameAr: string;
  readonly permissions: Permissions;
  /** What of the records in reach is not shown, or not to be changed; everything else is. */
  readonly fields: FieldRules;
}

const business = [
  'accounts', 'contacts', 'leads', 'deals', 'activities', 'tickets', 'quotes', 'invoices', 'subscriptions', 'campaigns', 'forecast',
] as const satisfies readonly Resource[];
const shared = ['products', 'pipelines', 'users', 'teams', 'models', 'custom_fields', 'tags'] as const satisfies readonly Resource[];

function grant(list: readonly Resource[], allowed: Partial<Record<Action, Scope>>): Permissions {
  return Object.fromEntries(list.map((resource) => [resource, { ...allowed }]));
}

/** What everybody may save for themselves, and see of what others share. */
const saved: Permissions = {
  segments: { read: 'all', write: 'own', delete: 'own' }, dashboards: { read: 'all', write: 'own', delete: 'own' }, alerts: { read: 'own', write: 'own', delete: 'own' },
  scenarios: { read: 'all', write: 'own', delete: 'own' }, schedules: { read: 'own', write: 'own', delete: 'own' },
  // A share of a report grants no data, so that everybody may share their own.
  reports: { read: 'all', write: 'own', delete: 'own' },
};

/** Files with every row of a figure, by e-mail or of a report, are for whose role may take records away in bulk. */
const files: Permissions = { schedules: { read: 'own', write: 'own', delete: 'own', export: 'own' }, reports: { read: 'all', write: 'own', delete: 'own', export: 'all' } };

/** A scope beyond `own` also shares dashboards and scenarios with roles: for who leads others. */
const sharing: Permissions = { dashboards: { read: 'all', write: 'team', delete: 'own' }, scenarios: { read: 'all', write: 'team', delete: 'own' } };

const everything: Partial<Record<Action, Scope>> = { read: 'all', write: 'all', delete: 'all', export: 'all' };

/** The role matrix as delivered. */
export const roleMatrix: readonly RoleDefinition[] = [
  { key: 'admin', name: 'Administrator', nameAr: 'مدير النظام', permissions: grant(resources, everything), fields: {} },
  {
    key: 'exec', name: 'Executive', nameAr: 'مدير تنفيذي',
    permissions: { ...grant(business, { read: 'all', export: 'all' }), ...grant(shared, { read: 'all' }), ...saved, ...sharing, ...files, acquisition: { read: 'all', export: 'all' }, audit: { read: 'all' } },
    fields: {},
  },
  {
    key: 'manager', name: 'Sales manager', nameAr: 'مدير مبيعات',
    permissions: {
      ...grant(business, { read: 'team', write: 'team', delete: 'team', export: 'team' }),
      ...grant(shared, { read: 'all' }),
      ...saved,
      ...sharing,
      ...files,
      tags: { read: 'all', write: 'all', delete: 'all' },
      campaigns: { read: 'all' },
      acquisition: { read: 'all' },
      imports: { read: 'own', write: 'own' },
    },
    fields: {},
  },
  {
    key: 'rep', name: 'Sales representative', nameAr: 'مندوب مبيعات',
    permissions: {
      ...grant(['accounts', 'contacts', 'leads', 'deals', 'activities', 'quotes'], { read: 'own', write: 'own', delete: 'own' }),
      ...grant(['tickets', 'invoices', 'subscriptions', 'forecast'], { read: 'own' }),
      ...grant(shared, { read: 'all' }),
      ...saved,
      campaigns: { read: 'all' },
    },
    fields: {
      // What a unit costs us and what a campaign may cost is nothing a customer should hear; a deal marked as a test leaves the figures.
      products: { unit_cost: 'hidden' }, campaigns: { budget: 'hidden' },
      accounts: { is_test: 'read_only' }, contacts: { is_test: 'read_only' }, leads: { is_test: 'read_only' }, deals: { is_test: 'read_only' },
    },
  },
  {
    key: 'analyst', name: 'Analyst', nameAr: 'محلل بيانات',
    permissions: { ...grant(business, { read: 'all', export: 'all' }), ...grant(shared, { read: 'all' }), ...saved, ...files, acquisition: { read: 'all', export: 'all' } },
    fields: {
      // Figures need no way to reach a person.
      contacts: { email: 'hidden', phone: 'hidden', mobile: 'hidden' }, leads: { email: 'hidden', phone: 'hidden' }, users: { phone: 'hidden' },
    },
  },
  {
    key: 'finance', name: 'Finance', nameAr: 'مالية',
    permissions: {
      ...grant(business, { read: 'all', export: 'all' }),
      ...grant(['quotes', 'invoices', 'subscriptions'], { read: 'all', write: 'all', export: 'all' }),
      ...grant(shared, { read: 'all' }),
      ...saved,
      ...files,
      products: { read: 'all', write: 'all', export: 'all' },
      acquisition: { read: 'all', export: 'all' },
      audit: { read: 'all' },
    },
    fields: {},
  },
];

/** Whether a scope reaches at least as far as another. */
export const reaches = (scope: Scope, other: Scope): boolean => scopes.indexOf(scope) >= scopes.indexOf(other);

/** Several roles together: the widest scope of each action counts. */
export function mergePermissions(list: readonly Permissions[]): Permissions {
  const merged: Permissions = {};
  for (const permissions of list) {
    for (const resource of resources) {
      for (const action of actions) {
        const scope = permissions[resource]?.[action];
        if (scope === undefined) continue;
        const known = merged[resource]?.[action];
        if (known === undefined || scopes.indexOf(scope) > scopes.indexOf(known)) merged[resource] = { ...merged[resource], [action]: scope };
      }
    }
  }
  return merged;
}
