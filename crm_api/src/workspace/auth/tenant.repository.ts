import type { Reader } from '../../kernel/context/call.js';

/** What of the tenant everybody needs to show figures; how they cut time is in `workspace/settings`. */
export interface TenantRow {
  reporting_currency: string;
}

/** The tenant. */
export async function readTenant(db: Reader): Promise<TenantRow> {
  const row = await db('crm_core.crm_tenants').whereNull('deleted_at').first<TenantRow | undefined>('reporting_currency');
  return row ?? { reporting_currency: 'USD' };
}
