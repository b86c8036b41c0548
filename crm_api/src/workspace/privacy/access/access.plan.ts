import { erasurePlan } from '../erasure.plan.js';

/** How a table's rows come into an export. */
export interface AccessTable {
  readonly table: string;
  /** The condition of the erasure's plan over the sets of the person; undefined: found by foreign keys, or only where they mention the person. */
  readonly owned: string | undefined;
  /** Columns in which the erasure looks for the person's name, addresses and numbers. */
  readonly mentioned: readonly string[];
  /** Columns that the erasure's plan calls derived: they repeat others for searching. */
  readonly derived: readonly string[];
}

/** Tables of the erasure's plan that an export leaves out, with the reason that its manifest gives. */
export const withheldTables: Readonly<Record<string, string>> = {
  crm_access_export_files: 'Earlier exports; they say what this one says.',
  crm_idempotency_keys: 'Copies of answers, gone within a day; the records themselves are here.',
  crm_import_files: 'Files of imports that are being carried out; their rows become records.',
  crm_import_rows: 'Rows of imports that could not be used, with other persons beside them in one file.',
  crm_webhook_attempts: 'What other systems answered, technical.',
  crm_webhook_events: 'Copies of records on their way to other systems; the records themselves are here.',
};

/** Columns that are left out, `table.column` or `*.column`: keys that would open something, and what protects others. */
export const withheldColumns: Readonly<Record<string, string>> = {
  '*.password_hash': 'Secret: protects the account.', '*.secret_hash': 'Secret: protects the account.', '*.secret_sealed': 'Secret: protects the account.', '*.previous_secret_sealed': 'Secret: protects the account.',
  '*.code_hash': 'Secret: protects the account.', '*.grant_id': 'Secret: names a session that may still be open.', '*.last_step': 'Secret: part of the second factor.',
  'crm_audit_log.salt': 'Protects the audit chain.', 'crm_audit_log.digest': 'Protects the audit chain.', 'crm_audit_log.content_digest': 'Protects the audit chain.',
};

/** Tables that are parts of rows of another: part → the column that points at the whole, and the whole. */
export const partsOf: Readonly<Record<string, readonly [column: string, whole: string]>> = {
  crm_deal_line_items: ['deal_id', 'crm_deals'], crm_deal_stage_history: ['deal_id', 'crm_deals'], crm_quote_line_items: ['quote_id', 'crm_quotes'], crm_invoice_line_items: ['invoice_id', 'crm_invoices'],
  crm_subscription_changes: ['subscription_id', 'crm_subscriptions'],
};

/** Columns that name people who work here: they are shown as numbers, the same number for the same person, unless it is the person who asks. */
export const staffColumn = /(^|_)(owner|actor|requested|merged|undone|decided|erased|invited|created|changed|assignee|manager|user)_(id|by)$/;

/** Tables that point at the person by these references; what points at a user is that user's work, not about them. */
export const personTables = { contacts: 'crm_contacts', leads: 'crm_leads', accounts: 'crm_accounts' } as const;

/** Everything an export looks at: the tables of the erasure's plan, in its order. What an erasure knows, an export knows. */
export function accessTables(): AccessTable[] {
  return Object.entries(erasurePlan).filter(([table]) => !Object.hasOwn(withheldTables, table)).map(([table, plan]) => ({
    table,
    // The log is sealed against the plan's own words; these are the rows that its function takes the person out of.
    owned: plan.sealed === 'audit' ? 'entity_id = ANY(@all) OR actor_id = ANY(@users)' : plan.owned,
    mentioned: [...Object.keys(plan.scrub ?? {}), ...(plan.purge ?? [])],
    derived: plan.derived ?? [],
  }));
}

/** Why a column is left out; null where it is shown. */
export function withheldBecause({ table, derived }: AccessTable, column: string): string | null {
  if (derived.includes(column)) return 'Derived from other columns, for searching.';
  return withheldColumns[`${table}.${column}`] ?? withheldColumns[`*.${column}`] ?? null;
}
