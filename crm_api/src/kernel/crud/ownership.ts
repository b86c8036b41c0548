import type { Resource as PermissionResource } from 'crm_db';
import type { Ownership } from './resource.js';

const accountRegion = '(SELECT oa.region FROM crm_core.crm_accounts oa WHERE oa.id = t.account_id)';
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
  imports: { owner: 't.requested_by', ownerColumn: 'requested_by' },
};
