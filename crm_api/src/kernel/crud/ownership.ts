import type { Resource as PermissionResource } from 'crm_db';
import type { Ownership } from './resource.js';

// A merged account's records are looked after under its survivor, as in the figures.
const accountRegion = '(SELECT CASE WHEN os.id IS NULL THEN oa.region ELSE os.region END FROM crm_core.crm_accounts oa LEFT JOIN crm_core.crm_accounts os ON os.id = oa.merged_into_id WHERE oa.id = t.account_id)';
const owned: Ownership = { owner: 't.owner_id', ownerColumn: 'owner_id' };
const ownedAtAccount: Ownership = { ...owned, region: accountRegion };

/** How the rows of each resource belong to people; what is absent is shared. */
export const ownerships: Partial<Record<PermissionResource, Ownership>> = {
  accounts: { ...owned, region: 't.region' },
  contacts: ownedAtAccount,
  leads: { ...owned, region: 't.region' },
  deals: ownedAtAccount,
  activities: ownedAtAccount,
  tickets: ownedAtAccount,
  quotes: ownedAtAccount,
  invoices: ownedAtAccount,
  subscriptions: ownedAtAccount,
  campaigns: owned,
  webhooks: { owner: 'coalesce(t.user_id, (SELECT oc.user_id FROM crm_core.crm_api_clients oc WHERE oc.id = t.client_id))' },
  segments: { owner: 't.owner_id', ownerColumn: 'owner_id' },
  dashboards: { owner: 't.owner_id', ownerColumn: 'owner_id' },
  scenarios: { owner: 't.owner_id', ownerColumn: 'owner_id' },
  reports: { owner: 't.owner_id', ownerColumn: 'owner_id' },
  alerts: { owner: 't.owner_id', ownerColumn: 'owner_id' },
  schedules: { owner: 't.owner_id', ownerColumn: 'owner_id' },
  imports: { owner: 't.requested_by', ownerColumn: 'requested_by' },
};
