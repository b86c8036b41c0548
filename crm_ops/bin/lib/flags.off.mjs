/** Specs that prove the core with every optional feature off: the same files as otherwise, with `CRM_TEST_FLAGS=off`. */
export const FLAGS_OFF = Object.freeze({
  crm_api: [
    'workspace/flags/flags.off', 'workspace/auth/auth.service', 'workspace/auth/oidc/oidc', 'kernel/server', 'kernel/crud/crud', 'kernel/crud/scope', 'kernel/crud/bulk', 'kernel/contract/idempotency',
    'sales/deals/deal.service', 'reporting/analytics/analytics.service',
  ],
  crm_tests: ['journeys/features.journey', 'journeys/dashboard.journey'],
});

/** Those that only `CRM_TEST_FLAGS=off npm test` has time for; with the features on they run every time. */
export const FLAGS_OFF_LONG = Object.freeze(new Set(['journeys/dashboard.journey']));
