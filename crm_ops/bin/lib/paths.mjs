import { fileURLToPath } from 'node:url';

/** Root folder of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** Workspaces that `tsc -b` builds, in the order of their dependencies. */
export const NODE_WORKSPACES = Object.freeze([
  'crm_ops/telemetry', 'crm_db', 'crm_warehouse', 'crm_semantic', 'crm_cdc', 'crm_ml', 'crm_api', 'crm_ops', 'crm_tests',
]);
